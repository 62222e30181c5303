# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What does not come as a package for the target: sources of lwIP and Mbed TLS, Node's modules.

# fetch_sources: both trees lie in the cache afterwards, or the user's own are used.
fetch_sources() {
  if [ -n "${MOTE_LWIP_DIR:-}" ] && [ -n "${MOTE_MBEDTLS_DIR:-}" ]; then return 0; fi
  step "Sources of lwIP and Mbed TLS" bash "$root/cmake/fetch_sources.sh" ||
    die "no sources of lwIP and Mbed TLS: without network, or not on Debian, set" \
      "MOTE_LWIP_DIR and MOTE_MBEDTLS_DIR to your own copies"
}

# fetch_peers: node_modules of the test peers, as their lock file names them.
fetch_peers() {
  local dir=$root/tests/peers stamp
  stamp=$(cat "$dir/package.json" "$dir/package-lock.json" | sha256sum)
  [ "$(cat "$dir/node_modules/.stamp" 2>/dev/null)" != "$stamp" ] || return 0
  step "Node modules of the test peers" \
    npm --prefix "$dir" ci --no-audit --no-fund --no-update-notifier --ignore-scripts ||
    die "npm could not install the test peers: is there a network?"
  printf '%s\n' "$stamp" >"$dir/node_modules/.stamp"
}
