// Leaving the device behind: seal in one place, travel, return in another with nothing but
// addresses and the words; check in, release. And what goes wrong on the way.
#include <sstream>

#include "cli_fixture.hpp"
#include "formats/age/age.hpp"
#include "formats/diceware/diceware.hpp"
#include "support/markers.hpp"

namespace exhibit::test {
namespace {

std::string seven_words() {
    auto const made = diceware::make_sentence(7);
    return std::string(made.reveal_text());
}

// The recipe of docs/formats, word for word, with python3, curl, age and tar.
std::string script_of_the_docs() {
    auto const docs = slurp(source_folder() / "docs" / "formats.md");
    auto const begin = docs.find("    import hashlib, hmac, sys\n");
    std::string script;
    std::istringstream lines(docs.substr(begin));
    for (std::string line; std::getline(lines, line) && line.starts_with("    ");)
        script += line.substr(4) + "\n";
    return script;
}

struct Travelling : ::testing::Test {
    World world{{"ana", "bruno", "chen", "dana"}};
    std::string const video = footage(700'000, 11);
    std::string const words = seven_words();
    std::string const passphrase = sentence.substr(0, sentence.size() - 1);
    Path const home = world.device(), abroad = world.folder / "abroad";
    Path const clip = world.folder / "clip.mp4";

    Travelling() {
        put(clip, video);
        world.init("gate-4-NAMEMARK", {"--audience", "public", "--every", "1h", "--grace", "1h"});
        world.json({"seal", clip.string()});
        EXPECT_EQ(world.json({"send"})["least_held"], 4);
        EXPECT_EQ(world.json({"checkin"})["done"], true);
    }
    Path case_folder() const { return home / "gate-4-NAMEMARK"; }

    Ran travel(std::string const& secrets, std::vector<std::string> more = {}) {
        std::vector<std::string> all{"--json", "travel", "--sentence-fd", "3"};
        all.insert(all.end(), more.begin(), more.end());
        return run(world.command(all), {}, {}, secrets);
    }
    Ran come_back(std::vector<std::string> addresses, std::string const& typed, Path const& to,
                  std::vector<std::string> more = {}) {
        std::vector<std::string> all{program,  "--dir",         to.string(), "--json",
                                     "return", "--sentence-fd", "3"};
        all.insert(all.end(), more.begin(), more.end());
        all.insert(all.end(), addresses.begin(), addresses.end());
        return run(all, {}, {}, typed + "\n");
    }
    std::string address(std::size_t guardian) const {
        return "127.0.0.1:" + std::to_string(world.guardians[guardian]->port());
    }
    // What lies with a guardian for travellers: size of each file.
    std::vector<std::uintmax_t> luggage(std::size_t guardian) const {
        std::vector<std::uintmax_t> sizes;
        auto const below = world.guardians[guardian]->data() / "blobs";
        for (auto const& entry : std::filesystem::recursive_directory_iterator(below)) {
            if (entry.path().filename().string().starts_with("left+"))
                sizes.push_back(entry.file_size());
        }
        return sizes;
    }
    // Without Exhibit the same comes out as `return` has put in place.
    void opens_by_hand() {
        if (!have_program("python3") || !have_program("age") || !have_program("curl")) {
            std::printf("NOT RUN: python3, age or curl is missing\n");
            return;
        }
        put(world.folder / "travel-key.py", script_of_the_docs());
        auto const keys = run({"python3", (world.folder / "travel-key.py").string(), address(0)},
                              as_bytes(words + "\n"));
        ASSERT_EQ(keys.code, 0) << keys.err;
        put(world.folder / "key.txt", keys.out);
        auto const by_hand = world.folder / "by-hand";
        std::filesystem::create_directories(by_hand);
        auto const fetched = run({"sh", "-c",
                                  "curl -sk -o case.age \"https://" + address(0) +
                                      "/v1/left/$(sed -n 's/^# //p' key.txt)\" && "
                                      "age -d -i key.txt case.age | tar xf - -C by-hand"},
                                 {}, world.folder.path());
        ASSERT_EQ(fetched.code, 0) << fetched.err;
        for (auto const& entry : std::filesystem::recursive_directory_iterator(abroad)) {
            if (!entry.is_regular_file()) continue;
            auto const below = std::filesystem::relative(entry.path(), abroad);
            EXPECT_EQ(slurp(by_hand / below), slurp(entry.path())) << below;
        }
    }
    // A second passphrase, as `init` may set one: the file that nobody can open becomes one that it
    // opens.
    void set_other_passphrase(std::string const& other) {
        for (auto const* name : {"witness-1.age", "witness-2.age"}) {
            auto const file = read_file(case_folder() / name, 16 * 1024).take();
            age::ScryptIdentity const mine(SecretBytes::copy_of(passphrase));
            if (age::decrypt_secret(file, mine, 16 * 1024).ok()) continue;
            auto const pem = write_private_pem(SigningKey::generate());
            age::ScryptRecipient const theirs(SecretBytes::copy_of(other));
            auto const made = age::encrypt(pem.reveal(), theirs).take();
            EXPECT_EQ(made.size(), file.size());
            ASSERT_OK(replace_file(case_folder() / name, made));
        }
    }
};

// Everything by which somebody who has the disk could tell this case.
std::vector<Marker> markers_of(Path const& case_folder, std::string const& words) {
    std::vector<Marker> markers;
    auto const add = [&](std::string const& what, ByteView bytes) {
        markers.push_back({what, forms_of(bytes)});
    };
    auto const text = read_file(case_folder / "case.json", 1 << 20).take();
    auto const info = parse_case_info(text).take();
    add("name of the case", as_bytes("NAMEMARK"));
    add("the words", as_bytes(words));
    add("case id as text", as_bytes(info.case_id.text()));
    add("case recipient", as_bytes(info.recipient));
    add("policy digest", as_bytes(info.policy.hex()));
    for (auto const& guardian : info.guardians) {
        add(guardian.name + "'s access secret", guardian.access);
        add(guardian.name + "'s pin", guardian.pin);
        add(guardian.name + "'s key", guardian.key.bytes());
        add(guardian.name + "'s address", as_bytes(guardian.address.text()));
    }
    for (auto const* file : {"device-key.pem", "witness-1.age", "witness-2.age", "policy.age",
                             "device-certificate.age", "last-check-in.json", "exhibits/0001.age",
                             "exhibits/0001.json", "exhibits/0001.sd-jwt"}) {
        auto const content = read_file(case_folder / file, 64 << 20).take();
        auto const middle = ByteView(content).subspan(content.size() / 2);
        add(std::string("middle of ") + file,
            middle.first(std::min<std::size_t>(24, middle.size())));
    }
    return markers;
}

// Nobody signs for a recording that was cut off. That its upload was begun does not mean that
// anybody has it.
TEST_F(Travelling, a_recording_that_no_guardian_has_whole_keeps_the_case_here) {
    auto const exhibits = case_folder() / "exhibits";
    put(exhibits / "0002.growing", std::string(100'000, 'x'));
    auto const sent = world.me({"--json", "send", "--no-wait"});
    EXPECT_EQ(sent.code, 0) << sent.err;
    auto const file = exhibits / "0002.json";
    auto record = Json::parse(slurp(file));
    EXPECT_EQ(record["uploaded"], true);
    record.erase("uploaded");
    put(file, record.dump());
    auto const refused = travel(passphrase + "\n" + words + "\n");
    EXPECT_NE(refused.code, 0);
    EXPECT_EQ(one_object(refused.out)["error"]["code"], "not-sent") << refused.out;
    EXPECT_TRUE(is_there(exhibits / "0002.age"));
}

TEST_F(Travelling, with_an_address_and_seven_words_it_goes_on_elsewhere) {
    auto const markers = markers_of(case_folder(), words);
    auto const before = all_bytes_below(home);
    for (auto const& marker : markers) {
        if (marker.what != "the words") {
            EXPECT_FALSE(found_in(before, {marker}).empty())
                << marker.what << " is no marker: it is not there to begin with";
        }
    }

    auto const left = travel(sentence + words + "\n");
    ASSERT_EQ(left.code, 0) << left.err;
    auto const told = one_object(left.out);
    EXPECT_EQ(told["addresses"].size(), 4u);
    EXPECT_EQ((left.out + left.err).find(words), std::string::npos);

    // Nothing of the case is left here.
    auto const after = all_bytes_below(home);
    for (auto const& trouble : found_in(after, markers))
        ADD_FAILURE() << "left behind: " << trouble;
    EXPECT_FALSE(is_there(case_folder()));
    EXPECT_EQ(world.me({"status"}).code, 2) << "there is no case here any more";
    std::printf("searched %zu bytes before, %zu after, for %zu markers\n", before.size(),
                after.size(), markers.size());

    // Two files of one size with each, also when no decoy was wished.
    for (std::size_t i = 0; i < 4; ++i) {
        auto const sizes = luggage(i);
        ASSERT_EQ(sizes.size(), 2u) << i;
        EXPECT_EQ(sizes[0], sizes[1]);
    }

    // Only addresses and the words, in other capitals and spaces.
    std::string typed = "  " + words + " ";
    typed[2] = static_cast<char>(std::toupper(static_cast<unsigned char>(typed[2])));
    auto const back = come_back({address(1)}, typed, abroad);
    ASSERT_EQ(back.code, 0) << back.err;
    EXPECT_EQ(one_object(back.out)["name"], "gate-4-NAMEMARK");
    opens_by_hand();
    EXPECT_EQ(world.json({"checkin"}, abroad)["acknowledged"], 4);
    EXPECT_EQ(world.json({"send"}, abroad)["least_held"], 4) << "nothing is sent twice";
    put(world.folder / "more.txt", "sealed abroad");
    world.json({"seal", (world.folder / "more.txt").string()}, abroad);
    EXPECT_EQ(world.json({"send"}, abroad)["least_held"], 4);
    EXPECT_EQ(world.json({"checkin"}, abroad)["done"], true);
    EXPECT_EQ(world.json({"release", "--yes"}, abroad)["released"], true);
    auto const out = world.folder / "out";
    world.json({"publish", "gate-4-NAMEMARK", out.string()}, abroad);
    EXPECT_EQ(slurp(out / "data" / "0001" / "clip.mp4"), video);
    EXPECT_EQ(slurp(out / "data" / "0002" / "more.txt"), "sealed abroad");
    EXPECT_EQ(run({program, "verify", out.string()}).code, 0);

    // The guardians never had the words, nor what lies inside.
    std::vector<Marker> const secrets = {
        {"the words", forms_of(as_bytes(words))},
        {"three of the words", forms_of(as_bytes(words.substr(
                                   0, words.find(' ', words.find(' ', words.find(' ') + 1) + 1))))},
        {"passphrase", forms_of(as_bytes(passphrase))},
        {"name of the case", forms_of(as_bytes("NAMEMARK"))},
        {"device key", markers[markers.size() - 9].forms}};
    EXPECT_EQ(markers[markers.size() - 9].what, "middle of device-key.pem");
    for (auto const& guardian : world.guardians) {
        guardian->process().stop(SIGTERM);
        auto const disk = all_bytes_below(guardian->data()) +
                          slurp(world.folder / (guardian->name() + ".log")) +
                          slurp(world.folder / (guardian->name() + ".err"));
        for (auto const& trouble : found_in(disk, secrets))
            ADD_FAILURE() << guardian->name() << "'s disk: " << trouble;
    }
}

TEST_F(Travelling, a_second_sentence_opens_a_decoy_in_which_only_the_other_passphrase_works) {
    auto const other = seven_words();
    auto const forced = std::string("what I say when I am forced");
    // None was set: said, and nothing happens.
    auto ran = travel(sentence + forced + "\n" + words + "\n" + other + "\n", {"--decoy"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(is_there(case_folder() / "case.json"));
    EXPECT_TRUE(luggage(0).empty());
    set_other_passphrase(forced);
    ran = travel(sentence + sentence + words + "\n" + other + "\n", {"--decoy"});
    EXPECT_EQ(ran.code, 2) << "the same passphrase twice is no decoy";
    ran = travel(sentence + forced + "\n" + words + "\n" + other + "\n", {"--decoy"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(luggage(2).size(), 2u);
    EXPECT_EQ(luggage(2)[0], luggage(2)[1]);

    auto const decoy = world.folder / "decoy";
    ASSERT_EQ(come_back({address(0)}, words, abroad).code, 0);
    ASSERT_EQ(come_back({address(0)}, other, decoy).code, 0);
    auto const listing = [](Path const& below) {
        std::vector<std::string> all;
        for (auto const& entry : std::filesystem::recursive_directory_iterator(below)) {
            auto line = entry.path().string().substr(below.string().size());
            if (entry.is_regular_file()) line += " " + std::to_string(entry.file_size());
            all.push_back(line);
        }
        std::ranges::sort(all);
        return all;
    };
    EXPECT_EQ(listing(abroad), listing(decoy));
    int differing = 0;
    auto const name = std::string("gate-4-NAMEMARK");
    for (auto const& entry : std::filesystem::directory_iterator(abroad / name)) {
        if (!entry.is_regular_file()) continue;
        auto const file = entry.path().filename().string();
        bool const same = slurp(entry.path()) == slurp(decoy / name / file);
        differing += !same;
        EXPECT_TRUE(same || file.starts_with("witness-")) << file;
    }
    EXPECT_EQ(differing, 1);
    // The true passphrase opens nothing there; the other does, in both.
    auto const check_in = [&](Path const& dir, std::string const& typed) {
        return run(world.command({"--json", "checkin"}, dir), {}, {}, typed + "\n");
    };
    EXPECT_EQ(one_object(check_in(decoy, passphrase).out)["error"]["code"], "passphrase");
    for (auto const& dir : {abroad, decoy}) {
        auto const said = check_in(dir, forced);
        EXPECT_NE(said.code, 2) << said.err;
    }
    EXPECT_EQ(check_in(abroad, passphrase).code, 0);

    // The next journey takes the place of this one.
    auto const next = seven_words();
    auto const again = run(world.command({"--json", "travel", "--sentence-fd", "3"}, abroad), {},
                           {}, sentence + next + "\n");
    ASSERT_EQ(again.code, 0) << again.err;
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(luggage(i).size(), 2u) << i;
    EXPECT_EQ(one_object(come_back({address(0)}, words, abroad).out)["error"]["code"], "not-found");
    EXPECT_EQ(come_back({address(0)}, next, abroad).code, 0);
}

TEST_F(Travelling, nothing_is_removed_before_two_guardians_gave_it_back) {
    auto const untouched = all_bytes_below(case_folder());
    auto wrong = run(world.command({"--json", "travel", "--sentence-fd", "3"}), {}, {},
                     "another\n" + words + "\n");
    EXPECT_EQ(one_object(wrong.out)["error"]["code"], "passphrase");
    auto const few = travel(sentence + "abide abide\n");
    EXPECT_EQ(one_object(few.out)["error"]["code"], "sentence");
    put(case_folder() / "diary.TXT", "mine");
    EXPECT_EQ(one_object(travel(sentence + words + "\n").out)["error"]["code"], "foreign");
    std::filesystem::remove(case_folder() / "diary.TXT");
    auto const unsent = world.folder / "unsent.txt";
    for (std::size_t i = 1; i < 4; ++i) world.guardians[i]->process().stop(SIGTERM);
    auto const silent = travel(sentence + words + "\n");
    EXPECT_EQ(silent.code, 4);
    EXPECT_NE(silent.err.find("nothing was removed"), std::string::npos) << silent.err;
    put(unsent, "not sent yet");
    EXPECT_EQ(all_bytes_below(case_folder()), untouched);
    world.json({"seal", unsent.string()});
    auto const early = travel(sentence + words + "\n");
    EXPECT_EQ(one_object(early.out)["error"]["code"], "not-sent");
    // Without a terminal and without dice there is nobody to show words to.
    EXPECT_EQ(one_object(world.me({"--json", "travel"}).out)["error"]["code"], "not-sent");
}

// A person at a terminal: the words are shown, hidden, and typed back.
constexpr char const* person = R"(
import os, pty, re, select, signal, sys, time
pid, fd = pty.fork()
if pid == 0: os.execv(sys.argv[2], sys.argv[2:])
seen, words, done, until = '', '', 0, time.time() + 100
steps = [('Passphrase:', lambda: sys.argv[1]), ('[y/N]', lambda: 'n'),
         ('Enter hides them.', lambda: ''), ('Type them back:', lambda: 'abide abide'),
         ('Enter hides them.', lambda: ''), ('Type them back:', lambda: words)]
while time.time() < until:
    ready, _, _ = select.select([fd], [], [], 1)
    if not ready: continue
    try: got = os.read(fd, 65536)
    except OSError: break
    if not got: break
    seen += got.decode('utf-8', 'replace')
    while done < len(steps) and steps[done][0] in seen:
        before, seen = seen.split(steps[done][0], 1)
        found = re.search(r'seven words:\s+([a-z -]+[a-z])\s*[\r\n]', before)
        if found: words = found.group(1)
        os.write(fd, (steps[done][1]() + '\n').encode())
        done += 1
if time.time() >= until: os.kill(pid, signal.SIGKILL)
print(words)
print(seen[-3000:], file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
)";

TEST_F(Travelling, at_a_terminal_words_are_shown_and_typed_back_and_return_is_strict) {
    NEEDS_PROGRAM("python3");
    auto const ran = run(
        {"/usr/bin/python3", "-c", person, passphrase, program, "--dir", home.string(), "travel"});
    ASSERT_EQ(ran.code, 0) << ran.out << ran.err;
    auto const shown = last_line(ran.out);
    EXPECT_EQ(std::count(shown.begin(), shown.end(), ' '), 6) << shown;
    EXPECT_NE(ran.err.find("Fetched back from"), std::string::npos) << ran.err;
    EXPECT_EQ(ran.err.find(shown), std::string::npos) << "typed words are not echoed";

    // What return says of what is wrong; it writes over nothing.
    auto const error_of = [](Ran const& of) { return one_object(of.out)["error"]["code"]; };
    EXPECT_EQ(error_of(come_back({address(0)}, seven_words(), abroad)), "not-found");
    EXPECT_EQ(error_of(come_back({address(0)}, "one two three", abroad)), "sentence");
    EXPECT_EQ(error_of(come_back({"not an address"}, shown, abroad)), "address");
    // The address is part of the secret's salt: another name of the same machine is another
    // address.
    EXPECT_EQ(error_of(come_back({"localhost:" + std::to_string(world.guardians[0]->port())}, shown,
                                 abroad)),
              "not-found");
    EXPECT_FALSE(is_there(abroad));
    // The first guardian is down: the next one gives it.
    world.guardians[0]->process().stop(SIGTERM);
    ASSERT_EQ(come_back({address(0), address(3)}, shown, abroad).code, 0);
    put(abroad / "gate-4-NAMEMARK" / "mine", "untouched");
    EXPECT_EQ(error_of(come_back({address(3)}, shown, abroad)), "exists");
    EXPECT_EQ(slurp(abroad / "gate-4-NAMEMARK" / "mine"), "untouched");
    ASSERT_EQ(come_back({address(3)}, shown, abroad, {"--as", "second"}).code, 0);
    EXPECT_TRUE(is_there(abroad / "second" / "case.json"));
    EXPECT_EQ(error_of(come_back({address(3)}, shown, abroad, {"--as", "../x"})), "name");
    EXPECT_EQ(world.json({"checkin", "--case", "second"}, abroad)["done"], true);
}

}  // namespace
}  // namespace exhibit::test
