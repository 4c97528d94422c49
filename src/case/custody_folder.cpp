#include "case/custody_folder.hpp"

#include <algorithm>
#include <cstdio>

#include "case/release_folder.hpp"
#include "crypto/certificate.hpp"
#include "crypto/hash.hpp"
#include "formats/ots/bitcoin.hpp"

namespace exhibit {
namespace {

namespace place = release_folder;

std::string below(char const* folder, std::string const& name) {
    return std::string(folder) + "/" + name;
}

std::string digits(std::uint64_t value, int width) {
    char text[32];
    std::snprintf(text, sizeof text, "%0*llu", width, static_cast<unsigned long long>(value));
    return text;
}

std::string short_hash(ByteView bytes) { return to_hex(sha256(bytes)).substr(0, 16); }

std::string write_pem(ByteView der) {
    auto const text = to_base64(der);
    std::string out = "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t i = 0; i < text.size(); i += 64) out += text.substr(i, 64) + "\n";
    return out + "-----END CERTIFICATE-----\n";
}

class Writer {
public:
    explicit Writer(Policy const& policy) : policy_(policy) {}

    void take(CustodyRecord const& record) {
        for (auto const& card : record.cards) take_card(card);
        auto const folder = below(place::custody, record.guardian.hex()) + "/";
        for (std::size_t i = 0; i < record.events.size(); ++i) {
            auto const stem = folder + digits(i + 1, 6) + "-" + label(record.events[i].event);
            put(stem + ".json", write_envelope(record.events[i].event));
            if (!record.events[i].proof.empty()) put(stem + ".tlog-proof", record.events[i].proof);
        }
        for (auto const& stamp : record.stamps) take_stamp(record.guardian, stamp);
        for (auto const& der : record.certificates)
            put(below(place::authorities, short_hash(der) + ".crt"), write_pem(der));
        for (auto const& der : record.crls)
            files_[below(place::authorities, short_hash(der) + ".crl")] = der;
        for (auto const& block : record.blocks) take_block(block);
    }

    FolderFiles finish() {
        for (auto const& [name, card] : cards_) {
            auto const policy = log_policy(name, cards_, policy_);
            if (!policy.ok()) continue;
            put(below(place::custody, name.guardian.hex()) + "/log-" +
                    std::to_string(name.generation) + ".tlog-policy",
                tlog::write_policy(*policy));
        }
        return std::move(files_);
    }

private:
    void put(std::string const& path, std::string_view text) { files_[path] = to_bytes(text); }

    // "0001-received": only words of our own vocabulary get into a name.
    static std::string label(Envelope const& envelope) {
        auto const event = peek<CustodyEvent>(envelope);
        if (!event.ok()) return "unknown";
        auto const about = event->exhibit   ? show(*event->exhibit)
                           : event->case_id ? std::string("case")
                                            : std::string("log");
        return about + "-" + words_of(event->event).name;
    }

    void take_card(Envelope const& envelope) {
        auto const taken = take_log_card(cards_, envelope, policy_);
        if (!taken.ok() || !*taken) return;
        auto const card = peek<LogCard>(envelope);
        put(below(place::custody, card->guardian.hex()) + "/log-card-" +
                std::to_string(card->generation) + ".json",
            write_envelope(envelope));
    }

    void take_stamp(GuardianId const& guardian, LogStamp const& stamp) {
        auto const note = tlog::parse_note(stamp.checkpoint);
        auto const checkpoint =
            note.ok() ? tlog::parse_checkpoint(note->text) : Result<tlog::Checkpoint>(note.error());
        auto const log = checkpoint.ok() ? parse_log_origin(checkpoint->origin)
                                         : Result<LogName>(checkpoint.error());
        if (!log.ok() || log->guardian != guardian) return;
        auto const stem = below(place::time, guardian.hex()) + "/" +
                          std::to_string(log->generation) + "-" + digits(checkpoint->size, 8);
        put(stem + ".checkpoint", stamp.checkpoint);
        for (auto const& token : stamp.tokens)
            files_[stem + "." + token.authority + ".tst"] = token.token;
        if (!stamp.ots.empty()) files_[stem + ".ots"] = stamp.ots;
    }

    void take_block(KnownBlock const& block) {
        auto const header = ots::BlockHeader::from(block.header);
        auto const* folder =
            header.ok() && !ots::is_too_easy(*header) ? place::blocks : place::test_blocks;
        files_[below(folder, std::to_string(block.height) + "-" +
                                 short_hash(block.header).substr(0, 8) + ".header")] =
            to_bytes(ByteView(block.header));
    }

    Policy const& policy_;
    LogCards cards_;
    FolderFiles files_;
};

class Reader {
public:
    explicit Reader(FolderFiles const& files) : files_(files) {}

    CustodyFiles run() {
        for (auto const& [path, content] : files_) take(path, content);
        for (auto& [guardian, found] : guardians_) {
            found.record.guardian = guardian;
            found.record.certificates = certificates_;
            found.record.crls = crls_;
            found.record.blocks = blocks_;
            out_.records.push_back(std::move(found.record));
            out_.paths.push_back(std::move(found.paths));
        }
        return std::move(out_);
    }

private:
    struct Found {
        CustodyRecord record;
        CustodyFiles::Paths paths;
    };

    // The rest of the path, if it is below that folder.
    static std::optional<std::string_view> rest_of(std::string_view path, char const* folder) {
        std::string_view const name = folder;
        if (!path.starts_with(name) || path.size() <= name.size() || path[name.size()] != '/')
            return std::nullopt;
        return path.substr(name.size() + 1);
    }

    void tell(std::string const& path, Error why) {
        out_.troubles.push_back({path, std::move(why)});
    }

    void take(std::string const& path, Bytes const& content) {
        if (auto const rest = rest_of(path, place::authorities))
            return authority(path, *rest, content);
        if (auto const rest = rest_of(path, place::blocks)) return block(path, *rest, content);
        if (rest_of(path, place::test_blocks)) return;  // proves nothing, so it is not read
        if (auto const rest = rest_of(path, place::device_events))
            return device(path, *rest, content);
        if (auto const rest = rest_of(path, place::custody)) return custody(path, *rest, content);
        if (auto const rest = rest_of(path, place::time)) return stamp(path, *rest, content);
    }

    Found* guardian_of(std::string_view rest) {
        auto const id = GuardianId::from_hex(rest.substr(0, rest.find('/')));
        return id.ok() && rest.find('/') != std::string_view::npos ? &guardians_[*id] : nullptr;
    }

    void custody(std::string const& path, std::string_view rest, Bytes const& content) {
        auto* const found = guardian_of(rest);
        if (found == nullptr || !path.ends_with(".json")) return;
        auto envelope = parse_envelope(content, document_bytes_max);
        if (!envelope.ok()) return tell(path, envelope.take_error());
        if (rest.substr(rest.find('/') + 1).starts_with("log-card-")) {
            found->record.cards.push_back(envelope.take());
            found->paths.cards.push_back(path);
            return;
        }
        CustodyRecord::Event event{envelope.take(), {}};
        auto const proof = files_.find(path.substr(0, path.size() - 5) + ".tlog-proof");
        if (proof != files_.end()) event.proof = to_string(proof->second);
        found->record.events.push_back(std::move(event));
        found->paths.events.push_back(path);
    }

    // Tokens and proofs are named after the checkpoint they are of.
    void stamp(std::string const& path, std::string_view rest, Bytes const& content) {
        constexpr std::string_view ending = ".checkpoint";
        auto* const found = path.ends_with(ending) ? guardian_of(rest) : nullptr;
        if (found == nullptr) return;
        LogStamp stamp{to_string(content), {}, {}};
        auto const stem = path.substr(0, path.size() - ending.size()) + ".";
        for (auto at = files_.lower_bound(stem); at != files_.end() && at->first.starts_with(stem);
             ++at) {
            auto const name = std::string_view(at->first).substr(stem.size());
            if (name == "ots") stamp.ots = at->second;
            if (!name.ends_with(".tst")) continue;
            auto const authority = name.substr(0, name.size() - 4);
            if (check_authority_name(authority).ok())
                stamp.tokens.push_back({std::string(authority), at->second});
        }
        found->record.stamps.push_back(std::move(stamp));
        found->paths.stamps.push_back(path);
    }

    void device(std::string const& path, std::string_view rest, Bytes const& content) {
        auto const number = parse_exhibit_number(rest.substr(0, rest.find('-')));
        if (!number.ok() || !rest.ends_with(".json")) return;
        auto envelope = parse_envelope(content, document_bytes_max);
        if (!envelope.ok()) return tell(path, envelope.take_error());
        out_.by_device[*number].push_back(envelope.take());
    }

    void authority(std::string const& path, std::string_view rest, Bytes const& content) {
        if (rest.ends_with(".crl")) crls_.push_back(content);
        if (!rest.ends_with(".crt")) return;
        auto const parsed = Certificate::from_pem(as_text(content));
        if (!parsed.ok()) return tell(path, parsed.error());
        for (auto const& one : *parsed) certificates_.push_back(one.der());
    }

    void block(std::string const& path, std::string_view rest, Bytes const& content) {
        auto const height = tlog::parse_size(rest.substr(0, rest.find('-')));
        auto const header = exactly<80>(content);
        if (!rest.ends_with(".header")) return;
        if (!height.ok() || !header.ok())
            return tell(path, bad_input("is no block header").coded("header"));
        blocks_.push_back({*height, *header});
    }

    FolderFiles const& files_;
    CustodyFiles out_;
    std::map<GuardianId, Found> guardians_;
    std::vector<Bytes> certificates_, crls_;
    std::vector<KnownBlock> blocks_;
};

}  // namespace

FolderFiles write_custody_files(std::vector<CustodyRecord> const& records, Policy const& policy) {
    Writer writer(policy);
    for (auto const& record : records) writer.take(record);
    return writer.finish();
}

FolderFiles write_device_events(ExhibitNumber number, std::vector<Envelope> const& events) {
    FolderFiles files;
    for (std::size_t i = 0; i < events.size(); ++i) {
        auto const event = peek<CustodyEvent>(events[i]);
        if (!event.ok()) continue;
        auto const name =
            show(number) + "-" + digits(i + 1, 2) + "-" + words_of(event->event).name + ".json";
        files[below(place::device_events, name)] = to_bytes(write_envelope(events[i]));
    }
    return files;
}

bool is_custody_path(std::string_view path) {
    return path.starts_with(std::string(place::custody) + "/") ||
           path.starts_with(std::string(place::time) + "/");
}

CustodyFiles read_custody_files(FolderFiles const& files) { return Reader(files).run(); }

}  // namespace exhibit
