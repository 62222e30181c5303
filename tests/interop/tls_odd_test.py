#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Peers that do what is allowed and seldom, or what is not: what Mote says of them, as a client and
as a server. tls_odd_test.py CERTIFICATES PROGRAM"""

import contextlib
import os
import socket
import ssl
import struct
import subprocess
import threading
import time

from tls_programs import Program, file, version_of

from tls_servers import shows

SECONDS = 40
VERSIONS = ("TLSv1.3", "TLSv1.2")
wrong = []


def expect(what, program, *patterns):
    try:
        for line in patterns:
            program.wait_for(line, SECONDS)
    except AssertionError as error:
        wrong.append(f"{what}: {error}")
        print(wrong[-1], flush=True)


# The client, and servers.


def asked(what, port, *patterns):
    with Program(to=port) as program:
        expect(what, program, *patterns)


def odd_openssl():
    """Rows: what, s_server's options, what is typed into it, and what the client says."""
    for what, options, typed, *patterns in (
            ("only h2", ["-alpn", "h2"], "", "^closed refused by a TLS alert by TLS 120$"),
            ("another key share", ["-groups", "P-256", "-tls1_3"], "", "^connected"),
            ("only TLS 1.1", ["-tls1_1"], "", "^closed refused by a TLS alert by TLS 70$"),
            ("no suite in common", ["-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"], "",
             "^closed refused by a TLS alert by TLS 40$"),
            ("ten tickets", ["-tls1_3", "-num_tickets", "10"], "", "^connected"),
            ("asks for a certificate", ["-verify", "1", "-tls1_3"], "Q\n", "^connected",
             "^closed stream truncated"),
            ("asks for a certificate", ["-verify", "1", "-tls1_2"], "Q\n", "^connected",
             "^closed stream truncated"),
            ("wants a certificate", ["-Verify", "1", "-verify_return_error", "-tls1_3"], "",
             "^closed refused by a TLS alert by TLS 116$"),
            ("wants a certificate", ["-Verify", "1", "-verify_return_error", "-tls1_2"], "",
             "^closed refused by a TLS alert by TLS 40$"),
            ("small records", ["-max_send_frag", "512", "-tls1_3"], "", "^connected"),
            ("new keys", ["-tls1_3"], "k\n", "^connected", "^closed TLS keys changed meanwhile"),
            ("new keys, both", ["-tls1_3"], "K\n", "^connected",
             "^closed TLS keys changed meanwhile"),
            # OpenSSL takes the refusal of a renegotiation for the end.
            ("renegotiation", ["-tls1_2"], "r\n", "^connected", "^closed refused by a TLS alert")):
        with shows("good", *options) as server, Program(to=server.port) as program:
            expect(what, program, patterns[0])
            server.process.stdin.write(typed.encode())
            server.process.stdin.flush()
            expect(what, program, *patterns[1:])


@contextlib.contextmanager
def answers(speak):
    """A server that gives its one connection to `speak`."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(60)

        def serve():
            with contextlib.suppress(OSError):
                connection, _ = door.accept()
                with connection:
                    connection.settimeout(30)
                    speak(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield door.getsockname()[1]
        thread.join()


def secure(version, then):
    context = version_of(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), version)
    context.load_cert_chain(file("server.chain.pem"), file("server.key"))

    def speak(connection):
        with context.wrap_socket(connection, server_side=True) as tls:
            then(tls)

    return speak


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def sends(data):
    def speak(connection):
        connection.recv(4096)
        connection.sendall(data)
        connection.recv(4096)
    return speak


def alert(level, what):
    return sends(bytes([21, 3, 3, 0, 2, level, what]))


def odd_servers():
    for what, speak, *patterns in (
            ("plain HTTP", sends(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
             "^closed protocol error by TLS"),
            ("SSH", sends(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), "^closed protocol error by TLS"),
            ("nonsense in records", sends(b"\x16\x03\x03\x00\x04h\0\0\0"),
             "^closed protocol error by TLS"),
            ("an alert at once", alert(2, 112), "^closed refused by a TLS alert by TLS 112$"),
            ("the end at once", lambda connection: None,
             "^closed (stream truncated|connection reset)"),
            ("the end after the hello", lambda connection: connection.recv(4096),
             "^closed stream truncated"),
            ("a reset at once", reset, "^closed connection (reset|refused)"),
            ("a record too long", sends(b"\x16\x03\x03\x7f\xff" + bytes(5000)),
             "^closed (protocol error|TLS record too large) by TLS")):
        with answers(speak) as port:
            asked(what, port, *patterns)
    for version in VERSIONS:
        for what, then, *patterns in (
                ("goodbye at once", lambda tls: tls.unwrap(), "^connected", "^ended",
                 "^closed closed"),
                ("the end without goodbye",
                 lambda tls: tls.shutdown(socket.SHUT_WR) or time.sleep(0.3), "^connected",
                 "^closed stream truncated"),
                ("a reset", lambda tls: time.sleep(0.3) or reset(tls), "^connected",
                 "^closed connection reset")):
            with answers(secure(version, then)) as port:
                asked(f"{what}, {version}", port, *patterns)


# The server, and clients.


def client(port, *options, typed="", code=None):
    """What s_client said; it ends when its input does, a little later."""
    process = subprocess.Popen(
        ["openssl", "s_client", "-connect", f"localhost:{port}", "-CAfile", file("root.pem"),
         "-cipher", "ALL:@SECLEVEL=0", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    said = b""
    with contextlib.suppress(BrokenPipeError):
        if typed:
            while b"---\n" not in said.partition(b"Verification")[2]:  # Until it reads its input.
                part = os.read(process.stdout.fileno(), 4096)
                if not part:
                    break
                said += part
            time.sleep(0.2)
            process.stdin.write(typed.encode())
            process.stdin.flush()
            time.sleep(0.5)
    with contextlib.suppress(subprocess.TimeoutExpired):
        said += process.communicate(timeout=20)[0]
    process.kill()
    process.wait()
    return said.decode(errors="replace")


def odd_clients():
    with Program(serves=True) as program:
        for what, options, typed, *patterns in (
                ("only h2", ["-alpn", "h2"], "", "^refused "),
                ("no name", ["-noservername"], "", "^accepted", "^ended", "^closed closed"),
                ("another name", ["-servername", "elsewhere"], "", "^accepted"),
                ("TLS 1.1", ["-tls1_1"], "", "^refused "),
                ("no suite in common", ["-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"], "",
                 "^refused "),
                ("no group in common", ["-tls1_3", "-groups", "P-521"], "", "^refused "),
                ("new keys", ["-tls1_3"], "k\n", "^accepted", "^closed TLS keys changed meanwhile"),
                ("renegotiation", ["-tls1_2"], "R\n", "^accepted", "^closed "),
                ("still there", [], "hello\n", "^accepted", "^ended", "^closed closed")):
            said = client(program.port, *options, typed=typed)
            if what == "only h2":
                assert "alert no application protocol" in said or "number 120" in said, said
            if what == "still there":
                assert "\nhello\n" in said, said
            expect(f"client: {what}", program, *patterns)
        for what, speak, *patterns in (
                ("plain HTTP", lambda plain: plain.sendall(b"GET / HTTP/1.1\r\n\r\n"),
                 "^refused protocol error by TLS"),
                ("nothing, and the end", lambda plain: None, "^refused stream truncated"),
                ("a reset", reset, "^refused connection reset"),
                ("half a hello", lambda plain: plain.sendall(b"\x16\x03\x01\x02\x00\x01\x00"),
                 "^refused stream truncated")):
            with socket.create_connection(("127.0.0.1", program.port)) as plain:
                speak(plain)
                with contextlib.suppress(OSError):
                    plain.shutdown(socket.SHUT_WR)
                    plain.settimeout(20)
                    while plain.recv(4096):
                        pass
            expect(f"client: {what}", program, *patterns)


def certificates_of_clients():
    shown = file("shown/")
    with Program(serves=True, requires="yes") as program:
        for version in ("-tls1_3", "-tls1_2"):
            for name, pattern in (
                    ("", "^refused no certificate shown"), ("good", "^accepted"),
                    ("for_clients", "^accepted"),
                    ("for_servers", "^refused certificate for another use"),
                    ("unknown_root", "^refused certificate from an unknown root"),
                    ("missing_middle", "^refused certificate from an unknown root"),
                    ("expired", "^refused expired"),
                    ("rsa1024", "^refused certificate too weak"),
                    ("novelty", "^refused certificate not readable")):
                options = []
                if name:
                    options = ["-cert", f"{shown}{name}.pem", "-key", f"{shown}{name}.key"]
                if os.path.exists(f"{shown}{name}.chain.pem"):
                    options += ["-cert_chain", f"{shown}{name}.chain.pem"]
                client(program.port, version, *options)
                expect(f"a client's certificate: {name} {version}", program, pattern)


def main():
    odd_openssl()
    odd_servers()
    odd_clients()
    certificates_of_clients()
    assert not wrong, "\n".join(wrong)
    print("Odd peers: named")


if __name__ == "__main__":
    main()
