#include "guard/guardian/log_generation.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t page_rows = 500;

// Signed once and kept: two cards of one log contradict each other, whatever they say.
Result<Envelope> open_or_make_card(Premises const& premises, unsigned number, SigningKey const& log,
                                   SigningKey const& cosigner) {
    auto const key = custody_key::own_card(number);
    auto const known = TRY(premises.rows().get(Table::custody, key));
    if (known) return parse_envelope(*known, document_bytes_max);
    auto card = Signed<LogCard>::sign(
        make_log_card(premises.id, number, log, cosigner, premises.now()), premises.keys.signing);
    TRY(premises.rows().commit({{Table::custody, key, to_bytes(write_envelope(card.envelope()))}}));
    return card.envelope();
}

Result<PublishedState> read_published(ByteView row) {
    auto note = TRY(tlog::parse_note(as_text(row)));
    auto checkpoint = TRY(tlog::parse_checkpoint(note.text));
    return PublishedState{std::move(checkpoint), std::move(note)};
}

Error rolled_back() {
    return world_error("the custody log does not hold what was signed for").coded("rolled-back");
}

}  // namespace

Result<std::shared_ptr<LogGeneration>> LogGeneration::open(Premises const& premises,
                                                           Path const& data, unsigned number,
                                                           SigningKey const& cosigner) {
    auto const digits = custody_key::generation_of(number);
    auto key = TRY(open_or_make_signing_key(data / "keys" / ("log-" + digits + ".pem")));
    auto card = TRY(open_or_make_card(premises, number, key, cosigner));
    auto entries = TRY(EntryLog::open(data / "log" / digits / "entries"));
    std::shared_ptr<LogGeneration> made(
        new LogGeneration(premises, number, std::move(key), std::move(card), std::move(entries)));
    TRY(made->repair());
    TRY(made->check_published());
    return made;
}

Outcome LogGeneration::repair() {
    auto& rows = premises_.rows();
    auto const prefix = custody_key::entry(number_, 0).substr(0, 6);
    auto size = entries_->state().size;
    auto after = size == 0 ? std::string() : custody_key::entry(number_, size - 1);
    while (true) {
        auto const page = TRY(rows.scan(Table::custody, prefix, after, page_rows));
        if (page.empty()) return {};
        std::vector<Digest256> missing;
        for (auto const& [key, of_case] : page) {
            auto const place = TRY(custody_key::place_in(key));
            auto const row = TRY(rows.get(
                Table::custody, custody_key::event(to_string(of_case), number_, place.number)));
            // Places are given out without a hole; one here means that rows were lost.
            if (!row || place.number != size + missing.size()) return rolled_back();
            auto const event = TRY(parse_logged(place.number, *row));
            missing.push_back(log_entry(event.salt, event.event));
        }
        TRY(entries_->append_all(missing));
        size += missing.size();
        after = page.back().first;
    }
}

Outcome LogGeneration::check_published() {
    auto const row = TRY(premises_.rows().get(Table::custody, custody_key::published(number_)));
    if (!row) return {};
    auto published = TRY(read_published(*row));
    auto const root = entries_->root_at(published.checkpoint.size);
    if (!root.ok() || *root != published.checkpoint.root) return rolled_back();
    published_ = std::move(published);
    return {};
}

Result<PublishedState> LogGeneration::publish() {
    std::lock_guard one_at_a_time(publishing_);
    auto const state = entries_->state();
    if (state.size == 0) return bad_input("nothing is in the log yet").coded("empty");
    {
        std::lock_guard lock(mutex_);
        if (published_ && published_->checkpoint.size == state.size) return *published_;
    }
    tlog::Checkpoint checkpoint{log_origin(premises_.id, number_), state.size, state.root, {}};
    auto note = tlog::sign_checkpoint(checkpoint, key_);
    TRY(premises_.rows().commit(
        {{Table::custody, custody_key::published(number_), to_bytes(tlog::write_note(note))}}));
    PublishedState made{std::move(checkpoint), std::move(note)};
    std::lock_guard lock(mutex_);
    published_ = made;
    return made;
}

std::optional<PublishedState> LogGeneration::published() const {
    std::lock_guard lock(mutex_);
    return published_;
}

}  // namespace exhibit::guard
