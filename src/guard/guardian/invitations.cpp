#include "guard/guardian/invitations.hpp"

#include "crypto/hash.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t invitation_bytes_max = 4096;

}  // namespace

std::string invitation_key(InvitationToken const& token) { return to_hex(sha256(ByteView(token))); }

Write invitation_write(InvitationToken const& token, InvitationRow const& row) {
    Json json = {{"quota", row.quota_bytes}, {"expires", write_time(row.expires)}};
    if (row.case_id) json["case"] = row.case_id->text();
    if (row.policy) json["policy"] = row.policy->hex();
    return {Table::invitations, invitation_key(token), to_bytes(write_json(json))};
}

Result<InvitationToken> add_invitation(Path const& folder, std::uint64_t quota_bytes,
                                       WallTime expires) {
    SystemRandom random;
    auto const token = random.bytes<16>();
    InvitationRow row;
    row.quota_bytes = quota_bytes;
    row.expires = expires;
    TRY(make_folders(folder));
    auto const write = invitation_write(token, row);
    TRY(replace_file(folder / (write.key + ".json"), *write.value));
    return token;
}

Result<InvitationRow> find_invitation(Rows& rows, Path const& folder, InvitationToken const& token,
                                      WallTime now) {
    auto const refused = bad_input("this invitation is unknown, used or too old")
                             .hint("ask the guardian for a new one")
                             .coded("invitation");
    auto text = TRY(rows.get(Table::invitations, invitation_key(token)));
    if (!text) {
        auto file = read_file(folder / (invitation_key(token) + ".json"), invitation_bytes_max);
        if (!file) return Error(refused);
        text = file.take();
    }
    auto const json = TRY(parse_json(*text));
    auto object = TRY(JsonObject::of(json, "invitation"));
    InvitationRow row;
    auto const quota = TRY(object.integer("quota", 0, (std::int64_t{1} << 53) - 1));
    row.quota_bytes = static_cast<std::uint64_t>(quota);
    row.expires = TRY(object.time("expires"));
    if (object.has("case")) {
        row.case_id = TRY(take_case(object));
        row.policy = TRY(take_digest(object, "policy"));
    } else if (row.expires <= now) {
        return Error(refused);
    }
    return row;
}

}  // namespace exhibit::guard
