#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the board's bench images in QEMU, counting instructions, and judges what they print.

bench.py --build build/board
An image tests/programs/bench_*.cpp prints "bench NAME VALUE BUDGET UNIT" for each row; a value may
have decimals, a budget of "-" is no budget. Exit status 1 and "over budget" when a row is over.
"""

import argparse
import glob
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROW = re.compile(r"^bench (\S+) ([\d.]+) ([\d.]+|-) (.+?)\s*$", re.MULTILINE)


def rows_of(text):
    return [(name, float(value), None if budget == "-" else float(budget), unit)
            for name, value, budget, unit in ROW.findall(text)]


def judge(rows):
    """Prints the rows; True when none is over."""
    good = True
    for name, value, budget, unit in rows:
        over = budget is not None and value > budget
        good = good and not over
        limit = "" if budget is None else f"  budget {budget:g}"
        print(f"{name:44} {value:10.2f} {unit}{limit}{'  over budget' if over else ''}")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    images = sorted(glob.glob(os.path.join(arguments.build, "**", "bench_*.elf"), recursive=True))
    good = bool(images)
    if not images:
        print("bench: no image was built")
    for image in images:
        done = subprocess.run(
            [sys.executable, os.path.join(ROOT, "tests", "support", "board.py"), "--icount",
             "--seconds", str(arguments.seconds), image], capture_output=True, text=True)
        rows = rows_of(done.stdout)
        good = judge(rows) and good
        if done.returncode != 0 or not rows:
            print(done.stdout + done.stderr)
            print(f"bench: {os.path.basename(image)} ended with {done.returncode}")
            good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
