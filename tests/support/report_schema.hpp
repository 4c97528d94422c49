// Python's jsonschema on reports of `exhibit verify`, by the schema that docs/ publishes.
#pragma once

#include "support/shared.hpp"
#include "support/time_servers.hpp"

namespace exhibit::test {

inline constexpr char const* schema_checker = R"(
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
checker = jsonschema.Draft202012Validator(schema)
checker.check_schema(schema)
for number, line in enumerate(sys.stdin.buffer.read().splitlines()):
    for error in checker.iter_errors(json.loads(line)):
        inner = "; ".join(one.message[:200] for one in error.context)
        print(number, list(error.absolute_path), error.message[:200], inner)
        break
)";

// What is wrong, a line for each report (one JSON a line) that does not conform; empty: nothing.
inline std::string complaints_of_the_schema(std::vector<std::string> const& reports) {
    std::string lines;
    for (auto const& one : reports) lines += one + (one.ends_with('\n') ? "" : "\n");
    auto const schema = source_folder() / "docs" / "verify-report.schema.json";
    auto const ran = run({system_python, "-c", schema_checker, schema.string()}, as_bytes(lines));
    return ran.code == 0 ? ran.out : "the checker failed: " + ran.err;
}

}  // namespace exhibit::test

#define NEEDS_JSONSCHEMA()                                                                        \
    if (::exhibit::test::run({::exhibit::test::system_python, "-c", "import jsonschema"}).code != \
        0)                                                                                        \
    GTEST_SKIP() << "NOT RUN: python3-jsonschema is missing"
