// SPDX-License-Identifier: MIT
// URLs: what is let through can be put into a request line and a Host field as it is; what is
// resolved can be parsed, wherever the room ends. The input is a base, a newline and a reference.
#include <cstdlib>
#include <string>
#include <vector>

#include "mote/encoding/url.hpp"

namespace {

using namespace mote;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(std::string_view text, std::string_view part) {
  if (part.empty()) return;
  require(part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size());
  for (const char c : part) require(c > ' ' && c < 0x7F);
}

bool parse(std::string_view text, encoding::Url& url) {
  if (encoding::parse_url(text, url) != Status::ok) return false;
  require(!url.host.empty() && url.port != 0 && !url.host_field.empty());
  for (const std::string_view part :
       {url.user_info, url.host, url.host_field, url.target, url.fragment})
    check(text, part);
  require(url.target.find('#') == std::string_view::npos);
  require(url.path().size() <= url.target.size() && url.query().size() <= url.target.size());
  require(!url.root().empty() || url.target[0] == '/');
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t newline = all.find('\n');
  const std::vector<char> first(all.begin(), all.begin() + (newline < size ? newline : size));
  const std::vector<char> second(all.begin() + (newline < size ? newline + 1 : size), all.end());
  const std::string_view reference(second.data(), second.size());
  encoding::Url base, found;
  if (!parse({first.data(), first.size()}, base)) return 0;
  std::vector<std::uint8_t> room(size + 16);
  ByteWriter out(ByteSpan{room.data(), room.size()});
  const Status status = encoding::resolve_url(base, reference, out);
  require(status == Status::ok || status == Status::bad_url);
  if (status == Status::ok) require(parse(out.text(), found));
  for (std::size_t bytes = 0; bytes < out.size(); bytes += 1 + bytes / 4) {
    std::vector<std::uint8_t> small(bytes);
    ByteWriter tight(ByteSpan{small.data(), bytes});
    require(encoding::resolve_url(base, reference, tight) != Status::ok || bytes >= out.size() ||
            tight.size() == out.size());
  }
  return 0;
}
