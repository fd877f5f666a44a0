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
    rounds = []
    for _ in range(9):
        ours = float(subprocess.run([bench, har, "1"], capture_output=True, text=True, check=True).stdout.split()[0])
        # By the wall clock, as the other two are measured.
        limit = number(["openssl", "speed", "-elapsed", "-seconds", "1", "ecdsap256"])
        joserfc = number([python, peer, har, "--one-core", "1"])
        rounds.append((ours / limit, ours, limit, joserfc))
    rounds.sort()
    ratio, ours, limit, joserfc = rounds[len(rounds) // 2]
    bare = statistics.median(
        float(subprocess.run([bench, har, "1", "--bare"], capture_output=True, text=True, check=True).stdout.split()[-5]) / 1000 for _ in range(5))
    print(f"one core, median of 9: {ours:.0f} proofs/s; openssl verifies {limit:.0f}/s: {ratio:.2f} of it (at least 0.9); "
          f"{bare:.2f} of OpenSSL's verification alone when the two take turns in one process; "
          f"joserfc {joserfc:.0f}/s: {ours / joserfc:.1f} times that (at least 2)")
    sys.exit(ratio < 0.9 or ours < 2 * joserfc)


main()
