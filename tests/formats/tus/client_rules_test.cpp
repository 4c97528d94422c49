#include "formats/tus/client_rules.hpp"

#include "support/shared.hpp"

namespace exhibit::tus {

TEST(TusClientRules, an_upload_goes_from_creation_to_done) {
    Known known;
    known.length = 10;
    EXPECT_TRUE(std::holds_alternative<SendCreate>(next_request(known, {})));
    known = learn_created(known, "https://h:1/files", 201, {{"Location", "/files/x"}}).take();
    EXPECT_EQ(known.url, "https://h:1/files/x");
    EXPECT_EQ(std::get<SendChunk>(next_request(known, {})).offset, 0u);
    known = learn_patched(known, 4, 204, {{"Upload-Offset", "4"}}).take();
    EXPECT_EQ(std::get<SendChunk>(next_request(known, {})).offset, 4u);
    known.offset.reset();
    EXPECT_TRUE(std::holds_alternative<SendHead>(next_request(known, {})));
    known = learn_offset(known, 200, {{"Upload-Offset", "7"}, {"Upload-Length", "10"}}).take();
    known = learn_patched(known, 3, 204, {{"Upload-Offset", "10"}}).take();
    EXPECT_TRUE(std::holds_alternative<Done>(next_request(known, {})));
}

TEST(TusClientRules, answers_that_lie_are_refused) {
    Known known{"https://h/x", 4, 10, true};
    EXPECT_ERROR_CODE(learn_patched(known, 4, 204, {{"Upload-Offset", "9"}}), "tus");
    EXPECT_ERROR_CODE(learn_patched(known, 4, 204, {{"Upload-Offset", "3"}}), "tus");
    EXPECT_ERROR_CODE(learn_patched(known, 4, 204, {}), "tus");
    EXPECT_ERROR_CODE(learn_patched(known, 4, 302, {}), "tus");
    EXPECT_ERROR_CODE(learn_offset(known, 200, {{"Upload-Offset", "11"}, {"Upload-Length", "10"}}),
                      "tus");
    EXPECT_ERROR_CODE(learn_offset(known, 200, {{"Upload-Offset", "1"}, {"Upload-Length", "11"}}),
                      "source-changed");
    EXPECT_ERROR_CODE(learn_created(known, "https://h/files", 201, {}), "tus");
}

TEST(TusClientRules, refusals_are_told_from_what_passes) {
    Known known{"https://h/x", 4, 10, true};
    for (unsigned const status : {500u, 503u, 409u, 423u, 460u, 408u, 429u}) {
        EXPECT_ERROR_CODE(learn_patched(known, 4, status, {}), "try-again");
    }
    for (unsigned const status : {404u, 410u})
        EXPECT_ERROR_CODE(learn_patched(known, 4, status, {}), "upload-gone");
    EXPECT_ERROR_CODE(learn_offset(known, 403, {}), "upload-gone");
    for (unsigned const status : {400u, 401u, 403u, 412u, 413u}) {
        EXPECT_ERROR_CODE(learn_patched(known, 4, status, {}), "refused-upload");
    }
}

TEST(TusClientRules, the_upload_stays_with_the_host_that_was_asked) {
    auto const at = [](std::string_view location) {
        return resolve_location("https://h:1/a/files?x=1", location);
    };
    EXPECT_EQ(at("/files/7").value(), "https://h:1/files/7");
    EXPECT_EQ(at("7").value(), "https://h:1/a/7");
    EXPECT_EQ(at("https://H:1/z").value(), "https://H:1/z");
    for (auto const bad : {"https://other/z", "http://h:1/z", "//other/z", "", "/a b", "/a\r\nX: y",
                           "https://h:1@other/"}) {
        EXPECT_ERROR_CODE(at(bad), "tus");
    }
    EXPECT_ERROR_CODE(at("/" + std::string(upload_address_max, 'a')), "tus");
}

}  // namespace exhibit::tus
