#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What ./dev test, sizes and bench judge by: each is shown what must fail, and what must not."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOLCHAINS = os.path.join(ROOT, "toolchains")
sys.path.insert(0, TOOLCHAINS)

import bench  # noqa: E402
import linked  # noqa: E402
import sizes  # noqa: E402

ROOMS = ["base", "http", "io", "polling", "sse", "webhook", "ws"]


def section(name, size, origin, kind="text"):
    return linked.Section(name, size, origin, kind)


class FakeImage(sizes.Image):
    def __init__(self, name, pieces, flash=1000, ram=1000):
        self.name, self.flash, self.ram = name, flash, ram
        self.sections = [(linked.owner(one, ROOMS), one) for one in pieces]


def piece(room, size, name=".text.f"):
    return section(name, size, f"stack/mote/{room}/libmote_{room}.a(one.cpp.obj)")


def all_images(ws_flash=6144, device_flash=98304):
    parser = section(".text.p", 1024, "libmote_sse.a(event_parser.cpp.obj)")
    images = [
        FakeImage("ws_client", [piece("ws", ws_flash)]),
        FakeImage("long_poller", [piece("http", 5000), piece("polling", 2000, ".text.a")]),
        FakeImage("short_poller", [piece("http", 5000), piece("polling", 168, ".text.b")]),
        FakeImage("sse_client", [parser]),
        FakeImage("webhook_sender", [piece("webhook", 7168)]),
        FakeImage("chat_server", [piece("http", 6000, ".text.c"), piece("ws", 3000, ".text.d")]),
        FakeImage("event_stream", [piece("http", 6000, ".text.c"), piece("sse", 2000, ".text.e")]),
        FakeImage("long_poll_server", [piece("polling", 1288, ".text.g")]),
        FakeImage("webhook_receiver", [piece("webhook", 2000, ".text.h")]),
        FakeImage("device", [], device_flash, 40960),
    ]
    return {image.name: image for image in images}


OBJECTS = {"ws::Client": 200, "polling::Poller": 250, "sse::Source": 250, "webhook::Sender": 250,
           "http::Place": 56, "port::Tcp": 40}


class Sizes(unittest.TestCase):
    def judged(self, images, objects=OBJECTS):
        lines, holds = sizes.report(images, objects, ROOMS)
        return "\n".join(lines), holds

    def test_rows_at_their_budget_hold(self):
        text, holds = self.judged(all_images())
        self.assertTrue(holds, text)
        self.assertNotIn("over budget", text)

    def test_a_byte_more_is_over(self):
        for images, objects in [
            (all_images(ws_flash=6145), OBJECTS),
            (all_images(device_flash=98305), OBJECTS),
            (all_images(), {**OBJECTS, "sse::Source": 251}),
        ]:
            text, holds = self.judged(images, objects)
            self.assertFalse(holds)
            self.assertEqual(text.count("over budget"), 1)

    def test_what_two_images_share_counts_once(self):
        row = next(row for row in sizes.budget_rows(all_images(), OBJECTS, ROOMS)
                   if row[0].startswith("HTTP client"))
        self.assertEqual(row[1], 5000 + 2000 + 168)

    def test_a_missing_image_is_no_pass_and_not_over(self):
        images = all_images()
        del images["device"]
        text, holds = self.judged(images)
        self.assertFalse(holds)
        self.assertIn("not built", text)
        self.assertNotIn("over budget", text)

    def test_a_piece_belongs_to_whom_it_is_from(self):
        rows = [
            (".text._ZN4mote2ws6Client4openEv", "stack/mote/ws/libmote_ws.a(client.cpp.obj)", "ws"),
            (".text._ZN4mote8CallbackIFvvEEC1Ev", "examples/a.cpp.obj", "base"),
            (".text._ZNK4mote2ws6Client4openEv", "examples/a.cpp.obj", "ws"),
            (".text._ZN4mote4mps25startEv", "ports/mps2/libmote_mps2.a(startup.cpp.obj)", "ports"),
            (".text.tcp_input", "ports/mps2/libmote_mps2_lwip.a(tcp_in.c.obj)", "lwIP"),
            (".text.mbedtls_sha1", "ports/libmote_mbedtls.a(sha1.c.obj)", "Mbed TLS"),
            (".text.memcpy", "/usr/lib/x/libc.a(memcpy.o)", "C library"),
            (".text.startup.main", "examples/a.cpp.obj", "application"),
        ]
        for name, origin, whose in rows:
            with self.subTest(name):
                self.assertEqual(linked.owner(section(name, 4, origin), ROOMS), whose)


class Bench(unittest.TestCase):
    def judged(self, text):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            good = bench.judge(bench.rows_of(text))
        return good, out.getvalue()

    def test_a_row_at_its_budget_holds(self):
        good, text = self.judged("noise\nbench ws_1k 2.2 2.2 instructions/byte\r\n")
        self.assertTrue(good)
        self.assertNotIn("over budget", text)

    def test_a_row_over_its_budget_fails(self):
        good, text = self.judged("bench a 9 9 x\nbench b 9.01 9 x\nbench c 99 - x\n")
        self.assertFalse(good)
        self.assertEqual(text.count("over budget"), 1)


class Style(unittest.TestCase):
    """format and tidy over a repository of one file."""

    def setUp(self):
        self.root = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.root)
        shutil.copytree(TOOLCHAINS, os.path.join(self.root, "toolchains"))
        for name in (".clang-format", ".clang-tidy"):
            shutil.copy(os.path.join(ROOT, name), self.root)
        os.makedirs(os.path.join(self.root, "stack"))

    def run_script(self, script, text, *options):
        path = os.path.join(self.root, "stack", "a.cpp")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        commands = [{"directory": self.root, "file": path,
                     "command": f"c++ -fno-threadsafe-statics -o a.o -c {path}"}]
        with open(os.path.join(self.root, "compile_commands.json"), "w", encoding="utf-8") as file:
            json.dump(commands, file)
        return subprocess.run([sys.executable, f"{self.root}/toolchains/{script}", *options],
                              capture_output=True, text=True)

    @unittest.skipUnless(shutil.which("clang-format"), "clang-format is not installed")
    def test_format_finds_a_badly_formatted_file(self):
        self.assertEqual(self.run_script("format.py", "int f() { return 1; }\n", "--check").returncode, 0)
        self.assertEqual(self.run_script("format.py", "int f( ){return 1;}\n", "--check").returncode, 1)

    @unittest.skipUnless(shutil.which("clang-tidy"), "clang-tidy is not installed")
    def test_tidy_finds_a_bad_name_also_after_it_was_clean(self):
        options = ["--build", self.root, "--cache", os.path.join(self.root, "kept")]
        good = "namespace mote::ws {\nint one() { return 1; }\n}  // namespace mote::ws\n"
        first = self.run_script("tidy.py", good, *options)
        self.assertEqual(first.returncode, 0, first.stdout)
        again = self.run_script("tidy.py", good, *options)
        self.assertIn("1 unchanged", again.stdout)
        bad = self.run_script("tidy.py", good.replace("one", "One"), *options)
        self.assertEqual(bad.returncode, 1)
        self.assertIn("readability-identifier-naming", bad.stdout)


if __name__ == "__main__":
    unittest.main()
