// What a document says, for those who judge: they look at the same envelopes again and again.
#pragma once

#include <memory>
#include <unordered_map>

#include "protocol/step.hpp"
#include "sim/interned.hpp"

namespace exhibit::sim {

template <typename Document>
class Documents {
public:
    // Null: not a document of this kind. Stays for this life.
    static Document const* read(Envelope const& envelope) {
        if (envelope.payload_type != Document::kind) return nullptr;
        if (auto const* one = interned<Document>(envelope.payload)) return one;
        auto const text = as_text(envelope.payload);
        if (life_ != life_number()) known_.clear();
        life_ = life_number();
        if (auto const found = known_.find(text); found != known_.end()) return found->second.get();
        auto one = peek<Document>(envelope);
        auto kept = one.ok() ? std::make_unique<Document>(one.take()) : nullptr;
        return known_.emplace(text, std::move(kept)).first->second.get();
    }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    inline static std::unordered_map<std::string, std::unique_ptr<Document>, Hash, std::equal_to<>>
        known_;
    inline static std::uint64_t life_ = 0;
};

}  // namespace exhibit::sim
