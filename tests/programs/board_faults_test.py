#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How the board tells what went wrong, sleeps and counts. board_faults_test.py IMAGE"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from board import Board  # noqa: E402

# What it is told to do, the exit code, and the line that says so.
CASES = [
    ("do=nothing", 0, None),
    ("do=return", 3, None),
    ("do=load", 71, "fault: at 0000[0-9a-f]+ called from"),
    ("do=stack", 71, "fault: the stack is too small"),
    ("do=contract", 70, "contract broken: called from 0000"),
    ("do=memory", 0, None),
    ("do=sleep", 0, r"slept ms (1[5-9]|[2-9]\d)\d\d"),
]


def main():
    image = sys.argv[1]
    for arg, code, line in CASES:
        with Board(image, arg=arg) as board:
            if line:
                board.wait_for(line)
            got = board.exit_code()
        assert got == code, f"{arg}: exit code {got}, not {code}: {board.lines}"
    counts = []
    for _ in range(3):
        with Board(image, arg="do=count", icount=True) as board:
            counts.append(int(board.wait_for(r"instructions (\d+)").group(1)))
    # The counter's 40 ns and an instruction's 1,024 ns meet anywhere: one more or less. QEMU adds
    # the time that it waited before it began, now and then when it has begun already.
    assert abs(sorted(counts)[1] - 3000) <= 1, counts
    print("board_faults: passed")


if __name__ == "__main__":
    main()
