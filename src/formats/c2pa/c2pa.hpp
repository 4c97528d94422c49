// c2pa: who made a file and what was done to it, as its manifests say, and whether that holds.
//
// Comes in: a file as a ByteSource, perhaps a manifest store beside it, lists of whom to believe, a
// time. Goes out: a Report in the codes of the specification; and for writing, a new manifest store
// inside of a copy of the file or beside it.
//
// Spec: C2PA Technical Specification 2.2 to 2.5; claims of version 1 are read. Containers: MP4, MOV
// and M4A, JPEG, PNG, WAV; a sidecar for everything. Hard bindings: c2pa.hash.data,
// c2pa.hash.bmff.v2 and .v3 (flat, Merkle, fragments in files of their own), c2pa.hash.boxes for
// JPEG and PNG. No network: a manifest that lies elsewhere is `manifest.inaccessible`.
//
// "Untrusted" is no fault of a file: the state is then valid, and the failure
// signingCredential.untrusted says that the signer is on no list. An error of the disk is an Error
// of Fault::world, never a mismatch.
//
// Reading order: status.hpp (codes and the report), asset.hpp (where the store lies), store.hpp
// (manifests), binding.hpp (hashes of the file), signature.hpp (signer and time stamp), lineage.hpp
// and manifest_check.hpp (one manifest and its ingredients), validate.hpp (the whole), report.hpp
// (JSON as the reference writes it, and words for people). Writing: draft.hpp (what a claim says),
// claim_signer.hpp, manifest_writer.hpp, layout.hpp (where everything goes in the new file),
// embed.hpp (one pass), copies.hpp (what a publisher makes), redaction.hpp (taking facts out, and
// the proof that they are gone), late_stamp.hpp.
//
// Not implemented: PDF, fonts, ZIP and other containers (use a sidecar), external references and
// cloud data, hash.collection, hash.multi-asset, CAWG identity assertions (shown, not judged),
// ML-DSA, single files with a Merkle map over fragments, withholding an ingredient with all its
// manifests. Written are hash.data and hash.bmff.v3 only, never thumbnails.
#pragma once

#include "formats/c2pa/validate.hpp"
