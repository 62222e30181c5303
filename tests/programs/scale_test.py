#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Ten thousand clients of one server: WebSockets that idle, polls that are held, and half of each.

scale_test.py SERVER [CLIENTS]
Takes 10,000 clients, or as many as the hard limit on open files leaves, and says how many. Every
one of them hears the news in the end, and the server takes no memory from the heap for them.
"""

import json
import resource
import select
import socket
import struct
import subprocess
import sys
import time
import urllib.request

ADDRESS = "127.0.0.1"
UPGRADE = (b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
POLL = b"GET /poll HTTP/1.1\r\nHost: localhost\r\n\r\n"
NEWS_BY_FRAME = b"\x81\x04news"
NEWS_BY_ANSWER = b"\r\n\r\nnews"


def most_clients():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return 10000 if hard == resource.RLIM_INFINITY else min(10000, hard - 500)


class Crowd:
    """Clients that are waited for together."""

    def __init__(self, port):
        self._port = port
        self._epoll = select.epoll()
        self._sockets = {}
        self.heard = {}

    def come(self, count, request):
        """So many more connect and send `request`."""
        for at in range(count):
            one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            # Ports of one address may be short; and what is reset leaves none behind.
            one.bind((f"127.0.0.{2 + at % 8}", 0))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.connect((ADDRESS, self._port))
            one.setblocking(False)
            self._sockets[one.fileno()] = one
            self.heard[one.fileno()] = b""
            self._epoll.register(one, select.EPOLLIN)
            one.send(request)

    def hear(self, sign, seconds=30):
        """Waits until all whose bytes have to end in what sign(before) says do so."""
        end = time.monotonic() + seconds
        missing = {fd for fd, text in self.heard.items() if not sign(text)}
        while missing and time.monotonic() < end:
            for fd, _ in self._epoll.poll(1, 1000):
                got = self._sockets[fd].recv(4096)
                if not got:
                    raise AssertionError(f"a client was closed after {self.heard[fd]!r}")
                self.heard[fd] += got
                if sign(self.heard[fd]):
                    missing.discard(fd)
        if missing:
            some = self.heard[missing.pop()]
            raise AssertionError(f"{len(missing) + 1} heard nothing; one has {some!r}")

    def leave(self):
        for one in self._sockets.values():
            one.close()
        self._sockets.clear()
        self.heard.clear()


class Server:
    def __init__(self, program):
        self._process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
        self.port, self.bytes_each = map(int, self._process.stdout.readline().split())

    def do(self, word):
        with urllib.request.urlopen(f"http://{ADDRESS}:{self.port}/do/{word}", timeout=30) as got:
            return json.load(got)

    def until(self, what, count, seconds=30):
        end = time.monotonic() + seconds
        while (state := self.do("tell"))[what] != count:
            if time.monotonic() > end:
                raise AssertionError(f"{what}: {state[what]}, not {count}")
            time.sleep(0.05)
        return state

    def stop(self):
        try:
            if self._process.poll() is None:
                self.do("stop")
                self._process.wait(10)
        finally:
            self._process.kill()
        return self._process.wait()


def phase(server, name, sockets, polls):
    """They come, idle, all hear the news, and leave without a word."""
    began = time.monotonic()
    crowd = Crowd(server.port)
    crowd.come(sockets, UPGRADE)
    crowd.hear(lambda text: text.endswith(b"\r\n\r\n"))
    in_sockets = set(crowd.heard)
    crowd.come(polls, POLL)
    state = server.until("held", polls)
    assert state["sockets"] == sockets, state
    stood = time.monotonic()
    assert server.do("broadcast")["told"] == sockets
    server.do("release")
    crowd.hear(lambda text: text.endswith((NEWS_BY_FRAME, NEWS_BY_ANSWER)))
    told = time.monotonic()
    for fd, text in crowd.heard.items():
        good = text.startswith(b"HTTP/1.1 101 " if fd in in_sockets else b"HTTP/1.1 200 OK\r\n")
        assert good and text.count(b"news") == 1, text
    crowd.leave()
    server.until("connections", 1)
    assert state["heap"] == 0, f"{state['heap']} bytes were taken from the heap"
    print(f"{name}: there after {stood - began:.1f} s, all told in {told - stood:.2f} s, "
          f"{state['resident']} KiB resident, left in {time.monotonic() - told:.1f} s")
    return state["resident"]


def main():
    program = sys.argv[1]
    clients = min(most_clients(), int(sys.argv[2]) if len(sys.argv) > 2 else 10000)
    server = Server(program)
    print(f"{clients} clients, {server.bytes_each} bytes each; at first "
          f"{server.do('tell')['resident']} KiB resident")
    try:
        phase(server, "idle WebSockets", clients, 0)
        before = phase(server, "held polls", 0, clients)
        after = phase(server, "half of each", clients // 2, clients - clients // 2)
        assert after <= before + 256, "memory grows"
    finally:
        code = server.stop()
    assert code == 0, f"the server ended with {code}"


if __name__ == "__main__":
    main()
