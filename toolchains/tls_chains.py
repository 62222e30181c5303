# SPDX-License-Identifier: MIT
"""Chains of certificates like those of public servers, made with Debian's openssl.

  ecdsa   a leaf and what signed it, of P-256, below a root of P-256
  rsa     a leaf and what signed it, RSA of 2048 bits, and a root of 4096 bits that another such root
          has signed, which is the one believed: 4 KB
  mixed   the same with a leaf of P-256
"""

import os
import subprocess

AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
# As long as that of a server with some names, policies and two logs of transparency.
LEAF = ("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
        "extendedKeyUsage=serverAuth\nsubjectKeyIdentifier=hash\n"
        "subjectAltName=DNS:server,DNS:localhost,IP:127.0.0.1,IP:10.0.2.2{names}\n")
NAMES = "".join(f",DNS:www{number}.devices.example.org" for number in range(8))
SCTS = "1.3.6.1.4.1.11129.2.4.2=DER:0481F0" + "5A" * 240 + "\n"
KEYS = {"p256": ("EC", "ec_paramgen_curve:P-256"), "2048": ("RSA", "rsa_keygen_bits:2048"),
        "4096": ("RSA", "rsa_keygen_bits:4096")}


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def make_key(folder, name, kind):
    algorithm, option = KEYS[kind]
    openssl(folder, "genpkey", "-algorithm", algorithm, "-pkeyopt", option, "-out", name + ".key")


def make_root(folder):
    openssl(folder, "req", "-x509", "-new", "-key", "root.key", "-sha256", "-days", "3650", "-subj",
            "/C=XX/O=Mote development/CN=root", "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign", "-out", "root.pem")


def sign(folder, name, issuer, extensions):
    with open(os.path.join(folder, name + ".ext"), "w", encoding="utf-8") as file:
        file.write(extensions)
    openssl(folder, "req", "-new", "-key", name + ".key", "-subj",
            f"/C=XX/O=Mote development/CN={name}", "-out", name + ".csr")
    openssl(folder, "x509", "-req", "-in", name + ".csr", "-CA", issuer + ".pem", "-CAkey",
            issuer + ".key", "-sha256", "-days", "365", "-set_serial", "0x4D6F7465" + "7E" * 8,
            "-extfile", name + ".ext", "-out", name + ".pem")


def make(kind, folder):
    """Returns the folder, with root.pem, server.key and server.chain.pem."""
    if os.path.exists(os.path.join(folder, "server.chain.pem")):
        return folder
    os.makedirs(folder, exist_ok=True)
    ecdsa = kind == "ecdsa"
    make_key(folder, "root", "p256" if ecdsa else "4096")
    make_root(folder)
    above, issuer = ["middle"], "root"
    if not ecdsa:
        make_key(folder, "cross", "4096")
        sign(folder, "cross", "root", AUTHORITY)
        above, issuer = ["middle", "cross"], "cross"
    make_key(folder, "middle", "p256" if ecdsa else "2048")
    sign(folder, "middle", issuer, AUTHORITY)
    make_key(folder, "server", "2048" if kind == "rsa" else "p256")
    sign(folder, "server", "middle", LEAF.format(names=NAMES) + SCTS)
    with open(os.path.join(folder, "server.chain.pem"), "w", encoding="utf-8") as out:
        for name in ["server", *above]:
            with open(os.path.join(folder, name + ".pem"), encoding="utf-8") as file:
                out.write(file.read())
    return folder


def size(folder):
    """Bytes of the certificates that a server shows."""
    with open(os.path.join(folder, "server.chain.pem"), encoding="utf-8") as file:
        lines = [line.strip() for line in file if not line.startswith("-----")]
    return sum(len(line) for line in lines) * 3 // 4
