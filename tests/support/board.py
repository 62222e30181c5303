#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs an image of the board in QEMU: with free ports, a bound on its time, and its exit code.

As a program:  board.py [--arg "words"] [--seconds 20] [--icount] IMAGE.elf
As a module:   with Board("x.elf", forward=[80]) as board: board.wait_for("network is up"); ...
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

QEMU = "qemu-system-arm"
MACHINE = os.environ.get("MOTE_MACHINE", "mps2-an385")
EXIT_TIMED_OUT = 124


class Board:
    """One emulated board, running from the beginning of `with` to its end."""

    def __init__(self, image, arg="", forward=(), machine=MACHINE, icount=False, echo=False,
                 capture=None, qemu_options=()):
        self.lines = []
        self.directory = tempfile.mkdtemp(prefix="mote-board-")
        self._echo = echo
        self._news = threading.Condition()
        self._monitor = None
        nic = "user,id=n0"
        # Port 0 lets the system choose, so that no two boards ever want the same one.
        for inside in forward:
            nic += f",hostfwd=tcp:127.0.0.1:0-:{inside}"
        command = [QEMU, "-M", machine, "-display", "none", "-serial", "stdio", "-nic", nic,
                   "-monitor", f"unix:{self.directory}/monitor,server=on,wait=off",
                   "-semihosting-config", "enable=on,target=native" + quoted_arg(arg),
                   "-kernel", image, *qemu_options]
        if icount:
            command += ["-icount", "shift=10"]
        if capture:
            command += ["-object", f"filter-dump,id=f0,netdev=n0,file={capture}"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._forwarded = self._look_up_ports() if forward else {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def port(self, inside):
        """The port of this machine that leads to the board's port `inside`."""
        return self._forwarded[inside]

    def wait_for(self, pattern, seconds=10):
        """The match of the first line that fits from the beginning of the run, or an error."""
        until = time.monotonic() + seconds
        seen = 0
        with self._news:
            while True:
                is_over = not self._reader.is_alive()
                for line in self.lines[seen:]:
                    found = re.search(pattern, line)
                    if found:
                        return found
                seen = len(self.lines)
                if is_over or time.monotonic() >= until:
                    raise AssertionError(f"no line fits '{pattern}' in: {self.lines[-20:]}")
                self._news.wait(min(0.2, until - time.monotonic()))

    def type(self, text):
        """Gives characters to the board's console; each presses its button."""
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def exit_code(self, seconds=20):
        """Waits for the end of the program; EXIT_TIMED_OUT when it does not come."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return EXIT_TIMED_OUT
        self._reader.join(2)
        return code

    def set_link(self, up):
        """Plugs the network cable in, or pulls it."""
        self.monitor(f"set_link n0 {'on' if up else 'off'}")

    def monitor(self, command):
        """What QEMU's monitor answers to a command."""
        if self._monitor is None:
            self._monitor = self._connect_monitor()
            self._read_prompt()
        self._monitor.sendall(command.encode() + b"\n")
        return self._read_prompt()

    def cpu_seconds(self):
        """Processor time that the emulator has used so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join(2)
        self.process.stdin.close()
        if self._monitor is not None:
            self._monitor.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _read(self):
        for raw in self.process.stdout:
            line = raw.decode(errors="replace").rstrip("\r\n")
            if self._echo:
                print(line, flush=True)
            with self._news:
                self.lines.append(line)
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def _connect_monitor(self):
        until = time.monotonic() + 10
        while True:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.connect(f"{self.directory}/monitor")
                connection.settimeout(10)
                return connection
            except OSError:
                connection.close()
                if time.monotonic() > until or self.process.poll() is not None:
                    raise AssertionError(f"QEMU did not start: {self.lines}") from None
                time.sleep(0.01)

    def _read_prompt(self):
        answer = b""
        while not answer.endswith(b"(qemu) "):
            part = self._monitor.recv(65536)
            if not part:
                break
            answer += part
        return answer.decode(errors="replace")

    def _look_up_ports(self):
        # TCP[HOST_FORWARD]  12  127.0.0.1  41234  10.0.2.15  80  0  0
        found = {}
        for outside, inside in re.findall(r"HOST_FORWARD\]\s+\d+\s+\S+\s+(\d+)\s+\S+\s+(\d+)",
                                          self.monitor("info usernet")):
            found[int(inside)] = int(outside)
        return found


def quoted_arg(arg):
    # A comma ends a value in QEMU's options unless it is doubled.
    return ",arg=" + arg.replace(",", ",,") if arg else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("image")
    parser.add_argument("--arg", default="", help="words that the program can read")
    parser.add_argument("--machine", default=MACHINE)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--icount", action="store_true", help="so that instructions can be counted")
    arguments = parser.parse_args()
    with Board(arguments.image, arg=arguments.arg, machine=arguments.machine,
               icount=arguments.icount, echo=True) as board:
        code = board.exit_code(arguments.seconds)
    if code == EXIT_TIMED_OUT:
        print(f"board: stopped after {arguments.seconds} s", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
