// SPDX-License-Identifier: MIT
// A file of its own, because the texts of one file are linked together.
#include <cstring>

#include "mote/http/message_writer.hpp"

namespace mote::http {
namespace {

/// Each code with its reason, and NUL behind it: half the size of a switch.
constexpr char reasons[] =
    "100Continue\0"
    "101Switching Protocols\0"
    "200OK\0"
    "201Created\0"
    "202Accepted\0"
    "204No Content\0"
    "206Partial Content\0"
    "304Not Modified\0"
    "400Bad Request\0"
    "401Unauthorized\0"
    "403Forbidden\0"
    "404Not Found\0"
    "405Method Not Allowed\0"
    "408Request Timeout\0"
    "413Content Too Large\0"
    "415Unsupported Media Type\0"
    "416Range Not Satisfiable\0"
    "426Upgrade Required\0"
    "429Too Many Requests\0"
    "500Internal Server Error\0"
    "503Service Unavailable\0";

}  // namespace

std::string_view reason_of(std::uint16_t code) {
  for (const char* each = reasons; *each != '\0'; each += std::strlen(each) + 1)
    if ((each[0] - '0') * 100 + (each[1] - '0') * 10 + (each[2] - '0') == code) return each + 3;
  return {};
}

}  // namespace mote::http
