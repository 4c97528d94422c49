#include "store/folder_uploads.hpp"

#include <charconv>

#include "base/encoding.hpp"
#include "base/random.hpp"

namespace exhibit {
namespace {

constexpr std::size_t id_letters = 32;  // hex of 128 random bits
constexpr std::size_t metadata_max = 4096;

std::string row_key(UploadId const& id) { return "u/" + id.get(); }
std::string owner_key(std::string const& owner, UploadId const& id) {
    return "o/" + owner + "/" + id.get();
}

// store/ knows no JSON: lines of "name value", one each, in this order; "-" for none. The metadata
// was checked to be one line.
std::string write_number(std::optional<std::uint64_t> number) {
    return number ? std::to_string(*number) : "-";
}

Bytes write_state(UploadState const& state) {
    std::string text;
    text += "offset " + std::to_string(state.offset) + "\n";
    text += "length " + write_number(state.length) + "\n";
    text += "limit " + std::to_string(state.limit) + "\n";
    text += "expires " +
            (state.expires ? std::to_string(state.expires->since_epoch_ms()) : std::string("-")) +
            "\n";
    text += std::string("finished ") + (state.finished ? "1" : "0") + "\n";
    text += "owner " + state.owner + "\n";
    text += "metadata " + state.metadata + "\n";
    return to_bytes(text);
}

Error broken_row() { return world_error("an upload's row is damaged").coded("corrupt"); }

class Lines {
public:
    explicit Lines(std::string_view text) : text_(text) {}
    Result<std::string_view> value(std::string_view name) {
        auto const end = text_.find('\n');
        if (end == std::string_view::npos) return broken_row();
        auto const line = text_.substr(0, end);
        text_.remove_prefix(end + 1);
        if (line.substr(0, name.size()) != name || line.size() <= name.size() ||
            line[name.size()] != ' ') {
            return broken_row();
        }
        return line.substr(name.size() + 1);
    }
    Result<std::optional<std::int64_t>> number(std::string_view name) {
        auto const text = TRY(value(name));
        if (text == "-") return std::optional<std::int64_t>();
        std::int64_t number = 0;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size()) return broken_row();
        return std::optional<std::int64_t>(number);
    }

private:
    std::string_view text_;
};

Result<UploadState> read_state(ByteView row) {
    Lines lines(as_text(row));
    UploadState state;
    auto const offset = TRY(lines.number("offset"));
    auto const length = TRY(lines.number("length"));
    auto const limit = TRY(lines.number("limit"));
    auto const expires = TRY(lines.number("expires"));
    auto const finished = TRY(lines.number("finished"));
    state.owner = TRY(lines.value("owner"));
    state.metadata = TRY(lines.value("metadata"));
    if (!offset || *offset < 0 || !limit || *limit < 0 || (length && *length < 0))
        return broken_row();
    state.offset = static_cast<std::uint64_t>(*offset);
    if (length) state.length = static_cast<std::uint64_t>(*length);
    state.limit = static_cast<std::uint64_t>(*limit);
    if (expires) state.expires = WallTime::from_ms(*expires);
    state.finished = finished == 1;
    return state;
}

bool is_id(std::string const& text) {
    return text.size() == id_letters &&
           text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

// The one writer of an upload. What it appended after the last commit is cut off when it ends.
class FolderUploads::Writer final : public UploadWriter {
public:
    Writer(FolderUploads& store, UploadId id, BlobName blob, UploadState const& state)
        : store_(store),
          id_(std::move(id)),
          blob_(std::move(blob)),
          owner_(state.owner),
          limit_(state.limit),
          durable_(state.offset),
          written_(state.offset) {}
    ~Writer() override {
        (void)rollback();
        store_.set_free(id_);
    }

    std::uint64_t offset() const override { return durable_; }

    Outcome write(ByteView bytes) override {
        if (bytes.size() > limit_ - written_) {
            return bad_input("the upload is larger than its limit").coded("too-large");
        }
        auto const room = store_.room_ ? store_.room_(owner_, bytes.size()) : Outcome();
        if (!room) return room;
        auto added = store_.blobs_.append(blob_, written_, bytes);
        if (!added) {
            if (store_.freed_) store_.freed_(owner_);
            return added;
        }
        written_ += bytes.size();
        return {};
    }

    Result<std::uint64_t> commit() override {
        if (written_ == durable_) return durable_;
        auto synced = store_.blobs_.sync(blob_);
        if (!synced) {
            auto const size = store_.blobs_.size(blob_);
            written_ = size.ok() ? *size : durable_;
            return synced.take_error();
        }
        auto const offset = written_;
        auto kept = store_.change(id_, [&](UploadState& state) {
            state.offset = offset;
            return Outcome();
        });
        if (!kept) return kept.take_error();
        durable_ = offset;
        return durable_;
    }

    Outcome rollback() override {
        if (written_ == durable_) return {};
        auto const cut = store_.blobs_.truncate(blob_, durable_);
        if (cut) written_ = durable_;
        if (store_.freed_) store_.freed_(owner_);
        return cut;
    }

private:
    FolderUploads& store_;
    UploadId id_;
    BlobName blob_;
    std::string owner_;
    std::uint64_t limit_;
    std::uint64_t durable_;
    std::uint64_t written_;
};

FolderUploads::FolderUploads(Blobs& blobs, Rows& rows, RoomFor room, RoomFreed freed)
    : blobs_(blobs), rows_(rows), room_(std::move(room)), freed_(std::move(freed)) {}

Result<BlobName> FolderUploads::blob_of(UploadId const& id, UploadState const& state) {
    return BlobName::parse(state.owner + "/" + id.get());
}

Result<UploadId> FolderUploads::create(NewUpload const& upload) {
    if (upload.metadata.size() > metadata_max || upload.metadata.find('\n') != std::string::npos) {
        return bad_input("the metadata is not one short line").coded("metadata");
    }
    if (upload.length.value_or(0) > upload.limit) {
        return bad_input("the upload is larger than its limit").coded("too-large");
    }
    SystemRandom random;
    auto const id = UploadId(to_hex(random.bytes<id_letters / 2>()));
    UploadState state;
    state.length = upload.length;
    state.metadata = upload.metadata;
    state.owner = upload.owner;
    state.limit = upload.limit;
    state.expires = upload.expires;
    auto const blob = TRY(blob_of(id, state));
    TRY(blobs_.create(blob));
    Batch batch;
    batch.push_back({Table::uploads, row_key(id), write_state(state)});
    batch.push_back({Table::uploads, owner_key(state.owner, id), Bytes()});
    auto const kept = rows_.commit(std::move(batch));
    if (!kept) {
        (void)blobs_.remove(blob);
        return kept.error();
    }
    return id;
}

Result<UploadState> FolderUploads::state(UploadId const& id) {
    auto const missing = bad_input("there is no such upload").coded("not-found");
    if (!is_id(id.get())) return Error(missing);
    auto const row = TRY(rows_.get(Table::uploads, row_key(id)));
    if (!row) return Error(missing);
    return read_state(*row);
}

Result<std::unique_ptr<UploadWriter>> FolderUploads::open_writer(UploadId const& id) {
    auto state = TRY(this->state(id));
    if (state.finished) return bad_input("the upload is finished").coded("conflict");
    auto blob = TRY(blob_of(id, state));
    {
        std::lock_guard lock(busy_mutex_);
        if (!busy_.insert(id.get()).second)
            return world_error("somebody else writes this upload").coded("busy");
    }
    auto const size = blobs_.size(blob);
    if (!size) {
        set_free(id);
        return size.error();
    }
    // Read again, now that nobody else can move it.
    auto now = this->state(id);
    auto cut = now.ok() && *size > now->offset ? blobs_.truncate(blob, now->offset) : Outcome();
    if (now.ok() && *size < now->offset) cut = world_error("an upload lost bytes").coded("corrupt");
    if (!now || !cut) {
        set_free(id);
        return now ? cut.take_error() : now.take_error();
    }
    return std::unique_ptr<UploadWriter>(
        std::make_unique<Writer>(*this, id, std::move(blob), *now));
}

Outcome FolderUploads::change(UploadId const& id, Change const& change) {
    std::lock_guard lock(stripes_[std::hash<std::string>()(id.get()) % stripes_.size()]);
    auto state = TRY(this->state(id));
    TRY(change(state));
    return rows_.commit({{Table::uploads, row_key(id), write_state(state)}});
}

Outcome FolderUploads::set_length(UploadId const& id, std::uint64_t length) {
    return change(id, [&](UploadState& state) -> Outcome {
        if (state.length) return bad_input("the length is set already").coded("conflict");
        if (length < state.offset || length > state.limit) {
            return bad_input("the length is below the offset or above the limit")
                .coded("too-large");
        }
        state.length = length;
        return {};
    });
}

Outcome FolderUploads::set_expiry(UploadId const& id, WallTime expires) {
    return change(id, [&](UploadState& state) {
        state.expires = expires;
        return Outcome();
    });
}

Outcome FolderUploads::finish(UploadId const& id) {
    auto const state = TRY(this->state(id));
    auto const blob = TRY(blob_of(id, state));
    TRY(blobs_.finish(blob));
    return change(id, [](UploadState& changed) {
        changed.finished = true;
        return Outcome();
    });
}

bool FolderUploads::is_busy(UploadId const& id) {
    std::lock_guard lock(busy_mutex_);
    return busy_.contains(id.get());
}

void FolderUploads::set_free(UploadId const& id) {
    std::lock_guard lock(busy_mutex_);
    busy_.erase(id.get());
}

Outcome FolderUploads::remove(UploadId const& id) {
    auto const state = TRY(this->state(id));
    auto const blob = TRY(blob_of(id, state));
    {
        std::lock_guard lock(busy_mutex_);
        if (!busy_.insert(id.get()).second)
            return world_error("somebody writes this upload").coded("busy");
    }
    // The rows first: an upload without its row is a stray blob, a row without a blob would be a
    // lie.
    Batch batch;
    batch.push_back({Table::uploads, row_key(id), std::nullopt});
    batch.push_back({Table::uploads, owner_key(state.owner, id), std::nullopt});
    auto removed = rows_.commit(std::move(batch));
    if (removed) removed = blobs_.remove(blob);
    set_free(id);
    if (freed_) freed_(state.owner);
    return removed;
}

Result<std::size_t> FolderUploads::expire(WallTime now) {
    std::size_t removed = 0;
    std::string after;
    while (true) {
        auto const page = TRY(rows_.scan(Table::uploads, "u/", after, 500));
        if (page.empty()) return removed;
        after = page.back().first;
        for (auto const& [key, row] : page) {
            auto const state = TRY(read_state(row));
            auto const id = UploadId(key.substr(2));
            if (state.finished || !state.expires || *state.expires > now || is_busy(id)) continue;
            if (remove(id)) ++removed;
        }
    }
}

Result<std::vector<FolderUploads::Found>> FolderUploads::list(std::string_view owner_prefix,
                                                              std::size_t limit) {
    std::vector<Found> found;
    auto const prefix = "o/" + std::string(owner_prefix);
    auto const rows = TRY(rows_.scan(Table::uploads, prefix, "", limit));
    for (auto const& [key, nothing] : rows) {
        auto const id = UploadId(key.substr(key.rfind('/') + 1));
        auto state = this->state(id);
        if (state) found.push_back({id, state.take()});
    }
    return found;
}

}  // namespace exhibit
