#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The servers of the command-line tool against clients by others. cli_serve_test.py COMMAND mote"""

import base64
import contextlib
import hmac
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(HERE, "..", "peers")
WEBSOCKETS = os.path.join(PEERS, "websockets_client.py")
MIB = 1024 * 1024
SECRET = "whsec_c2VjcmV0IGZvciBkZW1v"
PROGRAM = sys.argv[-1]


def pattern(size):
    letters = b"abcdefghijklmnopqrstuvwxyz0123456789"
    return (letters * (size // len(letters) + 1))[:size]


def equal(got, wanted):
    assert got == wanted, f"got {len(got)}: {got[:300]!r}, wanted {len(wanted)}: {wanted[:300]!r}"


class Tool:
    """A command that serves, for as long as a `with` lasts; then it must end well."""

    def __init__(self, *words, code=0):
        self.code = code
        self.process = subprocess.Popen([PROGRAM, *words], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        timer = threading.Timer(20, self.process.kill)
        timer.start()
        line = self.process.stdout.readline().decode()
        timer.cancel()
        if not line:
            raise AssertionError(self.process.communicate()[1])
        said = json.loads(line)["listening"] if "--json" in words else line.split(" on ")[1].strip()
        self.url = said
        self.port = int(said.rsplit(":", 1)[1])
        self.ws = said.replace("http", "ws", 1)
        # What it prints must not fill the pipes.
        self.out, self.err = [], []
        self.readers = [
            threading.Thread(target=lambda: self.out.append(self.process.stdout.read())),
            threading.Thread(target=lambda: self.err.append(self.process.stderr.read()))]
        for reader in self.readers:
            reader.start()

    def __enter__(self):
        return self

    def __exit__(self, error, *_):
        if not error:
            self.stop()
            return
        self.process.kill()
        self.reap()
        sys.stderr.write(self.err[0].decode()[-2000:])

    def stop(self, by=signal.SIGTERM):
        """Ends it, if that is still to be done; returns what it printed after its first line."""
        if self.process.poll() is None:
            self.process.send_signal(by)
        return self.wait()

    def wait(self, seconds=20):
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.reap()
        complaint = f"{self.process.returncode}: {self.err[0][-2000:]}"
        assert self.process.returncode == self.code, complaint
        return self.out[0]

    def reap(self):
        for reader in self.readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        self.process.wait()


def run(*words, said=b"", code=0, seconds=40):
    """Runs a client to its end, which must be with `code`; returns its stdout."""
    done = subprocess.run(words, input=said, capture_output=True, timeout=seconds, check=False)
    complaint = f"{words}: {done.returncode}, not {code}: {done.stderr[-2000:]}"
    assert done.returncode == code, complaint
    return done.stdout


def mote(*words, **more):
    return run(PROGRAM, *words, **more)


def curl(*words, **more):
    return run("curl", "-sS", "--max-time", "30", *words, **more)


def node(script, *words, **more):
    return run("node", os.path.join(PEERS, script), *words, **more).decode()


def talk(port, said, end=False):
    """Sends bytes on a connection of its own, perhaps ends that half, and reads to the end."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(said)
        if end:
            connection.shutdown(socket.SHUT_WR)
        got = b""
        while part := connection.recv(65536):
            got += part
        return got


def check_misuse():
    for words in (["echo"], ["echo", "65536"], ["echo", "-1"], ["echo", "port"],
                  ["echo", "0", "--max-message", "0"], ["echo", "0", "--bind", "localhost"],
                  ["echo", "0", "--max-message", str(16 * MIB + 1)]):
        mote(*words, code=2)
    for words in (["serve"], ["serve", "0", "--topic", "a/b"], ["serve", "0", "--topic", ""],
                  ["hook", "listen", "0"], ["hook", "listen", "0", "--secret", "whsec_?"],
                  ["hook", "listen", "0", "--secret", "", "--github"]):
        mote(*words, code=2)
    mote("echo", "0", "--bind", "192.0.2.1", code=1)
    with Tool("echo", "0") as tool:
        mote("echo", str(tool.port), code=1)
    for command in (["echo"], ["serve"], ["hook", "listen"]):
        assert b"PORT" in mote(*command, "--help")


def check_starting():
    """Where servers listen, and how they end."""
    for words in (["echo"], ["serve"], ["hook", "listen", "--secret", SECRET]):
        for by in (signal.SIGINT, signal.SIGTERM):
            with Tool(*words, "0") as tool:
                equal(tool.url, f"http://127.0.0.1:{tool.port}")
                assert curl("-i", tool.url, "-d", "x").startswith(b"HTTP/1.1 ")
                equal(tool.stop(by), b"")
    with Tool("echo", "0", "--json") as tool:
        equal(curl(tool.url, "-d", "x"), b"x")
    for address in ("::1", "0.0.0.0", "::"):
        with Tool("echo", "0", "--bind", address) as tool:
            equal(curl(tool.url, "-d", "x"), b"x")
            if address == "::":
                equal(curl(f"http://127.0.0.1:{tool.port}/", "-d", "x"), b"x")
    with Tool("echo", "0", "--timeout", "300ms", code=3) as tool:
        tool.wait()
    # With clients of every kind there it still ends soon.
    with Tool("echo", "0") as tool:
        client = subprocess.Popen([PROGRAM, "ws", tool.ws, "--echo", "-v"],
                                  stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            assert b"open" in client.stderr.readline()
            with socket.create_connection(("127.0.0.1", tool.port)) as idle, \
                    socket.create_connection(("127.0.0.1", tool.port)) as half:
                # An answered one: who is not accepted yet would be reset.
                idle.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
                answer = b""
                while not answer.endswith(b"hello"):
                    answer += idle.recv(1000)
                half.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
                begun = time.monotonic()
                tool.stop()
                assert time.monotonic() - begun < 8
                assert idle.recv(1) == b""
            assert b"closed 1001" in client.communicate(timeout=20)[1]
        finally:
            client.kill()
            client.wait()


def check_echo_requests(tool):
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "BREW", "OPTIONS", "TRACE"):
        equal(curl(tool.url + "/any/path?q=1", "-X", method, "-d", "hello"), b"hello")
        equal(curl(tool.url, "-X", method, "-d", ""), b"")
    out = curl("-i", tool.url, "-H", "Content-Type: application/x-of-ours", "-d", "{}")
    head, body = out.split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n"), head
    assert b"Content-Type: application/x-of-ours" in head and body == b"{}", out
    assert b"Content-Type" not in curl("-i", tool.url, "-H", "Content-Type:", "-d", "{}")
    said = b"HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"
    got = talk(tool.port, said)
    assert b"Content-Length: 3\r\n" in got and got.endswith(b"\r\n\r\n"), got
    assert b"Content-Length: 0\r\n" in curl("-I", tool.url)
    with tempfile.NamedTemporaryFile() as file:
        for size in (1, 65536, 300_000, MIB):
            file.seek(0)
            file.write(pattern(size))
            file.flush()
            equal(curl(tool.url, "-T", file.name), pattern(size))  # With Expect: 100-continue.
            equal(curl(tool.url, "-T", "-", said=pattern(size)), pattern(size))  # In chunks.
            equal(curl("-0", tool.url, "--data-binary", "@" + file.name), pattern(size))
    equal(mote("get", tool.url, "-X", "POST", "-d", "by ourselves"), b"by ourselves")
    # Who waits to be asked for the body is asked, or refused at once.
    for size, wanted in ((3, b"HTTP/1.1 100 Continue\r\n\r\n"), (2 * MIB, b"HTTP/1.1 413 ")):
        with socket.create_connection(("127.0.0.1", tool.port), timeout=20) as peer:
            peer.sendall(b"PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
                         b"%d\r\n\r\n" % size)
            got = peer.recv(65536)
            assert got.startswith(wanted), got
            if size == 3:
                peer.sendall(b"yes")
                peer.shutdown(socket.SHUT_WR)
                assert peer.recv(65536).startswith(b"HTTP/1.1 200 ")
    # Sent ahead, and on one connection.
    one = b"POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
    two = b"POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\ntwo"
    got = talk(tool.port, one + two)
    assert got.count(b"HTTP/1.1 200 OK") == 2 and got.endswith(b"two"), got
    # Who ends his half has his answer all the same.
    assert talk(tool.port, one, end=True).endswith(b"\r\n\r\none")
    large = (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + pattern(1_000_000))
    equal(talk(tool.port, large, end=True).split(b"\r\n\r\n", 1)[1], pattern(1_000_000))


def check_refused_uploads():
    """A 413 in the middle of an upload reaches the client."""
    with Tool("echo", "0", "--max-message", "1000") as tool, \
            tempfile.NamedTemporaryFile() as file:
        file.write(pattern(MIB))
        file.flush()
        for words in (["-T", file.name], ["-T", file.name, "-H", "Expect:"],
                      ["--data-binary", "@" + file.name, "-H", "Transfer-Encoding: chunked"],
                      ["--data-binary", "@" + file.name, "--limit-rate", "4M", "-H", "Expect:"]):
            out = curl(tool.url, *words, "-w", "%{http_code}")
            equal(out, b"too large\n413")
        run(WEBSOCKETS, "limit", tool.ws)
        equal(curl(tool.url, "--data-binary", pattern(1000).decode()), pattern(1000))
        equal(mote("get", tool.url, "-X", "POST", "-d", "x" * 100_000, code=4), b"too large\n")


def check_echo():
    with Tool("echo", "0") as tool:
        check_echo_requests(tool)
    check_refused_uploads()
    with Tool("echo", "0", "--max-message", str(16 * MIB)) as tool:
        assert "18 messages" in node("echo_client.mjs", tool.ws, str(16 * MIB))
        run(WEBSOCKETS, "echo", tool.ws + "/any")
        lines = b"".join(b"line %d\n" % n for n in range(300))
        equal(mote("ws", tool.ws, "--linger", "0", said=lines), lines)
        for size in (1, 65536, 16 * MIB):
            for kind in ([], ["--binary"]):
                out = mote("ws", tool.ws, *kind, "--max-message", str(16 * MIB), "-n", "1",
                           said=pattern(size))
                equal(out, pattern(size) + b"\n")
        # Whoever sends what is no handshake is told so.
        out = curl("-i", tool.url, "-H", "Connection: Upgrade", "-H", "Upgrade: websocket")
        assert out.startswith(b"HTTP/1.1 400 "), out
        # Somebody who only sends is held back, and nobody else hears of it.
        with contextlib.ExitStack() as stack:
            for _ in range(4):
                flood(stack, tool.port)
            begun = time.monotonic()
            equal(mote("ws", tool.ws, "-n", "1", said=b"quick"), b"quick\n")
            assert time.monotonic() - begun < 5


def check_crowd():
    """A thousand in the middle of their requests are all answered; one too many is told 503."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    half = pattern(5000)
    with Tool("echo", "0") as tool, contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(socket.create_connection(("127.0.0.1", tool.port), timeout=20))
                 for _ in range(1024)]
        assert talk(tool.port, b"").startswith(b"HTTP/1.1 503 ")
        for peer in crowd:
            peer.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                         b"Content-Length: 10000\r\n\r\n" + half)
        for peer in crowd:
            peer.sendall(half)
            got = b"".join(iter(lambda peer=peer: peer.recv(65536), b""))
            equal(got.split(b"\r\n\r\n", 1)[1], half + half)


def flood(stack, port):
    """Sends messages until no more are taken, and reads nothing."""
    peer = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=2))
    peer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                 b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    message = b"\x82\xfe" + (60_000).to_bytes(2, "big") + bytes(4) + bytes(60_000)
    with contextlib.suppress(TimeoutError):
        for _ in range(1000):
            peer.sendall(message)
        raise AssertionError("60 MB were taken from somebody who reads nothing")


def start(*words):
    """A client that runs beside; `reading` ends it."""
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


@contextlib.contextmanager
def reading(*words):
    client = start(*words)
    timer = threading.Timer(30, client.kill)
    timer.start()
    try:
        yield client
    finally:
        timer.cancel()
        client.kill()
        client.communicate()


def publish(url, *words, data="x"):
    out = curl("-f", url, "-H", "Content-Type: text/plain", "--data-binary", data, *words)
    return json.loads(out)["id"]


def check_views(tool):
    """What is posted comes to readers of every kind, under the same ids."""
    room = tool.url + "/room"
    socket_url = tool.ws + "/room/socket"
    with reading(PROGRAM, "sse", room + "/events", "-n", "3", "--json") as sse, \
            reading(PROGRAM, "ws", socket_url, "-n", "3") as bare, \
            reading(PROGRAM, "ws", socket_url, "--subprotocol", "mote.v1", "-n", "4") as ids, \
            reading("node", os.path.join(PEERS, "clients.mjs"), "events", room + "/events",
                    "3") as source, \
            reading("curl", "-sN", room + "/events") as stream, \
            reading(PROGRAM, "poll", room + "?wait=20", "--hold", "20s", "-n", "3") as held, \
            reading(PROGRAM, "poll", room, "--every", "20ms", "-n", "4") as polled:
        # Who reads what is known before the first message comes.
        equal(json.loads(polled.stdout.readline())["messages"], [])
        equal(source.stdout.readline(), b"open\n")
        assert b'"id"' in ids.stdout.readline()
        assert stream.stdout.readline().startswith(b"id: ")
        told = []
        for text in ("one", 'a "second" €', "three"):
            told.append((publish(room, data=text), text))
            equal(json.loads(polled.stdout.readline())["messages"][0]["data"], text)
            equal(json.loads(held.stdout.readline())["messages"][0]["id"], told[-1][0])
        for name, text in told:
            event = json.loads(sse.stdout.readline())
            equal((event["id"], event["data"], event["event"]), (name, text, "message"))
            equal(bare.stdout.readline().decode(), text + "\n")
            equal(json.loads(ids.stdout.readline()),
                  {"id": name, "event": "message", "data": text})
            equal(source.stdout.readline().decode(), f"message {name} {text}\n")
        for client in (sse, bare, ids, source, held, polled):
            equal(client.wait(20), 0)
        lines = [stream.stdout.readline().decode() for _ in range(10)]
        assert f"id: {told[2][0]}\n" in lines and "data: three\n" in lines, lines
    # What WebSockets publish; and who begins behind an id, or at the end.
    mote("ws", socket_url, "--subprotocol", "mote.v1", said=b'{"event":"chat","data":"hello"}\n')
    mote("ws", socket_url + "?after=latest", said=b"bare\n")
    out = json.loads(curl(f"{room}?after={told[2][0]}"))
    equal([(each["event"], each["data"]) for each in out["messages"]],
          [("chat", "hello"), ("message", "bare")])
    equal(json.loads(curl(f"{room}?after=latest"))["messages"], [])
    equal(curl(f"{room}?after=latest&wait=1", "-w", "%{http_code}"), b"204")
    code = curl("-o", os.devnull, "-w", "%{http_code}", room, "-H",
                "Content-Type: text/plain", "--data-binary", "x" * 20_000)
    equal(code, b"413")


def check_serve():
    with Tool("serve", "0", "--topic", "news") as tool:
        out = curl("-i", tool.url + "/")
        assert b"text/html" in out and b"<!doctype html>" in out.lower(), out[:400]
        assert b"MoteTopic" in curl(tool.url + "/mote.js")
        out = curl("-i", tool.url + "/nowhere")
        assert out.startswith(b"HTTP/1.1 404 "), out
        out = curl("-i", "-X", "DELETE", tool.url + "/room")
        assert out.startswith(b"HTTP/1.1 405 ") and b"Allow: " in out, out
        check_views(tool)
        run(WEBSOCKETS, "topic", tool.ws + "/room/socket")
        publish(tool.url + "/news", data="for readers of news")
        equal(mote("sse", tool.url + "/news/events", "-n", "1"), b"for readers of news\n")
        # A name that leads here is somebody else's trick; and so is a page of another site.
        out = curl("-i", tool.url + "/room", "-H", "Host: rebound.example")
        assert out.startswith(b"HTTP/1.1 421 "), out
        mote("ws", tool.ws + "/room/socket", "-H", "Origin: http://evil.example", code=4)
        assert b"Access-Control" not in curl("-i", tool.url + "/room", "-H",
                                             "Origin: http://evil.example")
        for origin, wanted in (("http://evil.example", b"403"), ("null", b"403"),
                               (tool.url, b"201")):
            equal(curl("-o", os.devnull, "-w", "%{http_code}", tool.url + "/room", "-d", "x", "-H",
                       "Content-Type: text/plain", "-H", f"Origin: {origin}"), wanted)
        # It ends while all kinds of readers are there; who is held is told.
        room = tool.url + "/room"
        with reading("curl", "-s", room + "?after=latest&wait=50", "-w", "%{http_code}") as held, \
                reading("curl", "-sN", room + "/events") as stream, \
                reading(PROGRAM, "ws", tool.ws + "/room/socket", "-v") as ws:
            assert stream.stdout.readline()
            assert b"open" in ws.stderr.readline()
            time.sleep(0.3)
            tool.stop(signal.SIGINT)
            equal(held.communicate(timeout=10)[0], b"204")
            assert b"closed 1001" in ws.communicate(timeout=10)[1]
    with Tool("serve", "0", "--topic", "news", "--origin", "http://app.example") as tool:
        out = curl("-i", tool.url + "/room", "-H", "Origin: http://app.example")
        assert b"Access-Control-Allow-Origin: http://app.example\r\n" in out, out
        publish(tool.url + "/news", "-H", "Origin: http://app.example")
        out = curl("-i", "-X", "OPTIONS", tool.url + "/room", "-H", "Origin: http://app.example",
                   "-H", "Access-Control-Request-Method: POST")
        assert b"Access-Control-Allow-Methods: " in out, out
        equal(mote("ws", tool.ws + "/room/socket", "-H", "Origin: http://app.example", "-n", "1",
                   said=b"from there"), b"from there\n")


def sign(secret, name, when, body):
    key = base64.b64decode(secret.split("_")[1])
    said = f"{name}.{when}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, said, "sha256")).decode()


def deliver(url, body, name, *, at=0, secret=SECRET, signed=None):
    """Posts a delivery in the style of Standard Webhooks; `signed` is what was signed, if another
    body. Returns the status."""
    when = str(int(time.time()) + at)
    fields = {"webhook-id": name, "webhook-timestamp": when,
              "webhook-signature": sign(secret, name, when, signed or body)}
    return post(url, body, fields)


def deliver_hub(url, body, name, *, secret="hush", signed=None):
    digest = hmac.new(secret.encode(), signed or body, "sha256").hexdigest()
    return post(url, body, {"X-GitHub-Delivery": name, "X-GitHub-Event": "push",
                            "X-Hub-Signature-256": "sha256=" + digest})


def post(url, body, fields):
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        words = [word for name, value in fields.items() for word in ("-H", f"{name}: {value}")]
        return int(curl("-o", os.devnull, "-w", "%{http_code}", url, *words, "--data-binary",
                        "@" + file.name))


def check_standard_hooks():
    other = "whsec_" + base64.b64encode(b"another secret, for changing").decode()
    with Tool("hook", "listen", "0", "--secret", SECRET, "--secret", other, "--json") as tool:
        hooks = tool.url + "/any/path"
        equal(node("clients.mjs", "hook", hooks, SECRET, "msg_1", "0", '{"n":1}'), "200\n")
        equal(node("clients.mjs", "hook", hooks, other, "msg_2", "0", '{"n":2}'), "200\n")
        equal(node("clients.mjs", "hook", hooks, SECRET, "msg_3", "600", "{}"), "401\n")  # Stale.
        equal(node("clients.mjs", "hook", hooks, SECRET, "msg_3", "-600", "{}"), "401\n")
        wrong = "whsec_" + base64.b64encode(b"this is not the secret of it").decode()
        equal(node("clients.mjs", "hook", hooks, wrong, "msg_3", "0", "{}"), "401\n")
        equal(deliver(hooks, b'{"n":9}', "msg_3", signed=b'{"n":3}'), 401)  # Tampered with.
        equal(post(hooks, b"{}", {}), 400)
        equal(deliver(hooks, b'{"n":3}', "msg_3"), 200)
        equal(deliver(hooks, b'{"n":3}', "msg_3"), 200)  # Again: taken once.
        equal(deliver(hooks, pattern(900_000), "msg_4"), 200)
        equal(deliver(hooks, pattern(1_100_000), "msg_5"), 413)
        said = b'{"n":6}\n{"n":7}\n'
        assert len(mote("hook", "send", hooks, "--secret", SECRET, said=said).splitlines()) == 2
        assert b" 405 " in curl("-i", hooks)
        lines = [json.loads(line) for line in tool.stop().decode().splitlines()]
        equal([line["id"] for line in lines[:4]], ["msg_1", "msg_2", "msg_3", "msg_4"])
        equal([line["data"] for line in lines[:3]], ['{"n":1}', '{"n":2}', '{"n":3}'])
        equal(lines[3]["data"].encode(), pattern(900_000))
        equal([json.loads(line["data"])["data"]["n"] for line in lines[4:]], [6, 7])


def check_hub_hooks():
    with Tool("hook", "listen", "0", "--secret", "hush", "--github", "-n", "3", "--json") as tool:
        equal(deliver_hub(tool.url, b'{"ref":1}', "aaaa-1"), 200)
        equal(deliver_hub(tool.url, b'{"ref":1}', "aaaa-1"), 200)  # Again: taken once.
        equal(deliver_hub(tool.url, b'{"ref":2}', "aaaa-2", signed=b'{"ref":1}'), 401)
        equal(deliver_hub(tool.url, b'{"ref":2}', "aaaa-2", secret="hash"), 401)
        equal(post(tool.url, b"{}", {"X-GitHub-Delivery": "aaaa-2", "X-GitHub-Event": "push"}), 400)
        equal(deliver_hub(tool.url, b'{"ref":2}', "aaaa-2"), 200)
        equal(deliver_hub(tool.url, b"\xff", "aaaa-3"), 200)  # The third ends it.
        lines = [json.loads(line) for line in tool.wait().decode().splitlines()]
        equal(lines, [{"id": "aaaa-1", "event": "push", "data": '{"ref":1}'},
                      {"id": "aaaa-2", "event": "push", "data": '{"ref":2}'},
                      {"id": "aaaa-3", "event": "push", "data": {"base64": "/w=="}}])
    with Tool("hook", "listen", "0", "--secret", "hush", "--github") as tool:
        equal(deliver_hub(tool.url, b'{\n  "ref": 1\r\n}', "b-1"), 200)
        with contextlib.ExitStack() as stack:  # Any number at a time.
            senders = [threading.Thread(
                target=deliver_hub, args=(tool.url, b"x" * 500_000, f"c-{i}")) for i in range(8)]
            for sender in senders:
                sender.start()
                stack.callback(sender.join)
        lines = tool.stop().splitlines()
        equal(lines, [b'{   "ref": 1  }'] + [b"x" * 500_000] * 8)


def check_hook():
    check_standard_hooks()
    check_hub_hooks()


def main():
    {"misuse": check_misuse, "starting": check_starting, "echo": check_echo,
     "crowd": check_crowd, "serve": check_serve, "hook": check_hook}[sys.argv[1]]()
    print(f"cli {sys.argv[1]}: passed")


if __name__ == "__main__":
    main()
