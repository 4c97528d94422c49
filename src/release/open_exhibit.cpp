#include "release/open_exhibit.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "case/device_events.hpp"
#include "case/package_names.hpp"
#include "case/parallel_tree.hpp"
#include "crypto/hash.hpp"
#include "formats/tar/name.hpp"
#include "formats/torrent/piece_tree.hpp"

namespace exhibit::release {
namespace {

constexpr std::size_t certificate_bytes_max = 64 * 1024;

Error not_as_sealed(char const* what, char const* code) {
    return bad_input(what).coded(code).hint(
        "fetch the ciphertext from another guardian; if it is the same, this exhibit is not what "
        "its seal says");
}

// The facts, held against what came out and against what was signed.
Outcome check_facts(OpenedExhibit& opened, SealStatement const* statement) {
    auto const disclosures = TRY(parse_disclosures(as_bytes(opened.disclosures)));
    if (statement != nullptr) {
        auto fits = statement->check_disclosures(disclosures);
        if (!fits.ok()) {
            return bad_input("the disclosures in the package are not those of the seal statement")
                .coded("disclosures");
        }
        opened.statement_checked = true;
    }
    opened.facts = TRY(read_facts(disclosures));
    if (opened.facts->size_bytes != opened.size_bytes)
        return not_as_sealed("the original has another size than was sealed", "size");
    if (opened.facts->sha256 != opened.digest)
        return not_as_sealed("the original is not the one that was sealed", "digest");
    return {};
}

// A device that says nonsense of its own doings has still sealed what it sealed.
void take_device_events(OpenedExhibit& opened, std::string const& lines,
                        SealStatement const* statement) {
    auto events = parse_device_lines(lines);
    if (!events.ok()) return;
    for (auto& event : *events) {
        if (statement == nullptr || open_device_event(event, *statement).ok())
            opened.device_events.push_back(std::move(event));
    }
}

// Certificates are kept as they are: who trusts which key is for the caller to say.
Outcome take_certificates(OpenedExhibit& opened, PackageReader const& package,
                          age::Identities identities) {
    if (!package.exhibit_certificate.empty()) {
        opened.exhibit_certificate =
            TRY(parse_envelope(as_bytes(package.exhibit_certificate), document_bytes_max));
    }
    // A reader who is not of the case opens the exhibit, but not these two.
    auto const open = [&](std::string const& age_file) -> std::optional<Envelope> {
        auto const text = age::decrypt(as_bytes(age_file), identities, certificate_bytes_max);
        if (!text.ok()) return std::nullopt;
        auto envelope = parse_envelope(*text, document_bytes_max);
        return envelope.ok() ? std::optional(envelope.take()) : std::nullopt;
    };
    opened.device_certificate = open(package.device_certificate_age);
    opened.policy = open(package.policy_age);
    return {};
}

std::string name_for(OpenedExhibit const& opened, std::string const& entry) {
    // A file called like one of the package's own entries was sealed as "original-NAME".
    if (opened.facts && entry == package_entry_name(opened.facts->name)) {
        auto const safe = tar::safe_relative_name(opened.facts->name);
        if (safe.ok() && safe->find('/') == std::string::npos) return *safe;
    }
    if (!entry.empty()) return entry;
    return opened.facts ? tar::printable(opened.facts->name) : std::string();
}

// A file that becomes visible under its name only when all is well. Where the system can, it has no
// name until then, so that nothing of the footage stays when the program is killed.
class Aside {
public:
    static Result<Aside> create(Path const& folder) {
        Descriptor unnamed(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
        auto const by_number = "/proc/self/fd/" + std::to_string(unnamed.get());
        if (unnamed.is_open() && is_there(by_number))
            return Aside(by_number, std::move(unnamed), false);
        auto const tag = to_hex(SystemRandom().bytes<6>());
        auto path = folder / (".exhibit-open-" + tag + ".part");
        auto file = TRY(create_new_file(path));
        return Aside(std::move(path), std::move(file), true);
    }
    Aside(Aside&&) noexcept = default;
    Aside& operator=(Aside&&) = delete;
    ~Aside() {
        if (file_.is_open() && named_) ::unlink(path_.c_str());
    }
    int fd() const { return file_.get(); }
    Path const& path() const { return path_; }

    Outcome commit(Path const& target) {
        TRY(sync_file(file_.get(), target));
        if (!named_ &&
            ::linkat(AT_FDCWD, path_.c_str(), AT_FDCWD, target.c_str(), AT_SYMLINK_FOLLOW) != 0) {
            if (errno == EEXIST) return exists(target);
            return system_error("cannot be put in place", tar::printable(target.string()));
        }
        if (!named_) return sync_folder(target.parent_path());
        int moved = static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, path_.c_str(), AT_FDCWD,
                                               target.c_str(), RENAME_NOREPLACE));
        if (moved != 0 &&
            (errno == EINVAL || errno == ENOSYS)) {  // a file system without it, such as FAT
            if (is_there(target))
                errno = EEXIST;
            else
                moved = ::rename(path_.c_str(), target.c_str());
        }
        if (moved != 0 && errno == EEXIST) return exists(target);
        if (moved != 0)
            return system_error("cannot be put in place", tar::printable(target.string()));
        file_.close();
        return sync_folder(target.parent_path());
    }

    static Error exists(Path const& target) {
        return wrong_use("there is already a file of that name")
            .at(tar::printable(target.string()))
            .coded("exists")
            .still_safe("it is untouched")
            .hint("open into an empty folder with --out");
    }

private:
    Aside(Path path, Descriptor file, bool named)
        : path_(std::move(path)), file_(std::move(file)), named_(named) {}
    Path path_;
    Descriptor file_;
    bool named_;
};

Result<std::uint64_t> size_of_regular(int fd, Path const& name) {
    struct stat info {};
    if (fstat(fd, &info) != 0) return system_error("cannot be measured", name.string());
    if (!S_ISREG(info.st_mode))
        return wrong_use("is not a regular file").at(name.string()).coded("not-a-file");
    return static_cast<std::uint64_t>(info.st_size);
}

Error about(Error error, Path const& file) {
    if (error.where.empty())
        error.where = file.string();
    else if (error.where.find(file.string()) == std::string::npos)
        error.where = file.string() + ", " + error.where;
    if (error.safe.empty())
        error.safe = "the ciphertext is untouched; nothing half-written was left behind";
    return error;
}

Result<OpenedExhibit> open_into(Path const& ciphertext, age::Identities identities,
                                Path const& folder, SealStatement const* statement,
                                OpenOptions const& options) {
    TRY(check_regular(ciphertext));
    auto const input = TRY(open_for_reading(ciphertext));
    auto const total = TRY(size_of_regular(input.get(), ciphertext));
    if (statement != nullptr && statement->claims.size_bytes != total) {
        return not_as_sealed("the ciphertext has another size than was signed", "size");
    }
    auto aside = TRY(Aside::create(folder));
    torrent::PieceTree tree;
    std::uint64_t done = 0;
    auto const tap = [&](ByteView piece) -> Outcome {
        tree.update(piece);
        done += piece.size();
        if (options.progress) options.progress(done, total);
        if (options.should_stop && options.should_stop())
            return world_error("it was interrupted").coded("stopped");
        return {};
    };
    auto const original = [&](ByteView piece) {
        return write_all(aside.fd(), piece, aside.path());
    };
    UnpackInput const unpacking{input.get(), ciphertext, identities, statement,
                                options.allow_unfinished};
    auto opened = TRY(unpack(unpacking, tap, original));
    auto const facts = tree.finish();
    opened.root = CipherRoot(facts.root);
    if (statement != nullptr) { TRY(check_ciphertext(*statement, opened.root, facts.size)); }
    if (options.check_tree && opened.facts) {
        TRY(check_block_tree(aside.path(), *opened.facts));
        opened.tree_checked = true;
    }
    auto const begun = std::chrono::steady_clock::now();
    // Hidden, a start-up file of a shell, an option of a program: none of these is written where
    // one happens to stand.
    if (std::string_view(".~-").find(opened.name[0]) != std::string_view::npos)
        opened.name[0] = '_';
    TRY(aside.commit(folder / opened.name));
    opened.sync_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    return opened;
}

}  // namespace

Outcome check_regular(Path const& file) {
    std::error_code problem;
    auto const is = std::filesystem::status(file, problem);
    if (std::filesystem::exists(is) && !std::filesystem::is_regular_file(is))
        return wrong_use("is not a regular file").at(file.string()).coded("not-a-file");
    return {};
}

Outcome check_ciphertext(SealStatement const& statement, CipherRoot const& root,
                         std::uint64_t size_bytes) {
    if (statement.claims.size_bytes != size_bytes)
        return not_as_sealed("the ciphertext has another size than was signed", "size");
    if (statement.claims.root != root)
        return not_as_sealed("the ciphertext is not the one that was signed", "root");
    return {};
}

Outcome check_block_tree(Path const& original, SealFacts const& facts) {
    auto const seed = TRY(Secret<32>::copy_of(facts.block_seed));
    auto const root = TRY(block_root_of_file(original, seed));
    if (root != facts.block_root)
        return not_as_sealed("the block tree of the original is not the one that was sealed",
                             "tree");
    return {};
}

Result<OpenedExhibit> unpack(UnpackInput const& input, CipherTap const& tap,
                             age::Sink const& original) {
    Sha256 hash;
    PackageReader package([&](ByteView piece) -> Outcome {
        hash.update(piece);
        return original(piece);
    });
    tar::TarReader reader(package);
    // What was signed is complete; only what was cut off before its statement may be a part.
    auto const cut = input.statement == nullptr && input.allow_unfinished ? CutShort::allowed
                                                                          : CutShort::refused;
    auto const decrypted = TRY(decrypt_file(
        input.fd, input.name, input.identities, tap,
        [&](ByteView plain) { return reader.update(plain); }, cut));
    OpenedExhibit opened;
    opened.cipher_bytes = decrypted.cipher_bytes;
    opened.size_bytes = package.original_bytes();
    opened.digest = PlainDigest(hash.finish());
    opened.unfinished = decrypted.cut_short;
    if (opened.unfinished) package.drop_half_entry();
    if (opened.unfinished && package.disclosures.empty()) {
        if (package.entry_name().empty()) {
            return bad_input("the age file is cut short before anything of the original")
                .coded("payload");
        }
    } else {
        if (!opened.unfinished) { TRY(reader.finish()); }
        opened.unfinished = false;  // cut in the padding: everything that matters is there
        opened.disclosures = package.disclosures;
        TRY(check_facts(opened, input.statement));
        TRY(take_certificates(opened, package, input.identities));
        take_device_events(opened, package.custody, input.statement);
    }
    opened.name = name_for(opened, package.entry_name());
    if (opened.name.empty()) return bad_input("the package holds no original").coded("package");
    return opened;
}

Result<OpenedExhibit> open_exhibit(Path const& ciphertext, age::Identities identities,
                                   Path const& folder, SealStatement const* statement,
                                   OpenOptions const& options) {
    auto opened = open_into(ciphertext, identities, folder, statement, options);
    if (!opened.ok()) return about(opened.take_error(), ciphertext);
    return opened;
}

}  // namespace exhibit::release
