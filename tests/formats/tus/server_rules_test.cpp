#include "formats/tus/server_rules.hpp"

#include "support/shared.hpp"

namespace exhibit::tus {
namespace {

Settings const settings{1000, WallTime::from_ms(1'000'000)};
UploadState const half{70, 100, "a YQ==", "owner", 1000, WallTime::from_ms(2'000'000), false};

HeaderFields with_version(HeaderFields fields) {
    fields.add("Tus-Resumable", "1.0.0");
    return fields;
}

HeaderFields patch_at(std::string offset) {
    return with_version({{"Content-Type", "application/offset+octet-stream"},
                         {"Upload-Offset", std::move(offset)}});
}

unsigned status_on_upload(std::string_view method, HeaderFields const& headers,
                          std::optional<UploadState> const& state,
                          std::optional<std::uint64_t> body = 0) {
    auto const decision = decide_upload({method, headers, body}, state, settings);
    auto const* answer = std::get_if<Answer>(&decision);
    return answer == nullptr ? 0 : answer->status;
}

unsigned status_on_creation(std::string_view method, HeaderFields const& headers,
                            std::optional<std::uint64_t> body = 0) {
    auto const decision = decide_creation({method, headers, body}, settings);
    auto const* answer = std::get_if<Answer>(&decision);
    return answer == nullptr ? 0 : answer->status;
}

}  // namespace

TEST(TusServerRules, options_needs_no_version_and_tells_what_is_offered) {
    HeaderFields const none;
    auto const decision = decide_creation({"OPTIONS", none, 0}, settings);
    auto const& answer = std::get<Answer>(decision);
    EXPECT_EQ(answer.status, 204u);
    EXPECT_EQ(answer.headers.find("Tus-Version"), "1.0.0");
    EXPECT_EQ(answer.headers.find("Tus-Max-Size"), "1000");
    EXPECT_EQ(answer.headers.find("Tus-Checksum-Algorithm"), "sha1,sha256");
    EXPECT_NE(answer.headers.find("Tus-Extension")->find("creation-defer-length"),
              std::string_view::npos);
}

TEST(TusServerRules, another_version_is_refused_unprocessed) {
    HeaderFields const other{{"Tus-Resumable", "0.2.2"}, {"Upload-Length", "10"}};
    auto const decision = decide_creation({"POST", other, 0}, settings);
    auto const& answer = std::get<Answer>(decision);
    EXPECT_EQ(answer.status, 412u);
    EXPECT_EQ(answer.headers.find("Tus-Version"), "1.0.0");
    EXPECT_EQ(status_on_upload("HEAD", {}, half), 412u);
    EXPECT_EQ(status_on_upload("PATCH", other, half), 412u);
}

TEST(TusServerRules, creation_wants_exactly_one_kind_of_length) {
    EXPECT_EQ(status_on_creation("POST", with_version({})), 400u);
    EXPECT_EQ(status_on_creation(
                  "POST", with_version({{"Upload-Length", "10"}, {"Upload-Defer-Length", "1"}})),
              400u);
    EXPECT_EQ(status_on_creation("POST", with_version({{"Upload-Defer-Length", "2"}})), 400u);
    EXPECT_EQ(status_on_creation("POST", with_version({{"Upload-Length", "-1"}})), 400u);
    EXPECT_EQ(status_on_creation("POST",
                                 with_version({{"Upload-Length", "10"}, {"Upload-Length", "10"}})),
              400u);
    EXPECT_EQ(status_on_creation("POST", with_version({{"Upload-Length", "1001"}})), 413u);
    EXPECT_EQ(status_on_creation("POST", with_version({{"Upload-Length", "1000"}})), 0u);
    EXPECT_EQ(status_on_creation("POST", with_version({{"Upload-Defer-Length", "1"}})), 0u);
    EXPECT_EQ(status_on_creation(
                  "POST", with_version({{"Upload-Length", "1"}, {"Upload-Metadata", "a b c"}})),
              400u);
    EXPECT_EQ(status_on_creation(
                  "POST", with_version({{"Upload-Length", "1"}, {"Upload-Concat", "partial"}})),
              400u);
    EXPECT_EQ(status_on_creation("PUT", with_version({{"Upload-Length", "1"}})), 405u);
}

TEST(TusServerRules, creation_with_upload_wants_the_content_type_and_fits) {
    EXPECT_EQ(status_on_creation("POST", with_version({{"Upload-Length", "10"}}), 5), 415u);
    HeaderFields const typed = with_version(
        {{"Upload-Length", "10"}, {"Content-Type", "application/offset+octet-stream"}});
    EXPECT_EQ(status_on_creation("POST", typed, 11), 413u);
    auto const decision = decide_creation({"POST", typed, 5}, settings);
    EXPECT_TRUE(std::get<Create>(decision).first);
}

TEST(TusServerRules, head_tells_offset_length_and_metadata_and_forbids_caching) {
    auto const headers = with_version({});
    auto decision = decide_upload({"HEAD", headers, 0}, half, settings);
    auto const& answer = std::get<Answer>(decision);
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.headers.find("Upload-Offset"), "70");
    EXPECT_EQ(answer.headers.find("Upload-Length"), "100");
    EXPECT_EQ(answer.headers.find("Upload-Metadata"), "a YQ==");
    EXPECT_EQ(answer.headers.find("Cache-Control"), "no-store");
    auto deferred = half;
    deferred.length.reset();
    decision = decide_upload({"HEAD", headers, 0}, deferred, settings);
    EXPECT_EQ(std::get<Answer>(decision).headers.find("Upload-Defer-Length"), "1");
    EXPECT_FALSE(std::get<Answer>(decision).headers.has("Upload-Length"));
}

TEST(TusServerRules, an_upload_that_is_gone_has_no_offset) {
    auto const headers = with_version({});
    auto const decision = decide_upload({"HEAD", headers, 0}, std::nullopt, settings);
    EXPECT_EQ(std::get<Answer>(decision).status, 404u);
    EXPECT_FALSE(std::get<Answer>(decision).headers.has("Upload-Offset"));
    auto expired = half;
    expired.expires = settings.now;
    EXPECT_EQ(status_on_upload("PATCH", patch_at("70"), expired, 1), 410u);
    expired.finished = true;
    EXPECT_EQ(status_on_upload("HEAD", headers, expired), 200u);
}

TEST(TusServerRules, patch_is_held_to_offset_type_and_length) {
    EXPECT_EQ(status_on_upload("PATCH", patch_at("70"), half, 30), 0u);
    EXPECT_EQ(status_on_upload("PATCH", patch_at("69"), half, 30), 409u);
    EXPECT_EQ(status_on_upload("PATCH", patch_at("71"), half, 1), 409u);
    EXPECT_EQ(status_on_upload("PATCH", patch_at("x"), half, 1), 400u);
    EXPECT_EQ(status_on_upload("PATCH", patch_at("70"), half, 31), 413u);
    EXPECT_EQ(status_on_upload("PATCH", with_version({{"Upload-Offset", "70"}}), half, 1), 415u);
    EXPECT_EQ(
        status_on_upload(
            "PATCH", with_version({{"Content-Type", "application/offset+octet-stream"}}), half, 1),
        400u);
    auto unknown = patch_at("70");
    unknown.add("Upload-Checksum", "crc32 YQ==");
    EXPECT_EQ(status_on_upload("PATCH", unknown, half, 1), 400u);
    // A chunked body has no length beforehand: the room bounds it.
    auto const headers = patch_at("70");
    auto const decision = decide_upload({"PATCH", headers, std::nullopt}, half, settings);
    EXPECT_EQ(std::get<Append>(decision).room, 30u);
}

TEST(TusServerRules, a_deferred_length_is_told_once_and_never_changed) {
    auto deferred = half;
    deferred.length.reset();
    auto headers = patch_at("70");
    headers.add("Upload-Length", "80");
    auto const decision = decide_upload({"PATCH", headers, 10}, deferred, settings);
    EXPECT_EQ(std::get<Append>(decision).new_length, 80u);
    EXPECT_EQ(std::get<Append>(decision).room, 10u);
    EXPECT_EQ(status_on_upload("PATCH", headers, half, 10), 400u);
    auto before = patch_at("70");
    before.add("Upload-Length", "69");
    EXPECT_EQ(status_on_upload("PATCH", before, deferred, 0), 400u);
    auto huge = patch_at("70");
    huge.add("Upload-Length", "1001");
    EXPECT_EQ(status_on_upload("PATCH", huge, deferred, 0), 413u);
}

TEST(TusServerRules, delete_removes_what_is_unfinished_only) {
    auto const headers = with_version({});
    EXPECT_TRUE(
        std::holds_alternative<Remove>(decide_upload({"DELETE", headers, 0}, half, settings)));
    auto taken = half;
    taken.finished = true;
    EXPECT_EQ(status_on_upload("DELETE", headers, taken), 403u);
}

TEST(TusServerRules, a_method_may_be_overridden_in_a_post_only) {
    auto headers = patch_at("70");
    headers.add("X-HTTP-Method-Override", "PATCH");
    EXPECT_EQ(status_on_upload("POST", headers, half, 30), 0u);
    EXPECT_EQ(status_on_upload("GET", headers, half, 30), 405u);
    auto strange = patch_at("70");
    strange.add("X-HTTP-Method-Override", "TRACE");
    EXPECT_EQ(status_on_upload("POST", strange, half, 30), 405u);
}

}  // namespace exhibit::tus
