#include "prove/disclosure_papers.hpp"

#include "case/custody_folder.hpp"
#include "case/disclosure.hpp"
#include "case/receipt.hpp"
#include "case/release_folder.hpp"
#include "prove/disk_folder.hpp"

namespace exhibit::prove {
namespace {

namespace place = release_folder;

bool is_own_receipt(std::string const& text, SealStatement const& statement) {
    auto const envelope = parse_envelope(as_bytes(text), document_bytes_max);
    if (!envelope.ok()) return false;
    auto const receipt = peek<ExhibitReceipt>(*envelope);
    return receipt.ok() && receipt->statement == statement.digest;
}

// Cards and policies of logs, this exhibit's own events, stamps, authorities, blocks. What happened
// to other exhibits stays where it is.
bool is_wanted_custody(std::string const& path, ExhibitNumber number) {
    auto const name = path.substr(path.rfind('/') + 1);
    if (path.starts_with(std::string(place::device_events) + "/")) return false;
    if (path.starts_with(std::string(place::time) + "/")) return true;
    return name.starts_with("log-") ||
           name.find("-" + show(number) + "-received.") != std::string::npos;
}

class Copier {
public:
    Copier(Path const& release, SealStatement const& statement, Path const& to)
        : from_(release), statement_(statement), to_(to) {}

    Outcome run() {
        auto const base = std::string(place::proofs) + "/" + show(statement_.claims.number);
        TRY(copy(place::policy, disclosure_folder::policy));
        for (auto const* ending : {".exhibit-certificate.json", ".device-certificate.json"}) {
            TRY(copy(base + ending, base + ending));
        }
        auto const entries = TRY(from_.list());
        for (auto const& entry : entries) {
            if (entry.kind != bagit::EntryKind::file) continue;
            TRY(take(entry.path));
        }
        return {};
    }

private:
    Outcome take(std::string const& path) {
        if (path.starts_with(std::string(place::receipts) + "/")) {
            auto const text = from_.text(path, document_bytes_max);
            if (text.ok() && is_own_receipt(*text, statement_)) return copy(path, path);
        }
        if (is_custody_path(path) && is_wanted_custody(path, statement_.claims.number))
            return copy(path, path);
        return {};
    }

    Outcome copy(std::string const& path, std::string const& as) {
        auto const text = from_.text(path, custody_file_bytes_max);
        if (!text.ok()) {
            if (text.error().fault == Fault::world) return text.error();
            return {};  // not there: the disclosure says less
        }
        TRY(make_folders((to_ / as).parent_path()));
        return replace_file(to_ / as, *text);
    }

    DiskFolder from_;
    SealStatement const& statement_;
    Path const& to_;
};

}  // namespace

Outcome copy_papers(Path const& release, SealStatement const& statement, Path const& to) {
    return Copier(release, statement, to).run();
}

}  // namespace exhibit::prove
