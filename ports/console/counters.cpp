// SPDX-License-Identifier: MIT
#include "console/console.hpp"
#include "mote/base/byte_writer.hpp"

namespace port {

void print(const mote::io::Counters& counters) {
  std::uint8_t line[420];
  mote::ByteWriter out{line};
  out.put("counters");
  const auto say = [&out](std::string_view name, std::uint32_t value) {
    out.put(' ').put(name).put('=').number(value);
  };
  say("connects", counters.connects);
  say("connected", counters.connected);
  say("accepted", counters.accepted);
  say("refused", counters.refused);
  say("lost", counters.lost);
  say("retries", counters.retries);
  say("drops", counters.drops);
  say("rx_bytes", counters.rx_bytes);
  say("tx_bytes", counters.tx_bytes);
  say("blocks", counters.blocks);
  say("blocks_used", counters.blocks_used);
  say("blocks_most", counters.blocks_most);
  say("pool", counters.pool);
  say("pool_most", counters.pool_most);
  say("stack", counters.stack);
  say("stack_most", counters.stack_most);
  print(out.text());
}

}  // namespace port
