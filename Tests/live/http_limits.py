"""The lab's HTTP server at its limits: bodies, many requests, many connections, clients that stop."""
import concurrent.futures
import hashlib
import http.client
import random
import resource
import shutil
import socket
import subprocess
import time

from lab import ENV, FULL, LAB, SANITIZED, Lab, expect, require, sh, written
from runner import Skipped, beside, test
from wire import BLOCK, ENDS, LAST_CHUNK, Wire, chunked, wait_until


@test
def bodies_of_every_length_arrive_whole():
    """0 B to 100 MB, by length and by chunks: length, SHA-256 and the first 64 KB in the echo; /bytes/N sends N bytes."""
    whole = 100 << 20 if not SANITIZED else 8 << 20
    sizes = [0, 1, 4095, 65_535, 65_536, 65_537, 3_000_000, whole]
    with Lab("upstream") as lab, Wire(lab.upstream, timeout=60) as wire:
        before = lab.memory()
        for size in sizes:
            for by_length in (True, False):
                started = wire.request("POST /anything", f"Content-Length: {size}" if by_length else "Transfer-Encoding: chunked")
                digest = hashlib.sha256()
                for start in range(0, size, len(BLOCK)):
                    part = BLOCK[:min(len(BLOCK), size - start)]
                    digest.update(part)
                    started.send(part if by_length else chunked(part))
                if not by_length:
                    wire.send(LAST_CHUNK)
                echo = wire.answer().expect(200, f"{size} bytes").json
                expect((echo["length"], echo["sha256"]), (size, digest.hexdigest()), f"{size} bytes, by {'length' if by_length else 'chunks'}")
                require(len(echo["data"]) <= 65_536 and bool(echo["data"]) == bool(size), f"{size} bytes: data of {len(echo['data'])} characters")
        text = "0123456789abcdef" * 8192
        echo = wire.ask("POST /post", body=text.encode()).expect(200).json
        expect((echo["data"], echo["length"]), (text[:65_536], len(text)), "the first 64 KB")
        for size in sizes:
            answer = wire.request(f"GET /bytes/{size}").answer(take=lambda part: None).expect(200)
            expect((answer.size, answer.is_whole), (size, True), f"/bytes/{size}")
        for where in ("/bytes/x", "/bytes/-1", "/bytes/", "/bytes/99999999999999999999"):
            require(wire.ask(f"GET {where}").status in (400, 404), where)
        if not SANITIZED:
            require(lab.memory() - before < 32, f"memory grew from {before:.0f} to {lab.memory():.0f} MB")


@test
def a_body_the_lab_must_read_whole_ends_at_2_mb():
    """413 at the token endpoint, by length at once and by chunks when it gets there; 2 MB are taken; the other answers go on."""
    with Lab() as lab:
        for fields, body in [(["Content-Length: 3000000"], b""), (["Transfer-Encoding: chunked"], chunked(BLOCK) * 3)]:
            with Wire(lab.issuer) as wire:
                try:
                    wire.request("POST /realms/lab/protocol/openid-connect/token", "Content-Type: application/x-www-form-urlencoded", *fields).send(body)
                except ENDS:
                    pass
                answer = wire.answer().expect(413, fields)
                require("2 MB" in answer.body.decode(), answer.body)
        form = "grant_type=client_credentials&client_id=kong&client_secret=kong-secret&x=" + "a" * (2_000_000)
        expect(lab.get(lab.endpoint("token"), form).status, 200, "2 MB")
        expect(lab.token_request({"grant_type": "x" * 3_000_000}).status, 413, "by Python's client")
        lab.bearer()


@test
def kept_alive_connections_take_5000_posts():
    """5,000 POSTs each by curl and by Python's http.client on connections that stay: every answer is right, none is lost; so are refusals."""
    count = 5000 if not SANITIZED else 500
    with Lab() as lab:
        url = lab.upstream + "/post"
        done = subprocess.run(["curl", "-sS", "-d", "a=1", "-o", "/dev/null", "-w", "%{http_code} %{num_connects}\\n", f"{url}?[1-{count}]"], capture_output=True, text=True, env=ENV, timeout=120)
        answers = done.stdout.split("\n")[:-1]
        expect((done.returncode, len(answers), set(answers[1:]), answers[0]), (0, count, {"200 0"}, "200 1"), f"curl {done.stderr}")

        def post(seed):
            numbers = random.Random(seed)
            connection = http.client.HTTPConnection(lab.upstream.split("//")[1], timeout=20)
            connection.connect()
            own = connection.sock
            for number in range(count // 5):
                body = numbers.randbytes(70_000 if number % 50 == 7 else numbers.choice([0, 1, 100, 1000, 3000]))
                connection.request("POST", "/post", body, {"Content-Type": "application/octet-stream"})
                echo = connection.getresponse()
                text = echo.read()
                require(echo.status == 200 and b'"length":%d' % len(body) in text and hashlib.sha256(body).hexdigest().encode() in text, f"{len(body)} bytes: {echo.status} {text[:300]}")
            require(connection.sock is own, "the connection did not stay")
            connection.close()

        with concurrent.futures.ThreadPoolExecutor(5) as pool:
            list(pool.map(post, range(5)))
        token = lab.bearer()
        with Wire(lab.gateway) as wire:  # refusals keep the connection too
            for _ in range(count // 10):
                wire.ask("POST /post", f"Authorization: Bearer {token}", body=b"hello").expect(401)


@test
def sixteen_connections_of_wrk_post_without_an_error():
    """POSTs by wrk for 2 s, 16 connections: thousands, and no error of any kind."""
    script = written("post.lua", 'wrk.method = "POST"\nwrk.body = string.rep("x", 1000)\nwrk.headers["Content-Type"] = "text/plain"\n')
    if not shutil.which("wrk"):
        raise Skipped("wrk is not installed")
    with Lab("upstream") as lab:
        done = sh("wrk", "-t2", "-c16", "-d2", "-s", script, lab.upstream + "/post")
        require("Non-2xx" not in done.stdout and "Socket errors" not in done.stdout, done.stdout + done.stderr)
        found = int(done.stdout.split(" requests in ")[0].split()[-1])
        require(found >= (5000 if not SANITIZED else 200), f"wrk made {found} requests")


@test
def a_thousand_idle_connections_are_in_nobodys_way():
    """1,000 connections, some with a request behind them, stay while others are answered; each still answers afterwards."""
    count = 1000 if not SANITIZED else 200
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    if hard < count + 100:
        raise Skipped(f"the system allows {hard} open files only")
    with Lab("upstream") as lab:
        idle = [Wire(lab.upstream) for _ in range(count)]
        for wire in idle[::4]:
            wire.ask("GET /get").expect(200)
        started = time.monotonic()
        with Wire(lab.upstream) as busy:
            for _ in range(200):
                busy.ask("POST /post", body=b"hello").expect(200)
        require(time.monotonic() - started < 5, "requests are slow beside idle connections")
        for wire in idle:
            wire.ask("GET /get").expect(200)
            wire.sock.close()
        require(SANITIZED or lab.memory() < 200, f"{lab.memory():.0f} MB")


@test
def connections_beyond_the_limit_get_503():
    """--threads 8: eight connections at once; the ninth gets 503 and is closed, and a place that becomes free is taken."""
    with Lab("upstream", "--threads", "8") as lab:
        held = [Wire(lab.upstream) for _ in range(8)]
        for wire in held:
            wire.ask("GET /get").expect(200)
        for _ in range(10):
            with Wire(lab.upstream) as ninth:
                try:
                    ninth.request("GET /get")
                except ENDS:
                    pass
                ninth.answer().expect(503, "the ninth")
                expect(ninth.rest(), b"", "after 503")
        for wire in held:
            wire.ask("GET /get").expect(200, "one of the eight")
        held[0].sock.close()

        def free():
            with Wire(lab.upstream) as wire:
                return wire.ask("GET /get").status == 200

        wait_until(free, 5, "a place that became free is given away")
        for wire in held[1:]:
            wire.sock.close()
    for text in ("0", "-1", "x"):
        require(sh(LAB, "--until-stdin-closes", "--threads", text, text="", check=False).returncode == 2, f"--threads {text} is no wrong usage")


# What needs waiting: these run beside all other tests.


def closes(wire, earliest, latest, started, status=408):
    """The connection gets that status, or just ends, between these seconds after its start."""
    wire.sock.settimeout(latest + 3)
    if status:
        answer = wire.answer()
        expect(answer.status, status, "the status")
    rest = wire.rest(latest + 3)
    took = time.monotonic() - started
    require(earliest <= took <= latest, f"closed after {took:.1f} s, expected {earliest} to {latest}; {rest[:100]!r}")


@beside
def heads_that_stop_get_408_after_10_seconds():
    """A head once begun has 10 s, however slowly it trickles, also over TLS and on a connection that was used; an idle connection stays."""
    with Lab("upstream") as plain, Lab("upstream", "--https") as secure:
        def half(text, lab=plain, first=False, trickles=False):
            with Wire(lab.upstream, lab.info.get("cacert")) as wire:
                if first:
                    wire.ask("GET /get").expect(200)
                started = time.monotonic()
                wire.send(text)
                if trickles:
                    for _ in range(8):
                        time.sleep(1)
                        wire.send(b"a")
                closes(wire, 9, 13.5, started)

        def idle(first):
            with Wire(plain.upstream) as wire:
                if first:
                    wire.ask("GET /get").expect(200)
                require(wire.is_quiet(14), "an idle connection was closed or spoken to")
                wire.ask("GET /get").expect(200, "after 14 s")

        def silent():
            with socket.create_connection(("127.0.0.1", int(secure.upstream.split(":")[-1]))) as sock:
                sock.sendall(b"\x16\x03\x01")
                time.sleep(1)
                with Wire(secure.upstream, secure.info["cacert"]) as other:
                    other.ask("GET /get").expect(200, "beside a handshake that stops")

        head = b"GET /get HTTP/1.1\r\nHost:"
        calls = [lambda: half(b"G"), lambda: half(head), lambda: half(head + b" x\r\n\r"), lambda: half(head, first=True), lambda: half(head + b" x\r\nX: ", trickles=True),
                 lambda: half(head, secure), lambda: half(head, secure, first=True), lambda: idle(False), lambda: idle(True), silent]
        with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
            complaints = [f"{number}: {error}" for number, error in enumerate(future.exception() for future in [pool.submit(call) for call in calls]) if error]
        require(not complaints, "; ".join(complaints))


@beside
def idle_connections_close_after_60_seconds():
    """60 s without a request, and 60 s without a byte of a body begun, end a connection. In full runs only."""
    if not FULL:
        raise Skipped("it waits a minute: CI=true or DPOP_FULL=1")
    with Lab("upstream") as lab:
        def wait(first, text):
            with Wire(lab.upstream) as wire:
                if first:
                    wire.ask("GET /get").expect(200)
                started = time.monotonic()
                wire.send(text)
                wire.sock.settimeout(70)
                wire.rest(70)
                took = time.monotonic() - started
                require(58 <= took <= 66, f"closed after {took:.1f} s")

        post = b"POST /post HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello"
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            for future in [pool.submit(wait, *words) for words in [(False, b""), (True, b""), (False, post)]]:
                future.result()
