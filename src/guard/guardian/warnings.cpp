#include "guard/guardian/warnings.hpp"

#include <algorithm>

#include "crypto/hash.hpp"
#include "formats/age/age.hpp"
#include "formats/mail/mail.hpp"
#include "guard/guardian/case_lanes.hpp"
#include "guard/guardian/peers.hpp"
#include "guard/wire/wire.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t envelope_bytes_max = 64 * 1024;
constexpr Duration again_first = Duration::seconds(30);
constexpr Duration again_drill = Duration::seconds(1);
constexpr Duration again_most = Duration::hours(1);
constexpr Duration step_most = Duration::hours(1);
constexpr Duration after_trouble = Duration::minutes(1);  // a full disk: it is tried again
// Of a release; a warning ends with its grace.
constexpr Duration give_up_after = Duration::days(30);
constexpr std::size_t rows_max = 4096;
constexpr std::string_view everyone_mark = "everyone", safe_only_mark = "safe only";

std::string contacts_key(CaseId const& id) { return id.text() + "/contacts"; }
std::string forced_contacts_key(CaseId const& id) { return id.text() + "/contacts-shadow"; }
std::string due_prefix(CaseId const& id) { return id.text() + "/notices/"; }

// Named after what it is about and whom it goes to, not after a place in a list that may change.
std::string due_key(CaseId const& id, std::string const& event, Contact const& contact) {
    return due_prefix(id) + event + "/" + to_hex(sha256(contact.to)).substr(0, 32);
}

// After a hold (rule 8) grace begins anew, and is told anew.
std::string grace_event(protocol::State const& state) {
    auto const held = state.hold == 0 ? "" : "-" + std::to_string(state.hold);
    return "grace-" + state.last.digest().hex() + held;
}

std::string plan_key(CaseId const& id, std::string const& event) {
    return id.text() + "/planned/" + event;
}

std::string released_event(unsigned version, unsigned stage) {
    return "released-" + std::to_string(version) + "-" + std::to_string(stage);
}

Duration pause_after(unsigned attempts, bool drill) {
    auto pause = drill ? again_drill : again_first;
    for (unsigned i = 1; i < attempts && pause < again_most; ++i) pause = pause * 2;
    return std::min(pause, again_most);
}

}  // namespace

struct Warnings::Due {
    enum class State { due, done, failed };
    std::string key = {};
    std::string event = {};
    State state = State::due;
    WallTime planned = {}, next = {};
    unsigned attempts = 0;
    Contact contact = {};

    Bytes row(age::X25519Recipient const& to) const;
    static Result<Due> parse(std::string key, ByteView row, age::X25519Identity const& identity);
};

// People's addresses do not lie open in the database: encrypted to the guardian's own key.
Bytes Warnings::Due::row(age::X25519Recipient const& to) const {
    constexpr std::string_view states[] = {"due", "done", "failed"};
    auto const text = write_json({{"event", event},
                                  {"state", states[static_cast<std::size_t>(state)]},
                                  {"planned", write_time(planned)},
                                  {"next", write_time(next)},
                                  {"attempts", attempts},
                                  {"by", contact.by == Contact::By::mail ? "mail" : "web"},
                                  {"to", contact.to},
                                  {"safe", contact.safe}});
    auto sealed = age::encrypt(as_bytes(text), to);
    VERIFY(sealed.ok());
    return sealed.take();
}

Result<Warnings::Due> Warnings::Due::parse(std::string key, ByteView row,
                                           age::X25519Identity const& identity) {
    auto const text = TRY(age::decrypt(row, identity, envelope_bytes_max));
    auto const json = TRY(parse_json(text));
    auto object = TRY(JsonObject::of(json, "notice"));
    Due due{.key = std::move(key)};
    due.event = TRY(object.text("event", 128));
    auto const state = TRY(object.text("state", 8));
    due.state = state == "due" ? State::due : state == "done" ? State::done : State::failed;
    due.planned = TRY(object.time("planned"));
    due.next = TRY(object.time("next"));
    due.attempts = TRY(take_unsigned(object, "attempts", 0, 1'000'000));
    auto const by = TRY(object.text("by", 8));
    due.contact.by = by == "mail" ? Contact::By::mail : Contact::By::web;
    due.contact.to = TRY(object.text("to", 1000));
    due.contact.safe = TRY(object.boolean("safe"));
    TRY(object.finish());
    return due;
}

Warnings::Warnings(Premises const& premises, Doorman& doorman, std::string name,
                   WarningOptions options, MessageTexts texts)
    : premises_(premises),
      doorman_(doorman),
      name_(std::move(name)),
      options_(std::move(options)),
      texts_(std::move(texts)),
      due_(premises.now, options_.poll,
           [this](CaseId const& id) { working_.post([this, id] { send_due(id); }); }) {}

void Warnings::stop() {
    due_.stop();
    working_.stop();
}

Result<std::optional<Signed<Contacts>>> Warnings::load(std::string const& key) {
    auto const row = TRY(premises_.rows().get(Table::settings, key));
    if (!row) return std::optional<Signed<Contacts>>();
    auto const text = TRY(age::decrypt(*row, premises_.keys.identity, envelope_bytes_max));
    auto envelope = TRY(parse_envelope(text, envelope_bytes_max));
    auto contacts = TRY(Signed<Contacts>::open_trusting_signature(std::move(envelope)));
    return std::optional<Signed<Contacts>>(std::move(contacts));
}

// Whoever names contacts with the duress key is told what the true one would be told. Nobody is
// ever warned of those (rule 9).
Outcome Warnings::keep(CaseId const& id, Envelope envelope) {
    auto const record = TRY(premises_.files.record(id));
    auto const policy = TRY(premises_.files.policy(id, record->policy));
    auto const shadow = TRY(premises_.files.shadow(id));
    bool const forced = shadow.speaker && signed_by(envelope, *shadow.speaker);
    auto const& speaker = forced ? *shadow.speaker : policy->value().witness;
    auto const contacts = TRY(Signed<Contacts>::open(std::move(envelope), speaker));
    if (contacts->case_id != id)
        return bad_input("these contacts are of another case").coded("case");
    std::lock_guard lock(mutex_);
    for (auto const& key : {contacts_key(id), forced_contacts_key(id)}) {
        auto const before = TRY(load(key));
        if (before && before->digest() == contacts.digest()) return {};
        // A forced list must not be in the way of a true one.
        bool const counts = forced || key == contacts_key(id);
        if (counts && before && before->value().version >= contacts->version)
            return bad_input("newer contacts are here already").coded("conflict");
    }
    auto sealed = TRY(age::encrypt(as_bytes(write_envelope(contacts.envelope())),
                                   premises_.keys.identity.recipient()));
    auto const key = forced ? forced_contacts_key(id) : contacts_key(id);
    TRY(premises_.rows().commit({{Table::settings, key, std::move(sealed)}}));
    if (forced) return {};
    // Named when the deadline has passed already: they hear of it, too.
    auto const state = TRY(premises_.files.state(id));
    if (state.warned && !state.decided) plan_grace_soon(id, whom_to_warn(state));
    return {};
}

Result<Warnings::Known> Warnings::known(CaseId const& id) {
    Known newest;
    for (auto const& key : {contacts_key(id), forced_contacts_key(id)}) {
        auto const contacts = TRY(load(key));
        if (contacts && contacts->value().version > newest.version)
            newest = {contacts->value().version, contacts->value().people.size()};
    }
    return newest;
}

Result<Envelope> Warnings::envelope(CaseId const& id) {
    auto const contacts = TRY(load(contacts_key(id)));
    if (!contacts) return bad_input("not found").coded("not-found");
    return contacts->envelope();
}

// A guardian that was away when the witness changed them gets them from the others, when it
// matters.
void Warnings::ask_others(CaseId const& id) {
    auto const record = premises_.files.record(id);
    if (!record) return;
    auto const path = case_path(id, "contacts");
    for (auto const& entry : (*record)->directory->entries) {
        if (entry.guardian == premises_.id) continue;
        ClientOptions options;
        options.socks5_proxy = options_.socks5_proxy;
        options.connect_timeout_ms = 3'000;
        options.total_timeout_ms = 10'000;
        auto client = client_for(entry, std::move(options));
        if (!client) continue;
        HttpCall call;
        call.url = entry.address.url() + path;
        call.headers = {{std::string(peer_header), doorman_.peer_request(id, path)}};
        call.answer_limit_bytes = envelope_bytes_max;
        auto const answer = client->send(call);
        if (!answer || answer->status != 200) continue;
        auto envelope = parse_envelope(answer->body, envelope_bytes_max);
        if (envelope.ok()) (void)keep(id, envelope.take());
    }
}

void Warnings::grace_began(CaseId const& id, Whom whom) { plan_in_order(id, {whom, true}); }

void Warnings::plan_grace_soon(CaseId const& id, Whom whom) { plan_in_order(id, {whom, false}); }

// There are several workers, and the first plan decides who is left out: of one case only one plan
// is made at a time, in the order in which they were asked for. Called on the store's thread, too.
void Warnings::plan_in_order(CaseId const& id, Wish wish) {
    {
        std::lock_guard lock(busy_mutex_);
        auto& wishes = wishes_[id];
        wishes.push_back(wish);
        if (wishes.size() > 1) return;  // whoever is at it takes this one, too
    }
    working_.post([this, id] {
        for (;;) {
            Wish next{};
            {
                std::lock_guard lock(busy_mutex_);
                next = wishes_[id].front();
            }
            if (next.ask_others) ask_others(id);
            plan_grace(id, next.whom);
            std::lock_guard lock(busy_mutex_);
            auto& wishes = wishes_[id];
            wishes.pop_front();
            if (!wishes.empty()) continue;
            wishes_.erase(id);
            return;
        }
    });
}

void Warnings::released(CaseId const& id) {
    working_.post([this, id] { released_now(id); });
}

// Our place among the guardians, drawn from what is missed: another one is first each time.
unsigned Warnings::turn_of(Policy const& policy, ByteView seed) const {
    auto const draw = [&](GuardianId const& who) { return sha256(seed, who.bytes()); };
    auto const mine = draw(premises_.id);
    return static_cast<unsigned>(std::ranges::count_if(
        policy.guardians, [&](PolicyGuardian const& one) { return draw(one.id()) < mine; }));
}

Outcome Warnings::plan(CaseId const& id, std::string const& event, Whom whom, Duration step) {
    auto const contacts = TRY(load(contacts_key(id)));
    if (!contacts) return {};
    auto const record = TRY(premises_.files.record(id));
    auto const policy = TRY(premises_.files.policy(id, record->policy));
    auto const now = premises_.now();
    auto const first = now + step * turn_of(policy->value(), as_bytes(event));
    // In one batch with the rows: whom the first plan left out, no later one adds. Only who is new
    // in a newer list is.
    auto const key = plan_key(id, event);
    std::lock_guard lock(mutex_);
    auto const planned = TRY(premises_.rows().get(Table::settings, key));
    if (planned && *planned == to_bytes(safe_only_mark)) whom = Whom::safe_only;
    auto const mark = whom == Whom::safe_only ? safe_only_mark : everyone_mark;
    Batch batch = {{Table::settings, key, to_bytes(mark)}};
    for (auto const& contact : contacts->value().people) {
        if (whom == Whom::safe_only && !contact.safe) continue;
        Due due{.key = due_key(id, event, contact), .event = event, .planned = now, .next = first};
        due.contact = contact;
        auto const known = TRY(premises_.rows().get(Table::settings, due.key));
        if (known) continue;
        batch.push_back({Table::settings, due.key, due.row(premises_.keys.identity.recipient())});
    }
    TRY(premises_.rows().commit(std::move(batch)));
    due_.no_later_than(id, first);
    return {};
}

void Warnings::plan_grace(CaseId const& id, Whom whom) {
    auto const planned = [&]() -> Outcome {
        auto const state = TRY(premises_.files.state(id));
        return plan(id, grace_event(state), whom, std::min(state.last->grace / 16, step_most));
    }();
    if (planned) return;
    premises_.log.tell(planned.error(), id);
    {
        std::lock_guard lock(busy_mutex_);
        failed_plans_[id] = {whom, false};
    }
    due_.no_later_than(id, premises_.now() + after_trouble);
}

void Warnings::plan_what_failed(CaseId const& id) {
    std::optional<Wish> wish;
    bool is_release = false;
    {
        std::lock_guard lock(busy_mutex_);
        if (auto const found = failed_plans_.find(id); found != failed_plans_.end()) {
            wish = found->second;
            failed_plans_.erase(found);
        }
        is_release = failed_releases_.erase(id) > 0;
    }
    if (wish) plan_in_order(id, *wish);
    if (is_release) released(id);
}

bool Warnings::was_told(std::string const& key) {
    std::lock_guard lock(busy_mutex_);
    return told_.contains(key);
}

void Warnings::released_now(CaseId const& id) {
    auto const planned = [&]() -> Outcome {
        auto const state = TRY(premises_.files.state(id));
        for (auto const& release : state.releases) {
            auto const version = release.policy->value().version;
            for (unsigned stage = 0; stage < release.policy->value().audience.size(); ++stage) {
                auto const key = release_key(id, version, stage);
                auto const out = TRY(premises_.rows().get(Table::releases, key));
                if (!out) continue;
                TRY(plan(id, released_event(version, stage), Whom::everyone,
                         std::min(state.last->grace / 16, step_most)));
            }
        }
        return {};
    }();
    if (planned) return;
    premises_.log.tell(planned.error(), id);
    {
        std::lock_guard lock(busy_mutex_);
        failed_releases_.insert(id);
    }
    due_.no_later_than(id, premises_.now() + after_trouble);
}

// None: there is nothing to say any more.
Result<std::optional<Notice>> Warnings::notice_of(CaseId const& id, Due const& due) {
    auto const state = TRY(premises_.files.state(id));
    Notice notice{.drill = state.terms().drill,
                  .guardian = premises_.id,
                  .time = premises_.now(),
                  .from = {}};
    if (due.event.starts_with("grace-")) {
        bool const still = due.event == grace_event(state) && !state.decided &&
                           !state.release_now && notice.time >= state.due();
        if (!still) return std::optional<Notice>();
        // A word of duress came after this was planned: then what is left is left out.
        if (state.duress && !due.contact.safe) return std::optional<Notice>();
        notice.deadline = state.due();
        notice.release_from = state.release_from();
        return std::optional<Notice>(std::move(notice));
    }
    if (notice.time > due.planned + give_up_after) return std::optional<Notice>();
    auto const record = TRY(premises_.files.record(id));
    notice.event = Notice::Event::released;
    notice.case_id = id;
    notice.address = record->directory->find(premises_.id)->address.text();
    for (auto const& release : state.releases) {
        auto const& terms = release.policy->value();
        for (std::size_t stage = 0; stage < terms.audience.size(); ++stage) {
            if (due.event != released_event(terms.version, static_cast<unsigned>(stage))) continue;
            notice.for_everyone = terms.stage(stage).who == AudienceStage::Who::everyone;
        }
    }
    return std::optional<Notice>(std::move(notice));
}

// One message, then the next case: a case whose contacts are slow does not hold up the others.
void Warnings::send_due(CaseId const& id) {
    {
        std::lock_guard lock(busy_mutex_);
        auto const [place, free] = busy_.try_emplace(id, false);
        place->second = !free;
        if (!free) return;
    }
    plan_what_failed(id);
    auto const wake = send_one(id);
    if (!wake) premises_.log.tell(wake.error(), id);
    bool again = false;
    {
        std::lock_guard lock(busy_mutex_);
        again = busy_[id];
        busy_.erase(id);
    }
    if (!wake) due_.no_later_than(id, premises_.now() + after_trouble);
    if (again) return due_.no_later_than(id, premises_.now());
    if (wake.ok() && *wake) due_.no_later_than(id, **wake);
}

Result<std::optional<WallTime>> Warnings::send_one(CaseId const& id) {
    auto const rows = TRY(premises_.rows().scan(Table::settings, due_prefix(id), "", rows_max));
    std::vector<Due> waiting;
    for (auto const& [key, row] : rows) {
        auto due = Due::parse(key, row, premises_.keys.identity);
        if (due && due->state == Due::State::due) waiting.push_back(due.take());
    }
    if (waiting.empty()) return std::optional<WallTime>();
    // Whom only the row still calls due comes last: on a full disk the others are told all the
    // same.
    std::ranges::sort(waiting, {},
                      [&](Due const& one) { return std::pair(was_told(one.key), one.next); });
    if (waiting.front().next > premises_.now())
        return std::optional<WallTime>(waiting.front().next);
    TRY(try_once(id, waiting.front()));
    // The next one is looked for anew: later ones may have become moot meanwhile.
    return std::optional<WallTime>(premises_.now());
}

Outcome Warnings::try_once(CaseId const& id, Due& due) {
    auto const notice = TRY(notice_of(id, due));
    auto const contacts = TRY(load(contacts_key(id)));
    bool const moot = !notice || !contacts;
    // Who was told when the disk was full is not told again for every try to write that down.
    auto const sent =
        moot || was_told(due.key) ? Outcome() : deliver(id, due, *notice, contacts->value());
    if (sent.ok() && !moot) {
        std::lock_guard lock(busy_mutex_);
        told_.insert(due.key);
    }
    due.attempts += 1;
    if (sent.ok()) due.state = moot ? Due::State::failed : Due::State::done;
    due.next = premises_.now() + pause_after(due.attempts, notice && notice->drill);
    if (!sent.ok() && due.attempts == 1)
        premises_.log.tell("contact", "a contact cannot be reached yet: " + sent.error().what, id);
    TRY(premises_.rows().commit(
        {{Table::settings, due.key, due.row(premises_.keys.identity.recipient())}}));
    std::lock_guard lock(busy_mutex_);
    told_.erase(due.key);
    return {};
}

Outcome Warnings::deliver(CaseId const& id, Due const& due, Notice const& notice,
                          Contacts const& contacts) {
    auto told = notice;
    told.from = contacts.from;
    if (due.contact.by == Contact::By::mail) return by_mail(id, due, told, contacts);
    return by_web(told, due.contact);
}

Outcome Warnings::by_mail(CaseId const& id, Due const& due, Notice const& notice,
                          Contacts const& contacts) {
    if (!options_.relay) {
        return world_error("this guardian has no mail relay")
            .hint("start it with  --smtp smtp://mail.example --mail-from you@example.org")
            .coded("smtp");
    }
    auto const text = texts_.write(notice, contacts.language, name_);
    // The same for every try, and telling nobody who does not know the case anything.
    auto const name = sha256(as_bytes(due.key), premises_.id.bytes());
    auto const message = TRY(mail::write_message({.from = options_.mail_from,
                                                  .to = due.contact.to,
                                                  .subject = text.subject,
                                                  .text = text.text,
                                                  .date = notice.time,
                                                  .id = to_hex(name).substr(0, 32)}));
    auto const handed =
        hand_over_mail(*options_.relay, options_.mail_from, due.contact.to, message);
    if (handed.ok()) premises_.log.tell("contact", "a contact was written to by mail", id);
    return handed;
}

Outcome Warnings::by_web(Notice const& notice, Contact const& contact) {
    ClientOptions options;
    options.trust = WebAuthorities{options_.web_authorities};
    options.reach = options_.private_hooks ? Reach::anywhere : Reach::public_only;
    options.socks5_proxy = options_.socks5_proxy;
    options.total_timeout_ms = 30'000;
    auto client = TRY(HttpClient::create(std::move(options)));
    auto const envelope = Signed<Notice>::sign(notice, premises_.keys.signing).envelope();
    HttpCall call;
    call.method = "POST";
    call.url = contact.to;
    call.headers = {{"Content-Type", "application/json"}};
    call.body = to_bytes(write_envelope(envelope));
    call.answer_limit_bytes = 64 * 1024;
    auto const answer = TRY(client.send(call));
    if (answer.ok()) return {};
    return world_error("a web hook answers " + std::to_string(answer.status)).coded("http");
}

Whom whom_to_warn(protocol::State const& state) {
    return state.duress ? Whom::safe_only : Whom::everyone;
}

Outcome Warnings::resume() {
    auto const ids = TRY(premises_.files.all());
    for (auto const& id : ids) {
        auto const contacts = TRY(premises_.rows().get(Table::settings, contacts_key(id)));
        if (!contacts) continue;
        auto const state = premises_.files.state(id);
        if (!state) {  // one damaged row must not keep all other cases without a guardian
            premises_.log.tell(state.error(), id);
            continue;
        }
        // Killed between the state that says "warned" and the plan: planned now.
        if (state->warned && !state->decided) grace_began(id, whom_to_warn(*state));
        if (state->decided) released(id);
        due_.no_later_than(id, premises_.now());
    }
    return {};
}

}  // namespace exhibit::guard
