#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The port on the board, in QEMU. port_echo_test.py IMAGE"""

import os
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from board import Board  # noqa: E402
from board_echo_test import BULK, echo, idle_share, round_trip_us  # noqa: E402


def connect(board):
    return socket.create_connection(("127.0.0.1", board.port(7)), timeout=20)


def check_echo(image):
    with Board(image, forward=[7]) as board:
        board.wait_for("network is up")
        with connect(board) as first, connect(board) as second:
            assert echo(first, b"one") == b"one"
            assert echo(second, b"two") == b"two"
            start = time.perf_counter()
            assert echo(first, BULK) == BULK
            rate = len(BULK) / (time.perf_counter() - start) / 2**20
            trip = round_trip_us(second)
            both_at_once(first, second)
        share = idle_share(board)
        assert share < 0.25, f"an idle board takes {share:.0%} of a processor"
        board.type("x")
        told = board.wait_for("stack .*").group(0)
        board.wait_for("pool_most=.*")
    print(f"echo {rate:.1f} MiB/s each way, 64 bytes in {trip:.0f} us, idle {share:.1%}, {told}")


def both_at_once(first, second):
    answers = {}

    def run(name, connection):
        answers[name] = echo(connection, BULK)

    threads = [threading.Thread(target=run, args=("first", first)),
               threading.Thread(target=run, args=("second", second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == {"first": BULK, "second": BULK}, {k: len(v) for k, v in answers.items()}


def check_peers_that_do_not_read(image):
    with Board(image, forward=[7]) as board:
        board.wait_for("network is up")
        stuck = [connect(board), connect(board)]
        for connection in stuck:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            connection.settimeout(1)
            try:
                while True:
                    connection.send(BULK)
            except TimeoutError:
                pass
        with connect(board) as lively:
            assert echo(lively, b"hello") == b"hello"
            assert round_trip_us(lively, 20) < 1e6
        for connection in stuck:
            connection.close()


def check_cable(image):
    with Board(image, forward=[7]) as board:
        board.wait_for("network is up")
        with connect(board) as connection:
            assert echo(connection, b"one") == b"one"
            board.set_link(False)
            board.wait_for("network is down")
            board.wait_for("unreachable")
            board.lines.clear()
            board.set_link(True)
            board.wait_for("network is up")
        with connect(board) as connection:
            assert echo(connection, b"two") == b"two"


def check_call(image, family, address, host):
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        try:
            listener.bind((address, 0))
        except OSError as error:
            print(f"{host} was not tried: {error}")
            return
        listener.listen()
        listener.settimeout(20)
        with Board(image, arg=f"to={host} port={listener.getsockname()[1]}") as board:
            connection, _ = listener.accept()
            with connection:
                assert connection.recv(100) == b"hello"
                connection.sendall(b"and good day")
                board.wait_for("and good day")
            board.wait_for("call: ")


def check_refused(image):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with Board(image, arg=f"to=10.0.2.2 port={taken.getsockname()[1]}") as board:
            board.wait_for("call: connection refused")


def main():
    image = sys.argv[1]
    check_echo(image)
    check_peers_that_do_not_read(image)
    check_cable(image)
    check_call(image, socket.AF_INET, "127.0.0.1", "10.0.2.2")
    check_refused(image)
    check_call(image, socket.AF_INET6, "::1", "fec0::2")
    print("port_echo: passed")


if __name__ == "__main__":
    main()
