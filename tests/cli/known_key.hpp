// A case that was released while it was empty: its key is known, so that what is sealed afterwards
// (sealing needs no guardian) can be opened and compared. Made once per test program; tests work on
// copies.
#pragma once

#include "cli_fixture.hpp"

namespace exhibit::test {

class KnownKey {
public:
    static KnownKey& get() {
        static KnownKey made;
        return made;
    }
    World world{{"ana", "bruno", "chen", "dana"}};
    Path key;

    // A fresh copy of the case below `dir`.
    void copy_to(Path const& dir) const {
        std::filesystem::create_directories(dir);
        std::filesystem::copy(world.device() / "known", dir / "known",
                              std::filesystem::copy_options::recursive);
    }

    Ran open(std::vector<Path> const& files, Path const& out) const {
        std::vector<std::string> words{program,      "--json", "open",      "--key",
                                       key.string(), "--out",  out.string()};
        for (auto const& file : files) words.push_back(file.string());
        return run(words);
    }

private:
    KnownKey() {
        world.init("known", {"--audience", "public", "--every", "1h", "--grace", "1h"});
        put(world.folder / "first.txt", "first");
        world.json({"seal", (world.folder / "first.txt").string()});
        world.json({"send"});
        world.json({"release", "--yes"});
        world.json({"publish", (world.folder / "out").string()});
        key = world.folder / "out" / "data" / "case-key.txt";
        EXPECT_TRUE(is_there(key));
    }
};

// A device of its own with a copy of the case.
struct KnownDevice {
    KnownKey& known = KnownKey::get();
    TemporaryFolder folder;
    Path dir = folder / "device";
    Path exhibits = dir / "known" / "exhibits";
    KnownDevice() { known.copy_to(dir); }

    Ran seal(std::vector<std::string> words, ByteView input = {}) const {
        std::vector<std::string> all{program, "--dir", dir.string(), "--json", "seal"};
        all.insert(all.end(), words.begin(), words.end());
        return run(all, input);
    }
    // The bytes that come out of exhibit NNNN, and under which name.
    std::pair<std::string, std::string> opened(std::string const& number) const {
        auto const out = folder / ("opened-" + number);
        std::filesystem::remove_all(out);
        auto const ran = known.open({exhibits / (number + ".age")}, out);
        EXPECT_EQ(ran.code, 0) << number << ": " << ran.err;
        for (auto const& entry : std::filesystem::recursive_directory_iterator(out)) {
            if (entry.is_regular_file())
                return {entry.path().filename().string(), slurp(entry.path())};
        }
        ADD_FAILURE() << "nothing came out of " << number;
        return {};
    }
    std::size_t leftovers() const {
        std::size_t count = 0;
        for (auto const& entry : std::filesystem::directory_iterator(exhibits)) {
            auto const path = entry.path();
            auto const record = exhibits / (path.stem().string() + ".json");
            count += path.filename().string().starts_with(".") || path.extension() == ".growing" ||
                     !is_there(record);
        }
        return count;
    }
};

}  // namespace exhibit::test
