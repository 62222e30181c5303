#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The command-line tool against servers by others. cli_test.py COMMAND mote"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from peer import Peer  # noqa: E402
from raw_peer import RawPeer, frame, read_frame, read_head, upgrade_answer  # noqa: E402

LETTERS = b"abcdefghijklmnopqrstuvwxyz0123456789"
SECRET = "whsec_c2VjcmV0IGZvciBkZW1v"
MIB = 1024 * 1024
PROGRAM = sys.argv[-1]


def pattern(size):
    return (LETTERS * (size // len(LETTERS) + 1))[:size]


def start(*words):
    return subprocess.Popen([PROGRAM, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def run(*words, said=b"", code=0):
    """Runs the tool to its end, which must be with `code`; returns (stdout, stderr)."""
    done = subprocess.run([PROGRAM, *words], input=said, capture_output=True, timeout=40,
                          check=False)
    complaint = f"{words}: {done.returncode}, not {code}: {done.stderr[-2000:]}"
    assert done.returncode == code, complaint
    return done.stdout, done.stderr.decode()


def equal(got, wanted):
    assert got == wanted, f"got {len(got)}: {got[:200]!r}, wanted {len(wanted)}: {wanted[:200]!r}"


class Awkward(BaseHTTPRequestHandler):
    """Python's own server: an answer that is cut off, and one that lasts on one connection."""

    protocol_version = "HTTP/1.1"

    def setup(self):
        self.server.connections += 1
        super().setup()

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "100" if self.path == "/cut" else "5")
        self.end_headers()
        self.wfile.write(b"hello")
        self.close_connection = self.path == "/cut"

    def log_message(self, *_):
        pass


class AwkwardServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Awkward)
        self.connections = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"


def check_bodies(http):
    """Bodies of every framing come whole, over whatever stands between."""
    for size in (0, 1, 65536, 300_000):
        equal(run("get", f"{http}/bytes/{size}")[0], pattern(size))
        equal(run("get", f"{http}/chunked/{size}")[0], pattern(size))
    equal(run("get", f"{http}/until-close")[0], b"until the end\n")
    equal(run("get", f"{http}/drip?count=3")[0], b"piece 1\npiece 2\npiece 3\n")
    for size in (1, 100_000):
        body = pattern(size)
        equal(run("get", f"{http}/echo", "-X", "POST", "-d", body.decode())[0], body)


def check_get():
    with Peer("servers.mjs") as peer:
        http = f"http://127.0.0.1:{peer.port}"
        check_bodies(http)
        with Peer("nginx.py", "--upstream", str(peer.port)) as nginx:
            check_bodies(f"http://127.0.0.1:{nginx.port}")
        equal(run("get", f"{http}/redirect/3", "--follow")[0], pattern(5))
        run("get", f"{http}/redirect/3", code=4)
        run("get", f"{http}/redirect/60", "--follow", code=1)
        run("get", f"{http}/nowhere", code=4)
        run("get", f"{http}/status/500", code=4)
        run("get", f"{http}/status/204")
        # Refused while most of the body is still to be sent.
        out, _ = run("get", f"{http}/refuse-upload", "-X", "POST", "-d", "x" * 120_000, code=4)
        equal(out, b"too large\n")
        out, _ = run("get", f"{http}/headers", "-H", "X-One: 1", "--header", "X-Two:2")
        fields = json.loads(out)["headers"]
        assert (fields["x-one"], fields["x-two"]) == ("1", "2"), fields
        lines = run("get", f"{http}/bytes/5", "--json")[0].decode().splitlines()
        parts = [json.loads(line) for line in lines]
        equal("".join(part["data"] for part in parts[:-1]), "abcde")
        equal(parts[-1], {"status": 200})
        run("get", f"{http}/slow?ms=20000", "--timeout", "300ms", code=3)
    run("get", f"{http}/bytes/5", code=1)  # Nobody listens there any more.
    with AwkwardServer() as server:
        equal(run("get", server.url("/cut"), code=1)[0], b"hello")


def check_misuse():
    """What the command line has wrong ends with 2 before anything is sent."""
    url = "http://127.0.0.1:9/"
    for words in ([], ["dance"], ["get"], ["get", url, "--dance"], ["get", url, "--pin", "short"],
                  ["get", "nonsense"], ["get", url, "-H", "no colon"], ["get", url, "--key", "x"],
                  ["ws", url], ["ws", "ws://127.0.0.1:9/", "--max-message", "0"],
                  ["ws", "ws://127.0.0.1:9/", "--max-message", "16777217"],
                  ["poll", url], ["poll", url, "--every", "1s", "--hold", "1s"],
                  ["poll", url, "--every", "soon"], ["sse", "ftp://localhost/"],
                  ["get", url, "--timeout", "-1"], ["hook", "send", url],
                  ["sse", url, "-n", "many"]):
        run(*words, code=2)
    run("--version")
    run("--help")


def check_echoes(url):
    for size in (1, 65536, 16 * MIB):
        for kind in ([], ["--binary"]):
            message = pattern(size)
            out, _ = run("ws", url, *kind, "--max-message", str(16 * MIB), "-n", "1", said=message)
            equal(out, message + b"\n")
    lines = b"".join(b"line %d\n" % n for n in range(300))
    equal(run("ws", url, "-n", "3", said=lines)[0], b"line 0\nline 1\nline 2\n")
    out, _ = run("ws", url, "--binary", "--json", "-n", "1", said=b"\xff\n")
    equal(json.loads(out), {"type": "binary", "data": {"base64": "/w=="}})
    out, _ = run("ws", url, "--json", "-n", "1", said=b"text\n")
    equal(json.loads(out), {"type": "text", "data": "text"})
    equal(run("ws", url, said=lines)[0], lines)
    large = pattern(200_000) + b"\n" + pattern(3) + b"\n" + pattern(MIB) + b"\n"
    equal(run("ws", url, said=large)[0], large)
    begun = time.monotonic()
    equal(run("ws", url, "--linger", "400ms", said=b"hi")[0], b"hi\n")
    assert 0.4 < time.monotonic() - begun < 10
    run("ws", url, "--subprotocol", "other, mote.test", "-n", "1", said=b"x")
    run("ws", url, "--max-message", "1000", said=pattern(1000))
    _, err = run("ws", url, "--max-message", "1000", "-n", "1", said=pattern(1001), code=1)
    assert "too large" in err, err


def check_frames():
    """What the tool says frame by frame."""
    with RawPeer() as peer:
        command = start("ws", f"ws://127.0.0.1:{peer.port}/", "--max-message", "1000", "--echo",
                        "--subprotocol", "other, mote.test")
        try:
            with peer.accept() as connection:
                head = read_head(connection)
                assert b"sec-websocket-protocol: other, mote.test\r\n" in head.lower(), head
                connection.sendall(upgrade_answer(head))
                connection.sendall(frame(9, b"you?") + frame(1, pattern(1000)))
                equal(read_frame(connection), (10, b"you?"))
                equal(read_frame(connection), (1, pattern(1000)))
                connection.sendall(frame(2, pattern(600), fin=False) + frame(0, pattern(401)))
                opcode, payload = read_frame(connection)
                equal((opcode, payload[:2]), (8, (1009).to_bytes(2, "big")))
            assert command.wait(20) == 1
        finally:
            command.kill()
            command.communicate()
        command = start("ws", f"ws://127.0.0.1:{peer.port}/", "--linger", "0")
        try:
            with peer.accept_websocket() as connection:
                command.stdin.close()
                equal(read_frame(connection)[0], 8)
                # What comes before the peer's close is printed, what comes after it is not.
                connection.sendall(frame(1, b"late") + frame(8, (1000).to_bytes(2, "big")) +
                                   frame(1, b"too late"))
            assert command.wait(20) == 0
            equal(command.stdout.read(), b"late\n")
        finally:
            command.kill()
            command.wait()


def check_ws():
    check_frames()
    with Peer("websockets_echo.py") as peer:
        check_echoes(f"ws://127.0.0.1:{peer.port}/")
    with Peer("servers.mjs") as peer:
        ws = f"ws://127.0.0.1:{peer.port}"
        check_echoes(f"{ws}/echo")
        with Peer("nginx.py", "--upstream", str(peer.port)) as nginx:
            equal(run("ws", f"ws://127.0.0.1:{nginx.port}/echo", "-n", "1", said=b"x")[0], b"x\n")
        for path, said in {"/ping": "closed 1000 five pongs", "/close?code=1012": "closed 1012",
                           "/close?code=4321&reason=bye": "closed 4321 bye"}.items():
            for echo in ([], ["--echo"]):
                command = start("ws", f"{ws}{path}", "-v", *echo)
                try:
                    # Its standard input stays open: the server's close is what ends it.
                    assert command.wait(20) == 0, path
                    err = command.stderr.read().decode()
                    assert said in err, err
                finally:
                    command.kill()
                    command.communicate()
        equal(run("ws", f"{ws}/large?size=70000&pieces=70", "-n", "1")[0], pattern(70000) + b"\n")
        run("ws", f"{ws}/drop", "--echo", code=1)
        run("ws", f"{ws}/nowhere", code=4)
        run("ws", f"{ws}/feed", "--echo", "--timeout", "300ms", code=3)
        for stop in (signal.SIGTERM, signal.SIGINT):
            command = start("ws", f"{ws}/large?size=3", "--echo", "-v")
            try:
                assert b"open" in command.stderr.readline()
                command.send_signal(stop)
                assert command.wait(20) == 0
            finally:
                command.kill()
                command.communicate()


def read_numbers(command, count):
    return [json.loads(command.stdout.readline())["n"] for _ in range(count)]


def check_sse():
    with tempfile.TemporaryDirectory() as room:
        with Peer("servers.mjs", "--state", os.path.join(room, "state")) as peer:
            http = f"http://127.0.0.1:{peer.port}"
            for _ in range(3):
                peer.control("publish/sse", {"text": "before"})
            command = start("sse", f"{http}/events", "-n", "8", "-v")
            try:
                numbers = read_numbers(command, 3)
                peer.kill()
                time.sleep(0.5)
                peer.start()
                for _ in range(7):
                    peer.control("publish/sse", {"text": "after"})
                numbers += read_numbers(command, 5)
                equal(numbers, list(range(1, 9)))
                assert command.wait(20) == 0
                equal(command.stdout.read(), b"")
            finally:
                command.kill()
                command.communicate()
            out, _ = run("sse", f"{http}/events", "-n", "1", "--json")
            event = json.loads(out)
            equal((event["event"], event["id"]), ("news", "1"))
            run("sse", f"{http}/no-events")
            run("sse", f"{http}/not-events", code=1)
            run("sse", f"{http}/nowhere", code=4)
            run("sse", f"{http}/events", "--timeout", "300ms", code=3)


def check_poll():
    with Peer("servers.mjs", "--chunk", "2") as peer:
        http = f"http://127.0.0.1:{peer.port}"
        for topic, path, how in (("short", "/news?after", ["--every", "50ms"]),
                                 ("long", "/wait", ["--hold", "1s"])):
            for _ in range(5):
                peer.control(f"publish/{topic}", {"text": "news"})
            path = path.split("?", maxsplit=1)[0]
            command = start("poll", f"{http}{path}", *how, "-n", "4")
            try:
                numbers = [n["n"] for _ in range(3) for n in json.loads(command.stdout.readline())]
                time.sleep(0.3)  # Meanwhile there is nothing new.
                peer.control(f"publish/{topic}", {"text": "more"})
                numbers += [n["n"] for n in json.loads(command.stdout.readline())]
                equal(numbers, [1, 2, 3, 4, 5, 6])
                assert command.wait(20) == 0
                equal(command.stdout.read(), b"")
            finally:
                command.kill()
                command.communicate()
        equal(run("poll", f"{http}/close-quietly", "--every", "20ms", "-n", "3")[0],
              b"last one\n\n" * 3)
        run("poll", f"{http}/wait", "--hold", "30s", "-n", "9", "--timeout", "1s", code=3)
    with AwkwardServer() as server:
        run("poll", server.url("/"), "--every", "20ms", "-n", "1")
        server.connections = 0
        run("poll", server.url("/"), "--every", "10ms", "--timeout", "500ms", code=3)
        equal(server.connections, 1)


def check_hook():
    with Peer("servers.mjs") as peer:
        url = f"http://127.0.0.1:{peer.port}/hooks"
        lines = [json.dumps({"n": n}) for n in range(40)]
        out, _ = run("hook", "send", url, "--secret", SECRET, "--type", "thing.made",
                     said="\n".join(lines).encode())
        assert len(out.splitlines()) == 40, out
        told = [json.loads(hook["body"]) for hook in peer.control("counts")["hooks"]]
        equal([hook["data"]["n"] for hook in told], list(range(40)))
        assert all(hook["type"] == "thing.made" for hook in told), told
        peer.control("faults", {"hooks": 1, "retry_after": 1})
        begun = time.monotonic()
        out, _ = run("hook", "send", url, "--secret", SECRET, "--json", said=b'{"late":1}\n')
        assert time.monotonic() - begun >= 1
        answer = json.loads(out)
        equal((answer["delivered"], answer["status"], answer["attempts"]), (True, 204, 2))
        assert peer.control("counts")["hooks"][-1]["id"] == answer["id"]
        # Who does not know the secret may learn it: the delivery is tried again.
        run("hook", "send", url, "--secret", "whsec_bm90IHRoZSBzZWNyZXQgb2YgaXQ=", "--timeout",
            "500ms", said=b"{}\n", code=3)
        assert peer.control("counts")["counts"]["hook refusals"] == 1
        peer.control("faults", {"hooks": 1, "status": 410})  # Gone: for good.
        run("hook", "send", url, "--secret", SECRET, said=b"{}\n", code=1)
        run("hook", "send", url, "--secret", "whsec_?", said=b"{}\n", code=2)
        run("hook", "send", url, "--secret", SECRET, said=b"")


def main():
    {"get": check_get, "misuse": check_misuse, "ws": check_ws, "sse": check_sse,
     "poll": check_poll, "hook": check_hook}[sys.argv[1]]()
    print(f"cli {sys.argv[1]}: passed")


if __name__ == "__main__":
    main()
