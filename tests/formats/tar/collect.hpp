// A tar handler that keeps everything, for tests.
#pragma once

#include "formats/tar/reader.hpp"

namespace exhibit::tar {

struct Collected {
    Entry entry;
    Bytes content;
    bool ended = false;
};

class Collect final : public Handler {
public:
    std::vector<Collected> all;
    Outcome on_entry(Entry const& entry) override {
        all.push_back({entry, {}, false});
        return {};
    }
    Outcome on_data(ByteView content) override {
        append(all.back().content, content);
        return {};
    }
    Outcome on_end_of_entry() override {
        all.back().ended = true;
        return {};
    }
};

inline Result<std::vector<Collected>> read_all(ByteView archive, Kinds kinds = Kinds::files,
                                               std::size_t piece = 1000) {
    Collect collect;
    TarReader reader(collect, kinds);
    while (!archive.empty()) {
        auto const now = archive.first(std::min(piece, archive.size()));
        TRY(reader.update(now));
        archive = archive.subspan(now.size());
    }
    TRY(reader.finish());
    return std::move(collect.all);
}

inline Bytes write_one(Entry const& entry, ByteView content) {
    auto out = entry_header(entry).take();
    append(out, content);
    append(out, padding_after(content.size()));
    return out;
}

}  // namespace exhibit::tar
