# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# How a development authority makes certificates, in the folder that one is in: NAME.pem and NAME.key.

leaf='basicConstraints=CA:FALSE\nsubjectAltName='
between='basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign'

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

# in_der NAME: also as NAME.der and NAME.key.der; and NAME.pin, the SHA-256 of the public key.
in_der() {
  openssl x509 -in "$1.pem" -outform DER -out "$1.der"
  openssl pkey -traditional -in "$1.key" -outform DER -out "$1.key.der" 2>/dev/null
  openssl x509 -in "$1.pem" -noout -pubkey | openssl pkey -pubin -outform DER |
    openssl dgst -sha256 -binary >"$1.pin"
}
