#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Puts every C++ file into the house style, or with --check says which are not."""

import os
import subprocess
import sys

from tracked import tracked_files

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main():
    check = "--check" in sys.argv[1:]
    names = [name for name in tracked_files(ROOT) if name.endswith((".cpp", ".hpp"))]
    if not names:
        print("format: no C++ files found")
        return 1
    mode = ["--dry-run", "-Werror"] if check else ["-i"]
    done = subprocess.run(["clang-format", "--style=file", *mode, *names], cwd=ROOT)
    if done.returncode != 0:
        print("format: run ./dev format")
        return 1
    print(f"format: {len(names)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
