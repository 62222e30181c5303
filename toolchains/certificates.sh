#!/bin/sh
# SPDX-License-Identifier: MIT
# certificates.sh FOLDER [NAME...]: in FOLDER a development authority (root), which is kept when it is
# there already, and what it signed for a year: server, for this machine, for the emulated board and
# for every NAME or address given, and client. Each as its .pem and its .key; the keys are kept, too.
set -eu
tools=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { echo "certificates: say in which folder" >&2 && exit 2; }
folder=$1
shift
for name in "$@"; do
  case $name in
    '' | *[!a-zA-Z0-9.:*_-]*)
      echo "certificates: \"$name\" is neither a host's name nor an address" >&2
      exit 2
      ;;
  esac
done
umask 077
mkdir -p "$folder"
cd "$folder"
. "$tools/authority.sh"

# What a server is called: an address has digits and dots alone, or a colon.
names=DNS:localhost,DNS:board.local,IP:127.0.0.1,IP:::1,IP:10.0.2.2,IP:10.0.2.15
for name in "$@"; do
  case $name in
    *:*) names=$names,IP:$name ;;
    *[!0-9.]*) names=$names,DNS:$name ;;
    *) names=$names,IP:$name ;;
  esac
done

[ -f root.pem ] && [ -f root.key ] || authority root
certificate server root 365 "$leaf$names\nextendedKeyUsage=serverAuth"
certificate client root 365 "${leaf}DNS:client\nextendedKeyUsage=clientAuth"
rm -f ./*.csr ./*.ext
pin=$(openssl x509 -in server.pem -noout -pubkey | openssl pkey -pubin -outform DER |
  openssl dgst -sha256 -binary | openssl base64)
cat <<TXT
$(pwd)
  root.pem, root.key        the authority: root.pem is for clients to believe, until $(openssl x509 -in root.pem -noout -enddate | cut -d= -f2)
  server.pem, server.key    $(echo "$names" | sed 's/DNS://g; s/IP://g; s/,/, /g'), for a year
  client.pem, client.key    for servers that ask who comes
The pin of server.key, for mote --pin and trust.pin(), as long as that key stays there:
  $pin
Whoever has root.key can pass for every server in the eyes of who believes root.pem: keep it.
TXT
