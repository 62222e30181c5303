#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who may include whom: reads the #include lines of stack/, ports/ and examples/."""

import os
import re

BELOW = {
    "base": {"base"},
    "encoding": {"base", "encoding"},
    "crypto": {"base", "crypto"},
    "io": {"base", "io"},
    "http": {"base", "encoding", "crypto", "io", "http"},
    "sse": {"base", "encoding", "crypto", "io", "http", "sse"},
    "ws": {"base", "encoding", "crypto", "io", "http", "ws"},
    "polling": {"base", "encoding", "crypto", "io", "http", "polling"},
    "webhook": {"base", "encoding", "crypto", "io", "http", "webhook"},
}
EVERY_ROOM = set(BELOW) | {"topic", "channel"}
BELOW["topic"] = EVERY_ROOM - {"channel"}
BELOW["channel"] = EVERY_ROOM

# Codecs know no clock and no socket: neither they nor what they include may include io.
CODECS = {
    "http/head_parser", "http/body_decoder", "http/message_writer", "sse/event_parser",
    "sse/event_writer", "ws/frame", "ws/handshake", "ws/close_code", "webhook/signature",
}
PURE_ROOMS = {"base", "encoding", "crypto"}

# What a freestanding compiler brings, or what costs nothing on a board. All else is refused.
STANDARD = {
    "algorithm", "array", "atomic", "charconv", "cstddef", "cstdint", "cstring",
    "initializer_list", "iterator", "limits", "new", "numeric", "string_view", "tuple",
    "type_traits", "utility",
}
# What mote_embed_assets() makes of the folder examples/assets, and mote_embed_certificates().
EMBEDDED = {"page.hpp", "device.hpp", "identity.hpp", "roots.hpp"}
# Whether a board serves by http or by https is in one of two headers of this name.
OWN = {"examples/board/board.cpp": {"door.hpp"}}
PORT_MAY = {"base", "io", "crypto"}
# The roots of trust of a system lie in PEM.
PORT_FILE_MAY = {"ports/posix/system_roots.cpp": {"encoding"}}
OF_PORTS = {"port/port.hpp", "port/tls.hpp"}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def included_by(text):
    return INCLUDE.findall(text)


def read(root, name):
    with open(os.path.join(root, name), encoding="utf-8") as file:
        return file.read()


def stack_breaches(root, name):
    room = name.split("/")[2]
    if room not in BELOW:
        yield f"{name}: '{room}' is no room that the house knows"
        return
    for target in included_by(read(root, name)):
        if target.startswith("mote/"):
            other = target.split("/")[1]
            if other not in BELOW[room]:
                yield f"{name}: {room} may not include {other} ({target})"
        elif target not in STANDARD:
            yield f"{name}: <{target}> is not among the headers that stack/ may include"


def codec_breaches(root, names):
    """Follows the includes of every codec: io must not come in through another header either."""
    known = {name[len("stack/"):]: name for name in names if name.startswith("stack/mote/")}
    for name in sorted(known.values()):
        stem = os.path.splitext(name)[0][len("stack/mote/"):]
        if stem not in CODECS and stem.split("/")[0] not in PURE_ROOMS:
            continue
        waiting, seen = [(name, name)], set()
        while waiting:
            current, way = waiting.pop()
            for target in included_by(read(root, current)):
                if target.startswith("mote/io/"):
                    yield f"{name}: a codec includes {target} (by way of {way})"
                elif target in known and target not in seen:
                    seen.add(target)
                    waiting.append((known[target], f"{way} > {target}"))


def port_breaches(root, name):
    may = PORT_MAY | PORT_FILE_MAY.get(name, set())
    for target in included_by(read(root, name)):
        if target.startswith("mote/") and target.split("/")[1] not in may:
            yield f"{name}: a port may include base, io and crypto only ({target})"


def example_breaches(root, name):
    for target in included_by(read(root, name)):
        if not (target.startswith("mote/") or target in OF_PORTS or target in STANDARD
                or target in EMBEDDED or target in OWN.get(name, ())):
            yield f"{name}: examples include stack and port/, nothing else ({target})"


def breaches(root, names):
    sources = [name for name in names if name.endswith((".cpp", ".hpp", ".h", ".c"))]
    for name in sources:
        if name.startswith("stack/mote/"):
            yield from stack_breaches(root, name)
        elif name.startswith("ports/"):
            yield from port_breaches(root, name)
        # The command-line tool is a Linux program with an argument parser.
        elif name.startswith("examples/") and not name.startswith("examples/mote/"):
            yield from example_breaches(root, name)
    yield from codec_breaches(root, sources)
