#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Examples on the board against Node's servers. examples_test.py NAME IMAGE [CERTIFICATES]

With a folder of certificates everything goes by https and wss, and `device` in TLS 1.2 as well.
"""

import json
import os
import re
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from board import Board  # noqa: E402
from peer import Peer  # noqa: E402
from raw_peer import RawPeer, frame, read_frame, read_head  # noqa: E402
from tls_front import TlsFront  # noqa: E402

CERTIFICATES = sys.argv[3] if len(sys.argv) > 3 else None
fronts = []
version = "TLSv1.3"


def base_of(peer):
    """What follows http or ws in the URLs of a peer."""
    if not CERTIFICATES:
        return f"://10.0.2.2:{peer.port}"
    fronts.append(TlsFront(CERTIFICATES, peer.port, version))
    return f"s://10.0.2.2:{fronts[-1].port}"


def board_at(image, peer, path, scheme="http"):
    return Board(image, arg=f"url={scheme}{base_of(peer)}{path}")


def wait_until(holds, seconds=10):
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)


def publish(peer, topic, count):
    for _ in range(count):
        peer.control(f"publish/{topic}", {})


def numbers(board):
    """Of the news that the board printed: lines that hold {"n":…}, one or several."""
    return [int(n) for line in list(board.lines) for n in re.findall(r'"n":(\d+)', line)]


def expect_news(board, last, seconds=10):
    """All news, each once and in order."""
    wait_until(lambda: len(numbers(board)) >= last, seconds)
    assert numbers(board) == list(range(1, last + 1)), board.lines


def sse_client(image, peer):
    """News come, also those that were published while the server or the cable was away."""
    with board_at(image, peer, "/events") as board:
        publish(peer, "sse", 3)
        expect_news(board, 3)
        peer.kill()
        board.wait_for("stream truncated|closed|reset")
        peer.start()
        publish(peer, "sse", 3)
        expect_news(board, 6)
        board.set_link(False)
        board.wait_for("unreachable")
        publish(peer, "sse", 3)
        board.set_link(True)
        expect_news(board, 9)


def short_poller(image, peer):
    """Asks every ten seconds; a server that was away in between is not noticed."""
    publish(peer, "short", 3)
    with board_at(image, peer, "/news") as board:
        expect_news(board, 3)
        peer.kill()
        peer.start()
        publish(peer, "short", 3)
        expect_news(board, 6, seconds=15)


def answer(connection, code, tag, body):
    connection.sendall(f'HTTP/1.1 {code} Told\r\nETag: "{tag}"\r\nContent-Type: application/json'
                       f"\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())


def long_poller(image, _peer):
    """Asks again at once, with the tag of what it was told last, and over a new connection too."""
    with RawPeer() as raw, board_at(image, raw, "/updates") as board:
        with raw.accept() as connection:
            assert b"If-None-Match" not in read_head(connection)
            time.sleep(0.3)
            assert "led on" not in board.lines
            answer(connection, 200, "one", '{"lamp":true}')
            board.wait_for("led on")
            assert b'If-None-Match: "one"\r\n' in read_head(connection)
            connection.sendall(b"HTTP/1.1 204 Nothing\r\n\r\n")
            assert b'If-None-Match: "one"\r\n' in read_head(connection)
            answer(connection, 200, "two", '{"lamp":false}')
            board.wait_for("led off")
            assert b'If-None-Match: "two"\r\n' in read_head(connection)
        with raw.accept() as connection:
            assert b'If-None-Match: "two"\r\n' in read_head(connection)


def http_stream(image, peer):
    """Each piece is told as it arrives."""
    with board_at(image, peer, "/drip?count=10&every=100") as board:
        board.wait_for("piece 1")
        began = time.monotonic()
        board.wait_for("piece 10")
        assert time.monotonic() - began > 0.5, board.lines


def thermostat(image, _peer):
    with RawPeer() as raw, board_at(image, raw, "/thermostat", "ws") as board, \
            raw.accept_websocket() as connection:
        assert read_frame(connection) == (1, b"off")
        connection.sendall(frame(1, b"heat"))
        assert read_frame(connection) == (1, b"on")
        board.wait_for("led on")


def ws_client(image, peer):
    with board_at(image, peer, "/echo", "ws") as board:
        board.wait_for("hello from the board")
        peer.kill()
        board.wait_for("closed|reset|truncated")
        board.lines.clear()
        peer.start()
        board.wait_for("hello from the board")


def replug(board):
    """Who waits for the next attempt tries at once when the network is back."""
    board.set_link(False)
    time.sleep(0.5)
    board.set_link(True)


def webhook_sender(image, peer):
    """Three presses: while the server fails, and while it is away."""
    with board_at(image, peer, "/hooks") as board:
        peer.control("faults", {"hooks": 1})
        board.type("x")
        board.wait_for("unexpected HTTP status")
        replug(board)
        board.wait_for("led off")
        peer.kill()
        board.lines.clear()
        board.type("x")
        board.wait_for("refused|reset|closed|truncated")
        board.type("x")
        peer.start()
        replug(board)
        board.wait_for("led off")
        wait_until(lambda: len(peer.control("counts")["hooks"]) == 3)
    counts = peer.control("counts")
    assert len({hook["id"] for hook in counts["hooks"]}) == 3, counts
    assert "hook refusals" not in counts["counts"], counts


def device(image, peer):
    """All five at once, through a pulled cable: none stays away, and nothing is lost."""
    base = base_of(peer)
    words = (f"short=http{base}/news long=http{base}/wait sse=http{base}/events"
             f" ws=ws{base}/echo hook=http{base}/hooks")
    topics = ("short", "long", "sse")
    with Board(image, arg=words) as board:
        for round_ in range(1, 4):
            for topic in topics:
                publish(peer, topic, 5)
            for topic in topics:
                board.wait_for(f"^got {topic} {5 * round_}$")
            for topic in ("ws", "hook"):
                board.wait_for(f"^got {topic} {2 * round_} ")
            if round_ == 2:
                board.set_link(False)
                for topic in ("sse", "ws"):
                    board.wait_for(f"^lost {topic} ")
                board.set_link(True)
        for topic in topics:
            got = [line for line in board.lines if line.startswith(f"got {topic} ")]
            assert got == [f"got {topic} {n}" for n in range(1, 16)], got
        counters = [line for line in board.lines if line.startswith("counters ")][-1]
        print(counters)
        most = {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", counters)}
        for name in ("pool", "stack"):
            assert 0 < most[f"{name}_most"] < most[name], counters
    hooks = [json.loads(hook["body"])["data"]["n"] for hook in peer.control("counts")["hooks"]]
    assert hooks == list(range(1, len(hooks) + 1)), hooks


def run(name, image):
    with tempfile.TemporaryDirectory(prefix="mote-interop-") as folder:
        with Peer("servers.mjs", "--state", os.path.join(folder, "journal.json")) as peer:
            try:
                globals()[name](image, peer)
            finally:
                for front in fronts:
                    front.stop()
                fronts.clear()


def main():
    global version
    name, image = sys.argv[1:3]
    run(name, image)
    if CERTIFICATES and name == "device":
        version = "TLSv1.2"
        run(name, image)
    print(f"interop_{name}: passed")


if __name__ == "__main__":
    main()
