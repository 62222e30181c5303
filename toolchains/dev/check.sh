# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The verbs that judge: test, soak, sizes, bench, format.

need_for_board_runs() {
  need_packages "${sources_needs[@]}" "${build_needs[@]}" "${board_needs[@]}" "${qemu_needs[@]}" \
    "${script_needs[@]}"
  fetch_sources
}

# One run and one closing line for everything: the trees of both presets, and what stands above
# them (style, foreign projects). The budgets are not among them while some are not met: `./dev sizes`
# and `./dev bench` judge them.
write_whole_suite() {
  mkdir -p "$root/build/whole"
  cat >"$root/build/whole/CTestTestfile.cmake" <<TXT
add_test(format "python3" "$root/toolchains/format.py" "--check")
add_test(tidy "python3" "$root/toolchains/tidy.py" "--build" "$root/build/host" "--cache" "$cache/tidy")
set_tests_properties(tidy PROPERTIES RUN_SERIAL TRUE TIMEOUT 900)
add_test(demo "node" "$root/toolchains/demo/main.mjs" "--check" "--image" "$root/build/board/examples/device.elf" "--board" "$root/build/board/examples/board/board.elf")
add_test(demo_tls "node" "$root/toolchains/demo/main.mjs" "--check" "--image" "$root/build/board/examples/device_tls.elf" "--board" "$root/build/board/examples/board/board_tls.elf" "--tls" "$root/build/board/certificates")
set_tests_properties(demo demo_tls PROPERTIES TIMEOUT 300 RUN_SERIAL TRUE)
subdirs("$root/build/host")
subdirs("$root/build/board")
TXT
  if [ -e "$root/tests/outside/run.sh" ]; then
    cat >>"$root/build/whole/CTestTestfile.cmake" <<TXT
add_test(outside "bash" "$root/tests/outside/run.sh" "$root/build/outside")
set_tests_properties(outside PROPERTIES TIMEOUT 900)
TXT
  fi
}

run_tests() {
  need_packages "${sources_needs[@]}" "${build_needs[@]}" "${host_needs[@]}" "${board_needs[@]}" \
    "${qemu_needs[@]}" "${script_needs[@]}" "${style_needs[@]}" "${node_needs[@]}" \
    "${peer_needs[@]}" "${browser_needs[@]}"
  fetch_sources
  fetch_peers
  build_preset host
  build_preset board
  write_whole_suite
  say "Running the tests"
  ctest --test-dir "$root/build/whole" -j "$jobs" --output-on-failure --no-tests=error "$@"
}

# Optimised: with the sanitizers it takes several times as long, and a share runs so with the tests.
run_soak() {
  need_for_preset release
  need_packages "${certificate_needs[@]}" "${script_needs[@]}"
  fetch_sources
  build_preset release tls_soak
  exec "$root/build/release/tests/tls_soak" "$@"
}

run_sizes() {
  local options
  need_for_board_runs
  if [ "${1:-}" = --tls ]; then
    shift
    need_packages "${node_needs[@]}" "${certificate_needs[@]}"
    choose_options
    python3 toolchains/tls_sizes.py --build build/tls "${options[@]}" "$@"
    return
  fi
  build_preset board
  python3 toolchains/sizes.py --build build/board "$@"
}

run_bench() {
  local good=0
  need_for_board_runs
  need_packages "${host_needs[@]}" "${bench_needs[@]}"
  build_preset board
  build_preset release bench_echo object_sizes
  python3 toolchains/bench.py --build build/board "$@" || good=1
  python3 toolchains/bench_linux.py --build build/release || good=1
  return $good
}

run_format() {
  need_packages clang-format:clang-format "${script_needs[@]}"
  python3 toolchains/format.py
}
