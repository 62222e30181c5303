# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Which Debian packages each verb needs, and how they come onto the machine.

# A name alone must be installed; NAME:COMMAND is content with that command from anywhere.
sources_needs=(ca-certificates dpkg-dev gpgv:gpgv)
build_needs=(cmake:cmake ninja-build:ninja)
host_needs=(g++:g++ libgtest-dev libbenchmark-dev libc-ares-dev libcli11-dev nlohmann-json3-dev)
board_needs=(gcc-arm-none-eabi:arm-none-eabi-gcc picolibc-arm-none-eabi
  libstdc++-arm-none-eabi-picolibc)
qemu_needs=(qemu-system-arm:qemu-system-arm)
bench_needs=(valgrind:valgrind)
script_needs=(python3:python3)
style_needs=(clang-format:clang-format clang-tidy:clang-tidy)
node_needs=(nodejs:node npm:npm)
browser_needs=(chromium:chromium libnss3-tools:certutil)
peer_needs=(python3-websockets curl:curl nginx-light:nginx openssl:openssl gnutls-bin:gnutls-serv)
certificate_needs=(openssl:openssl)
fuzz_needs=(clang:clang++)

package_missing() {
  local name=${1%%:*}
  if [ "$name" != "$1" ]; then
    ! command -v "${1#*:}" >/dev/null
  else
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" != installed ]
  fi
}

missing_of() {
  local need
  for need in "$@"; do
    ! package_missing "$need" || printf '%s\n' "${need%%:*}"
  done
}

as_root() {
  local sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive "$@"
}

# A source of packages that cannot be read must not stand in the way of the others.
update_lists() { as_root apt-get -q update || true; }

install_packages() {
  as_root apt-get -q -y --no-install-recommends -o Dpkg::Use-Pty=0 install "$@"
}

# need_packages NEED...: installs those that are missing.
need_packages() {
  local missing
  [ -z "${MOTE_SKIP_PACKAGES:-}" ] || return 0
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    die "packages are installed only on Debian: install what these are called here" \
      "(${*%%:*}), then run MOTE_SKIP_PACKAGES=1 ./dev $verb"
  fi
  mapfile -t missing < <(missing_of "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "neither root nor sudo: install ${missing[*]} and try again"
    # Asked here, where its question is seen.
    sudo -v || die "without sudo's leave these cannot be installed: ${missing[*]}"
  fi
  step "Reading the lists of packages" update_lists
  # Some vendors' nodejs brings npm and cannot stand beside Debian's: npm is looked at afterwards.
  local first=() name
  for name in "${missing[@]}"; do
    [ "$name" = npm ] || first+=("$name")
  done
  [ ${#first[@]} -eq 0 ] || step "Installing ${#first[@]} packages and what they need" \
    install_packages "${first[@]}" || no_packages "${first[@]}"
  if [[ " ${missing[*]} " == *" npm "* ]] && ! command -v npm >/dev/null; then
    step "Installing npm" install_packages npm || no_packages npm
  fi
}

no_packages() {
  die "cannot install $*: without network, or on a system without packages of these names," \
    "install them yourself and set MOTE_SKIP_PACKAGES=1"
}
