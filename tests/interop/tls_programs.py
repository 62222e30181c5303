# SPDX-License-Identifier: MIT
"""A program of Mote's that speaks TLS, on Linux or on the board, for as long as a `with` lasts.

The script's words are the folder of certificates and the program, whose name ends in .elf when it is
for the board: both give the same words to it and hear the same lines.
"""

import os
import re
import ssl
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from board import Board  # noqa: E402
from tls_servers import file, free_port, use  # noqa: E402, F401

use(sys.argv[1])
PROGRAM = os.path.abspath(sys.argv[2])
IS_BOARD = PROGRAM.endswith(".elf")
HERE = "10.0.2.2" if IS_BOARD else "localhost"  # how the program calls this machine
INSIDE = 443


class Here:
    """The program on Linux, with what class Board has."""

    def __init__(self, settings):
        variables = {"MOTE_" + name.upper(): str(value) for name, value in settings.items()}
        self.lines = []
        self._process = subprocess.Popen([PROGRAM], env={**os.environ, **variables},
                                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        with self._process.stdout as lines:
            for line in lines:
                self.lines.append(line.decode(errors="replace").rstrip("\n"))

    def wait_for(self, pattern, seconds=20):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            is_over = not self._reader.is_alive()
            for line in list(self.lines):
                found = re.search(pattern, line)
                if found:
                    return found
            if is_over:
                break
            time.sleep(0.01)
        raise AssertionError(f"no line fits '{pattern}' in: {self.lines[-20:]}")

    def stop(self):
        self._process.kill()
        self._process.wait()
        self._reader.join(2)


class Program:
    """Program(to=PORT, word=value…) asks this machine; Program(serves=True, …) is asked at .port."""

    is_board = IS_BOARD

    def __init__(self, to=None, serves=False, **words):
        if to:
            words["to"] = f"{HERE}:{to}"
        if serves:
            words["serve"] = INSIDE if IS_BOARD else free_port()
        if IS_BOARD:
            arg = " ".join(f"{name}={value}" for name, value in words.items())
            self._run = Board(PROGRAM, arg=arg, forward=[INSIDE] if serves else [])
        else:
            self._run = Here(words)
        self.port = None
        self.told = []
        if serves:
            self.port = self._run.port(INSIDE) if IS_BOARD else words["serve"]
            # Before a board has an address, QEMU resets what comes.
            self._run.wait_for("^network is up" if IS_BOARD else "^serving", 30)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            print("the program said last:", self._run.lines[-20:])
        self._run.stop()

    @property
    def lines(self):
        return self._run.lines

    def wait_for(self, pattern, seconds=20):
        """The first line that fits since the last one that was waited for; `told` has what was said
        before it."""
        found = self._run.wait_for(pattern, seconds)
        lines = self._run.lines
        index = next(at for at, line in enumerate(lines) if re.search(pattern, line))
        self.told = lines[:index]
        del lines[:index + 1]
        return found


def pattern(size):
    letters = b"abcdefghijklmnopqrstuvwxyz0123456789"
    return (letters * (size // len(letters) + 1))[:size]


def version_of(context, name):
    """`context`, for this version of TLS only."""
    version = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}[name]
    context.minimum_version = context.maximum_version = version
    return context
