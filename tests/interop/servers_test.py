#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Examples that serve, on the board, against clients by others. servers_test.py NAME IMAGE"""

import hashlib
import hmac
import http.client
import os
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))

from board import Board  # noqa: E402

PORT = 8080


def node(*words, seconds=20):
    script = os.path.join(HERE, "..", "peers", "clients.mjs")
    done = subprocess.run(["node", script, *map(str, words)], capture_output=True, text=True,
                          timeout=seconds, check=True)
    return done.stdout.splitlines()


def ask(board, method, path, body=None, headers=None, seconds=10):
    """The status and the body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", board.port(PORT), timeout=seconds)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def wait_until_it_serves(board, seconds=10):
    until = time.monotonic() + seconds
    while True:
        try:
            assert ask(board, "GET", "/", seconds=1)[0] == 404
            return
        except OSError:
            assert time.monotonic() < until, board.lines
            time.sleep(0.1)


def event_stream(image):
    """Two EventSources read at a time; one that comes back says what it had last."""
    with Board(image, forward=[PORT]) as board:
        wait_until_it_serves(board)
        url = f"http://127.0.0.1:{board.port(PORT)}/readings"
        other = []
        thread = threading.Thread(target=lambda: other.extend(node("events", url, 3)))
        thread.start()
        lines = node("events", url, 3)
        thread.join()
        for got in (lines, other):
            assert got[0] == "open", got
            numbers = [int(line.split()[1]) for line in got[1:]]
            assert numbers == list(range(numbers[0], numbers[0] + 3)), got
            assert got[1] == f'reading {numbers[0]} {{"reading":{numbers[0]}}}', got
        board.wait_for("someone listens")
        curl = subprocess.run(["curl", "-sN", "--max-time", "3", "-H", "Last-Event-ID: 7", url],
                              capture_output=True, text=True, check=False)
        assert curl.stdout.startswith("event: back\ndata: 7\n\nid: "), curl.stdout


def long_poll_server(image):
    """Eight wait, and all hear of it; one that has news to come gets them at once."""
    with Board(image, forward=[PORT]) as board:
        wait_until_it_serves(board)
        assert ask(board, "GET", "/number") == (200, "0")
        answers = []
        waiting = [threading.Thread(
            target=lambda: answers.append(ask(board, "GET", "/number?after=0")))
            for _ in range(6)]
        for one in waiting:
            one.start()
        waiting[0].join(1)
        assert not answers, answers
        assert ask(board, "POST", "/number") == (204, "")
        for one in waiting:
            one.join(10)
        assert answers == [(200, "1")] * 6, answers
        assert ask(board, "GET", "/number?after=0") == (200, "1")
        assert ask(board, "GET", "/number?after=1", seconds=40) == (204, ""), "after 25 seconds"


def webhook_receiver(image):
    """Signed by the library of Standard Webhooks: taken once; tampered, stale: refused."""
    secret = "whsec_c2VjcmV0IGZvciBkZW1v"
    with Board(image, forward=[PORT]) as board:
        wait_until_it_serves(board)
        url = f"http://127.0.0.1:{board.port(PORT)}/hooks"
        for _ in range(2):
            assert node("hook", url, secret, "msg_1", 0, '{"n":1}') == ["200"]
        assert node("hook", url, secret, "msg_2", 0, "x" * 4096) == ["200"]
        assert node("hook", url, secret, "msg_3", 0, "x" * 4097) == ["413"]
        assert node("hook", url, secret, "msg_4", 310, "{}") == ["401"]
        assert node("hook", url, "whsec_b3RoZXI=", "msg_5", 0, "{}") == ["401"]
        wrong = {"X-Hub-Signature-256":
                 "sha256=" + hmac.new(b"a", b"{}", hashlib.sha256).hexdigest()}
        assert ask(board, "POST", "/hooks", "{}", wrong)[0] == 400
        board.wait_for("^expired$")
        board.wait_for("^unauthorised$")
        assert board.lines.count('{"n":1}') == 1, board.lines


def main():
    name, image = sys.argv[1:]
    globals()[name](image)
    print(f"interop_{name}: passed")


if __name__ == "__main__":
    main()
