// SPDX-License-Identifier: MIT
// A file of its own, because the texts of one file are linked together.
#include "mote/http/message_writer.hpp"

namespace mote::http {

using namespace std::literals;

std::string_view reason_of(std::uint16_t code) {
  switch (code) {
    case 100: return "Continue"sv;
    case 101: return "Switching Protocols"sv;
    case 200: return "OK"sv;
    case 201: return "Created"sv;
    case 202: return "Accepted"sv;
    case 204: return "No Content"sv;
    case 304: return "Not Modified"sv;
    case 400: return "Bad Request"sv;
    case 401: return "Unauthorized"sv;
    case 403: return "Forbidden"sv;
    case 404: return "Not Found"sv;
    case 405: return "Method Not Allowed"sv;
    case 408: return "Request Timeout"sv;
    case 413: return "Content Too Large"sv;
    case 426: return "Upgrade Required"sv;
    case 429: return "Too Many Requests"sv;
    case 500: return "Internal Server Error"sv;
    case 503: return "Service Unavailable"sv;
    default: return {};
  }
}

}  // namespace mote::http
