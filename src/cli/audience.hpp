// Who shall have it: asked for by `init` and by `policy change`, never defaulted.
#pragma once

#include "cli/cli.hpp"

namespace exhibit::cli {

Result<std::vector<AudienceStage>> choose_audience(AudienceWish const& wish, Terminal& terminal);
// "the people you named get it; 30 d later the public, unless …"
std::string audience_sentence(std::vector<AudienceStage> const& audience);

}  // namespace exhibit::cli
