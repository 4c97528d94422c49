#include "case/package_reader.hpp"

#include "case/package_names.hpp"
#include "formats/tar/name.hpp"
#include "formats/tar/padme.hpp"

namespace exhibit {
namespace {

constexpr std::size_t text_bytes_max = 512 * 1024;
constexpr std::string_view first_part = ".part-000000";

Error bad_package(std::string what, std::string const& name) {
    return bad_input(std::move(what))
        .at(tar::printable(name))
        .coded("package")
        .hint("nothing of it was kept");
}

bool is_filler(std::string_view name) { return name.starts_with(tar::padding_name); }

}  // namespace

Outcome PackageReader::begin_original(std::string const& name) {
    auto const safe = TRY(tar::safe_relative_name(name));
    if (safe.find('/') != std::string::npos || safe != name)
        return bad_package("the original has a path for a name", name);
    into_ = Into::original;
    if (base_.empty()) {
        bool const captured = name.size() > first_part.size() && name.ends_with(first_part);
        base_ = captured ? name.substr(0, name.size() - first_part.size()) : name;
        TRY(tar::safe_relative_name(base_));  // "...part-000000" is ".." in parts
        next_part_ = 1;
        return {};
    }
    if (name != package_part_name(base_, next_part_))
        return bad_package("is not the next part of the original", name);
    ++next_part_;
    return {};
}

Outcome PackageReader::on_entry(tar::Entry const& entry) {
    into_ = Into::nothing;
    if (is_filler(entry.name)) return {};
    for (auto const& [name, text] :
         std::initializer_list<std::pair<std::string_view, std::string*>>{
             {"disclosures.json", &disclosures},
             {"exhibit-certificate.json", &exhibit_certificate},
             {"custody.jsonl", &custody},
             {"device-certificate.age", &device_certificate_age},
             {"policy.age", &policy_age}}) {
        if (entry.name != name) continue;
        if (!text->empty()) return bad_package("is in the package twice", entry.name);
        if (entry.size > text_bytes_max) return bad_package("is too large", entry.name);
        original_over_ = true;
        into_ = Into::text;
        text_ = text;
        text_bytes_ = entry.size;
        return {};
    }
    // Behind the original, what is not known is a later version's; nothing is made of it. But `tar
    // x` would put a second file of its name in the place of the first.
    if (original_over_ && (entry.name == base_ || is_package_part(entry.name, base_)))
        return bad_package("is in the package twice", entry.name);
    if (original_over_) return {};
    return begin_original(entry.name);
}

void PackageReader::drop_half_entry() {
    if (into_ == Into::text && text_->size() < text_bytes_) text_->clear();
}

Outcome PackageReader::on_data(ByteView content) {
    if (into_ == Into::text) text_->append(as_text(content));  // bounded by the entry's size
    if (into_ != Into::original) return {};
    original_bytes_ += content.size();
    return original_(content);
}

}  // namespace exhibit
