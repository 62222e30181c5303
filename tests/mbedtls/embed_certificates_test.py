#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Certificates as C++, and the development authority. embed_certificates_test.py CERTIFICATES"""

import os
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
EMBED = os.path.join(ROOT, "cmake", "embed_certificates.py")
MAKE = os.path.join(ROOT, "toolchains", "certificates.sh")
CERTIFICATES = os.path.abspath(sys.argv.pop())


def file(name):
    return os.path.join(CERTIFICATES, name)


def content(path):
    with open(path, "rb") as opened:
        return opened.read()


def openssl(*words):
    subprocess.run(["openssl", *words], capture_output=True, check=True)


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def put(self, name, *parts):
        with open(self.path(name), "wb") as out:
            for part in parts:
                out.write(part)
        return self.path(name)


class Embedding(Folder):
    def embed(self, *words, code=0):
        """What it says on standard error, and the arrays of what it wrote."""
        done = subprocess.run([sys.executable, EMBED, *words, "--out", self.folder.name,
                               "--namespace", "own"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, code, done)
        if code:
            return done.stderr, {}
        text = content(self.path("own.cpp")).decode()
        return done.stderr, {name: bytes(map(int, body.split(","))) for name, body in
                             re.findall(r"(\w+)\[\] = \{\n([\d,\n]+)\};", text)}

    def bundle(self):
        names = ("root", "expired", "stranger", "server")
        return self.put("bundle.pem", b"# with words between\n",
                        *(b"Some name\n" + content(file(name + ".pem")) for name in names))

    def test_takes_a_whole_bundle_in_its_order(self):
        said, arrays = self.embed("--pem", self.bundle())
        names = ("root", "expired", "stranger", "server")
        self.assertEqual(list(arrays.values()), [content(file(name + ".der")) for name in names])
        self.assertRegex(said, "warning: Mote expired expired on ")
        self.assertIn("certificates[4]", content(self.path("own.hpp")).decode())

    def test_takes_those_that_are_named(self):
        said, arrays = self.embed("--pem", self.bundle(), "--only", "Mote development stranger",
                                  "--only", "Mote development root")
        self.assertEqual(list(arrays.values()),
                         [content(file("stranger.der")), content(file("root.der"))])
        self.assertEqual(said, "")

    def test_takes_der_and_keys_of_every_form(self):
        pkcs8 = self.path("pkcs8.key")
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", file("server.key"), "-out", pkcs8)
        for key in (file("server.key"), file("server.key.der"), pkcs8):
            _, arrays = self.embed("--pem", file("server.der"), "--key", key)
            self.assertEqual(arrays["certificate_0"], content(file("server.der")))
            if key != pkcs8:
                self.assertEqual(arrays["key_bytes"], content(file("server.key.der")))

    def test_says_what_is_wrong(self):
        locked = self.path("locked.key")
        openssl("pkcs8", "-topk8", "-passout", "pass:x", "-in", file("server.key"), "-out", locked)
        root = content(file("root.pem"))
        rows = [
            (["--pem", self.bundle(), "--only", "Mote stranger"],
             'no certificate for "Mote stranger" in it; there are: Mote development root'),
            (["--pem", self.put("cut.pem", root[:200])], "begins but does not end"),
            (["--pem", self.put("spoilt.pem", root.replace(b"MII", b"M*I"))], "block 1"),
            (["--pem", self.put("other.pem", root.replace(b"MII", b"AII"))], "no certificate"),
            (["--pem", self.put("empty.pem")], "no certificate in it"),
            (["--pem", self.path("nowhere.pem")], "No such file"),
            (["--pem", file("server.pem"), "--key", locked], "encrypted"),
            (["--pem", file("server.pem"), "--key", file("root.pem")], "no private keys"),
            (["--pem", self.put("short.der", content(file("root.der"))[:99])], "too early"),
        ]
        for words, why in rows:
            self.assertIn(why, self.embed(*words, code=1)[0], words)


class Authority(Folder):
    def make(self, *names):
        subprocess.run([MAKE, self.folder.name, *names], capture_output=True, check=True)

    def verify(self, *words):
        done = subprocess.run(["openssl", "verify", "-CAfile", self.path("root.pem"), *words],
                              capture_output=True, text=True, check=False)
        return done.returncode == 0

    def test_signs_for_this_machine_and_what_is_named(self):
        self.make("board.example", "192.0.2.7", "2001:db8::7")
        server = self.path("server.pem")
        for name in ("localhost", "board.local", "board.example"):
            self.assertTrue(self.verify("-verify_hostname", name, server), name)
        for address in ("127.0.0.1", "::1", "10.0.2.2", "192.0.2.7", "2001:db8::7"):
            self.assertTrue(self.verify("-verify_ip", address, server), address)
        self.assertFalse(self.verify("-verify_hostname", "other.example", server))
        self.assertTrue(self.verify("-purpose", "sslclient", self.path("client.pem")))
        self.assertFalse(self.verify("-purpose", "sslclient", server))
        self.assertEqual(os.stat(self.path("root.key")).st_mode & 0o077, 0)

    def test_keeps_the_authority_that_is_there(self):
        self.make()
        root, server = content(self.path("root.pem")), content(self.path("server.pem"))
        self.make()
        self.assertEqual(content(self.path("root.pem")), root)
        self.assertNotEqual(content(self.path("server.pem")), server)
        self.assertTrue(self.verify(self.path("server.pem")))


if __name__ == "__main__":
    unittest.main()
