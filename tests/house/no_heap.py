#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No heap, no exceptions, no printf: reads the symbols of room archives and finished images."""

import argparse
import glob
import os
import re
import subprocess
import sys

# Each symbol that must neither be asked for by a room nor stand in a finished image.
FORBIDDEN = re.compile(
    r"^(?:_?(?:malloc|calloc|realloc|free|memalign|aligned_alloc|posix_memalign|strdup|sbrk)(?:_r)?"
    r"|_Zn[wa]\w*|_Zd[la]\w*"
    r"|__cxa_(?:throw|rethrow|allocate_exception|begin_catch|guard_acquire|guard_release)"
    r"|_?_?(?:[dlifm]_)?(?:v|s|sn|vs|vsn|as|vas|f|vf|d|vd|w|sw|fw)?i?printf(?:_r|_chk)?"
    r"|__(?:v|s|sn|vs|vsn|f|vf)?printf_chk)$"
)
# A guard is how a local static with a constructor shows.
GUARD = re.compile(r"^_ZGV")


def symbols(nm, path, options):
    done = subprocess.run([nm, *options, path], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        fields = line.split()
        if len(fields) >= 2 and not line.endswith(":"):
            yield fields[-2], fields[-1]


def archive_breaches(nm, path):
    name = os.path.basename(path)
    for kind, symbol in symbols(nm, path, []):
        if FORBIDDEN.match(symbol):
            yield f"{name}: {'asks for' if kind in 'Uvw' else 'defines'} {symbol}"
        elif GUARD.match(symbol):
            yield f"{name}: a static with a guard: {symbol}"


def image_breaches(nm, path):
    for kind, symbol in symbols(nm, path, ["--defined-only"]):
        if FORBIDDEN.match(symbol):
            yield f"{os.path.basename(path)}: contains {symbol}"


def rooms_of(stack):
    """Rooms with sources; a room of headers only has no archive."""
    return sorted(
        os.path.basename(os.path.dirname(path))
        for path in glob.glob(os.path.join(stack, "mote", "*", "CMakeLists.txt"))
        if glob.glob(os.path.join(os.path.dirname(path), "*.cpp"))
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nm", default="nm")
    parser.add_argument("--build", required=True)
    parser.add_argument("--stack", help="whose rooms must be below build")
    parser.add_argument("--images", action="store_true", help="every *.elf below build, too")
    arguments = parser.parse_args()
    found = []
    rooms = rooms_of(arguments.stack) if arguments.stack else []
    for room in rooms:
        path = os.path.join(arguments.build, "stack", "mote", room, f"libmote_{room}.a")
        if os.path.exists(path):
            found += archive_breaches(arguments.nm, path)
        else:
            found.append(f"libmote_{room}.a was not built")
    images = []
    if arguments.images:
        images = glob.glob(os.path.join(arguments.build, "**", "*.elf"), recursive=True)
        if not images:
            found.append("no finished image was found")
    for path in sorted(images):
        found += image_breaches(arguments.nm, path)
    for line in found:
        print(line)
    print(f"no_heap: {len(rooms)} rooms, {len(images)} images, "
          f"{len(found)} breaches")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
