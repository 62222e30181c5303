// SPDX-License-Identifier: MIT
// The bounded run: all five work, the servers are killed and come back, all five recover, and what
// can be resumed was not lost.

import { TECHNIQUES } from "./board.mjs";
import { table } from "./table.mjs";

const ENOUGH = 5;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const names = Object.keys(TECHNIQUES);
const RESUMED = ["short", "long", "sse"];

/** Waits until `holds` or the time is over; says every few seconds where things stand. */
async function until(holds, seconds, board) {
  const end = Date.now() + seconds * 1000;
  let next_sign = Date.now() + 5000;
  while (Date.now() < end && !board.ended) {
    if (await holds()) return true;
    if (Date.now() > next_sign) {
      next_sign += 5000;
      console.log(`   ${names.map((name) => `${name} ${board.count(name)}`).join(", ")}`);
    }
    await pause(100);
  }
  return false;
}

const behind = (board, before, by) =>
  names.filter((name) => board.count(name) < (before[name] ?? 0) + by).map((name) => TECHNIQUES[name]);

const counts_of = (board) => Object.fromEntries(names.map((name) => [name, board.count(name)]));

/** Numbers of the webhooks that the server took, in their order of arrival. */
function hooks_taken(counts) {
  return counts.hooks.map(({ body }) => Number(/\d+/.exec(body)?.[0] ?? 0));
}

function verdict_of_hooks(taken, delivered) {
  const missing = [...delivered].filter((n) => !taken.includes(n));
  if (missing.length > 0) return `told as delivered, but never arrived: ${missing.slice(0, 5)}`;
  for (let at = 0; at < taken.length; at += 1) {
    if (taken[at] !== at + 1) return `webhook ${at + 1} is not in its place: ${taken[at]} is`;
  }
  return "";
}

/** Per technique: what is wrong with it, or an empty text. */
function verdicts(board, servers, counts, stuck) {
  const found = {};
  for (const name of names) {
    found[name] = stuck.includes(TECHNIQUES[name]) ? "did not go on" : "";
    if (found[name] === "" && RESUMED.includes(name)) {
      const missing = board.progress[name].missing(servers.last(name));
      if (missing.length > 0) found[name] = `lost ${missing.length}, first ${missing.slice(0, 5)}`;
    }
  }
  found.hook ||= verdict_of_hooks(hooks_taken(counts), board.progress.hook.numbers);
  return found;
}

/** Returns how many of the techniques hold, and says what is wrong with the others. */
export async function check_techniques(board, servers) {
  console.log("== The board starts; five techniques begin");
  await until(() => behind(board, {}, ENOUGH).length === 0, 40, board);
  let stuck = behind(board, {}, ENOUGH);

  if (stuck.length === 0) {
    console.log("== The servers are killed, and started again after 3 s");
    await servers.kill();
    await pause(3000);
    await servers.start();
    const before = counts_of(board);
    await until(() => behind(board, before, ENOUGH).length === 0, 60, board);
    stuck = behind(board, before, ENOUGH);
  }

  console.log("== Nothing new is published; what is on its way arrives");
  await servers.pause();
  await until(() => RESUMED.every((name) =>
    board.progress[name].missing(servers.last(name)).length === 0), 15, board);
  const found = verdicts(board, servers, await servers.counts(), stuck);

  console.log(table(board, servers).join("\n"));
  if (board.ended || stuck.length > 0) {
    console.log(`${board.ended ? "The board ended. " : ""}Its last lines:`);
    console.log(board.lines.slice(-15).join("\n"));
  }
  for (const name of names) {
    const { repeats } = board.progress[name];
    if (repeats > 0) console.log(`${TECHNIQUES[name]}: ${repeats} came twice`);
    if (found[name]) console.log(`${TECHNIQUES[name]}: ${found[name]}`);
  }
  const good = names.filter((name) => !found[name]).length;
  return { good: board.ended ? 0 : good, of: names.length };
}
