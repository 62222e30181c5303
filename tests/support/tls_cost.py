#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What an image of tls_measured.cpp says that TLS took, when it has spoken with Node by wss."""

import re
import subprocess

from board import Board
import tls_servers


def stack_of(image):
    """Bytes that the image keeps for its stack."""
    done = subprocess.run(["arm-none-eabi-nm", image], capture_output=True, text=True, check=True)
    at = {name: int(address, 16) for address, _, name in
          (line.split() for line in done.stdout.splitlines() if line.count(" ") == 2)}
    return at["__stack_top"] - at["__stack_bottom"]


def measure(image, folder, version):
    """NAME -> value of each line "tls NAME VALUE". Fails when the WebSocket did not speak, memory was
    refused or the stack was full."""
    tls_servers.use(folder)
    with tls_servers.node(version) as server:
        with Board(image, arg=f"url=wss://10.0.2.2:{server.port}/",
                   qemu_options=("-icount", "shift=5")) as board:
            board.wait_for("^tls longest", 120)
            lines = list(board.lines)
    said = {name: int(value) for name, value in
            re.findall(r"^tls (\w+) (\d+)$", "\n".join(lines), re.MULTILINE)}
    assert said.get("steady") and not said["refused"] and said["stack"] < stack_of(image), lines
    return said
