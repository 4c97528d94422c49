// Answers of the HTTP interface: JSON, and errors that name a code and a sentence and no secret.
#pragma once

#include "formats/dsse/dsse.hpp"
#include "formats/json/json.hpp"
#include "net/http.hpp"

namespace exhibit::guard {

HttpResponse answer_json(unsigned status, std::string text);
HttpResponse answer_envelope(unsigned status, Envelope const& envelope);
HttpResponse answer_error(Error const& error);
HttpResponse answer_nothing();  // 204
unsigned http_status_of(Error const& error);

}  // namespace exhibit::guard
