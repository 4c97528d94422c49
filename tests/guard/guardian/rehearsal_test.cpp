// The rehearsal itself: how a case is made and carried to its guardians.
#include "guard/guardian/rehearsal.hpp"

namespace exhibit::guard::test {
namespace {

Bytes bytes_of(Result<HttpAnswer> const& answer) { return answer.ok() ? answer->body : Bytes(); }

}  // namespace

Rehearsal::Rehearsal(Terms given) : terms(std::move(given)) {
    id = CaseId::make(random_);
    guardians.resize(terms.guardians);
    for (unsigned i = 0; i < terms.guardians; ++i) {
        GuardianOptions one;
        one.data = folder / ("guardian-" + std::to_string(i));
        one.name = "guardian-" + std::to_string(i);
        one.poll = Duration::ms(20);
        one.step_threads = 2;
        one.message_threads = 4;
        one.limits.worker_threads = 2;
        options.push_back(one);
        access.push_back(random_.bytes<32>());
        start_guardian(i);
        GivenInvitation invitation;
        invitation.quota_bytes = terms.quota_bytes;
        invitation.address = {"127.0.0.1", guardians[i]->port()};
        auto invited = guardians[i]->invite(invitation);
        VERIFY(invited.ok());
        invitations.push_back(*invited);
        pins.push_back(guardians[i]->pin());
    }
    make_policy();
}

void Rehearsal::start_guardian(unsigned index) {
    auto opened = Guardian::open(options[index]);
    if (!opened) std::fprintf(stderr, "open: %s\n", opened.error().what.c_str());
    VERIFY(opened.ok());
    guardians[index] = opened.take();
    auto const started = guardians[index]->start();
    if (!started) std::fprintf(stderr, "start: %s\n", started.error().what.c_str());
    VERIFY(started.ok());
    options[index].port = guardians[index]->port();
}

void Rehearsal::make_policy() {
    auto const numbers = default_quorum(terms.guardians, terms.guardians < 4);
    VERIFY(numbers.ok());
    auto const secret = SecretBytes::random(32);
    auto split = slip39::split(secret, numbers->k, numbers->n, SecretBytes());
    VERIFY(split.ok());
    shares = split.take();
    auto passphrase = SecretBytes::copy_of(to_hex(secret.reveal()));
    case_key_age =
        age::encrypt(case_key.text().reveal(), age::ScryptRecipient(std::move(passphrase), 10))
            .take();

    Policy made;
    Directory where;
    made.case_id = where.case_id = id;
    made.drill = true;
    made.witness = witness.public_key();
    made.case_recipient = case_key.recipient().text();
    made.quorum = *numbers;
    made.audience = terms.audience;
    made.floors = {terms.interval / 10, terms.grace / 10, terms.cool_off};
    made.created = wall_now();
    for (unsigned i = 0; i < terms.guardians; ++i) {
        auto const digest = DocumentDigest(sha256(shares[i].reveal()));
        made.guardians.push_back({guardians[i]->key(), guardians[i]->recipient(), digest, false});
        where.entries.push_back(
            {guardians[i]->id(), invitations[i].name, invitations[i].address, invitations[i].pin});
        auto const to = age::X25519Recipient::parse(guardians[i]->recipient());
        shares_age.push_back(age::encrypt(shares[i].reveal(), *to).take());
        Json const ask = {{"token", to_hex(invitations[i].token)},
                          {"nonce", to_hex(random_.bytes<16>())},
                          {"case", id.text()}};
        auto const card = send(i, "POST", "/v1/card", as_bytes(write_json(ask)));
        auto const answer = parse_answer(bytes_of(card));
        VERIFY(answer.ok() && answer->replies.size() == 2);
        first_clocks.push_back(answer->replies[1]);
    }
    policy = Signed<Policy>::sign(std::move(made), witness);
    directory = Signed<Directory>::sign(std::move(where), witness);
    first = make_check_in(wall_now());
}

CheckIn Rehearsal::words_of_check_in(WallTime claimed, DocumentDigest const& vouched) const {
    CheckIn made;
    made.case_id = id;
    made.claimed = claimed;
    made.interval = terms.interval;
    made.grace = terms.grace;
    made.policy = policy->digest();
    made.vouched = vouched;
    made.clocks = first_clocks;
    return made;
}

Envelope Rehearsal::make_check_in(WallTime claimed, DocumentDigest const& vouched) {
    last_claimed = claimed;
    return Signed<CheckIn>::sign(words_of_check_in(claimed, vouched), witness).envelope();
}

Envelope Rehearsal::make_forced_check_in(WallTime claimed) {
    last_claimed = claimed;
    return Signed<CheckIn>::sign(words_of_check_in(claimed, VouchedList().digest()), duress)
        .envelope();
}

Enrolment Rehearsal::enrolment(unsigned index) const {
    Enrolment made;
    made.token = invitations[index].token;
    made.policy = policy->envelope();
    made.directory = directory->envelope();
    made.check_in = *first;
    made.share_age = shares_age[index];
    made.case_key_age = case_key_age;
    made.access = access[index];
    made.duress = duress.public_key();
    return made;
}

Result<HttpAnswer> Rehearsal::send(unsigned index, std::string method, std::string path,
                                   ByteView body, HeaderFields headers) {
    ClientOptions client_options;
    client_options.trust = PinnedTo{invitations[index].curl_pin()};
    client_options.connect_timeout_ms = 5'000;
    auto client = TRY(HttpClient::create(client_options));
    HttpCall call;
    call.method = std::move(method);
    call.url = invitations[index].address.url() + path;
    call.headers = std::move(headers);
    call.body = to_bytes(body);
    call.answer_limit_bytes = 64u << 20;
    return client.send(call);
}

Result<HttpAnswer> Rehearsal::enrol(unsigned index, Enrolment const& enrolment) {
    return send(index, "POST", "/v1/cases", as_bytes(write_enrolment(enrolment)));
}

void Rehearsal::enrol_all() {
    for (unsigned i = 0; i < terms.guardians; ++i) {
        auto const answer = enrol(i, enrolment(i));
        ASSERT_OK(answer);
        ASSERT_EQ(answer->status, 201U) << as_text(answer->body);
    }
}

Result<Answer> Rehearsal::tell(unsigned index, Envelope const& envelope) {
    auto const answer =
        TRY(send(index, "POST", path("messages"), as_bytes(write_envelope(envelope))));
    if (answer.status != 200)
        return world_error("status " + std::to_string(answer.status) + " " +
                           to_string(answer.body));
    return parse_answer(answer.body);
}

unsigned Rehearsal::check_in(std::vector<unsigned> const& at) {
    auto const envelope =
        make_check_in(std::max(wall_now(), last_claimed + least_gap(terms.interval)));
    unsigned acknowledged = 0;
    for (auto const index : at) {
        // A guardian that has just started first asks the others for its own last word.
        eventually(
            [&] {
                auto const answer = tell(index, envelope);
                if (!answer.ok()) return false;
                for (auto const& reply : answer->replies) {
                    auto const opened = open_from_guardian<Acknowledgement>(reply, policy->value());
                    if (opened.ok() && opened.value()->check_in == document_digest(envelope)) {
                        ++acknowledged;
                        return true;
                    }
                }
                return false;
            },
            15);
    }
    return acknowledged;
}

Rehearsal::Sealed Rehearsal::seal(std::uint32_t number, std::string_view secret_text,
                                  std::size_t padding) {
    Sealed sealed;
    sealed.number = ExhibitNumber(number);
    auto plain = to_bytes(secret_text);
    plain.resize(plain.size() + padding, 'x');
    sealed.ciphertext = age::encrypt(plain, case_key.recipient()).take();
    torrent::PieceTree tree;
    tree.update(sealed.ciphertext);
    SealClaims claims{id, sealed.number, true, CipherRoot(tree.finish().root),
                      sealed.ciphertext.size()};
    SealFacts facts;
    facts.sha256 = PlainDigest(sha256(ByteView(plain)));
    facts.size_bytes = plain.size();
    facts.name = "VID_0001.mp4";
    facts.tool = "rehearsal";
    facts.device_clock = wall_now();
    auto const disclosures = make_disclosures(facts, random_);
    VERIFY(disclosures.ok());
    sealed.statement = sign_statement(claims, *disclosures, SigningKey::generate(), random_).take();
    return sealed;
}

Result<HttpAnswer> Rehearsal::upload(unsigned index, Sealed const& exhibit) {
    auto headers = bearer(index);
    headers.add("Tus-Resumable", "1.0.0");
    headers.add("Upload-Length", std::to_string(exhibit.ciphertext.size()));
    headers.add("Upload-Metadata", "number " + to_base64(as_bytes(show(exhibit.number))));
    headers.add("Content-Type", "application/offset+octet-stream");
    return send(index, "POST", path("uploads"), exhibit.ciphertext, headers);
}

Result<HttpAnswer> Rehearsal::state(unsigned index, Sealed const& exhibit) {
    return send(index, "PUT", path("exhibits/" + show(exhibit.number) + "/statement"),
                as_bytes(exhibit.statement), bearer(index));
}

std::size_t Rehearsal::receipts_at(unsigned index) {
    auto const answer = send(index, "GET", path("receipts"), {}, bearer(index));
    if (!answer || answer->status != 200) return 0;
    auto const json = parse_json(answer->body, {.bytes_max = 16u << 20, .depth_max = 4});
    return json.ok() ? (*json)["receipts"].size() : 0;
}

Result<CaseStatus> Rehearsal::status(unsigned index) {
    auto const nonce = random_.bytes<16>();
    Json const ask = {{"nonce", to_hex(nonce)}};
    auto const answer =
        TRY(send(index, "POST", path("status"), as_bytes(write_json(ask)), bearer(index)));
    if (answer.status != 200) return world_error(to_string(answer.body));
    auto envelope = TRY(parse_envelope(answer.body));
    auto const opened = TRY(Signed<CaseStatus>::open(std::move(envelope), guardians[index]->key()));
    if (opened->nonce != nonce) return bad_input("an old status");
    return opened.value();
}

HeaderFields Rehearsal::as_guardian(unsigned index, std::string path) const {
    auto const pem = read_file(options[index].data / "keys" / "signing.pem", 4096).take();
    auto const key = parse_private_pem(pem).take();
    PeerRequest request;
    request.case_id = id;
    request.guardian = guardian_id(key.public_key());
    request.path = std::move(path);
    request.time = wall_now();
    auto const proof = Signed<PeerRequest>::sign(std::move(request), key).envelope();
    return {{std::string(peer_header), to_base64(as_bytes(write_envelope(proof)))}};
}

Result<ReleaseBundle> Rehearsal::release(unsigned index) {
    auto const answer = TRY(send(index, "GET", path("release"), {}));
    if (answer.status != 200)
        return world_error("status " + std::to_string(answer.status)).coded("not-yet");
    return parse_release_bundle(answer.body);
}

TEST(Rehearsal, guardians_start_with_keys_of_their_own) {
    Rehearsal rehearsal;
    EXPECT_NE(rehearsal.guardians[0]->key(), rehearsal.guardians[1]->key());
    EXPECT_NE(rehearsal.pins[0], rehearsal.pins[1]);
    auto const key = rehearsal.guardians[0]->key();
    rehearsal.stop_guardian(0);
    rehearsal.start_guardian(0);
    EXPECT_EQ(rehearsal.guardians[0]->key(), key);
    EXPECT_EQ(rehearsal.guardians[0]->pin(), rehearsal.pins[0]);
}

}  // namespace exhibit::guard::test
