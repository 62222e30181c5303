#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Keys other than P-256, as a server's and as a client's, with peers by others.
tls_keys_test.py CERTIFICATES tls_peer"""

import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from tls_servers import Server, file, free_port, shows, use  # noqa: E402

use(sys.argv[1])
PROGRAM = sys.argv[2]
ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def der(name, what):
    """A certificate or a key of shown.txt, in DER."""
    out = file(f"shown/{name}.{what}.der")
    words = {"pem": ["x509"], "key": ["pkey"]}[what]
    subprocess.run(["openssl", *words, "-in", file(f"shown/{name}.{what}"), "-outform", "DER",
                    "-out", out], check=True)
    return out


def chain(name):
    return [der(name, "pem")] + ([der("middle", "pem")] if name == "rsa" else [])


def get(port, **variables):
    done = subprocess.run([PROGRAM, "get", file("root.der"), f"https://localhost:{port}/"],
                          capture_output=True, timeout=60, check=False,
                          env={**os.environ, **variables})
    return (done.stdout + done.stderr).decode()


def serves(name, kinds):
    """The program shows `name` to clients by others, each of which wants one kind of signature."""
    port = free_port()
    with Server([PROGRAM, "serve", str(port), der(name, "key"), *chain(name)], port):
        for version, signatures in kinds:
            words = ["openssl", "s_client", "-connect", f"localhost:{port}", "-CAfile",
                     file("root.pem"), "-verify_return_error", "-quiet", "-ign_eof", version]
            if signatures:
                words += ["-sigalgs", signatures]
            done = subprocess.run(words, input=ASK, capture_output=True, timeout=60, check=False)
            assert done.stdout.endswith(b"hello by https\n"), (words, done)
        if shutil.which("gnutls-cli"):
            for version in ("1.3", "1.2"):
                done = subprocess.run(
                    ["gnutls-cli", "--logfile=/dev/null", f"--x509cafile={file('root.pem')}",
                     "--priority", f"NORMAL:-VERS-ALL:+VERS-TLS{version}", "--port", str(port),
                     "localhost"], input=ASK, capture_output=True, timeout=60, check=False)
                assert done.stdout.endswith(b"hello by https\n"), done
        for limit in (["--tlsv1.3"], ["--tlsv1.2", "--tls-max", "1.2"]):
            done = subprocess.run(["curl", "-sS", "--noproxy", "*", *limit, "--cacert",
                                   file("root.pem"), f"https://localhost:{port}/"],
                                  capture_output=True, timeout=60, check=False)
            assert done.stdout == b"hello by https\n", done
        said = get(port)
        assert "200 TLSv1.3" in said, said


def is_asked(name, versions):
    """And shows it to servers that require a certificate."""
    words = ",".join([der(name, "key"), *chain(name)])
    for version, signatures in versions:
        options = ["-client_sigalgs", signatures] if signatures else []
        with shows("good", "-www", version, "-Verify", "3", "-verify_return_error", "-CAfile",
                   file("root.pem"), *options) as server:
            said = get(server.port, SHOWN=words)
            assert "200 TLSv1" in said, (name, version, signatures, said)


def main():
    serves("rsa", [("-tls1_3", ""), ("-tls1_2", ""), ("-tls1_3", "RSA-PSS+SHA256:ECDSA+SHA256"),
                   ("-tls1_3", "RSA-PSS+SHA512:ECDSA+SHA256"),
                   ("-tls1_2", "RSA+SHA256:ECDSA+SHA256"), ("-tls1_2", "RSA+SHA512:ECDSA+SHA256")])
    serves("p384", [("-tls1_3", ""), ("-tls1_2", "")])
    is_asked("rsa", [("-tls1_3", ""), ("-tls1_2", ""), ("-tls1_2", "RSA-PSS+SHA256:RSA+SHA256"),
                     ("-tls1_2", "RSA+SHA256")])
    is_asked("p384", [("-tls1_3", ""), ("-tls1_2", "")])
    print("RSA and P-384, as servers and as clients: as they should be")


if __name__ == "__main__":
    main()
