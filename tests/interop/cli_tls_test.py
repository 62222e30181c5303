#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The command-line tool by https and wss. cli_tls_test.py ask|serve CERTIFICATES mote"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

import tls_servers  # noqa: E402
from peer import PEERS, Peer  # noqa: E402
from tls_front import TlsFront  # noqa: E402
from tls_servers import file  # noqa: E402

SECRET = "whsec_c2VjcmV0IGZvciBkZW1v"
WRONG_PIN = "A" * 43 + "="
PROGRAM = sys.argv[-1]
SECONDS = 40


def run(*words, said=b"", code=0, wants="", lines=None, env=None, program=PROGRAM):
    """Runs the tool to its end, which must be with `code` and `wants` on standard error, in so many
    lines that say of the URL."""
    done = subprocess.run([program, *words], input=said, capture_output=True, timeout=SECONDS,
                          check=False, env={**os.environ, **(env or {})})
    complaint = f"{words}: {done.returncode}, not {code}: {done.stderr[-2000:]}"
    assert done.returncode == code, complaint
    err = done.stderr.decode()
    assert wants in err, (words, wants, err)
    assert lines in (None, err.count("mote: http")), (words, lines, err)
    return done.stdout.decode()


def openssl(*words):
    return subprocess.run(["openssl", *words], capture_output=True, timeout=SECONDS,
                          check=True).stdout


def pin_of(name):
    key = openssl("x509", "-in", file(name + ".pem"), "-pubkey", "-noout")
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=key,
                         capture_output=True, check=True).stdout
    digest = subprocess.run(["openssl", "dgst", "-sha256", "-binary"], input=der,
                            capture_output=True, check=True).stdout
    return subprocess.run(["openssl", "base64"], input=digest, capture_output=True,
                          check=True).stdout.decode().strip()


def check_authorities():
    """Whom one believes, and what is said when one does not."""
    ca = ["--ca", file("root.pem")]
    for version in ("TLSv1.2", "TLSv1.3"):
        with tls_servers.node(version) as server:
            url = f"https://localhost:{server.port}/"
            for trust in (ca, ["--ca", file("root.der")], ["--insecure"]):
                assert run("get", url, *trust) == "by node"
            assert run("get", f"https://127.0.0.1:{server.port}/", *ca) == "by node"
            assert len(run("get", url + "large", *ca)) == 1 << 24
            assert run("ws", f"wss://localhost:{server.port}/", "-n", "1", *ca) == "by node\n"
            assert run("get", url, env={"SSL_CERT_FILE": file("root.pem")}) == "by node"
            run("get", url, code=1, wants="--ca FILE")
            run("get", url, code=2, wants="no roots", env={"SSL_CERT_FILE": "/nowhere"})
            run("get", url, "--insecure", wants="WARNING")
            run("get", url, *ca, "--insecure", code=2, wants="give one of them")
            # By a pin beside the system's roots nobody is believed: the advice says what does it.
            run("get", url, "--pin", pin_of("server"), code=1, wants="--insecure --pin PIN")
            pin = pin_of("server")
            for trust in (ca, ["--insecure"]):
                for known in (pin, "sha256//" + pin):
                    run("get", url, *trust, "--pin", WRONG_PIN, "--pin", known)
                run("get", url, *trust, "--pin", WRONG_PIN, code=1, wants="another key")
    for name, why in (("expired", "its time is over"), ("other", "subjectAltName"),
                      ("unknown", "root.pem issued it"), ("alone", "root.pem issued it")):
        with tls_servers.openssl(name) as server:
            url = f"https://localhost:{server.port}/"
            run("get", url, *ca, code=1, wants=why)
            run("get", url, "--insecure", code=0, wants="WARNING")


def clients_of(url):
    """Every command that asks again by itself."""
    return (["sse", url], ["poll", url, "--every", "1s"], ["poll", url, "--hold", "5s"],
            ["hook", "send", url, "--secret", SECRET])


def check_lasting():
    """What trying again does not mend ends whoever would try again; what may pass is said once."""
    ca = ["--ca", file("root.pem")]
    for name, trust, why in (("server", [], "--ca FILE"),
                             ("server", ["--insecure", "--pin", WRONG_PIN], "its own key"),
                             ("expired", ca, "expired (TLS"), ("other", ca, "subjectAltName"),
                             ("unknown", ca, "root.pem issued it")):
        with tls_servers.openssl(name) as server:
            for words in clients_of(f"https://localhost:{server.port}/"):
                run(*words, *trust, said=b"{}\n", code=1, wants=why)
    with tls_servers.openssl("server", "-Verify", "2", "-verify_return_error", "-CAfile",
                             file("root.pem"), "-tls1_3") as server:
        for words in clients_of(f"https://localhost:{server.port}/"):
            run(*words, *ca, "--timeout", "3s", said=b"{}\n", code=3, wants="--cert FILE",
                lines=1)
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"https://localhost:{door.getsockname()[1]}/"
        threading.Thread(target=answer_plainly, args=(door, 5)).start()
        run("get", url, *ca, code=1, wants="does TLS answer at this port?")
        for words in clients_of(url):
            run(*words, *ca, "--timeout", "500ms", said=b"{}\n", code=3, wants=" ms: does TLS answer",
                lines=1)


def answer_plainly(door, times):
    """As a server does that speaks HTTP alone."""
    for _ in range(times):
        with door.accept()[0] as connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def check_made(folder):
    """./dev certificates: what it writes it names, and its pin is one."""
    make = os.path.join(os.path.dirname(PEERS), "..", "toolchains", "certificates.sh")
    made = os.path.join(folder, "made")
    for name in ("two words", "", "a,DNS:b", "http://a"):
        run(made, name, program=make, code=2, wants="neither a host's name nor an address")
    assert not os.path.exists(made)
    for _ in range(2):
        out = run(made, "board.example", program=make)
        assert sorted(os.listdir(made)) == sorted(set(re.findall(r"\w+\.(?:pem|key)", out))), out
        pin = re.search(r"^  (\S{43}=)$", out, re.MULTILINE)[1]
        port = tls_servers.free_port()
        words = ["openssl", "s_server", "-www", "-quiet", "-accept", str(port), "-key",
                 f"{made}/server.key", "-cert", f"{made}/server.pem"]
        with tls_servers.Server(words, port):
            run("get", f"https://localhost:{port}/", "--ca", f"{made}/root.pem", "--pin", pin)


def check_clients(folder):
    """A server that wants to know who asks."""
    pkcs8 = os.path.join(folder, "pkcs8.key")
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", file("client.key"), "-out", pkcs8)
    both = os.path.join(folder, "both.pem")
    with open(both, "w", encoding="ascii") as out:
        for name in ("client.pem", "middle.pem", "client.key"):
            with open(file(name), encoding="ascii") as part:
                out.write(part.read())
    ca = ["--ca", file("root.pem")]
    for version in ("-tls1_2", "-tls1_3"):
        with tls_servers.openssl("server", "-Verify", "2", "-verify_return_error", "-CAfile",
                                 file("root.pem"), version) as server:
            url = f"https://localhost:{server.port}/"
            assert "Mote client" in run("get", url, *ca, "--cert", both)
            for key in (file("client.key"), pkcs8, file("client.key.der")):
                assert "Mote client" in run("get", url, *ca, "--cert", both, "--key", key)
            run("get", url, *ca, code=1,
                wants="--cert FILE" if version == "-tls1_3" else "or the peer wants a certificate")


def check_files(folder):
    """What of files cannot be used is said, and nothing is sent."""
    url = "https://localhost:9/"
    pkcs8, sec1 = os.path.join(folder, "locked8.key"), os.path.join(folder, "locked1.key")
    openssl("pkcs8", "-topk8", "-passout", "pass:x", "-in", file("server.key"), "-out", pkcs8)
    openssl("ec", "-aes128", "-passout", "pass:x", "-in", file("server.key"), "-out", sec1)
    empty, cut = os.path.join(folder, "empty.pem"), os.path.join(folder, "cut.pem")
    with open(empty, "w", encoding="ascii") as out:
        out.write("nothing\n")
    with open(cut, "w", encoding="ascii") as out, open(file("root.pem"), encoding="ascii") as whole:
        out.write(whole.read()[:200])
    server = ["--cert", file("server.pem")]
    for words, why in ((["--ca", "/nowhere"], "No such file"),
                       (["--ca", empty], "neither certificate nor key"),
                       (["--ca", cut], "does not end"),
                       (["--ca", file("root.key")], "no certificate"),
                       (["--ca", file("root.key.der")], "not known here"),
                       (["--pin", "sha256//abc"], "no SHA-256"),
                       (["--key", file("server.key")], "--cert FILE"),
                       (server, "no private key"),
                       (server + ["--key", file("root.key")], "another one's"),
                       (server + ["--key", file("root.pem")], "no private key"),
                       (server + ["--key", pkcs8], "encrypted"),
                       (server + ["--key", sec1], "encrypted")):
        run("get", url, *words, code=2, wants=why)
    for words, why in ((["--client-ca", file("root.pem")], "by TLS only"),
                       (server + ["--key", file("root.key")], "another one's"),
                       (server + ["--key", file("server.key"), "--client-ca", empty], "neither")):
        for command in (["serve", "0"], ["echo", "0"], ["hook", "listen", "0", "--secret", SECRET]):
            run(*command, *words, code=2, wants=why)


def check_techniques(version):
    """Every client of the tool, with Node's servers behind TLS."""
    with Peer("servers.mjs") as peer, TlsFront(tls_servers.FOLDER, peer.port, version) as front:
        url = f"https://localhost:{front.port}"
        ca = ["--ca", file("root.pem")]
        for topic in ("sse", "short", "long"):
            for _ in range(3):
                peer.control(f"publish/{topic}", {})
        out = run("sse", f"{url}/events", "-n", "3", *ca)
        assert [json.loads(line)["n"] for line in out.splitlines()] == [1, 2, 3], out
        assert '"n":3' in run("poll", f"{url}/news", "--every", "1s", "-n", "1", *ca)
        assert '"n":3' in run("poll", f"{url}/wait", "--hold", "5s", "-n", "1", *ca)
        out = run("ws", f"wss://localhost:{front.port}/echo", "-n", "2", *ca, said=b"one\ntwo\n")
        assert out == "one\ntwo\n", out
        out = run("hook", "send", f"{url}/hooks", "--secret", SECRET, *ca, said=b'{"n":1}\n')
        assert len(out.splitlines()) == 1, out


class Tool:
    """A command that serves, for as long as a `with` lasts."""

    def __init__(self, *words):
        self.process = subprocess.Popen([PROGRAM, *words], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        line = self.process.stdout.readline().decode()
        assert line.startswith("listening on https://127.0.0.1:"), line
        self.port = int(line.rsplit(":", 1)[1])
        self.url = f"https://localhost:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, error, *_):
        self.process.terminate()
        out, err = self.process.communicate(timeout=SECONDS)
        assert error or self.process.returncode == 0, (self.process.returncode, err)
        self.out, self.err = out.decode(), err.decode()


def curl(*words, **more):
    words = ["-sS", "--max-time", "30", "--cacert", file("root.pem"), *words]
    return run(*words, program="curl", **more)


NODE = """
const WebSocket = require(process.argv[1]), fs = require('fs');
const socket = new WebSocket(process.argv[2], {ca: fs.readFileSync(process.argv[3])});
socket.on('open', () => socket.send('x'.repeat(100000)))
  .on('message', (data) => { console.log(data.length); socket.close(); });
"""


def check_serving():
    ours = ["--cert", file("server.chain.pem"), "--key", file("server.key")]
    ca = ["--ca", file("root.pem")]
    with Tool("serve", "0", *ours) as tool:
        assert "<html" in curl(f"{tool.url}/")
        for version in ("1.2", "1.3"):
            only = [f"--tlsv{version}", "--tls-max", version]
            curl(*only, f"{tool.url}/room", "-H", "Content-Type: text/plain", "-d", version)
        assert '"data":"1.3"' in curl(f"{tool.url}/room")
        out = curl(f"{tool.url}/room/events", "--max-time", "2", code=28)
        assert "data: 1.2" in out and "data: 1.3" in out, out
        assert run("sse", f"{tool.url}/room/events", "-n", "2", *ca) == "1.2\n1.3\n"
        curl(f"https://127.0.0.1:{tool.port}/room")
        curl(f"http://localhost:{tool.port}/room", code=52)
        curl(f"{tool.url}/room", "--cacert", file("stranger.pem"), code=60)
        reused = subprocess.run(["openssl", "s_client", "-connect", f"localhost:{tool.port}",
                                 "-CAfile", file("root.pem"), "-tls1_2", "-reconnect"],
                                stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS,
                                check=False).stdout
        assert reused.count(b"Reused, TLSv1.2") == 5, reused[-2000:]
    with Tool("echo", "0", *ours) as tool:
        assert curl(f"{tool.url}/", "-d", "hello") == "hello"
        body = "x" * 300_000
        assert curl(f"{tool.url}/", "--data-binary", "@-", said=body.encode()) == body
        module = os.path.join(PEERS, "node_modules", "ws")
        socket = tool.url.replace("https", "wss")
        assert run("-e", NODE, module, socket, file("root.pem"), program="node") == "100000\n"


def check_guarded():
    """Who has no certificate of the clients' authority is not let in."""
    ours = ["--cert", file("server.chain.pem"), "--key", file("server.key"), "--client-ca",
            file("root.pem")]
    theirs = ["--cert", file("client.pem"), "--key", file("client.key")]
    with tempfile.TemporaryDirectory() as folder:
        chain = os.path.join(folder, "chain.pem")
        with open(chain, "w", encoding="ascii") as out:
            for name in ("client.pem", "middle.pem"):
                with open(file(name), encoding="ascii") as part:
                    out.write(part.read())
        theirs[1] = chain
        with Tool("hook", "listen", "0", "--secret", SECRET, "-v", *ours) as tool:
            for version in ("1.2", "1.3"):
                only = [f"--tlsv{version}", "--tls-max", version]
                curl(*only, f"{tool.url}/", code=56 if version == "1.3" else 35)
                curl(*only, *theirs, f"{tool.url}/")
            run("hook", "send", tool.url, "--secret", SECRET, "--ca", file("root.pem"), *theirs,
                said=b'{"n":1}\n')
            run("hook", "send", tool.url, "--secret", SECRET, "--ca", file("root.pem"),
                "--timeout", "1s", said=b"{}\n", code=3, wants="the peer wants a certificate")
            curl(f"{tool.url}/", "--cert", file("stranger.pem"), "--key", file("stranger.key"),
                 code=56)
            time.sleep(0.1)
        assert tool.out == '{"type":"message","data":{"n":1}}\n', tool.out
        for why in ("no certificate shown", "root.pem issued it"):
            assert why in tool.err, (why, tool.err)
        assert tool.err.count("a client was refused: ") == len(tool.err.splitlines()), tool.err


def main():
    tls_servers.use(sys.argv[2])
    if sys.argv[1] == "serve":
        check_serving()
        check_guarded()
    else:
        with tempfile.TemporaryDirectory() as folder:
            check_files(folder)
            check_authorities()
            check_clients(folder)
            check_lasting()
            check_made(folder)
        for version in ("TLSv1.3", "TLSv1.2"):
            check_techniques(version)
    print(f"cli by TLS, {sys.argv[1]}: passed")


if __name__ == "__main__":
    main()
