#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Of ten connections nine are resumed: with Node by wss, with nginx by https, in TLS 1.3 and 1.2, as
the servers count them. tls_again_test.py linux|board CERTIFICATES tls_again"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from board import Board  # noqa: E402
from tls_servers import Server, file, free_port, use  # noqa: E402

PLACE, PROGRAM = sys.argv[1], sys.argv[3]
use(sys.argv[2])
NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
INSTRUCTIONS = 32  # in each count of the board's, under -icount shift=5

# Each WebSocket gets a message, then the connection is dropped.
NODE = """
const https = require('https'), fs = require('fs'), crypto = require('crypto');
const [folder, port, version, log] = process.argv.slice(1);
https.createServer({cert: fs.readFileSync(folder + '/server.chain.pem'),
    key: fs.readFileSync(folder + '/server.key'), minVersion: version, maxVersion: version})
  .on('upgrade', (request, socket) => {
    fs.appendFileSync(log, socket.isSessionReused() ? 'r\\n' : '.\\n');
    const accept = crypto.createHash('sha1').update(request.headers['sec-websocket-key']
      + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
    socket.end('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade'
      + '\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n\\x81\\x02hi', 'latin1');
    socket.on('error', () => {});
  }).listen(Number(port), '127.0.0.1');
"""

CONFIG = """
daemon off;
pid {room}/nginx.pid;
error_log {room}/error.log;
events {{ worker_connections 64; }}
http {{
  log_format reused '$ssl_session_reused';
  access_log {room}/log reused;
  client_body_temp_path {room}/body;
  proxy_temp_path {room}/proxy;
  fastcgi_temp_path {room}/fastcgi;
  uwsgi_temp_path {room}/uwsgi;
  scgi_temp_path {room}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/server.chain.pem;
    ssl_certificate_key {folder}/server.key;
    ssl_protocols {version};
    {options}
    keepalive_timeout 0;
    location / {{ return 200 'by nginx'; }}
  }}
}}
"""


def node(version, room):
    port = free_port()
    words = ["node", "-e", NODE, file(""), str(port), version, os.path.join(room, "log")]
    return Server(words, port), "wss"


def nginx(version, room, options=""):
    port = free_port()
    config = os.path.join(room, "nginx.conf")
    with open(config, "w", encoding="ascii") as out:
        out.write(CONFIG.format(room=room, folder=file(""), port=port, version=version,
                                options=options))
    return Server([NGINX, "-p", room, "-c", config, "-e", os.path.join(room, "error.log")],
                  port), "https"


def connect(url):
    """What the program prints, connecting ten times."""
    if PLACE == "board":
        with Board(PROGRAM, arg=f"url={url}", qemu_options=("-icount", "shift=5")) as board:
            board.wait_for("allocations refused", 100)
            return board.lines
    done = subprocess.run([PROGRAM], capture_output=True, timeout=60, check=False,
                          env={**os.environ, "MOTE_URL": url})
    return (done.stdout + done.stderr).decode().splitlines()


def figures(lines):
    """Of the full handshake and of the others: instructions, the longest step, the arena."""
    arena = [int(line.split()[1]) for line in lines if line.startswith("arena ")]
    work = [INSTRUCTIONS * int(line.split()[1]) for line in lines if line.startswith("work ")]
    longest = [INSTRUCTIONS * int(line.split()[1]) for line in lines if line.startswith("longest")]
    return (f"{work[0] / 1e6:.1f} M instructions the first, {sum(work[1:]) / 9e6:.1f} M each other;"
            f" in one piece at most {longest[0] / 1e6:.1f} M and {max(longest[1:]) / 1e6:.1f} M;"
            f" arena {arena[0]} and {max(arena[1:])} bytes at most")


def resumes(name, start, version):
    with tempfile.TemporaryDirectory() as room:
        os.chmod(room, 0o777)  # nginx's workers are somebody else when it is started by root.
        server, scheme = start(version, room)
        with server:
            host = "10.0.2.2" if PLACE == "board" else "localhost"
            lines = connect(f"{scheme}://{host}:{server.port}/")
        with open(os.path.join(room, "log"), encoding="ascii") as log:
            counted = [line.strip() for line in log if line.strip() in ("r", ".")]
    assert "connections 10" in lines and "resumed 9" in lines, lines
    assert "allocations refused 0" in lines and version.replace("TLSv1.", "TLSv1.") in lines, lines
    assert counted == ["."] + ["r"] * 9, (counted, lines)
    size = re.search(r"session bytes (\d+)", "\n".join(lines))[1]
    print(f"{name} {version}: nine of ten resumed; a session takes {size} bytes"
          + (f"; {figures(lines)}" if PLACE == "board" else ""), flush=True)


for VERSION in ("TLSv1.3", "TLSv1.2"):
    if shutil.which("node"):
        resumes("Node", node, VERSION)
    if NGINX:
        resumes("nginx", nginx, VERSION)
if NGINX and PLACE == "linux":
    resumes("nginx without tickets", lambda version, room: nginx(
        version, room, "ssl_session_tickets off; ssl_session_cache shared:all:1m;"), "TLSv1.2")
    resumes("nginx without tickets", lambda version, room: nginx(
        version, room, "ssl_session_tickets off; ssl_session_cache shared:all:1m;"), "TLSv1.3")
