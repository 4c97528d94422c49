#include "guard/guardian/http_front.hpp"

#include "crypto/hash.hpp"
#include "guard/guardian/answers.hpp"
#include "guard/guardian/enrolment.hpp"
#include "guard/guardian/invitations.hpp"
#include "guard/guardian/static_files.hpp"

namespace exhibit::guard {
namespace {

enum class May { anybody, stranger, case_known, witness, guardian, witness_or_guardian, reader };

constexpr std::size_t small_body = 1024;
constexpr std::size_t message_body = 512 * 1024;
constexpr std::size_t enrolment_body = 1 << 20;
constexpr std::size_t contacts_body = 64 * 1024;
constexpr std::size_t vouched_body = 8 << 20;
constexpr std::size_t custody_body = 64 * 1024;

Error no_such_thing() { return bad_input("not found").coded("not-found"); }

Result<Nonce> read_nonce(HttpRequest const& request) {
    auto const json = TRY(parse_json(request.body, {.bytes_max = small_body, .depth_max = 2}));
    auto object = TRY(JsonObject::of(json, "request"));
    auto const nonce = TRY(object.hex<16>("nonce"));
    TRY(object.finish());
    return nonce;
}

// What may be signed with either key (rule 9).
bool is_word_of_witness(std::string const& kind) {
    return kind == CheckIn::kind || kind == ReleaseNow::kind || kind == Policy::kind;
}

Envelope sign_clock(Premises const& premises, CaseId const& id, Nonce const& nonce) {
    ClockReading reading;
    reading.case_id = id;
    reading.guardian = premises.id;
    reading.time = premises.now();
    reading.nonce = nonce;
    return Signed<ClockReading>::sign(std::move(reading), premises.keys.signing).envelope();
}

}  // namespace

struct HttpFront::Route {
    Handler handler = nullptr;
    May may = May::anybody;
    std::size_t body_max = 0;
    std::optional<CaseId> case_id = {};
    ExhibitNumber number{};
    std::string rest = {};  // what follows the last fixed part of the path
};

// The table of the interface, in the order of wire.hpp.
Result<HttpFront::Route> HttpFront::find_route(HttpRequest const& request) {
    auto path = request.path();
    auto const& method = request.method;
    bool const gets = method == "GET" || method == "HEAD", posts = method == "POST",
               puts = method == "PUT";
    if (path == "/v1/card" && posts) return Route{&HttpFront::card, May::stranger, small_body};
    if (path == "/v1/cases" && posts)
        return Route{&HttpFront::enrolment, May::stranger, enrolment_body};
    constexpr std::string_view published_path = "/published/";
    if (path.starts_with(published_path) && gets) {
        path.remove_prefix(published_path.size());
        auto const slash = path.find('/');
        auto const id = CaseId::parse(path.substr(0, slash));
        if (!id || slash == std::string_view::npos) return no_such_thing();
        return Route{
            &HttpFront::published, May::anybody, 0, *id, {}, std::string(path.substr(slash + 1))};
    }
    constexpr std::string_view left_path = "/v1/left/";
    if (path.starts_with(left_path) && gets) {
        return Route{
            &HttpFront::left, May::stranger, 0, {}, {}, std::string(path.substr(left_path.size()))};
    }
    auto const id = TRY(case_in_path(path));
    auto const prefix = case_path(id, "");
    if (!path.starts_with(prefix)) return no_such_thing();
    path.remove_prefix(prefix.size());
    if (path == "messages" && posts)
        return Route{&HttpFront::message, May::case_known, message_body, id};
    if (path == "clock" && posts) return Route{&HttpFront::clock, May::witness, small_body, id};
    if (path == "status" && posts) return Route{&HttpFront::status, May::witness, small_body, id};
    if (path == "terms" && gets) return Route{&HttpFront::terms, May::witness, 0, id};
    if (path == "receipts" && gets) return Route{&HttpFront::receipts, May::witness, 0, id};
    if (path == "release" && gets) return Route{&HttpFront::release, May::reader, 0, id};
    if (CustodyDesk::is_mine(method, path)) {
        auto const may = CustodyDesk::is_for_guardians(method, path) ? May::guardian : May::reader;
        return Route{&HttpFront::custody, may, posts ? custody_body : 0, id, {}, std::string(path)};
    }
    constexpr std::string_view vouched = "vouched/", exhibits = "exhibits/", travel = "travel/";
    if (path == "contacts" && puts)
        return Route{&HttpFront::put_contacts, May::witness, contacts_body, id};
    if (path == "contacts" && gets)
        return Route{&HttpFront::get_contacts, May::witness_or_guardian, 0, id};
    if (path == "travel" && posts)
        return Route{&HttpFront::announce_travel, May::witness, message_body, id};
    if (path.starts_with(travel) && puts) {
        return Route{
            &HttpFront::leave, May::witness, 0, id, {}, std::string(path.substr(travel.size()))};
    }
    if (path.starts_with(vouched) && (gets || puts)) {
        auto const handler = puts ? &HttpFront::put_vouched : &HttpFront::get_vouched;
        return Route{handler,
                     May::witness_or_guardian,
                     puts ? vouched_body : 0,
                     id,
                     {},
                     std::string(path.substr(vouched.size()))};
    }
    if (path == "uploads" || path.starts_with("uploads/"))
        return Route{&HttpFront::upload, May::case_known, 0, id};
    if (path.starts_with(exhibits)) return find_exhibit(id, path.substr(exhibits.size()), request);
    return no_such_thing();
}

// NUMBER/statement, NUMBER.age, NUMBER.sd-jwt
Result<HttpFront::Route> HttpFront::find_exhibit(CaseId const& id, std::string_view path,
                                                 HttpRequest const& request) {
    auto const end = path.find_first_of("./");
    auto const number = parse_exhibit_number(path.substr(0, end));
    if (!number || end == std::string_view::npos) return no_such_thing();
    auto const rest = path.substr(end);
    if (rest == "/statement" && request.method == "PUT")
        return Route{&HttpFront::statement, May::witness, document_bytes_max, id, *number};
    bool const gets = request.method == "GET" || request.method == "HEAD";
    if ((rest == ".age" || rest == ".sd-jwt") && gets)
        return Route{&HttpFront::exhibit_file, May::reader, 0, id, *number, std::string(rest)};
    return no_such_thing();
}

Outcome HttpFront::admit(Route const& route, HttpRequest const& request) {
    auto& doorman = behind_.doorman;
    // What is released stays there to be fetched.
    if (route.case_id && behind_.resignations.have_left(*route.case_id) &&
        route.may != May::reader && route.may != May::anybody) {
        TRY(doorman.admit_stranger(request.remote));
        return bad_input("this guardian has left the case").coded("resigned");
    }
    switch (route.may) {
        case May::anybody: return {};
        case May::stranger: return doorman.admit_stranger(request.remote);
        case May::witness: return doorman.check_witness(request, *route.case_id);
        case May::guardian: return doorman.check_guardian(request, *route.case_id);
        case May::witness_or_guardian: return doorman.check_either(request, *route.case_id);
        case May::case_known: {
            auto const known = behind_.premises.files.record(*route.case_id);
            if (known) return {};
            TRY(doorman.admit_stranger(request.remote));
            return known.error();
        }
        case May::reader: return admit_reader(route, request);
    }
    return no_such_thing();
}

Outcome HttpFront::admit_reader(Route const& route, HttpRequest const& request) {
    auto& doorman = behind_.doorman;
    bool const out = behind_.releases.is_out(*route.case_id);
    bool const shows = request.headers.has("Authorization") || request.headers.has(peer_header);
    bool const gathers = route.handler == &HttpFront::release || route.rest.starts_with("custody");
    if (out && gathers) {
        // For anybody, but not as often as anybody likes: each is put together anew.
        if (shows && doorman.check_either(request, *route.case_id).ok()) return {};
        return doorman.admit_stranger(request.remote);
    }
    if (out) return {};
    // The release itself is for nobody before it is out, and nobody learns that there is a case.
    if (route.handler == &HttpFront::release) {
        TRY(doorman.admit_stranger(request.remote));
        return no_such_thing();
    }
    if (!shows) return no_such_thing();
    return doorman.check_either(request, *route.case_id);
}

HeadersAnswer HttpFront::on_headers(HttpRequest const& request) {
    auto const route = find_route(request);
    if (!route) return answer_error(route.error());
    auto const admitted = admit(*route, request);
    if (!admitted) return answer_error(admitted.error());
    if (route->handler == &HttpFront::upload)
        return behind_.uploads.server_of(*route->case_id).on_headers(request);
    if (route->handler == &HttpFront::leave) return receive_left(*route, request);
    bool const proven = route->may == May::witness || route->may == May::guardian ||
                        route->may == May::witness_or_guardian;
    // Messages carry their proof inside. What strangers fill must not keep guardians from voting;
    // who knows the case's number has a room apart.
    using Room = ReadWholeBody::Room;
    bool const stranger = route->may == May::stranger || route->may == May::anybody;
    auto const room = proven ? Room::own : stranger ? Room::strangers : Room::public_case;
    return ReadWholeBody{route->body_max, !proven, room};
}

void HttpFront::on_request_async(HttpRequest request, Reply reply) {
    auto const route = find_route(request);
    if (!route) return reply(answer_error(route.error()));
    (this->*route->handler)(*route, request, reply);
}

void HttpFront::upload(Route const& route, HttpRequest const& request, Reply const& reply) {
    reply(behind_.uploads.server_of(*route.case_id).on_request(request));
}

void HttpFront::announce_travel(Route const& route, HttpRequest const& request,
                                Reply const& reply) {
    auto envelope = parse_envelope(request.body, message_body);
    if (!envelope) return reply(answer_error(envelope.error()));
    auto const taken = behind_.travellers.announce(*route.case_id, envelope.take());
    reply(taken.ok() ? answer_nothing() : answer_error(taken.error()));
}

void HttpFront::put_contacts(Route const& route, HttpRequest const& request, Reply const& reply) {
    auto envelope = parse_envelope(request.body, contacts_body);
    if (!envelope) return reply(answer_error(envelope.error()));
    // A word of the witness, whichever of her keys signed it: at the next even moment.
    auto const came_in = EvenAnswers::now();
    auto const kept = behind_.warnings.keep(*route.case_id, envelope.take());
    auto response = kept.ok() ? answer_nothing() : answer_error(kept.error());
    behind_.even.send_evenly(came_in, [reply, response = std::move(response)] { reply(response); });
}

// The addresses go to guardians only: whoever has the device must not learn whom she trusts.
void HttpFront::get_contacts(Route const& route, HttpRequest const& request, Reply const& reply) {
    if (request.headers.has(peer_header)) {
        auto const envelope = behind_.warnings.envelope(*route.case_id);
        return reply(envelope.ok() ? answer_envelope(200, *envelope)
                                   : answer_error(envelope.error()));
    }
    auto const known = behind_.warnings.known(*route.case_id);
    if (!known) return reply(answer_error(known.error()));
    reply(answer_json(200, write_json({{"version", known->version}, {"people", known->people}})));
}

HeadersAnswer HttpFront::receive_left(Route const& route, HttpRequest const& request) {
    auto const name = from_hex_exact<32>(route.rest);
    if (!name) return answer_error(no_such_thing());
    auto sink = behind_.travellers.receive(*route.case_id, *name, request.content_length);
    if (!sink) return answer_error(sink.error());
    return sink.take();
}

// Only without a body, which the route's sink would have taken.
void HttpFront::leave(Route const&, HttpRequest const&, Reply const& reply) {
    reply(answer_error(bad_input("there is nothing to keep").coded("length")));
}

// A name that is none is looked up like any other: what is not here takes one way and one time.
void HttpFront::left(Route const& route, HttpRequest const& request, Reply const& reply) {
    auto const asked = from_hex_exact<32>(route.rest);
    auto const file = behind_.travellers.find(asked.ok() ? *asked : LookUpName(sha256(route.rest)));
    if (!file) return reply(answer_error(no_such_thing()));
    reply(answer_file(request, file->path, file->size_bytes, "application/octet-stream"));
}

void HttpFront::card(Route const&, HttpRequest const& request, Reply const& reply) {
    auto const make = [&]() -> Result<Answer> {
        auto const& premises = behind_.premises;
        auto const json = TRY(parse_json(request.body, {.bytes_max = small_body, .depth_max = 2}));
        auto object = TRY(JsonObject::of(json, "request"));
        auto const token = TRY(object.hex<16>("token"));
        GuardianCard card;
        card.nonce = TRY(object.hex<16>("nonce"));
        auto const id = TRY(take_case(object));
        TRY(object.finish());
        TRY(find_invitation(premises.rows(), premises.invitations, token, premises.now()));
        card.key = premises.keys.signing.public_key();
        card.recipient = premises.keys.identity.recipient().text();
        card.name = behind_.options.name;
        card.hosts = behind_.options.hosts;
        card.time = premises.now();
        // The first check-in carries clocks too; this case has no access secret yet to ask for one
        // with.
        auto const clock = sign_clock(premises, id, card.nonce);
        Answer answer;
        answer.replies.push_back(
            Signed<GuardianCard>::sign(std::move(card), premises.keys.signing).envelope());
        answer.replies.push_back(clock);
        return answer;
    };
    auto const made = make();
    reply(made.ok() ? answer_json(200, write_answer(*made)) : answer_error(made.error()));
}

void HttpFront::enrolment(Route const&, HttpRequest const& request, Reply const& reply) {
    auto parsed = parse_enrolment(request.body);
    if (!parsed) return reply(answer_error(parsed.error()));
    std::lock_guard lock(enrolment_mutex_);
    auto const enrolled = enrol(behind_.premises, *parsed);
    if (!enrolled) {
        behind_.premises.log.tell(enrolled.error());
        return reply(answer_error(enrolled.error()));
    }
    if (enrolled->fresh) behind_.enrolled(enrolled->case_id);
    reply(answer_envelope(201, enrolled->receipt));
}

void HttpFront::message(Route const& route, HttpRequest const& request, Reply const& reply) {
    auto envelope = parse_envelope(request.body, message_body);
    if (!envelope) return reply(answer_error(envelope.error()));
    auto const& id = *route.case_id;
    if (envelope->payload_type == ExhibitReceipt::kind) {
        auto ours = behind_.spread.take_receipt(id, envelope.take());
        if (!ours) return reply(answer_error(ours.error()));
        Answer answer;
        if (*ours) answer.replies.push_back(std::move(**ours));
        return reply(answer_json(200, write_answer(answer)));
    }
    if (envelope->payload_type == DeviceLost::kind) {
        auto const taken = behind_.lost_devices.take(id, envelope.take());
        return reply(taken.ok() ? answer_json(200, write_answer({})) : answer_error(taken.error()));
    }
    if (envelope->payload_type == Resignation::kind) {
        auto const taken = behind_.resignations.take(id, *envelope);
        if (!taken) return reply(answer_error(taken.error()));
        return reply(answer_json(200, write_answer({})));
    }
    auto const came_in = EvenAnswers::now();
    bool const is_word = is_word_of_witness(envelope->payload_type);
    auto const answered = [this, reply, came_in, is_word](Result<Answer> answer) {
        auto response =
            answer.ok() ? answer_json(200, write_answer(*answer)) : answer_error(answer.error());
        if (!is_word) return reply(std::move(response));
        behind_.even.send_evenly(came_in,
                                 [reply, response = std::move(response)] { reply(response); });
    };
    behind_.lanes.submit(id, protocol::Received{envelope.take()}, answered);
}

void HttpFront::clock(Route const& route, HttpRequest const& request, Reply const& reply) {
    auto const nonce = read_nonce(request);
    if (!nonce) return reply(answer_error(nonce.error()));
    reply(answer_envelope(200, sign_clock(behind_.premises, *route.case_id, *nonce)));
}

void HttpFront::status(Route const& route, HttpRequest const& request, Reply const& reply) {
    auto const nonce = read_nonce(request);
    if (!nonce) return reply(answer_error(nonce.error()));
    auto status = status_of(behind_, *route.case_id, *nonce);
    if (!status) return reply(answer_error(status.error()));
    reply(answer_envelope(
        200, Signed<CaseStatus>::sign(status.take(), behind_.premises.keys.signing).envelope()));
}

void HttpFront::terms(Route const& route, HttpRequest const&, Reply const& reply) {
    auto const shadow = behind_.premises.files.shadow(*route.case_id);
    if (!shadow) return reply(answer_error(shadow.error()));
    reply(answer_json(200, write_terms(shadow->terms())));
}

void HttpFront::put_vouched(Route const& route, HttpRequest const& request, Reply const& reply) {
    auto const keep = [&]() -> Outcome {
        auto const& premises = behind_.premises;
        auto const& id = *route.case_id;
        auto const digest = TRY(DocumentDigest::from_hex(route.rest));
        auto const list = TRY(VouchedList::parse(as_text(request.body)));
        if (list.digest() != digest)
            return bad_input("the list has another digest").coded("statement");
        auto const state = TRY(premises.files.state(id));
        bool const current = state.last->vouched == digest;
        // A guardian only brings what the witness has signed for; else it could fill the disk.
        if (request.headers.has(peer_header) && !current)
            return bad_input("nobody vouched for this list").coded("conflict");
        Batch batch;
        constexpr std::size_t kept_max = 4;
        auto const prefix = id.text() + "/vouched/";
        auto const others = TRY(premises.rows().scan(Table::settings, prefix, "", 64));
        auto const current_key = CaseFiles::vouched_key(id, state.last->vouched);
        std::size_t kept = others.size();
        for (auto const& [key, text] : others) {
            if (kept < kept_max || key == current_key) continue;
            batch.push_back({Table::settings, key, std::nullopt});
            --kept;
        }
        batch.push_back({Table::settings, CaseFiles::vouched_key(id, digest), request.body});
        TRY(premises.rows().commit(std::move(batch)));
        if (current) behind_.spread.offer(id);
        return {};
    };
    auto const kept = keep();
    reply(kept.ok() ? answer_nothing() : answer_error(kept.error()));
}

void HttpFront::get_vouched(Route const& route, HttpRequest const&, Reply const& reply) {
    auto const digest = DocumentDigest::from_hex(route.rest);
    if (!digest) return reply(answer_error(digest.error()));
    auto const text = behind_.premises.rows().get(Table::settings,
                                                  CaseFiles::vouched_key(*route.case_id, *digest));
    if (!text) return reply(answer_error(text.error()));
    if (!*text) return reply(answer_error(no_such_thing()));
    reply(HttpResponse::of(200, "text/plain", **text));
}

void HttpFront::statement(Route const& route, HttpRequest const& request, Reply const& reply) {
    auto const id = *route.case_id;
    {
        // Each means to hash an upload; those of one case must not fill the queue of all.
        std::lock_guard const lock(statements_mutex_);
        auto& waiting = statements_[id];
        if (waiting >= statements_of_case_max)
            return reply(answer_error(bad_input("too many statements at once").coded("later")));
        ++waiting;
    }
    auto text = to_string(request.body);
    behind_.workers.post([this, id, number = route.number, text = std::move(text), reply] {
        auto const receipt = behind_.uploads.accept_statement(id, number, text);
        {
            std::lock_guard const lock(statements_mutex_);
            if (--statements_[id] == 0) statements_.erase(id);
        }
        if (!receipt) return reply(answer_error(receipt.error()));
        reply(answer_envelope(200, *receipt));
        behind_.spread.offer(id);
    });
}

void HttpFront::custody(Route const& route, HttpRequest const& request, Reply const& reply) {
    // All that happened to a case may be long; a cosignature must not wait behind it.
    auto const& id = *route.case_id;
    bool const whole = request.headers.has(peer_header) || behind_.releases.is_out(id);
    auto const answer = [this, id, rest = route.rest, request, reply, whole] {
        reply(behind_.custody->desk().answer(id, rest, request, whole));
    };
    if (route.rest.starts_with("custody"))
        behind_.workers.post(answer);
    else
        answer();
}

void HttpFront::exhibit_file(Route const& route, HttpRequest const& request, Reply const& reply) {
    auto const& id = *route.case_id;
    if (route.rest == ".sd-jwt") {
        auto const held = behind_.exhibits.find(id, route.number);
        if (!held) return reply(answer_error(held.error()));
        if (!*held) return reply(answer_error(no_such_thing()));
        return reply(HttpResponse::of(200, "text/plain", to_bytes((*held)->statement)));
    }
    auto const ciphertext = behind_.releases.ciphertext(id, route.number);
    if (!ciphertext) return reply(answer_error(ciphertext.error()));
    reply(
        answer_file(request, ciphertext->path, ciphertext->size_bytes, "application/octet-stream"));
}

void HttpFront::receipts(Route const& route, HttpRequest const&, Reply const& reply) {
    auto const receipts = behind_.exhibits.receipts(*route.case_id);
    if (!receipts) return reply(answer_error(receipts.error()));
    Json list = Json::array();
    for (auto const& one : *receipts) list.push_back(envelope_field(one));
    reply(answer_json(200, write_json({{"receipts", list}})));
}

void HttpFront::release(Route const& route, HttpRequest const&, Reply const& reply) {
    auto const bundle = behind_.releases.bundle(*route.case_id);
    if (!bundle) return reply(answer_error(bundle.error()));
    reply(answer_json(200, write_release_bundle(*bundle)));
}

void HttpFront::published(Route const& route, HttpRequest const& request, Reply const& reply) {
    auto const folder = behind_.options.data / "published" / route.case_id->text();
    reply(answer_from_folder(request, folder, route.rest));
}

}  // namespace exhibit::guard
