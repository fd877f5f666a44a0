#!/usr/bin/env python3
"""ES256 proofs a second on one core: our whole stack, `openssl speed ecdsap256`, and joserfc, in turns in the same run.

Usage: proof.py PROOF-BENCH HAR PYTHON-WITH-JOSERFC
"""
import os
import statistics
import subprocess
import sys


def number(words):
    return float(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()[-1])


def main():
    bench, har, python = sys.argv[1:4]
    peer = os.path.join(os.path.dirname(os.path.abspath(__file__)), "joserfc_check.py")
    # In turns, and the best of each: a machine that others share slows down for seconds at a time, it is never too fast.
    own, limits, peers = [], [], []
    for _ in range(9):
        own.append(float(subprocess.run([bench, har, "1"], capture_output=True, text=True, check=True).stdout.split()[0]))
        # By the wall clock, as the other two are measured.
        limits.append(number(["openssl", "speed", "-elapsed", "-seconds", "1", "ecdsap256"]))
        peers.append(number([python, peer, har, "--one-core", "1"]))
    ours, limit, joserfc = max(own), max(limits), max(peers)
    bare = statistics.median(
        float(subprocess.run([bench, har, "1", "--bare"], capture_output=True, text=True, check=True).stdout.split()[-5]) / 1000 for _ in range(5))
    print(f"one core, best of 9: {ours:.0f} proofs/s (median {statistics.median(own):.0f}); openssl verifies {limit:.0f}/s ({statistics.median(limits):.0f}): "
          f"{ours / limit:.2f} of it (at least 0.9); {bare:.2f} of OpenSSL's verification alone when the two take turns in one process; "
          f"joserfc {joserfc:.0f}/s: {ours / joserfc:.1f} times that (at least 2)")
    sys.exit(ours < 0.9 * limit or ours < 2 * joserfc)


main()
