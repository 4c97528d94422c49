#include "guard/guardian/uploads.hpp"

#include "guard/wire/wire.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t uploads_of_case_max = 20'000;
constexpr std::size_t open_uploads_max = 64;  // of one case, not yet whole

Result<CaseId> case_of_owner(std::string_view owner) {
    return CaseId::parse(owner.substr(0, owner.find('/')));
}

std::string owner_of(CaseId const& id, ExhibitNumber number) {
    return id.text() + "/" + show(number);
}

}  // namespace

Result<std::uint64_t> Quotas::used(CaseId const& id) {
    auto const known = used_.find(id);
    if (known != used_.end()) return known->second;
    auto const counted = TRY(premises_.blobs.bytes_under(id.text() + "/"));
    used_[id] = counted;
    return counted;
}

Outcome Quotas::take(CaseId const& id, std::uint64_t bytes) {
    auto const record = TRY(premises_.files.record(id));
    std::lock_guard lock(mutex_);
    auto const before = TRY(used(id));
    if (before > record->quota_bytes || bytes > record->quota_bytes - before) {
        return bad_input("this guardian's room for the case is full").coded("quota");
    }
    used_[id] = before + bytes;
    return {};
}

Result<std::uint64_t> Quotas::left(CaseId const& id) {
    auto const record = TRY(premises_.files.record(id));
    std::lock_guard lock(mutex_);
    auto const now = TRY(used(id));
    return record->quota_bytes > now ? record->quota_bytes - now : 0;
}

void Quotas::forget(CaseId const& id) {
    std::lock_guard lock(mutex_);
    used_.erase(id);
}

Uploads::Uploads(Premises const& premises, Doorman& doorman, Exhibits& exhibits)
    : premises_(premises),
      doorman_(doorman),
      exhibits_(exhibits),
      quotas_(premises),
      store_(
          premises.blobs, premises.rows(),
          [this](std::string const& owner, std::uint64_t bytes) -> Outcome {
              auto const id = TRY(case_of_owner(owner));
              return quotas_.take(id, bytes);
          },
          [this](std::string const& owner) {
              if (auto const id = case_of_owner(owner)) quotas_.forget(*id);
          }) {}

TusServer& Uploads::server_of(CaseId const& id) {
    std::lock_guard lock(servers_mutex_);
    auto& server = servers_[id];
    if (!server) {
        TusServerOptions options;
        options.base_path = case_path(id, "uploads");
        options.lifetime = std::nullopt;
        options.now = premises_.now;
        server = std::make_unique<TusServer>(store_, *this, std::move(options));
    }
    return *server;
}

Result<UploadGrant> Uploads::authorize(HttpRequest const& request, UploadWish const& wish) {
    auto const id = TRY(case_in_path(request.path()));
    TRY(doorman_.check_witness(request, id));
    auto const text = tus::find_value(wish.metadata, "number");
    if (!text) return bad_input("the metadata must name the exhibit's number").coded("metadata");
    auto const number = parse_exhibit_number(as_text(*text));
    if (!number) return bad_input("the exhibit's number is not like 0001").coded("metadata");
    auto const held = TRY(exhibits_.find(id, *number));
    if (held && held->from_witness)
        return bad_input("this exhibit is here already").coded("conflict");
    auto const known = TRY(store_.list(id.text() + "/", uploads_of_case_max));
    if (wish.length == 0u) return bad_input("there is nothing to upload").coded("metadata");
    std::size_t open = 0;
    for (auto const& one : known) {
        if (one.state.complete()) continue;
        // Begun for this exhibit, and nothing came: its address was lost on the way to the witness,
        // or the line was. What is begun anew takes its place; a network that swallows every answer
        // must not use up what a case may begin.
        bool const replaced = one.state.offset == 0 && one.state.owner == owner_of(id, *number) &&
                              store_.remove(one.id).ok();
        open += replaced ? 0 : 1;
    }
    if (open >= open_uploads_max || known.size() >= uploads_of_case_max) {
        return bad_input("too many unfinished uploads").coded("later");
    }
    auto const left = TRY(quotas_.left(id));
    if (left == 0 || wish.length.value_or(0) > left) {
        return bad_input("this guardian's room for the case is full").coded("quota");
    }
    return UploadGrant{owner_of(id, *number), left};
}

Outcome Uploads::may_touch(HttpRequest const& request, UploadId const&, UploadState const& state) {
    auto const id = TRY(case_in_path(request.path()));
    TRY(doorman_.check_witness(request, id));
    if (!state.owner.starts_with(id.text() + "/"))
        return bad_input("there is no such upload").coded("not-found");
    if (tus::effective_method({request.method, request.headers, std::nullopt}) == "DELETE") {
        return bad_input("what was uploaded stays").coded("forbidden");
    }
    return {};
}

Result<FolderUploads::Found> Uploads::find_whole(CaseId const& id, SealStatement const& statement) {
    auto const& claims = statement.claims;
    auto const found = TRY(store_.list(owner_of(id, claims.number) + "/", uploads_of_case_max));
    bool any_whole = false;
    for (auto const& one : found) {
        if (!one.state.complete()) continue;
        any_whole = true;
        if (one.state.offset != claims.size_bytes) continue;
        auto const blob = TRY(FolderUploads::blob_of(one.id, one.state));
        auto const root = TRY(root_of_blob(premises_.blobs, blob, claims.size_bytes));
        if (root == claims.root) return one;
    }
    if (!any_whole) return bad_input("the upload is not whole yet").coded("not-whole");
    return bad_input("what was uploaded is not what the statement says").coded("root");
}

Result<Envelope> Uploads::accept_statement(CaseId const& id, ExhibitNumber number,
                                           std::string_view text) {
    auto const record = TRY(premises_.files.record(id));
    auto const statement = TRY(SealStatement::parse(text));
    auto const& claims = statement.claims;
    if (claims.case_id != id || claims.number != number || claims.drill != record->drill) {
        return bad_input("the statement is of another case or exhibit").coded("statement");
    }
    std::lock_guard lock(statement_stripes_[id.bytes()[0] % statement_stripes_.size()]);
    auto const before = TRY(exhibits_.find(id, number));
    if (before && before->statement_digest == statement.digest)
        return exhibits_.own_receipt(id, number);
    if (before && before->from_witness) {
        return bad_input("this exhibit is here already, under another statement").coded("exists");
    }
    auto const upload = TRY(find_whole(id, statement));
    TRY(store_.finish(upload.id));
    auto const blob = TRY(FolderUploads::blob_of(upload.id, upload.state));
    HeldExhibit exhibit;
    exhibit.number = number;
    exhibit.blob = blob.text();
    exhibit.size_bytes = claims.size_bytes;
    exhibit.root = claims.root;
    exhibit.statement_digest = statement.digest;
    exhibit.statement = std::string(text);
    exhibit.from_witness = true;
    exhibit.received = premises_.now();
    return exhibits_.hold(id, exhibit, {});
}

Result<std::vector<Uploads::Unfinished>> Uploads::unfinished(CaseId const& id) {
    auto const found = TRY(store_.list(id.text() + "/", uploads_of_case_max));
    std::map<std::uint32_t, Unfinished> longest;
    for (auto const& one : found) {
        auto const parsed =
            parse_exhibit_number(std::string_view(one.state.owner).substr(id.text().size() + 1));
        if (!parsed || one.state.offset == 0) continue;
        auto const number = *parsed;
        auto const held = TRY(exhibits_.find(id, number));
        if (held) continue;
        auto& best = longest[number.get()];
        if (best.size_bytes >= one.state.offset) continue;
        auto const blob = TRY(FolderUploads::blob_of(one.id, one.state));
        best = {number, one.state.offset, blob.text(), one.state.complete()};
    }
    std::vector<Unfinished> all;
    for (auto& [number, one] : longest) all.push_back(std::move(one));
    return all;
}

}  // namespace exhibit::guard
