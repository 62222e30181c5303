#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Mote's servers by TLS with clients by others. tls_served_test.py CERTIFICATES PROGRAM"""

import contextlib
import http.client
import os
import shutil
import ssl
import subprocess
import sys
import threading

from tls_programs import IS_BOARD, Program, file, pattern, version_of

from peer import Peer, missing_for

PEERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers")
MUCH = (1 << 18) if IS_BOARD else (1 << 24)
VERSIONS = ("TLSv1.3", "TLSv1.2")
ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
SYSTEM = "/usr/bin/python3"  # Debian's packages are its own.
SECRET = "whsec_c2VjcmV0IGZvciBkZW1v"


def run(*words, said=None, code=0):
    done = subprocess.run(words, input=said, capture_output=True, timeout=200, check=False)
    assert done.returncode == code, f"{words}: {done.returncode}: {done.stdout} {done.stderr}"
    return done.stdout


def curl(port, path, version, *more):
    limits = ["--tlsv1.3"] if version == "TLSv1.3" else ["--tlsv1.2", "--tls-max", "1.2"]
    return run("curl", "-sS", "--noproxy", "*", "--cacert", file("root.pem"), *limits, *more,
               f"https://localhost:{port}{path}")


def by_curl(port):
    for version in VERSIONS:
        assert curl(port, "/", version) == b"hello by https\n"
        assert curl(port, f"/bytes/{MUCH}", version) == pattern(MUCH)
        with open(file("much"), "wb") as out:
            out.write(pattern(MUCH))
        sent = curl(port, "/upload", version, "--data-binary", "@" + file("much"))
        assert sent == f"{MUCH} right".encode(), sent
        sent = curl(port, "/upload", version, "--data-binary", "@" + file("much"), "-H",
                    "Transfer-Encoding: chunked")
        assert sent == f"{MUCH} right".encode(), sent


def by_openssl(port):
    """Each suite and group that is offered; renegotiation is not."""
    base = ["openssl", "s_client", "-connect", f"localhost:{port}", "-CAfile", file("root.pem"),
            "-verify_return_error", "-quiet", "-ign_eof"]
    for options in (["-tls1_3"], ["-tls1_2"], ["-tls1_3", "-groups", "P-256"],
                    ["-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"],
                    ["-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"],
                    ["-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"],
                    ["-tls1_2", "-groups", "P-256"], ["-alpn", "http/1.1"],
                    ["-alpn", "h2,http/1.1"], ["-servername", "somebody.else"], ["-noservername"],
                    ["-tls1_3", "-groups", "P-521:P-256"]):
        said = run(*base, *options, said=ASK)
        assert said.endswith(b"hello by https\n"), (options, said)


def by_gnutls(port):
    if not shutil.which("gnutls-cli"):
        return print("not tried: GnuTLS")
    for version in ("1.3", "1.2"):
        said = run("gnutls-cli", "--logfile=/dev/null", f"--x509cafile={file('root.pem')}",
                   "--priority", f"NORMAL:-VERS-ALL:+VERS-TLS{version}", "--port", str(port),
                   "localhost", said=ASK)
        assert said.endswith(b"hello by https\n"), said


def by_python(port):
    for version in VERSIONS:
        context = version_of(ssl.create_default_context(cafile=file("root.pem")), version)

        def connection():
            return contextlib.closing(http.client.HTTPSConnection(
                "localhost", port, timeout=100, context=context))

        with connection() as one, connection() as other:
            for path in ("/", "/bytes/0", "/bytes/100000", "/"):  # One connection, kept.
                one.request("GET", path)
                answer = one.getresponse()
                assert answer.status == 200
                size = int(path[7:]) if path != "/" else 0
                assert answer.read() == (pattern(size) if path != "/" else b"hello by https\n")
            other.connect()
            one.request("GET", "/number")
            releases = threading.Timer(0.3, lambda: other.request("POST", "/more"))
            releases.start()
            assert one.getresponse().read() == b"released"
            releases.join()
            other.getresponse().read()


WEBSOCKETS = """
import asyncio, ssl, sys, websockets
async def speak():
    context = ssl.create_default_context(cafile=sys.argv[2])
    context.minimum_version = context.maximum_version = ssl.TLSVersion[sys.argv[3]]
    async with websockets.connect(sys.argv[1], ssl=context) as socket:
        for text in ("a", "b" * 125, "c" * 500):
            await socket.send(text)
            assert await asyncio.wait_for(socket.recv(), 20) == text
        await asyncio.wait_for(await socket.ping(), 20)
asyncio.run(speak())
"""


def has_websockets():
    return subprocess.run([SYSTEM, "-c", "import websockets"], check=False).returncode == 0


def by_websockets(port):
    if not has_websockets():
        return print("not tried: Python's websockets")
    for version in VERSIONS:
        run(SYSTEM, "-c", WEBSOCKETS, f"wss://localhost:{port}/echo", file("root.pem"),
            version.replace(".", "_"))


def by_node(port, program):
    if lacks := missing_for("servers.mjs"):
        return print("not tried:", lacks)
    environment = {**os.environ, "NODE_EXTRA_CA_CERTS": file("root.pem")}

    def node(version, *words):
        options = [f"--tls-{end}-{version.lower().removeprefix('tls')}" for end in ("min", "max")]
        script = os.path.join(PEERS, "clients.mjs")
        done = subprocess.run(["node", *options, script, *map(str, words)], capture_output=True,
                              text=True, timeout=200, check=False, env=environment)
        assert done.returncode == 0, done
        return done.stdout.splitlines()

    base = f"https://localhost:{port}"
    for version in VERSIONS:
        told = node(version, "events", base + "/readings", 5)
        assert told[0] == "open", told
        numbers = [int(line.split()[2]) for line in told[1:]]
        assert numbers == list(range(numbers[0], numbers[0] + 5)), told
        assert node(version, "hook", base + "/hooks", SECRET, "msg_" + version, 0,
                    '{"n":1}') == ["200"]
        program.wait_for('^hook {"n":1}')


WEBSOCKETS_THROUGH = """
import asyncio, sys, websockets
async def speak():
    async with websockets.connect(sys.argv[1]) as socket:
        await socket.send("through")
        assert await asyncio.wait_for(socket.recv(), 20) == "through"
asyncio.run(speak())
"""


def by_nginx(port):
    """A proxy that verifies whom it asks: plain on this side, TLS on ours."""
    if lacks := missing_for("nginx.py"):
        return print("not tried:", lacks)
    for version in VERSIONS:
        with Peer("nginx.py", "--upstream", str(port), "--trusts", file("root.pem"), "--tls",
                  version, "--body-most", "32m") as proxy:
            plain = f"http://127.0.0.1:{proxy.port}"
            ask = ["curl", "-sSf", "--noproxy", "*"]
            assert run(*ask, plain + "/") == b"hello by https\n"
            assert run(*ask, f"{plain}/bytes/{MUCH}") == pattern(MUCH)
            sent = run(*ask, plain + "/upload", "--data-binary", "@-", said=pattern(MUCH))
            assert sent == f"{MUCH} right".encode(), sent
            events = run(*ask, "-N", "--max-time", "2", plain + "/readings", code=28)
            assert events.count(b"event: reading") > 2, events
            if has_websockets():
                run(SYSTEM, "-c", WEBSOCKETS_THROUGH, f"ws://127.0.0.1:{proxy.port}/echo")


def main():
    with Program(serves=True) as program:
        for check in (by_curl, by_openssl, by_gnutls, by_python, by_websockets, by_nginx):
            check(program.port)
        by_node(program.port, program)
    print("Mote's servers by TLS: as they should be")


if __name__ == "__main__":
    main()
