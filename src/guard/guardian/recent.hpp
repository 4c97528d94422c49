// The most recently used values, a bounded number of them. Thread-safe.
#pragma once

#include <list>
#include <map>
#include <mutex>
#include <optional>

namespace exhibit::guard {

template <typename Key, typename Value>
class Recent {
public:
    explicit Recent(std::size_t most) : most_(most) {}

    std::optional<Value> get(Key const& key) {
        std::lock_guard lock(mutex_);
        auto const found = places_.find(key);
        if (found == places_.end()) return std::nullopt;
        order_.splice(order_.begin(), order_, found->second);
        return found->second->second;
    }

    // Out of here: for values that one user changes and puts back.
    std::optional<Value> take(Key const& key) {
        std::lock_guard lock(mutex_);
        auto const found = places_.find(key);
        if (found == places_.end()) return std::nullopt;
        std::optional<Value> value(std::move(found->second->second));
        order_.erase(found->second);
        places_.erase(found);
        return value;
    }

    void put(Key const& key, Value value) {
        std::lock_guard lock(mutex_);
        if (auto const found = places_.find(key); found != places_.end()) {
            order_.erase(found->second);
            places_.erase(found);
        }
        order_.emplace_front(key, std::move(value));
        places_[key] = order_.begin();
        if (order_.size() > most_) {
            places_.erase(order_.back().first);
            order_.pop_back();
        }
    }

    void drop(Key const& key) { take(key); }

private:
    std::size_t most_;
    std::mutex mutex_;
    std::list<std::pair<Key, Value>> order_;
    std::map<Key, typename std::list<std::pair<Key, Value>>::iterator> places_;
};

}  // namespace exhibit::guard
