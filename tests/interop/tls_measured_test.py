#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A device that speaks wss, verified, fits into the RAM that it is meant for, all told: lwIP, arena and
stack. tls_measured_test.py FOLDER [RAM IMAGE]..."""

import os
import shutil
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path[:0] = [os.path.join(ROOT, "tests", "support"), os.path.join(ROOT, "toolchains")]

import linked  # noqa: E402
import tls_cost  # noqa: E402

for most, image in zip(sys.argv[2::2], sys.argv[3::2]):
    flash, ram = linked.totals(image)
    print(f"{os.path.basename(image)}: {flash} bytes of flash, {ram} of RAM")
    assert ram <= int(most), f"{ram} bytes of RAM: {ram - int(most)} more than {most}"
    if shutil.which("node"):
        print(tls_cost.measure(image, sys.argv[1], "TLSv1.3"), flush=True)
    else:
        print("its connection is not tried: there is no node")
