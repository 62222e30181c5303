// SPDX-License-Identifier: MIT
// The board that asks others, as the demonstration sees it: lines on its console.
//
//   got short 42        message 42 arrived by short polling; so do `long` and `sse`
//   got ws 42 7         our own message 42 came back after 7 ms
//   got hook 42 7       webhook 42 was delivered, 7 ms after it was posted
//   sent ws 42          message 42 went out; so does `hook`
//   lost ws refused     a connection ended, or an attempt failed; any technique, any text
//   counters ...        what the port prints of its loop (or connects=...), shown as it is

import { start } from "./console.mjs";

export const TECHNIQUES = {
  short: "short polling",
  long: "long polling",
  sse: "Server-Sent Events",
  ws: "WebSocket",
  hook: "webhooks",
};

/** What is known of one technique. */
class Progress {
  numbers = new Set();
  sent = 0;
  repeats = 0;
  losses = 0;
  last_loss = "";
  latency_ms = undefined;

  got(n, latency_ms) {
    if (this.numbers.has(n)) this.repeats += 1;
    this.numbers.add(n);
    if (!Number.isNaN(latency_ms)) this.latency_ms = latency_ms;
  }

  /** Which of 1 to `last` never came. */
  missing(last) {
    const found = [];
    for (let n = 1; n <= last; n += 1) if (!this.numbers.has(n)) found.push(n);
    return found;
  }
}

function quoted(words) {
  // A comma ends a value in QEMU's options unless it is doubled.
  return words.join(" ").replaceAll(",", ",,");
}

export class Board {
  lines = [];
  counters = "";
  ended = false;

  constructor(image, base, published_at) {
    this.progress = Object.fromEntries(Object.keys(TECHNIQUES).map((name) => [name, new Progress()]));
    this.published_at = published_at;
    const words = [
      `short=${base}/news`, `long=${base}/wait`, `sse=${base}/events`,
      `ws=${base.replace("http", "ws")}/echo`, `hook=${base}/hooks`,
    ];
    // What is no firmware is run as it is: a pretended board for the demonstration's own test.
    const [program, options] = image.endsWith(".elf")
      ? ["qemu-system-arm", ["-M", "mps2-an385", "-display", "none", "-monitor", "none",
          "-serial", "stdio", "-nic", "user,id=n0", "-semihosting-config",
          `enable=on,target=native,arg=${quoted(words)}`, "-kernel", image]]
      : [image, words];
    this.process = start(program, options, (line) => this.read(line));
    this.gone = this.process.gone;
    this.gone.then(() => { this.ended = true; });
  }

  note(line) {
    this.lines.push(line);
    if (this.lines.length > 200) this.lines.shift();
  }

  read(line) {
    const [word, name, ...rest] = line.split(" ");
    const progress = this.progress[name];
    const counters = /^(counters |connects=)/.test(line);
    if (counters) this.counters = line;
    if (progress && word === "got") this.got(name, progress, rest);
    else if (progress && word === "sent") progress.sent = Math.max(progress.sent, Number(rest[0]));
    else if (progress && word === "lost") {
      progress.losses += 1;
      progress.last_loss = rest.join(" ");
    }
    if (word !== "got" && word !== "sent" && !counters && line) this.note(line);
  }

  /** The board tells how long its own messages took; for the servers' we know when they began. */
  got(name, progress, [n, latency_ms]) {
    const at = latency_ms === undefined ? this.published_at(name, Number(n)) : undefined;
    progress.got(Number(n), at === undefined ? Number(latency_ms) : Math.max(0, Date.now() - at));
  }

  count(name) {
    return this.progress[name].numbers.size;
  }

  async stop() {
    if (!this.ended) this.process.kill("SIGKILL");
    await this.gone;
  }
}
