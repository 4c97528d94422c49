// What the reader took is written again and must read the same, in other pieces too.
#include "../tests/formats/tar/collect.hpp"
#include "formats/tar/name.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const read = tar::read_all({data, size}, tar::Kinds::files_and_folders, 512);
    auto const slowly = tar::read_all({data, size}, tar::Kinds::files_and_folders, 37);
    VERIFY(read.ok() == slowly.ok());
    if (!read.ok()) return 0;
    Bytes again;
    std::vector<tar::Entry> files;
    for (auto const& one : *read) {
        (void)tar::printable(one.entry.name);
        (void)tar::safe_relative_name(one.entry.name);
        if (one.entry.kind != tar::Kind::file || one.entry.name.ends_with('/')) continue;
        files.push_back(one.entry);
        append(again, tar::write_one(one.entry, one.content));
    }
    append(again, tar::end_of_archive());
    auto const back = tar::read_all(again);
    VERIFY(back.ok() && back->size() == files.size());
    for (std::size_t i = 0; i < files.size(); ++i) VERIFY((*back)[i].entry == files[i]);
    return 0;
}
