#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""WebSockets of the board against servers by others. ws_test.py ws_steered.elf"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from board import Board  # noqa: E402
from peer import Peer  # noqa: E402
from raw_peer import RawPeer, frame, read_frame  # noqa: E402

TCP_WINDOW = 3 * 1460  # of the board, as its lwipopts.h has it
LONG = 3 * TCP_WINDOW
LETTERS = b"abcdefghijklmnopqrstuvwxyz0123456789"


def board_with(image, peer, words):
    return Board(image, arg=f"to=10.0.2.2:{peer.port} {words}")


def wait_for_all(board, patterns):
    for pattern in patterns:
        board.wait_for(pattern)


def check_messages(image, peer):
    """Whole and in fragments, gathered and in pieces, of three windows of TCP."""
    paths = f"ws=/large?size={LONG},/large?size={LONG}&pieces=7,/large?size=1,/large?size=700&pieces=700"
    with board_with(image, peer, paths) as board:
        board.wait_for("no more")
        texts = [line for line in board.lines if line.startswith("text")]
        assert texts == [f"text {LONG} right"] * 2 + ["text a", "text 700 right"], board.lines
    with board_with(image, peer, f"{paths} pieces=yes") as board:
        board.wait_for("no more")
        sizes = [line.split()[3:] for line in board.lines if line.startswith("pieces")]
        assert sizes == [[str(size), "right"] for size in (LONG, LONG, 1, 700)], board.lines
        lost = [line for line in board.lines if line.startswith("lost")]
        assert lost == ["lost 1000 closed "] * 4, board.lines


def check_long_echo(image, peer, path="/echo"):
    """A message of three windows goes out in fragments and comes back as one."""
    with board_with(image, peer, f"ws={path} send={LONG}") as board:
        board.wait_for(f"text {LONG} right")
        board.wait_for("closed 1000 closed")


def check_ends(image, peer):
    """Pings are answered, close codes are told, and a connection that is just gone is 1006."""
    paths = ["/ping", "/close?code=1000&reason=bye", "/close?code=1012", "/close?code=4321",
             "/drop", "/nowhere"]
    with board_with(image, peer, f"ws={','.join(paths)}") as board:
        board.wait_for("no more")
        ends = [line for line in board.lines if line.startswith("closed")]
        for got, wanted in zip(ends, ["1000 closed five pongs", "1000 closed bye",
                                      "1012 closed as asked", "4321 closed as asked",
                                      "1006 ", "1006 "], strict=True):
            assert got.startswith(f"closed {wanted}"), ends


def check_restart(image, peer):
    """A server that is killed and started again is found again."""
    with board_with(image, peer, f"stay=/echo send={LONG}") as board:
        board.wait_for(f"text {LONG} right")
        peer.kill()
        board.wait_for("lost 1006")
        board.wait_for("retry: connection refused")
        board.lines.clear()
        peer.start()
        board.wait_for(f"text {LONG} right")


def check_cable(image, peer):
    """Who stays open comes back when the cable does."""
    with board_with(image, peer, "stay=/echo send=2000") as board:
        board.wait_for("text 2000 right")
        board.set_link(False)
        board.wait_for("network is down")
        board.wait_for("lost 1006 unreachable")
        board.lines.clear()
        board.set_link(True)
        board.wait_for("text 2000 right")


def check_at_once(image, peer):
    """Of two that begin before the router's hardware address is known, neither waits for a
    retransmission, which takes three seconds."""
    with board_with(image, peer, f"stay=/echo echo={peer.port}") as board:
        board.wait_for("network is up")
        board.wait_for("echo 1$", seconds=2)
        board.wait_for("open$", seconds=2)


def last_echo(board):
    return int([line for line in board.lines if line.startswith("echo")][-1].split()[1])


def check_paused(image, peer):
    """200 segments of one byte to a paused connection, while another goes on."""
    with RawPeer() as raw, board_with(image, raw, f"stay=/ echo={peer.port}") as board, \
            raw.accept_websocket() as connection:
        board.wait_for("echo 3")
        connection.sendall(frame(1, b"pause"))
        board.wait_for("text pause")
        message = frame(1, (LETTERS * 6)[:196])
        assert len(message) == 200
        before = last_echo(board)
        for byte in message:
            connection.sendall(bytes([byte]))
            time.sleep(0.004)
        assert last_echo(board) >= before + 10, board.lines
        before = last_echo(board)
        board.wait_for(f"echo {before + 10}")
        board.type("x")
        counters = board.wait_for("pool=(\\d+) pool_most=(\\d+)")
        assert int(counters.group(2)) < int(counters.group(1)), counters.group(0)
        board.wait_for("text 196 right")
        connection.sendall(frame(8, (1001).to_bytes(2, "big")))
        assert read_frame(connection) == (8, (1001).to_bytes(2, "big"))
        connection.close()
        board.wait_for("lost 1001")


def main():
    image = sys.argv[1]
    with Peer("servers.mjs") as peer:
        check_messages(image, peer)
        check_long_echo(image, peer)
        check_ends(image, peer)
        check_at_once(image, peer)
        check_paused(image, peer)
        check_cable(image, peer)
        check_restart(image, peer)
    with Peer("websockets_echo.py") as peer:
        check_long_echo(image, peer)
    with Peer("servers.mjs") as upstream, Peer("nginx.py", "--upstream", str(upstream.port)) as peer:
        check_long_echo(image, peer)
    print("interop_ws: passed")


if __name__ == "__main__":
    main()
