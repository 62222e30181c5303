#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A client on Python's `websockets` of an echo server.

websockets_client.py echo URL    messages of up to 16 MiB come back as they went
websockets_client.py limit URL   those of more than 1000 bytes end with 1009, however they are cut
"""

import asyncio
import sys

import websockets

MIB = 1024 * 1024


async def echo(url):
    async with websockets.connect(url, max_size=16 * MIB, compression=None) as socket:
        for message in ("", "Grüße 😀", b"\x00\xff", "x" * 200_000, bytes(16 * MIB),
                        "y" * (16 * MIB)):
            await socket.send(message)
            assert await socket.recv() == message, len(message)
        await socket.send(["in ", "three ", "parts"])
        assert await socket.recv() == "in three parts"
        await (await socket.ping())


async def limit(url):
    for message in (bytes(1001), [bytes(600), bytes(401)], "x" * 60_000):
        async with websockets.connect(url, compression=None) as socket:
            await socket.send(bytes(1000))
            assert await socket.recv() == bytes(1000)
            await socket.send(message)
            try:
                await socket.recv()
            except websockets.ConnectionClosed as closed:
                assert closed.rcvd.code == 1009, closed
            else:
                raise AssertionError("it was taken")


asyncio.run({"echo": echo, "limit": limit}[sys.argv[1]](sys.argv[2]))
