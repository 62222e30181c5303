#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mote_embed_assets() in a project of its own: what comes out, and when it is made again."""

import gzip
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOL = os.path.join(ROOT, "cmake", "embed_assets.py")
# Calls target_link_libraries() in both ways, since either of them is found outside.
PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(outside LANGUAGES C CXX)
set(CMAKE_OPTIMIZE_DEPENDENCIES ON)
add_subdirectory({root} mote EXCLUDE_FROM_ALL)
add_library(web STATIC web.cpp)
target_link_libraries(web mote::http)
mote_embed_assets(web page)
add_library(other STATIC web.cpp)
target_link_libraries(other PRIVATE mote::http)
mote_embed_assets(other page NAMESPACE my::page KEEP_PLAIN CACHE_CONTROL "max-age=3600")
target_compile_options(web PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Werror)
"""
WEB = """
#if __has_include("page.hpp")
#include "page.hpp"
#else
#include "my_page.hpp"
namespace page = my::page;
#endif
extern constexpr mote::http::Route routes[] = {{"GET", "/*", page::folder}};
const mote::http::Asset& index() { return page::index_html; }
"""
ASSET = re.compile(
    r'^    \{"([^"]*)", "([^"]*)", (\{\}|\{\{(\w+), (\d+)\}, "\\"(\w+)\\""\}), '
    r'(\{\}|\{\{(\w+), (\d+)\}, "\\"(\w+)\\""\}), "([^"]*)"\},$', re.MULTILINE)


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def read_assets(path):
    """{path: (type, plain bytes or None, gzip bytes or None, cache control)} of a made source."""
    with open(path, encoding="utf-8") as file:
        text = file.read()

    def form(name, size, etag):
        if not name:
            return None
        numbers = re.search(rf" {name}\[\] = \{{([^}}]*)\}}", text).group(1)
        data = bytes(int(number) for number in numbers.split(","))[: int(size)]
        assert etag == hashlib.sha256(data).hexdigest()[:16]
        return data

    return {row.group(1): (row.group(2), form(*row.group(4, 5, 6)), form(*row.group(8, 9, 10)),
                           row.group(11)) for row in ASSET.finditer(text)}


class Tool(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.at = held.name

    def embed(self, files, *options):
        for name, data in files.items():
            write(os.path.join(self.at, "in", name), data)
        write(os.path.join(self.at, "list"), "\n".join(files).encode())
        return subprocess.run(
            [sys.executable, TOOL, "--folder", os.path.join(self.at, "in"), "--list",
             os.path.join(self.at, "list"), "--out", self.at, "--namespace", "page", *options],
            capture_output=True, text=True)

    def test_keeps_what_is_smaller_and_says_what_it_is(self):
        page, noise = b"<p>again and again</p>" * 50, bytes(range(256))
        files = {"index.html": page, "js/APP.JS": page, "noise": noise, "a b-\u00fc.json": b""}
        self.assertEqual(self.embed(files).returncode, 0)
        got = read_assets(os.path.join(self.at, "page.cpp"))
        self.assertEqual(list(got), ["a b-\\303\\274.json", "index.html", "js/APP.JS", "noise"])
        kind, plain, packed, cache = got["index.html"]
        self.assertEqual((kind, plain, cache), ("text/html; charset=utf-8", None, "no-cache"))
        self.assertEqual(gzip.decompress(packed), page)
        self.assertLess(len(packed), len(page))
        self.assertEqual(got["js/APP.JS"][0], "text/javascript; charset=utf-8")
        self.assertEqual(got["noise"], ("application/octet-stream", noise, None, "no-cache"))
        self.assertEqual(got["a b-\\303\\274.json"], ("application/json", b"", None, "no-cache"))
        self.assertEqual(self.embed(files, "--keep-plain").returncode, 0)
        got = read_assets(os.path.join(self.at, "page.cpp"))["index.html"]
        self.assertEqual((got[1], gzip.decompress(got[2])), (page, page))

    def test_makes_the_same_of_the_same_whatever_the_time(self):
        self.embed({"a.txt": b"x" * 1000, "b.txt": b"y"})
        with open(os.path.join(self.at, "page.cpp"), "rb") as file:
            first = file.read()
        os.utime(os.path.join(self.at, "in", "a.txt"), (1, 1))
        self.embed({"b.txt": b"y", "a.txt": b"x" * 1000})
        with open(os.path.join(self.at, "page.cpp"), "rb") as file:
            self.assertEqual(file.read(), first)
        self.assertNotIn(self.at.encode(), first)

    def test_refuses_what_cannot_be_named(self):
        done = self.embed({"a-b.txt": b"", "a_b.txt": b""})
        self.assertIn("a-b.txt and a_b.txt would both be called a_b_txt", done.stderr)
        self.assertNotEqual(done.returncode, 0)
        self.assertNotEqual(self.embed({}).returncode, 0)
        self.assertEqual(self.embed({"table": b"", "404.html": b"", "new": b""}).returncode, 0)
        with open(os.path.join(self.at, "page.hpp"), encoding="utf-8") as file:
            self.assertRegex(file.read(), "file_404_html = table(.|\n)*file_new = (.|\n)*file_table = ")


class Project(unittest.TestCase):
    def test_is_made_again_when_a_file_changes_comes_or_goes(self):
        with tempfile.TemporaryDirectory() as at:
            build = os.path.join(at, "build")

            def run(*command):
                done = subprocess.run(command, capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                return done.stdout

            def made():
                run("cmake", "--build", build, "--target", "web", "other")
                return read_assets(os.path.join(build, "assets_of_web", "page", "page.cpp"))

            write(os.path.join(at, "CMakeLists.txt"), PROJECT.format(root=ROOT).encode())
            write(os.path.join(at, "web.cpp"), WEB.encode())
            page = os.path.join(at, "page")
            write(os.path.join(page, "index.html"), b"one")
            write(os.path.join(page, "img", "dot.svg"), b"<svg/>")
            write(os.path.join(page, ".hidden"), b"")
            write(os.path.join(page, "index.html~"), b"")
            run("cmake", "-G", "Ninja", "-S", at, "-B", build, "-DMOTE_INSTALL=OFF")
            self.assertEqual(list(made()), ["img/dot.svg", "index.html"])
            self.assertIn("no work to do", run("cmake", "--build", build, "--target", "web"))
            write(os.path.join(page, "index.html"), b"two")
            self.assertEqual(made()["index.html"][1], b"two")
            write(os.path.join(page, "more.css"), b"p{}")
            self.assertEqual(list(made()), ["img/dot.svg", "index.html", "more.css"])
            os.remove(os.path.join(page, "more.css"))
            self.assertEqual(list(made()), ["img/dot.svg", "index.html"])
            other = read_assets(os.path.join(build, "assets_of_other", "my_page", "my_page.cpp"))
            self.assertEqual(other["index.html"][3], "max-age=3600")


if __name__ == "__main__":
    unittest.main()
