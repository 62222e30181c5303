# SPDX-License-Identifier: MIT
"""Servers of plain sockets, for what no proper server does: single bytes, early ends, silence.

with RawPeer() as peer: connection = peer.accept(); head = read_head(connection); ...
"""

import base64
import hashlib
import socket

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class RawPeer:
    """A listening socket on 127.0.0.1; `port` is where."""

    def __init__(self, receive_buffer=None):
        self._door = socket.socket()
        if receive_buffer:
            self._door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._door.bind(("127.0.0.1", 0))
        self._door.listen()
        self._door.settimeout(20)
        self.port = self._door.getsockname()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._door.close()

    def accept(self):
        """The next connection; what it sends leaves at once, and nothing waits forever."""
        connection, _ = self._door.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(20)
        return connection

    def accept_websocket(self):
        connection = self.accept()
        connection.sendall(upgrade_answer(read_head(connection)))
        return connection


def read_head(connection):
    """A request's head, and not a byte more."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        assert byte, f"the connection ended within a head: {head}"
        head += byte
    return head


def upgrade_answer(head):
    key = next(line.split(b":", 1)[1].strip() for line in head.split(b"\r\n")
               if line.lower().startswith(b"sec-websocket-key:"))
    accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
    return (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")


def frame(opcode, payload, fin=True):
    """A frame as a server sends it, without a mask."""
    first = bytes([opcode | (0x80 if fin else 0)])
    if len(payload) < 126:
        return first + bytes([len(payload)]) + payload
    return first + b"\x7e" + len(payload).to_bytes(2, "big") + payload


def read_exactly(connection, size):
    got = b""
    while len(got) < size:
        part = connection.recv(size - len(got))
        assert part, f"the connection ended after {len(got)} of {size} bytes"
        got += part
    return got


def read_frame(connection):
    """Opcode and payload of a short frame that a client sent."""
    first, size = read_exactly(connection, 2)
    assert size & 0x80, "a client's frames are masked"
    size &= 0x7F
    if size == 126:
        size = int.from_bytes(read_exactly(connection, 2), "big")
    mask = read_exactly(connection, 4)
    payload = read_exactly(connection, size)
    return first & 0x0F, bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
