#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""TLS over Linux's sockets against peers by others. tls_test.py tls_peer CERTIFICATES"""

import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from tls_servers import Server, file, free_port, node, openssl, shows, use  # noqa: E402

PROGRAM = sys.argv[1]
use(sys.argv[2])


def run(*words, **variables):
    done = subprocess.run([PROGRAM, *words], capture_output=True, timeout=30, check=False,
                          env={**os.environ, **variables})
    return (done.stdout + done.stderr).decode()


def get(port, path="/", host="localhost", root="root", **variables):
    return run("get", file(root + ".der"), f"https://{host}:{port}{path}", **variables)


def shown_by(name):
    return ",".join([file(name + ".key.der"), file(name + ".der"), file("middle.der")])


def has(text, *words):
    for word in words:
        assert word in text, f"no {word!r} in {text[-600:]!r}"
    return text


def against_openssl():
    with openssl("server", "-tls1_3") as server:
        has(get(server.port), "200 TLSv1.3")
        has(get(server.port, host="127.0.0.1"), "200 TLSv1.3")
        has(get(server.port, root="stranger"), "from an unknown root (8)")
    for suite in ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305",
                  "ECDHE-ECDSA-AES256-GCM-SHA384"):
        with openssl("server", "-tls1_2", "-cipher", suite) as server:
            has(get(server.port), "200 TLSv1.2")
    with openssl("server", "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256") as server:
        has(get(server.port), "failed: refused by a TLS alert (40)")  # handshake_failure


def with_rsa():
    """Both kinds of its signatures in TLS 1.2, as the server likes (RFC 8446 §4.2.3)."""
    for chosen in ("RSA-PSS+SHA256", "RSA-PSS+SHA512", "RSA+SHA256", "RSA+SHA384"):
        with shows("rsa", "-www", "-tls1_2", "-sigalgs", chosen) as server:
            has(get(server.port), "200 TLSv1.2")
    with shows("rsa", "-www", "-tls1_2", "-serverpref") as server:
        has(get(server.port), "200 TLSv1.2")
    with shows("rsa", "-www", "-tls1_3") as server:
        has(get(server.port), "200 TLSv1.3")


def refusals():
    for name, words in (("expired", "expired"), ("other", "for another name"),
                        ("unknown", "from an unknown root"), ("alone", "from an unknown root")):
        for version in ("-tls1_3", "-tls1_2"):
            with openssl(name, version) as server:
                has(get(server.port), words)


def wait_for(output, line):
    """Until a process has said so. Its output is read no further."""
    for said in output:
        if line in said:
            return
    raise AssertionError(f"the process has not said {line!r}")


def key_updates():
    """RFC 8446 §4.6.3: a peer may change its keys at any time; Mbed TLS does not follow."""
    for command in (b"k\n", b"K\n"):
        port = free_port()
        server = subprocess.Popen(
            ["openssl", "s_server", "-tls1_3", "-accept", str(port), "-key", file("server.key"),
             "-cert", file("server.pem"), "-cert_chain", file("middle.pem")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            wait_for(server.stdout, b"ACCEPT")
            # Nobody answers the request: the client waits when the server changes its keys.
            client = subprocess.Popen([PROGRAM, "get", file("root.der"),
                                       f"https://localhost:{port}/"], stdout=subprocess.PIPE)
            wait_for(server.stdout, b"GET / ")
            server.stdin.write(command)
            server.stdin.flush()
            has(client.communicate(timeout=30)[0].decode(), "failed: TLS keys changed")
        finally:
            server.kill()
            server.wait()


def clients_certificates():
    for version in ("-tls1_3", "-tls1_2"):
        with openssl("server", version, "-Verify", "3", "-verify_return_error", "-CAfile",
                     file("root.pem")) as server:
            has(get(server.port, SHOWN=shown_by("client")), "200 TLSv1")
            has(get(server.port), "failed: refused by a TLS alert")
            has(get(server.port, SHOWN=shown_by("unknown")), "failed: refused by a TLS alert (48)")
    port = free_port()
    words = [PROGRAM, "serve", str(port)]
    words += [file(name) for name in ("server.key.der", "server.der", "middle.der")]
    server = subprocess.Popen(words, stdout=subprocess.PIPE,
                              env={**os.environ, "ASKED": file("root.der")})
    try:
        wait_for(server.stdout, b"serving")
        for version in ("--tlsv1.3", "--tls-max 1.2 --tlsv1.2"):
            asks_curl(server, port, version, "client", None)
            asks_curl(server, port, version, None, b"no certificate")
            asks_curl(server, port, version, "unknown", b"unknown root")
            asks_curl(server, port, version, "for_servers", b"another use")
        has(get(port, SHOWN=shown_by("client")), "200 TLSv1.3", "hello by https")
    finally:
        server.kill()
        server.wait()


def asks_curl(server, port, version, shown, refusal):
    """curl sees the alert that says what the server says."""
    words = ["curl", "-sS", "--noproxy", "*", *version.split(), "--cacert", file("root.pem")]
    if shown:
        chain = os.path.join(tempfile.gettempdir(), f"mote-shown-{os.getpid()}.pem")
        with open(chain, "wb") as together:
            for name in (shown, "middle"):
                with open(file(name + ".pem"), "rb") as one:
                    together.write(one.read())
        words += ["--cert", chain, "--key", file(shown + ".key")]
    done = subprocess.run([*words, f"https://localhost:{port}/"], capture_output=True, timeout=20,
                          check=False)
    if shown:
        os.unlink(chain)
    if not refusal:
        assert done.stdout == b"hello by https\n", done
        return
    wait_for(server.stdout, refusal)
    assert b"alert" in done.stderr, done


def against_node():
    for version in ("TLSv1.3", "TLSv1.2"):
        with node(version) as server:
            print(has(get(server.port), "200 " + version, "by node").splitlines()[-1])
            has(get(server.port, "/large"), "16777216 bytes")
            has(run("ws", file("root.der"), f"wss://localhost:{server.port}/"), "by node",
                "closed 1000")


def served():
    port = free_port()
    with Server([PROGRAM, "serve", str(port), file("server.key.der"), file("server.der"),
                 file("middle.der")], port):
        for version in ("--tlsv1.3", "--tls-max 1.2 --tlsv1.2"):
            for host in ("localhost", "127.0.0.1"):
                done = subprocess.run(
                    ["curl", "-sS", "--noproxy", "*", *version.split(), "--cacert",
                     file("root.pem"), f"https://{host}:{port}/", f"https://{host}:{port}/"],
                    capture_output=True, timeout=20, check=False)
                assert done.stdout == b"hello by https\n" * 2, done
        has(get(port), "200 TLSv1.3", "hello by https")
        told = subprocess.Popen(["openssl", "s_client", "-connect", f"localhost:{port}"],
                                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE)
        told.stdin.write(b"K\n")  # It is read when the handshake is done.
        told.stdin.flush()
        wait_for(told.stderr, b"alert unexpected message")
        told.kill()
        told.wait()
        has(run("ws", file("root.der"), f"wss://localhost:{port}/echo"), "hello", "closed 1000")
        context = ssl.create_default_context(cafile=file("root.pem"))
        with socket.create_connection(("127.0.0.1", port)) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as tls:
                tls.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                answer = b""
                while piece := tls.recv(4096):
                    answer += piece  # Python raises SSLEOFError without close_notify.
        assert answer.endswith(b"hello by https\n"), answer


against_openssl()
with_rsa()
refusals()
key_updates()
clients_certificates()
if shutil.which("node"):
    against_node()
served()
print("TLS with OpenSSL, Node, curl and Python: as it should be")
