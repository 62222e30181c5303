#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs nginx on 127.0.0.1 for a test: static files, and a proxy in front of another peer.

nginx.py [--port N] [--files DIR] [--upstream PORT] [--certificate FOLDER] [--trusts ROOT.pem]
         [--tls VERSION] [--body-most SIZE] [--print-config]
With --certificate it speaks TLS, of one version if told so, as the `server` of that folder; with
--trusts to the other peer, which must be `localhost`.
Everything nginx writes goes into a folder of its own that is removed afterwards. Prints its port as
JSON once it answers; ends at SIGTERM.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

CONFIG = """\
daemon off;
worker_processes 1;
pid {room}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {room}/body;
  proxy_temp_path {room}/proxy;
  fastcgi_temp_path {room}/fastcgi;
  uwsgi_temp_path {room}/uwsgi;
  scgi_temp_path {room}/scgi;
  types {{ text/plain txt; text/html html; application/json json; }}
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
  server {{
    listen 127.0.0.1:{port}{ssl};
    client_max_body_size {body_most};
{tls}    keepalive_requests 20;
    location /files/ {{ alias {files}/; }}
{proxy}  }}
}}
"""
TLS = """\
    ssl_certificate {folder}/server.chain.pem;
    ssl_certificate_key {folder}/server.key;
    ssl_protocols {versions};
    ssl_prefer_server_ciphers on;
"""
PROXY = """\
    location / {{
      proxy_pass {scheme}://127.0.0.1:{upstream};
      proxy_http_version 1.1;
      proxy_buffering off;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header Host $http_host;
{trust}    }}
"""
TRUST = """\
      proxy_ssl_verify on;
      proxy_ssl_verify_depth 2;
      proxy_ssl_trusted_certificate {root};
      proxy_ssl_name localhost;
      proxy_ssl_server_name on;
      proxy_ssl_protocols {versions};
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    for _ in range(100):
        if process.poll() is not None:
            return False
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--files")
    parser.add_argument("--upstream", type=int)
    parser.add_argument("--certificate")
    parser.add_argument("--trusts")
    parser.add_argument("--tls", default="TLSv1.2 TLSv1.3")
    parser.add_argument("--body-most", default="1m")
    parser.add_argument("--print-config", action="store_true")
    arguments = parser.parse_args()
    room = tempfile.mkdtemp(prefix="mote-nginx-")
    port = arguments.port or free_port()
    files = os.path.abspath(arguments.files) if arguments.files else room
    root = arguments.trusts and os.path.abspath(arguments.trusts)
    trust = TRUST.format(root=root, versions=arguments.tls) if root else ""
    proxy = PROXY.format(upstream=arguments.upstream, trust=trust,
                         scheme="https" if root else "http") if arguments.upstream else ""
    folder = arguments.certificate and os.path.abspath(arguments.certificate)
    tls = TLS.format(folder=folder, versions=arguments.tls) if folder else ""
    config = CONFIG.format(room=room, port=port, files=files, proxy=proxy, tls=tls,
                           ssl=" ssl" if folder else "", body_most=arguments.body_most)
    try:
        if arguments.print_config:
            print(config)
            return 0
        path = os.path.join(room, "nginx.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(config)
        os.chmod(room, 0o755)
        process = subprocess.Popen(["nginx", "-p", room, "-e", "stderr", "-c", path])
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        signal.signal(signal.SIGINT, lambda *_: process.terminate())
        if not wait_for(port, process):
            process.kill()
            print("nginx did not start", file=sys.stderr)
            return 1
        print(json.dumps({"port": port}), flush=True)
        process.wait()
        return 0
    finally:
        shutil.rmtree(room, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
