// Rule 9 at the door: who speaks with the duress key gets the same documents, of the same sizes,
// as who speaks with the true one; and nothing of it moves the true deadline. (How long the answers
// take is measured by bench/duress_timing.cpp.)
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "case/contacts.hpp"
#include "guard/guardian/rehearsal.hpp"

namespace exhibit::guard::test {
namespace {

// What somebody who reads the decrypted line could compare: everything but digits and letters that
// are random or a time.
struct Shape {
    std::string what;
    std::size_t bytes = 0;
    friend bool operator==(Shape const&, Shape const&) = default;
};
std::ostream& operator<<(std::ostream& out, Shape const& shape) {
    return out << shape.what << " (" << shape.bytes << " bytes)";
}

void describe(Json const& json, std::string& to) {
    if (json.is_object()) {
        to += "{";
        for (auto const& [name, value] : json.items()) {
            to += name + ":";
            describe(value, to);
        }
        to += "}";
    } else if (json.is_array()) {
        to += "[";
        for (auto const& value : json) describe(value, to);
        to += "]";
    } else if (json.is_string()) {
        auto const text = json.get<std::string>();
        // Envelopes lie inside answers, and documents inside envelopes.
        auto const inside = from_base64(text);
        auto const document = inside.ok() ? parse_json(*inside) : Result<Json>(Json());
        if (document.ok() && document->is_object()) return describe(*document, to);
        bool const is_kind = text.find("vnd.exhibit") != std::string::npos;
        to += is_kind ? text : "\"" + std::to_string(text.size()) + "\"";
    } else {
        to += json.is_number() ? "0" : json.dump();
    }
}

Shape shape_of(Result<HttpAnswer> const& answer) {
    if (!answer.ok()) return {"no answer: " + answer.error().what};
    Shape shape{std::to_string(answer->status) + " ", answer->body.size()};
    for (auto const& [name, value] : answer->headers)
        shape.what += name + "(" + std::to_string(value.size()) + ") ";
    auto const json = parse_json(answer->body);
    if (json.ok()) describe(*json, shape.what);
    return shape;
}

// A session as whoever holds the device sees it.
class Session {
public:
    explicit Session(bool forced) : forced_(forced), drill_(patient()) { drill_.enrol_all(); }

    std::vector<Shape> play() {
        // A change of policy that the witness signed while she was free, and that still cools off.
        auto change = drill_.policy->value();
        change.version = 2;
        change.predecessor = drill_.policy->digest();
        change.audience[0].who = AudienceStage::Who::named;
        change.audience[0].recipients = {drill_.case_key.recipient().text()};
        auto const signed_change = Signed<Policy>::sign(change, drill_.witness);
        VERIFY(drill_.tell(0, signed_change.envelope()).ok());
        EXPECT_EQ(drill_.status(0)->changes.size(), 1U);
        // The relays go to the others, too, and they answer: wait until that has settled.
        auto const gap = least_gap(drill_.terms.interval);
        VERIFY(drill_.tell(0, word(std::max(wall_now(), drill_.last_claimed + gap))).ok());
        EXPECT_TRUE(eventually([&] { return drill_.status(0)->seen.size() == 3; }));
        auto const first = std::max(wall_now(), drill_.last_claimed + gap);
        auto const fresh = word(first);
        ask_status();
        tell(fresh);
        ask_status();
        tell(fresh);                             // once more
        tell(word(first));                       // too soon after it
        tell(word(first - gap * 4));             // older
        tell(word(first + Duration::days(30)));  // far ahead
        ask_status();
        tell(word(first + gap));
        ask("GET", "terms", {});
        ask("GET", "receipts", {});
        Contacts const people{.case_id = drill_.id,
                              .version = 1,
                              .from = "M.",
                              .people = {{Contact::By::mail, "lawyer@example.org", true}}};
        auto const list = Signed<Contacts>::sign(people, forced_ ? drill_.duress : drill_.witness);
        ask("PUT", "contacts", write_envelope(list.envelope()));
        ask("PUT", "contacts", write_envelope(list.envelope()));
        ask("GET", "contacts", {});
        return shapes_;
    }
    Rehearsal& drill() { return drill_; }

private:
    static Terms patient() {
        Terms terms;
        terms.cool_off = Duration::hours(1);
        return terms;
    }
    Envelope word(WallTime claimed) {
        return forced_ ? drill_.make_forced_check_in(claimed) : drill_.make_check_in(claimed);
    }
    void tell(Envelope const& envelope) {
        shapes_.push_back(shape_of(
            drill_.send(0, "POST", drill_.path("messages"), as_bytes(write_envelope(envelope)))));
    }
    void ask(std::string method, std::string_view rest, std::string const& body) {
        shapes_.push_back(shape_of(drill_.send(0, std::move(method), drill_.path(rest),
                                               as_bytes(body), drill_.bearer(0))));
    }
    void ask_status() { ask("POST", "status", write_json({{"nonce", std::string(32, '5')}})); }

    bool forced_;
    Rehearsal drill_;
    std::vector<Shape> shapes_;
};

TEST(Duress, is_answered_in_the_same_words_and_sizes) {
    auto const free = Session(false).play();
    auto const forced = Session(true).play();
    ASSERT_EQ(free.size(), forced.size());
    for (std::size_t i = 0; i < free.size(); ++i) EXPECT_EQ(free[i], forced[i]) << "answer " << i;
    EXPECT_EQ(free.size(), 14U);
    EXPECT_NE(free[1].what.find("acknowledgement"), std::string::npos) << free[1];
    EXPECT_NE(free[1], free[5]);  // the comparison sees something
}

TEST(Duress, at_any_rate_moves_no_true_deadline) {
    Terms terms;
    terms.interval = Duration::seconds(8);
    terms.grace = Duration::seconds(4);
    Rehearsal drill(terms);
    drill.enrol_all();
    auto const began = wall_now();
    unsigned acknowledged = 0;
    bool const out = eventually(
        [&] {
            // As often as the rules let her, at every guardian.
            auto const gap = least_gap(terms.interval);
            auto const envelope =
                drill.make_forced_check_in(std::max(wall_now(), drill.last_claimed + gap));
            for (unsigned i = 0; i < 4; ++i) {
                auto const answer = drill.tell(i, envelope);
                acknowledged += answer.ok() && !answer->replies.empty();
            }
            return drill.release(0).ok();
        },
        60);
    EXPECT_TRUE(out) << "check-ins under duress put the release off";
    EXPECT_GT(acknowledged, 20U) << "they were acknowledged like any others";
    EXPECT_GE(wall_now(), began + terms.interval + terms.grace - Duration::seconds(1));
}

}  // namespace
}  // namespace exhibit::guard::test
