# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The demonstration: firmware in QEMU that serves browsers, and firmware that asks real servers.

run_demo() {
  local windows=() images=(board device) suffix='' words=("$@")
  # Whoever looks himself has a browser.
  if [[ " $* " == *" --check "* ]] || [ ! -t 1 ]; then windows=("${browser_needs[@]}"); fi
  if [[ " $* " == *" --tls "* ]]; then
    suffix=_tls images=(board_tls device_tls) words=()
    for word in "$@"; do
      [ "$word" = --tls ] || words+=("$word")
    done
    words+=(--tls build/board/certificates)
    windows+=("${certificate_needs[@]}")
  fi
  need_packages "${sources_needs[@]}" "${build_needs[@]}" "${board_needs[@]}" "${qemu_needs[@]}" \
    "${node_needs[@]}" "${windows[@]}"
  fetch_sources
  fetch_peers
  build_preset board "${images[@]}"
  exec node toolchains/demo/main.mjs --image "build/board/examples/device$suffix.elf" \
    --board "build/board/examples/board/board$suffix.elf" "${words[@]}"
}
