// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace mote::test {

using Pieces = std::vector<std::string>;

/// `whole`, as it may arrive: in one piece, byte by byte, and cut in two at every place. Empty
/// pieces included.
inline std::vector<Pieces> every_cut(const std::string& whole) {
  std::vector<Pieces> cuts{{whole}, {}};
  for (const char byte : whole) cuts[1].emplace_back(1, byte);
  for (std::size_t at = 0; at <= whole.size(); ++at)
    cuts.push_back({whole.substr(0, at), whole.substr(at)});
  return cuts;
}

/// Says how `pieces` came to be: for SCOPED_TRACE.
inline std::string how_cut(const Pieces& pieces) {
  return pieces.size() == 1   ? "whole"
         : pieces.size() == 2 ? "cut at " + std::to_string(pieces[0].size())
                              : "byte by byte";
}

}  // namespace mote::test
