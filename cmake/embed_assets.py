#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the files of a folder as C++: see mote_embed_assets.cmake.

embed_assets.py --folder FOLDER --list FILE --out DIR --namespace NAME [--keep-plain]
                [--cache-control VALUE]
FILE names the files of FOLDER to embed, one a line. DIR/NAME.hpp and DIR/NAME.cpp come out, the same
for the same bytes.
"""

import argparse
import hashlib
import os
import re
import struct
import sys
import zlib

TYPES = {
    ".avif": "image/avif", ".bin": "application/octet-stream", ".bmp": "image/bmp",
    ".css": "text/css; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".gif": "image/gif",
    ".gz": "application/gzip", ".htm": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8", ".ico": "image/x-icon", ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg", ".js": "text/javascript; charset=utf-8", ".json": "application/json",
    ".map": "application/json", ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8", ".mp3": "audio/mpeg", ".mp4": "video/mp4",
    ".ogg": "audio/ogg", ".otf": "font/otf", ".pdf": "application/pdf", ".png": "image/png",
    ".svg": "image/svg+xml", ".ttf": "font/ttf", ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm", ".wav": "audio/wav", ".webm": "video/webm",
    ".webmanifest": "application/manifest+json", ".webp": "image/webp", ".woff": "font/woff",
    ".woff2": "font/woff2", ".xml": "application/xml", ".zip": "application/zip",
}
# Names that C++, or the generated header, has taken.
TAKEN = {"auto", "bool", "break", "case", "char", "class", "const", "default", "delete", "do", "else",
         "enum", "explicit", "export", "extern", "false", "float", "folder", "for", "friend", "if",
         "inline", "int", "long", "mote", "namespace", "new", "operator", "private", "protected",
         "public", "return", "short", "signed", "sizeof", "static", "struct", "switch", "table",
         "template", "this", "true", "try", "typedef", "union", "unsigned", "using", "virtual",
         "void", "volatile", "while"}


def identifier_of(path):
    name = re.sub(r"\W", "_", path, flags=re.ASCII)
    return f"file_{name}" if name[0] in "_0123456789" or name in TAKEN else name


def gzip_of(data):
    """As gzip -9n makes it: no name, no time, so that the same bytes always become the same bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    body = packer.compress(data) + packer.flush()
    header = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    return header + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def literal(text):
    """A C++ literal; other characters than those of ASCII as the bytes of UTF-8."""
    parts = []
    for byte in text.encode("utf-8"):
        plain = 0x20 <= byte < 0x7F and byte not in b'"\\?'
        parts.append(chr(byte) if plain else f"\\{byte:03o}")
    return '"' + "".join(parts) + '"'


def array(name, data):
    # C++ has no arrays of nothing; its size is told where it is used.
    text = ",".join(map(str, data)) or "0"
    lines = re.findall(r".{1,96}(?:,|$)", text)
    return f"constexpr std::uint8_t {name}[] = {{\n" + "\n".join(lines) + "};\n"


def form(name, data):
    etag = hashlib.sha256(data).hexdigest()[:16]
    return f'{{{{{name}, {len(data)}}}, "\\"{etag}\\""}}'


def asset_of(path, data, options):
    """The C++ of one asset: its arrays, its row of the table, and the bytes it takes."""
    name = identifier_of(path)
    kind = TYPES.get(os.path.splitext(path)[1].lower(), "application/octet-stream")
    packed = gzip_of(data)
    smaller = len(packed) < len(data)
    arrays, forms, size = "", ["{}", "{}"], 0
    if not smaller or options.keep_plain:
        arrays += array(f"{name}_plain", data)
        forms[0] = form(f"{name}_plain", data)
        size += len(data)
    if smaller:
        arrays += array(f"{name}_gzip", packed)
        forms[1] = form(f"{name}_gzip", packed)
        size += len(packed)
    row = f"{literal(path)}, {literal(kind)}, {forms[0]}, {forms[1]}, {literal(options.cache_control)}"
    return arrays, f"    {{{row}}},\n", size


HEADER = """// Made by embed_assets.py: do not edit.
#pragma once

#include "mote/http/asset.hpp"

namespace {namespace} {{

/// The files in the order of their paths.
extern const mote::http::Asset table[{count}];
{names}
/// All of them, for a route that ends in `*`.
inline constexpr mote::http::AssetFolder folder{{table}};

}}  // namespace {namespace}
"""

SOURCE = """// Made by embed_assets.py: do not edit.
#include "{file}.hpp"

namespace {namespace} {{
namespace {{

{arrays}
}}  // namespace

constexpr mote::http::Asset table[{count}] = {{
{rows}}};

}}  // namespace {namespace}
"""


def write(path, text):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--folder", required=True)
    parser.add_argument("--list", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--keep-plain", action="store_true")
    parser.add_argument("--cache-control", default="no-cache")
    options = parser.parse_args()

    with open(options.list, encoding="utf-8") as file:
        paths = sorted(filter(None, file.read().split("\n")))
    if not paths:
        sys.exit(f"embed_assets: there is no file in {options.folder}")
    names = {}
    arrays, rows, before, after = "", "", 0, 0
    for at, path in enumerate(paths):
        name = identifier_of(path)
        if name in names:
            sys.exit(f"embed_assets: {paths[names[name]]} and {path} would both be called {name}")
        names[name] = at
        with open(os.path.join(options.folder, path), "rb") as file:
            data = file.read()
        of_asset, row, size = asset_of(path, data, options)
        arrays += of_asset
        rows += row
        before += len(data)
        after += size

    references = "".join(f"inline constexpr const mote::http::Asset& {name} = table[{at}];\n"
                         for name, at in names.items())
    values = {"file": options.namespace.replace("::", "_"), "namespace": options.namespace,
              "count": len(paths), "names": references, "arrays": arrays, "rows": rows}
    base = os.path.join(options.out, values["file"])
    write(base + ".hpp", HEADER.format(**values))
    write(base + ".cpp", SOURCE.format(**values))
    print(f"{options.namespace}: {len(paths)} files of {before} bytes take {after}")


if __name__ == "__main__":
    main()
