#!/usr/bin/env python3
"""`dpop-tui why` on one proof against `openssl version`, process start included, in turns; the binary's size and start beside it.

Usage: why.py DPOP-TUI
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

TUI = os.path.abspath(sys.argv[1])
FOLDER = tempfile.mkdtemp()
KEY = f"{FOLDER}/key.jwk"
subprocess.run([TUI, "key", "new", KEY], check=True, stdout=subprocess.DEVNULL)
PROOF = subprocess.run([TUI, "proof", "--signing-key", KEY, "https://api.test/r"], check=True, capture_output=True, text=True).stdout.strip()
OURS = [TUI, "why", PROOF, "--url", "https://api.test/r", "--token", "env:AT"]
ENV = {**os.environ, "AT": "an-access-token"}


def seconds(words, codes=(0,)):
    start = time.perf_counter()
    done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENV)
    assert done.returncode in codes, (words, done.returncode)
    return time.perf_counter() - start


pairs = [(seconds(OURS, (1,)), seconds(["openssl", "version"])) for _ in range(101)][1:]
ours, peer = statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)
ratio = statistics.median(a / b for a, b in pairs)
start = statistics.median(seconds([TUI, "--version"]) for _ in range(51))
print(f"why on one proof: {ours * 1000:.1f} ms; openssl version: {peer * 1000:.1f} ms; {ratio:.2f} times (at most 3); start alone {start * 1000:.1f} ms, binary {os.path.getsize(TUI) / 1e6:.1f} MB")
sys.exit(ratio > 3)
