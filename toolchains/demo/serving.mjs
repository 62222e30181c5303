// SPDX-License-Identifier: MIT
// The board that serves: examples/board in QEMU, with one of its ports reachable from this machine.
// What is no firmware (examples/hub) is run as it is.

import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask } from "./ask.mjs";
import { start } from "./console.mjs";

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** A port that is free now: this one, or any. */
async function free_port(wanted) {
  const server = createServer();
  const listening = once(server, "listening");
  server.listen(wanted, "127.0.0.1");
  const found = await listening.then(() => server.address().port, () => undefined);
  server.close();
  return found ?? free_port(0);
}

export class Serving {
  lines = [];
  counters = "";
  arena = "";
  ended = false;

  /** With `root`, the file of an authority's certificate in PEM, it serves by https. */
  constructor(image, root) {
    this.image = image;
    this.root = root;
    this.ca = root && readFileSync(root, "utf8");
    this.folder = mkdtempSync(join(tmpdir(), "mote-board-"));
  }

  get address() {
    return `${this.ca ? "https" : "http"}://127.0.0.1:${this.port}/`;
  }

  /** Gives the page within a few seconds, or throws. */
  async start(wanted_port = 0) {
    this.port = await free_port(wanted_port);
    this.run();
    await this.wait_for_page(20);
  }

  run() {
    const is_firmware = this.image.endsWith(".elf");
    const [program, options] = is_firmware
      ? ["qemu-system-arm", ["-M", "mps2-an385", "-display", "none", "-serial", "stdio",
          "-nic", `user,id=n0,hostfwd=tcp:127.0.0.1:${this.port}-:8080`,
          "-monitor", `unix:${this.folder}/monitor,server=on,wait=off`,
          "-semihosting-config", "enable=on,target=native", "-kernel", this.image]]
      : [this.image, []];
    const env = { ...process.env, MOTE_PORT: String(this.port) };
    const child = start(program, options, (line) => this.note(line), env);
    this.process = child;
    this.gone = child.gone;
    this.gone.then(() => { this.ended ||= child === this.process; });
  }

  note(line) {
    if (line.startsWith("counters ")) this.counters = line;
    else if (line.startsWith("arena ")) this.arena = line;
    else if (line) this.lines.push(line);
    if (this.lines.length > 200) this.lines.shift();
  }

  async wait_for_page(seconds) {
    for (const end = Date.now() + 1000 * seconds; ; await pause(100)) {
      const options = { ca: this.ca, within_ms: this.ca ? 5000 : 2000 };
      if (await ask(this.address, options).then(() => true, () => false)) return;
      if (this.ended || Date.now() > end) {
        throw new Error(`the board serves no page; its last lines:\n${this.lines.slice(-10).join("\n")}`);
      }
    }
  }

  /** As if somebody pressed its reset button: no connection is closed in order. */
  async reset() {
    if (this.image.endsWith(".elf")) {
      const monitor = connect(`${this.folder}/monitor`);
      monitor.resume();
      await once(monitor, "connect");
      monitor.end("system_reset\n");
      await once(monitor, "close");
    } else {
      const { gone } = this;
      const child = this.process;
      this.process = undefined;
      child.kill("SIGKILL");
      await gone;
      this.run();
    }
  }

  async stop() {
    if (!this.ended) this.process?.kill("SIGKILL");
    await this.gone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
