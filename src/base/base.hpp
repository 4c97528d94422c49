// base: what every other room stands on. It knows nothing of evidence.
//
// Comes in: nothing but the C++ library, libsodium (locked memory, randomness) and the operating
// system. Goes out: byte views, Result/TRY, a bounds-checking Reader, secrets, strict text
// encodings, times as values, files that are never half-written.
//
// Reading order: bytes.hpp, result.hpp, verify.hpp, reader.hpp, strong.hpp, encoding.hpp,
// secret.hpp, random.hpp, time.hpp, files.hpp.
#pragma once

#include "base/bytes.hpp"
#include "base/encoding.hpp"
#include "base/reader.hpp"
#include "base/result.hpp"
#include "base/strong.hpp"
#include "base/verify.hpp"
