#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The board speaks wss with Node, verified, and says what it costs. tls_board_test.py FOLDER IMAGE"""

import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from board import Board  # noqa: E402
from tls_servers import node, openssl, use  # noqa: E402

use(sys.argv[1])


def speaks(version):
    with node(version) as server:
        with Board(sys.argv[2], arg=f"url=wss://10.0.2.2:{server.port}/") as board:
            board.wait_for(version, 60)
            board.wait_for("by node", 20)
            board.wait_for("allocations refused 0", 20)
            assert board.exit_code() == 0, board.lines
            print(version, [line for line in board.lines if "arena" in line or "stack" in line])


def refuses(name, why):
    with openssl(name) as server:
        with Board(sys.argv[2], arg=f"url=wss://10.0.2.2:{server.port}/") as board:
            board.wait_for(why, 60)


if not shutil.which("node"):
    print("not tried: there is no Node")
    sys.exit(0)
speaks("TLSv1.3")
speaks("TLSv1.2")
refuses("other", "certificate for another name")
refuses("alone", "certificate from an unknown root")
refuses("expired", "expired|another name")
