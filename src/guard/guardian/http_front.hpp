// The door: guard/wire's interface over net's server. Finds who may, before any body is read; then
// hands over to the part that does the work.
#pragma once

#include "guard/guardian/case_lanes.hpp"
#include "guard/guardian/custody.hpp"
#include "guard/guardian/even_answers.hpp"
#include "guard/guardian/guardian.hpp"
#include "guard/guardian/lost_devices.hpp"
#include "guard/guardian/release.hpp"
#include "guard/guardian/resignations.hpp"
#include "guard/guardian/spread.hpp"
#include "guard/guardian/travellers.hpp"

namespace exhibit::guard {

// Everything that requests are handed to. Borrowed.
struct Behind {
    Premises const& premises;
    GuardianOptions const& options;
    Doorman& doorman;
    CaseLanes& lanes;
    Exhibits& exhibits;
    Uploads& uploads;
    Spread& spread;
    Releases& releases;
    Travellers& travellers;
    Warnings& warnings;
    LostDevices& lost_devices;
    Resignations& resignations;
    EvenAnswers& even;
    Peers& peers;
    Workers& workers;  // for what takes a while
    std::unique_ptr<Custody> const& custody;
    std::function<void(CaseId const&)> enrolled;  // a case has come
};

class HttpFront final : public HttpHandler {
public:
    explicit HttpFront(Behind behind) : behind_(std::move(behind)) {}
    HeadersAnswer on_headers(HttpRequest const& request) override;
    void on_request_async(HttpRequest request, Reply reply) override;

private:
    struct Route;
    using Handler = void (HttpFront::*)(Route const& route, HttpRequest const& request,
                                        Reply const& reply);
    static Result<Route> find_route(HttpRequest const& request);
    static Result<Route> find_exhibit(CaseId const& id, std::string_view path,
                                      HttpRequest const& request);
    Outcome admit(Route const& route, HttpRequest const& request);
    Outcome admit_reader(Route const& route, HttpRequest const& request);

    void card(Route const&, HttpRequest const&, Reply const&);
    void enrolment(Route const&, HttpRequest const&, Reply const&);
    void message(Route const&, HttpRequest const&, Reply const&);
    void clock(Route const&, HttpRequest const&, Reply const&);
    void status(Route const&, HttpRequest const&, Reply const&);
    void terms(Route const&, HttpRequest const&, Reply const&);
    void put_vouched(Route const&, HttpRequest const&, Reply const&);
    void get_vouched(Route const&, HttpRequest const&, Reply const&);
    void statement(Route const&, HttpRequest const&, Reply const&);
    void exhibit_file(Route const&, HttpRequest const&, Reply const&);
    void receipts(Route const&, HttpRequest const&, Reply const&);
    void release(Route const&, HttpRequest const&, Reply const&);
    void published(Route const&, HttpRequest const&, Reply const&);
    void custody(Route const&, HttpRequest const&, Reply const&);
    void upload(Route const&, HttpRequest const&, Reply const&);
    void announce_travel(Route const&, HttpRequest const&, Reply const&);
    void left(Route const&, HttpRequest const&, Reply const&);
    void leave(Route const&, HttpRequest const&, Reply const&);
    void put_contacts(Route const&, HttpRequest const&, Reply const&);
    void get_contacts(Route const&, HttpRequest const&, Reply const&);
    HeadersAnswer receive_left(Route const& route, HttpRequest const& request);

    Behind behind_;
    std::mutex enrolment_mutex_;
    std::mutex statements_mutex_;
    std::map<CaseId, unsigned> statements_;  // posted to the workers, not answered yet
    static constexpr unsigned statements_of_case_max = 8;
};

// How this guardian sees the case, for `status`.
Result<CaseStatus> status_of(Behind const& behind, CaseId const& id, Nonce const& nonce);

}  // namespace exhibit::guard
