#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A client with room for records of 4 KiB, as mote_use_tls(IN 4096) makes it.
tls_short_records_test.py CERTIFICATES PROGRAM"""

import contextlib
import os
import socket
import tempfile
import threading

from tls_programs import Program, pattern

from tls_servers import gnutls, has_gnutls, use_files

MUCH = 40000


def answer(to, path):
    with Program(to=to, tls="yes", get=path) as program:
        program.wait_for("^no more", 100)
        return [line[5:] for line in program.told if line.startswith("done ")]


def of_openssl(folder, version, size):
    name = f"{size}.txt"
    with open(os.path.join(folder, name), "wb") as out:
        out.write(pattern(size))
    with use_files(folder, version) as server:
        return answer(server.port, "/" + name)


@contextlib.contextmanager
def heedless():
    """Answers whatever it is told with a record as long as TLS allows, as some servers do."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        def answer_one():
            with contextlib.suppress(OSError):
                connection, _ = door.accept()
                with connection:
                    connection.recv(16384)
                    connection.sendall(b"\x16\x03\x03\x40\x00" + bytes(16384))
                    connection.recv(16384)
        threading.Thread(target=answer_one, daemon=True).start()
        yield door.getsockname()[1]


with tempfile.TemporaryDirectory() as made:
    # Both by max_fragment_length: of record_size_limit it knows nothing.
    for version in ("-tls1_2", "-tls1_3"):
        got = of_openssl(made, version, MUCH)
        assert got == [f"200 ok {MUCH} right"], (version, got)
with heedless() as server_port:
    got = answer(server_port, "/")
    assert len(got) == 1 and "TLS record too large" in got[0], got
if has_gnutls():
    with tempfile.NamedTemporaryFile() as data:
        data.write(pattern(MUCH))
        data.flush()
        for each in ("1.3", "1.2"):
            with gnutls(each, "", "--httpdata=" + data.name) as other:
                got = answer(other.port, "/")
                assert got == [f"200 ok {MUCH} right"], (each, got)
else:
    print("not tried: GnuTLS")
print("records of 4 KiB: asked for, and told when they are longer")
