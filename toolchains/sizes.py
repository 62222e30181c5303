#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Flash and RAM of rooms and examples, read from the board's linked images, beside their budgets.

sizes.py --build build/board [--write]
Exit status 1 and "over budget" when a row is over; 1 and "not built" when an image is missing.
--write puts the tables into docs/sizes.md.
"""

import argparse
import glob
import os
import sys

import linked

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KB = 1024

# What, its images (together: what two of them share counts once), flash, object, its bytes.
CLIENTS = [
    ("WebSocket client with reconnect and liveness", ["ws_client"], 6 * KB, "ws::Client", 200),
    ("HTTP client, long and short poller", ["long_poller", "short_poller"], 7 * KB,
     "polling::Poller", 250),
    ("SSE client with its HTTP", ["sse_client"], 7 * KB, "sse::Source", 250),
    ("webhook sender with its HTTP", ["webhook_sender"], 7 * KB, "webhook::Sender", 250),
]
SERVERS = [
    ("server: HTTP, WebSocket, SSE, held requests",
     ["chat_server", "event_stream", "long_poll_server"], 12 * KB),
    ("all clients and servers",
     ["device", "chat_server", "event_stream", "long_poll_server", "webhook_receiver"], 24 * KB),
]
# What an idle WebSocket of a server takes beside lwIP's own; its place is that of any connection.
IDLE = ("server: an idle WebSocket", ("http::Place", "port::Tcp"), 96)
# Statuses in words: what an example prints, and no part of a client.
WORDS = ("base", "status.cpp")
PARSER = ("SSE parser alone", "sse_client", ("sse", "event_parser.cpp"), 1 * KB)
DEVICE = ("device: all clients, lwIP, plain TCP", "device", 96 * KB, 40 * KB)
OTHERS = ["ports", "lwIP", "Mbed TLS", "C library", "application"]


def rooms_of_stack():
    folders = glob.glob(os.path.join(ROOT, "stack", "mote", "*", ""))
    return sorted(os.path.basename(os.path.dirname(folder)) for folder in folders)


class Image:
    """A linked example and what it is made of."""

    def __init__(self, path, rooms):
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.flash, self.ram = linked.totals(path)
        self.sections = [(linked.owner(one, rooms), one) for one in linked.sections(path)]

    def of(self, owners):
        mine = [one for owner, one in self.sections if owner in owners]
        return sum(one.flash for one in mine), sum(one.ram for one in mine)

    def by_piece(self, owners):
        """Flash of each piece by its name and origin, so that two images can be laid together."""
        found = {}
        for owner, one in self.sections:
            if owner in owners:
                origin = linked.source_of(one) or owner
                found[one.name, origin] = found.get((one.name, origin), 0) + one.flash
        return found


def images_below(build, rooms):
    paths = glob.glob(os.path.join(build, "examples", "**", "*.elf"), recursive=True)
    found = [Image(path, rooms) for path in sorted(paths)]
    return {image.name: image for image in found}


def verdict(value, budget):
    return "over budget" if value > budget else "ok"


def flash_together(images, names, rooms):
    """What of Mote the images have, each piece once; None when one is missing."""
    pieces = {}
    for name in names:
        if name not in images:
            return None
        for key, size in images[name].by_piece(rooms).items():
            if key[1] != WORDS:
                pieces[key] = max(size, pieces.get(key, 0))
    return sum(pieces.values())


def budget_rows(images, objects, rooms):
    """Rows of (what, value or None, budget, unit); None when there is nothing to measure."""
    for what, names, flash, of, object_bytes in CLIENTS:
        yield what, flash_together(images, names, rooms), flash, "B flash"
        yield f"{what}: {of}", objects.get(of), object_bytes, "B RAM"
    for what, names, flash in SERVERS:
        yield what, flash_together(images, names, rooms), flash, "B flash"
    what, name, source, flash = PARSER
    parser = [one.flash for _, one in images[name].sections
              if linked.source_of(one) == source] if name in images else None
    yield what, sum(parser) if parser else None, flash, "B flash"
    what, parts, ram = IDLE
    idle = sum(objects[each] for each in parts) if objects.keys() >= set(parts) else None
    yield f"{what}: {' + '.join(parts)}", idle, ram, "B RAM"
    what, name, flash, ram = DEVICE
    device = images.get(name)
    yield what, device.flash if device else None, flash, "B flash"
    yield what, device.ram if device else None, ram, "B RAM"


def table(head, rows):
    """Lines of a table that reads as text and as Markdown."""
    cells = [head, *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    lines = []
    for row in cells:
        padded = [cell.ljust(width) if at == 0 else cell.rjust(width)
                  for at, (cell, width) in enumerate(zip(row, widths))]
        lines.append("| " + " | ".join(padded) + " |")
    rule = ["-" * width if at == 0 else "-" * (width - 1) + ":" for at, width in enumerate(widths)]
    lines.insert(1, "| " + " | ".join(rule) + " |")
    return lines


def report(images, objects, rooms):
    """All tables as lines, and whether every row holds."""
    lines = ["## Examples", "", "Bytes of each linked image; RAM contains the stack.", ""]
    lines += table(["image", "flash", "RAM", "Mote"] + OTHERS, [
        [image.name, image.flash, image.ram, image.of(rooms)[0]] +
        [image.of({other})[0] for other in OTHERS] for image in images.values()])
    lines += ["", "## Rooms", "", "Flash of each room in each image that uses it (RAM in brackets,",
              "where there is any).", ""]
    lines += table(["image"] + rooms, [[image.name] + [
        "{}{}".format(flash or "", f" ({ram})" if ram else "")
        for flash, ram in (image.of({room}) for room in rooms)] for image in images.values()])
    lines += ["", "## Objects", "", "Bytes of RAM of each object, without the arrays it is given.", ""]
    lines += table(["object", "bytes"], sorted(objects.items()))
    lines += ["", "## Budgets", ""]
    rows = list(budget_rows(images, objects, rooms))
    lines += table(["what", "is", "budget", "unit", ""], [
        [what, "-" if value is None else value, budget, unit,
         "not built" if value is None else verdict(value, budget)]
        for what, value, budget, unit in rows])
    holds = all(value is not None and value <= budget for _, value, budget, _ in rows)
    return lines, holds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    rooms = rooms_of_stack()
    images = images_below(arguments.build, rooms)
    objects = linked.object_sizes(arguments.build)
    lines, holds = report(images, objects, rooms)
    print("\n".join(lines))
    if arguments.write:
        with open(os.path.join(ROOT, "docs", "sizes.md"), "w", encoding="utf-8") as file:
            file.write("# Sizes\n\nWritten by `./dev sizes --write`: GCC for a Cortex-M3, `-Os`, read "
                       "from the linked images.\nMote is the sum of its rooms; the budgets "
                       "leave out the words for statuses\n(`to_string`), which examples "
                       "print.\n\n" +
                       "\n".join(lines) + "\n")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
