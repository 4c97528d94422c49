#include "sim/model/explorer.hpp"

#include <cstdio>
#include <cstring>

namespace exhibit::model {

// --- Found ---------------------------------------------------------------------------------------

Found::Found(std::size_t bytes_each, double memory_gib)
    : bytes_each_(bytes_each),
      memory_bytes_(static_cast<std::uint64_t>(memory_gib * (1u << 30))),
      table_(1u << 16) {}

std::uint8_t const* Found::at(std::uint32_t index) const {
    return blocks_[index / block_worlds].get() + std::size_t{index % block_worlds} * bytes_each_;
}

std::uint64_t Found::hash(std::uint8_t const* packed) const {
    std::uint64_t sum = 0x9e3779b97f4a7c15;
    for (std::size_t i = 0; i < bytes_each_; i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, packed + i, std::min<std::size_t>(8, bytes_each_ - i));
        sum = (sum ^ word) * 0xd6e8feb86659fd93;
        sum ^= sum >> 32;
    }
    sum *= 0xd6e8feb86659fd93;
    return sum ^ (sum >> 29);
}

// The old table goes before the new one comes: hashes are made again from the worlds.
bool Found::grow() {
    std::size_t const places = table_.size() * 2;
    if (blocks_.size() * block_worlds * bytes_each_ + places * 4 > memory_bytes_) return false;
    table_ = {};
    table_.resize(places);
    for (std::uint32_t i = 0; i < size_; ++i) {
        auto place = hash(at(i)) & (places - 1);
        while (table_[place] != 0) place = (place + 1) & (places - 1);
        table_[place] = i + 1;
    }
    return true;
}

Found::Added Found::add(Packed const& packed) {
    auto const mask = table_.size() - 1;
    auto place = hash(packed.data()) & mask;
    for (; table_[place] != 0; place = (place + 1) & mask) {
        if (std::memcmp(at(table_[place] - 1), packed.data(), bytes_each_) == 0)
            return Added::known;
    }
    if (size_ % block_worlds == 0 && size_ / block_worlds == blocks_.size()) {
        auto const bytes = std::size_t{block_worlds} * bytes_each_;
        if ((blocks_.size() + 1) * bytes + table_.size() * 4 > memory_bytes_)
            return Added::no_memory;
        blocks_.push_back(std::make_unique_for_overwrite<std::uint8_t[]>(bytes));
    }
    std::memcpy(const_cast<std::uint8_t*>(at(size_)), packed.data(), bytes_each_);
    table_[place] = ++size_;
    if (size_ > table_.size() / 8 * 7 && !grow()) return Added::no_memory;
    return Added::is_new;
}

// --- Explorer ------------------------------------------------------------------------------------

Explorer::Explorer(Bounds const& bounds)
    : bounds_(bounds),
      normal_form_(bounds),
      packing_(bounds),
      found_(packing_.bytes(), bounds.memory_gib) {}

// False ends the search.
bool Explorer::found(World const& world, World const& from) {
    auto broken = broken_promise(bounds_, world);
    auto normal = world;
    normal_form_.apply(normal);
    Packed packed;
    packing_.pack(normal, packed);
    switch (found_.add(packed)) {
        case Found::Added::known: break;
        case Found::Added::no_memory: result_.no_memory = true; return false;
        case Found::Added::is_new: note(bounds_, world, result_.seen); break;
    }
    if (from.healed && !(normal == from) && progress(bounds_, normal) <= progress(bounds_, from)) {
        result_.goes_round = true;
    } else if (broken == Promise::kept) {
        return true;
    }
    result_.broken = broken;
    last_ = normal;
    return false;
}

void Explorer::explore(std::uint32_t index) {
    auto const world = packing_.unpack(found_.at(index));
    // Nothing undoes a release: the others finish it.
    if (world.healed && is_released(bounds_, world)) return;
    bool go_on = true;
    for_each_move(bounds_, world, [&](Move const&, World const& next) {
        if (!go_on) return;
        ++result_.moves;
        go_on = found(next, world);
    });
}

bool Explorer::explore_level(std::uint32_t from, std::uint32_t to) {
    for (auto i = from; i < to; ++i) {
        explore(i);
        if (result_.broken != Promise::kept || result_.no_memory || result_.goes_round)
            return false;
        if (i % 10'000'000 == 9'999'999)
            std::fprintf(stderr, "depth %zu: %u worlds explored, %u found\n", levels_.size(), i + 1,
                         found_.size());
    }
    return true;
}

Result Explorer::run() {
    for_each_start(bounds_, [&](World const& start) { found(start, World{}); });
    std::uint32_t from = 0;
    while (from < found_.size()) {
        levels_.push_back(from);
        auto const to = found_.size();
        if (!explore_level(from, to)) break;
        result_.depth = static_cast<unsigned>(levels_.size());
        from = to;
    }
    result_.worlds = found_.size();
    if (result_.broken != Promise::kept || result_.goes_round) result_.trace = trace_to(last_);
    return std::move(result_);
}

}  // namespace exhibit::model
