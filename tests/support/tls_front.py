# SPDX-License-Identifier: MIT
"""TLS in front of a server that has none: Node takes it off.

with TlsFront(folder_of_certificates, port_behind) as front: ... front.port ...
"""

import subprocess

FRONT = """
const tls = require('tls'), net = require('net'), fs = require('fs');
const [folder, behind, version] = process.argv.slice(1);
tls.createServer({cert: fs.readFileSync(folder + '/server.chain.pem'),
    key: fs.readFileSync(folder + '/server.key'), ALPNProtocols: ['http/1.1'],
    ...(version ? {minVersion: version, maxVersion: version} : {})}, (front) => {
  const back = net.connect(Number(behind), '127.0.0.1');
  front.pipe(back).pipe(front);
  front.on('error', () => back.destroy()).on('close', () => back.destroy());
  back.on('error', () => front.destroy()).on('close', () => front.destroy());
}).on('tlsClientError', () => {}).listen(0, '127.0.0.1', function () {
  console.log(this.address().port);
});
process.stdin.on('end', () => process.exit()).resume();
"""


class TlsFront:
    """Listens on 127.0.0.1 at `port`, with the certificate `server` of the folder; in one version only
    when there is one."""

    def __init__(self, folder, behind, version=""):
        self.process = subprocess.Popen(["node", "-e", FRONT, folder, str(behind),
                                         version],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        assert line, "node does not listen"
        self.port = int(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
