// Can whoever holds the device tell by a watch which passphrase was given? Check-ins by the true
// and by the duress key, in random order, over TLS to guardians of this machine; then the two
// samples of answering times are compared (Kolmogorov–Smirnov, two samples).
//
//   exhibit_duress [REQUESTS]      2000 unless said; ends with 1 when p < 0.001
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "guard/guardian/rehearsal.hpp"

namespace {

using namespace exhibit;
using namespace exhibit::guard::test;

// The largest distance between the two distributions.
double distance(std::vector<double> a, std::vector<double> b) {
    std::ranges::sort(a);
    std::ranges::sort(b);
    double most = 0;
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        auto const x = std::min(a[i], b[j]);
        while (i < a.size() && a[i] <= x) ++i;
        while (j < b.size() && b[j] <= x) ++j;
        most = std::max(most, std::abs(static_cast<double>(i) / static_cast<double>(a.size()) -
                                       static_cast<double>(j) / static_cast<double>(b.size())));
    }
    return most;
}

// How likely samples of one distribution lie this far apart or farther (the usual series).
double p_value(double d, double n, double m) {
    auto const lambda = d * std::sqrt(n * m / (n + m));
    if (lambda < 0.2) return 1;
    double sum = 0;
    for (int k = 1; k <= 100; ++k)
        sum += (k % 2 == 1 ? 2 : -2) * std::exp(-2.0 * k * k * lambda * lambda);
    return std::clamp(sum, 0.0, 1.0);
}

double at(std::vector<double> sample, double part) {
    std::ranges::sort(sample);
    return sample[static_cast<std::size_t>(part * static_cast<double>(sample.size() - 1))];
}

void print(char const* name, std::vector<double> const& sample) {
    std::printf("%-8s %6zu answers   median %8.2f ms   5 %% %8.2f ms   95 %% %8.2f ms\n", name,
                sample.size(), at(sample, 0.5), at(sample, 0.05), at(sample, 0.95));
}

}  // namespace

int main(int argc, char** argv) {
    auto const requests = argc > 1 ? std::stoul(argv[1]) : 2000;
    Terms terms;
    terms.interval = Duration::days(300);
    terms.grace = Duration::days(100);
    Rehearsal drill(terms);
    // Long ago, so that each of thousands can be a fresh one: written to the disk and passed on.
    auto claimed = wall_now() - Duration::days(280);
    drill.first = drill.make_check_in(claimed);
    drill.enrol_all();
    ClientOptions options;
    options.trust = PinnedTo{drill.invitations[0].curl_pin()};
    auto client = HttpClient::create(options);
    if (!client.ok()) return 2;
    std::mt19937_64 dice(20261124);
    std::vector<double> times[2];
    for (std::size_t i = 0; i < requests + 20; ++i) {
        bool const forced = dice() % 2 == 0;
        claimed = claimed + least_gap(terms.interval);
        auto const word =
            forced ? drill.make_forced_check_in(claimed) : drill.make_check_in(claimed);
        HttpCall call;
        call.method = "POST";
        call.url = drill.invitations[0].address.url() + drill.path("messages");
        call.body = to_bytes(write_envelope(word));
        auto const began = std::chrono::steady_clock::now();
        auto const answer = client->send(call);
        std::chrono::duration<double, std::milli> const took =
            std::chrono::steady_clock::now() - began;
        auto const said = answer.ok() ? guard::parse_answer(answer->body) : answer.error();
        if (!said.ok() || said->replies.empty()) {
            std::fprintf(stderr, "request %zu was not acknowledged\n", i);
            return 2;
        }
        if (i >= 20) times[forced].push_back(took.count());  // the first connect and warm up
    }
    print("true", times[0]);
    print("duress", times[1]);
    auto const d = distance(times[0], times[1]);
    auto const p =
        p_value(d, static_cast<double>(times[0].size()), static_cast<double>(times[1].size()));
    std::printf("Kolmogorov-Smirnov: D = %.4f, p = %.3f: %s\n", d, p,
                p < 0.001 ? "THEY CAN BE TOLD APART" : "they cannot be told apart");
    return p < 0.001 ? 1 : 0;
}
