#include "release/publish.hpp"

#include <algorithm>
#include <set>

#include "case/custody_folder.hpp"
#include "case/device_lost.hpp"
#include "case/disclosure.hpp"
#include "case/release_folder.hpp"
#include "crypto/hash.hpp"
#include "release/folder_writer.hpp"
#include "release/open_exhibit.hpp"
#include "release/page.hpp"
#include "release/page_assets.hpp"

namespace exhibit::release {
namespace {

namespace place = release_folder;

constexpr std::size_t copy_bytes = 1 << 20;

// Depends only on what every publisher knows alike, so that the torrent is the same.
std::uint64_t piece_length_of(OpenedRelease const& release) {
    std::uint64_t total = 0;
    for (auto const& exhibit : release.exhibits)
        total += 2 * std::min(exhibit.size_bytes, torrent::file_length_limit);
    return torrent::piece_length_for(total);
}

std::string name_of(GuardianId const& guardian, DocumentDigest const& document) {
    return guardian.hex() + "-" + document.hex().substr(0, 16);
}

class Publisher {
public:
    Publisher(OpenedRelease const& release, CiphertextOpener const& ciphertexts,
              std::optional<age::X25519Identity> key, FolderWriter folder,
              PublishOptions const& options)
        : release_(release),
          ciphertexts_(ciphertexts),
          key_(std::move(key)),
          folder_(std::move(folder)),
          options_(options) {}

    Result<Published> run() {
        out_.opened = key_.has_value();
        for (auto const& refused : release_.refused)
            out_.problems.push_back({refused.number, refused.why});
        for (auto const& exhibit : release_.exhibits) { TRY(publish_exhibit(exhibit)); }
        TRY(write_case_files());
        TRY(write_bag_and_torrent());  // all of data/ is there
        TRY(write_documents());
        TRY(write_custody());
        TRY(write_keys());
        TRY(write_revocations());
        PageFacts const page{release_, out_, std::move(facts_), options_.base_url,
                             options_.hosted_by};
        TRY(folder_.write("index.html", write_page(page)));
        TRY(folder_.write("HOW-TO-CHECK.txt", write_how_to_check(page)));
        TRY(folder_.write(place::licences, page_assets::licences));
        if (options_.with_c2pa_reader) {
            TRY(folder_.write(place::c2pa_reader_script, page_assets::c2pa_reader_script));
            TRY(folder_.write(place::c2pa_reader_wasm, page_assets::c2pa_reader_wasm));
        }
        TRY(folder_.write(disclosure_folder::script, check_parts_script()));
        auto const list = TRY(list_of_files(folder_.on_disk("")));
        TRY(folder_.write(place::file_list, list));
        TRY(folder_.install());
        return std::move(out_);
    }

private:
    // A bad exhibit is a problem that is told; a full disk ends the publishing.
    Outcome publish_exhibit(OpenedRelease::Exhibit const& exhibit) {
        auto const found = ciphertexts_(exhibit.number);
        if (!found.ok() && found.error().fault != Fault::input) return found.error();
        if (!found.ok()) {
            out_.problems.push_back({exhibit.number, found.error()});
            return {};
        }
        auto const& path = *found;
        if (!path) {
            out_.problems.push_back(
                {exhibit.number, bad_input("there is no copy here")
                                     .coded("missing")
                                     .hint("fetch it from another guardian and publish again")});
            return {};
        }
        auto done = key_ ? publish_opened(exhibit, *path) : copy_ciphertext(exhibit, *path);
        if (!done.ok() && done.error().fault == Fault::input && key_ &&
            std::string_view(done.error().code) != "root" &&
            std::string_view(done.error().code) != "cipher-size") {
            // It cannot be opened as it should; its ciphertext is still what was sealed, for others
            // to judge.
            out_.problems.push_back({exhibit.number, done.take_error()});
            clear(exhibit.number);
            done = copy_ciphertext(exhibit, *path);
        }
        if (done.ok()) return {};
        if (done.error().fault != Fault::input) return done;
        clear(exhibit.number);
        out_.problems.push_back({exhibit.number, done.take_error()});
        return {};
    }

    void clear(ExhibitNumber number) {
        for (auto const* ending : {"", ".age", ".sd-jwt", ".disclosures.json"})
            folder_.drop(place::exhibit_file(number, ending));
        for (auto const* ending : {".exhibit-certificate.json", ".device-certificate.json"}) {
            folder_.drop(std::string(place::proofs) + "/" + show(number) + ending);
        }
        for (auto const& path : device_files_[number]) folder_.drop(path);
        device_files_.erase(number);
        std::erase_if(facts_, [&](auto const& one) { return one.first == number; });
    }

    Outcome go_on() const {
        if (!options_.should_stop || !options_.should_stop()) return {};
        return world_error("it was interrupted")
            .coded("stopped")
            .still_safe("nothing was published");
    }

    Outcome check_root(OpenedRelease::Exhibit const& exhibit, FileDigests const& cipher) {
        if (!exhibit.statement) return {};
        if (cipher.size != exhibit.statement->claims.size_bytes) {
            return bad_input("this copy of the ciphertext is not complete")
                .coded("cipher-size")
                .hint("fetch another copy");
        }
        return check_ciphertext(*exhibit.statement, CipherRoot(cipher.root), cipher.size);
    }

    Outcome copy_ciphertext(OpenedRelease::Exhibit const& exhibit, Path const& path) {
        auto const input = TRY(open_for_reading(path));
        auto stream = TRY(folder_.begin(place::exhibit_file(exhibit.number, ".age")));
        Bytes buffer(copy_bytes);
        for (std::size_t got = 1; got != 0;) {
            TRY(go_on());
            got = TRY(read_some(input.get(), buffer, path));
            TRY(stream.put(ByteView(buffer).first(got)));
        }
        auto const name = stream.path;
        auto const cipher = TRY(folder_.end(std::move(stream), name));
        TRY(check_root(exhibit, cipher));
        TRY(write_statement(exhibit));
        bool const is_signed = exhibit.statement.has_value();
        out_.exhibits.push_back({exhibit.number, {}, 0, std::nullopt, {}, !is_signed, is_signed});
        return {};
    }

    Outcome write_statement(OpenedRelease::Exhibit const& exhibit) {
        if (!exhibit.statement) return {};
        return folder_.write(place::exhibit_file(exhibit.number, ".sd-jwt"),
                             exhibit.statement_text);
    }

    Outcome publish_opened(OpenedRelease::Exhibit const& exhibit, Path const& path) {
        auto const input = TRY(open_for_reading(path));
        auto const total = TRY(file_size(input.get(), path));
        auto const cipher_name = place::exhibit_file(exhibit.number, ".age");
        auto const incoming = place::exhibit_file(exhibit.number, "/.incoming");
        auto cipher = TRY(folder_.begin(cipher_name));
        auto original = TRY(folder_.begin(incoming));
        auto const tap = [&](ByteView piece) -> Outcome {
            TRY(go_on());
            TRY(cipher.put(piece));
            if (options_.progress) options_.progress(exhibit.number, done_ += piece.size(), total);
            return {};
        };
        done_ = 0;
        age::Identity const* const identities[] = {&*key_};
        auto const* statement = exhibit.statement ? &*exhibit.statement : nullptr;
        UnpackInput const unpacking{input.get(), path, identities, statement, true};
        auto opened =
            TRY(unpack(unpacking, tap, [&](ByteView piece) { return original.put(piece); }));
        auto const cipher_digests = TRY(folder_.end(std::move(cipher), cipher_name));
        TRY(check_root(exhibit, cipher_digests));
        auto const name = place::safe_file_name(opened.facts ? opened.facts->name : opened.name);
        auto const final_path = place::exhibit_file(exhibit.number, "/" + name);
        auto const digests = TRY(folder_.end(std::move(original), final_path));
        if (opened.facts) { TRY(check_block_tree(folder_.on_disk(final_path), *opened.facts)); }
        TRY(write_statement(exhibit));
        TRY(write_proofs(exhibit, opened));
        out_.exhibits.push_back({exhibit.number, name, digests.size, PlainDigest(digests.sha256),
                                 final_path, opened.unfinished, exhibit.statement.has_value()});
        if (opened.facts) facts_.emplace_back(exhibit.number, std::move(*opened.facts));
        return {};
    }

    Outcome write_proofs(OpenedRelease::Exhibit const& exhibit, OpenedExhibit const& opened) {
        if (!opened.disclosures.empty()) {
            TRY(folder_.write(place::exhibit_file(exhibit.number, ".disclosures.json"),
                              opened.disclosures));
        }
        auto const base = std::string(place::proofs) + "/" + show(exhibit.number);
        if (opened.exhibit_certificate) {
            TRY(folder_.write(base + ".exhibit-certificate.json",
                              write_envelope(*opened.exhibit_certificate)));
        }
        if (opened.device_certificate) {
            TRY(folder_.write(base + ".device-certificate.json",
                              write_envelope(*opened.device_certificate)));
        }
        for (auto const& [path, content] :
             write_device_events(exhibit.number, opened.device_events)) {
            TRY(folder_.write(path, content));
            device_files_[exhibit.number].push_back(path);
        }
        return {};
    }

    Outcome write_case_files() {
        auto const& policy = release_.policy();
        TRY(folder_.write(place::record, release_.record));
        auto const own = policy_for_everyone(release_.evidence.policy.envelope(), policy.witness);
        TRY(folder_.write(place::policy, write_envelope(own)));
        if (!key_) return {};
        auto const key = age::write_identity_file(*key_);
        std::string text = std::string(policy.drill ? "# DRILL\n" : "") +
                           "# Opens every exhibit of case " + policy.case_id.text() +
                           ":  age -d -i case-key.txt 0001.age | tar x\n";
        text += key.reveal_text();  // reveal: this is the release of it
        auto written = folder_.write(place::case_key, text);
        wipe(text);
        return written;
    }

    Outcome write_bag_and_torrent() {
        std::vector<bagit::ListedFile> payload;
        torrent::TorrentPlan plan{.name = "data",
                                  .piece_length = piece_length_of(release_),
                                  .files = {},
                                  .web_seeds = options_.web_seeds};
        std::string sums;
        for (auto const& file : folder_.listed()) {
            if (!file.path.starts_with("data/")) continue;
            payload.push_back({file.path, to_hex(file.digests.sha256), file.digests.size});
            plan.files.push_back({components(file.path.substr(5)), file.digests.size,
                                  file.digests.root, file.digests.piece_layer});
        }
        for (auto const& one : out_.exhibits) {
            if (one.sha256) sums += one.sha256->hex() + "  " + one.path + "\n";
        }
        auto const manifest = TRY(bagit::write_manifest(bagit::Algorithm::sha256, payload));
        auto const& policy = release_.policy();
        std::vector<bagit::InfoField> info = {{"External-Identifier", policy.case_id.text()},
                                              {"Payload-Oxum", bagit::write_oxum(payload)}};
        if (policy.drill)
            info.push_back(
                {"External-Description", "DRILL: a rehearsal with a dummy case, not evidence"});
        auto const info_text = TRY(bagit::write_bag_info(info));
        std::vector<bagit::ListedFile> tags;
        for (auto const& [name, text] :
             {std::pair<std::string, std::string>{"bagit.txt", bagit::write_declaration()},
              {"bag-info.txt", info_text},
              {place::manifest, manifest}}) {
            TRY(folder_.write(name, text));
            tags.push_back({name, to_hex(sha256(text)), text.size()});
        }
        // Only these: documents beside data/ may grow, the page may be made anew.
        auto const tag_manifest = TRY(bagit::write_manifest(bagit::Algorithm::sha256, tags));
        TRY(folder_.write(place::tag_manifest, tag_manifest));
        TRY(folder_.write("SHA256SUMS", sums));

        auto const torrent = TRY(torrent::write_torrent(plan));
        auto const parsed = TRY(torrent::parse_torrent(torrent));
        VERIFY(parsed.info_hash_v2.has_value());
        out_.info_hash = *parsed.info_hash_v2;
        out_.magnet = torrent::magnet_link(parsed);
        out_.torrent_file = "exhibit-" + policy.case_id.text() + ".torrent";
        TRY(folder_.write(out_.torrent_file, torrent));
        return folder_.write("magnet.txt", out_.magnet + "\n");
    }

    static std::vector<std::string> components(std::string_view path) {
        std::vector<std::string> out;
        for (;;) {
            auto const slash = path.find('/');
            out.emplace_back(path.substr(0, slash));
            if (slash == std::string_view::npos) return out;
            path.remove_prefix(slash + 1);
        }
    }

    template <typename T>
    Outcome write_all_of(char const* folder, std::vector<Signed<T>> const& documents) {
        std::set<std::string> written;
        for (auto const& one : documents) {
            auto const name =
                std::string(folder) + "/" + name_of(one->guardian, one.digest()) + ".json";
            if (!written.insert(name).second) continue;
            TRY(folder_.write(name, write_envelope(one.envelope())));
        }
        return {};
    }

    Outcome write_policies() {
        auto const& evidence = release_.evidence;
        TRY(write_all_of(place::policy_folder(evidence.policy->version).c_str(),
                         evidence.no_objections));
        for (auto const& one : release_.earlier) {
            auto const version = peek<Policy>(one.policy);
            if (!version.ok()) continue;
            auto const folder = place::policy_folder(version->version);
            TRY(folder_.write(folder + "/policy.json", write_envelope(one.policy)));
            for (auto const& word : one.no_objections) {
                auto const said = peek<NoObjection>(word);
                if (!said.ok()) continue;
                auto const name = folder + "/" + name_of(said->guardian, document_digest(word));
                TRY(folder_.write(name + ".json", write_envelope(word)));
            }
        }
        return {};
    }

    Outcome write_documents() {
        auto const& evidence = release_.evidence;
        TRY(write_policies());
        TRY(write_all_of(place::votes, evidence.votes));
        TRY(write_all_of(place::adoptions, evidence.adoptions));
        TRY(write_all_of(place::receipts, evidence.receipts));
        TRY(write_all_of(place::shares, evidence.shares));
        for (auto const& share : evidence.shares) {
            // As files, so that `age -d` opens them.
            for (std::size_t i = 0; i < share->encrypted.size(); ++i) {
                auto const name =
                    name_of(share->guardian, share.digest()) + "." + std::to_string(i + 1) + ".age";
                TRY(folder_.write(std::string(place::shares) + "/" + name,
                                  share->encrypted[i].age_file));
            }
        }
        TRY(folder_.write(place::locked_case_key, release_.case_key_age));
        TRY(folder_.write(place::subject, write_envelope(evidence.subject.envelope)));
        return folder_.write(place::vouched, evidence.vouched.text());
    }

    Outcome write_custody() {
        auto const files = write_custody_files(release_.custody, release_.policy());
        for (auto const& [path, content] : files) { TRY(folder_.write(path, content)); }
        return {};
    }

    // What is not the witness's word is left out; what cannot be opened is of no use to anybody.
    Outcome write_revocations() {
        for (auto const& envelope : release_.devices_lost) {
            auto const lost = Signed<DeviceLost>::open(envelope, release_.policy().witness);
            if (!lost.ok() || lost.value()->case_id != release_.policy().case_id) continue;
            auto const base =
                std::string(place::revocations) + "/" + lost->digest().hex().substr(0, 16);
            TRY(folder_.write(base + ".device-lost.json", write_envelope(lost->envelope())));
            if (!key_) continue;
            auto const text = age::decrypt(lost.value()->revocation_age, *key_, document_bytes_max);
            if (!text.ok()) continue;
            auto opened = parse_envelope(*text, document_bytes_max);
            if (!opened.ok()) continue;
            auto const revocation =
                Signed<Revocation>::open(opened.take(), release_.policy().witness);
            if (!revocation.ok()) continue;
            TRY(folder_.write(base + ".json", write_envelope(revocation->envelope())));
        }
        return {};
    }

    Outcome write_keys() {
        auto const folder = std::string(place::keys) + "/";
        auto const& policy = release_.policy();
        TRY(folder_.write(folder + "witness-" + dsse_keyid(policy.witness) + ".pem",
                          write_public_pem(policy.witness)));
        for (auto const& guardian : policy.guardians) {
            TRY(folder_.write(folder + "guardian-" + guardian.id().hex() + ".pem",
                              write_public_pem(guardian.key)));
        }
        for (auto const& exhibit : release_.exhibits) {
            if (!exhibit.statement) continue;
            TRY(folder_.write(folder + "exhibit-" + show(exhibit.number) + ".pem",
                              write_public_pem(exhibit.statement->key)));
        }
        return {};
    }

    OpenedRelease const& release_;
    CiphertextOpener const& ciphertexts_;
    std::optional<age::X25519Identity> key_;
    FolderWriter folder_;
    PublishOptions const& options_;
    Published out_;
    std::vector<std::pair<ExhibitNumber, SealFacts>> facts_;
    std::map<ExhibitNumber, std::vector<std::string>> device_files_;
    std::uint64_t done_ = 0;
};

}  // namespace

Result<Published> publish(ReleaseBundle const& bundle, CiphertextOpener const& ciphertexts,
                          std::span<age::X25519Identity const> readers, Path const& out,
                          PublishOptions const& options) {
    auto const release = TRY(open_release(bundle));
    std::optional<age::X25519Identity> key;
    auto found = case_key_of(release, readers);
    if (found.ok()) key = found.take();
    // Without a reader's key the ciphertexts are published for those who have one.
    else if (!readers.empty() || std::string_view(found.error().code) != "no-reader")
        return found.take_error();
    auto const access = release.for_everyone() ? Access::everyone : Access::only_me;
    auto folder = TRY(FolderWriter::create(out, access, piece_length_of(release)));
    Publisher publisher(release, ciphertexts, std::move(key), std::move(folder), options);
    return publisher.run();
}

Result<std::size_t> refresh_custody(Path const& folder, ReleaseBundle const& bundle) {
    auto const release = TRY(open_release(bundle));
    auto const access = release.for_everyone() ? Access::everyone : Access::only_me;
    std::size_t changed = 0;
    for (auto const& [path, content] : write_custody_files(release.custody, release.policy())) {
        auto const file = folder / path;
        auto const before = read_file(file, custody_file_bytes_max);
        if (before.ok() && *before == content) continue;
        std::error_code failed;
        std::filesystem::create_directories(file.parent_path(), failed);
        TRY(replace_file(file, ByteView(content), access));
        ++changed;
    }
    if (changed != 0) {
        auto const list = TRY(list_of_files(folder));
        TRY(replace_file(folder / place::file_list, as_bytes(list), access));
    }
    return changed;
}

}  // namespace exhibit::release
