#!/bin/sh
# SPDX-License-Identifier: MIT
# make_shown_certificates.sh FOLDER: what servers show in the rows of shown.txt, below FOLDER/shown:
# NAME.pem and NAME.key, and NAME.chain.pem where there is more. FOLDER has the development
# authority of make_certificates.sh already.
set -eu
mkdir -p "$1/shown"
cd "$1/shown"

sign='basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign'
leaf='basicConstraints=CA:FALSE\nsubjectAltName='
here="${leaf}DNS:localhost"

# key NAME [p256 | p384 | p521 | ed25519 | rsa1024 | rsa2048]
key() {
  kind=${2:-p256}
  case $kind in
    ed25519) openssl genpkey -algorithm ed25519 -out "$1.key" ;;
    rsa*) openssl genrsa -out "$1.key" "${kind#rsa}" ;;
    *) openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:P-${kind#p}" -out "$1.key" ;;
  esac 2>/dev/null
}

# issue NAME ISSUER EXTENSIONS [-sha1 | -set_serial N ...]: NAME's key is made unless it is there.
issue() {
  name=$1 issuer=$2 extensions=$3
  shift 3
  [ -f "$name.key" ] || key "$name"
  printf '%b\n' "$extensions" >"$name.ext"
  openssl req -new -key "$name.key" -subj "/CN=Mote $name" -out "$name.csr"
  openssl x509 -req -in "$name.csr" -CA "$issuer.pem" -CAkey "$issuer.key" -sha256 -days 365 \
    -set_serial "0x$(openssl rand -hex 8)" -extfile "$name.ext" -out "$name.pem" "$@" 2>/dev/null
}

# issue_between NAME ISSUER EXTENSIONS START END: dates as YYYYMMDD.
issue_between() {
  issue "$1" "$2" "$3"
  : >dates.txt
  cat >dates.cnf <<TXT
[ca]
default_ca=dates
[dates]
database=dates.txt
policy=any
new_certs_dir=.
rand_serial=yes
[any]
commonName=supplied
TXT
  openssl ca -batch -notext -config dates.cnf -md sha256 -in "$1.csr" -cert "$2.pem" \
    -keyfile "$2.key" -extfile "$1.ext" -startdate "${4}000000Z" -enddate "${5}000000Z" \
    -out "$1.pem" 2>/dev/null
}

# under NAME AUTHORITY...: what NAME shows behind its own certificate.
under() {
  name=$1
  shift
  for authority in "$@"; do cat "$authority.pem"; done >"$name.chain.pem"
}

# of_authority NAME [KIND]: good in itself, issued by the authority NAME.
of_authority() {
  issue "by_$1" "$1" "$here"
  under "by_$1" "$1"
}

for name in root stranger middle; do
  cp "../$name.pem" "../$name.key" .
done

# Good ones.
issue good middle "${leaf}DNS:localhost,DNS:*.example.org,IP:192.0.2.7,IP:2001:db8::7,IP:10.0.2.2"
under good middle
cp good.key whole.key && cp good.pem whole.pem
under whole middle root
cp good.key disordered.key && cp good.pem disordered.pem
under disordered stranger root middle
key rsa rsa2048
issue rsa middle "$here"
under rsa middle
key p384 p384
issue p384 root "$here"
key rsa_authority rsa2048
issue rsa_authority root "$sign"
of_authority rsa_authority

# Names.
cp good.key missing_middle.key && cp good.pem missing_middle.pem
issue partial root "${leaf}DNS:f*.example.org,DNS:*o.example.org,DNS:foo.*.org,DNS:*"
issue two_stars root "${leaf}DNS:*.*.example.org"
issue only_address root "${leaf}IP:192.0.2.7"
issue address_as_name root "${leaf}DNS:192.0.2.7,DNS:192.0.2.*"
key only_subject
openssl req -new -key only_subject.key -subj /CN=localhost -out only_subject.csr
printf 'basicConstraints=CA:FALSE\n' >only_subject.ext
openssl x509 -req -in only_subject.csr -CA root.pem -CAkey root.key -sha256 -days 365 \
  -set_serial 77 -extfile only_subject.ext -out only_subject.pem 2>/dev/null
# localhost, NUL, .org
issue nul_in_name root "basicConstraints=CA:FALSE\nsubjectAltName=DER:3010820E6C6F63616C686F7374002E6F7267"

# Dates.
issue_between expired root "$here" 20200101 20210101
issue_between not_yet_valid root "$here" 20480101 20490101
issue_between old_authority root "$sign" 20200101 20210101
of_authority old_authority
issue_between young_authority root "$sign" 20480101 20490101
of_authority young_authority

# Roots.
issue unknown_root stranger "$here"
under unknown_root stranger
key self_signed
openssl req -x509 -new -key self_signed.key -sha256 -days 365 -subj /CN=localhost \
  -addext subjectAltName=DNS:localhost -out self_signed.pem
# Named like the root, and signs with a key of its own.
key impostor
openssl req -x509 -new -key impostor.key -sha256 -days 365 -subj "/CN=Mote development root" \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign -out impostor.pem
of_authority impostor
# The last bit of a signature.
cp good.key tampered.key
openssl x509 -in good.pem -outform DER -out tampered.der
last=$(tail -c 1 tampered.der | od -An -tu1)
{
  head -c -1 tampered.der
  # shellcheck disable=SC2059
  printf "\\$(printf %o $((last ^ 1)))"
} >changed.der
openssl x509 -inform DER -in changed.der -out tampered.pem
under tampered middle

# Usage.
issue for_clients root "$here\nextendedKeyUsage=clientAuth"
issue for_servers root "$here\nextendedKeyUsage=serverAuth"
issue only_agrees root "$here\nkeyUsage=critical,keyAgreement"
issue does_not_sign root "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign"
of_authority does_not_sign
of_authority good
issue says_nothing root "subjectAltName=DNS:localhost"
of_authority says_nothing
issue last_authority root "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign"
issue one_too_many last_authority "$sign"
of_authority one_too_many
under by_one_too_many one_too_many last_authority

# Strength.
issue sha1 root "$here" -sha1
issue sha1_authority root "$sign" -sha1
of_authority sha1_authority
key rsa1024 rsa1024
issue rsa1024 root "$here"
key rsa1024_authority rsa1024
issue rsa1024_authority root "$sign"
of_authority rsa1024_authority
key p384_authority p384
issue p384_authority root "$sign" -sha384
key by_p384_authority p384
issue by_p384_authority p384_authority "$here" -sha384
under by_p384_authority p384_authority
key p384_with_sha256 p384
issue p384_with_sha256 root "$sign"
of_authority p384_with_sha256
key p521_authority p521
issue p521_authority root "$sign"
of_authority p521_authority
key ed25519 ed25519
issue ed25519 root "$here"

# What is not evaluated.
issue constrained root "$sign\nnameConstraints=critical,permitted;DNS:localhost"
of_authority constrained
issue novelty root "$here\n1.3.6.1.4.1.32473.1=critical,ASN1:NULL"
