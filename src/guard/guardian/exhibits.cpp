#include "guard/guardian/exhibits.hpp"

#include "formats/torrent/piece_tree.hpp"
#include "guard/guardian/custody.hpp"

namespace exhibit::guard {
namespace {

constexpr std::size_t page_rows = 200;

std::string exhibit_key(CaseId const& id, ExhibitNumber number) {
    return id.text() + "/" + show(number);
}

std::string receipts_prefix(CaseId const& id) { return id.text() + "/receipt/"; }
std::string receipt_key(CaseId const& id, ExhibitNumber number, GuardianId const& guardian) {
    return receipts_prefix(id) + show(number) + "/" + guardian.hex();
}

Bytes write_exhibit(HeldExhibit const& exhibit) {
    return to_bytes(write_json({{"number", exhibit.number.get()},
                                {"blob", exhibit.blob},
                                {"size", exhibit.size_bytes},
                                {"root", exhibit.root.hex()},
                                {"digest", exhibit.statement_digest.hex()},
                                {"statement", exhibit.statement},
                                {"from_witness", exhibit.from_witness},
                                {"received", write_time(exhibit.received)}}));
}

Result<HeldExhibit> parse_exhibit(ByteView text) {
    auto const json = TRY(parse_json(text));
    auto object = TRY(JsonObject::of(json, "exhibit"));
    HeldExhibit exhibit;
    auto const number = TRY(take_unsigned(object, "number", 1, exhibit_number_max));
    exhibit.number = ExhibitNumber(number);
    exhibit.blob = TRY(object.text("blob", blob_name_bytes_max));
    auto const size = TRY(object.integer("size", 0, (std::int64_t{1} << 53) - 1));
    exhibit.size_bytes = static_cast<std::uint64_t>(size);
    auto const root = TRY(object.hex<32>("root"));
    exhibit.root = CipherRoot(root);
    exhibit.statement_digest = TRY(take_digest(object, "digest"));
    exhibit.statement = TRY(object.text("statement", document_bytes_max));
    exhibit.from_witness = TRY(object.boolean("from_witness"));
    exhibit.received = TRY(object.time("received"));
    TRY(object.finish());
    return exhibit;
}

Write receipt_write(CaseId const& id, Signed<ExhibitReceipt> const& receipt) {
    return {Table::envelopes, receipt_key(id, receipt->number, receipt->guardian),
            to_bytes(write_envelope(receipt.envelope()))};
}

Signed<ExhibitReceipt> sign_receipt(Premises const& premises, CaseId const& id,
                                    HeldExhibit const& exhibit) {
    ExhibitReceipt receipt;
    receipt.case_id = id;
    receipt.guardian = premises.id;
    receipt.number = exhibit.number;
    receipt.root = exhibit.root;
    receipt.size_bytes = exhibit.size_bytes;
    receipt.statement = exhibit.statement_digest;
    receipt.time = exhibit.received;
    return Signed<ExhibitReceipt>::sign(std::move(receipt), premises.keys.signing);
}

}  // namespace

Result<std::optional<HeldExhibit>> Exhibits::find(CaseId const& id, ExhibitNumber number) {
    auto const row = TRY(premises_.rows().get(Table::exhibits, exhibit_key(id, number)));
    if (!row) return std::optional<HeldExhibit>();
    auto exhibit = TRY(parse_exhibit(*row));
    return std::optional<HeldExhibit>(std::move(exhibit));
}

Result<std::vector<HeldExhibit>> Exhibits::all(CaseId const& id) {
    std::vector<HeldExhibit> exhibits;
    std::string after;
    while (true) {
        auto const page =
            TRY(premises_.rows().scan(Table::exhibits, id.text() + "/", after, page_rows));
        for (auto const& [key, row] : page) {
            auto exhibit = TRY(parse_exhibit(row));
            exhibits.push_back(std::move(exhibit));
        }
        if (page.size() < page_rows) return exhibits;
        after = page.back().first;
    }
}

Result<Envelope> Exhibits::hold(CaseId const& id, HeldExhibit const& exhibit,
                                std::vector<Signed<ExhibitReceipt>> const& others) {
    auto const before = TRY(find(id, exhibit.number));
    auto const receipt = sign_receipt(premises_, id, exhibit);
    Batch batch;
    if (before && before->statement_digest != exhibit.statement_digest) {
        // Receipts for what is replaced would be lies now.
        auto const old = TRY(premises_.rows().scan(
            Table::envelopes, receipts_prefix(id) + show(exhibit.number) + "/", "", 64));
        for (auto const& [key, row] : old) batch.push_back({Table::envelopes, key, std::nullopt});
    }
    batch.push_back({Table::exhibits, exhibit_key(id, exhibit.number), write_exhibit(exhibit)});
    for (auto const& other : others) {
        if (other->statement == exhibit.statement_digest && other->root == exhibit.root) {
            batch.push_back(receipt_write(id, other));
        }
    }
    batch.push_back(receipt_write(id, receipt));
    auto& custody = *premises_.custody;
    batch.push_back(custody.row_of(received_event(custody.stating(), id, exhibit)));
    TRY(premises_.rows().commit(std::move(batch)));
    custody.committed();
    if (before && before->blob != exhibit.blob) {
        if (auto const old = BlobName::parse(before->blob)) (void)premises_.blobs.remove(*old);
    }
    return receipt.envelope();
}

Result<bool> Exhibits::keep_receipt(CaseId const& id, Signed<ExhibitReceipt> const& receipt) {
    auto const held = TRY(find(id, receipt->number));
    if (!held || held->statement_digest != receipt->statement || held->root != receipt->root)
        return false;
    auto const known = TRY(has_receipt_of(id, receipt->number, receipt->guardian));
    if (known) return true;
    TRY(premises_.rows().commit({receipt_write(id, receipt)}));
    return true;
}

Result<bool> Exhibits::has_receipt_of(CaseId const& id, ExhibitNumber number,
                                      GuardianId const& guardian) {
    auto const row = TRY(premises_.rows().get(Table::envelopes, receipt_key(id, number, guardian)));
    return row.has_value();
}

Result<Envelope> Exhibits::own_receipt(CaseId const& id, ExhibitNumber number) {
    auto const held = TRY(find(id, number));
    if (!held) return bad_input("there is no such exhibit here").coded("not-found");
    return sign_receipt(premises_, id, *held).envelope();
}

Result<std::vector<Envelope>> Exhibits::receipts(CaseId const& id) {
    std::vector<Envelope> receipts;
    std::string after;
    while (true) {
        auto const page =
            TRY(premises_.rows().scan(Table::envelopes, receipts_prefix(id), after, page_rows));
        for (auto const& [key, row] : page) {
            auto envelope = TRY(parse_envelope(row, document_bytes_max));
            receipts.push_back(std::move(envelope));
        }
        if (page.size() < page_rows) return receipts;
        after = page.back().first;
    }
}

Result<CipherRoot> root_of_blob(Blobs& blobs, BlobName const& name, std::uint64_t size_bytes) {
    constexpr std::size_t piece = std::size_t{2} << 20;
    torrent::PieceTree tree;
    std::uint64_t offset = 0;
    while (offset < size_bytes) {
        auto const bytes = TRY(blobs.read(name, offset, piece));
        if (bytes.empty()) break;
        tree.update(bytes);
        offset += bytes.size();
    }
    auto const whole = tree.finish();
    if (whole.size != size_bytes)
        return world_error("the ciphertext is not as long as it should be").coded("changed");
    return CipherRoot(whole.root);
}

}  // namespace exhibit::guard
