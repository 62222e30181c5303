#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The HTTP client by TLS against servers by others. tls_http_test.py CERTIFICATES PROGRAM"""

import contextlib
import os
import ssl
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tls_programs import HERE, IS_BOARD, Program, file, free_port, pattern, version_of

from peer import Peer, missing_for
from tls_servers import Server, gnutls, has_gnutls, use_files

LONG = 3 * 3 * 1460  # three windows of the board
MUCH = (1 << 18) if IS_BOARD else (1 << 24)
VERSIONS = ("TLSv1.3", "TLSv1.2")


def answers(to, **words):
    with Program(to=to, tls="yes", **words) as program:
        program.wait_for("^no more", 200)
        return [line[5:] for line in program.told if line.startswith("done ")]


def expect(to, cases, **words):
    """Cases: path, and the line that is to be said of its answer."""
    got = answers(to, get=",".join(path for path, _ in cases), **words)
    assert got == [line for _, line in cases], got


class Answers(BaseHTTPRequestHandler):
    """Python's own server, with what corners.mjs has."""

    protocol_version = "HTTP/1.1"

    def answer(self, code, body=b"", **fields):
        self.send_response(code)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.server.seen.append((self.path, self.headers))
        if self.path.startswith("/bytes/"):
            return self.answer(200, pattern(int(self.path[7:])))
        return self.answer(302, Location=self.server.leads_to)

    def do_POST(self):
        if "Content-Length" in self.headers:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        else:
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        self.answer(200, body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def python(version=None, leads_to=""):
    """By TLS when there is a version."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    server.seen, server.leads_to, server.port = [], leads_to, server.server_port
    if version:
        context = version_of(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), version)
        context.load_cert_chain(file("server.chain.pem"), file("server.key"))
        server.socket = context.wrap_socket(server.socket, server_side=True,
                                            do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def against_nginx():
    if missing_for("nginx.py") or missing_for("servers.mjs"):
        return print("not tried: nginx, or Node")
    with Peer("servers.mjs") as peer:
        for version in VERSIONS:
            with Peer("nginx.py", "--upstream", str(peer.port), "--certificate", file(""), "--tls",
                      version, "--body-most", "32m") as proxy:
                expect(proxy.port, [
                    ("/bytes/5", "200 ok 5 abcde"),
                    (f"/bytes/{LONG}", f"200 ok {LONG} right"),
                    (f"/chunked/{LONG}", f"200 ok {LONG} right"),
                    ("/status/404", "404 ok 0 "),
                    ("/redirect/3", "200 ok 5 abcde"),
                    ("/slow?ms=300", "200 ok 8 at last"),
                    (f"/bytes/{MUCH}", f"200 ok {MUCH} right"),
                ])
                for size, words in ((MUCH, {}), (LONG, {}), (LONG, {"chunked": "yes"})):
                    got = answers(proxy.port, post="/echo,/echo", bytes=size, **words)
                    assert got == [f"200 ok {size} right"] * 2, got


def against_python():
    for version in VERSIONS:
        with python(version) as server:
            expect(server.port, [("/bytes/5", "200 ok 5 abcde"),
                                 (f"/bytes/{MUCH}", f"200 ok {MUCH} right")])
            got = answers(server.port, post="/echo", bytes=MUCH)
            assert got == [f"200 ok {MUCH} right"], got


def against_openssl():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "bytes.txt"), "wb") as out:
            out.write(pattern(MUCH))
        for version in ("-tls1_3", "-tls1_2"):
            with use_files(folder, version) as server:
                expect(server.port, [("/bytes.txt", f"200 ok {MUCH} right")] * 2)


def against_gnutls():
    if not has_gnutls():
        return print("not tried: GnuTLS")
    for version in ("1.3", "1.2"):
        for group in ("", ":-GROUP-ALL:+GROUP-SECP256R1", ":-GROUP-ALL:+GROUP-X25519"):
            with gnutls(version, group) as server:
                got = answers(server.port, get="/")
                assert len(got) == 1 and got[0].startswith("200 ok "), got


def redirects():
    """From http to https, never back with what is secret, and in both over one client."""
    with python() as plain, python("TLSv1.3") as secure:
        plain.leads_to = f"https://{HERE}:{secure.port}/bytes/7"
        secure.leads_to = f"http://{HERE}:{plain.port}/bytes/9"
        start = f"http://{HERE}:{plain.port}/away"
        got = answers(secure.port, get=f"{start},/bytes/5,{start},/away,/bytes/6")
        assert got[:3] == ["200 ok 7 abcdefg", "200 ok 5 abcde", "200 ok 7 abcdefg"], got
        assert got[3:] == ["302 TLS needed, but this transport has none 0 ",
                           "200 ok 6 abcdef"], got
        # Who asks there with a user and is led to http must not show it to whoever listens.
        user = f"https://user:secret@{HERE}:{secure.port}/away"
        answers(secure.port, get=user)
        assert any("Authorization" in fields for path, fields in secure.seen), secure.seen
        assert not any("Authorization" in fields for path, fields in plain.seen), plain.seen


def main():
    against_nginx()
    against_python()
    against_openssl()
    against_gnutls()
    redirects()
    print("HTTP by TLS: as it should be")


if __name__ == "__main__":
    main()
