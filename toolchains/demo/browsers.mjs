// SPDX-License-Identifier: MIT
// Chromium against the board that serves: two windows by each of the four transports, all in one
// chat room; the board is reset in the middle. Every message is shown exactly once by every window,
// or was under way at the reset and the window has told that the device started anew.

import { launch } from "./chromium.mjs";

const TRANSPORTS = {
  websocket: "WebSocket",
  sse: "Server-Sent Events",
  longpoll: "long polling",
  poll: "short polling",
};
const ROUNDS = 5;
// What a reset does to those who are connected, or come while the board boots.
const BY_THE_RESET = [
  /^Failed to load resource: net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)/,
  /^WebSocket connection to '.*' failed/,
];

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

class Window {
  errors = [];
  said = 0;

  constructor(transport, number) {
    this.transport = transport;
    this.name = `${transport} ${number}`;
  }

  async open(browser, address, expected) {
    // A context of its own: windows share no connections, and no cache.
    const context = await browser.newContext({ viewport: { width: 900, height: 700 } });
    this.page = await context.newPage();
    this.page.on("console", (message) => {
      const text = message.text();
      if (message.type() !== "error") return;
      const is_known = BY_THE_RESET.some((one) => one.test(text));
      if (!(expected.errors && is_known)) this.errors.push(text);
      else expected.count += 1;
    });
    this.page.on("pageerror", (error) => this.errors.push(error.stack ?? error.message));
    await this.page.goto(`${address}#by=${this.transport}`);
    await this.page.fill("#from", this.name);
  }

  /** Has the browser's own EventSource listen, too: the page reads event streams by fetch. */
  async listen_by_event_source() {
    await this.page.evaluate(() => new Promise((open) => {
      globalThis.heard = [];
      const source = new EventSource("/room/events");
      source.addEventListener("chat", ({ data }) => heard.push(data));
      source.onopen = open;
    }));
  }

  /** Which of these texts the EventSource has heard. */
  heard(texts) {
    return this.page.evaluate((all) => all.filter((text) =>
      heard.some((data) => data.includes(`${text}"`))), texts);
  }

  /** Says something, as a person does; returns what it was. */
  async say() {
    const text = `${this.name} says ${(this.said += 1)}`;
    await this.page.fill("#text", text);
    await this.page.press("#text", "Enter");
    return text;
  }

  look() {
    return this.page.evaluate(() => ({
      state: document.getElementById("state").textContent,
      counts: Object.fromEntries([...document.querySelectorAll("#counts dd")]
        .map((one) => [one.id, Number(one.textContent)])),
      twice: [...document.querySelectorAll("#messages .told")]
        .map((line) => line.textContent).filter((text) => text.endsWith("came twice")),
      waiting: document.querySelectorAll("#messages .waits").length,
      shown: [...document.querySelectorAll("#messages li:not(.told):not(.waits)")]
        .map((line) => line.lastChild.textContent),
      readings: [...document.querySelectorAll(".chart output")].map((one) => one.textContent),
    }));
  }
}

/** Waits until every window `holds`; false when the time is over. */
async function until(windows, holds, seconds) {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; await pause(250)) {
    const looks = await Promise.all(windows.map((one) => one.look()));
    if (looks.every(holds)) return true;
  }
  return false;
}

const has_all = (texts) => ({ shown }) => texts.every((text) => shown.includes(text));

async function all_say(windows, texts, times) {
  for (let round = 0; round < times; round += 1) {
    texts.push(...await Promise.all(windows.map((one) => one.say())));
  }
}

/** What is wrong with what a window shows; empty when nothing is. */
function verdict(window, look, texts, under_way) {
  const often = texts.filter((text) => look.shown.filter((one) => one === text).length > 1);
  if (often.length > 0) return `shows twice: ${often.slice(0, 3).join(", ")}`;
  if (look.twice.length > 0) return look.twice.slice(0, 3).join(", ");
  const absent = texts.filter((text) => !look.shown.includes(text));
  const is_told = look.counts.restarts > 0 || look.counts.missed > 0;
  const lost = absent.filter((text) => !(is_told && under_way.includes(text)));
  if (lost.length > 0) return `lost ${lost.length}: ${lost.slice(0, 3).join(", ")}`;
  if (look.waiting > 0) return `${look.waiting} of its own messages never came back`;
  if (look.counts.restarts !== 1) return `told ${look.counts.restarts} restarts instead of one`;
  if (look.readings.some((one) => !/\d/.test(one))) return `has no readings: ${look.readings}`;
  if (window.errors.length > 0) return `console: ${window.errors.slice(0, 3).join(" | ")}`;
  return "";
}

const source_of = (windows) => windows.find(({ transport }) => transport === "sse");

async function chat(browser, board, windows) {
  const say = (text) => console.log(`== Browsers: ${text}`);
  const expected = { errors: false, count: 0 };
  const texts = [];
  const under_way = [];

  say(`${windows.length} windows open ${board.address}`);
  for (const [at, one] of windows.entries()) {
    await one.open(browser, board.address, expected);
    if (board.ca && at === 1) {
      await pause(2500);  // It tells its readings once a second.
      say(`two of them are open: ${board.arena}`);
    }
  }
  await until(windows, ({ state }) => state === "open", 20);
  await source_of(windows).listen_by_event_source();
  await all_say(windows, texts, ROUNDS);
  if (!await until(windows, has_all(texts), 30)) say("not everything arrived in 30 s");

  // It would not notice the reset: nothing comes any more, and it never asks.
  const heard = await source_of(windows).heard(texts);
  say(`Chromium's EventSource heard ${heard.length} of ${texts.length} messages`);
  if (heard.length < texts.length) source_of(windows).errors.push("EventSource lost messages");

  say("the board is reset while all of them talk");
  expected.errors = true;
  await all_say(windows, under_way, 1);
  await board.reset();
  await all_say(windows, texts, 1);
  const is_back = ({ state, counts }) => state === "open" && counts.restarts > 0;
  if (!await until(windows, is_back, 45)) say("not everybody is back after 45 s");
  await all_say(windows, texts, ROUNDS);
  const is_done = (look) => has_all(texts)(look) && look.waiting === 0;
  if (!await until(windows, is_done, 30)) say("not everything arrived in 30 s");
  // What would come twice comes now.
  await pause(4000);
  say(`${expected.count} console errors by the reset, as expected`);
  return { texts: [...texts, ...under_way], under_way };
}

/** Says whether a browser that does not know the board's authority refuses it, as it must. */
async function is_refused(board) {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const why = await page.goto(board.address).then(() => "it was shown", ({ message }) => message);
    const is_right = why.includes("ERR_CERT_AUTHORITY_INVALID");
    console.log("== Browsers: without the development authority in its profile Chromium "
      + `${is_right ? "refuses the board" : `should refuse the board, but: ${why}`}`);
    return is_right;
  } finally {
    await browser.close();
  }
}

/** Returns how many of the four transports lose nothing, and says what the others do. */
export async function check_browsers(board) {
  const is_strict = !board.ca || await is_refused(board);
  const browser = await launch(board.ca);
  try {
    const windows = Object.keys(TRANSPORTS).flatMap((transport) =>
      [1, 2].map((number) => new Window(transport, number)));
    const { texts, under_way } = await chat(browser, board, windows);
    const bad = new Set();
    for (const window of windows) {
      const look = await window.look();
      const wrong = verdict(window, look, texts, under_way);
      const { received, missed, reconnects, restarts } = look.counts;
      const absent = texts.filter((text) => !look.shown.includes(text)).length;
      console.log(`   ${window.name.padEnd(12)} ${texts.length - absent} of ${texts.length} shown; `
        + `received ${received}, missed ${missed}, reconnects ${reconnects}, `
        + `restarts ${restarts}${wrong && `\n   ${window.name}: ${wrong}`}`);
      if (wrong) bad.add(window.transport);
    }
    if (board.counters) console.log(`   ${board.counters}`);
    if (board.arena) console.log(`   ${board.arena}`);
    const of = Object.keys(TRANSPORTS).length;
    return { good: is_strict ? of - bad.size : 0, of };
  } finally {
    await browser.close();
  }
}
