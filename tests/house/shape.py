#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The shape of files: licence line, width, length of files and functions, words not used."""

import os
import re

SOURCE = (".cpp", ".hpp", ".c", ".h")
WITH_LICENCE = SOURCE + (".S", ".ld", ".py", ".sh", ".mjs", ".js", ".cmake", ".txt", ".in")
WITHOUT_LICENCE = ("tests/corpus/", "tests/fuzz/seeds/", "tests/fuzz/corpus/")
TEXT = WITH_LICENCE + (".md", ".json", ".yml", ".html", ".conf")
LICENCE = "SPDX-License-Identifier: MIT"

WIDTH = 100
FILE_LINES = {".cpp": 400, ".c": 400, ".hpp": 200, ".h": 200, ".py": 400, ".sh": 400, ".mjs": 400}
FUNCTION_LINES = 60
MEASURED = ("stack/", "ports/", "examples/", "toolchains/", "cmake/")

MACHINE_PATH = re.compile(r"(?<![\w.}$*)/-])/(?:(?:work|root)/|home/[a-z]+/|tmp/[a-z0-9_-]+/)")
DOWNLOAD_ADDRESS = re.compile(r'"resolved"\s*:\s*"http')
COMMENT_OR_STRING = re.compile(
    r'R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*.*?\*/', re.DOTALL
)
# What the compiler's flags or a review would let through. The archives are looked at as well.
WORDS = re.compile(
    r"\b(throw|try|catch|dynamic_cast|typeid|goto|asm"
    r"|std::(?:string|vector|function|map|list|deque|shared_ptr|unique_ptr|thread|mutex|any"
    r"|to_string|stoi|optional<std::string>)"
    r"|(?:std::)?(?:malloc|calloc|realloc|printf|snprintf|sprintf|strtol|strtoul|atoi))\b(?!_)"
)
HEAP_NEW = re.compile(r"\bnew\b(?!\s*[(>])|(?<!=)(?<!= )\bdelete\b")
NOT_A_FUNCTION = re.compile(r"^\s*(?:namespace|class|struct|enum|union|extern\s+\"|if|for|while|switch)\b")


def blank(match):
    """Comments and strings become blanks; lines stay where they are."""
    return re.sub(r"[^\n]", " ", match.group(0))


def code_of(text):
    return COMMENT_OR_STRING.sub(blank, text)


def functions(code):
    """Yields (first line, lines) of every outermost braced block that follows a parameter list."""
    depth_inside, start, head_from = 0, 0, 0
    for at, char in enumerate(code):
        if depth_inside:
            depth_inside += (char == "{") - (char == "}")
            if depth_inside == 0:
                first = code.count("\n", 0, start) + 1
                yield first, code.count("\n", start, at) + 1
                head_from = at + 1
        elif char == "{":
            head = re.sub(r"^\s*#[^\n]*$", "", code[head_from:at], flags=re.MULTILINE)
            if "(" in head and not NOT_A_FUNCTION.match(head) and not head.rstrip().endswith("="):
                depth_inside = 1
                start = head_from + len(code[head_from:at]) - len(code[head_from:at].lstrip())
            else:
                head_from = at + 1
        elif char in ";}":
            head_from = at + 1


def has_licence(text):
    return any(LICENCE in line for line in text.split("\n", 2)[:2])


def text_breaches(name, text):
    if name.endswith(WITH_LICENCE) and not name.startswith(WITHOUT_LICENCE):
        if not has_licence(text):
            yield f"{name}: no line '{LICENCE}' at its beginning"
    for number, line in enumerate(text.split("\n"), 1):
        if name.endswith(SOURCE) and len(line) > WIDTH:
            yield f"{name}:{number}: {len(line)} columns, more than {WIDTH}"
        if MACHINE_PATH.search(line):
            yield f"{name}:{number}: the path of one machine: {line.strip()[:60]}"
        if DOWNLOAD_ADDRESS.search(line):
            yield f"{name}:{number}: a lock file with a download address"


def length_breaches(name, text):
    limit = FILE_LINES.get(os.path.splitext(name)[1])
    lines = text.count("\n")
    if limit and lines > limit:
        yield f"{name}: {lines} lines, more than {limit}"
    if name.endswith(SOURCE):
        for first, count in functions(code_of(text)):
            if count > FUNCTION_LINES:
                yield f"{name}:{first}: a function of {count} lines, more than {FUNCTION_LINES}"


def word_breaches(name, text):
    for number, line in enumerate(code_of(text).split("\n"), 1):
        found = None if line.lstrip().startswith("#") else WORDS.search(line) or HEAP_NEW.search(line)
        if found:
            yield f"{name}:{number}: '{found.group(0)}' is not used in stack/"


def breaches(root, names):
    for name in names:
        if not (name.endswith(TEXT) or name in ("dev", ".ci/run", ".clang-format", ".clang-tidy")):
            continue
        with open(os.path.join(root, name), encoding="utf-8") as file:
            text = file.read()
        yield from text_breaches(name, text)
        if name.startswith(MEASURED):
            yield from length_breaches(name, text)
        if name.startswith("stack/") and name.endswith(SOURCE):
            yield from word_breaches(name, text)
