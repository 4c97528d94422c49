// A list of known keys that is read is written as something that reads the same.
#include "case/known_keys.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace exhibit;
    auto const keys = KnownKeys::parse(as_text({data, size}));
    if (!keys.ok()) return 0;
    auto const text = keys->text();
    auto const back = KnownKeys::parse(text);
    VERIFY(back.ok() && back->text() == text && back->all() == keys->all());
    for (auto const& one : keys->all()) {
        VERIFY(keys->find(one.role, one.key_id) != nullptr);
        auto const* twin = keys->look_alike(one.role, one.key_id);
        VERIFY(twin == nullptr || twin->key_id != one.key_id);
    }
    return 0;
}
