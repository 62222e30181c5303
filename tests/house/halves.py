#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who only serves links nothing of the clients, and who only asks nothing of the servers: reads the
symbols of finished images."""

import argparse
import os
import re
import subprocess
import sys

CLIENTS = ["ws_client", "thermostat", "short_poller", "long_poller", "http_stream", "sse_client",
           "webhook_sender", "device", "wss_client"]
SERVERS = ["event_stream", "long_poll_server", "webhook_receiver", "board/board", "https_server"]

OF_CLIENTS = re.compile(
    r"\bmote::(?:http::(?:Connection|Client|RetryingClient|Redirect)|io::Retry|ws::Client"
    r"|sse::(?:Source|EventParser)|polling::Poller|webhook::Sender)::")
OF_SERVERS = re.compile(
    r"\bmote::(?:http::(?:Server|Responder|Reply|Received|Occupant|Handler|Asset\w*)"
    r"|ws::(?:Server|Session)|sse::Streams?|polling::HeldRequests|webhook::Receiver)::"
    r"|\bmote::sse::write_")


def strangers(nm, path, pattern):
    done = subprocess.run([nm, "-C", "--defined-only", path], capture_output=True, text=True,
                          check=True)
    for line in done.stdout.splitlines():
        if pattern.search(line):
            yield f"{os.path.basename(path)}: {line.split(maxsplit=2)[2]}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nm", default="nm")
    parser.add_argument("--build", required=True)
    arguments = parser.parse_args()
    found, images = [], 0
    for names, pattern in ((CLIENTS, OF_SERVERS), (SERVERS, OF_CLIENTS)):
        for name in names:
            path = os.path.join(arguments.build, "examples", f"{name}.elf")
            if os.path.exists(path):
                images += 1
                found += strangers(arguments.nm, path, pattern)
            else:
                found.append(f"{name}.elf was not built")
    for line in found:
        print(line)
    print(f"halves: {images} images, {len(found)} breaches")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
