// One guardian is asked to cosign one state of our log: cards are swapped when one of the two does
// not know the other's, the proof begins where the cosigner is, and a cosigner that has seen what
// we do not have must show it, signed by our own key, before we believe it.
#pragma once

#include "guard/guardian/cosigner.hpp"
#include "guard/guardian/doorman.hpp"
#include "guard/guardian/peers.hpp"

namespace exhibit::guard {

struct CosignOptions {
    std::string socks5_proxy;
    unsigned threads = 4;
    unsigned connect_timeout_ms = 5'000;
    unsigned total_timeout_ms = 10'000;
};

struct CosignTarget {
    std::shared_ptr<LogGeneration> log;
    PublishedState state;
};

struct CosignPeer {
    Directory::Entry entry;
    CaseId case_id;  // one that it shares with us
};

// What is known of a cosigner from the last time.
struct CosignMemory {
    unsigned generation = 0;
    std::uint64_t size = 0;
};

class CosignCall {
public:
    CosignCall(Premises const& premises, Cosigner& cosigner, Doorman& doorman, HttpClient& client,
               CosignPeer const& peer)
        : premises_(premises),
          cosigner_(cosigner),
          doorman_(doorman),
          client_(client),
          peer_(peer) {}

    // Codes "cosign" (it does not), "rolled-back" (it has shown that our disk went back).
    Result<tlog::NoteSignature> ask(CosignTarget const& target, CosignMemory& memory);

private:
    Result<HttpAnswer> call(std::string method, std::string_view rest, std::string const& body);
    Result<HttpAnswer> submit(CosignTarget const& target, std::uint64_t old_size);
    Outcome swap_cards(CosignTarget const& target);
    Outcome look_at_known_card(CosignTarget const& target, ByteView body);
    Result<std::optional<tlog::VerifierKey>> key();
    Error behind(CosignTarget const& target);
    Result<tlog::NoteSignature> read(CosignTarget const& target, HttpAnswer const& answer);

    Premises const& premises_;
    Cosigner& cosigner_;
    Doorman& doorman_;
    HttpClient& client_;
    CosignPeer const& peer_;
};

}  // namespace exhibit::guard
