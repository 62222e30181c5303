// SPDX-License-Identifier: MIT
// Compiled into a program for which mote_use_tls() embeds its roots.
#include "mote/base/status.hpp"
#include "program_roots.hpp"

namespace port {

mote::Status load_roots(mote::Span<const mote::ByteView>& roots);
mote::Status load_roots(mote::Span<const mote::ByteView>& roots) {
  roots = program_roots::certificates;
  return mote::Status::ok;
}

}  // namespace port
