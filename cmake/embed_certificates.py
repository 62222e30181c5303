#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes certificates, and perhaps a key, as C++: see mote_embed_certificates.cmake.

embed_certificates.py --pem FILE [--only NAME]... [--key FILE] --out DIR --namespace NAME
DIR/NAME.hpp and DIR/NAME.cpp come out. Certificates and key are in PEM, or in DER.
"""

import argparse
import base64
import binascii
import datetime
import os
import re
import sys

BLOCK = re.compile(rb"^-----BEGIN ([^-\n]+)-----[ \t\r]*$(.*?)^-----END ([^-\n]+)-----", re.M | re.S)
# Of a name: common name, organisation, organisational unit.
WORDS_OF_NAMES = {b"\x55\x04\x03", b"\x55\x04\x0a", b"\x55\x04\x0b"}
SEQUENCE, OID, UTC_TIME = 0x30, 0x06, 0x17


class Broken(Exception):
    """What is wrong with a file."""


def parts(data):
    """The tag and the content of each element of DER in a row."""
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise Broken("it ends too early")
        tag, size, at = data[at], data[at + 1], at + 2
        if size >= 0x80:
            octets = size & 0x7F
            size = int.from_bytes(data[at:at + octets], "big")
            at += octets
        if at + size > len(data):
            raise Broken("it ends too early")
        yield tag, data[at:at + size]
        at += size


def time_of(tag, text):
    digits = text.decode("ascii")
    if tag == UTC_TIME:  # RFC 5280 §4.1.2.5.1
        digits = ("19" if digits[:2] >= "50" else "20") + digits
    return datetime.datetime.strptime(digits, "%Y%m%d%H%M%SZ")


class Certificate:
    """One certificate: its bytes, the words of its subject, and until when it holds."""

    def __init__(self, der):
        self.der = der
        try:
            (tag, whole), = parts(der)
            if tag != SEQUENCE:
                raise Broken("it is no sequence")
            fields = list(parts(next(parts(whole))[1]))
            if fields[0][0] == 0xA0:  # the version
                del fields[0]
            (_, _), (_, _), (_, _), (_, dates), (_, subject) = fields[:5]
            self.until = time_of(*list(parts(dates))[1])
            self.names = list(self.names_in(subject))
        except (Broken, ValueError, IndexError, StopIteration) as why:
            raise Broken(f"it is no certificate: {why}") from why

    @staticmethod
    def names_in(subject):
        found = {}
        for _, several in parts(subject):
            for _, one in parts(several):
                (tag, kind), (_, text) = list(parts(one))[:2]
                if tag == OID and kind in WORDS_OF_NAMES:
                    found.setdefault(kind, text.decode("utf-8", "replace"))
        return (found[kind] for kind in sorted(found))

    @property
    def name(self):
        return self.names[0] if self.names else "without a name"


def blocks(path):
    """Label and bytes of each block of PEM in a file; or of the whole file, when it is DER."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as why:
        raise Broken(why.strerror) from why
    if data[:1] == bytes([SEQUENCE]):
        return [("", data)]
    found = []
    for label, body, end in BLOCK.findall(data):
        if label != end:
            raise Broken(f"BEGIN {label.decode()} ends as {end.decode()}")
        if b"ENCRYPTED" in label + body[:64]:
            raise Broken("it is encrypted: write it without a password first")
        try:
            found.append((label.decode(), base64.b64decode(b"".join(body.split()), validate=True)))
        except binascii.Error as why:
            raise Broken(f"block {len(found) + 1}: {why}") from why
    if len(found) != len(re.findall(rb"^-----BEGIN ", data, re.M)):
        raise Broken("a block begins but does not end")
    return found


def certificates_in(path):
    found = [Certificate(der) for label, der in blocks(path) if label in ("", "CERTIFICATE")]
    if not found:
        raise Broken("there is no certificate in it")
    return found


def chosen(certificates, names):
    """Those of which one word of the subject is among `names`; all when there are no names."""
    if not names:
        return certificates
    picked = []
    for name in names:
        fitting = [one for one in certificates if name in one.names]
        if not fitting:
            words = name.lower().split()
            near = [one.name for one in certificates
                    if any(word in one.name.lower() for word in words)]
            hint = f"; there are: {', '.join(near[:8])}" if near else ""
            raise Broken(f"there is no certificate for \"{name}\" in it{hint}")
        picked += [one for one in fitting if one not in picked]
    return picked


def key_in(path):
    keys = [der for label, der in blocks(path)
            if label in ("", "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY")]
    if len(keys) != 1:
        raise Broken(f"{len(keys) or 'no'} private keys are in it, not one")
    return keys[0]


def array(name, data):
    lines = re.findall(r".{1,96}(?:,|$)", ",".join(map(str, data)))
    return f"constexpr std::uint8_t {name}[] = {{\n" + "\n".join(lines) + "};\n"


HEADER = """// Made by embed_certificates.py: do not edit.
#pragma once

#include "mote/base/bytes.hpp"

namespace {namespace} {{

/// Certificates in DER:
{names}
extern const mote::ByteView certificates[{count}];
{key}
}}  // namespace {namespace}
"""

SOURCE = """// Made by embed_certificates.py: do not edit.
#include "{file}.hpp"

namespace {namespace} {{
namespace {{

{arrays}
}}  // namespace

constexpr mote::ByteView certificates[{count}] = {{{rows}}};
{key}
}}  // namespace {namespace}
"""


def write(path, text):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def comment(certificate):
    name = "".join(each if each.isprintable() else "?" for each in certificate.name)
    return f"/// - {name}, until {certificate.until:%Y-%m-%d}"


def embed(options):
    path = options.pem
    try:
        certificates = chosen(certificates_in(path), options.only)
        path = options.key
        key = key_in(path) if path else None
    except Broken as why:
        sys.exit(f"embed_certificates: {path}: {why}")
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    for one in certificates:
        if one.until < now:
            print(f"embed_certificates: warning: {one.name} expired on {one.until:%Y-%m-%d}",
                  file=sys.stderr)
    arrays = "".join(array(f"certificate_{at}", one.der) for at, one in enumerate(certificates))
    if key:
        arrays += array("key_bytes", key)
    values = {"file": options.namespace.replace("::", "_"), "namespace": options.namespace,
              "count": len(certificates), "arrays": arrays,
              "names": "\n".join(map(comment, certificates)),
              "rows": ", ".join(f"certificate_{at}" for at in range(len(certificates)))}
    base = os.path.join(options.out, values["file"])
    declared = "/// The key of the first of them, in DER.\nextern const mote::ByteView key;\n"
    write(base + ".hpp", HEADER.format(**values, key=declared if key else ""))
    defined = "constexpr mote::ByteView key{key_bytes};\n"
    write(base + ".cpp", SOURCE.format(**values, key=defined if key else ""))
    print(f"{options.namespace}: {len(certificates)} certificates of "
          f"{sum(len(one.der) for one in certificates)} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--pem", required=True)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--key")
    parser.add_argument("--out", required=True)
    parser.add_argument("--namespace", required=True)
    embed(parser.parse_args())


if __name__ == "__main__":
    main()
