#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The board's HTTP client against servers by others. http_test.py http_steered.elf"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from board import Board  # noqa: E402
from peer import Peer  # noqa: E402
from raw_peer import RawPeer, read_head  # noqa: E402

TCP_WINDOW = 3 * 1460  # of the board, as its lwipopts.h has it
LONG = 3 * TCP_WINDOW
EARLY_END = (b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 10\r\n\r\n"
             b"too large\n")


def board_with(image, peer, words):
    return Board(image, arg=f"to=10.0.2.2:{peer.port} {words}")


def answers(board, seconds=10):
    board.wait_for("no more", seconds)
    return [line[5:] for line in board.lines if line.startswith("done ")]


def check_table(image, peer, cases, words="", method="get"):
    """Cases: path, and the line that is to be said of its answer."""
    paths = ",".join(path for path, _ in cases)
    with board_with(image, peer, f"{method}={paths} {words}") as board:
        got = answers(board)
        assert got == [line for _, line in cases], f"{paths}: {got}"
        board.type("x")
        return int(board.wait_for(r"connected=(\d+)").group(1))


def check_answers(image, peer):
    connections = check_table(image, peer, [
        ("/bytes/5", "200 ok 5 abcde"),
        (f"/bytes/{LONG}", f"200 ok {LONG} right"),
        (f"/chunked/{LONG}", f"200 ok {LONG} right"),
        ("/status/204", "204 ok 0 "),
        ("/status/404", "404 ok 0 "),
        ("/redirect/3", "200 ok 5 abcde"),
        ("/auth", "401 ok 5 who?"),
        ("/slow?ms=300", "200 ok 8 at last"),
    ])
    assert connections == 1, f"{connections} connections, where one was to be kept"
    connections = check_table(image, peer, [
        ("/close-quietly", "200 ok 9 last one"),
        ("/close-quietly", "200 ok 9 last one"),
        ("/until-close", "200 ok 14 until the end"),
        ("/bytes/1", "200 ok 1 a"),
    ], words="wait=50")
    assert connections == 4, f"{connections} connections"
    check_table(image, peer, [("/redirect/1", "302 ok 32 Found. Redirecting to ../bytes/5")],
                words="redirects=no")


def check_user(image, peer):
    with Board(image, arg=f"to=user:pass%20word@10.0.2.2:{peer.port} get=/auth") as board:
        assert answers(board) == ["200 ok 8 welcome"], board.lines


def check_streaming(image, peer):
    """Each part is told when it arrives, not when the answer is over."""
    with board_with(image, peer, "get=/drip?count=8&every=100 tell=yes") as board:
        board.wait_for("part piece 1")
        began = time.monotonic()
        board.wait_for("part piece 8")
        assert time.monotonic() - began > 0.5
        assert answers(board) == ["200 ok 64 " + "".join(f"piece {n}" for n in range(1, 9))]


def check_uploads(image, peer):
    for words in ("", "chunked=yes"):
        check_table(image, peer, [("/echo", f"200 ok {LONG} right")] * 2,
                    words=f"bytes={LONG} {words}", method="post")
        check_table(image, peer, [("/refuse-upload", "413 ok 10 too large"),
                                  ("/refuse-upload", "413 ok 10 too large")],
                    words=f"bytes=2000000 {words}", method="post")


def check_limit_of_nginx(image, peer):
    """nginx takes a MiB; it answers when it knows that there will be more."""
    for words in ("", "chunked=yes"):
        with board_with(image, peer, f"post=/echo bytes=2000000 {words}") as board:
            got = answers(board)
            assert len(got) == 1 and got[0].startswith("413 ok "), got


def check_early_end(image, answer_and_end):
    """A server that answers, and reads nothing of the body."""
    with RawPeer(receive_buffer=4096) as raw, \
            board_with(image, raw, "post=/,/ bytes=1000000") as board:
        kept = []
        for _ in range(2):
            connection = raw.accept()
            read_head(connection)
            answer_and_end(connection)
            kept.append(connection)
        assert answers(board) == ["413 ok 10 too large"] * 2, board.lines
        for connection in kept:
            connection.close()


def end_at_once(connection):
    connection.sendall(EARLY_END)
    connection.close()  # With unread bytes this is a reset.


def end_half(connection):
    connection.sendall(EARLY_END)
    connection.shutdown(1)


def end_never(connection):
    connection.sendall(EARLY_END)


def check_lost(image):
    """What ends too early or never comes has a name."""
    with RawPeer() as raw, board_with(image, raw, "get=/a,/b,/c") as board:
        for answer in (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
                       b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", b""):
            with raw.accept() as connection:
                read_head(connection)
                connection.sendall(answer)
        # Without a byte of an answer, a GET is not repeated over a connection that was new.
        assert answers(board) == ["200 stream truncated 3 abc"] * 2 + ["0 closed 0 "], board.lines


def check_cable(image, peer):
    """A pulled cable ends what is under way; what is asked later comes."""
    paths = "get=/drip?count=100&every=100,/bytes/5 tell=yes"
    with board_with(image, peer, paths) as board:
        board.wait_for("part piece 2")
        board.set_link(False)
        board.wait_for("done 200 unreachable")
        board.set_link(True)
        board.wait_for("done 200 ok 5 abcde")


def main():
    image = sys.argv[1]
    with Peer("servers.mjs") as peer:
        check_answers(image, peer)
        check_user(image, peer)
        check_streaming(image, peer)
        check_uploads(image, peer)
        check_cable(image, peer)
        with Peer("nginx.py", "--upstream", str(peer.port)) as proxy:
            check_table(image, proxy, [(f"/bytes/{LONG}", f"200 ok {LONG} right"),
                                       (f"/chunked/{LONG}", f"200 ok {LONG} right")])
            check_limit_of_nginx(image, proxy)
    for answer_and_end in (end_at_once, end_half, end_never):
        check_early_end(image, answer_and_end)
    check_lost(image)
    print("interop_http: passed")


if __name__ == "__main__":
    main()
