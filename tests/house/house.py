#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs one check of the house over the repository: house.py includes|shape|promises."""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "toolchains"))

import promises  # noqa: E402
import shape  # noqa: E402
import who_includes_whom  # noqa: E402
from tracked import tracked_files  # noqa: E402

CHECKS = {"includes": who_includes_whom.breaches, "shape": shape.breaches,
          "promises": promises.breaches}


def main():
    check = CHECKS[sys.argv[1]]
    names = tracked_files(ROOT)
    found = list(check(ROOT, names))
    for line in found:
        print(line)
    print(f"{sys.argv[1]}: {len(names)} files, {len(found)} breaches")
    return 1 if found or not names else 0


if __name__ == "__main__":
    sys.exit(main())
