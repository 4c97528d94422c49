// Other people's programs on what is written of custody: Go's sumdb on the logs of a release
// folder, libxml2 on PREMIS, rdflib on CASE/UCO, Python's csv on the table.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "case/custody_table.hpp"
#include "support/custody_world.hpp"
#include "support/time_servers.hpp"

namespace exhibit {
namespace {

using test::CustodyWorld;

// A release's custody as guardians would show it: three exhibits, every kind of event.
struct World {
    CustodyWorld guardians;
    SigningKey exhibit_key = SigningKey::generate();
    Statements statements;
    FolderFiles files;

    World() {
        for (std::size_t i = 0; i < 4; ++i) {
            for (std::uint32_t number = 1; number <= 3; ++number) {
                auto event = guardians.event(i, CustodyKind::received, 100 * number);
                event.exhibit = ExhibitNumber(number);
                guardians.log(i, std::move(event));
            }
            for (std::size_t kind = 0; kind < custody_kinds(); ++kind) {
                auto event = guardians.event(i, static_cast<CustodyKind>(kind), 900);
                if (kind % 2 == 0) event.exhibit.reset();
                event.note = "<note> & \"more\", =1+1";
                event.place = "Ürümqi";
                event.succeeded = kind % 3 != 0;
                if (event.event == CustodyKind::gap) event.until = CustodyWorld::at(950);
                guardians.log(i, std::move(event));
            }
        }
        std::vector<CustodyRecord> records;
        for (std::size_t i = 0; i < 4; ++i)
            records.push_back(guardians.record(i, {(i + 1) % 4, (i + 2) % 4, (i + 3) % 4}));
        files = write_custody_files(records, guardians.policy);
        add_device();
    }

    void add_device() {
        SystemRandom random;
        SealFacts facts;
        facts.name = "VID_1.mp4";
        facts.tool = "exhibit 0.1.0";
        facts.claimed_time = "2020-09-13T12:00:00.000Z";
        facts.place_exact = "43.82,87.61";
        facts.device_clock = CustodyWorld::at(50);
        facts.sha256 = PlainDigest(sha256("footage"));
        auto const disclosures = make_disclosures(facts, random).take();
        SealClaims const claims{guardians.policy.case_id, ExhibitNumber(1), true,
                                CipherRoot(sha256("cipher")), 70'000};
        auto const text = sign_statement(claims, disclosures, exhibit_key, random).take();
        statements.emplace(ExhibitNumber(1), SealStatement::parse(text).take());
        auto const events = state_device_events(
            {guardians.policy.case_id, ExhibitNumber(1), facts, "a memory card"}, exhibit_key);
        for (auto& [path, content] : write_device_events(ExhibitNumber(1), events))
            files[path] = content;
    }

    CustodyTable table() const {
        return table_of_release(read_custody_files(files), guardians.policy, statements);
    }
    void install(Path const& folder) const {
        auto all = files;
        for (auto const& keys : guardians.guardians)
            all["keys/guardian-" + keys.id().hex() + ".pem"] =
                to_bytes(write_public_pem(keys.signing.public_key()));
        for (auto const& [path, content] : all) {
            std::filesystem::create_directories((folder / path).parent_path());
            ASSERT_OK(replace_file(folder / path, ByteView(content)));
        }
    }
};

test::Ran go_check(Path const& release) {
    return test::run({"env", "GO111MODULE=off", "GOPATH=/usr/share/gocode", "go", "run",
                      (test::source_folder() / "tests/support/check_log.go").string(),
                      release.string()});
}

TEST(CustodyOracle, go_takes_the_logs_of_a_release_and_refuses_what_was_changed) {
    NEEDS_PROGRAM("go");
    if (!is_there("/usr/share/gocode/src/golang.org/x/mod/sumdb/note"))
        GTEST_SKIP() << "NOT RUN: golang.org/x/mod is missing";
    World world;
    test::TemporaryFolder const folder;
    world.install(folder.path());
    auto const good = go_check(folder.path());
    EXPECT_EQ(good.code, 0) << good.err;
    EXPECT_EQ(good.out, "128 events are in 4 logs, each state cosigned by at least 3 others\n");
    auto const proof = std::ranges::find_if(world.files, [](auto const& file) {
        return file.first.ends_with("0002-received.tlog-proof");
    });
    ASSERT_NE(proof, world.files.end());
    auto text = to_string(proof->second);
    text.replace(text.find("index 1"), 7, "index 2");
    ASSERT_OK(replace_file(folder / proof->first, text));
    EXPECT_NE(go_check(folder.path()).code, 0);
}

TEST(CustodyOracle, the_table_has_every_event_and_shows_what_is_not_known) {
    World const world;
    auto const table = world.table();
    for (auto const& trouble : table.troubles) ADD_FAILURE() << trouble.where << trouble.what;
    std::set<CustodyKind> kinds;
    std::size_t gaps = 0, logged = 0;
    for (auto const& row : table.rows) {
        kinds.insert(row.event.event);
        gaps += row.event.event == CustodyKind::gap && row.derived;
        logged += row.event.event == CustodyKind::logged && row.derived;
        EXPECT_FALSE(show_when(row.event).empty());
    }
    EXPECT_EQ(kinds.size(), custody_kinds());
    EXPECT_EQ(gaps, 1U);  // of the one exhibit whose device speaks: from the claim to the seal
    EXPECT_EQ(logged, 4U * 4U);
    auto const text = show_table(table);
    EXPECT_NE(text.find("between the claimed filming and the seal no keeper is recorded"),
              std::string::npos);
    EXPECT_NE(text.find("Exhibit 0001"), std::string::npos);
    EXPECT_NE(text.find("The whole case"), std::string::npos);
}

TEST(CustodyOracle, libxml_takes_the_premis_document) {
    NEEDS_PROGRAM("xmllint");
    test::TemporaryFolder const folder;
    ASSERT_OK(replace_file(folder / "premis.xml", write_custody_premis(World().table())));
    auto const narrowed =
        test::run({"xmllint", "--noout", "--nonet", "--relaxng",
                   (test::source_folder() / "tests/support/premis_3_as_written.rng").string(),
                   (folder / "premis.xml").string()});
    EXPECT_EQ(narrowed.code, 0) << narrowed.err;
    if (char const* const official = std::getenv("EXHIBIT_PREMIS_XSD")) {
        auto const checked = test::run({"xmllint", "--noout", "--nonet", "--schema", official,
                                        (folder / "premis.xml").string()});
        EXPECT_EQ(checked.code, 0) << checked.err;
        std::printf("the schema of the Library of Congress takes it\n");
    }
}

TEST(CustodyOracle, rdflib_reads_the_case_document_as_it_was_meant) {
    if (test::run({test::system_python, "-c", "import rdflib"}).code != 0)
        GTEST_SKIP() << "NOT RUN: python3-rdflib is missing";
    World const world;
    auto const table = world.table();
    auto const text = write_custody_case_uco(table);
    ASSERT_OK(text);
    auto const ran = test::run({test::system_python, "-c", R"(
import sys
from rdflib import Graph
graph = Graph().parse(data=sys.stdin.read(), format="json-ld")
prefixes = "PREFIX case: <https://ontology.caseontology.org/case/investigation/> "
for part in ("core", "action", "identity", "observable", "types"):
    prefixes += "PREFIX %s: <https://ontology.unifiedcyberontology.org/uco/%s/> " % (part, part)
def count(query): return len(list(graph.query(prefixes + "SELECT ?x WHERE { " + query + " }")))
print(count("?x a case:InvestigativeAction ; core:name ?n ; action:performer ?p . "
            "?p a identity:Identity"))
print(count("?x a case:ProvenanceRecord ; case:exhibitNumber ?n"))
print(count("?x core:hasFacet ?f . ?f a observable:ContentDataFacet ; observable:hash ?h . "
            "?h types:hashValue ?v") > 0)
dangling = [o for s, p, o in graph if str(o).startswith("urn:exhibit:kb:")
            and (o, None, None) not in graph]
print(len(dangling))
again = Graph().parse(data=graph.serialize(format="json-ld"), format="json-ld")
print(len(again) == len(graph))
)"},
                               as_bytes(*text));
    EXPECT_EQ(ran.out, std::to_string(table.rows.size()) + "\n3\nTrue\n0\nTrue\n") << ran.err;
}

TEST(CustodyOracle, python_reads_the_table_back) {
    NEEDS_PROGRAM("python3");
    World const world;
    auto const table = world.table();
    auto const text = write_custody_csv(table);
    auto const ran = test::run({test::system_python, "-c", R"(
import csv, io, sys
rows = list(csv.DictReader(io.StringIO(sys.stdin.buffer.read().decode(), newline="")))
print(len(rows), len({row["event"] for row in rows}), len(rows[0]))
print(sum(any(value.startswith(("=", "+", "-", "@")) for value in row.values()) for row in rows))
)"},
                               as_bytes(text));
    EXPECT_EQ(ran.out, std::to_string(table.rows.size()) + " " + std::to_string(custody_kinds()) +
                           " 18\n0\n")
        << ran.err;
}

}  // namespace
}  // namespace exhibit
