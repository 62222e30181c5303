# SPDX-License-Identifier: MIT
"""Runs one of the servers of tests/peers for as long as a `with` lasts.

with Peer("servers.mjs", "--publish", "100") as peer: ... peer.port ... peer.control("counts")
"""

import json
import os
import shutil
import subprocess
import threading
import urllib.request

PEERS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "peers")
os.environ["PATH"] += ":/usr/sbin"  # Debian's nginx, which not every user's has.


def missing_for(program):
    """Why `program` cannot run here, in a sentence, or an empty text. `./dev test` brings it all."""
    if program.endswith(".mjs"):
        if not shutil.which("node"):
            return "node is not installed"
        if not os.path.isdir(os.path.join(PEERS, "node_modules")):
            return "tests/peers has no node_modules: ./dev test brings them"
    if program == "nginx.py" and not shutil.which("nginx"):
        return "nginx is not installed"
    return ""


class Peer:
    """One server on 127.0.0.1; `port` is where it listens."""

    def __init__(self, program, *options, port=0, seconds=20):
        self._program, self._options, self._seconds = program, options, seconds
        self.port = port
        self.process = None
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Starts it, after kill() on the same port as before."""
        lacks = missing_for(self._program)
        if lacks:
            raise AssertionError(lacks)
        # Its input ends when this process does, however that happens.
        stdin_options = ["--with-parent"] if self._program == "servers.mjs" else []
        self.process = subprocess.Popen(
            [os.path.join(PEERS, self._program), *self._options, "--port", str(self.port),
             *stdin_options], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        timer = threading.Timer(self._seconds, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        if not line:
            raise AssertionError(f"{self._program} did not start")
        self.port = json.loads(line)["port"]
        # What else it says must not fill the pipe.
        threading.Thread(target=self._drain, args=[self.process.stdout], daemon=True).start()

    def control(self, path, said=None):
        """Asks servers.mjs: control("counts"), control("faults", {"hooks": 3})."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/control/{path}",
            data=None if said is None else json.dumps(said).encode(),
            headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as answer:
            return json.load(answer)

    def kill(self):
        """Ends it as a crash does."""
        self.process.kill()
        self._reap()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self._reap()

    def _reap(self):
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()

    @staticmethod
    def _drain(stream):
        with stream:
            for _ in stream:
                pass
