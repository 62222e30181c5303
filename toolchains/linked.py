# SPDX-License-Identifier: MIT
"""What a finished image is made of, read from the image and the linker's map beside it."""

import glob
import os
import re
import subprocess

NOT_A_PORT = {"lwip": "lwIP", "mbedtls": "Mbed TLS"}
PORTS = {"lwip", "mps2", "mbedtls", "posix", "sim", "console"}
C_LIBRARY = re.compile(r"lib(?:c|m|gcc|stdc\+\+|supc\+\+|nosys|g|semihost)\.a$")
# The namespace of a name as the compiler writes it: _ZN4mote2ws6Client4openEv is of ws.
NAMESPACE = re.compile(r"_Z(?:T[VTIS]|GV|Z)*N?[KVRO]*4mote(?:L?)(\d+)(\w+)")


class Section:
    """One piece that the linker placed: how much flash and RAM it takes, and where it is from."""

    def __init__(self, name, size, origin, kind):
        self.name = name
        self.origin = origin
        self.flash = size if kind in ("text", "data") else 0
        self.ram = size if kind in ("data", "bss") else 0


def output_sections(image):
    """Output section -> (kind, size), of those that lie in memory."""
    done = subprocess.run(["arm-none-eabi-readelf", "-SW", image],
                          capture_output=True, text=True, check=True)
    found = {}
    for line in done.stdout.splitlines():
        fields = re.match(r"\s*\[\s*\d+\]\s+(\S+)\s+(\S+)\s+\S+\s+\S+\s+(\S+)\s+\S+\s+(\S*)", line)
        if fields and "A" in fields[4]:
            kind = "bss" if fields[2] == "NOBITS" else "data" if "W" in fields[4] else "text"
            found[fields[1]] = (kind, int(fields[3], 16))
    return found


def totals(image):
    kinds = output_sections(image).values()
    flash = sum(size for kind, size in kinds if kind in ("text", "data"))
    ram = sum(size for kind, size in kinds if kind in ("data", "bss"))
    return flash, ram


def sections(image):
    """Every placed input section of an image, from its map."""
    kinds = output_sections(image)
    with open(os.path.splitext(image)[0] + ".map", encoding="utf-8") as file:
        text = file.read()
    text = text.split("Linker script and memory map", 1)[1].split("\nCross Reference Table", 1)[0]
    # Long names push the rest of their line into the next one.
    text = re.sub(r"^( ?\.?[\w.$*]\S*)\n\s+(0x)", r"\1 \2", text, flags=re.MULTILINE)
    kind, found = None, []
    for line in text.splitlines():
        if re.match(r"[./_\w]", line):
            kind = kinds.get(line.split()[0], (None,))[0]
            continue
        placed = re.match(r" (\.?\S+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+)\s+(\S.*)$", line)
        if kind and placed and int(placed[2], 16) > 0:
            found.append(Section(placed[1], int(placed[2], 16), placed[3], kind))
    return found


def room_by_name(name, rooms):
    """The room whose namespace a section's symbol is in; base for what is in mote itself."""
    found = NAMESPACE.search(name)
    if not found:
        return None
    word = found[2][: int(found[1])]
    if word in rooms:
        return word
    return "ports" if word in PORTS else "base"


def owner(section, rooms):
    """Whose a section is: a room, "ports", "lwIP", "Mbed TLS", "C library" or "application"."""
    archive = re.search(r"([^/]+\.a)\((\S+?)\)$", section.origin)
    if archive and C_LIBRARY.search(archive[1]):
        return "C library"
    if archive:
        room = re.fullmatch(r"libmote_(\w+)\.a", archive[1])
        if room and room[1] in rooms:
            return room[1]
        if re.search(r"\.c\.(?:o|obj)$", archive[2]):
            return next((NOT_A_PORT[key] for key in NOT_A_PORT if key in archive[1]), "C library")
        # A room's template that only a port uses lies in the port's object: it is the room's.
        room = room_by_name(section.name, rooms) if "I" in section.name else None
        return room or "ports"
    if re.search(r"(?:crt\w*\.o|/lib/gcc/)", section.origin):
        return "C library"
    return room_by_name(section.name, rooms) or "application"


def source_of(section):
    """The room and file an archive member was compiled from: ("sse", "event_parser.cpp")."""
    archive = re.search(r"libmote_(\w+)\.a\((\S+?)\.(?:o|obj)\)$", section.origin)
    return (archive[1], archive[2]) if archive else None


def object_sizes(build, nm="arm-none-eabi-nm"):
    """sizeof of each class that tests/programs/object_sizes.cpp measures, or nothing."""
    paths = glob.glob(os.path.join(build, "**", "object_sizes.cpp.o*"), recursive=True)
    if not paths:
        return {}
    done = subprocess.run([nm, "-S", paths[0]], capture_output=True, text=True, check=True)
    found = re.findall(r"^\S+ (\S+) \w size_of_(\w+)$", done.stdout, re.MULTILINE)
    return {name.replace("__", "::"): int(size, 16) for size, name in found}
