#include "guard/witness/send.hpp"

#include <algorithm>

namespace exhibit::guard {
namespace {

Result<Signed<ExhibitReceipt>> check_receipt(Envelope const& envelope, ExhibitRecord const& record,
                                             Policy const& terms) {
    auto receipt = TRY(open_from_guardian<ExhibitReceipt>(envelope, terms));
    bool const fits = receipt->number == record.number && receipt->root == record.root &&
                      receipt->size_bytes == record.size_bytes &&
                      receipt->statement == record.statement;
    // A guardian that lies about a digest is told apart from one that holds what we sent.
    if (!fits) return bad_input("the receipt is for other bytes than were sent").coded("receipt");
    return receipt;
}

Outcome upload_ciphertext(Link& link, ExhibitRecord& record, Path const& ciphertext,
                          SendOptions const& options) {
    auto const source = TRY(UploadSource::from_file(ciphertext));
    UploadOptions upload_options;
    upload_options.headers = link.authorization();
    upload_options.attempts = options.attempts;
    upload_options.chunk_bytes = options.chunk_bytes;
    upload_options.should_stop = options.should_stop;
    upload_options.progress = [&](UploadProgress const& at) {
        if (options.progress) options.progress({at.offset, record.size_bytes});
    };
    upload_options.on_address = [&](std::string const& url) -> Outcome {
        record.upload_url = url;
        return options.save(record);
    };
    // A begun upload goes on where it stopped, if it was at this guardian.
    if (record.upload_url.starts_with(link.guardian().address.url() + "/")) {
        auto const resumed =
            resume_upload(link.client(), record.upload_url, source, upload_options);
        if (resumed.ok()) return {};
        if (std::string_view(resumed.error().code) != "upload-gone") return resumed.error();
        record.uploaded = false;
    }
    tus::Metadata const metadata = {{"number", to_bytes(show(record.number))}};
    TRY(upload(link.client(), link.uploads_url(), metadata, source, upload_options));
    return {};
}

}  // namespace

Outcome send_exhibit(Link& link, Policy const& terms, ExhibitRecord& record, Path const& ciphertext,
                     std::optional<std::string> const& statement, SendOptions const& options) {
    auto const& name = link.guardian().name;
    // It may have the ciphertext already, from another guardian or from before we were stopped.
    if (statement) {
        auto const early = link.put_statement(record.number, *statement);
        if (early.ok()) {
            auto const receipt = check_receipt(*early, record, terms);
            if (!receipt.ok()) return named(receipt.error(), name);
            take_receipts(record, terms, {*early});
            return options.save(record);
        }
    }
    auto const uploaded = upload_ciphertext(link, record, ciphertext, options);
    if (!uploaded.ok()) return named(uploaded.error(), name);
    record.uploaded = true;
    if (!statement) return options.save(record);
    auto const envelope = TRY(link.put_statement(record.number, *statement));
    auto const receipt = check_receipt(envelope, record, terms);
    if (!receipt.ok()) return named(receipt.error(), name);
    take_receipts(record, terms, {envelope});
    return options.save(record);
}

bool take_receipts(ExhibitRecord& record, Policy const& terms,
                   std::vector<Envelope> const& receipts) {
    bool grew = false;
    for (auto const& envelope : receipts) {
        auto const receipt = check_receipt(envelope, record, terms);
        if (!receipt.ok()) continue;
        auto const held = held_by(record);
        if (std::ranges::find(held, receipt.value()->guardian) != held.end()) continue;
        record.receipts.push_back(receipt->envelope());
        grew = true;
    }
    return grew;
}

std::vector<GuardianId> held_by(ExhibitRecord const& record) {
    std::vector<GuardianId> out;
    for (auto const& envelope : record.receipts) {
        if (auto const receipt = peek<ExhibitReceipt>(envelope); receipt.ok())
            out.push_back(receipt->guardian);
    }
    return out;
}

}  // namespace exhibit::guard
