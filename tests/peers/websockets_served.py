#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Clients by others (Python's `websockets`) of tests/interop/ws_served.cpp.

websockets_served.py HOST:PORT
"""

import asyncio
import sys

import websockets

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def pattern(size):
    return (LETTERS * (size // 36 + 1))[:size]


def connect(path, **options):
    return websockets.connect(f"ws://{sys.argv[1]}{path}", subprotocols=["mote.test"], **options)


async def ask(socket, message):
    await socket.send(message)
    return await socket.recv()


async def talk(number):
    """All forms of message, and pings."""
    async with connect("/echo") as socket:
        assert socket.subprotocol == "mote.test"
        for size in (0, 1, 124, 125, 126, 127, 800, 850):
            for message in (str(number) * size, bytes([number]) * size):
                assert await ask(socket, message) == message, size
        for parts in (["a", "bc", "", "d"], [b"a", b"", b"\xff"], ["€", " und 😀"]):
            assert await ask(socket, parts) == parts[0][:0].join(parts)
        await asyncio.wait_for(await socket.ping("there?"), 5)
        await asyncio.sleep(1)  # It is pinged meanwhile.
        assert await ask(socket, "still here") == "still here"
        await socket.close(4000 + number, "bye")
        assert socket.close_code == 4000 + number, socket.close_code


async def expect_close(path, message, code):
    async with connect(path) as socket:
        try:
            await socket.send(message)
            await asyncio.wait_for(socket.recv(), 10)
        except websockets.ConnectionClosed:
            pass
        assert socket.close_code == code, (message[:20], socket.close_code)


async def large():
    """Messages larger than any memory of the server's."""
    async with connect("/count") as socket:
        assert await ask(socket, pattern(65_536)) == "65536 right"
        parts = [pattern(36_000), "", pattern(7)]
        assert await ask(socket, parts) == "36007 right"
    async with connect("/pattern") as socket:
        assert await ask(socket, "50000") == pattern(50_000)


async def main():
    await asyncio.gather(*(talk(number) for number in range(1, 5)))
    await expect_close("/echo", "close 4321", 4321)
    await expect_close("/echo", "x" * 900, 1009)
    await expect_close("/echo", b"x" * 100_000, 1009)
    await expect_close("/count", b"x" * 1_000_001, 1009)
    await large()
    print("passed")


asyncio.run(main())
