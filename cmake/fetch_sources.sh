#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Fetches the sources of lwIP 2.2 and Mbed TLS 3.6 into Mote's cache folder, once for all builds:
#   ${XDG_CACHE_HOME:-~/.cache}/mote/sources/{lwip,mbedtls}
# They are the Debian source packages of suite trixie, from the mirror that this machine already
# uses, checked by apt's own signatures. Nothing under /etc/apt is touched; root is not needed.
set -euo pipefail

suite=trixie
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mote
sources=$cache/sources

give_up() {
  echo "fetch_sources: $1; give your own copies of lwIP 2.2 and Mbed TLS 3.6 with" \
    "-DMOTE_LWIP_DIR=... -DMOTE_MBEDTLS_DIR=..." >&2
  exit 1
}

is_complete() {
  [[ -f $sources/lwip/src/core/tcp.c && -f $sources/mbedtls/library/ssl_tls.c ]]
}

# Prints "URI<tab>keyring" of this machine's own entry for Debian's main archive, from entries in
# either of apt's two styles.
read_stanzas() {
  local codename=$1
  awk -v codename="$codename" 'BEGIN { RS = ""; FS = "\n" }
    {
      uri = key = suites = types = parts = off = ""
      for (i = 1; i <= NF; i++) {
        if ($i ~ /^#/) continue
        if (match($i, /^[A-Za-z-]+:[ \t]*/)) {
          name = tolower(substr($i, 1, index($i, ":") - 1)); value = substr($i, RLENGTH + 1)
          if (name == "uris") { split(value, all, " "); uri = all[1] }
          if (name == "signed-by") key = value
          if (name == "suites") suites = " " value " "
          if (name == "types") types = " " value " "
          if (name == "components") parts = " " value " "
          if (name == "enabled" && tolower(value) == "no") off = 1
        }
      }
      if (!off && uri && types ~ / deb / && parts ~ / main / && index(suites, " " codename " ")) {
        print uri "\t" key; exit
      }
    }' "${@:2}"
}

read_lines() {
  local codename=$1
  awk -v codename="$codename" '$1 == "deb" {
      key = ""
      if (match($0, /signed-by=[^] ]+/)) key = substr($0, RSTART + 10, RLENGTH - 10)
      sub(/\[[^]]*\]/, "")
      if ($3 == codename && / main/) { print $2 "\t" key; exit }
    }' "${@:2}"
}

find_mirror() {
  local codename=$1 files
  shopt -s nullglob
  files=(/etc/apt/sources.list.d/*.sources)
  if ((${#files[@]})); then read_stanzas "$codename" "${files[@]}"; fi
  files=(/etc/apt/sources.list /etc/apt/sources.list.d/*.list)
  for file in "${files[@]}"; do
    if [[ -f $file ]]; then read_lines "$codename" "$file"; fi
  done
}

private_apt() {
  apt-get -q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/parts" \
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User= \
    -o Acquire::Languages=none -o Acquire::Retries=2 "$@"
}

# Moves into place only what is whole, so that an interrupted run leaves nothing behind.
unpack() {
  local package=$1 file=$2 dsc
  dsc=("$work"/download/"${package}"_*.dsc)
  dpkg-source --no-check -q -x "${dsc[0]}" "$work/$package" ||
    give_up "the source package $package does not unpack"
  [[ -f $work/$package/$file ]] || give_up "the source package $package has no $file"
  rm -rf "${sources:?}/$package"
  mv "$work/$package" "$sources/$package"
  echo "fetch_sources: $(basename "${dsc[0]}" .dsc) is in $sources/$package"
}

mkdir -p "$sources"
exec 9>"$cache/fetch.lock"
flock 9
if is_complete; then
  echo "fetch_sources: lwIP and Mbed TLS are in $sources"
  exit 0
fi

for tool in apt-get dpkg-source gpgv; do
  command -v "$tool" >/dev/null || give_up "this needs Debian's $tool (packages apt, dpkg-dev, gpgv)"
done
codename=$(. /etc/os-release && [[ $ID == debian ]] && echo "${VERSION_CODENAME:-}") ||
  give_up "this machine is no Debian, whose archive it would use"
mirror=$(find_mirror "$codename" | head -n 1)
[[ -n $mirror ]] || give_up "no entry for Debian's main archive was found in /etc/apt"

work=$(mktemp -d "$cache/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{parts,lists/partial,cache/archives/partial,download}
{
  printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\n' "${mirror%%$'\t'*}" "$suite"
  keyring=${mirror#*$'\t'}
  if [[ -n $keyring ]]; then printf 'Signed-By: %s\n' "$keyring"; fi
} >"$work/parts/mote.sources"

if ! private_apt update >"$work/log" 2>&1 ||
  ! (cd "$work/download" && private_apt source --download-only lwip mbedtls) >>"$work/log" 2>&1; then
  grep -E '^(E|Err|W):?' "$work/log" >&2 || true
  give_up "Debian's source packages of suite $suite could not be fetched"
fi
unpack lwip src/core/tcp.c
unpack mbedtls library/ssl_tls.c
