// SPDX-License-Identifier: MIT
// Programs whose lines are read. What Node calls a pipe is a socket, which holds 278 single characters:
// QEMU writes its console so, and what a busy reader leaves any longer is lost. A real one holds 64 KiB.

import { execFileSync, spawn } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** Both ends of a real pipe, the reader's first. */
function open_pipe() {
  const folder = mkdtempSync(join(tmpdir(), "mote-console-"));
  const path = join(folder, "pipe");
  try {
    execFileSync("mkfifo", [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return [reader, openSync(path, constants.O_WRONLY)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Starts a program, and gives each line of its output and of its errors to `on_line`, without spaces
 * around it. `on_line` also hears why it cannot be started. Returns its process, whose `gone` is
 * fulfilled when it has ended and its last line was read.
 */
export function start(program, words, on_line, env = process.env) {
  const [reader, writer] = open_pipe();
  const child = spawn(program, words, { stdio: ["pipe", writer, writer], env });
  closeSync(writer);
  child.on("error", (error) => on_line(`cannot be started: ${error.message}`));
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: new Socket({ fd: reader, readable: true }) });
  lines.on("line", (line) => on_line(line.trim()));
  const ended = new Promise((done) => child.on("close", done));
  child.gone = Promise.all([ended, new Promise((done) => lines.on("close", done))]);
  return child;
}
