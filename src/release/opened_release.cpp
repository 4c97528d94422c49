#include "release/opened_release.hpp"

#include <algorithm>
#include <set>

#include "release/case_key.hpp"

namespace exhibit::release {
namespace {

constexpr std::size_t words_bytes_max = 4096;

Error not_enough(ReleaseEvidence const& evidence) {
    auto const have = std::to_string(evidence.adoptions_agreeing());
    auto const need = std::to_string(evidence.policy->quorum.q);
    return bad_input("only " + have + " of the " + need +
                     " adoptions that a release needs are good")
        .coded("adoptions")
        .hint("ask another guardian for the release: it may have more of them");
}

Outcome take_statement(OpenedRelease::Exhibit& exhibit, std::string const& text,
                       Policy const& policy) {
    auto statement = TRY(SealStatement::parse(text));
    if (statement.claims.case_id != policy.case_id)
        return bad_input("the statement belongs to another case").coded("case");
    if (statement.claims.number != exhibit.number)
        return bad_input("the statement is of another exhibit").coded("number");
    if (statement.claims.drill != policy.drill)
        return bad_input("the statement mixes a drill with a true case").coded("drill");
    exhibit.size_bytes = statement.claims.size_bytes;
    exhibit.statement = std::move(statement);
    exhibit.statement_text = text;
    return {};
}

// The words of one share for a reader with these keys.
Result<std::optional<SecretBytes>> words_of(ReleasedShare const& share,
                                            std::span<age::X25519Identity const> readers) {
    if (share.words) return std::optional(SecretBytes::copy_of(*share.words));
    for (auto const& reader : readers) {
        auto const mine = reader.recipient().text();
        for (auto const& one : share.encrypted) {
            if (one.recipient != mine) continue;
            auto words = TRY(age::decrypt_secret(one.age_file, reader, words_bytes_max));
            return std::optional(std::move(words));
        }
    }
    return std::optional<SecretBytes>();
}

std::string wrong_shares(OpenedRelease const& release, std::vector<GuardianId> const& givers,
                         std::string const& what) {
    // "share 2 …" means nothing to a reader; the guardian's published name does.
    std::string out = what;
    for (std::size_t i = givers.size(); i > 0; --i) {
        auto const place = "share " + std::to_string(i) + " ";
        if (auto const at = out.find(place); at != std::string::npos) {
            out.replace(at, place.size(), "the share of " + published_name(givers[i - 1]) + " ");
        }
    }
    for (auto const& complaint : release.evidence.complaints) {
        if (complaint.about == Complaint::About::share)
            out += "; another share " + complaint.why.what;
    }
    return out;
}

}  // namespace

Result<OpenedRelease> open_release(ReleaseBundle const& bundle) {
    auto evidence = TRY(check_release(bundle));
    if (!evidence.adopted()) return not_enough(evidence);
    auto record =
        write_release_record(evidence.policy.value(), evidence.policy.digest(), evidence.stage);
    auto custody = merge_custody(bundle.custody, evidence.policy.value());
    OpenedRelease release{.evidence = std::move(evidence),
                          .record = std::move(record),
                          .case_key_age = bundle.case_key_age,
                          .custody = std::move(custody),
                          .devices_lost = bundle.devices_lost,
                          .earlier = bundle.earlier,
                          .exhibits = {},
                          .refused = {}};
    std::set<ExhibitNumber> seen;
    for (auto const& one : bundle.exhibits) {
        if (!seen.insert(one.number).second)
            return bad_input("an exhibit is listed twice").at(show(one.number)).coded("exhibit");
        OpenedRelease::Exhibit exhibit{one.number, one.size_bytes, std::nullopt, {}};
        if (one.statement) {
            auto taken = take_statement(exhibit, *one.statement, release.policy());
            if (!taken.ok()) {
                release.refused.push_back({one.number, taken.take_error()});
                continue;
            }
        }
        release.exhibits.push_back(std::move(exhibit));
    }
    std::ranges::sort(release.exhibits, {}, [](auto const& e) { return e.number; });
    return release;
}

Result<age::X25519Identity> case_key_of(OpenedRelease const& release,
                                        std::span<age::X25519Identity const> readers) {
    std::vector<SecretBytes> shares;
    std::vector<GuardianId> givers;
    bool any_for_us = release.for_everyone();
    for (auto const& share : release.evidence.shares) {
        auto words = words_of(share.value(), readers);
        if (!words.ok() || !words->has_value()) {
            any_for_us = any_for_us || !words.ok();
            continue;
        }
        any_for_us = true;
        shares.push_back(std::move(**words));
        givers.push_back(share->guardian);
    }
    if (!any_for_us) {
        return wrong_use("this release is for named readers, and none of their keys was given")
            .coded("no-reader")
            .hint("give the age key of one of them, or publish the ciphertexts only");
    }
    auto key = combine_case_key(shares, release.case_key_age, release.policy().case_recipient,
                                share_digests(release.policy()));
    if (key.ok()) return key;
    auto error = key.take_error();
    error.what = wrong_shares(release, givers, error.what);
    return error;
}

}  // namespace exhibit::release
