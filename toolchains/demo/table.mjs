// SPDX-License-Identifier: MIT
// The live table of the demonstration.

import { TECHNIQUES } from "./board.mjs";

const HEAD = ["technique", "sent", "received", "latency", "reconnects", "last trouble"];
const WIDTHS = [20, 8, 10, 10, 12, 30];

const pad = (cells) =>
  cells.map((cell, at) => (at === 0 || at === 5 ? String(cell).padEnd(WIDTHS[at])
    : String(cell).padStart(WIDTHS[at]) + (at === 4 ? "  " : ""))).join("");

export function table(board, servers) {
  const lines = [pad(HEAD)];
  for (const [name, title] of Object.entries(TECHNIQUES)) {
    const progress = board.progress[name];
    const own = name === "ws" || name === "hook";
    lines.push(pad([
      title, own ? progress.sent : servers.last(name), progress.numbers.size,
      progress.latency_ms === undefined ? "-" : `${progress.latency_ms} ms`,
      progress.losses, progress.last_loss.slice(0, WIDTHS[5]),
    ]));
  }
  lines.push("", board.counters || "counters: none yet");
  return lines;
}

/** Draws until q is pressed or the board ends. Returns the exit status. */
export async function show(board, servers, serving) {
  const started = Date.now();
  let busy = false;
  let down = false;
  let quit;
  const asked_to_quit = new Promise((done) => { quit = done; });
  const draw = () => {
    const seconds = Math.round((Date.now() - started) / 1000);
    const lines = [
      ...(serving ? [`A board serves ${serving.address}  Open it: chat and live readings.`,
        ...(serving.root ? [`Your browser must trust ${serving.root} to show it.`] : []),
        serving.ended ? "It has ended." : serving.counters, ""] : []),
      `Mote: firmware on an emulated Cortex-M3 (QEMU mps2-an385), ${seconds} s`, "",
      ...table(board, servers), "", ...board.lines.slice(-6), "",
      (down ? "The servers are down.  s: start them" : "k: kill the servers")
        + `${serving ? "   r: reset the board that serves" : ""}   q: quit`,
    ];
    process.stdout.write(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join("\n")}\n\x1b[J`);
  };
  const press = async (key) => {
    if (key === "q" || key === "\x03") return quit();
    if (busy) return undefined;
    busy = true;
    if (key === "r") await serving?.reset();
    if (key === "k" && !down) {
      down = true;
      await servers.kill();
    } else if (key === "s" && down) {
      await servers.start();
      down = false;
    }
    busy = false;
    return draw();
  };
  process.stdout.write("\x1b[2J");
  if (process.stdin.isTTY) process.stdin.setRawMode(true);
  process.stdin.setEncoding("utf8").on("data", press).resume();
  const timer = setInterval(draw, 250);
  const ended = await Promise.race([asked_to_quit, board.gone.then(() => "gone")]);
  clearInterval(timer);
  if (process.stdin.isTTY) process.stdin.setRawMode(false);
  draw();
  if (ended !== "gone") return 0;
  console.error(`demo: the board ended\n${board.lines.slice(-10).join("\n")}`);
  return 1;
}
