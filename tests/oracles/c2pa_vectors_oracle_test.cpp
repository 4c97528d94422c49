// Every published vector, read now by c2pa-node, by c2pa-wasm and by us, with the same anchors and
// the same clock.
#include <gtest/gtest.h>

#include "support/c2pa_signer.hpp"
#include "support/c2pa_verdicts.hpp"

namespace exhibit::c2pa {
namespace {

TEST(C2paVectorsOracle, every_vector_is_judged_as_by_both_programs) {
    NEEDS_C2PA_ORACLES();
    NEEDS_SHARED("vectors/c2pa");
    auto const pem = read_text_file(
        test::shared_path("vectors/c2pa/trust/all_anchors_for_expected.pem"), 1 << 20);
    ASSERT_OK(pem);
    auto const lists = test::c2pa_vector_anchors();
    auto const names = test::c2pa_vectors();
    std::vector<test::C2paQuestion> questions;
    for (auto const& name : names) {
        auto const file = test::shared_path("vectors/c2pa/" + name);
        auto const beside = Path(file.string() + ".c2pa");
        questions.push_back({file, is_there(beside) ? beside : Path()});
    }
    auto const told = test::ask_c2pa_oracles(questions, *pem);
    test::VerdictTable table;
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto const ours =
            test::verdict_of(test::examine_vector(questions[i].file, {lists, wall_now()}));
        table.compare(names[i], "node", test::verdict_of_oracle(told[i].node_report), ours);
        if (!questions[i].sidecar.empty()) continue;  // c2pa-wasm would read it alone
        table.compare(names[i], "wasm", test::verdict_of_oracle(told[i].wasm_report), ours);
    }
    std::printf("%zu vectors; ", names.size());
    table.finish(150);
}

}  // namespace
}  // namespace exhibit::c2pa
