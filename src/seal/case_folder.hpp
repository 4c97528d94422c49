// A case on the witness's device. Everything here may be seized; nothing here opens an exhibit, and
// nothing shows either public half of the witness's key, so that nobody can test
// which passphrase opened the true one.
//
//   case.json               who the guardians are, what exhibits are sealed to, the access secrets
//   case-recipient.txt      age1…, for other people's programs
//   witness-1.age, -2.age   passphrase files, one of them the true key set; which is left to chance
//   device-key.pem          signs one-exhibit keys; who has it can only add exhibits
//   device-certificate.age  witness → device, readable after release only
//   policy.age              the policy, likewise
//   last-check-in.json      its digest, times and acknowledgements (never the check-in itself)
//   logs.json               the guardians' log keys, and the newest state of a log that was seen
//   untold.json             what was sent since the last seal, until the next package tells it
//   next-number.txt         numbers up to this one are taken by a lost device; mostly absent
//   device-lost.json        while `device-lost` is not confirmed by all
//   exhibits/NNNN.age, NNNN.sd-jwt, NNNN.json
#pragma once

#include "base/files.hpp"
#include "case/device_memory.hpp"
#include "case/untold.hpp"

namespace exhibit::seal {

inline constexpr char const* untold_file = "untold.json";

class CaseFolder {
public:
    static Result<CaseFolder> open(Path folder);
    Path const& path() const { return folder_; }
    CaseInfo const& info() const { return info_; }
    std::string name() const { return folder_.filename().string(); }

    Path exhibit_file(ExhibitNumber number, std::string_view ending) const;  // "0001" + ".age"
    // In order of their numbers.
    Result<std::vector<ExhibitRecord>> exhibits() const;
    Result<ExhibitNumber> next_number() const;
    // Numbers up to this one are taken elsewhere; never goes back. In next-number.txt.
    Outcome pass_over(ExhibitNumber last) const;
    Outcome save(ExhibitRecord const& record) const;
    Outcome save(CaseInfo info);
    // Of the statements of all complete exhibits, in seal order.
    Result<VouchedList> vouched() const;

    Result<std::optional<CheckInMemory>> last_check_in() const;
    Outcome save(CheckInMemory const& memory) const;
    // Empty when nothing was seen yet.
    Result<LogMemory> log_memory() const;
    Outcome save(LogMemory const& memory) const;
    // What no package tells yet, oldest first; nothing when it cannot be read.
    std::vector<UntoldEvent> untold() const;
    Outcome note(UntoldEvent const& event) const;
    // A package tells so many of the oldest.
    Outcome forget_told(std::size_t count) const;

    // One process at a time changes a case. Code "busy".
    Result<FileLock> lock() const { return FileLock::acquire(folder_ / ".lock"); }
    // Of last-check-in.json alone: a sign of life must not wait until a recording is over, or an
    // upload. Who removes the case takes both, this one second.
    Result<FileLock> lock_check_in() const { return FileLock::acquire(folder_ / ".check-in.lock"); }

private:
    CaseFolder(Path folder, CaseInfo info) : folder_(std::move(folder)), info_(std::move(info)) {}
    Path folder_;
    CaseInfo info_;
};

}  // namespace exhibit::seal
