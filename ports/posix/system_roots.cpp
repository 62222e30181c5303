// SPDX-License-Identifier: MIT
// The roots of trust that this system keeps, for port::Stream.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "mote/encoding/pem.hpp"

namespace port {
namespace {

using mote::ByteView;
using mote::Status;

// Debian has 144 of them in 220 KB of PEM. Memory that is not used is never the process's.
constexpr std::size_t roots_most = 512;
constexpr std::size_t bytes_most = 1 << 20;

// Debian, Arch; Fedora; openSUSE; Alpine and BSDs.
constexpr const char* usual_files[] = {"/etc/ssl/certs/ca-certificates.crt",
                                       "/etc/pki/tls/certs/ca-bundle.crt",
                                       "/etc/ssl/ca-bundle.pem",
                                       "/etc/ssl/cert.pem"};

std::array<ByteView, roots_most> roots;
std::array<std::uint8_t, bytes_most> certificates;
std::size_t count = 0;
bool is_loaded = false;

/// A file in memory, for as long as it lives; empty when there is none.
class Mapped {
 public:
  explicit Mapped(const char* path) {
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    struct stat about {};
    if (::fstat(file, &about) == 0 && about.st_size > 0) {
      const auto size = static_cast<std::size_t>(about.st_size);
      void* const bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
      if (bytes != MAP_FAILED) text_ = {static_cast<const char*>(bytes), size};
    }
    ::close(file);
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  ~Mapped() {
    if (!text_.empty()) ::munmap(const_cast<char*>(text_.data()), text_.size());
  }
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// Certificates that cannot be read are left out; who needs one of them will hear of it.
Status read(std::string_view bundle) {
  mote::ByteWriter out{certificates};
  mote::encoding::Pem block;
  count = 0;
  for (;;) {
    const Status found = next_pem(bundle, block);
    if (found == Status::closed) return count != 0 ? Status::ok : Status::no_roots;
    if (found != Status::ok) return Status::no_roots;
    if (block.label != "CERTIFICATE") continue;
    const std::size_t begin = out.size();
    const Status decoded = decode_pem(block, out);
    if (decoded == Status::bad_argument) continue;
    if (decoded != Status::ok || count == roots.size()) return Status::too_large;
    roots[count++] = out.written().from(begin);
  }
}

Status read_system() {
  if (const char* const named = std::getenv("SSL_CERT_FILE")) return read(Mapped(named).text());
  for (const char* const path : usual_files)
    if (const Mapped file(path); !file.text().empty()) return read(file.text());
  return Status::no_roots;
}

}  // namespace

Status load_roots(mote::Span<const ByteView>& out);
Status load_roots(mote::Span<const ByteView>& out) {
  if (!is_loaded) {
    if (const Status status = read_system(); status != Status::ok) return status;
    is_loaded = true;
  }
  out = {roots.data(), count};
  return Status::ok;
}

}  // namespace port
