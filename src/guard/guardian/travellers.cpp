#include "guard/guardian/travellers.hpp"

#include "crypto/hash.hpp"
#include "guard/guardian/answers.hpp"

namespace exhibit::guard {
namespace {

// Clocks of a device that was off for long are off; one far in the future would bar all that
// follow.
constexpr Duration ahead_most = Duration::days(1);
constexpr std::size_t sweep_max = 64;

Error not_here() { return bad_input("not found").coded("not-found"); }

std::string shelf_key(CaseId const& id) { return id.text() + "/travel"; }

// Apart from the cases' own blobs: these do not count against their quota.
Result<BlobName> blob_of(LookUpName const& name) { return BlobName::parse("left/" + to_hex(name)); }

void push_names(std::vector<LookUpName>& to, TravelNote const& note) {
    for (auto const& left : note.left) to.push_back(left.name);
}

class Arriving final : public BodySink {
public:
    Arriving(Travellers& travellers, Blobs& blobs, CaseId const& id, BlobName blob,
             TravelNote::Left const& left, std::uint64_t size)
        : travellers_(travellers),
          blobs_(blobs),
          id_(id),
          blob_(std::move(blob)),
          left_(left),
          size_(size) {}

    Outcome write(ByteView bytes) override {
        if (bytes.size() > size_ - got_)
            return bad_input("more than was announced").coded("too-large");
        TRY(blobs_.append(blob_, got_, bytes));
        hash_.update(bytes);
        got_ += bytes.size();
        return {};
    }

    HttpResponse finish(bool complete) override {
        auto const outcome = [&]() -> Outcome {
            if (!complete || got_ != size_)
                return bad_input("less than was announced").coded("length");
            return travellers_.finish(id_, left_, hash_.finish());
        }();
        if (!outcome.ok()) (void)blobs_.remove(blob_);
        travellers_.stopped(left_.name);
        return outcome.ok() ? answer_nothing() : answer_error(outcome.error());
    }

private:
    Travellers& travellers_;
    Blobs& blobs_;
    CaseId id_;
    BlobName blob_;
    TravelNote::Left left_;
    std::uint64_t size_, got_ = 0;
    Sha256 hash_;
};

}  // namespace

Result<Travellers::Shelf> Travellers::shelf_of(CaseId const& id) {
    Shelf shelf;
    auto const row = TRY(premises_.rows().get(Table::settings, shelf_key(id)));
    if (!row) return shelf;
    auto const json = TRY(parse_json(*row));
    auto object = TRY(JsonObject::of(json, "travel"));
    auto current = TRY(take_optional_envelope(object, "current"));
    auto announced = TRY(take_optional_envelope(object, "announced"));
    auto const* sweep = TRY(object.array("sweep", sweep_max));
    for (auto const& one : *sweep) {
        if (!one.is_string()) return bad_input("is not a name").at("sweep").coded("json");
        auto const name = TRY(from_hex_exact<32>(one.get_ref<std::string const&>()));
        shelf.sweep.push_back(name);
    }
    TRY(object.finish());
    if (current)
        shelf.current = TRY(Signed<TravelNote>::open_trusting_signature(std::move(*current)));
    if (announced)
        shelf.announced = TRY(Signed<TravelNote>::open_trusting_signature(std::move(*announced)));
    return shelf;
}

bool Travellers::Shelf::knows(LookUpName const& name) const {
    return (current && current->value().find(name) != nullptr) ||
           (announced && announced->value().find(name) != nullptr) ||
           std::ranges::find(sweep, name) != sweep.end();
}

Outcome Travellers::save(CaseId const& id, Shelf const& shelf) {
    Json sweep = Json::array();
    for (auto const& name : shelf.sweep) sweep.push_back(to_hex(name));
    Json json = {{"sweep", sweep}};
    if (shelf.current) json["current"] = envelope_field(shelf.current->envelope());
    if (shelf.announced) json["announced"] = envelope_field(shelf.announced->envelope());
    return premises_.rows().commit({{Table::settings, shelf_key(id), to_bytes(write_json(json))}});
}

Outcome Travellers::sweep(CaseId const& id, Shelf& shelf) {
    if (shelf.sweep.empty()) return {};
    for (auto const& name : shelf.sweep) {
        auto const blob = TRY(blob_of(name));
        TRY(premises_.blobs.remove(blob));
    }
    shelf.sweep.clear();
    return save(id, shelf);
}

Outcome Travellers::announce(CaseId const& id, Envelope envelope) {
    auto const record = TRY(premises_.files.record(id));
    auto const policy = TRY(premises_.files.policy(id, record->policy));
    auto note = TRY(Signed<TravelNote>::open(std::move(envelope), policy->value().witness));
    if (note->case_id != id) return bad_input("the note is of another case").coded("case");
    if (note->guardian != premises_.id)
        return bad_input("the note is for another guardian").coded("not-mine");
    if (note->claimed > premises_.now() + ahead_most)
        return bad_input("the note is from the future")
            .hint("compare the clocks")
            .coded("conflict");
    std::lock_guard lock(mutex_);
    auto shelf = TRY(shelf_of(id));
    TRY(sweep(id, shelf));
    for (auto const* known : {&shelf.current, &shelf.announced}) {
        if (*known && (*known)->digest() == note.digest()) return {};  // a retry
    }
    if (shelf.current && shelf.current->value().claimed >= note->claimed)
        return bad_input("there is a newer note").coded("conflict");
    // A name says nothing about whose it is: what lies here and is not of this case is another's,
    // and would be swept away with this note.
    for (auto const& left : note->left) {
        auto const blob = TRY(blob_of(left.name));
        if (!shelf.knows(left.name) && premises_.blobs.info(blob).ok())
            return bad_input("a file of that name is here already").coded("exists");
    }
    if (shelf.announced) push_names(shelf.sweep, shelf.announced->value());
    for (auto const& left : note->left) std::erase(shelf.sweep, left.name);
    shelf.announced = std::move(note);
    return save(id, shelf);
}

Result<std::unique_ptr<BodySink>> Travellers::receive(CaseId const& id, LookUpName const& name,
                                                      std::optional<std::uint64_t> length) {
    std::lock_guard lock(mutex_);
    auto const shelf = TRY(shelf_of(id));
    auto const* left = shelf.announced ? shelf.announced->value().find(name) : nullptr;
    if (left == nullptr && shelf.current && shelf.current->value().find(name) != nullptr)
        return bad_input("this file is here already").coded("exists");
    if (left == nullptr) return not_here();
    auto const size = shelf.announced->value().size_bytes;
    if (length != size) return bad_input("another length than was announced").coded("length");
    if (arriving_.contains(name)) return bad_input("is being sent already").coded("conflict");
    auto blob = TRY(blob_of(name));
    TRY(premises_.blobs.remove(blob));  // of a try that was cut off
    TRY(premises_.blobs.create(blob));
    arriving_.insert(name);
    return std::unique_ptr<BodySink>(
        new Arriving(*this, premises_.blobs, id, std::move(blob), *left, size));
}

void Travellers::stopped(LookUpName const& name) {
    std::lock_guard lock(mutex_);
    arriving_.erase(name);
}

Result<bool> Travellers::is_whole(TravelNote const& note) {
    for (auto const& left : note.left) {
        auto const blob = TRY(blob_of(left.name));
        auto const info = premises_.blobs.info(blob);
        if (!info.ok() || !info->finished) return false;
    }
    return true;
}

Outcome Travellers::finish(CaseId const& id, TravelNote::Left const& left, Digest256 const& got) {
    if (got != left.sha256) return bad_input("other bytes than were announced").coded("conflict");
    auto const blob = TRY(blob_of(left.name));
    TRY(premises_.blobs.finish(blob));
    std::lock_guard lock(mutex_);
    auto shelf = TRY(shelf_of(id));
    // Announced anew while this one was on its way.
    if (!shelf.announced || shelf.announced->value().find(left.name) == nullptr) return not_here();
    auto const whole = TRY(is_whole(shelf.announced->value()));
    if (!whole) return {};
    if (shelf.current) push_names(shelf.sweep, shelf.current->value());
    shelf.current = std::move(shelf.announced);
    shelf.announced.reset();
    TRY(save(id, shelf));
    return sweep(id, shelf);
}

Result<Travellers::File> Travellers::find(LookUpName const& name) {
    auto const blob = TRY(blob_of(name));
    auto const info = premises_.blobs.info(blob);
    if (!info.ok() || !info->finished) return not_here();
    auto const path = TRY(premises_.blobs.local_path(blob));
    if (!path) return not_here();
    return File{*path, info->size_bytes};
}

}  // namespace exhibit::guard
