#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Certificates of every kind, shown by openssl s_server: what Mote's client says of each, on Linux
or on the board. tls_refusals_test.py CERTIFICATES PROGRAM"""

import contextlib
import hashlib
import os
import socket
import ssl
import subprocess
import threading

from tls_programs import IS_BOARD, Program, file

from tls_servers import shows

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "mbedtls", "shown.txt")


def rows():
    with open(TABLE, encoding="utf-8") as table:
        for line in table:
            if not line.startswith("#"):
                yield [part.strip() for part in line.split("|")]


def said_of(ports, **words):
    """What the program said, and what it has."""
    with Program(at="10.0.2.2" if IS_BOARD else "127.0.0.1",
                 ports=",".join(map(str, ports)), **words) as program:
        program.wait_for("^no more", 200)
        lines = program.told
    assert "arena refused 0" in lines, lines
    told = {kind: dict(line.split(" ", 2)[1:] for line in lines if line.startswith(kind + " "))
            for kind in ("row", "found")}
    return told, [line[4:] for line in lines if line.startswith("has ")]


def wanted(status, has):
    """The status of a row, or nothing if it is about something else."""
    condition, found, rest = status.partition("? ")
    if not found:
        return status
    holds = (condition.lstrip("!") in has) != condition.startswith("!")
    return rest if holds else ""


def judge(version, table):
    with contextlib.ExitStack() as running:
        servers = {name: running.enter_context(shows(name, "-tls" + version.replace(".", "_")))
                   for name in dict.fromkeys(row[0] for row in table)}
        told, has = said_of([servers[row[0]].port for row in table])
    wrong = 0
    for number, (name, host, status, rule) in enumerate(table):
        want = wanted(status, [*has, version])
        got = told["row"].get(str(number)), told["found"].get(str(number))
        status = want.removesuffix(" *")
        if want and got != (status, status if status == want else "ok"):
            print(f"TLS {version}, {name} for {host}: {got} instead of '{want}' ({rule})")
            wrong += 1
    return wrong, has


def pin_of(name):
    key = subprocess.run(["openssl", "x509", "-in", file(f"shown/{name}.pem"), "-noout", "-pubkey"],
                         capture_output=True, check=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key,
                         capture_output=True, check=True).stdout
    return hashlib.sha256(der).hexdigest()


def pins():
    """Beside the roots any key of the chain will do; alone it is the server's own, and decides."""
    ok, wrong = "ok", "certificate with another key"
    for shown, pin, roots, want in (
            ("good", "good", "", ok), ("good", "middle", "", ok), ("good", "root", "", ok),
            ("good", "stranger", "", wrong),
            ("expired", "expired", "", "expired"),
            ("unknown_root", "unknown_root", "", "certificate from an unknown root"),
            ("good", "good", "none", ok), ("good", "middle", "none", wrong),
            ("unknown_root", "unknown_root", "none", ok), ("self_signed", "self_signed", "none", ok),
            ("expired", "expired", "none", ok), ("expired", "good", "none", wrong)):
        words = {"roots": roots} if roots else {}
        # The first two rows are for this host.
        with shows(shown, "-tls1_3") as one, shows(shown, "-tls1_2") as other:
            told, _ = said_of([one.port, other.port], pin=pin_of(pin), **words)
        same = {"0": want, "1": want}
        assert told == {"row": same, "found": same}, (shown, pin, roots, told)


def names(hosts):
    """Who is asked for is said to the server, unless it is an address (RFC 6066 §3)."""
    asked = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file("server.chain.pem"), file("server.key"))
    context.sni_callback = lambda connection, name, _: asked.append(name)
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(60)

        def serve():
            for _ in hosts:
                with contextlib.suppress(OSError), door.accept()[0] as plain:
                    plain.settimeout(30)
                    context.wrap_socket(plain, server_side=True).close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        said_of([door.getsockname()[1]] * len(hosts))
        thread.join()
    wanted_names = [None if ":" in host or host[-1].isdigit() else host for host in hosts]
    assert asked == wanted_names, asked


def main():
    table = list(rows())
    counts, (has, _) = zip(*(judge(version, table) for version in ("1.3", "1.2")))
    assert not any(counts), f"{sum(counts)} rows are wrong"
    pins()
    names([host for name, host, *_ in table if name == "good"])  # They are the first ones.
    print(f"{len(table)} rows, in TLS 1.3 and 1.2, by a client with {', '.join(has) or 'P-256 only'}: "
          "as they should be")


if __name__ == "__main__":
    main()
