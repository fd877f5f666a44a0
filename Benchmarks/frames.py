#!/usr/bin/env python3
"""First frame, bytes for one `n`, and idleness, measured in a pty of 120x40 against named peers in the same run.

Usage: frames.py DPOP-TUI HAR-OF-20 [MITMPROXY FLOW-FILE]
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[()][0-9A-B]|\x1b[=>]|\x1b\][^\x07]*\x07")


class Screen:
    """A program in a pty."""

    def __init__(self, words, env=None, folder=None):
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            if folder:
                os.chdir(folder)
            os.environ.update({"TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **(env or {})})
            os.execvp(words[0], words)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.seen = b""

    def until(self, marker, seconds=60):
        """Seconds from the start until the marker was on screen."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            if select.select([self.fd], [], [], 0.05)[0]:
                try:
                    self.seen += os.read(self.fd, 65536)
                except OSError:
                    break
                if re.search(marker, ESCAPES.sub(b"", self.seen)):
                    return time.perf_counter() - self.started
        raise SystemExit(f"never saw {marker!r} in {ESCAPES.sub(b'', self.seen)[-400:]!r}")

    def quiet(self, seconds=0.25):
        """Bytes until nothing has come for a while."""
        count = 0
        while select.select([self.fd], [], [], seconds)[0]:
            count += len(os.read(self.fd, 65536))
        return count

    def key(self, text):
        os.write(self.fd, text.encode())

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def best(words, marker, rounds, **options):
    times = []
    for _ in range(rounds):
        screen = Screen(words, **options)
        times.append(screen.until(marker))
        screen.close()
    times.sort()
    return times[len(times) // 2]


def tig_repository():
    folder = tempfile.mkdtemp(prefix="tig-")
    git = ["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    for number in range(20):
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", f"commit number {number}"], check=True)
    return folder


def context_switches(pid):
    text = open(f"/proc/{pid}/status").read()
    ticks = sum(int(x) for x in open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[11:13])
    return sum(int(x) for x in re.findall(r"ctxt_switches:\s+(\d+)", text)), ticks


def main():
    binary, har = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    ours = best([binary, har], rb"q quit", 15)
    tig = best(["tig"], rb"commit number 0", 15, folder=tig_repository())
    print(f"first frame, 20 entries: {ours * 1000:.1f} ms; tig, 20 commits: {tig * 1000:.1f} ms; ratio {ours / tig:.2f} (at most 2)")
    failed = ours > 2 * tig
    if len(sys.argv) > 4:
        mitm = best([sys.argv[3], "-n", "-r", os.path.abspath(sys.argv[4])], rb"\[\d+/20\]", 3)
        print(f"mitmproxy -n -r, the same flows: {mitm * 1000:.0f} ms; {mitm / ours:.1f} times ours (at least 15)")
        failed |= mitm < 15 * ours

    screen = Screen([binary, har])
    screen.until(rb"q quit")
    # It opens on the step to mend, which may be the last one.
    screen.key("g")
    screen.quiet()
    counts = []
    for _ in range(9):
        screen.key("n")
        counts.append(screen.quiet(0.1))
    before = context_switches(screen.pid)
    time.sleep(3)
    after = context_switches(screen.pid)
    screen.close()
    print(f"bytes for one n, at 120x40: {counts} (at most 3072)")
    print(f"idle for 3 s: {after[0] - before[0]} wakeups, {after[1] - before[1]} ticks of CPU (0)")
    failed |= max(counts) > 3072 or after != before
    sys.exit(failed)


main()
