# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The demonstration: firmware in QEMU that serves browsers, and firmware that asks real servers.

run_demo() {
  local windows=()
  # Whoever looks himself has a browser.
  if [[ " $* " == *" --check "* ]] || [ ! -t 1 ]; then windows=("${browser_needs[@]}"); fi
  need_packages "${sources_needs[@]}" "${build_needs[@]}" "${board_needs[@]}" "${qemu_needs[@]}" \
    "${node_needs[@]}" "${windows[@]}"
  fetch_sources
  fetch_peers
  build_preset board board device
  exec node toolchains/demo/main.mjs --image build/board/examples/device.elf \
    --board build/board/examples/board/board.elf "$@"
}
