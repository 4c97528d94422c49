// net: the wire. HTTPS server and client, self-made TLS identities, resumable uploads at both ends.
//
// Comes in: requests from strangers (server), addresses and pins from invitations (client), an
// UploadStore from store/. Goes out: calls to a handler; bytes to a store; answers. It knows
// nothing of cases, votes or footage: who may upload is asked through UploadHooks. A proxy (Tor) is
// for every connection or for none (proxy.hpp).
//
// Reading order: http.hpp (messages), tls_identity.hpp, server.hpp, client.hpp, then tus_server.hpp
// and tus_client.hpp, whose rules are the pure functions of formats/tus.
//
// Specs: RFC 9110 and 9112 (HTTP/1.1), TLS 1.2 and 1.3 by OpenSSL, tus 1.0.0. Not implemented:
// HTTP/2 and trailers; no compression anywhere (ciphertext does not shrink, and CRIME).
#pragma once

#include "net/client.hpp"
#include "net/proxy.hpp"
#include "net/server.hpp"
#include "net/tus_client.hpp"
#include "net/tus_server.hpp"
