#!/bin/sh
# SPDX-License-Identifier: MIT
# make_certificates.sh FOLDER: a development authority and the certificates that the tests show and
# refuse, in FOLDER, as NAME.pem, NAME.key (PEM) and NAME.der, NAME.key.der; and NAME.pin, the SHA-256
# of the public key. Nothing of it is kept.
set -eu
tools=$(cd "$(dirname "$0")/../../toolchains" && pwd)
mkdir -p "$1"
cd "$1"
. "$tools/authority.sh"

authority root
authority stranger
certificate middle root 3650 "$between"
certificate server middle 365 "${leaf}DNS:server,DNS:localhost,DNS:*.example.org,IP:127.0.0.1,IP:10.0.2.2"
certificate expired root -1 "${leaf}DNS:server,DNS:localhost,IP:127.0.0.1"
certificate other root 365 "${leaf}DNS:other"
certificate unknown stranger 365 "${leaf}DNS:server,DNS:localhost,IP:127.0.0.1"
certificate client middle 365 "${leaf}DNS:server\nextendedKeyUsage=clientAuth"
certificate for_servers middle 365 "${leaf}DNS:server\nextendedKeyUsage=serverAuth"
certificate sha1 root 365 "${leaf}DNS:server" -sha1
openssl genrsa -out small.key 1024 2>/dev/null
certificate small root 365 "${leaf}DNS:server"
certificate issued_by_other other 365 "${leaf}DNS:server"
certificate constrained root 365 \
  "$between\nnameConstraints=critical,permitted;DNS:server"
certificate issued_by_constrained constrained 365 "${leaf}DNS:server"
key alone
openssl req -x509 -new -key alone.key -sha256 -days 365 -subj "/CN=server" \
  -addext subjectAltName=DNS:server,DNS:localhost,IP:127.0.0.1 -out alone.pem

for pem in *.pem; do in_der "${pem%.pem}"; done
cat server.pem middle.pem >server.chain.pem
