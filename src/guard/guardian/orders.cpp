#include "guard/guardian/orders.hpp"

#include <algorithm>
#include <filesystem>

namespace exhibit::guard {
namespace {

constexpr std::size_t order_bytes_max = 4096;
constexpr std::size_t answer_bytes_max = 16u << 20;
constexpr std::size_t words_max = 128;
constexpr std::string_view order_ending = ".order";
constexpr std::string_view answer_ending = ".answer";

constexpr std::pair<Order::What, char const*> names[] = {{Order::What::status, "status"},
                                                         {Order::What::hold, "hold"},
                                                         {Order::What::code, "code"},
                                                         {Order::What::resign, "resign"}};

char const* name_of(Order::What what) {
    for (auto const& [one, name] : names)
        if (one == what) return name;
    return "";
}

// In words, for the person who gave the order.
std::string sentence_for(std::string const& code) {
    static constexpr std::pair<std::string_view, std::string_view> sentences[] = {
        {"hold-limit", "a check-in can be held for two intervals, and no more"},
        {"hold-other", "there is a newer check-in than the one that was meant"},
        {"released", "the case is released, or being released; nothing can hold it any more"},
        {"spoken", "this is none of the codes that the witness left"},
        {"adopted", "this guardian has agreed to the release; it can hold nothing any more"}};
    for (auto const& [known, sentence] : sentences)
        if (known == code) return std::string(sentence);
    return "it was refused";
}

Json write_error(Error const& error) {
    return {{"error", {{"code", error.code}, {"what", error.what}}}};
}

Json case_status(CaseId const& id, protocol::State const& state, WallTime now) {
    auto const& numbers = state.numbers();
    return {{"case", id.text()},
            {"phase", state.phase(now)},
            {"last_check_in", write_time(state.last->claimed)},
            {"due", write_time(state.due())},
            {"release_from", write_time(state.release_from())},
            {"held_intervals", state.hold},
            {"word_of_duress", state.duress.has_value()},
            {"policy_version", state.terms().version},
            {"changes_waiting", state.proposals.size()},
            {"drill", state.terms().drill},
            {"n", numbers.n},
            {"q", numbers.q},
            {"f", numbers.f}};
}

}  // namespace

std::string write_order(Order const& order) {
    return write_json({{"what", name_of(order.what)},
                       {"case", order.case_id.text()},
                       {"number", order.number},
                       {"words", order.words},
                       {"notice_ms", order.notice.count_ms()}});
}

Result<Order> parse_order(ByteView text) {
    auto json = TRY(parse_json(text, {.bytes_max = order_bytes_max, .depth_max = 2}));
    auto object = TRY(JsonObject::of(json, "order"));
    Order order;
    auto const what = TRY(object.text("what", 16));
    auto const known =
        std::ranges::find_if(names, [&](auto const& one) { return what == one.second; });
    if (known == std::end(names)) return bad_input("is no order").at("order.what").coded("order");
    order.what = known->first;
    order.case_id = TRY(take_case(object));
    order.number = TRY(take_unsigned(object, "number", 0, 99));
    order.words = TRY(object.text("words", words_max));
    order.notice = TRY(take_duration(object, "notice_ms"));
    TRY(object.finish());
    return order;
}

Result<Json> give_order(Path const& data, Order const& order, Duration patience) {
    auto const folder = data / "orders";
    if (!is_there(folder))
        return wrong_use("there is no guardian here").at(data.string()).coded("no-guardian");
    auto const name = to_hex(SystemRandom().bytes<8>());
    auto const order_file = folder / (name + std::string(order_ending));
    auto const answer_file = folder / (name + std::string(answer_ending));
    TRY(replace_file(order_file, write_order(order)));
    auto const step = Duration::ms(50);
    for (Duration waited; waited < patience && !is_there(answer_file); waited = waited + step)
        std::this_thread::sleep_for(std::chrono::milliseconds(step.count_ms()));
    if (!is_there(answer_file)) {
        std::error_code problem;
        if (!std::filesystem::remove(order_file, problem)) {
            return world_error("the guardian has taken it, and has not said how it went")
                .at(data.string())
                .coded("not-known")
                .hint("exhibit guard status --data " + data.string());
        }
        return world_error("the guardian did not answer")
            .at(data.string())
            .coded("no-guardian")
            .still_safe("nothing was done")
            .hint("is it running?  exhibit guard serve --data " + data.string());
    }
    auto const text = TRY(read_file(answer_file, answer_bytes_max));
    TRY(remove_file(answer_file));
    auto answer = TRY(parse_json(text, {.bytes_max = answer_bytes_max, .depth_max = 8}));
    if (!answer.contains("error")) return answer;
    auto const code = answer["error"].value("code", "refused");
    auto const what = answer["error"].value("what", "it was refused");
    return bad_input(what).at(code).coded("refused").still_safe("nothing has changed");
}

Orders::Orders(Premises const& premises, CaseLanes& lanes, Path folder, Duration poll,
               Resign resign)
    : premises_(premises),
      lanes_(lanes),
      folder_(std::move(folder)),
      poll_(poll),
      resign_(std::move(resign)) {}

Outcome Orders::start() {
    TRY(make_folders(folder_));
    // Whoever gave those has long been told that nobody answered; an order may hold a code's words.
    std::error_code problem;
    for (auto const& entry : std::filesystem::directory_iterator(folder_, problem)) {
        auto const ending = entry.path().extension();
        if (ending == order_ending || ending == answer_ending) TRY(remove_file(entry.path()));
    }
    thread_ = std::thread([this] { run(); });
    return {};
}

void Orders::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Orders::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        look();
        lock.lock();
        changed_.wait_for(lock, std::chrono::milliseconds(poll_.count_ms()));
    }
}

void Orders::look() {
    std::error_code ignored;
    for (auto const& entry : std::filesystem::directory_iterator(folder_, ignored)) {
        auto const path = entry.path();
        if (path.extension() != order_ending) continue;
        auto const text = read_file(path, order_bytes_max);
        // Taken: a crash from here on does it not at all, never twice.
        if (!remove_file(path) || !text) continue;
        auto answer_path = path;
        answer_path.replace_extension(answer_ending);
        auto const answer = [this, answer_path](Result<Json> result) {
            auto const json = result.ok() ? result.take() : write_error(result.error());
            auto const written = replace_file(answer_path, write_json(json));
            if (!written) premises_.log.tell(written.error());
        };
        auto const order = parse_order(*text);
        if (order.ok())
            carry_out(*order, answer);
        else
            answer(order.error());
    }
}

Result<Envelope> Orders::word_of(Order const& order) {
    auto const state = TRY(premises_.files.state(order.case_id));
    auto const check_in = state.last.digest();
    if (order.what == Order::What::hold) {
        HoldWord word{order.case_id, premises_.id, check_in, order.number, premises_.now()};
        return Signed<HoldWord>::sign(std::move(word), premises_.keys.signing).envelope();
    }
    SpokenWord word{order.case_id, premises_.id, check_in, 1, order.words, premises_.now()};
    auto const wanted = spoken_commitment(order.case_id, order.words);
    auto const& codes = state.last->spoken;
    auto const place = std::ranges::find(codes, wanted);
    if (place == codes.end()) return bad_input(sentence_for("spoken")).coded("spoken");
    word.place = static_cast<unsigned>(place - codes.begin()) + 1;
    return Signed<SpokenWord>::sign(std::move(word), premises_.keys.signing).envelope();
}

void Orders::carry_out(Order const& order, std::function<void(Result<Json>)> const& answer) {
    if (order.what == Order::What::status) return answer(status());
    if (order.what == Order::What::resign) {
        auto const done = resign_(order.case_id, premises_.now() + order.notice);
        if (!done) return answer(done.error());
        return answer(Json{{"leaves", write_time(premises_.now() + order.notice)}});
    }
    auto word = word_of(order);
    if (!word) return answer(word.take_error());
    auto const id = order.case_id;
    lanes_.submit(id, protocol::Received{word.take()}, [this, id, answer](Result<Answer> taken) {
        if (!taken) return answer(taken.take_error());
        if (!taken->refused.empty())
            return answer(bad_input(sentence_for(taken->refused)).coded("refused"));
        auto const state = premises_.files.state(id);
        if (!state) return answer(state.error());
        answer(case_status(id, *state, premises_.now()));
    });
}

Result<Json> Orders::status() {
    auto const ids = TRY(premises_.files.all());
    Json cases = Json::array();
    for (auto const& id : ids) {
        auto const state = premises_.files.state(id);
        if (state.ok())
            cases.push_back(case_status(id, *state, premises_.now()));
        else
            cases.push_back({{"case", id.text()}, {"phase", "UNREADABLE: " + state.error().what}});
    }
    return Json{{"cases", cases}};
}

}  // namespace exhibit::guard
