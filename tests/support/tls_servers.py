#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""TLS servers by others, with certificates of the development authority."""

import os
import shutil
import socket
import subprocess
import time

NODE = """
const https = require('https'), fs = require('fs');
const [folder, port, version] = process.argv.slice(1);
https.createServer({cert: fs.readFileSync(folder + '/server.chain.pem'),
    key: fs.readFileSync(folder + '/server.key'), minVersion: version, maxVersion: version},
  (request, response) => response.end(request.url === '/large' ? 'x'.repeat(1 << 24) : 'by node'))
  .on('upgrade', (request, socket) => {
    const accept = require('crypto').createHash('sha1').update(request.headers['sec-websocket-key']
      + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
    socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade'
      + '\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n\\x81\\x07by node', 'latin1');
    socket.on('data', (bytes) => {
      if ((bytes[0] & 15) === 8) socket.end(Buffer.from([0x88, 2, 3, 232]));
    });
  }).listen(Number(port), '127.0.0.1');
"""


FOLDER = ""


def use(folder):
    """The folder of certificates from now on."""
    global FOLDER
    FOLDER = os.path.abspath(folder)


def file(name):
    return os.path.join(FOLDER, name)


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


class Server:
    """A server's process, until its port answers; ended with the block."""

    def __init__(self, words, port, folder=None):
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, cwd=folder)
        self.port = port

    def __enter__(self):
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def openssl(name, *options):
    port = free_port()
    words = ["openssl", "s_server", "-www", "-quiet", "-accept", str(port), "-key",
             file(name + ".key"), "-cert", file(name + ".pem"), *options]
    if name == "server":
        words += ["-cert_chain", file("middle.pem")]
    return Server(words, port)


def use_files(folder, *options):
    """s_server that gives out the files of a folder."""
    port = free_port()
    return Server(["openssl", "s_server", "-WWW", "-quiet", "-accept", str(port), "-key",
                   file("server.key"), "-cert", file("server.pem"), "-cert_chain",
                   file("middle.pem"), *options], port, folder)


def has_gnutls():
    return shutil.which("gnutls-serv") is not None


def gnutls(version, more="", *options):
    """gnutls-serv, of one version, with more of its priority string."""
    port = free_port()
    return Server(["gnutls-serv", "--http", "--quiet", "--port", str(port), "--x509certfile",
                   file("server.chain.pem"), "--x509keyfile", file("server.key"), "--priority",
                   f"NORMAL:-VERS-ALL:+VERS-TLS{version}{more}", *options], port)


def shows(name, *options):
    """s_server with a chain of shown.txt, which thinks nothing too weak to be shown."""
    port = free_port()
    words = ["openssl", "s_server", "-accept", str(port), "-cipher", "ALL:@SECLEVEL=0", "-key",
             file(f"shown/{name}.key"), "-cert", file(f"shown/{name}.pem"), *options]
    if os.path.exists(file(f"shown/{name}.chain.pem")):
        words += ["-cert_chain", file(f"shown/{name}.chain.pem")]
    return Server(words, port)


def node(version):
    port = free_port()
    return Server(["node", "-e", NODE, FOLDER, str(port), version], port)
