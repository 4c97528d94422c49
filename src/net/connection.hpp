// One connection, request after request. Included by server.cpp and connection.cpp only.
//
//   accepted -> first byte -> TLS -> [ idle -> header -> handler -> body? -> answer ] … -> linger
//   -> closed
#pragma once

#include "net/server_core.hpp"

namespace exhibit {

asio::awaitable<void> serve_connection(HttpServer::Core& core, Connection& connection);

}  // namespace exhibit
