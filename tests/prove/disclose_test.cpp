// Some facts and some parts are shown, the rest is withheld: what is shown holds, by Exhibit, by
// the script of 25 lines and by another program; what is changed does not; nothing else gets out.
#include "prove/disclose.hpp"

#include "base/encoding.hpp"
#include "prove/prove.hpp"
#include "specimen.hpp"

namespace exhibit::prove {
namespace {

using namespace test;
namespace fs = std::filesystem;

constexpr std::uint64_t block_bytes = original_block_bytes;

// A film of three groups of pictures of two seconds each, with sound, and telemetry in between.
Bytes a_film() {
    constexpr std::size_t picture = 100'000, sound = 20'000;
    auto out = file_type("isom");
    auto const begin = out.size() + 8;
    Bytes media;
    for (std::size_t i = 0; i < 6 * picture + 6 * sound; ++i)
        media.push_back(static_cast<Byte>(i * 131 + i / 977));
    // Far enough from the sound that no block holds both.
    media.resize(media.size() + 100'000);
    auto const telemetry = gps5_payload(438'201'000, 876'103'000, 3, "201012024107.250");
    append(media, telemetry);
    media.resize(media.size() + 100'000);
    append(out, bmff::write_box(bmff::box_type("mdat"), media));
    append(
        out,
        box("moov",
            {movie_header(seconds_1904_to_1970 + 1'602'470'467, 6000),
             sample_track("vide", "avc1", std::vector<std::size_t>(6, picture), begin, {1, 3, 5}),
             sample_track("soun", "mp4a", std::vector<std::size_t>(6, sound), begin + 6 * picture),
             sample_track("meta", "gpmd", {telemetry.size()},
                          begin + 6 * picture + 6 * sound + 100'000)}));
    return out;
}

class Disclose : public testing::Test {
protected:
    void SetUp() override {
        film = a_film();
        c.seal_text("walk.mp4", to_string(film));
        bundle = c.bundle();
        ASSERT_OK(release::publish(bundle, c.opener(), {}, published()));
        ReleaseCustody(c, bundle).write(published());
    }
    Path published() const { return c.folder.path() / "published"; }
    Path out() const { return c.folder.path() / "shown"; }
    Result<MadeDisclosure> make(DisclosureWish const& wish) {
        fs::remove_all(out());
        auto const source = source_in_release(published(), ExhibitNumber(1));
        if (!source.ok()) return source.error();
        return disclose(*source, wish, out());
    }
    Ran script() const { return run({"python3", (out() / "check-parts.py").string()}, {}, out()); }
    ::testing::AssertionResult says(std::string const& id) const {
        auto const report = verify_disclosure(out());
        for (auto const& one : report.findings) {
            if (one.id == id) return ::testing::AssertionSuccess();
        }
        return ::testing::AssertionFailure() << "no " << id << "\n" << show_report(report);
    }
    void change(std::string const& path, std::function<void(std::string&)> const& how) {
        auto text = read_text_file(out() / path, 64 << 20).take();
        how(text);
        ASSERT_OK(replace_file(out() / path, text));
    }
    // Of the list of parts; nothing that a program of ours would write.
    void change_list(std::function<void(Json&)> const& how) {
        change("disclosure.json", [&](std::string& text) {
            auto json = Json::parse(text);
            how(json);
            text = json.dump() + "\n";
        });
    }
    // A part in the place of this one, of bytes that nobody sealed.
    Json another_film(Json part) const {
        part["file"] = "parts/other";
        auto const size = part["salts"].size() * block_bytes;
        EXPECT_OK(replace_file(out() / "parts/other", std::string(size, 'x')));
        return part;
    }
    struct Falsified {
        char const* name;
        std::function<void()> falsify;
        char const* id;
    };
    void both_refuse(std::vector<Falsified> const& table) {
        for (auto const& one : table) {
            ASSERT_OK(make({.bytes = {{100'000, 200'000}}, .with_papers = false}));
            ASSERT_EQ(script().code, 0);
            one.falsify();
            EXPECT_TRUE(says(one.id)) << one.name;
            EXPECT_FALSE(verify_disclosure(out()).holds()) << one.name;
            auto const ran = script();
            EXPECT_NE(ran.code, 0) << one.name;
            EXPECT_EQ(ran.out.find("yes"), std::string::npos) << one.name;
        }
    }
    std::string first_part() const {
        return fs::directory_iterator(out() / "parts")->path().lexically_relative(out()).string();
    }

    ReleaseCase c;
    ReleaseBundle bundle;
    Bytes film;
};

TEST_F(Disclose, some_facts_without_the_recording) {
    auto const made = make({.facts = {"day", "100km", "name"}});
    ASSERT_OK(made);
    EXPECT_EQ(made->shown, (std::vector<std::string>{"name", "captured_day", "captured_100km"}));
    auto const report = verify_disclosure(out());
    EXPECT_TRUE(report.holds()) << show_report(report);
    EXPECT_TRUE(says("shown.facts"));
    EXPECT_TRUE(says("same-hand.chain"));
    EXPECT_TRUE(says("logged.cosigned"));
    EXPECT_TRUE(says("existed.no-later"));
    // What is withheld is in none of the files.
    auto const sealed = parse_disclosures(
        as_bytes(read_text_file(published() / "data/0001.disclosures.json", 1 << 20).take()));
    for (auto const& [path, content] : contents(out())) {
        EXPECT_EQ(content.find("43.8201"), std::string::npos) << path;
        EXPECT_EQ(content.find("AGE-SECRET-KEY"), std::string::npos) << path;
        for (auto const& one : *sealed) {
            if (one.name == "captured_day" || one.name == "captured_100km" || one.name == "name")
                continue;
            EXPECT_EQ(content.find(one.encoded), std::string::npos) << path << " " << one.name;
            EXPECT_EQ(content.find(one.salt), std::string::npos) << path << " " << one.name;
        }
    }
}

TEST_F(Disclose, a_part_between_two_times_holds_by_both_checkers) {
    NEEDS_PROGRAM("python3");
    auto const made =
        make({.times = {{Duration::ms(2500), Duration::ms(3000)}}, .with_papers = false});
    ASSERT_OK(made);
    EXPECT_TRUE(made->told.empty()) << made->told.front();
    // The second group of pictures: two of six, and their sound.
    EXPECT_LT(made->shown_bytes, film.size() / 2 + 2 * block_bytes);
    auto const report = verify_disclosure(out());
    EXPECT_TRUE(report.holds()) << show_report(report);
    EXPECT_TRUE(says("part.same"));
    auto const ran = script();
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_NE(ran.out.find("yes"), std::string::npos);
    // The bytes of that group are there, as they were filmed.
    std::string shown;
    std::vector<std::string> parts;
    for (auto const& entry : fs::directory_iterator(out() / "parts"))
        parts.push_back(entry.path().filename().string());
    std::ranges::sort(parts);
    for (auto const& name : parts) {
        auto const part = read_text_file(out() / "parts" / name, 64 << 20).take();
        auto const offset = std::stoull(name);
        EXPECT_EQ(part, as_text(ByteView(film).subspan(offset, part.size()))) << name;
        EXPECT_EQ(std::stoull(name.substr(14)), offset + part.size());
        if (offset <= 200'008 && offset + part.size() >= 400'000) shown = name;
    }
    EXPECT_FALSE(shown.empty()) << "no part holds the second group of pictures";
}

TEST_F(Disclose, whatever_is_falsified_both_checkers_refuse) {
    NEEDS_PROGRAM("python3");
    both_refuse({
        {"a byte of a part",
         [&] { change(first_part(), [](std::string& t) { t[t.size() / 2] ^= 1; }); },
         "part.other-bytes"},
        {"a part cut off",
         [&] { change(first_part(), [](std::string& t) { t.resize(t.size() - 70'000); }); },
         "part.bad"},
        {"a part grown",
         [&] { change(first_part(), [](std::string& t) { t += std::string(70'000, 'x'); }); },
         "part.bad"},
        {"a part missing", [&] { fs::remove(out() / first_part()); }, "part.missing"},
        {"another salt",
         [&] {
             change("disclosure.json", [](std::string& t) {
                 auto& one = t[t.find("\"salts\":[\"") + 12];
                 one = one == '0' ? '1' : '0';
             });
         },
         "part.other-bytes"},
        {"another path",
         [&] {
             change("disclosure.json", [](std::string& t) {
                 auto& one = t[t.find("\"path\":[\"") + 12];
                 one = one == '0' ? '1' : '0';
             });
         },
         "part.other-bytes"},
        {"another size",
         [&] {
             change("0001.sd-jwt", [&](std::string& t) {
                 auto token = parse_sd_jwt(t).take();
                 for (auto& one : token.disclosures) {
                     if (one.name != "size") continue;
                     one.value = 5;
                     one.encoded = Specimen::encode(one);
                 }
                 t = write_sd_jwt(token);
             });
         },
         "shown.other"},
    });
}

TEST_F(Disclose, a_list_of_parts_that_was_made_up_both_checkers_refuse) {
    NEEDS_PROGRAM("python3");
    both_refuse({
        {"no part at all, and the root for a path",
         [&] {
             change_list([&](Json& list) {
                 auto const text = read_text_file(out() / "0001.sd-jwt", 1 << 20).take();
                 for (auto const& one : parse_sd_jwt(text).take().disclosures) {
                     if (one.name == "block_root") list["path"] = Json::array({one.value});
                 }
                 list["parts"] = Json::array();
             });
         },
         "part.bad"},
        {"the same place twice, another film first",
         [&] {
             change_list([&](Json& list) {
                 auto const other = another_film(list["parts"][0]);
                 list["parts"].insert(list["parts"].begin(), other);
             });
         },
         "part.bad"},
        {"a part behind the end of the recording",
         [&] {
             change_list([&](Json& list) {
                 list["parts"].push_back(another_film(list["parts"][0]));
                 list["parts"][1]["first"] = 1'000'000;
             });
         },
         "part.bad"},
        {"a salt that takes the beginning of its block with it",
         [&] {
             auto const part = first_part();
             auto const bytes = read_text_file(out() / part, 64 << 20).take();
             auto const last = bytes.size() - block_bytes;  // only the last one may be short
             auto const cut = bytes.substr(0, last) + bytes.substr(last + 1000);
             ASSERT_OK(replace_file(out() / part, cut));
             change_list([&](Json& list) {
                 auto& salt = list["parts"][0]["salts"].back();
                 auto const taken = to_hex(as_bytes(bytes).subspan(last, 1000));
                 salt = salt.get<std::string>() + taken;
             });
         },
         "part.bad"},
        {"a part between two blocks",
         [&] {
             change_list([&](Json& list) {
                 auto other = another_film(list["parts"][0]);
                 other["first"] = other["first"].get<double>() + 0.5;
                 list["parts"].push_back(other);
             });
         },
         "part.bad"},
    });
}

TEST_F(Disclose, a_file_among_the_parts_that_is_none_is_named) {
    NEEDS_PROGRAM("python3");
    ASSERT_OK(make({.bytes = {{100'000, 200'000}}, .with_papers = false}));
    auto const part = first_part();
    EXPECT_NE(script().out.find("yes, the sealed bytes: ['" + part + "']"), std::string::npos);
    ASSERT_OK(replace_file(out() / "parts/0000000000000-0000000065536", "of another film"));
    EXPECT_TRUE(says("part.same"));
    EXPECT_TRUE(says("part.not-listed"));
    EXPECT_FALSE(verify_disclosure(out()).holds());
    EXPECT_EQ(script().out.find("0000000000000-"), std::string::npos);
}

TEST_F(Disclose, salts_used_twice_and_parts_without_their_facts_are_told) {
    ASSERT_OK(make({.bytes = {{0, 2 * block_bytes}}, .with_papers = false}));
    change("disclosure.json", [](std::string& t) {
        auto const first = t.find("\"salts\":[\"") + 10;
        t.replace(t.find("\",\"", first) + 3, 32, t.substr(first, 32));
    });
    EXPECT_TRUE(says("part.salt-reused"));
    ASSERT_OK(make({.bytes = {{0, 2 * block_bytes}}, .with_papers = false}));
    change("0001.sd-jwt", [](std::string& t) { t = t.substr(0, t.find('~') + 1); });
    EXPECT_TRUE(says("part.not-bound"));
}

TEST_F(Disclose, what_must_not_be_shown_is_refused) {
    EXPECT_ERROR_CODE(make({.facts = {"block_seed"}}), "secret-fact");
    EXPECT_ERROR_CODE(make({.facts = {"shoe_size"}}), "no-such-fact");
    EXPECT_ERROR_CODE(make({.bytes = {{0, film.size() + 1}}}), "range");
    EXPECT_ERROR_CODE(make({.times = {{Duration::seconds(60), Duration::seconds(70)}}}), "time");
    EXPECT_FALSE(fs::exists(out()));
    for (auto const& entry : fs::directory_iterator(c.folder.path()))
        EXPECT_NE(entry.path().extension(), ".part") << "something half-made was left";
    // A recording that is not the sealed one gives no disclosure.
    auto const file = published() / "data/0001/walk.mp4";
    auto content = read_text_file(file, 64 << 20).take();
    content[90'000] ^= 1;
    ASSERT_OK(replace_file(file, content));
    EXPECT_ERROR_CODE(make({.bytes = {{0, 10}}}), "digest");
}

TEST_F(Disclose, what_the_parts_tell_by_themselves_is_said) {
    auto const index = make({.with_index = true, .with_papers = false});
    ASSERT_OK(index);
    ASSERT_FALSE(index->told.empty());
    EXPECT_NE(index->told[0].find("the time 2020-10-12 02:41 UTC; in it is the place 43.82 N"),
              std::string::npos)
        << index->told[0];
    // The telemetry lies behind the sound.
    auto const telemetry = make({.bytes = {{820'000, 820'100}}, .with_papers = false});
    ASSERT_OK(telemetry);
    ASSERT_EQ(telemetry->told.size(), 1u);
    EXPECT_NE(telemetry->told[0].find("telemetry"), std::string::npos);
    EXPECT_TRUE(make({.facts = {"point", "instant"}, .bytes = {{820'000, 820'100}}})->told.empty());
}

TEST_F(Disclose, a_photo_whose_header_is_shown_tells_its_place_even_in_part) {
    TiffMaker tiff(true);
    tiff.place(39, 6, 5400, 'N', 108, 24, 349, 'W');
    auto photo_bytes = tiny_jpeg(tiff.make());
    // A header that goes on past the first block.
    Bytes more;
    for (int i = 0; i < 3; ++i) {
        append(more, Bytes{0xff, 0xe2, 0xff, 0xff});
        more.resize(more.size() + 0xffff - 2);
    }
    photo_bytes.insert(photo_bytes.begin() + 2, more.begin(), more.end());
    c.seal_text("gate.jpg", to_string(photo_bytes));
    fs::remove_all(published());
    ASSERT_OK(release::publish(c.bundle(), c.opener(), {}, published()));
    auto const source = source_in_release(published(), ExhibitNumber(2));
    ASSERT_OK(source);
    auto const made = disclose(*source, {.bytes = {{196'600, 196'610}}}, out());
    ASSERT_OK(made);
    ASSERT_FALSE(made->told.empty());
    EXPECT_NE(made->told[0].find("the place 39.12 N 108.40 W"), std::string::npos);
}

TEST_F(Disclose, a_statement_alone_with_its_facts) {
    ASSERT_OK(make({.facts = {"sha256", "year"}}));
    auto const report = verify_presentation(out() / "0001.sd-jwt");
    EXPECT_TRUE(report.holds()) << show_report(report);
    EXPECT_EQ(report.findings.front().details["sha256"], to_hex(sha256(film)));
    change("0001.sd-jwt", [](std::string& t) { t[t.size() - 5] ^= 1; });
    EXPECT_FALSE(verify_presentation(out() / "0001.sd-jwt").holds());
}

TEST(Position, what_people_type) {
    EXPECT_EQ(*parse_position("62.5"), Duration::ms(62'500));
    EXPECT_EQ(*parse_position("1:02.5"), Duration::ms(62'500));
    EXPECT_EQ(*parse_position("1:00:02.0625"), Duration::ms(3'602'062));
    EXPECT_EQ(*parse_position("0"), Duration());
    for (auto const* text : {"", ":", "1:", "1::2", "1.2.3", "1:2:3:4", "-1", "1m", "1.5:2"})
        EXPECT_FALSE(parse_position(text).ok()) << text;
}

}  // namespace
}  // namespace exhibit::prove
