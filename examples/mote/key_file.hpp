// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "mote/base/bytes.hpp"

namespace tool {

/// A file of certificates, keys or both, in PEM or in DER. Its bytes are in DER, and stay where
/// they are as long as it.
class KeyFile {
 public:
  /// Returns why it cannot be used, in words; nothing when it was read.
  std::string read(const std::string& path);

  /// Of a file in DER nobody knows what it has: it stands among both.
  mote::Span<const mote::ByteView> certificates() const { return span_of(certificates_); }
  mote::Span<const mote::ByteView> keys() const { return span_of(keys_); }

 private:
  static mote::Span<const mote::ByteView> span_of(const std::vector<mote::ByteView>& views) {
    return {views.data(), views.size()};
  }
  std::string read_pem(std::string_view text);

  std::string der_;  // one behind the other
  std::vector<mote::ByteView> certificates_;
  std::vector<mote::ByteView> keys_;
};

}  // namespace tool
