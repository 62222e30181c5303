#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What TLS takes on the board, in one configuration after the other: builds and runs tls_measured
and tls_again (tests/interop), with Node as the server.

tls_sizes.py --build build/tls [--write] [-D...]
Exit status 1 and "over budget" when a row is over, or when something went wrong: memory that was
refused, a stack that was full. --write puts the tables into docs/tls.md. Some minutes.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys

import linked
import tls_chains
from sizes import table

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))

import tls_cost  # noqa: E402

KB = 1024
# For one peer, two for a moment.
CLIENT = {"MOTE_TLS_ROLES": "client", "MOTE_TLS_HANDSHAKES": "4"}
V13 = {"MOTE_TLS_VERSIONS": "1.3"}
SMALL = {"MOTE_TLS_SPEED": "small"}
SHORT = {"MOTE_TLS_IN_BYTES": "4096"}
LEAST = {**CLIENT, **V13, **SMALL, **SHORT, "MOTE_TLS_RSA": "OFF", "MOTE_TLS_CURVES": "P-256",
         "MOTE_TLS_CIPHERS": "ChaCha20-Poly1305", "MOTE_TLS_RESUMPTION": "OFF"}

# Each choice alone, against everything.
CHOICES = [
    ("everything", {}),
    ("`MOTE_TLS_VERSIONS=1.3`", V13),
    ("`MOTE_TLS_VERSIONS=1.2`", {"MOTE_TLS_VERSIONS": "1.2"}),
    ("`MOTE_TLS_ROLES=client`", {"MOTE_TLS_ROLES": "client"}),
    ("`MOTE_TLS_RSA=OFF`", {"MOTE_TLS_RSA": "OFF"}),
    ("`MOTE_TLS_CURVES=P-256`", {"MOTE_TLS_CURVES": "P-256"}),
    ("`MOTE_TLS_CIPHERS=AES-128-GCM`", {"MOTE_TLS_CIPHERS": "AES-128-GCM"}),
    ("`MOTE_TLS_CIPHERS=ChaCha20-Poly1305`", {"MOTE_TLS_CIPHERS": "ChaCha20-Poly1305"}),
    ("`MOTE_TLS_RESUMPTION=OFF`", {"MOTE_TLS_RESUMPTION": "OFF"}),
    ("`MOTE_TLS_SPEED=small`", SMALL),
    ("a client of all the least", LEAST),
]

# What, options, chain, version, bytes of arena and of stack, most bytes of flash and of RAM.
ROWS = [
    ("1.3, 16 KiB in", {**CLIENT, **V13}, "ecdsa", "TLSv1.3", 32768, 4096, 180 * KB, 52 * KB),
    ("1.3, 4 KiB in", {**CLIENT, **V13, **SHORT}, "ecdsa", "TLSv1.3", 17408, 4096, 180 * KB, 36 * KB),
    ("1.3, 4 KiB in, small", {**CLIENT, **V13, **SMALL, **SHORT}, "ecdsa", "TLSv1.3", 16384, 4096,
     180 * KB, 36 * KB),
    ("1.3, small", {**CLIENT, **V13, **SMALL}, "ecdsa", "TLSv1.3", 28672, 4096, None, None),
    ("1.3 and 1.2; speaks 1.3", CLIENT, "ecdsa", "TLSv1.3", 32768, 4096, None, None),
    ("1.3 and 1.2; speaks 1.2", CLIENT, "ecdsa", "TLSv1.2", 32768, 4096, None, None),
    ("1.3, RSA to the leaf", {**CLIENT, **V13}, "rsa", "TLSv1.3", 43008, 4096, None, None),
    ("1.3, RSA, ECDSA leaf", {**CLIENT, **V13}, "mixed", "TLSv1.3", 43008, 4096, None, None),
    ("1.2, RSA to the leaf", CLIENT, "rsa", "TLSv1.2", 43008, 4096, None, None),
    ("all the least", LEAST, "ecdsa", "TLSv1.3", 14336, 3072, None, None),
]
BEGIN, END = "<!-- {} by ./dev sizes --tls --write -->", "<!-- end -->"


def run(*words):
    """What a command prints; its failure ends everything."""
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=1200, check=False)
    if done.returncode != 0:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])
    return done.stdout


class Trees:
    """A build tree for each set of options, so that nothing is compiled twice."""

    def __init__(self, folder, options):
        self._folder = folder
        self._options = options
        self._names = {}

    def build(self, options, root, arena, stack, target="tls_measured"):
        key = tuple(sorted(options.items()))
        name = self._names.setdefault(key, str(len(self._names)))
        tree = os.path.join(self._folder, name)
        print(f"tls: {target} with {dict(options)}, arena {arena}, stack {stack}", flush=True)
        # CMake's cache remembers what an earlier run chose.
        kept = os.path.join(tree, "key")
        if not os.path.exists(kept) or read(kept) != repr(key):
            shutil.rmtree(tree, ignore_errors=True)
        run("cmake", "--preset", "board", "-B", tree, *self._options,
            *(f"-D{name}={value}" for name, value in options.items()),
            f"-DMOTE_TLS_MEASURED_IMAGE={root};{arena};{stack}")
        with open(kept, "w", encoding="utf-8") as file:
            file.write(repr(key))
        run("cmake", "--build", tree, "--target", target)
        return os.path.join(tree, "tests", "interop", target + ".elf")


def judge(is_now, most):
    return "ok" if is_now <= most else f"{is_now - most:,} over"


def clients(trees, chains):
    """The table, and whether all budgets hold."""
    rows, holds = [], True
    for what, options, chain, version, arena, stack, flash_most, ram_most in ROWS:
        folder = chains[chain]
        image = trees.build(options, folder + "/root.pem", arena, stack)
        flash, ram = linked.totals(image)
        said = tls_cost.measure(image, folder, version)
        judged = ""
        if ram_most:
            good = [judge(flash, flash_most), judge(ram, ram_most)]
            judged = "ok" if good == ["ok", "ok"] else f"flash {good[0]}, RAM {good[1]}"
            holds = holds and judged == "ok"
        rows.append([what] + [f"{value:,}" for value in (
            flash, ram, arena, said["setup"], said["peak"], said["steady"],
            said["steady"] - said["left"], said["stack"])] +
            [millions(said["instructions"]), millions(said["longest"]), judged])
        print(" ".join(rows[-1]), flush=True)
    return table(["client", "flash", "RAM", "arena", "setup", "peak", "steady", "connection",
                  "stack", "M instr.", "longest", "budget"], rows), holds


def millions(number):
    return f"{number / 1e6:.1f}"


def resumed(trees, chains):
    """From the loss of a connection until the WebSocket is open again; the test's own figures."""
    image = trees.build({}, chains["ecdsa"] + "/root.pem", 40960, 8192, "tls_again")
    made = os.path.join(os.path.dirname(image), "..", "..", "certificates")
    said = run("python3", "tests/interop/tls_again_test.py", "board", made, image)
    rows = []
    for version, *figures in re.findall(
            r"^Node TLSv(\S+): .*?([\d.]+) M \D*([\d.]+) M \D*([\d.]+) M \D*([\d.]+) M;"
            r" arena (\d+) and (\d+)", said, re.MULTILINE):
        full, again, longest, longest_again, arena, arena_again = figures
        rows += [[f"{version}, full", full, longest, f"{int(arena):,}"],
                 [f"{version}, resumed", again, longest_again, f"{int(arena_again):,}"]]
        print(" ".join(rows[-2] + rows[-1]), flush=True)
    return table(["connection", "M instr.", "longest", "peak"], rows)


def choices(trees, chains):
    rows, most = [], None
    for what, options in CHOICES:
        flash, _ = linked.totals(trees.build(options, chains["ecdsa"] + "/root.pem", 40960, 8192))
        most = most or flash
        rows.append([what, f"{flash:,}", f"{flash - most:,}" if flash != most else ""])
        print(" ".join(rows[-1]), flush=True)
    return table(["built", "flash", "difference"], rows)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(tables):
    """Each table into its place in docs/tls.md."""
    path = os.path.join(ROOT, "docs", "tls.md")
    text = read(path)
    for name, lines in tables.items():
        before, rest = text.split(BEGIN.format(name), 1)
        text = before + BEGIN.format(name) + "\n" + "\n".join(lines) + "\n" + END + \
            rest.split(END, 1)[1]
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--write", action="store_true")
    arguments, options = parser.parse_known_args()
    folder = os.path.abspath(arguments.build)
    chains = {name: tls_chains.make(name, os.path.join(folder, "chains", name))
              for name in ("ecdsa", "rsa", "mixed")}
    for name, chain in chains.items():
        print(f"{name}: {tls_chains.size(chain)} bytes of certificates are shown")
    trees = Trees(folder, options)
    tables = {}
    tables["clients"], holds = clients(trees, chains)
    tables["resumed"] = resumed(trees, chains)
    tables["choices"] = choices(trees, chains)
    for lines in tables.values():
        print("\n".join(["", *lines]))
    if arguments.write:
        write(tables)
    print("\ntls: " + ("ok" if holds else "over budget"))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
