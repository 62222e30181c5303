#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Clients by others resume their sessions with Mote's server. tls_tickets_test.py CERTIFICATES PROGRAM"""

import os
import shutil
import socket
import ssl
import subprocess
import tempfile

from tls_programs import Program, file, version_of

VERSIONS = ("TLSv1.3", "TLSv1.2")
ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
PAGE = b"hello by https\n"
NODE = """
const tls = require('tls'), fs = require('fs');
const [port, version, root] = process.argv.slice(1);
let session, count = 0, resumed = 0;
function again() {
  const socket = tls.connect({port: Number(port), host: 'localhost', ca: fs.readFileSync(root),
    minVersion: version, maxVersion: version, session});
  socket.on('session', (it) => { session = it; });
  socket.on('secureConnect', () => {
    resumed += socket.isSessionReused();
    socket.write('GET / HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n');
  });
  socket.on('end', () => ++count < 10 ? again() : console.log('resumed ' + resumed));
  socket.resume();
}
again();
"""


def run(*words, said=None):
    done = subprocess.run(words, input=said, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, f"{words}: {done.returncode}: {done.stdout} {done.stderr}"
    return (done.stdout + done.stderr).decode(errors="replace")


def by_python(port, version):
    context = version_of(ssl.create_default_context(cafile=file("root.pem")), version)
    session, reused = None, []
    for _ in range(10):
        with socket.create_connection(("localhost", port), 30) as plain:
            with context.wrap_socket(plain, server_hostname="localhost", session=session) as tls:
                tls.sendall(ASK)
                answer = b""
                while piece := tls.recv(4096):
                    answer += piece
                assert answer.endswith(PAGE), answer
                session = tls.session
                reused.append(tls.session_reused)
    assert reused == [False] + [True] * 9, reused


def by_openssl(port, version):
    words = ["openssl", "s_client", "-connect", f"localhost:{port}", "-CAfile", file("root.pem"),
             "-verify_return_error", "-ign_eof", "-" + version.lower().replace("v1.", "1_")]
    with tempfile.TemporaryDirectory() as room:
        kept = os.path.join(room, "session")
        said = run(*words, "-sess_out", kept, said=ASK)
        assert "New, " + version in said and PAGE.decode() in said, said
        for _ in range(3):
            said = run(*words, "-sess_in", kept, "-sess_out", kept, said=ASK)
            assert "Reused, " + version in said and PAGE.decode() in said, said
    if version == "TLSv1.2":
        words.remove("-ign_eof")
        said = run(*words, "-reconnect", said=b"")
        assert said.count("Reused, TLSv1.2") == 5, said


def by_curl(port, version):
    limits = ["--tlsv1.3"] if version == "TLSv1.3" else ["--tlsv1.2", "--tls-max", "1.2"]
    said = run("curl", "-sSv", "--noproxy", "*", "--cacert", file("root.pem"), *limits, "-H",
               "Connection: close", *[f"https://localhost:{port}/"] * 4)
    assert said.count(PAGE.decode()) == 4, said
    # That it offers a session proves nothing; that no certificate comes does. In TLS 1.2 it asks for no
    # tickets, and sessions without them are not kept.
    full = said.count("(IN), TLS handshake, Certificate (11)")
    assert full == (1 if version == "TLSv1.3" else 4), said


def by_gnutls(port, version):
    said = run("gnutls-cli", f"--x509cafile={file('root.pem')}", "--resume", "--waitresumption",
               "--priority", f"NORMAL:-VERS-ALL:+VERS-TLS{version[4:]}", "--port", str(port),
               "localhost", said=ASK)
    assert "This is a resumed session" in said, said


def by_node(port, version):
    said = run("node", "-e", NODE, str(port), version, file("root.pem"))
    assert "resumed 9" in said, said


with Program(serves=True) as SERVER:
    for VERSION in VERSIONS:
        for client, program in ((by_python, "python3"), (by_openssl, "openssl"), (by_curl, "curl"),
                                (by_gnutls, "gnutls-cli"), (by_node, "node")):
            if not shutil.which(program):
                print("not tried:", program)
                continue
            client(SERVER.port, VERSION)
            if (client, VERSION) != (by_curl, "TLSv1.2"):
                print(client.__name__[3:], VERSION, "resumes", flush=True)
