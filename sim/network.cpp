#include "sim/network.hpp"

#include <algorithm>
#include <memory>

namespace exhibit::sim {

Network::Network(Clockwork& clockwork, Dice& dice, Options const& options, unsigned,
                 Deliver deliver)
    : clockwork_(clockwork), dice_(dice), options_(options), deliver_(std::move(deliver)) {}

bool Network::passes(unsigned from, unsigned to) {
    if (healed_) return true;
    if (cut_.contains({from, to}) || clogged_.contains({from, to})) return false;
    return !chance(dice_, options_.loss_percent);
}

void Network::post(Message message) {
    Line const line{message.from, message.to};
    if (!healed_) {
        if (cut_.contains(line) || chance(dice_, options_.loss_percent)) return;
        if (chance(dice_, options_.duplicate_percent)) carry(message);
        if (clogged_.contains(line)) {
            held_.push_back(std::move(message));
            return;
        }
    }
    carry(std::move(message));
}

void Network::carry(Message message) {
    auto delay =
        Duration::ms(1) + upto(dice_, healed_ ? Duration::seconds(2) : options_.delay_most);
    if (!healed_ && chance(dice_, options_.slow_percent))
        delay = delay + upto(dice_, Duration::hours(30));
    auto shared = std::make_shared<Message const>(std::move(message));
    clockwork_.after(delay, [this, shared] { deliver_(*shared); });
}

void Network::let_go(unsigned from, unsigned to) {
    clogged_.erase({from, to});
    std::vector<Message> free;
    std::erase_if(held_, [&](Message& one) {
        if (Line(one.from, one.to) != Line(from, to)) return false;
        free.push_back(std::move(one));
        return true;
    });
    std::shuffle(free.begin(), free.end(), dice_);
    for (auto& one : free) carry(std::move(one));
}

void Network::heal() {
    healed_ = true;
    cut_.clear();
    clogged_.clear();
    auto free = std::move(held_);
    held_.clear();
    std::shuffle(free.begin(), free.end(), dice_);
    for (auto& one : free) carry(std::move(one));
}

}  // namespace exhibit::sim
