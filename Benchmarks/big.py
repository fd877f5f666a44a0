#!/usr/bin/env python3
"""A HAR of 100,000 exchanges: the first screen of `open` against jq, `check` against openssl and joserfc, and memory.

Usage: big.py DPOP-TUI BIG-HAR [PYTHON-WITH-JOSERFC]
"""
import os
import re
import resource
import select
import subprocess
import sys
import time

source = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "frames.py")).read().replace("\nmain()\n", "\n")
exec(compile(source, "frames.py", "exec"))


def timed(words, **options):
    start = time.perf_counter()
    done = subprocess.run(words, capture_output=True, text=True, **options)
    return time.perf_counter() - start, done


def memory(words):
    """Peak resident memory that is not the mapped file's, in MB: sampled from smaps."""
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0
    while child.poll() is None:
        try:
            text = open(f"/proc/{child.pid}/smaps_rollup").read()
            status = open(f"/proc/{child.pid}/status").read()
            anonymous = int(re.search(r"^RssAnon:\s+(\d+)", status, re.M).group(1))
            peak = max(peak, anonymous)
        except (OSError, AttributeError):
            pass
        time.sleep(0.01)
    return peak / 1024


def main():
    binary, har = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    failed = False
    open(har, "rb").read()  # in the page cache for everybody
    jq, _ = timed(["jq", ".log.entries|length", har])
    screen = Screen([binary, har])
    first = screen.until(rb"q quit")
    # In the list of all flows: while the file is read, and while its flows are checked.
    worst, steps, keys = 0, 0, ["j", "k", "\x1b[6~", "G", "g"]
    begin = time.perf_counter()
    while time.perf_counter() - begin < 3:
        while select.select([screen.fd], [], [], 0.02)[0]:
            os.read(screen.fd, 65536)
        pressed = time.perf_counter()
        screen.key(keys[steps % len(keys)])
        if select.select([screen.fd], [], [], 5)[0]:
            os.read(screen.fd, 65536)
        worst = max(worst, time.perf_counter() - pressed)
        steps += 1
    screen.seen = b""
    screen.key("\x0c")
    screen.until(rb"4000 flows")
    screen.close()
    print(f"open, first screen: {first * 1000:.0f} ms; jq '.log.entries|length': {jq:.2f} s; one {jq / first:.0f}th (a tenth at most)")
    print(f"open, the slowest answer to a key in the list of flows, while they are read and checked: {worst * 1000:.0f} ms ({steps} keys; at most 16)")
    failed |= first > jq / 10 or worst > 0.016

    proofs = 51999
    # In turns, and the best of each: a machine that others share slows down for seconds at a time, it is never too fast.
    turns = 5
    checks, rates, peers, words = [], [], [], ""
    for _ in range(turns):
        speed = subprocess.run(["openssl", "speed", "-seconds", "2", "-multi", str(os.cpu_count()), "ecdsap256"], capture_output=True, text=True).stdout
        rates.append(float(speed.strip().split()[-1]))
        checks.append(timed([binary, "check", har])[0])
        if len(sys.argv) > 3:
            script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "joserfc_check.py")
            peer, done = timed([sys.argv[3], script, har])
            peers.append(peer)
            words = done.stdout.strip()
            checks.append(timed([binary, "check", har])[0])
    taken, rate = min(checks), max(rates)
    ratio = taken / (proofs / rate)
    print(f"check: {taken:.2f} s, the best of {len(checks)} (median {sorted(checks)[len(checks) // 2]:.2f} s); {proofs} proofs at openssl's {rate:.0f}/s: {proofs / rate:.2f} s; {ratio:.2f} times that (at most 2)")
    failed |= ratio > 2
    if peers:
        times = min(peers) / taken
        print(f"json.load and joserfc on as many processes: {min(peers):.1f} s ({words}), the best of {turns} (median {sorted(peers)[turns // 2]:.1f} s); {times:.1f} times check (at least 4)")
        failed |= times < 4
    used, size = memory([binary, "check", har]), os.path.getsize(har) / 1048576
    print(f"check, resident memory without the mapped file: {used:.0f} MB of a {size:.0f} MB file, {used / size:.2f} (below 0.5)")
    failed |= used > size / 2
    sys.exit(failed)


main()
