// The linter is a test: plain, fast, and each message says the mend. What could not be mended at
// once is a number in ratchet.txt that may only fall.
#include <gtest/gtest.h>

#include <regex>

#include "scan.hpp"
#include "tree.hpp"

namespace exhibit::tidy {
namespace {

constexpr std::size_t columns_max = 100;
constexpr std::size_t file_lines_max = 500;
constexpr std::size_t function_lines_max = 70;

std::string at(File const& file, std::size_t line) {
    return file.path + ":" + std::to_string(line) + ": ";
}

void expect_no_more(std::string const& name, std::size_t count, std::string const& mend) {
    EXPECT_LE(count, allowed(name)) << mend;
    if (count < allowed(name)) {
        std::printf("better than before: write '%s %zu' into tests/tidy/ratchet.txt\n",
                    name.c_str(), count);
    }
}

// --- rooms ---------------------------------------------------------------------------------------

using Rooms = std::map<std::string, std::set<std::string>>;

// The room() lines of src/CMakeLists.txt, and with each room all that it stands on.
Rooms read_rooms(std::string const& cmake) {
    Rooms rooms;
    static std::regex const line(R"(room\(([^)]*)\))");
    for (std::sregex_iterator m(cmake.begin(), cmake.end(), line), end; m != end; ++m) {
        std::istringstream words((*m)[1].str());
        std::string name, link;
        words >> name;
        auto& below = rooms[name];
        below.insert(name);
        while (words >> link) {
            // Rooms stand lowest first, so what a room links is complete; libraries are not rooms.
            if (auto const found = rooms.find(link); found != rooms.end())
                below.merge(std::set(found->second));
        }
    }
    return rooms;
}

std::string room_of(Rooms const& rooms, std::string folder) {
    while (!folder.empty() && !rooms.contains(folder)) {
        auto const slash = folder.rfind('/');
        folder = slash == std::string::npos ? "" : folder.substr(0, slash);
    }
    return folder;
}

std::string step_of(std::string const& path) {
    static std::set<std::string> const steps = {"seal",    "guard",       "release", "prove",
                                                "protect", "corroborate", "testify"};
    auto const first = path.substr(0, path.find('/'));
    return steps.contains(first) ? first : "";
}

std::vector<std::pair<std::size_t, std::string>> includes_of(File const& file) {
    std::vector<std::pair<std::size_t, std::string>> out;
    static std::regex const include(R"re(^\s*#\s*include\s*["<]([^">]+)[">].*)re");
    std::smatch match;
    auto const lines = file.lines();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (std::regex_match(lines[i], match, include)) out.emplace_back(i + 1, match[1].str());
    }
    return out;
}

TEST(Tidy, includes_follow_the_link_lines) {
    auto const rooms = read_rooms(read(test::source_folder() / "src/CMakeLists.txt"));
    ASSERT_GT(rooms.size(), 15u)
        << "src/CMakeLists.txt has no room() lines that this test can read";
    for (auto const& file : files_below("src")) {
        auto const here =
            room_of(rooms, file.folder().substr(std::min(file.folder().size(), std::size_t{4})));
        if (!file.is_cpp() || here.empty()) continue;  // cli/ may include everything
        for (auto const& [line, include] : includes_of(file)) {
            auto const slash = include.rfind('/');
            auto const there =
                slash == std::string::npos ? "" : room_of(rooms, include.substr(0, slash));
            if (there.empty()) continue;
            EXPECT_TRUE(rooms.at(here).contains(there))
                << at(file, line) << here << " includes " << there
                << ", but does not link it; add it to room(" << here
                << " …) in src/CMakeLists.txt if the arrow may point that way, else move the noun "
                   "down";
        }
    }
}

TEST(Tidy, a_step_never_includes_another_step) {
    for (auto const& file : files_below("src")) {
        auto const here = step_of(file.path.substr(4));
        if (!file.is_cpp() || here.empty()) continue;
        for (auto const& [line, include] : includes_of(file)) {
            auto const there = step_of(include);
            EXPECT_TRUE(there.empty() || there == here)
                << at(file, line) << here << " includes " << there
                << "; hand the thing over as a noun of case/";
        }
    }
}

TEST(Tidy, pure_rooms_touch_no_clock_disk_socket_or_randomness) {
    static std::set<std::string> const worldly = {
        "chrono", "ctime",    "time.h",  "random",  "fstream",       "filesystem",
        "thread", "unistd.h", "fcntl.h", "netdb.h", "base/files.hpp"};
    static std::regex const world_folder(R"((sys|netinet|arpa|boost|curl|asio)/.*|sqlite3?\.h)");
    static std::regex const call(
        R"(\b(wall_now|SystemRandom|fopen|getenv|std::rand|srand|gettimeofday|clock_gettime)\b)");
    for (auto const& file : files_below("src")) {
        bool const pure = file.below("src/formats") || file.below("src/case") ||
                          file.below("src/protocol") || file.below("src/guard/wire");
        if (!pure || !file.is_cpp()) continue;
        std::size_t count = 0;
        for (auto const& [line, include] : includes_of(file)) {
            count += worldly.contains(include) || std::regex_match(include, world_folder);
        }
        auto const code = code_of(file.text);
        count += static_cast<std::size_t>(
            std::distance(std::sregex_iterator(code.begin(), code.end(), call), {}));
        auto const name = "world " + file.path;
        EXPECT_LE(count, allowed(name)) << file.path
                                        << ": pure code asks the system (clock, randomness, files, "
                                           "threads); take the value, or a "
                                        << "Random&, as an argument; or say why not, and write '"
                                        << name << " " << count << "' into tests/tidy/ratchet.txt";
    }
}

// --- statements ----------------------------------------------------------------------------------

TEST(Tidy, TRY_stands_alone) {
    std::size_t count = 0;
    for (auto const& file : files_below("src")) {
        if (!file.is_cpp() || file.path == "src/base/result.hpp") continue;
        for (auto const& found : scan(file.text).crowded_tries) {
            ++count;
            std::printf("%sTRY inside a list, an argument or a larger expression\n",
                        at(file, found.line).c_str());
        }
    }
    expect_no_more(
        "crowded_try", count,
        "compilers skip the destructors of what stands before a TRY inside braces or arguments: an "
        "unwiped key; give the value a name on a line of its own");
}

TEST(Tidy, lines_files_and_functions_do_not_grow) {
    std::size_t long_lines = 0, long_functions = 0;
    for (auto const& file : cpp_files()) {
        auto const lines = file.lines();
        EXPECT_LE(lines.size(), file_lines_max)
            << file.path << ": look for the second idea inside, and part them";
        for (auto const& line : lines) {
            // Columns, not bytes: continuation bytes of UTF-8 take no room.
            auto const width =
                std::ranges::count_if(line, [](char c) { return (c & 0xC0) != 0x80; });
            if (width > static_cast<std::ptrdiff_t>(columns_max)) ++long_lines;
        }
        for (auto const& function : scan(file.text).functions) {
            if (function.lines <= function_lines_max) continue;
            ++long_functions;
            std::printf("%s%zu lines: %s\n", at(file, function.line).c_str(), function.lines,
                        function.text.substr(0, 80).c_str());
        }
    }
    expect_no_more("long_lines", long_lines, "lines are at most 100 columns: break the new ones");
    expect_no_more("long_functions", long_functions,
                   "functions are at most 70 lines: part the new one");
}

TEST(Tidy, secrets_are_revealed_only_where_listed) {
    std::map<std::string, std::size_t> counted;
    static std::regex const reveal(R"(\breveal\()");
    for (auto const& file : files_below("src")) {
        if (!file.is_cpp() || file.path.starts_with("src/base/secret")) continue;
        auto const code = code_of(file.text);
        auto const n = std::distance(std::sregex_iterator(code.begin(), code.end(), reveal), {});
        if (n > 0) counted["reveal " + file.path] = static_cast<std::size_t>(n);
    }
    for (auto const& [name, count] : counted) {
        std::printf("%s %zu\n", name.c_str(), count);
        EXPECT_LE(count, allowed(name))
            << "a new place where a secret leaves its type: say why beside it, have it "
               "reviewed, then write '"
            << name << " " << count << "' into tests/tidy/ratchet.txt";
    }
}

// --- formats -------------------------------------------------------------------------------------

std::set<std::string> formats() {
    std::set<std::string> out;
    for (auto const& file : files_below("src/formats"))
        out.insert(file.folder().substr(std::string("src/formats/").size()));
    return out;
}

std::size_t mentions(std::vector<File> const& files, std::string const& name) {
    std::size_t count = 0;
    for (auto const& file : files) {
        auto const code = code_of(file.text);
        for (auto i = code.find(name); i != std::string::npos; i = code.find(name, i + 1)) {
            count += !is_word(code[i + name.size()]) && (i == 0 || !is_word(code[i - 1]));
        }
    }
    return count;
}

TEST(Tidy, every_parser_is_fuzzed) {
    auto const fuzz = files_below("fuzz");
    static std::regex const declared(R"(\bResult<[^;{]*>\s+(parse_\w+)\()");
    for (auto const& format : formats()) {
        std::set<std::string> parsers;
        std::vector<File> sources;
        for (auto const& file : files_below("src/formats/" + format)) {
            if (file.path.ends_with(".cpp")) sources.push_back(file);
            auto const code = code_of(file.text);
            for (std::sregex_iterator m(code.begin(), code.end(), declared), end; m != end; ++m) {
                if (file.path.ends_with(".hpp")) parsers.insert((*m)[1].str());
            }
        }
        for (auto const& parser : parsers) {
            // A parser that a target calls, or that another parser of the folder calls (defined and
            // called: 2).
            EXPECT_TRUE(mentions(fuzz, parser) > 0 || mentions(sources, parser) >= 2)
                << format << "::" << parser << " has no fuzz target: add it to fuzz/" << format
                << ".cpp, with a seed";
        }
    }
}

TEST(Tidy, every_format_has_tests_and_a_row_in_the_docs) {
    auto const docs = read(test::source_folder() / "docs/formats.md");
    for (auto const& format : formats()) {
        EXPECT_FALSE(files_below("tests/formats/" + format).empty())
            << "src/formats/" << format << " has no test: add tests/formats/" << format << "/"
            << format << "_test.cpp";
        EXPECT_NE(docs.find("`formats/" + format + "`"), std::string::npos)
            << "docs/formats.md does not say what formats/" << format
            << " is and who else opens it: add a row";
    }
}

TEST(Tidy, manual_and_completions_know_every_option) {
    std::string main, manual, completions;
    for (auto const& file : files_below("src/cli"))
        if (file.is_cpp()) main += file.text;
    for (auto const& file : files_below("man")) manual += file.text;
    for (auto const& file : files_below("completions")) completions += file.text;
    static std::regex const added(R"re(add_(?:option|flag)\("--([\w-]+)")re");
    for (std::sregex_iterator m(main.begin(), main.end(), added), end; m != end; ++m) {
        auto const name = (*m)[1].str();
        EXPECT_NE(manual.find("Fl -" + name), std::string::npos)
            << "no page of man/ tells --" << name << ": add it";
        for (auto const& form : {"--" + name, "-l " + name}) {
            EXPECT_NE(completions.find(form), std::string::npos)
                << "completions/ lack '" << form << "': add it to the shells' files";
        }
    }
}

// --- words ---------------------------------------------------------------------------------------

TEST(Tidy, no_file_knows_the_machine_it_was_written_on) {
    // In two pieces, so that this file may pass its own test.
    static std::regex const machine(
        "/wo"
        "rk/|regis"
        "try\\.[a-z]|/tmp"
        "/b/|/ro"
        "ot/|mir"
        "ror\\.[a-z]+\\.");
    for (auto const& file : all_files()) {
        if (file.text.find('\0') != std::string::npos) continue;
        auto const lines = file.lines();
        for (std::size_t i = 0; i < lines.size(); ++i) {
            std::smatch match;
            EXPECT_FALSE(lines[i].size() < 4096 && std::regex_search(lines[i], match, machine))
                << at(file, i + 1) << "names a machine (" << match.str() << "); say it without";
        }
    }
}

// --- the scanner itself --------------------------------------------------------------------------

std::size_t crowded(std::string const& body) {
    return scan("Outcome f() {\n" + body + "\n}\n").crowded_tries.size();
}

TEST(TidyScan, finds_a_TRY_in_bad_company) {
    EXPECT_EQ(crowded("return Pair{TRY(a()), TRY(b())};"), 2u);
    EXPECT_EQ(crowded("g(TRY(a()));"), 1u);
    EXPECT_EQ(crowded("auto x = 1 + TRY(a());"), 1u);
    EXPECT_EQ(crowded("auto x = TRY(a()).size();"), 1u);
    EXPECT_EQ(crowded("X x{.a = TRY(b())};"), 1u);
    EXPECT_EQ(crowded("auto x = c ? TRY(a()) : 0;"), 1u);
}

TEST(TidyScan, lets_a_lonely_TRY_be) {
    EXPECT_EQ(crowded("TRY(a());"), 0u);
    EXPECT_EQ(crowded("auto const x = TRY(a(b, {1, 2},\n    c));"), 0u);
    EXPECT_EQ(crowded("if (x) TRY(a());\nelse TRY(b());"), 0u);
    EXPECT_EQ(crowded("for (auto& y : ys) { y.z[1] = TRY(a(y)); }\nreturn TRY(b());"), 0u);
    EXPECT_EQ(crowded("call([&](int x) -> Outcome { TRY(a(x)); return {}; });"), 0u);
    EXPECT_EQ(
        crowded("// Pair{TRY(a())}\nauto s = \"{TRY(\";\nchar c = '{'; int n = 1'000;\nTRY(a());"),
        0u);
}

TEST(TidyScan, measures_function_bodies) {
    auto const found = scan(
        "namespace a {\nstruct B {\n  int f() const {\n    return 1;\n  }\n};\nint t[] = "
        "{\n1,\n2};\n}");
    ASSERT_EQ(found.functions.size(), 1u);
    EXPECT_EQ(found.functions[0].line, 3u);
    EXPECT_EQ(found.functions[0].lines, 2u);
}

TEST(TidyScan, reads_rooms_with_all_they_stand_on) {
    auto const rooms =
        read_rooms("room(base)\nroom(formats/x base Some::lib)\nroom(case formats/x)\n");
    EXPECT_TRUE(rooms.at("case").contains("base"));
    EXPECT_FALSE(rooms.at("formats/x").contains("case"));
    EXPECT_EQ(room_of(rooms, "formats/x/deep"), "formats/x");
}

}  // namespace
}  // namespace exhibit::tidy
