#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Records of every size, there and back, with Python's ssl on the other side, which makes one record
of what it is told to send at once. tls_records_test.py CERTIFICATES PROGRAM"""

import select
import socket
import ssl

from tls_programs import IS_BOARD, Program, file, pattern, version_of

PATTERN = pattern(1 << 17)
MIB = 1 << 20


def sizes():
    near = [1 << power for power in range(9, 15)]
    return [*range(1, 301), *range(301, 16384, 997 if IS_BOARD else 37),
            *(size + off for size in near for off in (-17, -1, 0, 1) if size + off <= 16384), 16384]


def read(connection, size):
    got = bytearray()
    while len(got) < size:
        part = connection.recv(size - len(got))
        assert part, f"the stream ended after {len(got)} of {size} bytes"
        got += part
    return bytes(got)


def one_by_one(connection, longest):
    """Each goes back before the next comes, as one record if the other side can make it."""
    for size in sizes():
        connection.sendall(PATTERN[:size])
        part = connection.recv(16384)
        assert len(part) == min(size, longest), f"of {size} bytes came {len(part)}"
        assert part + read(connection, size - len(part)) == PATTERN[:size], size


def all_at_once(connection, total):
    """So much that both sides are full in between, in records of sizes that differ."""
    every = sizes()
    sent, turn, at = 0, 0, 0
    connection.setblocking(False)  # Not two threads: OpenSSL has one of them at a time.
    while at < total:
        select.select([connection], [connection] if sent < total else [], [], 100)
        try:
            size = min(every[turn * 97 % len(every)], total - sent)
            while sent < total:
                assert connection.send(PATTERN[sent % 36:sent % 36 + size]) == size
                sent, turn = sent + size, turn + 1
                size = min(every[turn * 97 % len(every)], total - sent)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        try:
            while at < sent:
                part = connection.recv(16384)
                assert part and part == PATTERN[at % 36:at % 36 + len(part)], f"at {at}"
                at += len(part)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
    connection.settimeout(100)


def speak(connection, program):
    connection.settimeout(100)
    longest = 2048 if program.is_board else 16384
    # In TLS 1.3 the last byte is that of the padding.
    one_by_one(connection, longest - (connection.version() == "TLSv1.3"))
    all_at_once(connection, MIB // 4 if program.is_board else 4 * MIB)
    connection.unwrap()  # Says goodbye and waits for the answer.
    connection.close()


def asked(version):
    """Mote's client speaks first, and is echoed to."""
    context = version_of(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), version)
    context.load_cert_chain(file("server.chain.pem"), file("server.key"))
    with socket.create_server(("127.0.0.1", 0)) as door:
        with Program(to=door.getsockname()[1]) as program:
            door.settimeout(100)
            plain, _ = door.accept()
            with context.wrap_socket(plain, server_side=True) as connection:
                assert connection.version() == version
                speak(connection, program)
            program.wait_for("^ended", 100)
            program.wait_for("^closed closed", 100)


def asks(version):
    context = version_of(ssl.create_default_context(cafile=file("root.pem")), version)
    with Program(serves=True) as program:
        for _ in range(2):
            with socket.create_connection(("127.0.0.1", program.port), 100) as plain:
                with context.wrap_socket(plain, server_hostname="localhost") as connection:
                    assert connection.version() == version
                    assert connection.selected_alpn_protocol() is None
                    speak(connection, program)
            program.wait_for("^closed closed", 100)


def main():
    for version in ("TLSv1.3", "TLSv1.2"):
        asked(version)
        asks(version)
    print(f"{len(sizes())} sizes of records, both ways, in both roles and versions")


if __name__ == "__main__":
    main()
