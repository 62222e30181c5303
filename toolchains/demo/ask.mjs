// SPDX-License-Identifier: MIT
// HTTP requests of the demonstration itself, also to servers that only its own authority vouches for.

import http from "node:http";
import https from "node:https";

/** What is answered, as text; throws when that takes longer, or is no success. `ca`: in PEM. */
export function ask(url, { ca, method = "GET", within_ms = 5000 } = {}) {
  return new Promise((done, failed) => {
    const { request } = url.startsWith("https:") ? https : http;
    const signal = AbortSignal.timeout(within_ms);
    request(url, { ca, method, signal, agent: false }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part)).on("error", failed).on("end", () => {
        const is_good = answer.statusCode >= 200 && answer.statusCode < 300;
        if (is_good) done(String(Buffer.concat(parts)));
        else failed(new Error(`${url} is answered with ${answer.statusCode}`));
      });
    }).on("error", failed).end();
  });
}
