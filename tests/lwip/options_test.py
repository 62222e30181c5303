#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Breaks one option of a good lwipopts.h at a time and sees lwipopts_check.hpp name it and its value;
and leaves out of a board what it must not leave out.

options_test.py COMPILER LWIP_FOLDER PORTS_FOLDER CONFIG_FOLDER
"""

import os
import subprocess
import sys
import tempfile
import unittest

COMPILER, LWIP, PORTS, CONFIG = sys.argv[1:5]

# What is broken, and what the message must say.
ROWS = [
    ({"LWIP_TIMERS": "0", "LWIP_DNS": "0", "LWIP_TCP": "1"}, "LWIP_TIMERS must be 1"),
    ({"LWIP_EVENT_API": "1"}, "LWIP_EVENT_API 0"),
    ({"LWIP_DNS": "0"}, "LWIP_DNS must be 1"),
    ({"DNS_MAX_NAME_LENGTH": "64"}, "DNS_MAX_NAME_LENGTH must be at least 254"),
    ({"NO_SYS": "0", "LWIP_TCPIP_CORE_LOCKING": "0"}, "LWIP_TCPIP_CORE_LOCKING must be 1"),
    ({"TCP_OOSEQ_MAX_PBUFS": "0"}, "TCP_OOSEQ_MAX_PBUFS must be 1 to PBUF_POOL_SIZE / 2"),
    ({"TCP_OOSEQ_MAX_PBUFS": "7"}, "TCP_OOSEQ_MAX_PBUFS must be 1 to PBUF_POOL_SIZE / 2"),
    ({"PBUF_POOL_SIZE": "7", "TCP_OOSEQ_MAX_PBUFS": "3"}, "PBUF_POOL_SIZE must be at least 8"),
    ({"TCP_SND_BUF": "512"}, "TCP_SND_BUF must be at least 1024"),
    ({"TCP_SND_BUF": "70000"}, "TCP_SND_BUF must be at most 65535"),
    ({"MEMP_NUM_TCP_SEG": "8"}, "MEMP_NUM_TCP_SEG must be at least TCP_SND_QUEUELEN"),
]


def messages_of(changes):
    """What the compiler says about the check with these options changed."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "lwipopts.h"), "w", encoding="utf-8") as file:
            file.write(f'#include "{CONFIG}/lwipopts.h"\n')
            for name, value in changes.items():
                file.write(f"#undef {name}\n#define {name} {value}\n")
        command = [COMPILER, "-std=c++17", "-fsyntax-only", "-x", "c++", "-I", folder, "-I", CONFIG]
        command += ["-I", os.path.join(LWIP, "src/include"), "-I", PORTS, "-"]
        source = '#include "lwip/lwipopts_check.hpp"\n'
        done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
        return done.stderr


BOARD = """
#include "lwip/net.hpp"
struct Board final : mote::lwip::Net {
  Board() : mote::lwip::Net({}, 0) {}
  void wake() override {}
  void start() override {}
  bool receive_frame() override { return false; }
  void sleep(mote::Duration) override {}
  RANDOM
};
Board board;
"""


def errors_of(board):
    command = [COMPILER, "-std=c++17", "-fsyntax-only", "-x", "c++", "-I", CONFIG]
    command += ["-I", os.path.join(LWIP, "src/include"), "-I", PORTS,
                "-I", os.path.join(PORTS, "..", "stack"), "-"]
    return subprocess.run(command, input=board, capture_output=True, text=True, check=False).stderr


class Boards(unittest.TestCase):
    def test_a_board_that_says_where_random_bytes_come_from_compiles(self):
        self.assertEqual(errors_of(
            BOARD.replace("RANDOM", "void random(mote::ByteSpan) override {}")), "")

    def test_a_board_without_them_does_not(self):
        self.assertRegex(errors_of(BOARD.replace("RANDOM", "")), "(?s)pure within.*Loop::random")


class Options(unittest.TestCase):
    def test_a_good_set_passes(self):
        self.assertEqual(messages_of({}), "")

    def test_each_message_names_option_and_value(self):
        for changes, message in ROWS:
            with self.subTest(changes=changes):
                self.assertIn("lwipopts.h: ", messages_of(changes))
                self.assertIn(message, messages_of(changes))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
