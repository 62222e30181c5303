#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""WebSocket servers, on the board or on Linux, against clients by others, several at once.

ws_served_test.py served|chat PROGRAM, an image of the board (.elf) or a program for Linux.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(HERE, "..", "peers")
sys.path.insert(0, os.path.join(HERE, "..", "support"))

from board import Board  # noqa: E402

PORT = 8080


def wait_until_it_serves(port):
    until = time.monotonic() + 20
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.settimeout(1)
                connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                if connection.recv(100):
                    return
        except OSError:
            pass
        assert time.monotonic() < until, "it does not serve"
        time.sleep(0.1)


@contextlib.contextmanager
def on_linux(program):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([program], env={**os.environ, "MOTE_PORT": str(port)},
                               stdout=subprocess.DEVNULL)
    try:
        yield port
        assert process.poll() is None, process.returncode
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def on_board(image):
    with Board(image, forward=[PORT]) as board:
        try:
            yield board.port(PORT)
        except BaseException:
            print("\n".join(board.lines[-40:]))
            raise


def run(port, *command):
    done = subprocess.run([*command, f"127.0.0.1:{port}"], capture_output=True, text=True,
                          timeout=100, check=False)
    assert done.stdout.endswith("passed\n"), done.stdout + done.stderr


def served(port):
    run(port, "node", os.path.join(PEERS, "websocket_served.mjs"), "served")
    run(port, os.path.join(PEERS, "websockets_served.py"))


def chat(port):
    run(port, "node", os.path.join(PEERS, "websocket_served.mjs"), "chat")


def main():
    what, program = sys.argv[1:]
    with (on_board if program.endswith(".elf") else on_linux)(program) as port:
        wait_until_it_serves(port)
        globals()[what](port)
    print(f"interop_ws_{what}: passed")


if __name__ == "__main__":
    main()
