#!/usr/bin/env python3
"""The lab's figures: process start to ready line, its upstream against nginx, and how long the executables' starts are.

Usage: lab.py FOLDER-WITH-RELEASE-BINARIES [start] [upstream] [version] [size]
"""
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from live import ENV, FOLDER, LAB, TUI, Lab, ready_time

NGINX = """worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 256; }}
http {{
    access_log off;
    server {{ listen 127.0.0.1:{port}; location / {{ return 200; }} }}
}}
"""


def start():
    """The bound is in milliseconds: what people wait for; the demo's ratio is live.py's."""
    times = sorted(ready_time() for _ in range(41))
    took = statistics.median(times) * 1000
    print(f"lab, process start to ready line: {took:.1f} ms (at most 15), {times[0] * 1000:.1f} at best")
    return took <= 15


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def wrk(url):
    out = subprocess.run(["wrk", "-t1", "-c16", "-d3s", url], check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in out and "Socket errors" not in out, out
    return float(re.search(r"Requests/sec:\s*([\d.]+)", out).group(1))


def upstream():
    """`/status/200` of the lab's upstream and `return 200` of nginx (one worker, no access log), in turns."""
    port, folder = free_port(), tempfile.mkdtemp(dir=FOLDER)
    with open(f"{folder}/nginx.conf", "w") as file:
        file.write(NGINX.format(folder=folder, port=port))
    nginx = subprocess.Popen(["nginx", "-c", f"{folder}/nginx.conf"], stderr=subprocess.DEVNULL)
    try:
        with Lab() as lab:
            for _ in range(100):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.02)
            pairs = [(wrk(lab.info["upstream"] + "/status/200"), wrk(f"http://127.0.0.1:{port}/")) for _ in range(3)]
    finally:
        nginx.terminate()
        nginx.wait()
    ratio = statistics.median(a / b for a, b in pairs)
    ours, peer = statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)
    print(f"lab's upstream, /status/200 with 16 connections: {ours:.0f} requests/s; nginx return 200: {peer:.0f}; {ratio:.2f} of it (at least 0.4)")
    return ratio >= 0.4


def seconds(words):
    began = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENV)
    return time.perf_counter() - began


def version():
    good = True
    for word in ("--version", "--help"):
        pairs = [(seconds([TUI, word]), seconds(["openssl", "version"])) for _ in range(101)][1:]
        ratio = statistics.median(a / b for a, b in pairs)
        ours, peer = statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)
        print(f"dpop-tui {word}: {ours * 1000:.1f} ms; openssl version: {peer * 1000:.1f} ms; {ratio:.2f} times (at most 1.5)")
        good = good and ratio <= 1.5
    return good


def size():
    sizes = [(os.path.basename(path), os.path.getsize(path) / 1e6, most) for path, most in ((TUI, 13), (LAB, 14))]
    print("; ".join(f"{name}: {size:.1f} MB (at most {most})" for name, size, most in sizes))
    return all(size <= most for _, size, most in sizes)


if __name__ == "__main__":
    parts = {"start": start, "upstream": upstream, "version": version, "size": size}
    good = [parts[name]() for name in sys.argv[2:] or parts]
    sys.exit(not all(good))
