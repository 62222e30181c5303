#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""User-space instructions that the POSIX port takes to echo a WebSocket message, by callgrind.

bench_linux.py --build build/release
One connection, from this process; a message is sent when the one before has come back, so frames
arrive whole. What a message takes is the difference of two runs, one with more messages than the
other. System calls count as far as they run in user space.
"""

import argparse
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile

import bench
import linked

# Name, bytes of text, budget, messages of the longer run beyond those of the shorter.
ROWS = [("linux_ws_echo_20B", 20, 800, 1000),
        ("linux_ws_echo_1KiB", 1024, 1700, 1000),
        ("linux_ws_echo_16KiB", 16 * 1024, 14500, 200)]
WARM = 20
# What an idle WebSocket of a server takes beside the kernel's socket.
IDLE = ("linux_ws_idle", ("http::Place", "port::Tcp"), 128, "bytes/connection")
MASK = b"\x37\xfa\x21\x3d"
OPENING = (b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")


def length_of(size):
    if size < 126:
        return size, b""
    return (126, struct.pack(">H", size)) if size < 65536 else (127, struct.pack(">Q", size))


def read_exactly(peer, size):
    parts = []
    while size:
        part = peer.recv(size)
        if not part:
            raise EOFError("the server closed the connection")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def exchange(port, size, messages):
    """Opens a WebSocket, has `messages` texts of `size` bytes echoed, and closes."""
    text = (b"the quick brown fox jumps over " * (size // 31 + 1))[:size]
    masked = bytes(byte ^ MASK[at % 4] for at, byte in enumerate(text))
    short, extended = length_of(size)
    sent = bytes((0x81, 0x80 | short)) + extended + MASK + masked
    echoed = bytes((0x81, short)) + extended + text
    with socket.create_connection(("127.0.0.1", port), timeout=60) as peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer.sendall(OPENING)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += read_exactly(peer, 1)
        if b" 101 " not in head:
            raise ValueError(f"the server refused: {head!r}")
        for _ in range(messages):
            peer.sendall(sent)
            if read_exactly(peer, len(echoed)) != echoed:
                raise ValueError("the echo differs")
        peer.sendall(b"\x88\x82" + MASK + bytes((0x03 ^ MASK[0], 0xE8 ^ MASK[1])))
        while peer.recv(4096):
            pass


def instructions(program, size, messages, keep=None):
    """All that the server takes for so many messages."""
    with tempfile.TemporaryDirectory() as folder:
        out = keep or os.path.join(folder, "out")
        server = subprocess.Popen(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", program],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            exchange(int(server.stdout.readline()), size, messages)
            server.communicate(timeout=60)
        finally:
            server.kill()
            server.wait()
        with open(out, encoding="utf-8") as file:
            return int(re.search(r"^(?:summary|totals):\s*(\d+)", file.read(), re.MULTILINE)[1])


def rows_of(program, sizes):
    for name, size, budget, messages in ROWS:
        more = instructions(program, size, WARM + messages)
        yield name, (more - instructions(program, size, WARM)) / messages, budget, \
            "instructions/message"
    name, objects, budget, unit = IDLE
    yield name, sum(sizes[each] for each in objects), budget, unit


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--profile", metavar="FILE", help="keep a profile of 20 B messages")
    arguments = parser.parse_args()
    program = os.path.join(arguments.build, "tests", "programs", "bench_echo")
    if not os.path.exists(program):
        print("bench: bench_echo was not built")
        return 1
    if arguments.profile:
        instructions(program, 20, 10000, arguments.profile)
        return 0
    return 0 if bench.judge(rows_of(program, linked.object_sizes(arguments.build, "nm"))) else 1


if __name__ == "__main__":
    sys.exit(main())
