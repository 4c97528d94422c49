#include "prove/lost_device_check.hpp"

#include "case/release_folder.hpp"

namespace exhibit::prove {

bool LostDevices::add(std::string_view text, PublicKey const& witness, CaseId const& case_id) {
    auto envelope = parse_envelope(as_bytes(text), document_bytes_max);
    if (!envelope.ok()) return false;
    auto const opened = Signed<Revocation>::open(envelope.take(), witness);
    if (!opened.ok() || opened.value()->case_id != case_id) return false;
    known_.push_back(opened->value());
    return true;
}

void LostDevices::judge(Findings& to, PublicKey const& device,
                        std::optional<WallTime> held_since) const {
    std::optional<WallTime> from;
    for (auto const& one : known_) {
        if (one.device == device) from = std::min(from.value_or(one.from), one.from);
    }
    if (!from) return;
    Grounds const grounds{{std::string(release_folder::revocations) + "/",
                           std::string(release_folder::receipts) + "/"},
                          {},
                          {{"lost_from", write_time(*from)}}};
    auto const since =
        "the witness reported the device that sealed it as lost from " + show_time(*from) + " on";
    if (held_since && *held_since < *from)
        return to.say("lost-device.before",
                      since + "; guardians held it before that, at " + show_time(*held_since),
                      grounds);
    to.say("lost-device.after",
           since +
               ", and nothing here shows that it existed before: may be planted by whoever has "
               "the device",
           grounds);
}

}  // namespace exhibit::prove
