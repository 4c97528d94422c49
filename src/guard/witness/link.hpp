// One guardian, as the witness's device reaches it. Not thread-safe: one Link per thread.
#pragma once

#include "case/device_memory.hpp"
#include "guard/wire/wire.hpp"
#include "net/client.hpp"

namespace exhibit::guard {

struct LinkOptions {
    std::string socks5_proxy = {};                // for every connection, e.g. Tor
    unsigned timeout_ms = 20'000;                 // of a small request
    std::uint64_t send_bytes_per_second_max = 0;  // 0: as fast as it goes
    std::function<bool()> should_stop = {};       // ends fetching a release; code "stopped"
    WireRecord record = {};                       // tests only
};

class Link {
public:
    static Result<Link> open(CaseId const& case_id, KnownGuardian guardian,
                             LinkOptions const& options);
    KnownGuardian const& guardian() const { return guardian_; }
    CaseId const& case_id() const { return case_id_; }

    // Codes: the client's ("refused", "timeout", "pin", …); "not-found", "not-whole", "quota",
    // "forbidden" and "guardian-refused" for what the guardian answered. Every error names the
    // guardian.
    Result<Answer> message(Envelope const& envelope);
    Result<Signed<ClockReading>> clock(Policy const& terms, Nonce const& nonce);
    Result<Signed<CaseStatus>> status(Policy const& terms, Nonce const& nonce);
    // The text of the policy in force there, without the witness's key (parse_terms).
    Result<Bytes> terms_text();
    Outcome put_vouched(VouchedList const& list);
    Result<Envelope> put_statement(ExhibitNumber number, std::string const& statement);
    Result<std::vector<Envelope>> receipts();
    // Version 0: none.
    struct ContactsThere {
        unsigned version = 0;
        unsigned people = 0;
    };
    Result<ContactsThere> contacts();
    Outcome put_contacts(Envelope const& contacts);
    Outcome announce_travel(Envelope const& note);
    Outcome put_left(ByteArray<32> const& name, ByteView file);
    // What this guardian can show of an exhibit, and the keys of the logs of the case.
    Result<CustodyRecord> custody(ExhibitNumber number);
    // The newest state of its log that enough others have cosigned: a signed note.
    Result<std::string> checkpoint();

    std::string uploads_url() const;
    HeaderFields authorization() const;
    HttpClient& client() { return client_; }

private:
    Link(CaseId const& case_id, KnownGuardian guardian, HttpClient client, unsigned timeout_ms)
        : case_id_(case_id),
          guardian_(std::move(guardian)),
          client_(std::move(client)),
          timeout_ms_(timeout_ms) {}
    Result<Bytes> ask(std::string method, std::string_view rest, Bytes body,
                      std::size_t answer_max);

    CaseId case_id_;
    KnownGuardian guardian_;
    HttpClient client_;
    unsigned timeout_ms_;
};

// What a guardian answered instead of 2xx, as an error that names it. `body` may be anything.
Error refusal(std::string const& guardian_name, unsigned status, ByteView body);
// An error of the line, with the guardian's name before it.
Error named(Error error, std::string const& guardian_name);

}  // namespace exhibit::guard
