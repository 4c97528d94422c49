// What comes back from a guardian, and what comes to one: packages and notes of travellers.
#include "seal/travel.hpp"

using namespace exhibit;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    ByteView const input(data, size);
    if (auto const package = seal::parse_travel_package(input); package.ok()) {
        auto const tar = seal::write_travel_package(*package);
        VERIFY(tar.ok());
        auto const again = seal::parse_travel_package(*tar);
        VERIFY(again.ok() && again->name == package->name &&
               again->files.size() == package->files.size());
        for (std::size_t i = 0; i < again->files.size(); ++i)
            VERIFY(again->files[i].name == package->files[i].name &&
                   again->files[i].content == package->files[i].content);
    }
    if (auto const note = TravelNote::parse_payload(input); note.ok()) {
        auto const text = write_payload(*note);
        auto const again = TravelNote::parse_payload(as_bytes(text));
        VERIFY(again.ok() && write_payload(*again) == text);
    }
    return 0;
}
