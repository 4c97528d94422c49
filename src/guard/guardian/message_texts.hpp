// What contacts read. English is built in; an operator may put other languages, or other words,
// into a folder (guard serve --messages): grace.fr.txt, released.fr.txt. The first line is the
// subject, an empty line follows, the rest is the text. In it stand {from} {guardian} {time}
// {deadline} {release_from} {address} {case} {who}, as far as the event has them.
#pragma once

#include <map>

#include "base/files.hpp"
#include "case/contacts.hpp"

namespace exhibit::guard {

struct MessageText {
    std::string subject;
    std::string text;
};

class MessageTexts {
public:
    // Reads the folder; empty: English only. Codes "messages" (a file without subject or text, or
    // with a {word} that means nothing), and those of reading files.
    static Result<MessageTexts> load(Path const& folder);

    // In the language, its first part ("pt" for pt-BR), or English. `guardian` is its name.
    MessageText write(Notice const& notice, std::string const& language,
                      std::string const& guardian) const;

private:
    std::map<std::string, MessageText> texts_;  // "grace.fr"
};

}  // namespace exhibit::guard
