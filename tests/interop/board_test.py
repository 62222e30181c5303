#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The board that serves, for the boards that ask: both in QEMU. board_test.py BOARD CLIENT...

Each client is an example of its own, told by `url` which route of the board to use."""

import os
import re
import sys
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from board import Board  # noqa: E402

READING = r"\[2\d\.\d\d,[0-8],\d+,\d+\]"


def publish(port, text):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/room?event=chat", text.encode(),
                                     {"Content-Type": "text/plain"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert answer.status == 201, answer.status


def expect_readings(client, count, seconds=15):
    until = time.monotonic() + seconds
    while len(set(re.findall(READING, "\n".join(list(client.lines))))) < count:
        assert time.monotonic() < until, client.lines
        time.sleep(0.05)


def short_poller(client, _port):
    """It asks every ten seconds: one answer has the history."""
    client.wait_for(r'"event":"chat","data":"before"')
    expect_readings(client, 3)


def long_poller(client, port):
    """Switches its lamp at every answer, and there is one with each message."""
    client.wait_for("led off")
    client.lines.clear()
    publish(port, "now")
    client.wait_for("led off", 2)


def sse_client(client, port):
    client.wait_for("^before$")
    publish(port, "streamed")
    client.wait_for("^streamed$")
    expect_readings(client, 3)


def ws_client(client, port):
    """Its hello is published, and comes back to it; others hear it too."""
    client.wait_for("^hello from the board$")
    publish(port, "to the socket")
    client.wait_for("^to the socket$")
    expect_readings(client, 3)


ROUTES = {"short_poller": "http://{}/room", "long_poller": "http://{}/room?wait=30",
          "sse_client": "http://{}/room/events", "ws_client": "ws://{}/room/socket"}


def main():
    image, *clients = sys.argv[1:]
    with Board(image, forward=[8080]) as board:
        board.wait_for("network is up")
        port = board.port(8080)
        publish(port, "before")
        for path in clients:
            name = os.path.splitext(os.path.basename(path))[0]
            url = ROUTES[name].format(f"10.0.2.2:{port}")
            with Board(path, arg=f"url={url}") as client:
                globals()[name](client, port)
            print(f"{name}: passed")
        assert not any("panic" in line or "fault" in line for line in board.lines), board.lines


if __name__ == "__main__":
    main()
