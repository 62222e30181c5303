#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""An echo server on Python's `websockets`, on 127.0.0.1. Prints its port as JSON; ends at SIGTERM.

websockets_echo.py [--port N] [--max-message BYTES]
"""

import argparse
import asyncio
import json
import signal

import websockets


async def echo(socket, _path=None):
    async for message in socket:
        await socket.send(message)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--max-message", type=int, default=17 * 1024 * 1024)
    arguments = parser.parse_args()
    stop = asyncio.get_running_loop().create_future()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, lambda: stop.done() or stop.set_result(None))
    async with websockets.serve(
        echo, "127.0.0.1", arguments.port, max_size=arguments.max_message, compression=None,
        subprotocols=["mote.test"],
    ) as server:
        port = server.sockets[0].getsockname()[1]
        print(json.dumps({"port": port}), flush=True)
        await stop


if __name__ == "__main__":
    asyncio.run(main())
