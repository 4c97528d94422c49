// The simplest UploadStore: bytes in memory; "durable" is what was committed. Tests of net/ use it,
// and it says in few lines what the interface means.
#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "formats/tus/upload_store.hpp"

namespace exhibit::test {

class MemoryUploadStore final : public UploadStore {
public:
    Result<UploadId> create(NewUpload const& upload) override {
        std::lock_guard const lock(mutex_);
        UploadId const id("upload-" + std::to_string(++last_));
        uploads_[id].state = {
            0, upload.length, upload.metadata, upload.owner, upload.limit, upload.expires, false};
        return id;
    }
    Result<UploadState> state(UploadId const& id) override {
        return with(id, [](Upload& u) -> Result<UploadState> { return u.state; });
    }
    Result<std::unique_ptr<UploadWriter>> open_writer(UploadId const& id) override {
        return with(id, [&](Upload& u) -> Result<std::unique_ptr<UploadWriter>> {
            if (u.busy) return world_error("somebody else is writing this upload").coded("busy");
            u.busy = true;
            return std::unique_ptr<UploadWriter>(
                std::make_unique<Writer>(*this, id, u.state.offset));
        });
    }
    Outcome set_length(UploadId const& id, std::uint64_t length) override {
        return with(id, [&](Upload& u) -> Outcome {
            u.state.length = length;
            return {};
        });
    }
    Outcome set_expiry(UploadId const& id, WallTime expires) override {
        return with(id, [&](Upload& u) -> Outcome {
            u.state.expires = expires;
            return {};
        });
    }
    Outcome finish(UploadId const& id) override {
        return with(id, [&](Upload& u) -> Outcome {
            u.state.finished = true;
            return {};
        });
    }
    Outcome remove(UploadId const& id) override {
        auto busy = with(id, [&](Upload& u) -> Result<bool> { return u.busy; });
        if (!busy.ok()) return busy.take_error();
        if (busy.value()) return world_error("somebody is writing this upload").coded("busy");
        std::lock_guard const lock(mutex_);
        uploads_.erase(id);
        return {};
    }
    Result<std::size_t> expire(WallTime now) override {
        std::lock_guard const lock(mutex_);
        return std::erase_if(uploads_, [&](auto const& entry) {
            auto const& s = entry.second.state;
            return !s.finished && !entry.second.busy && s.expires.has_value() && *s.expires <= now;
        });
    }

    Bytes bytes(UploadId const& id) {
        std::lock_guard const lock(mutex_);
        return uploads_[id].durable;
    }
    std::size_t size() {
        std::lock_guard const lock(mutex_);
        return uploads_.size();
    }
    std::function<void()> before_write;  // e.g. to be slow

private:
    struct Upload {
        UploadState state;
        Bytes durable;
        bool busy = false;
    };

    class Writer final : public UploadWriter {
    public:
        Writer(MemoryUploadStore& store, UploadId id, std::uint64_t offset)
            : store_(store), id_(std::move(id)), offset_(offset) {}
        ~Writer() override {
            std::lock_guard const lock(store_.mutex_);
            store_.uploads_[id_].busy = false;
        }
        std::uint64_t offset() const override { return offset_; }
        Outcome write(ByteView bytes) override {
            if (store_.before_write) store_.before_write();
            append(pending_, bytes);
            return {};
        }
        Result<std::uint64_t> commit() override {
            std::lock_guard const lock(store_.mutex_);
            auto& upload = store_.uploads_[id_];
            append(upload.durable, pending_);
            pending_.clear();
            offset_ = upload.state.offset = upload.durable.size();
            return offset_;
        }
        Outcome rollback() override {
            pending_.clear();
            return {};
        }

    private:
        MemoryUploadStore& store_;
        UploadId id_;
        std::uint64_t offset_;
        Bytes pending_;
    };

    template <typename F>
    auto with(UploadId const& id, F f) -> std::invoke_result_t<F&, Upload&> {
        std::lock_guard const lock(mutex_);
        auto const found = uploads_.find(id);
        if (found == uploads_.end())
            return world_error("there is no such upload").coded("not-found");
        return f(found->second);
    }

    std::mutex mutex_;
    std::map<UploadId, Upload> uploads_;
    unsigned last_ = 0;
};

}  // namespace exhibit::test
