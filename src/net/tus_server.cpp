#include "net/tus_server.hpp"

#include "crypto/hash.hpp"

namespace exhibit {
namespace {

HttpResponse response_of(tus::Answer answer) {
    HttpResponse response;
    response.status = answer.status;
    response.reason = std::move(answer.reason);
    response.headers = std::move(answer.headers);
    response.body = to_bytes(answer.body);
    return response;
}

HttpResponse refuse(Error const& error) {
    return response_of(tus::refusal(tus::status_of(error), error.what));
}
HttpResponse refuse(unsigned status, std::string_view text) {
    return response_of(tus::refusal(status, text));
}

tus::Request as_tus(HttpRequest const& request) {
    auto const bytes =
        request.chunked ? std::nullopt : std::optional(request.content_length.value_or(0));
    return {request.method, request.headers, bytes};
}

// A store makes ids of these letters; anything else cannot name an upload and must not become a
// path.
bool is_id(std::string_view text) {
    if (text.empty() || text.size() > 64) return false;
    for (char const c : text) {
        bool const letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '-' && c != '_') return false;
    }
    return true;
}

}  // namespace

// Takes the body of one PATCH, or of a POST that brings the beginning along.
class TusServer::Sink final : public BodySink {
public:
    Sink(TusServer& server, UploadId id, std::unique_ptr<UploadWriter> writer,
         tus::Append const& append, std::optional<std::string> location)
        : server_(server),
          id_(std::move(id)),
          writer_(std::move(writer)),
          room_(append.room),
          checksum_(append.checksum),
          location_(std::move(location)) {
        if (checksum_.has_value()) hash_.emplace(checksum_->kind);
    }

    Outcome write(ByteView bytes) override {
        auto written = take(bytes);
        if (!written.ok()) failure_ = written.error();
        return written;
    }

    HttpResponse finish(bool complete) override {
        if (checksum_.has_value()) {
            bool const whole = complete && !failure_.has_value();
            bool const right = whole && same_bytes(hash_->finish(), checksum_->digest);
            if (!right) return drop(whole);
        }
        // What came before the line broke is kept: "the Server SHOULD store as much of the received
        // data as possible".
        auto const offset = writer_->commit();
        if (!offset.ok()) return refuse(offset.error());
        auto answer = answer_for(offset.value());
        if (failure_.has_value()) answer = refuse(*failure_);
        return server_.complete_if_whole(id_, std::move(answer));
    }

private:
    Outcome take(ByteView bytes) {
        if (bytes.size() > room_)
            return world_error("the body is longer than the upload").coded("too-large");
        if (hash_.has_value()) hash_->update(bytes);
        TRY(writer_->write(bytes));
        room_ -= bytes.size();
        uncommitted_ += bytes.size();
        if (checksum_.has_value() || uncommitted_ < server_.options_.commit_every_bytes) return {};
        TRY(writer_->commit());
        uncommitted_ = 0;
        return {};
    }

    HttpResponse drop(bool came_whole) {
        auto const dropped = writer_->rollback();
        if (!dropped.ok()) return refuse(dropped.error());
        if (failure_.has_value()) return refuse(*failure_);
        if (!came_whole) return refuse(400, "the body broke off");
        return response_of(tus::checksum_mismatch(writer_->offset()));
    }

    HttpResponse answer_for(std::uint64_t offset) {
        std::optional<WallTime> expires;
        if (auto const lifetime = server_.options_.lifetime) {
            expires = server_.options_.now() + *lifetime;
            // A worse expiry is no reason to refuse bytes that are on disk.
            if (!server_.store_.set_expiry(id_, *expires).ok()) expires.reset();
        }
        if (location_.has_value()) return response_of(tus::created(*location_, offset, expires));
        return response_of(tus::appended(offset, expires));
    }

    TusServer& server_;
    UploadId id_;
    std::unique_ptr<UploadWriter> writer_;
    std::uint64_t room_;
    std::optional<tus::Checksum> checksum_;
    std::optional<std::string> location_;  // set: this is a POST
    std::optional<Hash> hash_;
    std::uint64_t uncommitted_ = 0;
    std::optional<Error> failure_;
};

TusServer::TusServer(UploadStore& store, UploadHooks& hooks, TusServerOptions options)
    : store_(store), hooks_(hooks), options_(std::move(options)) {}

bool TusServer::owns(HttpRequest const& request) const {
    auto const path = request.path();
    return path == options_.base_path || path.starts_with(options_.base_path + "/");
}

HeadersAnswer TusServer::on_headers(HttpRequest const& request) {
    if (!owns(request)) return refuse(404, "not found");
    auto rest = request.path().substr(options_.base_path.size());
    if (rest.empty() || rest == "/") return on_create(request);
    rest.remove_prefix(1);
    if (!is_id(rest)) return refuse(404, "there is no such upload");
    return on_upload(request, UploadId(std::string(rest)));
}

// Everything is answered by on_headers or by the sink.
HttpResponse TusServer::on_request(HttpRequest const&) { return refuse(404, "not found"); }

HeadersAnswer TusServer::on_create(HttpRequest const& request) {
    auto decision =
        tus::decide_creation(as_tus(request), {options_.max_size_bytes, options_.now()});
    if (auto* answer = std::get_if<tus::Answer>(&decision)) return response_of(std::move(*answer));
    auto const& create = std::get<tus::Create>(decision);
    auto const grant = hooks_.authorize(request, {create.length, create.metadata});
    if (!grant.ok()) return refuse(grant.error());
    auto const limit = std::min(grant.value().limit_bytes, options_.max_size_bytes);
    if (create.length.value_or(0) > limit)
        return refuse(413, "the upload is larger than was granted");
    NewUpload upload{create.length, create.metadata_text, grant.value().owner, limit, {}};
    if (options_.lifetime.has_value()) upload.expires = options_.now() + *options_.lifetime;
    auto const id = store_.create(upload);
    if (!id.ok()) return refuse(id.error());
    auto location = options_.base_path + "/" + id.value().get();
    if (create.first) {
        tus::Append const append{0, {}, create.length.value_or(limit), create.checksum};
        auto writer = store_.open_writer(id.value());
        if (!writer.ok()) return refuse(writer.error());
        return std::make_unique<Sink>(*this, id.value(), writer.take(), append,
                                      std::move(location));
    }
    auto answer = response_of(tus::created(std::move(location), std::nullopt, upload.expires));
    // "If the Upload-Length is 0, the upload is complete."
    return complete_if_whole(id.value(), std::move(answer));
}

HeadersAnswer TusServer::on_upload(HttpRequest const& request, UploadId const& id) {
    auto found = store_.state(id);
    std::optional<UploadState> state;
    if (found.ok())
        state = found.take();
    else if (std::string_view(found.error().code) == "gone")
        return refuse(410, "the upload has expired");
    else if (std::string_view(found.error().code) != "not-found")
        return refuse(found.error());
    auto decision =
        tus::decide_upload(as_tus(request), state, {options_.max_size_bytes, options_.now()});
    if (state.has_value()) {
        auto const may = hooks_.may_touch(request, id, *state);
        if (!may.ok()) return refuse(may.error());
    }
    if (auto* answer = std::get_if<tus::Answer>(&decision)) {
        // A crash between the last byte and the hook leaves a whole upload that nobody took over.
        bool const left_over =
            state.has_value() && state->complete() && !state->finished && answer->status < 300;
        auto response = response_of(std::move(*answer));
        return left_over ? complete_if_whole(id, std::move(response)) : std::move(response);
    }
    if (std::holds_alternative<tus::Remove>(decision)) {
        auto const removed = store_.remove(id);
        return removed.ok() ? response_of(tus::removed()) : refuse(removed.error());
    }
    return begin_append(request, id, *state, std::get<tus::Append>(decision));
}

HeadersAnswer TusServer::begin_append(HttpRequest const& request, UploadId const& id,
                                      UploadState const& state, tus::Append const& append) {
    auto writer = store_.open_writer(id);
    if (!writer.ok()) return refuse(writer.error());
    // Another writer may have come and gone since the state was read.
    if (writer.value()->offset() != state.offset)
        return refuse(409, "the upload does not stand at this offset");
    if (append.new_length.has_value()) {
        auto const told = store_.set_length(id, *append.new_length);
        if (!told.ok()) return refuse(told.error());
    }
    auto sink = std::make_unique<Sink>(*this, id, writer.take(), append, std::nullopt);
    if (request.has_body()) return sink;
    return sink->finish(true);
}

HttpResponse TusServer::complete_if_whole(UploadId const& id, HttpResponse answer) {
    auto const state = store_.state(id);
    if (!state.ok()) return refuse(state.error());
    if (!state.value().complete() || state.value().finished) return answer;
    auto const taken = hooks_.on_complete(id, state.value());
    if (!taken.ok()) return refuse(taken.error());
    auto const finished = store_.finish(id);
    return finished.ok() ? std::move(answer) : refuse(finished.error());
}

}  // namespace exhibit
