#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh BUILD_DIR: builds the firmware beside this file with Mote gotten in each of the three ways,
# and looks at what was linked. MOTE_LWIP_DIR, MOTE_MBEDTLS_DIR: other sources than the cached ones.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
firmware=$root/tests/outside/firmware
mkdir -p "${1:?run.sh BUILD_DIR}"
build=$(cd "$1" && pwd)
sources=${XDG_CACHE_HOME:-$HOME/.cache}/mote/sources
lwip=${MOTE_LWIP_DIR:-$sources/lwip}
mbedtls=${MOTE_MBEDTLS_DIR:-$sources/mbedtls}
toolchain=$firmware/toolchain.cmake
if command -v ccache >/dev/null; then
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi

fail() {
  echo "outside: $1" >&2
  exit 1
}

# Says nothing unless it fails.
quietly() {
  "$@" >"$build/log" 2>&1 || { cat "$build/log" >&2 && fail "failed: $*"; }
}

configure() {
  quietly cmake -G Ninja -DCMAKE_TOOLCHAIN_FILE="$toolchain" -DCMAKE_BUILD_TYPE=MinSizeRel "$@"
}

install_mote() {
  configure -S "$root" -B "$build/mote" -DMOTE_TESTS=OFF -DMOTE_EXAMPLES=OFF
  quietly cmake --build "$build/mote" -j 2
  rm -rf "$build/installed"
  quietly cmake --install "$build/mote" --prefix "$build/installed"
  if grep -rl "$root" "$build/installed/lib/cmake" "$build/installed/share"; then
    fail "the installed package names the folder that it came from"
  fi
}

build_firmware() {
  local way=$1
  configure -S "$firmware" -B "$build/$way" -DGET_MOTE_BY="${way%_tls}" -DLWIP_DIR="$lwip" \
    -DMBEDTLS_DIR="$mbedtls" "${@:2}"
  quietly cmake --build "$build/$way" --target greenhouse -j 2
}

# The hashes, what they stand on, and the memory that their contexts may take. The firmware has AES and
# GCM, too, which must not come along.
hashes='^mbedtls_(internal_)?(sha1|sha256|md|hmac_drbg|ct_memcmp|platform_zeroize)(_|$)'
memory='^mbedtls_(memory|calloc|free|zeroize_and_free|platform_set_calloc_free)'

# The same by wss: its own Mbed TLS speaks TLS, for Mote's mbedtls::Tls.
check_tls_image() {
  local way=$1 image=$build/$1/greenhouse.elf linked
  quietly python3 "$root/tests/house/no_heap.py" --nm arm-none-eabi-nm --images --build "$build/$way"
  linked=$(arm-none-eabi-nm --defined-only "$image" | awk '{ print $NF }')
  for symbol in mbedtls_ssl_handshake mbedtls_x509_crt_parse_der_nocopy; do
    grep -qx "$symbol" <<<"$linked" || fail "$way: no $symbol was linked"
  done
  arm-none-eabi-size "$image" | awk -v way="$way" \
    'NR == 2 { print "outside: " way ": " $1 + $2 " B of flash, " $2 + $3 " B of RAM" }'
}

check_image() {
  local way=$1 image=$build/$1/greenhouse.elf linked others
  quietly python3 "$root/tests/house/no_heap.py" --nm arm-none-eabi-nm --images --build "$build/$way"
  linked=$(arm-none-eabi-nm --defined-only "$image" | awk '$NF ~ /^mbedtls_/ { print $NF }')
  others=$(grep -Ev "$hashes|$memory" <<<"$linked" || true)
  [ -z "$others" ] || fail "$way: of Mbed TLS more than the hashes is linked: ${others//$'\n'/ }"
  grep -qx mbedtls_sha1 <<<"$linked" || fail "$way: no SHA-1 was linked"
  arm-none-eabi-size "$image" | awk -v way="$way" \
    'NR == 2 { print "outside: " way ": " $1 + $2 " B of flash, " $2 + $3 " B of RAM" }'
}

[ -e "$lwip/src/core/tcp.c" ] || fail "lwIP was not found: run cmake/fetch_sources.sh"
[ -e "$mbedtls/library/sha256.c" ] || fail "Mbed TLS was not found: run cmake/fetch_sources.sh"

build_firmware subdirectory -DMOTE_SOURCE="$root"
check_image subdirectory
build_firmware fetch -DMOTE_SOURCE="$root"
check_image fetch
install_mote
build_firmware package -DCMAKE_PREFIX_PATH="$build/installed"
check_image package
build_firmware subdirectory_tls -DMOTE_SOURCE="$root" -DGREENHOUSE_TLS=ON
check_tls_image subdirectory_tls
build_firmware package_tls -DCMAKE_PREFIX_PATH="$build/installed" -DGREENHOUSE_TLS=ON
check_tls_image package_tls
quietly python3 "$root/tests/house/no_heap.py" --nm arm-none-eabi-nm --build "$build/mote" \
  --stack "$root/stack"
echo "outside: 3 of 3 ways, 2 of 2 with TLS"
