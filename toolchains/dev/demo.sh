# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The demonstration: firmware in QEMU against real servers on this machine.

run_demo() {
  need_packages "${sources_needs[@]}" "${build_needs[@]}" "${board_needs[@]}" "${qemu_needs[@]}" \
    "${node_needs[@]}"
  fetch_sources
  fetch_peers
  build_preset board device
  exec node toolchains/demo/main.mjs --image build/board/examples/device.elf "$@"
}
