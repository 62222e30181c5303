#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The board's layer in QEMU: frames both ways, sleep, a pulled cable. board_echo_test.py IMAGE"""

import os
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from board import Board  # noqa: E402

BULK = bytes(range(256)) * 4096  # 1 MiB


def echo(connection, data):
    sender = threading.Thread(target=connection.sendall, args=(data,))
    sender.start()
    got = bytearray()
    while len(got) < len(data):
        part = connection.recv(65536)
        if not part:
            break
        got += part
    sender.join()
    return bytes(got)


def round_trip_us(connection, count=200):
    times = []
    for _ in range(count):
        start = time.perf_counter()
        assert echo(connection, b"x" * 64) == b"x" * 64
        times.append(time.perf_counter() - start)
    return sorted(times)[count // 2] * 1e6


def idle_share(board, seconds=1.0):
    before = board.cpu_seconds()
    time.sleep(seconds)
    return (board.cpu_seconds() - before) / seconds


def check_echo_and_sleep(image):
    with Board(image, forward=[7]) as board:
        board.wait_for("network is up")
        share = idle_share(board)
        assert share < 0.25, f"an idle board takes {share:.0%} of a processor"
        with socket.create_connection(("127.0.0.1", board.port(7)), timeout=20) as connection:
            assert echo(connection, b"hello") == b"hello"
            start = time.perf_counter()
            assert echo(connection, BULK) == BULK
            rate = len(BULK) / (time.perf_counter() - start) / 2**20
            trip = round_trip_us(connection)
        code = board.exit_code()
        assert code == 0, f"exit code {code}: {board.lines}"
        stack = board.wait_for("stack .*").group(0)
    print(f"echo {rate:.1f} MiB/s each way, 64 bytes in {trip:.0f} us, idle {share:.1%}, {stack}")


def check_cable(image):
    with Board(image, arg="stay", forward=[7]) as board:
        board.wait_for("network is up")
        board.set_link(False)
        board.wait_for("network is down")
        before = len(board.lines)
        board.set_link(True)
        until = time.monotonic() + 10
        while "network is up" not in board.lines[before:] and time.monotonic() < until:
            time.sleep(0.01)
        assert "network is up" in board.lines[before:], board.lines
        with socket.create_connection(("127.0.0.1", board.port(7)), timeout=20) as connection:
            assert echo(connection, b"again") == b"again"


def main():
    check_echo_and_sleep(sys.argv[1])
    check_cable(sys.argv[1])
    print("board_echo: passed")


if __name__ == "__main__":
    main()
