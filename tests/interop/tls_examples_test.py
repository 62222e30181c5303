#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Examples that need TLS, on Linux and on the board. tls_examples_test.py NAME PROGRAM CERTIFICATES"""

import base64
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from peer import Peer  # noqa: E402
from program import example, host_of  # noqa: E402
from tls_front import TlsFront  # noqa: E402

PORT = 8443
NAME, PROGRAM, CERTIFICATES = sys.argv[1:]


def curl(*words, code=0, root="root.pem"):
    done = subprocess.run(["curl", "-sS", "--max-time", "20", "--cacert",
                           os.path.join(CERTIFICATES, root), *words],
                          capture_output=True, text=True, timeout=40, check=False)
    assert done.returncode == code, (words, done)
    return done.stdout


def https_server():
    """A page, and JSON to read and to switch, for clients that verify who it is."""
    with example(PROGRAM, listens=PORT) as server:
        server.wait_for("^listens$")
        url = f"https://localhost:{server.port(PORT)}"
        retry = ["--retry", "20", "--retry-all-errors", "--retry-delay", "1"]
        assert "<h1>Lamps</h1>" in curl(*retry, f"{url}/")
        for version in ("1.2", "1.3"):
            only = [f"--tlsv{version}", "--tls-max", version]
            lamp = json.loads(curl(*only, f"{url}/lamps/door"))
            assert lamp == {"name": "door", "on": False}, lamp
        put = ["-X", "PUT", "-d"]
        lamp = json.loads(curl(*put, '{ "on" : true }', f"{url}/lamps/door"))
        assert lamp == {"name": "door", "on": True}, lamp
        server.wait_for("^led on$")
        assert json.loads(curl(f"{url}/lamps/door"))["on"] is True
        assert json.loads(curl(f"{url}/lamps/yard"))["on"] is True
        code = ["-o", os.devnull, "-w", "%{http_code}"]
        for path in ("/lamps/moon", "/lamps/", "/lamps/door/more", "/other"):
            assert curl(*code, url + path) == "404", path
        for wish in ("", "{}", '{"on":1}', '{"on":true', '{"off":true}', '{"on":true} more', "[]"):
            assert curl(*code, *put, wish, f"{url}/lamps/door") == "400", wish
        curl(f"{url}/", root="stranger.pem", code=60)
        assert json.loads(curl(f"{url}/lamps/door"))["on"] is True


def pin():
    with open(os.path.join(CERTIFICATES, "server.pin"), "rb") as file:
        return base64.b64encode(file.read()).decode()


def wss_client():
    """Says what it verified, resumes after a loss, and takes no other key than the pinned one."""
    with Peer("servers.mjs") as peer, TlsFront(CERTIFICATES, peer.port) as front:
        url = f"wss://{host_of(PROGRAM)}:{front.port}/echo"
        with example(PROGRAM, url=url, pin=pin()) as client:
            for depth in (2, 1, 0):
                client.wait_for(f"^certificate {depth}: ok$")
            client.wait_for("^TLSv1.3$")
            most = int(client.wait_for(r"^TLS memory at most (\d+) bytes$")[1])
            client.wait_for("^hello by wss$")
            print(f"{most} bytes of TLS memory at most")
            client.lines.clear()
            peer.kill()
            client.wait_for("closed|reset|truncated")
            peer.start()
            client.wait_for("^hello by wss$", 20)
            assert "certificate 0: ok" not in client.lines, client.lines
        with example(PROGRAM, url=url, pin="A" * 43 + "=") as client:
            client.wait_for("^certificate with another key$")
        with example(PROGRAM, url=url, pin="A" * 42) as client:
            client.wait_for("^the pin is no SHA-256 in base64$")


def main():
    globals()[NAME]()
    print(f"interop_{NAME}: passed")


if __name__ == "__main__":
    main()
