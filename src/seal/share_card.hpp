// A share on paper: words, a QR code of the same words, and what the holder must know. One page of
// HTML that prints on any printer; nothing in it needs a network or a script.
#pragma once

#include "base/secret.hpp"
#include "case/policy.hpp"

namespace exhibit::seal {

struct ShareCard {
    unsigned number = 1;  // of the paper cards, from 1
    unsigned of = 1;
    unsigned needed = 2;  // k
    bool drill = false;
};

// The page holds the secret: write it with Access::only_me, print it, remove it.
Result<SecretBytes> write_share_card(ShareCard const& card, SecretBytes const& words);
// For a terminal: numbered words in four columns, then the QR code.
Result<SecretBytes> show_share_card(ShareCard const& card, SecretBytes const& words);

}  // namespace exhibit::seal
