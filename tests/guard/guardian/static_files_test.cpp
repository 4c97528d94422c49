// A release folder over HTTP: nothing outside of it, and no file in it with the page's rights.
#include "guard/guardian/static_files.hpp"
#include "support/shared.hpp"

namespace exhibit::guard {
namespace {

class StaticFiles : public ::testing::Test {
protected:
    StaticFiles() {
        std::filesystem::create_directories(folder_ / "release/data/0001");
        put("secret.txt");
        put("release/index.html");
        put("release/data/0001/page.html");
        put("release/data/0001/film.mp4");
    }
    void put(std::string const& name) {
        EXPECT_OK(replace_file(folder_.path() / name, as_bytes(name)));
    }
    HttpResponse get(std::string const& below) const {
        HttpRequest request;
        request.method = "GET";
        request.target = "/" + below;
        return answer_from_folder(request, folder_.path() / "release", below);
    }
    static std::string header(HttpResponse const& response, char const* name) {
        auto const value = response.headers.find(name);
        return value ? std::string(*value) : "none";
    }
    test::TemporaryFolder folder_;
};

TEST_F(StaticFiles, only_the_page_may_act) {
    EXPECT_EQ(header(get(""), "Content-Security-Policy"), "frame-ancestors 'none'");
    EXPECT_EQ(header(get("index.html"), "Content-Security-Policy"), "frame-ancestors 'none'");
    for (auto const* file : {"data/0001/page.html", "data/0001/film.mp4"}) {
        auto const response = get(file);
        EXPECT_EQ(response.status, 200u) << file;
        EXPECT_EQ(header(response, "Content-Security-Policy"), "sandbox") << file;
        EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff") << file;
        EXPECT_EQ(header(response, "Referrer-Policy"), "no-referrer") << file;
    }
}

TEST_F(StaticFiles, nothing_outside_of_the_folder_is_given) {
    std::filesystem::create_symlink(folder_.path() / "secret.txt", folder_ / "release/link.txt");
    for (auto const* path :
         {"../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "data/../../secret.txt",
          "link.txt", "data/0001/none", "/etc/passwd", "data%00/0001/page.html"}) {
        EXPECT_EQ(get(path).status, 404u) << path;
    }
}

}  // namespace
}  // namespace exhibit::guard
