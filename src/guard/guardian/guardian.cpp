#include "guard/guardian/guardian.hpp"

#include "guard/guardian/custody.hpp"
#include "guard/guardian/http_front.hpp"
#include "guard/guardian/invitations.hpp"
#include "guard/guardian/orders.hpp"

namespace exhibit::guard {
namespace {

Result<std::unique_ptr<SqliteRows>> open_rows(Path const& data) {
    return SqliteRows::open(data / "guardian.db");
}

constexpr char const* invitations_folder = "invitations";

Result<Invitation> make_invitation(Path const& data, GuardianKeys const& keys,
                                   std::string const& name, GivenInvitation const& given,
                                   WallTime now) {
    TRY(check_guardian_name(name));
    auto const token =
        TRY(add_invitation(data / invitations_folder, given.quota_bytes, now + given.lifetime));
    return Invitation{name, given.address, keys.pin, token};
}

}  // namespace

// All parts and the wires between them. Declared in the order in which they need each other; ended
// in the order of stop(): first the door, last the rows, whose end waits until everything queued is
// on disk.
class Guardian::Parts {
public:
    Parts(GuardianOptions given, GuardianKeys own, std::unique_ptr<SqliteRows> opened_rows,
          std::unique_ptr<FolderBlobs> opened_blobs, MessageTexts texts)
        : options(std::move(given)),
          keys(std::move(own)),
          rows(std::move(opened_rows)),
          blobs(std::move(opened_blobs)),
          files(*rows),
          log(options.now, options.log),
          premises{
              keys, keys.id(), files, *blobs, log, options.now, options.data / invitations_folder},
          doorman(premises),
          exhibits(premises),
          uploads(premises, doorman, exhibits),
          workers(options.step_threads),
          heavy(2),
          giving(1),
          lanes(premises, lane_effects(), workers),
          peers(premises, peers_options(),
                [this](CaseId const& id, Envelope envelope) { arrived(id, std::move(envelope)); }),
          spread(premises, doorman, uploads, exhibits, peers,
                 {.socks5_proxy = options.socks5_proxy, .poll = options.poll}),
          releases(premises, exhibits, uploads, options.on_released, options.poll),
          travellers(premises),
          warnings(premises, doorman, options.name, warning_options(), std::move(texts)),
          lost_devices(premises, peers),
          resignations(premises, [this](CaseId const& id,
                                        Envelope const& envelope) { send_others(id, envelope); }),
          orders(premises, lanes, options.data / "orders", options.poll * 5,
                 [this](CaseId const& id, WallTime leaves) {
                     return resignations.resign(id, leaves);
                 }),
          even(options.answers_after),
          wakes(options.now, options.poll,
                [this](CaseId const& id) {
                    if (!resignations.have_left(id)) return wake(id);
                    // Unless our clock was ahead: then what is owed is owed still.
                    note_left(id);
                    wakes.at(id, options.now() + Duration::hours(1));
                }),
          front(Behind{premises, options, doorman, lanes, exhibits, uploads, spread, releases,
                       travellers, warnings, lost_devices, resignations, even, peers, heavy,
                       custody, [this](CaseId const& id) { wakes.at(id, options.now()); }}) {}
    ~Parts() { stop(); }

    // Apart from the rest, because reading the log back can fail.
    Outcome open_custody() {
        CustodyOptions given;
        given.data = options.data;
        given.tool = options.tool;
        given.time = options.time;
        given.cosigning.socks5_proxy = options.socks5_proxy;
        custody = TRY(Custody::open(premises, doorman, std::move(given)));
        premises.custody = custody.get();
        return {};
    }

    Outcome start() {
        TRY(make_folders(options.data / "published"));
        TRY(custody->start([this](CaseId const& id) { releases.refresh(id); }));
        ServerOptions server_options;
        server_options.limits = options.limits;
        server_options.record = options.record;
        server = TRY(HttpServer::start(options.listen, options.port, &keys.tls, front,
                                       std::move(server_options)));
        auto const ids = TRY(files.all());
        // What was said before the restart may have been lost by a disk that lied: the others are
        // asked.
        TRY(resignations.open());
        for (auto const& id : ids) {
            if (resignations.have_left(id)) {
                note_left(id);
                wakes.at(id, options.now() + Duration::hours(1));
                continue;
            }
            begin(id);
        }
        TRY(releases.resume());
        TRY(warnings.resume());
        return orders.start();
    }

    void stop() {
        if (server) server->stop();
        orders.stop();
        wakes.stop();
        even.stop();
        spread.stop();
        releases.stop();
        warnings.stop();
        peers.stop();
        heavy.stop();
        giving.stop();
        workers.stop();
        if (custody) custody->stop();
        // Commits are answered in order: when this one is, nobody will call into the parts below
        // any more.
        (void)rows->commit({{Table::settings, "stopped", to_bytes(write_time(options.now()))}});
        server.reset();
    }

    GuardianOptions options;
    GuardianKeys keys;
    std::unique_ptr<SqliteRows> rows;
    std::unique_ptr<FolderBlobs> blobs;
    CaseFiles files;
    OperatorLog log;
    Premises premises;
    Doorman doorman;
    std::unique_ptr<Custody> custody;
    Exhibits exhibits;
    Uploads uploads;
    Workers workers;
    Workers heavy;
    Workers giving;  // shares: no upload of another case is ahead of a release
    CaseLanes lanes;
    Peers peers;
    Spread spread;
    Releases releases;
    Travellers travellers;
    Warnings warnings;
    LostDevices lost_devices;
    Resignations resignations;
    Orders orders;
    EvenAnswers even;
    std::mutex left_mutex;
    std::set<CaseId> left;  // by our clock we have left them; should it go back, they begin anew
    WakeUps wakes;
    HttpFront front;
    std::unique_ptr<HttpServer> server;

private:
    void begin(CaseId const& id) {
        lanes.post(id, protocol::Started{});
        spread.offer(id, Duration::ms(200));
        lost_devices.tell_others(id);
    }
    void note_left(CaseId const& id) {
        std::lock_guard lock(left_mutex);
        left.insert(id);
    }
    void wake(CaseId const& id) {
        bool was_left = false;
        {
            std::lock_guard lock(left_mutex);
            was_left = left.erase(id) > 0;
        }
        if (was_left)
            begin(id);
        else
            lanes.post(id, protocol::Tick{});
    }

    PeersOptions peers_options() const {
        PeersOptions made;
        made.threads = options.message_threads;
        made.socks5_proxy = options.socks5_proxy;
        return made;
    }

    WarningOptions warning_options() const {
        auto made = options.warnings;
        made.socks5_proxy = options.socks5_proxy;
        if (made.relay) made.relay->socks5_proxy = options.socks5_proxy;
        made.poll = options.poll;
        return made;
    }

    LaneEffects lane_effects() {
        LaneEffects effects;
        effects.send = [this](CaseId const& id, GuardianId const& to, Envelope envelope) {
            send(id, to, std::move(envelope));
        };
        effects.give_share = [this](CaseId const& id, protocol::GiveShare const& give) {
            giving.post([this, id, give] { give_share(id, give); });
        };
        effects.released = [this](CaseId const& id) {
            releases.publish(id);
            custody->exchange().follow(id);
            warnings.released(id);
        };
        effects.warn_contacts = [this](CaseId const& id, protocol::State const& state) {
            warnings.grace_began(id, whom_to_warn(state));
        };
        effects.wake_at = [this](CaseId const& id, WallTime when) { wakes.at(id, when); };
        effects.vouched_changed = [this](CaseId const& id) {
            spread.offer(id, Duration::seconds(1));
        };
        return effects;
    }

    void send(CaseId const& id, GuardianId const& to, Envelope envelope) {
        auto const record = files.record(id);
        if (!record) return log.tell(record.error(), id);
        auto const* entry = (*record)->directory->find(to);
        if (entry != nullptr) peers.send(id, *entry, std::move(envelope));
    }

    void send_others(CaseId const& id, Envelope const& envelope) {
        auto const record = files.record(id);
        if (!record) return log.tell(record.error(), id);
        for (auto const& entry : (*record)->directory->entries)
            if (entry.guardian != premises.id) peers.send(id, entry, envelope);
    }

    void give_share(CaseId const& id, protocol::GiveShare const& give) {
        auto share = releases.make_share(id, give);
        if (!share)
            return log.tell("share", "our share cannot be given: " + share.error().what, id);
        lanes.post(id, protocol::Received{share.take()});
    }

    // What another guardian answered.
    void arrived(CaseId const& id, Envelope envelope) {
        if (envelope.payload_type != ExhibitReceipt::kind)
            return lanes.post(id, protocol::Received{std::move(envelope)});
        auto const taken = spread.take_receipt(id, std::move(envelope));
        if (!taken) log.tell(taken.error(), id);
    }
};

Guardian::Guardian(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Guardian::~Guardian() = default;

Result<std::unique_ptr<Guardian>> Guardian::open(GuardianOptions options) {
    TRY(check_guardian_name(options.name));
    auto keys = TRY(open_or_make_keys(options.data));
    auto rows = TRY(open_rows(options.data));
    auto blobs = TRY(FolderBlobs::open(options.data / "blobs", options.spare_bytes));
    auto texts = TRY(MessageTexts::load(options.warnings.messages));
    auto parts = std::make_unique<Parts>(std::move(options), std::move(keys), std::move(rows),
                                         std::move(blobs), std::move(texts));
    TRY(parts->open_custody());
    return std::unique_ptr<Guardian>(new Guardian(std::move(parts)));
}

Outcome Guardian::start() { return parts_->start(); }
void Guardian::stop() { parts_->stop(); }
std::uint16_t Guardian::port() const {
    return parts_->server ? parts_->server->port() : std::uint16_t{0};
}
GuardianId Guardian::id() const { return parts_->premises.id; }
PublicKey Guardian::key() const { return parts_->keys.signing.public_key(); }
std::string Guardian::recipient() const { return parts_->keys.identity.recipient().text(); }
ByteArray<32> Guardian::pin() const { return parts_->keys.pin; }
Path Guardian::published_folder(CaseId const& id) const {
    return parts_->options.data / "published" / id.text();
}
std::vector<OperatorNote> Guardian::notes() const { return parts_->log.notes(); }

std::vector<CaseId> Guardian::cases() const {
    auto ids = parts_->files.all();
    return ids.ok() ? ids.take() : std::vector<CaseId>();
}

Result<Invitation> Guardian::invite(GivenInvitation const& given) {
    return make_invitation(parts_->options.data, parts_->keys, parts_->options.name, given,
                           parts_->options.now());
}

Result<Invitation> invite_offline(Path const& data, std::string const& name,
                                  GivenInvitation const& given, WallTime now) {
    auto const keys = TRY(open_or_make_keys(data));
    return make_invitation(data, keys, name, given, now);
}

}  // namespace exhibit::guard
