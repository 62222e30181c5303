#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A client on Python's `websockets` of the tool's servers.

websockets_client.py echo URL    messages of up to 16 MiB come back as they went
websockets_client.py limit URL   those of more than 1000 bytes end with 1009, however they are cut
websockets_client.py topic URL   two clients of a topic, one with mote.v1, one without
"""

import asyncio
import json
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


async def topic(url):
    async with websockets.connect(url + "?after=latest", subprotocols=["mote.v1"]) as ids, \
            websockets.connect(url + "?after=latest") as bare:
        assert ids.subprotocol == "mote.v1" and bare.subprotocol is None
        began = json.loads(await ids.recv())
        assert list(began) == ["id"], began
        await ids.send(json.dumps({"event": "chat", "data": "Grüße 😀"}))
        await bare.send("a\nb")
        got = [json.loads(await ids.recv()) for _ in range(2)]
        assert sorted((each["event"], each["data"]) for each in got) == [
            ("chat", "Grüße 😀"), ("message", "a\nb")], got
        assert sorted([await bare.recv(), await bare.recv()]) == ["Grüße 😀", "a\nb"]
        await ids.send("no object")
        assert json.loads(await ids.recv()) == {"error": "bad_argument"}
        await ids.send(json.dumps({"data": "x" * 20_000}))
        assert json.loads(await ids.recv()) == {"error": "too_large"}


asyncio.run({"echo": echo, "limit": limit, "topic": topic}[sys.argv[1]](sys.argv[2]))
