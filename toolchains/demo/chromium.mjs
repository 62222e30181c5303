// SPDX-License-Identifier: MIT
// A Chromium without windows, in a home of its own that is gone afterwards: it trusts whom Chromium
// trusts, and the one authority it is told.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

function path_of_chromium() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = folders.flatMap((folder) =>
    ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name)));
  const found = process.env.MOTE_CHROMIUM ?? paths.find(existsSync);
  if (!found) throw new Error("there is no Chromium: install it, or name it in MOTE_CHROMIUM");
  return found;
}

/** As somebody does who imports an authority into his browser: it vouches for servers. */
function trust(home, ca) {
  const folder = join(home, ".pki/nssdb");
  mkdirSync(folder, { recursive: true });
  const certutil = (words, input) =>
    execFileSync("certutil", ["-d", `sql:${folder}`, ...words], { input, stdio: "pipe" });
  certutil(["-N", "--empty-password"]);
  certutil(["-A", "-a", "-n", "Mote development", "-t", "C,,"], ca);
}

/** `ca`: the certificate of an authority, in PEM; `args`: more of its options. */
export async function launch(ca, args = []) {
  const require = createRequire(new URL("../../tests/peers/package.json", import.meta.url));
  const { chromium } = require("playwright-core");
  const home = mkdtempSync(join(tmpdir(), "mote-home-"));
  if (ca) trust(home, ca);
  const browser = await chromium.launch({
    executablePath: path_of_chromium(),
    // It does not work for root, and nothing but the board's page is shown.
    chromiumSandbox: false,
    args,
    env: { ...process.env, HOME: home },
  });
  browser.on("disconnected", () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  return browser;
}
