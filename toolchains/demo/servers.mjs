// SPDX-License-Identifier: MIT
// Starts, kills and starts again the servers of tests/peers, and asks them what they saw.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ask } from "./ask.mjs";

const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), "../../tests/peers/servers.mjs");

export class Servers {
  port = 0;
  starts = 0;
  published = {};

  /** `certificates`: a folder with server.chain.pem, server.key and, of who signed them, root.pem. */
  constructor(publish_every_ms, certificates) {
    this.publish_every_ms = publish_every_ms;
    this.scheme = certificates ? "https" : "http";
    this.ca = certificates && readFileSync(join(certificates, "root.pem"), "utf8");
    this.words = certificates
      ? ["--cert", join(certificates, "server.chain.pem"), "--key", join(certificates, "server.key")]
      : [];
    this.folder = mkdtempSync(join(tmpdir(), "mote-demo-"));
  }

  async start() {
    // Their standard input ends with this program, however it ends, and they with it.
    this.process = spawn(process.execPath, [
      PROGRAM, "--port", String(this.port), "--state", join(this.folder, "state.json"),
      "--publish", String(this.publish_every_ms), "--announce", "--with-parent",
      ...this.words,
    ], { stdio: ["pipe", "pipe", "inherit"] });
    this.gone = new Promise((done) => this.process.on("close", done));
    this.starts += 1;
    await new Promise((listening, failed) => {
      this.process.on("close", (code) => failed(new Error(`the servers ended with ${code}`)));
      createInterface({ input: this.process.stdout }).on("line", (line) => {
        const said = JSON.parse(line);
        if (said.port) {
          this.port = said.port;
          listening();
        } else {
          (this.published[said.topic] ??= new Map()).set(said.n, said.at);
        }
      });
    });
  }

  async kill() {
    this.process.kill("SIGKILL");
    await this.gone;
  }

  published_at(topic, n) {
    return this.published[topic]?.get(n);
  }

  last(topic) {
    return Math.max(0, ...(this.published[topic]?.keys() ?? []));
  }

  async control(path, options) {
    const url = `${this.scheme}://127.0.0.1:${this.port}/control/${path}`;
    return JSON.parse(await ask(url, { ca: this.ca, ...options }));
  }

  counts() {
    return this.control("counts");
  }

  pause() {
    return this.control("pause", { method: "POST" });
  }

  async stop() {
    this.process.kill("SIGTERM");
    await this.gone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
