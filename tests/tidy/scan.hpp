// What tidy_test.cpp knows of C++: enough to find brackets, statements and function bodies, no
// more.
//
// code_of() blanks comments and literals out, so that a brace in a string is no brace and line
// numbers stay. walk() then follows the brackets and reports every TRY and every function body.
#pragma once

#include <cctype>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace exhibit::tidy {

inline void blank(std::string& text, std::size_t from, std::size_t to) {
    for (auto i = from; i < to && i < text.size(); ++i) {
        if (text[i] != '\n') text[i] = ' ';
    }
}

// Where a raw string R"x(…)x" that begins at `at` ends.
inline std::size_t raw_string_end(std::string const& text, std::size_t at) {
    auto const open = text.find('(', at);
    if (open == std::string::npos) return text.size();
    auto const close = ")" + text.substr(at + 2, open - at - 2) + "\"";
    auto const end = text.find(close, open);
    return end == std::string::npos ? text.size() : end + close.size();
}

inline std::size_t literal_end(std::string const& text, std::size_t at) {
    char const quote = text[at];
    for (auto i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == quote || text[i] == '\n')
            return i + 1;
    }
    return text.size();
}

inline bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Also blanks preprocessor lines. A quote inside a number (1'000) is not a literal.
inline std::string code_of(std::string text) {
    bool line_begins = true;
    for (std::size_t i = 0; i < text.size();) {
        auto end = i;
        bool const after_word = i > 0 && is_word(text[i - 1]);
        if (text.compare(i, 2, "//") == 0)
            end = std::min(text.find('\n', i), text.size());
        else if (text.compare(i, 2, "/*") == 0)
            end = std::min(text.find("*/", i), text.size() - 2) + 2;
        else if (text.compare(i, 2, "R\"") == 0 && !after_word)
            end = raw_string_end(text, i);
        else if (text[i] == '"' || (text[i] == '\'' && !after_word))
            end = literal_end(text, i);
        else if (text[i] == '#' && line_begins) {
            end = std::min(text.find('\n', i), text.size());
            while (end < text.size() && text[end - 1] == '\\') {
                end = std::min(text.find('\n', end + 1), text.size());
            }
        }
        if (end > i) {
            // Something stays where a literal was, so that `f("x")` does not become `f()`.
            bool const literal = text[i] == '"' || text[i] == '\'' || text[i] == 'R';
            blank(text, i, end);
            if (literal) text[i] = '0';
            i = end;
            line_begins = false;
            continue;
        }
        if (text[i] == '\n')
            line_begins = true;
        else if (text[i] != ' ')
            line_begins = false;
        ++i;
    }
    return text;
}

inline std::string_view trimmed(std::string_view text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0)
        text.remove_prefix(1);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0)
        text.remove_suffix(1);
    return text;
}

inline bool has_word(std::string_view text, std::string_view word) {
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        bool const left = at == 0 || !is_word(text[at - 1]);
        auto const after = at + word.size();
        if (left && (after >= text.size() || !is_word(text[after]))) return true;
    }
    return false;
}

enum class Bracket { round, square, names, function, block, list };

// What a `{` opens, told from the text since the last statement and from what encloses it.
inline Bracket brace_kind(std::string_view head, bool among_names) {
    head = trimmed(head);
    bool const called = head.find('(') != std::string_view::npos;
    for (auto const* word : {"namespace", "extern", "union", "enum", "struct", "class"}) {
        if (!called && has_word(head, word)) return Bracket::names;
    }
    if (head.empty() || head.back() == ')' || head.back() == ']') {
        return among_names ? Bracket::function : Bracket::block;
    }
    for (auto const* word : {"const", "noexcept", "override", "mutable", "else", "do", "try"}) {
        if (head.ends_with(word)) return among_names ? Bracket::function : Bracket::block;
    }
    if (head.back() == ':') return Bracket::block;  // case x: {
    // A trailing return type; `f()->x{1}` has no space before its arrow.
    if (head.find(") ->") != std::string_view::npos ||
        head.find(")\n    ->") != std::string_view::npos) {
        return among_names ? Bracket::function : Bracket::block;
    }
    return Bracket::list;
}

struct Found {
    std::size_t line = 0;   // from 1
    std::size_t lines = 0;  // of a function body
    std::string text;
};

// Is a TRY at `at`, inside `inside`, a statement of its own, what is returned, or what is assigned?
inline bool stands_alone(std::string const& code, std::size_t statement, std::size_t at,
                         Bracket inside) {
    if (inside != Bracket::block && inside != Bracket::function) return false;
    auto const before = trimmed(std::string_view(code).substr(statement, at - statement));
    bool const begins = before.empty() || before == "return" || before.ends_with(')') ||
                        before.ends_with(':') || before.ends_with("else");
    bool const assigns = before.ends_with('=') && !before.ends_with("==");
    if (!begins && !assigns) return false;
    auto end = code.find('(', at);
    for (int depth = 0; end < code.size(); ++end) {
        if (code[end] == '(') ++depth;
        if (code[end] == ')' && --depth == 0) break;
    }
    end = code.find_first_not_of(" \n", end + 1);
    return end != std::string::npos && code[end] == ';';
}

struct Scan {
    std::vector<Found> crowded_tries;
    std::vector<Found> functions;
};

inline Scan scan(std::string const& text) {
    struct Open {
        Bracket kind;
        std::size_t line;
        std::size_t statement;
        std::string head;
    };
    auto const code = code_of(text);
    std::vector<Open> open;
    Scan found;
    std::size_t line = 1, statement = 0;
    for (std::size_t i = 0; i < code.size(); ++i) {
        char const c = code[i];
        auto const inside = open.empty() ? Bracket::names : open.back().kind;
        if (c == '\n') ++line;
        if (c == ';' && inside != Bracket::round) statement = i + 1;
        if (c == '(' || c == '[')
            open.push_back({c == '(' ? Bracket::round : Bracket::square, line, statement, {}});
        if (c == '{') {
            auto const head = code.substr(statement, i - statement);
            auto const kind = brace_kind(head, inside == Bracket::names);
            open.push_back({kind, line, statement, std::string(trimmed(head))});
            statement = i + 1;
        }
        if ((c == ')' || c == ']' || c == '}') && !open.empty()) {
            auto const closed = open.back();
            open.pop_back();
            if (closed.kind == Bracket::function)
                found.functions.push_back({closed.line, line - closed.line, closed.head});
            bool const expression = c != '}' || closed.kind == Bracket::list;
            // After a list or a lambda the statement goes on; after a block a new one begins.
            bool const goes_on =
                expression || (!open.empty() && open.back().kind == Bracket::round);
            statement = goes_on ? closed.statement : i + 1;
        }
        if (code.compare(i, 4, "TRY(") == 0 && (i == 0 || !is_word(code[i - 1])) &&
            !stands_alone(code, statement, i, inside)) {
            found.crowded_tries.push_back({line, 0, {}});
        }
    }
    return found;
}

}  // namespace exhibit::tidy
