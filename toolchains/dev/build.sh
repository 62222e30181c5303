# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Configures and builds presets.

need_for_preset() {
  case $1 in
    host | release) need_packages "${sources_needs[@]}" "${build_needs[@]}" "${host_needs[@]}" ;;
    board) need_packages "${sources_needs[@]}" "${build_needs[@]}" "${board_needs[@]}" ;;
    fuzz) need_packages "${sources_needs[@]}" "${build_needs[@]}" "${fuzz_needs[@]}" ;;
    *) die "there is no preset '$1': host, release, board or fuzz" ;;
  esac
}

# choose_options: what CMake is told of this machine, in the array `options`.
choose_options() {
  options=()
  [ -z "${MOTE_LWIP_DIR:-}" ] || options+=("-DMOTE_LWIP_DIR=$MOTE_LWIP_DIR")
  [ -z "${MOTE_MBEDTLS_DIR:-}" ] || options+=("-DMOTE_MBEDTLS_DIR=$MOTE_MBEDTLS_DIR")
  if command -v ccache >/dev/null; then
    options+=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
}

# build_preset PRESET [TARGET...]
build_preset() {
  local preset=$1 options targets=()
  shift
  choose_options
  [ $# -eq 0 ] || targets=(--target "$@")
  step "Configuring $preset" cmake --preset "$preset" "${options[@]}"
  # What an earlier state of the tree has built must not be measured with this one's.
  ninja -C "$root/build/$preset" -t cleandead >/dev/null
  step "Building $preset" cmake --build --preset "$preset" -j "$jobs" "${targets[@]}"
}

run_build() {
  local preset=${1:-host}
  need_for_preset "$preset"
  fetch_sources
  build_preset "$preset"
  say "Built: build/$preset"
}

run_certificates() {
  [ $# -gt 0 ] || die "say in which folder: ./dev certificates FOLDER [NAME...]"
  need_packages "${certificate_needs[@]}"
  toolchains/certificates.sh "$@"
}

run_fuzz() {
  local seconds=${1:-60} fuzzer found=0
  need_for_preset fuzz
  fetch_sources
  build_preset fuzz
  while IFS= read -r fuzzer; do
    found=1
    mkdir -p "$root/build/fuzz/corpus/${fuzzer##*/}"
    step "Fuzzing ${fuzzer##*/} for $seconds s" "$fuzzer" -max_total_time="$seconds" \
      -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$logs/" \
      "$root/build/fuzz/corpus/${fuzzer##*/}"
  done < <(find build/fuzz -type f -perm -u+x -name '*_fuzz' | sort)
  [ $found = 1 ] || die "no fuzzer was built"
}
