#include "guard/guardian/custody.hpp"

namespace exhibit::guard {

Result<std::unique_ptr<Custody>> Custody::open(Premises const& premises, Doorman& doorman,
                                               CustodyOptions options) {
    auto log = TRY(CustodyLog::open(premises, options.data));
    return std::unique_ptr<Custody>(
        new Custody(premises, doorman, std::move(options), std::move(log)));
}

Custody::Custody(Premises const& premises, Doorman& doorman, CustodyOptions options,
                 std::unique_ptr<CustodyLog> log)
    : premises_(premises),
      options_(std::move(options)),
      log_(std::move(log)),
      cosigner_(premises, *log_),
      rounds_(premises, *log_, cosigner_, doorman, options_.cosigning),
      book_(premises.rows()),
      stamper_(premises, *log_, rounds_, book_, options_.time, options_.cosigning.socks5_proxy,
               [this] { return stating(); }),
      desk_(premises, *log_, cosigner_, rounds_, book_),
      exchange_(premises, doorman, desk_, options_.cosigning.socks5_proxy) {}

Outcome Custody::start(CustodyExchange::News news) {
    TRY(rounds_.start());
    log_->start([this](CaseId const& id) {
        rounds_.want(id);
        stamper_.note();
    });
    TRY(stamper_.start());
    return exchange_.start(std::move(news));
}

void Custody::stop() {
    exchange_.stop();
    rounds_.stop();  // whoever waits for a round is let go
    stamper_.stop();
    log_->stop();
}

Stating Custody::stating() const { return {premises_.id, options_.tool, premises_.now()}; }

}  // namespace exhibit::guard
