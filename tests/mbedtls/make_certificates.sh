#!/bin/sh
# SPDX-License-Identifier: MIT
# make_certificates.sh FOLDER: a development authority and the certificates that the tests show and
# refuse, in FOLDER, as NAME.pem, NAME.key (PEM) and NAME.der, NAME.key.der; and NAME.pin, the SHA-256
# of the public key. Nothing of it is kept.
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

# certificate NAME ISSUER DAYS EXTENSIONS [HASH]: signed by ISSUER, for so many days.
certificate() {
  [ -f "$1.key" ] || key "$1"
  printf '%b\n' "$4" >"$1.ext"
  openssl req -new -key "$1.key" -subj "/CN=Mote $1" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" "${5:--sha256}" -days "$3" \
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
certificate client middle 365 "${leaf}DNS:server\nextendedKeyUsage=clientAuth"
certificate for_servers middle 365 "${leaf}DNS:server\nextendedKeyUsage=serverAuth"
certificate sha1 root 365 "${leaf}DNS:server" -sha1
openssl genrsa -out small.key 1024 2>/dev/null
certificate small root 365 "${leaf}DNS:server"
certificate issued_by_other other 365 "${leaf}DNS:server"
certificate constrained root 365 \
  'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nnameConstraints=critical,permitted;DNS:server'
certificate issued_by_constrained constrained 365 "${leaf}DNS:server"
key alone
openssl req -x509 -new -key alone.key -sha256 -days 365 -subj "/CN=server" \
  -addext subjectAltName=DNS:server,DNS:localhost,IP:127.0.0.1 -out alone.pem

for pem in *.pem; do
  name=${pem%.pem}
  openssl x509 -in "$pem" -outform DER -out "$name.der"
  openssl pkey -traditional -in "$name.key" -outform DER -out "$name.key.der" 2>/dev/null
  openssl x509 -in "$pem" -noout -pubkey | openssl pkey -pubin -outform DER |
    openssl dgst -sha256 -binary >"$name.pin"
done
cat server.pem middle.pem >server.chain.pem
