#!/bin/sh
# SPDX-License-Identifier: MIT
# make_certificates.sh FOLDER: a development authority and the certificates that the tests show and
# refuse, in FOLDER, as NAME.pem, NAME.key (PEM) and NAME.der, NAME.key.der. Nothing of it is kept.
set -eu
mkdir -p "$1"
cd "$1"

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key" 2>/dev/null; }

# authority NAME: a root that signed itself.
authority() {
  key "$1"
  openssl req -x509 -new -key "$1.key" -sha256 -days 3650 -subj "/CN=Mote development $1" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign -out "$1.pem"
}

# certificate NAME ISSUER DAYS EXTENSIONS: signed by ISSUER, for so many days.
certificate() {
  [ -f "$1.key" ] || key "$1"
  printf '%b\n' "$4" >"$1.ext"
  openssl req -new -key "$1.key" -subj "/CN=Mote $1" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -sha256 -days "$3" \
    -set_serial "0x$(openssl rand -hex 8)" -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}

leaf='basicConstraints=CA:FALSE\nsubjectAltName='
authority root
authority stranger
certificate middle root 3650 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign'
certificate server middle 365 "${leaf}DNS:server,DNS:localhost,DNS:*.example.org,IP:127.0.0.1,IP:10.0.2.2"
certificate expired root -1 "${leaf}DNS:server,DNS:localhost,IP:127.0.0.1"
certificate other root 365 "${leaf}DNS:other"
certificate unknown stranger 365 "${leaf}DNS:server,DNS:localhost,IP:127.0.0.1"
key alone
openssl req -x509 -new -key alone.key -sha256 -days 365 -subj "/CN=server" \
  -addext subjectAltName=DNS:server,DNS:localhost,IP:127.0.0.1 -out alone.pem

for pem in *.pem; do
  name=${pem%.pem}
  openssl x509 -in "$pem" -outform DER -out "$name.der"
  openssl ec -in "$name.key" -outform DER -out "$name.key.der" 2>/dev/null
done
cat server.pem middle.pem >server.chain.pem
