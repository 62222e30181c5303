#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs clang-tidy over stack/, ports/ and examples/, but for the tool, as build/host compiles them.

A source that was clean stays clean while its text, its headers, its flags and .clang-tidy are the
same: results are kept in a folder, named by a hash of all of these.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import shlex
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOOKED_AT = ("stack/", "ports/", "examples/")
PASSED_OVER = ("examples/mote/",)  # an application, with exceptions and a heap of its own
# Of GCC's flags, those that clang does not know.
NOT_FOR_CLANG = ("-fno-sanitize-recover", "-fsanitize", "-fconserve-stack", "-specs", "--specs")


def compiler_arguments(entry):
    words = shlex.split(entry["command"]) if "command" in entry else list(entry["arguments"])
    while os.path.basename(words[0]) in ("ccache", "env"):
        words = words[1:]
    return words


def without_output(words):
    kept, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word in ("-o", "-MF", "-MT"):
            skip = True
        elif word not in ("-c", "-MD") and not word.startswith(NOT_FOR_CLANG):
            kept.append(word)
    # CMake leaves the standard out where it is GCC's own; clang's is older.
    if not any(word.startswith("-std=") for word in kept):
        kept.insert(1, "-std=c++17")
    return [*kept, "-Wno-unknown-attributes"]


def key_of(entry, words):
    """A hash of everything that decides what clang-tidy says of this source."""
    listed = subprocess.run(
        [*words, "-M", "-MF", "-"], cwd=entry["directory"], capture_output=True, text=True
    )
    if listed.returncode != 0:
        return None
    names = listed.stdout.replace("\\\n", " ").split(":", 1)[1].split()
    digest = hashlib.sha256(" ".join(words).encode())
    for name in [os.path.join(ROOT, ".clang-tidy"), *sorted(set(names))]:
        path = os.path.join(entry["directory"], name)
        if path.startswith("/usr/"):
            digest.update(f"{path} {os.stat(path).st_mtime_ns}".encode())
        else:
            with open(path, "rb") as file:
                digest.update(file.read())
    return digest.hexdigest()


def look_at(entry, cache):
    """Returns "clean", "kept" or what clang-tidy said."""
    words = without_output(compiler_arguments(entry))
    key = key_of(entry, words)
    mark = os.path.join(cache, key) if key else None
    if mark and os.path.exists(mark):
        return "kept"
    source = os.path.join(entry["directory"], entry["file"])
    done = subprocess.run(
        ["clang-tidy", "--quiet", source, "--", *(word for word in words[1:] if word != source)],
        cwd=ROOT, capture_output=True, text=True,
    )
    if done.returncode != 0:
        return done.stdout + done.stderr
    if mark:
        os.makedirs(cache, exist_ok=True)
        with open(mark, "w", encoding="utf-8"):
            pass
    return "clean"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--cache", required=True)
    arguments = parser.parse_args()
    with open(os.path.join(arguments.build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    wanted = {}
    for entry in entries:
        name = os.path.relpath(os.path.join(entry["directory"], entry["file"]), ROOT)
        looked_at = name.startswith(LOOKED_AT) and not name.startswith(PASSED_OVER)
        if looked_at and name.endswith(".cpp"):
            wanted.setdefault(name, entry)
    if not wanted:
        print("tidy: nothing to look at")
        return 1
    answers = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        asked = {pool.submit(look_at, wanted[name], arguments.cache): name for name in wanted}
        for answer in concurrent.futures.as_completed(asked):
            answers[asked[answer]] = answer.result()
    bad = sorted(name for name in answers if answers[name] not in ("clean", "kept"))
    for name in bad:
        print(answers[name])
    kept = sum(answer == "kept" for answer in answers.values())
    print(f"tidy: {len(answers)} sources, {kept} unchanged since they were clean, {len(bad)} not clean")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
