# SPDX-License-Identifier: MIT
"""Runs an example: on Linux as it is, an image of the board (NAME.elf) in QEMU.

with example("build/host/examples/x", url="https://…") as program: program.wait_for("hello")
"""

import os
import re
import socket
import subprocess
import threading
import time

from board import Board

# What a program calls the machine that it runs on.
HOST_OF_BOARD, HOST = "10.0.2.2", "localhost"


def is_image(path):
    return path.endswith(".elf")


def host_of(path):
    """The name under which a program reaches servers on this machine."""
    return HOST_OF_BOARD if is_image(path) else HOST


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def example(path, listens=None, **settings):
    """`listens`: the port where it listens, in its own words; `port(listens)` then tells where."""
    if is_image(path):
        arg = " ".join(f"{name}={value}" for name, value in settings.items())
        return Board(path, arg=arg, forward=[listens] if listens else [])
    return Program(path, listens, settings)


class Program:
    """One program of Linux, as board.Board is one of the board."""

    def __init__(self, path, listens, settings):
        self.lines = []
        self._inside, self._outside = listens, free_port() if listens else None
        if listens:
            settings = {**settings, "port": self._outside}
        names = {f"MOTE_{name.upper()}": str(value) for name, value in settings.items()}
        self.process = subprocess.Popen([path], env={**os.environ, **names},
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self._reader.join()
        self.process.stdout.close()

    def port(self, inside):
        assert inside == self._inside
        return self._outside

    def wait_for(self, pattern, seconds=10):
        """The match of the first line that fits from the beginning of the run, or an error."""
        until = time.monotonic() + seconds
        while True:
            is_over = not self._reader.is_alive()
            for line in list(self.lines):
                found = re.search(pattern, line)
                if found:
                    return found
            if is_over or time.monotonic() >= until:
                raise AssertionError(f"no line fits '{pattern}' in: {self.lines[-20:]}")
            time.sleep(0.02)

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.decode(errors="replace").rstrip("\r\n"))
