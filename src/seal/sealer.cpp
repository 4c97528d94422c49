#include "seal/sealer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>

#include <unistd.h>

#include "case/certificate.hpp"
#include "case/device_events.hpp"
#include "case/package_names.hpp"
#include "case/statement.hpp"
#include "formats/tar/name.hpp"
#include "seal/package.hpp"

namespace exhibit::seal {
namespace {

constexpr std::size_t part_bytes = 4 << 20;
constexpr auto part_time = std::chrono::seconds(2);
constexpr std::size_t small_file_max = 64 * 1024;
constexpr std::string_view capture_ending = ".growing";
// Of a pipe, kept for what the camera wrote at the beginning.
constexpr std::size_t beginning_bytes = 1 << 20;

// Everything an exhibit needs besides its bytes.
struct Parts {
    std::vector<age::X25519Recipient> recipients;
    SigningKey device_key;
    SigningKey exhibit_key = SigningKey::generate();
    Bytes device_certificate;
    Bytes policy;
    Secret<32> block_seed = Secret<32>::random();

    std::vector<age::Recipient const*> pointers() const {
        std::vector<age::Recipient const*> out;
        for (auto const& recipient : recipients) out.push_back(&recipient);
        return out;
    }
};

Result<Parts> gather(CaseFolder const& folder, SealOptions const& options) {
    std::vector<age::X25519Recipient> recipients;
    auto own = TRY(age::X25519Recipient::parse(folder.info().recipient));
    recipients.push_back(own);
    for (auto const& reader : options.readers) {
        auto other = TRY(age::X25519Recipient::parse(reader));
        recipients.push_back(other);
    }
    auto pem = TRY(read_file(folder.path() / "device-key.pem", small_file_max));
    auto device_key = parse_private_pem(pem);
    wipe(pem);
    if (!device_key.ok()) return device_key.take_error();
    auto certificate = TRY(read_file(folder.path() / "device-certificate.age", small_file_max));
    auto policy = TRY(read_file(folder.path() / "policy.age", small_file_max));
    return Parts{.recipients = std::move(recipients),
                 .device_key = device_key.take(),
                 .device_certificate = std::move(certificate),
                 .policy = std::move(policy)};
}

// Names must be text in the disclosures; what is no UTF-8 is shown escaped.
std::string fact_name(std::string const& name) {
    return is_utf8(as_bytes(name)) ? name : tar::printable(name);
}

// The newest that an honest guardian can have reached: f of them may say any time.
std::optional<WallTime> newest_clock(CaseFolder const& folder) {
    auto const memory = folder.last_check_in();
    if (!memory.ok() || !*memory) return std::nullopt;
    std::map<GuardianId, WallTime> newest;
    for (auto const& envelope : (*memory)->clocks) {
        auto const clock = peek<ClockReading>(envelope);
        if (!clock.ok()) continue;
        auto const place = newest.try_emplace(clock->guardian, clock->time).first;
        place->second = std::max(place->second, clock->time);
    }
    std::vector<WallTime> times;
    for (auto const& [guardian, time] : newest) times.push_back(time);
    std::ranges::sort(times, std::greater());
    auto const f = folder.info().quorum.f;
    if (times.size() <= f) return std::nullopt;
    return times[f];
}

// Far below what disclosures.json may hold.
constexpr std::size_t texts_bytes_max = 64 * 1024;

// Before the first byte: a recording from a pipe must not fail at its end, when it is the only one.
Outcome check_texts(SealOptions const& options) {
    std::size_t size = 0;
    for (auto const* text : {&options.note, &options.place_exact, &options.place_coarse,
                             &options.claimed_time, &options.imported_from}) {
        if (!*text) continue;
        size += (*text)->size();
        if (!is_utf8(as_bytes(**text)))
            return wrong_use("what is said about it must be UTF-8 text")
                .at(tar::printable(**text))
                .coded("text");
    }
    if (size > texts_bytes_max)
        return wrong_use("what is said about it is longer than " + std::to_string(texts_bytes_max) +
                         " bytes")
            .coded("text");
    return {};
}

// The entries after the original, and the end of the package. Returns the disclosures.
Result<std::vector<Disclosure>> close_package(PackageWriter& package, Parts const& parts,
                                              CaseFolder const& folder, ExhibitNumber number,
                                              std::optional<std::string> const& imported_from,
                                              SealFacts const& facts, Random& random) {
    auto disclosures = TRY(make_disclosures(facts, random));
    TRY(package.add("disclosures.json", as_bytes(write_disclosures(disclosures))));
    DeviceStory story{folder.info().case_id, number, facts, imported_from,
                      folder.info().policy,  {}};
    story.earlier = folder.untold();
    if (story.earlier.size() > told_at_once_max) story.earlier.resize(told_at_once_max);
    auto const events = state_device_events(story, parts.exhibit_key);
    TRY(package.add("custody.jsonl", as_bytes(write_device_lines(events))));
    auto const certificate =
        Signed<KeyCertificate>::sign({.case_id = folder.info().case_id,
                                      .role = KeyCertificate::Role::exhibit,
                                      .issuer = parts.device_key.public_key(),
                                      .subject = parts.exhibit_key.public_key()},
                                     parts.device_key);
    TRY(package.add("exhibit-certificate.json", as_bytes(write_envelope(certificate.envelope()))));
    TRY(package.add("device-certificate.age", parts.device_certificate));
    TRY(package.add("policy.age", parts.policy));
    TRY(package.finish());
    return disclosures;
}

SealFacts facts_of(OriginalDigests const& original, Parts const& parts, std::string const& name,
                   SealOptions const& options, CaseFolder const& folder, WallTime now) {
    SealFacts facts;
    facts.sha256 = original.digest;
    facts.size_bytes = original.size;
    facts.name = fact_name(name);
    facts.block_root = original.root;
    // reveal: the seed goes into disclosures.json, inside the encryption; who may read the package
    // may check parts of the original against the tree.
    auto const seed = parts.block_seed.reveal();
    std::copy(seed.begin(), seed.end(), facts.block_seed.begin());
    facts.claimed_time = options.claimed_time;
    facts.place_exact = options.place_exact;
    facts.place_coarse = options.place_coarse;
    facts.note = options.note;
    facts.tool = options.tool;
    facts.device_clock = now;
    facts.guardian_clock = newest_clock(folder);
    auto const logs = folder.log_memory();
    if (logs.ok() && !logs->checkpoint.empty()) facts.guardian_checkpoint = logs->checkpoint;
    return facts;
}

// Statement, then the record that makes the exhibit one. The ciphertext is in place before.
Result<ExhibitRecord> finish_exhibit(CaseFolder const& folder, ExhibitNumber number,
                                     CipherFacts const& cipher,
                                     std::vector<Disclosure> const& disclosures, Parts const& parts,
                                     Random& random) {
    SealClaims const claims{folder.info().case_id, number, folder.info().drill, cipher.root,
                            cipher.size_bytes};
    auto const statement = TRY(sign_statement(claims, disclosures, parts.exhibit_key, random));
    TRY(replace_file(folder.exhibit_file(number, ".sd-jwt"), statement));
    ExhibitRecord record;
    record.number = number;
    record.root = cipher.root;
    record.size_bytes = cipher.size_bytes;
    record.statement = DocumentDigest(sha256(statement));
    TRY(folder.save(record));
    // Told twice after a crash or on a full disk, which is harmless; it is an exhibit by now.
    (void)folder.forget_told(told_at_once_max);
    return record;
}

void take_capture(SealedExhibit& sealed, SealFacts& facts, ByteSource const& recording) {
    auto const capture = read_capture(recording);
    facts.captured = exhibit::facts_of(capture);
    sealed.captured = facts.captured;
    sealed.disagreements = disagreements(capture.readings, capture.duration);
}

Error about(Error error, Path const& file) {
    if (error.safe.empty())
        error.safe = "the original is untouched; nothing half-written was left behind";
    if (error.where.empty()) error.where = file.string();
    return error;
}

Error not_a_file(Path const& file) {
    return wrong_use("is not a regular file")
        .at(file.string())
        .coded("not-a-file")
        .hint("a pipe or a device is sealed with  exhibit seal --name NAME -");
}

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Result<SealedExhibit> seal_open_file(CaseFolder const& folder, Path const& file,
                                     SealOptions const& options, WallTime now) {
    struct stat info {};
    // Looked at before it is opened: opening a named pipe waits until somebody writes into it.
    if (::stat(file.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) return not_a_file(file);
    auto const input = TRY(open_for_reading(file));
    if (fstat(input.get(), &info) != 0) return system_error("cannot be measured", file.string());
    if (!S_ISREG(info.st_mode)) return not_a_file(file);
    posix_fadvise(input.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    auto parts = TRY(gather(folder, options));
    auto const number = TRY(folder.next_number());
    auto pending = TRY(PendingFile::create(folder.exhibit_file(number, ".age")));
    auto const target = [&](ByteView bytes) {
        return write_all(pending.fd(), bytes, pending.aside());
    };
    auto pipeline = TRY(SealPipeline::create(parts.pointers(), target));
    OriginalDigester digester(parts.block_seed);
    PackageWriter package(pipeline, digester);

    SealedExhibit sealed;
    sealed.name = file.filename().string();
    auto const entry = package_entry_name(sealed.name);
    auto const size = static_cast<std::uint64_t>(info.st_size);
    TRY(package.add_original({.name = entry, .size = size, .mtime = info.st_mtim.tv_sec},
                             input.get(), file, [&](std::uint64_t done) {
                                 if (options.progress) options.progress(done, size);
                             }));
    // What the file grew by while it was read becomes parts of its own.
    Bytes grown(part_bytes);
    for (;;) {
        auto const got = TRY(read_some(input.get(), grown, file));
        if (got == 0) break;
        TRY(package.add_part({.name = package_part_name(entry, ++sealed.parts),
                              .size = got,
                              .mtime = info.st_mtim.tv_sec},
                             ByteView(grown).first(got)));
    }
    auto const original = digester.finish();
    auto facts = facts_of(original, parts, sealed.name, options, folder, now);
    facts.parts = sealed.parts;
    facts.file_time = WallTime::from_ms(static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1000 +
                                        info.st_mtim.tv_nsec / 1'000'000);
    take_capture(sealed, facts, DescriptorSource(input.get(), original.size, file));
    SystemRandom random;
    auto const disclosures =
        TRY(close_package(package, parts, folder, number, options.imported_from, facts, random));
    auto const cipher = TRY(pipeline.finish());
    auto const sync_start = std::chrono::steady_clock::now();
    TRY(pending.commit());
    sealed.sync_seconds = seconds_since(sync_start);
    auto record = finish_exhibit(folder, number, cipher, disclosures, parts, random);
    if (!record.ok()) {
        // A full disk, mostly: without its record the ciphertext is no exhibit and only takes
        // space.
        TRY(remove_file(folder.exhibit_file(number, ".sd-jwt")));
        TRY(remove_file(folder.exhibit_file(number, ".age")));
        return record.take_error();
    }
    sealed.record = record.take();
    sealed.original_bytes = original.size;
    return sealed;
}

// NNNN.growing becomes NNNN.age. Its record is on disk before, so that it is never taken for a
// leftover.
Outcome put_in_place(CaseFolder const& folder, ExhibitNumber number) {
    auto const growing = folder.exhibit_file(number, capture_ending);
    auto const whole = folder.exhibit_file(number, ".age");
    if (::rename(growing.c_str(), whole.c_str()) != 0)
        return system_error("cannot be put in place", whole.string());
    return sync_folder(whole.parent_path());
}

// The statement of a recording that was killed between its statement and its record, if it fits.
Result<std::optional<DocumentDigest>> statement_of_capture(CaseFolder const& folder,
                                                           ExhibitRecord const& record) {
    auto const file = folder.exhibit_file(record.number, ".sd-jwt");
    if (auto const text = read_text_file(file, small_file_max); text.ok()) {
        auto const statement = SealStatement::parse(*text);
        bool const fits = statement.ok() && statement->claims.root == record.root &&
                          statement->claims.number == record.number &&
                          statement->claims.size_bytes == record.size_bytes;
        if (fits) return std::optional<DocumentDigest>(statement->digest);
    }
    TRY(remove_file(file));
    return std::optional<DocumentDigest>();
}

// A recording that was cut off before its statement: to be released as unfinished and unsigned.
Result<ExhibitRecord> keep_unfinished(CaseFolder const& folder, ExhibitNumber number) {
    auto const growing = folder.exhibit_file(number, capture_ending);
    auto const input = TRY(open_for_reading(growing));
    torrent::PieceTree tree;
    Bytes buffer(1 << 20);
    for (std::size_t got = 1; got != 0;) {
        got = TRY(read_some(input.get(), buffer, growing));
        tree.update(ByteView(buffer).first(got));
    }
    TRY(sync_file(input.get(), growing));
    auto const facts = tree.finish();
    ExhibitRecord record;
    record.number = number;
    record.root = CipherRoot(facts.root);
    record.size_bytes = facts.size;
    record.statement = TRY(statement_of_capture(folder, record));
    TRY(folder.save(record));
    TRY(put_in_place(folder, number));
    return record;
}

enum class PartEnd { full, time, end };
// Fills `part` until it is full, the input ends, or two seconds have passed since `unsafe_since`:
// when the oldest byte came that is not safe on the disk yet. A recording that comes fast fills
// part after part before that time is over; it is due all the same.
using Since = std::optional<std::chrono::steady_clock::time_point>;
Result<PartEnd> fill_part(int fd, Bytes& part, std::size_t& used, Since& unsafe_since,
                          std::function<bool()> const& should_stop) {
    used = 0;
    for (;;) {
        pollfd waiting{fd, POLLIN, 0};
        int const ready = poll(&waiting, 1, 200);
        if (should_stop && should_stop()) return PartEnd::end;
        if (ready < 0 && errno != EINTR) return system_error("cannot be read", "the pipe");
        if (ready > 0) {
            auto const n = ::read(fd, part.data() + used, part.size() - used);
            if (n < 0 && errno != EINTR && errno != EAGAIN)
                return system_error("cannot be read", "the pipe");
            if (n == 0) return PartEnd::end;
            if (n > 0 && !unsafe_since) unsafe_since = std::chrono::steady_clock::now();
            if (n > 0) used += static_cast<std::size_t>(n);
            if (used == part.size()) return PartEnd::full;
        }
        if (unsafe_since && std::chrono::steady_clock::now() - *unsafe_since > part_time)
            return PartEnd::time;
    }
}

}  // namespace

Result<SealedExhibit> seal_file(CaseFolder const& folder, Path const& file,
                                SealOptions const& options, WallTime now) {
    TRY(check_texts(options));
    auto sealed = seal_open_file(folder, file, options, now);
    if (!sealed.ok()) return about(sealed.take_error(), file);
    return sealed;
}

Result<SealedExhibit> seal_stream(CaseFolder const& folder, int fd, std::string const& name,
                                  SealOptions const& options, WallTime now,
                                  std::function<bool()> const& should_stop) {
    TRY(tar::safe_relative_name(name));
    if (name.find('/') != std::string::npos || name.size() > 255) {
        return wrong_use("the name of a recording is a file name without a path")
            .at(name)
            .coded("name");
    }
    TRY(check_texts(options));
    auto parts = TRY(gather(folder, options));
    auto const number = TRY(folder.next_number());
    auto const growing = folder.exhibit_file(number, capture_ending);
    auto const output = TRY(create_new_file(growing));
    auto const target = [&](ByteView bytes) { return write_all(output.get(), bytes, growing); };
    auto pipeline = TRY(SealPipeline::create(parts.pointers(), target));
    OriginalDigester digester(parts.block_seed);
    PackageWriter package(pipeline, digester);

    SealedExhibit sealed;
    sealed.name = name;
    Bytes beginning;
    Bytes part(part_bytes);
    TRY(sync_folder(growing.parent_path()));
    Since unsafe_since;
    for (PartEnd end = PartEnd::full; end != PartEnd::end;) {
        std::size_t used = 0;
        end = TRY(fill_part(fd, part, used, unsafe_since, should_stop));
        if (used == 0 && end == PartEnd::end) continue;
        if (used > 0) {
            TRY(package.add_part(
                {.name = package_part_name(package_entry_name(name), sealed.parts++),
                 .size = used,
                 .mtime = now.since_epoch_ms() / 1000},
                ByteView(part).first(used)));
        }
        if (end == PartEnd::time) {
            TRY(package.make_safe());
            TRY(sync_file(output.get(), growing));
            unsafe_since.reset();
            ++sealed.made_safe;
        }
        append(beginning, ByteView(part).first(std::min(used, beginning_bytes - beginning.size())));
        sealed.original_bytes += used;
        if (options.progress) options.progress(sealed.original_bytes, 0);
    }
    auto const original = digester.finish();
    auto facts = facts_of(original, parts, name, options, folder, now);
    facts.parts = sealed.parts;
    take_capture(sealed, facts, BeginningSource(beginning, original.size));
    SystemRandom random;
    auto const disclosures =
        TRY(close_package(package, parts, folder, number, options.imported_from, facts, random));
    auto const cipher = TRY(pipeline.finish());
    auto const sync_start = std::chrono::steady_clock::now();
    TRY(sync_file(output.get(), growing));
    sealed.sync_seconds = seconds_since(sync_start);
    // The record first: killed in between, the recording still has the name that recover() keeps.
    sealed.record = TRY(finish_exhibit(folder, number, cipher, disclosures, parts, random));
    TRY(put_in_place(folder, number));
    return sealed;
}

Result<std::vector<ExhibitRecord>> recover(CaseFolder const& folder) {
    std::vector<ExhibitRecord> kept;
    std::vector<Path> found;
    std::error_code problem;
    for (auto const& entry :
         std::filesystem::directory_iterator(folder.path() / "exhibits", problem))
        found.push_back(entry.path());
    // Captures first: the statement beside one may be its own.
    std::stable_partition(found.begin(), found.end(),
                          [](Path const& path) { return path.extension() == capture_ending; });
    for (auto const& path : found) {
        auto const name = path.filename().string();
        auto const number = parse_exhibit_number(path.stem().string());
        bool const has_record = number.ok() && is_there(folder.exhibit_file(*number, ".json"));
        if (name.starts_with(".") && path.extension() == ".part") {
            TRY(remove_file(path));
        } else if (number.ok() && path.extension() == capture_ending) {
            if (has_record) {
                TRY(put_in_place(folder, *number));
            } else if (std::filesystem::is_empty(path, problem)) {
                TRY(remove_file(path));  // cut off before its first byte: no guardian takes it
            } else {
                auto record = TRY(keep_unfinished(folder, *number));
                if (!record.statement) kept.push_back(std::move(record));
            }
        } else if (number.ok() && !has_record) {
            TRY(remove_file(path));
        }
    }
    return kept;
}

}  // namespace exhibit::seal
