// The fetching half of Spread: from a receipt to a copy of our own.
#include <algorithm>

#include "guard/guardian/spread.hpp"
#include "guard/wire/wire.hpp"

namespace exhibit::guard {
namespace {

// Named after statement and source: a partial copy is resumed only from the one it came from, so
// that a wrong root has one culprit.
Result<BlobName> partial_name(CaseId const& id, ExhibitReceipt const& receipt) {
    return BlobName::parse(id.text() + "/" + show(receipt.number) + "/from-" +
                           receipt.guardian.hex().substr(0, 16) + "-" +
                           receipt.statement.hex().substr(0, 16));
}

Error status_error(Directory::Entry const& from, unsigned status) {
    return world_error(from.name + " answers " + std::to_string(status)).coded("peer");
}

Error lie(Directory::Entry const& from, ExhibitNumber number, std::string const& what) {
    return bad_input(from.name + " sent for exhibit " + show(number) + " " + what)
        .coded("peer-lies");
}

}  // namespace

void Spread::begin_pull(CaseId const& id, Signed<ExhibitReceipt> receipt) {
    auto const number = receipt->number.get();
    {
        std::lock_guard lock(mutex_);
        if (pulls_.size() >= pulls_max && !pulls_.contains({id, number})) return;
        auto& pull = pulls_[{id, number}];
        std::erase_if(pull.sources,
                      [&](auto const& known) { return known->guardian == receipt->guardian; });
        pull.sources.push_back(std::move(receipt));
        if (pull.running) return;
        pull.running = true;
    }
    pulling_.post([this, id, number] { pull_now(id, number); });
}

void Spread::pull_now(CaseId const& id, std::uint32_t number) {
    std::vector<GuardianId> tried;
    while (true) {
        std::optional<Signed<ExhibitReceipt>> source;
        std::vector<Signed<ExhibitReceipt>> all;
        {
            std::lock_guard lock(mutex_);
            auto const& pull = pulls_[{id, number}];
            all = pull.sources;
            for (auto const& one : all) {
                if (std::ranges::find(tried, one->guardian) == tried.end()) source = one;
            }
            if (!source || stopping_) {
                // All failed: who still holds it offers it again.
                pulls_.erase({id, number});
                return;
            }
        }
        tried.push_back((*source)->guardian);
        auto const pulled = pull_from(id, *source, all);
        if (!pulled) {
            premises_.log.tell(pulled.error(), id);
            continue;
        }
        {
            std::lock_guard lock(mutex_);
            all = pulls_[{id, number}].sources;
            pulls_.erase({id, number});
        }
        for (auto const& one : all) (void)exhibits_.keep_receipt(id, one);
        drop_other_copies(id, source->value());
        offer(id);
        return;
    }
}

// What others began to send of it counts against the quota, and is of no use any more.
void Spread::drop_other_copies(CaseId const& id, ExhibitReceipt const& source) {
    auto const record = premises_.files.record(id);
    if (!record) return;
    for (auto const& entry : (*record)->directory->entries) {
        if (entry.guardian == source.guardian) continue;
        auto other = source;
        other.guardian = entry.guardian;
        auto const blob = partial_name(id, other);
        if (!blob) continue;
        auto const info = premises_.blobs.info(*blob);
        // One that is finished may be the copy that we hold.
        if (!info || info->finished) continue;
        if (auto const removed = premises_.blobs.remove(*blob); !removed)
            premises_.log.tell(removed.error(), id);
    }
    uploads_.quotas().forget(id);
}

Outcome Spread::pull_from(CaseId const& id, Signed<ExhibitReceipt> const& source,
                          std::vector<Signed<ExhibitReceipt>> const& all) {
    auto const wanted = TRY(wants(id, source));
    if (!wanted) return {};
    auto const room = TRY(has_room_for(id, source));
    if (!room)
        return bad_input("too much that nobody vouched for; exhibit " + show(source->number) +
                         " waits for the next check-in")
            .coded("quota");
    auto const record = TRY(premises_.files.record(id));
    auto const* from = record->directory->find(source->guardian);
    if (from == nullptr) return bad_input("a guardian is not in the directory").coded("directory");
    ClientOptions options;
    options.socks5_proxy = options_.socks5_proxy;
    options.connect_timeout_ms = 5'000;
    options.low_speed_bytes_per_second = 1'000;
    options.low_speed_seconds = 20;
    auto client = TRY(client_for(*from, std::move(options)));
    std::string text;
    auto const statement = TRY(fetch_statement(client, *from, id, source.value(), text));
    if (statement.claims.drill != record->drill)
        return lie(*from, source->number, "a statement of another kind of case");
    auto const blob = TRY(partial_name(id, source.value()));
    TRY(fetch_ciphertext(client, *from, id, source.value(), blob));
    auto const root = TRY(root_of_blob(premises_.blobs, blob, source->size_bytes));
    if (root != source->root) {
        TRY(premises_.blobs.remove(blob));
        uploads_.quotas().forget(id);
        return lie(*from, source->number, "other bytes than it signed for; they were dropped");
    }
    TRY(premises_.blobs.finish(blob));
    HeldExhibit exhibit;
    exhibit.number = source->number;
    exhibit.blob = blob.text();
    exhibit.size_bytes = source->size_bytes;
    exhibit.root = root;
    exhibit.statement_digest = statement.digest;
    exhibit.statement = std::move(text);
    exhibit.received = premises_.now();
    auto const receipt = TRY(exhibits_.hold(id, exhibit, all));
    send_to_others(id, record, receipt);
    return {};
}

Result<SealStatement> Spread::fetch_statement(HttpClient& client, Directory::Entry const& from,
                                              CaseId const& id, ExhibitReceipt const& receipt,
                                              std::string& text) {
    auto const path = case_path(id, "exhibits/" + show(receipt.number) + ".sd-jwt");
    HttpCall call;
    call.url = from.address.url() + path;
    call.headers = {{std::string(peer_header), doorman_.peer_request(id, path)}};
    call.answer_limit_bytes = document_bytes_max;
    call.total_timeout_ms = 30'000;
    auto const answer = TRY(client.send(call));
    if (answer.status != 200) return status_error(from, answer.status);
    text = to_string(answer.body);
    auto statement = SealStatement::parse(text);
    if (!statement) return lie(from, receipt.number, "a broken statement");
    auto const& claims = statement->claims;
    if (claims.case_id != id || claims.number != receipt.number ||
        statement->digest != receipt.statement || claims.root != receipt.root ||
        claims.size_bytes != receipt.size_bytes) {
        return lie(from, receipt.number, "another statement than it signed for");
    }
    return statement;
}

Outcome Spread::fetch_ciphertext(HttpClient& client, Directory::Entry const& from, CaseId const& id,
                                 ExhibitReceipt const& receipt, BlobName const& blob) {
    constexpr std::uint64_t sync_every = 32u << 20;
    auto const made = premises_.blobs.info(blob) ? Outcome() : premises_.blobs.create(blob);
    if (!made) return made;
    auto offset = TRY(premises_.blobs.size(blob));
    if (offset >= receipt.size_bytes) return {};
    auto const path = case_path(id, "exhibits/" + show(receipt.number) + ".age");
    std::uint64_t synced = offset;
    HttpCall call;
    call.url = from.address.url() + path;
    call.headers = {{std::string(peer_header), doorman_.peer_request(id, path)}};
    if (offset > 0) call.headers.add("Range", "bytes=" + std::to_string(offset) + "-");
    call.target = [&](ByteView bytes) -> Outcome {
        if (stopping_) return world_error("this guardian stops").coded("stopped");
        if (bytes.size() > receipt.size_bytes - offset)
            return lie(from, receipt.number, "more bytes than it signed for");
        TRY(uploads_.quotas().take(id, bytes.size()));
        if (auto const kept = premises_.blobs.append(blob, offset, bytes); !kept) {
            uploads_.quotas().forget(id);  // what was taken is not there
            return kept.error();
        }
        offset += bytes.size();
        if (offset - synced >= sync_every) {
            TRY(premises_.blobs.sync(blob));
            synced = offset;
        }
        return {};
    };
    auto const answer = client.send(call);
    if (auto const kept = premises_.blobs.sync(blob); !kept) return kept;
    if (!answer) return answer.error();
    if (!answer->ok()) return status_error(from, answer->status);
    if (offset != receipt.size_bytes)
        return world_error(from.name + " stopped in the middle").coded("peer");
    return {};
}

}  // namespace exhibit::guard
