#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Seeds one breach at a time and sees each check of the house find it, and nothing else."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
LICENCE = "// SPDX-License-Identifier: MIT\n"

import no_heap  # noqa: E402
import promises  # noqa: E402
import shape  # noqa: E402
import who_includes_whom  # noqa: E402


class Seeded(unittest.TestCase):
    """A folder with nothing in it but what a test puts there."""

    def setUp(self):
        self.root = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.root)

    def put(self, name, text, licence=LICENCE):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(licence + text)
        return name

    def found(self, check, files):
        return list(check(self.root, [self.put(name, text) for name, text in files.items()]))


class Promises(Seeded):
    TESTS = {"tests/ws/a_test.cpp": "TEST_F(Frame, is_cut_anywhere) {}\n"}

    def test_finds_a_promise_without_a_test(self):
        page = {"docs/protocols/ws.md": "| rule | `Frame.is_cut_here` |\n"}
        self.assertEqual(1, len(self.found(promises.breaches, {**self.TESTS, **page})))

    def test_lets_kept_promises_and_code_pass(self):
        page = {"docs/protocols/ws.md": "| `backoff.most` | `Frame.is_cut_anywhere` |\n"}
        self.assertEqual([], self.found(promises.breaches, {**self.TESTS, **page}))


class WhoIncludesWhom(Seeded):
    ROWS = [
        ("base may include base only", {"stack/mote/base/a.hpp": '#include "mote/io/loop.hpp"\n'}),
        ("encoding stands beside io", {"stack/mote/encoding/a.cpp": '#include "mote/io/loop.hpp"\n'}),
        ("io stands beside encoding", {"stack/mote/io/a.hpp": '#include "mote/encoding/url.hpp"\n'}),
        ("ws never includes sse", {"stack/mote/ws/a.hpp": '#include "mote/sse/source.hpp"\n'}),
        ("http never includes ws", {"stack/mote/http/a.hpp": '#include "mote/ws/frame.hpp"\n'}),
        ("polling never includes webhook",
         {"stack/mote/polling/a.hpp": '#include <mote/webhook/sender.hpp>\n'}),
        ("no lwIP in stack", {"stack/mote/io/a.cpp": '#include "lwip/tcp.h"\n'}),
        ("no Mbed TLS in stack", {"stack/mote/crypto/a.cpp": "#include <mbedtls/sha1.h>\n"}),
        ("no POSIX in stack", {"stack/mote/io/a.cpp": "#include <sys/socket.h>\n"}),
        ("no std::string in stack", {"stack/mote/ws/a.hpp": "#include <string>\n"}),
        ("no std::function in stack", {"stack/mote/ws/a.hpp": "# include <functional>\n"}),
        ("no printf in stack", {"stack/mote/ws/a.cpp": "#include <cstdio>\n"}),
        ("rooms are known", {"stack/mote/attic/a.hpp": ""}),
        ("a codec never includes io", {"stack/mote/ws/frame.hpp": '#include "mote/io/loop.hpp"\n'}),
        ("nor by way of another header",
         {"stack/mote/sse/event_parser.hpp": '#include "mote/sse/between.hpp"\n',
          "stack/mote/sse/between.hpp": '#include "mote/io/loop.hpp"\n'}),
        ("a port decodes nothing", {"ports/posix/a.cpp": '#include "mote/encoding/pem.hpp"\n'}),
        ("a port includes no protocol", {"ports/posix/a.cpp": '#include "mote/http/client.hpp"\n'}),
        ("an example includes no system header", {"examples/a.cpp": "#include <unistd.h>\n"}),
        ("an example includes no port by name", {"examples/a.cpp": '#include "posix/tcp.hpp"\n'}),
    ]

    def test_finds_each_breach(self):
        for rule, files in self.ROWS:
            with self.subTest(rule):
                self.assertGreater(len(self.found(who_includes_whom.breaches, files)), 0)

    def test_accepts_what_is_allowed(self):
        files = {
            "stack/mote/base/a.hpp": "#include <cstdint>\n",
            "stack/mote/ws/client.hpp": '#include "mote/io/loop.hpp"\n#include "mote/http/fields.hpp"\n',
            "ports/posix/tcp.cpp": '#include <sys/socket.h>\n#include "mote/io/transport.hpp"\n',
            "ports/posix/system_roots.cpp": '#include "mote/encoding/pem.hpp"\n',
            "examples/a.cpp": '#include "port/port.hpp"\n#include "mote/ws/client.hpp"\n',
            "examples/b.cpp": "#include <port/tls.hpp>\n",
            "examples/mote/main.cpp": "#include <CLI/CLI.hpp>\n",
        }
        self.assertEqual(self.found(who_includes_whom.breaches, files), [])


class Shape(Seeded):
    LONG_FUNCTION = "int f() {\n" + "  g();\n" * 59 + "}\n"
    ROWS = [
        ("101 columns", "stack/mote/ws/a.cpp", "//" + "x" * 99 + "\n"),
        ("a source of 401 lines", "ports/posix/a.cpp", "\n" * 400),
        ("a header of 201 lines", "stack/mote/ws/a.hpp", "\n" * 200),
        ("a function of 61 lines", "stack/mote/ws/a.cpp", LONG_FUNCTION),
        ("also inside a class and a namespace", "stack/mote/ws/a.hpp",
         "namespace a {\nclass B {\n public:\n  B() : c_(1) {}\n" + LONG_FUNCTION + "};\n}\n"),
        ("throw", "stack/mote/ws/a.cpp", "void f() { throw 1; }\n"),
        ("std::string", "stack/mote/ws/a.cpp", "std::string f();\n"),
        ("new", "stack/mote/ws/a.cpp", "int* f() { return new int; }\n"),
        ("delete", "stack/mote/ws/a.cpp", "void f(int* p) { delete p; }\n"),
        ("snprintf", "stack/mote/ws/a.cpp", "void f() { snprintf(0, 0, 0); }\n"),
        ("a path of one machine", "tests/a_test.cpp", "// see /" + "work/x/y\n"),
        ("a path below tmp", "tests/a_test.cpp", "// see /" + "tmp/build/y\n"),
        ("a lock file with an address", "tests/lock.json", '"resolved"' + ': "http' + '://x"\n'),
    ]

    def test_finds_each_breach(self):
        for rule, name, text in self.ROWS:
            with self.subTest(rule):
                self.assertEqual(len(self.found(shape.breaches, {name: text})), 1)

    def test_finds_a_file_without_its_licence_line(self):
        for name in ("stack/mote/ws/a.cpp", "cmake/a.cmake", "tests/CMakeLists.txt", "toolchains/a.py"):
            with self.subTest(name):
                found = list(shape.breaches(self.root, [self.put(name, "\n", licence="")]))
                self.assertEqual(len(found), 1)

    def test_accepts_what_is_at_the_limit_and_what_only_looks_forbidden(self):
        files = {
            "stack/mote/ws/a.cpp": "int f() {\n" + "  g();\n" * 58 + "}\n" + "//" + "x" * 98 + "\n",
            "stack/mote/ws/b.cpp": "// throw new std::string\nconst char* a = \"malloc\";\n",
            "stack/mote/ws/c.hpp": "A(const A&) = delete;\nvoid f() { ::new (p) A; blocks.free(); }\n",
            "stack/mote/ws/d.cpp": "int f() {\n" + "  g();\n" * 50 + "}\n\nint h() {\n" + "  g();\n" * 50 + "}\n",
        }
        self.assertEqual(self.found(shape.breaches, files), [])


class NoHeap(Seeded):
    ROWS = [
        ("malloc", "extern \"C\" void* malloc(unsigned long); void* f() { return malloc(4); }"),
        ("free", "extern \"C\" void free(void*); void f(void* p) { free(p); }"),
        ("operator new", "int* f() { return new int; }"),
        ("operator delete", "void f(int* p) { delete p; }"),
        ("a public virtual destructor", "struct A { virtual ~A(); }; A::~A() {}"),
        ("an exception", "void f() { throw 1; }"),
        ("printf", "extern \"C\" int printf(const char*, ...); void f(int i) { printf(\"%d\", i); }"),
        ("vsnprintf", "extern \"C\" int vsnprintf(char*, unsigned long, const char*, __builtin_va_list);"
         "void f(char* b, __builtin_va_list l) { vsnprintf(b, 9, \"%d\", l); }"),
        ("a local static with a constructor", "int g(); int f() { static int i = g(); return i; }"),
    ]

    def compile(self, text):
        self.put("a.cpp", text)
        path = os.path.join(self.root, "a.o")
        subprocess.run(
            ["c++", "-std=c++17", "-Os", "-c", "a.cpp", "-o", path], cwd=self.root, check=True
        )
        return path

    def test_finds_each_breach_in_an_archive(self):
        for rule, text in self.ROWS:
            with self.subTest(rule):
                self.assertGreater(len(list(no_heap.archive_breaches("nm", self.compile(text)))), 0)

    def test_finds_what_a_finished_image_contains(self):
        text = "extern \"C\" void _free_r(void*, void*) {}  extern \"C\" void __d_vfprintf() {}"
        self.assertEqual(len(list(no_heap.image_breaches("nm", self.compile(text)))), 2)

    def test_accepts_names_that_only_sound_alike(self):
        text = "struct Pool { void free(); void* malloc(); }; void Pool::free() {} int print() { return 1; }"
        self.assertEqual(list(no_heap.archive_breaches("nm", self.compile(text))), [])

    def run_check(self, *options):
        return subprocess.run(
            [sys.executable, os.path.join(HERE, "no_heap.py"), "--build", self.root,
             "--stack", os.path.join(self.root, "stack"), *options],
            capture_output=True, text=True,
        )

    def test_a_room_that_was_not_built_is_no_pass(self):
        self.put("stack/mote/ws/CMakeLists.txt", "")
        self.put("stack/mote/ws/frame.cpp", "")
        done = self.run_check()
        self.assertEqual(done.returncode, 1)
        self.assertIn("libmote_ws.a was not built", done.stdout)

    def test_no_image_at_all_is_no_pass(self):
        self.assertEqual(self.run_check().returncode, 0)
        self.assertEqual(self.run_check("--images").returncode, 1)


if __name__ == "__main__":
    unittest.main()
