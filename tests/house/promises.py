#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What docs/protocols promises: every test that it names exists."""

import os
import re

TEST = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)")
# `Suite.name_of_a_test`: a test's name is a sentence.
PROMISE = re.compile(r"`(\w+)\.(\w+_\w+_\w+)`")


def read(root, name):
    with open(os.path.join(root, name), encoding="utf-8") as file:
        return file.read()


def breaches(root, names):
    tests = set()
    for name in names:
        if name.startswith("tests/") and name.endswith("_test.cpp"):
            tests.update(TEST.findall(read(root, name)))
    for name in names:
        if not (name.startswith("docs/protocols/") and name.endswith(".md")):
            continue
        for number, line in enumerate(read(root, name).splitlines(), 1):
            for suite, test in PROMISE.findall(line):
                if (suite, test) not in tests:
                    yield f"{name}:{number}: there is no test {suite}.{test}"
