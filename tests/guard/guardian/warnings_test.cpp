// Contacts hear once of each missed check-in, in turn, through a real mail relay and a real web
// hook.
#include "guard/guardian/warnings.hpp"

#include <atomic>

#include "guard/guardian/rehearsal.hpp"
#include "store/rows.hpp"
#include "support/markers.hpp"
#include "support/post.hpp"

namespace exhibit::guard::test {
namespace {

struct ContactsOf : ::testing::Test {
    Receiver relay{Receiver::smtp}, hook{Receiver::hook};
    std::atomic<std::int64_t> ahead_ms{0};  // of all guardians' clocks
    Rehearsal r{Terms{.guardians = 4}};     // interval 30 min, grace 10 min: 37.5 s apart
    unsigned version = 0;

    static std::shared_ptr<SecretBytes const> password(std::string_view text) {
        return std::make_shared<SecretBytes const>(SecretBytes::copy_of(text));
    }
    ContactsOf() {
        for (unsigned i = 0; i < 4; ++i) {
            auto& options = r.options[i];
            options.now = [this] { return wall_now() + Duration::ms(ahead_ms); };
            options.warnings.relay = MailRelay{.url = "smtp://" + relay.place(),
                                               .user = "ana",
                                               .password = password("pass word"),
                                               .authorities = relay.authorities().string()};
            options.warnings.mail_from = "guardian-" + std::to_string(i) + "@guardians.example";
            options.warnings.web_authorities = hook.authorities().string();
            options.warnings.private_hooks = true;
            restart(i);
        }
        r.enrol_all();
    }
    ~ContactsOf() override { r.guardians.clear(); }
    void restart(unsigned i) {
        r.stop_guardian(i);
        r.start_guardian(i);
    }
    void pass(Duration time) { ahead_ms += time.count_ms(); }

    Envelope list(std::string const& text) {
        auto contacts = parse_contact_list(text).take();
        contacts.case_id = r.id;
        contacts.version = ++version;
        return Signed<Contacts>::sign(contacts, r.witness).envelope();
    }
    unsigned put(unsigned guardian, Envelope const& contacts) {
        auto const answer = r.send(guardian, "PUT", r.path("contacts"),
                                   as_bytes(write_envelope(contacts)), r.bearer(guardian));
        return answer.ok() ? answer->status : 0;
    }
    bool noted(unsigned guardian, std::string_view text) {
        return std::ranges::any_of(r.guardians[guardian]->notes(), [&](OperatorNote const& note) {
            return note.text.find(text) != std::string::npos;
        });
    }
};

TEST_F(ContactsOf,
       a_missed_check_in_are_written_to_in_turn_and_the_rest_is_spared_when_she_is_back) {
    NEEDS_RECEIVERS();
    auto const contacts = list("from M. of the bakery\nmail sister@example.net\nweb https://" +
                               hook.place() + "/hook\n");
    for (unsigned i = 1; i < 4; ++i) ASSERT_EQ(put(i, contacts), 204u);
    // The first guardian was away; it asks the others when it matters.
    pass(r.terms.interval + Duration::seconds(1));
    ASSERT_TRUE(eventually([&] { return relay.got().size() == 1 && hook.got().size() == 1; }));
    auto const mail = relay.got()[0];
    EXPECT_TRUE(mail.starts_with("tls=True login=True helo=guardians.example from=guardian-"))
        << mail.substr(0, 200);
    EXPECT_NE(mail.find("to=sister@example.net\r\n"), std::string::npos);
    auto const text = mail_text(mail);
    EXPECT_TRUE(text.starts_with("REHEARSAL: No sign of life from M. of the bakery\n")) << text;
    EXPECT_EQ(text.find(r.id.text()), std::string::npos) << "no case, no secret in a warning";
    EXPECT_EQ(text.find('{'), std::string::npos) << text;

    auto const envelope = parse_envelope(as_bytes(hook.got()[0])).take();
    auto const claimed = peek<Notice>(envelope).take();
    auto const* sender = r.policy->value().find(claimed.guardian);
    ASSERT_NE(sender, nullptr);
    auto const notice = Signed<Notice>::open(envelope, sender->key);
    ASSERT_OK(notice);
    EXPECT_EQ(notice.value()->event, Notice::Event::grace);
    EXPECT_EQ(notice.value()->from, "M. of the bakery");
    EXPECT_EQ(*notice.value()->release_from - *notice.value()->deadline, r.terms.grace);

    // A sixteenth of the grace later the second writes; then she checks in, and no third does.
    pass(r.terms.grace / 16);
    ASSERT_TRUE(eventually([&] { return relay.got().size() == 2 && hook.got().size() == 2; }));
    pass(Duration::seconds(1));
    auto const back = r.make_check_in(wall_now() + Duration::ms(ahead_ms));
    for (unsigned i = 0; i < 4; ++i) ASSERT_OK(r.tell(i, back));
    pass(r.terms.grace / 4);
    // The next silence: everybody who writes now writes about this one, once each.
    pass(r.terms.interval);
    ASSERT_TRUE(eventually([&] { return relay.got().size() == 3 && hook.got().size() == 3; }));
    pass(r.terms.grace / 4);
    ASSERT_TRUE(eventually([&] { return relay.got().size() == 6 && hook.got().size() == 6; }))
        << relay.got().size() << " " << hook.got().size();
    std::set<std::string> senders, ids;
    for (std::size_t i = 2; i < 6; ++i) {
        auto const got = relay.got()[i];
        senders.insert(got.substr(got.find(" from="), 40));
        ids.insert(got.substr(got.find("Message-ID: "), 60));
    }
    EXPECT_EQ(senders.size(), 4u);
    EXPECT_EQ(ids.size(), 4u);
}

TEST_F(ContactsOf, a_relay_that_refuses_is_asked_again_also_after_a_restart_and_then_no_more) {
    NEEDS_RECEIVERS();
    auto const contacts = list("mail sister@example.net\n");
    for (unsigned i = 0; i < 4; ++i) ASSERT_EQ(put(i, contacts), 204u);
    relay.refuse(true);
    pass(r.terms.interval + Duration::seconds(1));
    ASSERT_TRUE(eventually([&] { return relay.tries() >= 2; }));
    pass(r.terms.grace / 4);
    ASSERT_TRUE(eventually([&] {
        unsigned told = 0;
        for (unsigned i = 0; i < 4; ++i) told += noted(i, "cannot be reached yet");
        return told == 4;
    }));
    for (unsigned i = 0; i < 4; ++i) r.stop_guardian(i);
    EXPECT_EQ(relay.got().size(), 0u);
    relay.refuse(false);
    for (unsigned i = 0; i < 4; ++i) r.start_guardian(i);
    pass(Duration::minutes(1));
    ASSERT_TRUE(eventually([&] { return relay.got().size() == 4; })) << relay.got().size();
    for (unsigned i = 0; i < 4; ++i) restart(i);
    // Whoever would write again does so before it writes of the release, which comes now.
    pass(r.terms.grace);
    ASSERT_TRUE(eventually([&] { return r.release(0).ok(); }));
    // Each plans its letter from when it had its own release: time goes on until the last has.
    ASSERT_TRUE(eventually([&] {
        pass(r.terms.grace / 200);
        return relay.got().size() == 8;
    })) << relay.got().size();
    for (std::size_t i = 0; i < 8; ++i) {
        auto const text = mail_text(relay.got()[i]);
        EXPECT_EQ(text.find("has been released to everyone") != std::string::npos, i >= 4) << text;
        EXPECT_EQ(text.find("--case-id " + r.id.text()) != std::string::npos, i >= 4) << text;
    }
}

TEST_F(ContactsOf, only_the_witness_sets_them_and_only_guardians_read_them) {
    auto const first = list("mail sister@example.net\nmail MARKERlawyer@example.org safe\n");
    auto const second = list("mail brother@example.net\n");
    ASSERT_EQ(put(0, second), 204u);
    EXPECT_EQ(put(0, second), 204u) << "a retry";
    EXPECT_EQ(put(0, first), 409u) << "the higher version counts";
    auto const third = list("mail MARKERlawyer@example.org\nmail x@example.org\n");
    ASSERT_EQ(put(0, third), 204u);
    auto forged = parse_contact_list("mail thief@example.net\n").take();
    forged.case_id = r.id;
    forged.version = 99;
    EXPECT_EQ(put(0, Signed<Contacts>::sign(forged, SigningKey::generate()).envelope()), 422u);
    auto const refused = r.send(0, "PUT", r.path("contacts"), as_bytes(write_envelope(third)));
    EXPECT_EQ(refused->status, 401u);

    auto const seen = r.send(0, "GET", r.path("contacts"), {}, r.bearer(0));
    ASSERT_OK(seen);
    EXPECT_EQ(as_text(seen->body), "{\"people\":2,\"version\":3}");
    // The database alone names nobody.
    r.stop_guardian(0);
    auto const disk = test::all_bytes_below(r.options[0].data);
    EXPECT_EQ(disk.find("MARKERlawyer"), std::string::npos);
    std::vector<Marker> const names = {{"a contact", forms_of(as_bytes("MARKERlawyer"))}};
    EXPECT_TRUE(found_in(disk, names).empty());
}

TEST_F(ContactsOf, web_hooks_lead_nowhere_but_to_the_internet_and_redirects_nowhere) {
    NEEDS_RECEIVERS();
    r.options[1].warnings.private_hooks = false;
    restart(1);
    auto const contacts = list("web https://" + hook.place() + "/away\n");
    for (unsigned i = 0; i < 4; ++i) ASSERT_EQ(put(i, contacts), 204u);
    pass(r.terms.interval + Duration::seconds(1));
    ASSERT_TRUE(eventually([&] {
        pass(Duration::seconds(2));
        return noted(1, "not of the public internet") && noted(0, "answers 307");
    }));
    EXPECT_TRUE(hook.got().empty());
}

// The first guardian wrote to both; then she was forced: the others spare whom she did not mark.
TEST_F(ContactsOf, a_word_of_duress_withdraws_what_was_planned_for_those_not_marked_safe) {
    NEEDS_RECEIVERS();
    auto const contacts = list("mail sister@example.net\nmail lawyer@example.org safe\n");
    for (unsigned i = 0; i < 4; ++i) ASSERT_EQ(put(i, contacts), 204u);
    pass(r.terms.interval + Duration::seconds(1));
    ASSERT_TRUE(eventually([&] { return relay.got().size() == 2; }));
    auto const forced = r.make_forced_check_in(wall_now() + Duration::ms(ahead_ms));
    for (unsigned i = 0; i < 4; ++i) ASSERT_OK(r.tell(i, forced));
    pass(r.terms.grace / 4);
    auto const to = [&](std::string_view whom) {
        return std::ranges::count_if(relay.got(), [&](std::string const& mail) {
            return mail.find("to=" + std::string(whom)) != std::string::npos;
        });
    };
    ASSERT_TRUE(eventually([&] { return to("lawyer@example.org") == 4; }));
    EXPECT_EQ(to("sister@example.net"), 1);
}

// As the rules of duress will call it: only those marked safe hear anything.
TEST_F(ContactsOf, under_duress_only_safe_contacts_are_warned) {
    NEEDS_RECEIVERS();
    auto const contacts = list("mail sister@example.net\nmail lawyer@example.org safe\n");
    ASSERT_EQ(put(0, contacts), 204u);
    for (unsigned i = 0; i < 4; ++i) r.stop_guardian(i);
    pass(r.terms.interval + Duration::minutes(5));

    auto const keys = open_or_make_keys(r.options[0].data).take();
    auto rows = SqliteRows::open(r.options[0].data / "guardian.db").take();
    auto blobs = FolderBlobs::open(r.options[0].data / "blobs").take();
    CaseFiles files(*rows);
    OperatorLog log(r.options[0].now, {});
    Premises const premises{keys, keys.id(), files, *blobs, log, r.options[0].now, {}};
    Doorman doorman(premises);
    auto options = r.options[0].warnings;
    options.poll = Duration::ms(20);
    Warnings warnings(premises, doorman, "ana", options, MessageTexts::load({}).take());
    warnings.grace_began(r.id, Whom::safe_only);
    // Said again for everybody: whom the first plan left out stays so.
    warnings.grace_began(r.id, Whom::everyone);
    ASSERT_TRUE(eventually([&] {
        pass(Duration::seconds(10));
        return relay.got().size() == 1;
    }));
    EXPECT_NE(relay.got()[0].find("to=lawyer@example.org"), std::string::npos);
    ASSERT_TRUE(eventually([&] {
        auto const planned = rows->scan(Table::settings, r.id.text() + "/notices/", "", 10);
        return planned.ok() && planned->size() == 1;
    }));
    // A newer list adds who is new in it and safe, and nobody else.
    ASSERT_OK(warnings.keep(r.id, list("mail sister@example.net\nmail lawyer@example.org safe\n"
                                       "mail cousin@example.net\nmail press@example.com safe\n")));
    warnings.grace_began(r.id, Whom::everyone);
    ASSERT_TRUE(eventually([&] {
        pass(Duration::seconds(5));
        return relay.got().size() == 2;
    }));
    EXPECT_NE(relay.got()[1].find("to=press@example.com"), std::string::npos);
    auto const planned = rows->scan(Table::settings, r.id.text() + "/notices/", "", 10);
    EXPECT_EQ(planned->size(), 2u);
    warnings.stop();
    EXPECT_EQ(relay.got().size(), 2u);
}

TEST(MessageTexts, an_operator_gives_other_languages_and_errors_name_the_file) {
    TemporaryFolder folder;
    Notice notice{.guardian = {}, .time = wall_now(), .from = "M."};
    notice.deadline = WallTime::from_ms(0);
    notice.release_from = WallTime::from_ms(0);
    ASSERT_OK(replace_file(folder / "grace.fr.txt",
                           "Pas de nouvelles de {from}\n\nDepuis {deadline}.\n", Access::only_me));
    auto const texts = MessageTexts::load(folder.path());
    ASSERT_OK(texts);
    EXPECT_EQ(texts->write(notice, "fr-CA", "ana").subject, "Pas de nouvelles de M.");
    EXPECT_EQ(texts->write(notice, "fr", "ana").text, "Depuis 1970-01-01 00:00 UTC.\n");
    EXPECT_EQ(texts->write(notice, "de", "ana").subject, "No sign of life from M.");
    for (auto const* bad : {"no empty line\ntext\n", "\n\ntext\n", "s\n\n", "s\n\n{secret}\n",
                            "s\n\n{from\n", "s\n\n\xff\n"}) {
        ASSERT_OK(replace_file(folder / "released.de.txt", std::string(bad)));
        auto const refused = MessageTexts::load(folder.path());
        EXPECT_ERROR_CODE(refused, "messages");
        EXPECT_NE(refused.error().where.find("released.de.txt"), std::string::npos) << bad;
    }
}

// One damaged row must not keep all other cases without their guardian.
TEST_F(ContactsOf, a_damaged_case_is_told_and_the_guardian_starts_all_the_same) {
    ASSERT_EQ(put(1, list("from M.\nmail sister@example.net\n")), 204u);
    r.stop_guardian(1);
    {
        auto const rows = SqliteRows::open(r.options[1].data / "guardian.db").take();
        ASSERT_OK(rows->commit({{Table::cases, CaseFiles::state_key(r.id), to_bytes("{")}}));
    }
    r.start_guardian(1);
    ASSERT_NE(r.guardians[1], nullptr);
    EXPECT_TRUE(noted(1, "is not JSON"));
    EXPECT_EQ(r.guardians[1]->cases().size(), 1u);
}

}  // namespace
}  // namespace exhibit::guard::test
