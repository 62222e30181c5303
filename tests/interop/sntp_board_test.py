#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A board without a clock verifies nobody until a time server has told it the time.

sntp_board_test.py FOLDER IMAGE
"""

import os
import shutil
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from board import Board  # noqa: E402
from tls_servers import node, use  # noqa: E402

FROM_1900_TO_1970 = 2208988800


def answer(question, stratum=2, years=0, wrong_number=False):
    """What a server says (RFC 4330 §4), or one that errs."""
    number = bytearray(question[40:48])
    if wrong_number:
        number[7] ^= 1
    now = struct.pack(">II", int(time.time() + years * 31556952) + FROM_1900_TO_1970 & 0xFFFFFFFF, 0)
    return bytes([0x24, stratum, 6, 0xEC]) + bytes(12) + now + bytes(number) + now + now


class TimeServer:
    """Answers the first question wrongly in several ways, and the later ones rightly."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for each in (self.socket, self.other):
            each.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.asked = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            question, asker = self.socket.recvfrom(1024)
            self.asked.append(time.monotonic())
            if len(self.asked) > 1:
                self.socket.sendto(answer(question), asker)
                continue
            self.socket.sendto(answer(question, years=5, wrong_number=True), asker)
            self.socket.sendto(answer(question, years=-30), asker)
            self.other.sendto(answer(question, years=5), asker)
            self.socket.sendto(answer(question)[:40], asker)


if not shutil.which("node"):
    print("not tried: there is no Node")
    sys.exit(0)
use(sys.argv[1])
clock = TimeServer()
with node("TLSv1.3") as server:
    words = f"clock=none time={clock.port} url=wss://10.0.2.2:{server.port}/"
    with Board(sys.argv[2], arg=words) as board:
        board.wait_for("random numbers come from the emulator's host", 20)
        board.wait_for("clock not set", 20)
        board.wait_for("verified", 60)
        assert board.exit_code() == 0, board.lines
        others = {line for line in board.lines if "certificate" in line}
        assert not others, board.lines
assert len(clock.asked) == 2, clock.asked
print(f"asked again after {clock.asked[1] - clock.asked[0]:.0f} s")
