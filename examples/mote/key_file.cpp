// SPDX-License-Identifier: MIT
#include "key_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "mote/encoding/pem.hpp"

namespace tool {
namespace {

using mote::Status;

bool is_certificate(std::string_view label) {
  return label == "CERTIFICATE" || label == "X509 CERTIFICATE";
}

/// SEC 1, PKCS #8, PKCS #1.
bool is_key(std::string_view label) {
  return label == "EC PRIVATE KEY" || label == "PRIVATE KEY" || label == "RSA PRIVATE KEY" ||
         label == "ENCRYPTED PRIVATE KEY";
}

}  // namespace

std::string KeyFile::read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::strerror(errno);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return "this is no file that can be read";
  if (bytes.empty() || bytes.front() != 0x30) return read_pem(bytes);  // a SEQUENCE of DER
  der_ = bytes;
  certificates_ = keys_ = {mote::bytes_of(der_)};
  return {};
}

std::string KeyFile::read_pem(std::string_view text) {
  der_.resize(text.size());
  mote::ByteWriter out{{reinterpret_cast<std::uint8_t*>(der_.data()), der_.size()}};
  mote::encoding::Pem block;
  for (;;) {
    const Status found = next_pem(text, block);
    if (found == Status::closed) break;
    if (found != Status::ok) return "its PEM is broken: a block begins but does not end";
    const bool is_one = is_certificate(block.label);
    if (!is_one && !is_key(block.label)) continue;  // EC PARAMETERS, say
    if (block.is_encrypted())
      return "the key is encrypted; write it without a password first: openssl pkey -in FILE -out "
             "PLAIN";
    const std::size_t begin = out.size();
    if (decode_pem(block, out) != Status::ok) return "its PEM is broken: this is no base64";
    (is_one ? certificates_ : keys_).push_back(out.written().from(begin));
  }
  if (certificates_.empty() && keys_.empty()) return "there is neither certificate nor key in it";
  return {};
}

}  // namespace tool
