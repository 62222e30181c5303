#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""WebSockets by TLS against servers by others. tls_ws_test.py CERTIFICATES PROGRAM"""

import sys

from tls_programs import IS_BOARD, Program, file

from peer import Peer, missing_for

LONG = 3 * 3 * 1460  # three windows of the board; the client gathers no more than 16 KiB


def check(to):
    paths = f"/large?size={LONG},/large?size={LONG}&pieces=7,/large?size=1,/large?size=700&pieces=700"
    with Program(to=to, tls="yes", ws=paths) as program:
        program.wait_for("^no more", 60)
        texts = [line for line in program.told if line.startswith("text")]
        assert texts == [f"text {LONG} right"] * 2 + ["text a", "text 700 right"], program.told
        assert program.told.count("closed 1000 closed ") == 4, program.told
    with Program(to=to, tls="yes", ws="/echo", send=LONG) as program:
        program.wait_for(f"^text {LONG} right", 60)
        program.wait_for("^closed 1000 closed")
    with Program(to=to, tls="yes", ws="/ping,/close?code=4321,/drop,/nowhere") as program:
        program.wait_for("^no more", 60)
        ends = [line for line in program.told if line.startswith("closed")]
        assert ends[0].startswith("closed 1000 closed five pongs"), ends
        assert ends[1].startswith("closed 4321 closed as asked"), ends
        assert ends[2].startswith("closed 1006 "), ends
        assert ends[3].startswith("closed 1006 unexpected HTTP status"), ends


def much(to):
    """One message of 16 MiB, in pieces both ways."""
    size = (1 << 18) if IS_BOARD else (1 << 24)
    with Program(to=to, tls="yes", ws="/echo", send=size, pieces="yes") as program:
        program.wait_for(f"^pieces .* bytes {size} right", 100)
        program.wait_for("^closed 1000 closed")


def main():
    for program in ("servers.mjs", "nginx.py"):
        if lacks := missing_for(program):
            print("not tried:", lacks)
            return
    with Peer("servers.mjs") as peer:
        for version in ("TLSv1.3", "TLSv1.2"):
            with Peer("nginx.py", "--upstream", str(peer.port), "--certificate", file(""), "--tls",
                      version) as proxy:
                check(proxy.port)
                much(proxy.port)
    print("WebSockets by TLS: as it should be")


if __name__ == "__main__":
    main()
