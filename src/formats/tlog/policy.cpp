#include "formats/tlog/policy.hpp"

#include <algorithm>
#include <set>

namespace exhibit::tlog {
namespace {

Error wrong(std::string what) { return bad_input(std::move(what)).coded("policy"); }

std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    std::string word;
    for (char c : line) {
        if (c != ' ' && c != '\t') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

// Reads line by line; what a line may name was defined above it, so there are no circles.
class PolicyReader {
public:
    Outcome take(std::vector<std::string> const& words) {
        if (words[0] == "log") return take_log(words);
        if (words[0] == "witness") return take_witness(words);
        if (words[0] == "group") return take_group(words);
        if (words[0] == "quorum") return take_quorum(words);
        return wrong("a line begins with a word that is not known");
    }
    Result<Policy> finish() {
        if (policy_.quorum.empty()) return wrong("names no quorum");
        return std::move(policy_);
    }

private:
    Outcome new_key(std::set<Bytes>& seen, VerifierKey const& key) {
        if (!seen.insert(key.key).second) return wrong("the same key stands twice");
        return {};
    }
    Outcome new_name(std::string const& name) {
        if (name == "none" || !names_.insert(name).second)
            return wrong("a name is used twice, or is 'none'");
        return {};
    }
    Outcome take_log(std::vector<std::string> const& words) {
        if (words.size() < 2 || words.size() > 3)
            return wrong("a log has a key and may have a URL");
        auto key = TRY(parse_verifier_key(words[1]));
        TRY(new_key(log_keys_, key));
        policy_.logs.push_back({std::move(key), words.size() == 3 ? words[2] : ""});
        return {};
    }
    Outcome take_witness(std::vector<std::string> const& words) {
        if (words.size() < 3 || words.size() > 4)
            return wrong("a witness has a name, a key and may have a URL");
        TRY(new_name(words[1]));
        auto key = TRY(parse_verifier_key(words[2]));
        if (key.type != static_cast<Byte>(KeyType::cosignature) &&
            key.type != static_cast<Byte>(KeyType::ml_dsa_cosignature))
            return wrong("a witness's key is not one that cosigns");
        TRY(new_key(witness_keys_, key));
        policy_.witnesses.push_back({words[1], std::move(key), words.size() == 4 ? words[3] : ""});
        return {};
    }
    Outcome take_group(std::vector<std::string> const& words) {
        if (words.size() < 4) return wrong("a group has a name, a number and members");
        Policy::Group group{words[1], 0, {words.begin() + 3, words.end()}};
        for (auto const& member : group.members) {
            if (!names_.contains(member)) return wrong("a member of a group is not defined above");
            // So that a witness counts in only one way.
            if (!members_.insert(member).second) return wrong("a name is a member twice");
        }
        if (words[2] == "all")
            group.needed = group.members.size();
        else if (words[2] == "any")
            group.needed = 1;
        else {
            auto const needed = parse_size(words[2]);
            if (!needed.ok() || *needed == 0 || *needed > group.members.size())
                return wrong("a group needs a number of members that it does not have");
            group.needed = static_cast<std::size_t>(*needed);
        }
        TRY(new_name(group.name));
        policy_.groups.push_back(std::move(group));
        return {};
    }
    Outcome take_quorum(std::vector<std::string> const& words) {
        if (words.size() != 2 || !policy_.quorum.empty()) return wrong("names not one quorum");
        if (words[1] != "none" && !names_.contains(words[1]))
            return wrong("the quorum is not defined above");
        policy_.quorum = words[1];
        return {};
    }

    Policy policy_;
    std::set<std::string> names_, members_;
    std::set<Bytes> log_keys_, witness_keys_;
};

bool is_met(Policy const& policy, std::set<std::string> const& cosigned) {
    if (policy.quorum == "none") return true;
    auto met = cosigned;
    for (auto const& group : policy.groups) {  // members come before their group
        auto const have = static_cast<std::size_t>(std::ranges::count_if(
            group.members, [&](auto const& member) { return met.contains(member); }));
        if (have >= group.needed) met.insert(group.name);
    }
    return met.contains(policy.quorum);
}

}  // namespace

std::string write_policy(Policy const& policy) {
    auto const with_url = [](std::string const& url) { return url.empty() ? "" : " " + url; };
    std::string out;
    for (auto const& log : policy.logs)
        out += "log " + write_verifier_key(log.key) + with_url(log.url) + "\n";
    for (auto const& one : policy.witnesses)
        out += "witness " + one.name + " " + write_verifier_key(one.key) + with_url(one.url) + "\n";
    for (auto const& group : policy.groups) {
        out += "group " + group.name + " " + std::to_string(group.needed);
        for (auto const& member : group.members) out += " " + member;
        out += "\n";
    }
    return out + "quorum " + policy.quorum + "\n";
}

Result<Policy> parse_policy(std::string_view text) {
    if (text.size() > policy_bytes_max) return wrong("is too long");
    for (char c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7F)
            return wrong("holds control characters");
    }
    PolicyReader reader;
    std::size_t lines = 0;
    while (!text.empty()) {
        auto const end = text.find('\n');
        if (end == std::string_view::npos) return wrong("the last line does not end");
        if (++lines > policy_lines_max) return wrong("has too many lines");
        auto const words = words_of(text.substr(0, end));
        text.remove_prefix(end + 1);
        if (words.empty() || words[0].starts_with('#')) continue;
        TRY(reader.take(words));
    }
    return reader.finish();
}

Result<JudgedCheckpoint> judge_checkpoint(Note const& note, Policy const& policy) {
    JudgedCheckpoint out;
    out.checkpoint = TRY(parse_checkpoint(note.text));
    auto const log = std::ranges::find_if(
        policy.logs, [&](auto const& one) { return one.key.name == out.checkpoint.origin; });
    if (log == policy.logs.end())
        return bad_input("the log is not one that the policy names").coded("origin");
    std::vector<VerifierKey> keys;
    for (auto const& witness : policy.witnesses) keys.push_back(witness.key);
    auto const opened = TRY(open_checkpoint(note, log->key, keys));
    std::set<std::string> names;
    for (auto const& cosigner : opened.cosigners) {
        names.insert(policy.witnesses[cosigner.key].name);
        out.newest_time = std::max(out.newest_time, cosigner.time);
        out.oldest_time =
            out.oldest_time == 0 ? cosigner.time : std::min(out.oldest_time, cosigner.time);
    }
    out.witnesses.assign(names.begin(), names.end());
    if (!is_met(policy, names))
        return bad_input("too few of those who should have cosigned it did: " +
                         std::to_string(names.size()) + " of " +
                         std::to_string(policy.witnesses.size()))
            .coded("quorum");
    return out;
}

}  // namespace exhibit::tlog
