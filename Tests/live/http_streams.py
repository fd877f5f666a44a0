"""What passes through the gateway: bodies of any length within 64 MB, early answers, ends in the middle."""
import hashlib
import queue
import threading
import time

from lab import FULL, SANITIZED, Lab, expect, require
from runner import Failure, test
from wire import BLOCK, ENDS, LAST_CHUNK, Peer, Wire, chunked

GIGABYTE = 1 << 30 if not SANITIZED else 16 << 20
# What is tried a second time is a gigabyte where time is no matter.
LARGE = GIGABYTE if FULL else min(GIGABYTE, 200 << 20)
MOST_MEMORY = 64


class Open(Lab):
    """A lab whose gateway wants a token and no proof, before an upstream of ours or its own."""

    def __init__(self, *options, upstream=None):
        super().__init__("--proof_of_possession_dpop", "off", *(("--upstream", upstream) if upstream else ()), *options)

    def __enter__(self):
        super().__enter__()
        self.field = f"Authorization: Bearer {self.bearer()}"
        return self

    def wire(self, timeout=30):
        return Wire(self.gateway, self.info.get("cacert"), timeout)

    def ask(self, line, *fields, body=b""):
        with self.wire() as wire:
            return wire.ask(line, self.field, *fields, body=body)

    def begin(self, wire, line, *fields, body=b""):
        return wire.request(line, self.field, *fields, body=body)


def little_memory(lab, most=MOST_MEMORY):
    lab.check_alive()
    require(SANITIZED or lab.memory() <= most, f"the lab took {lab.memory():.0f} MB, at most {most}")


# A gigabyte up and down.


def upload(lab, by_length):
    size = GIGABYTE if by_length else LARGE
    with lab.wire(60) as wire:
        lab.begin(wire, "POST /post", f"Content-Length: {size}" if by_length else "Transfer-Encoding: chunked", "Content-Type: application/octet-stream")
        digest = hashlib.sha256()
        block = BLOCK if by_length else chunked(BLOCK)
        for _ in range(size // len(BLOCK)):
            digest.update(BLOCK)
            wire.send(block)
        if not by_length:
            wire.send(LAST_CHUNK)
        echo = wire.answer().expect(200, "the upload").json
        expect((echo["length"], echo["sha256"]), (size, digest.hexdigest()), "what arrived")


@test
def a_gigabyte_goes_up_within_64_mb():
    """By length through the gateway to the lab's own upstream, and by chunks (200 MB where neither CI=true nor DPOP_FULL=1)."""
    with Open() as lab:
        for by_length in (True, False):
            upload(lab, by_length)
        little_memory(lab)


@test
def a_gigabyte_comes_down_within_64_mb():
    """/bytes/N through the gateway; the same in chunks from a server of ours; a reader who is slow makes the lab keep no more."""
    def serve(stream):
        while stream.until(b"\r\n\r\n"):
            stream.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            block = chunked(BLOCK)
            for _ in range(LARGE // len(BLOCK)):
                stream.send(block)
            stream.send(LAST_CHUNK)

    with Open() as lab, lab.wire() as wire:
        answer = lab.begin(wire, f"GET /bytes/{GIGABYTE}").answer(take=lambda part: None).expect(200)
        expect((answer.size, answer.is_whole), (GIGABYTE, True), "what came")
        lab.begin(wire, f"GET /bytes/{64 << 20}")
        time.sleep(0.3)  # A slow reader: the lab has had time to read far more than it may keep.
        expect(wire.answer(take=lambda part: None).size, 64 << 20, "what came to a slow reader")
        little_memory(lab)
    with Peer(serve) as peer, Open(upstream=peer.url) as lab, lab.wire() as wire:
        digest = hashlib.sha256()
        answer = lab.begin(wire, "GET /").answer(take=digest.update).expect(200)
        expect((answer.size, answer.is_whole), (LARGE, True), "what came in chunks")
        own = hashlib.sha256()
        for _ in range(LARGE // len(BLOCK)):
            own.update(BLOCK)
        expect(digest.hexdigest(), own.hexdigest(), "what came in chunks")
        little_memory(lab)


@test
def both_ways_at_once_lock_nobody():
    """A server that answers each piece as it comes: what goes up comes down at the same time, over TLS too."""
    blocks = LARGE // 4 // len(BLOCK)
    size = blocks * len(BLOCK)

    def serve(stream):
        stream.until(b"\r\n\r\n")
        stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        for part in stream.pieces(size):
            stream.send(part)

    for options in ((), ("--https",)):
        with Peer(serve) as peer, Open(*options, upstream=peer.url) as lab, lab.wire() as wire:
            lab.begin(wire, "POST /", f"Content-Length: {size}", "Connection: close")
            answer = wire.both_ways([BLOCK] * blocks).expect(200)
            require(answer.is_whole and answer.body == BLOCK * blocks, f"the echo: {answer.size} of {size} bytes, {answer.fields}")
            little_memory(lab)


# Answers and ends in the middle.


@test
def an_early_answer_reaches_the_client_at_once():
    """413 before the body was read, from a server behind the gateway: here while the client still has all of it; by length and by chunks."""
    def serve(stream):
        stream.until(b"\r\n\r\n")
        stream.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlarge")
        stream.rest(10, 1 << 30)

    with Peer(serve) as peer, Open(upstream=peer.url) as lab:
        for length in ("Content-Length: 1000000000", "Transfer-Encoding: chunked"):
            for sent in (b"", chunked(b"x" * 1000)):
                with lab.wire() as wire:
                    lab.begin(wire, "POST /post", length).send(sent)
                    started = time.monotonic()
                    expect(wire.answer().expect(413).body, b"large", "the early answer")
                    require(time.monotonic() - started < 2, f"it took {time.monotonic() - started:.1f} s")
        # The same while a client never stops writing.
        with lab.wire() as wire:
            lab.begin(wire, "POST /post", "Content-Length: 1000000000")
            wrote = threading.Event()

            def write():
                try:
                    for _ in range(900):
                        wire.send(BLOCK)
                        wrote.set()
                except (*ENDS, OSError):
                    wrote.set()

            threading.Thread(target=write, daemon=True).start()
            wrote.wait(5)
            wire.answer().expect(413, "beside writing")
        lab.check_alive()


@test
def a_refusal_of_the_gateway_comes_before_the_body():
    """401 without waiting for a body of 1 GB; what of it is under way ends with the connection or is passed over."""
    with Open() as lab, Wire(lab.gateway) as wire:
        started = time.monotonic()
        wire.request("POST /post", "Content-Length: 1000000000").send(b"x" * 1000)
        wire.answer().expect(401)
        require(time.monotonic() - started < 2, "the refusal waited")
        expect(lab.ask("GET /get").status, 200, "afterwards")


class Watched(Peer):
    """A server that tells the moment a connection of the gateway ends: `ended()` gives how long that took since `started`."""

    def __init__(self, begin):
        self.ends, self.reached = queue.Queue(), queue.Queue()

        def handle(stream):
            head = stream.until(b"\r\n\r\n")
            if not head:
                return
            self.reached.put(head)
            try:
                begin(stream)
                whole = stream.rest(20, 1 << 40)
            except (*ENDS, OSError):
                whole = b""
            self.ends.put((time.monotonic(), whole))

        super().__init__(handle)

    def ended_since(self, started, what):
        try:
            moment, _ = self.ends.get(timeout=8)
        except queue.Empty:
            raise Failure(f"{what}: the upstream call goes on")
        require(moment - started <= 2, f"{what}: the upstream call ended after {moment - started:.1f} s")


def forever(stream):
    stream.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        stream.send(chunked(BLOCK))


def slowly(stream):
    """An answer that pauses for ever in its middle."""
    stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun")


@test
def a_client_that_hangs_up_ends_the_upstream_call():
    """Within 2 s: in the middle of its body, of the answer, while an answer pauses, and while none has come; by an end and by a reset."""
    def hang_up(wire, resets):
        if resets:
            wire.sock.setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")  # SO_LINGER of 0 s
        wire.sock.close()
        return time.monotonic()

    for resets in (False, True):
        with Watched(lambda stream: None) as peer, Open(upstream=peer.url) as lab:
            for name, fields, body in [("a body by length", ["Content-Length: 1000000"], b"half"), ("a body in chunks", ["Transfer-Encoding: chunked"], chunked(b"half")), ("waiting", [], b""),
                                       ("waiting, the next request sent", [], b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")]:
                with lab.wire() as wire:
                    lab.begin(wire, "POST /post", *fields).send(body)
                    peer.reached.get(timeout=5)
                    peer.ended_since(hang_up(wire, resets), f"{name}, reset {resets}")
        for name, begin in [("an answer that flows", forever), ("an answer that pauses", slowly)]:
            with Watched(begin) as peer, Open(upstream=peer.url) as lab:
                with lab.wire() as wire:
                    lab.begin(wire, "GET /")
                    wire.head().expect(200)
                    peer.ended_since(hang_up(wire, resets), f"{name}, reset {resets}")
                little_memory(lab)


@test
def a_body_cut_short_is_never_a_whole_one_upstream():
    """A client that ends in the middle of a body, or breaks its chunks: the server behind never sees the last chunk, nor all of the length."""
    for fields, body, broken in [(["Content-Length: 100"], b"half", b""), (["Transfer-Encoding: chunked"], chunked(b"half"), b""), (["Transfer-Encoding: chunked"], chunked(b"half"), b"x\r\n")]:
        with Watched(lambda stream: None) as peer, Open(upstream=peer.url) as lab:
            with lab.wire() as wire:
                lab.begin(wire, "POST /post", *fields).send(body)
                head = peer.reached.get(timeout=5)
                if broken:
                    require(wire.send(broken).answer().status in (400, 502), "a broken chunk")
                else:
                    wire.sock.close()
                try:
                    _, whole = peer.ends.get(timeout=8)
                except queue.Empty:
                    raise Failure(f"{fields} with {body + broken!r}: the upstream call goes on")
            require(b"chunked" in head.lower() or b"Content-Length: 100\r\n".lower() in head.lower(), head)
            require(not whole.endswith(LAST_CHUNK) and len(whole) < 100, f"{fields}: the upstream read {whole!r}")


@test
def an_answer_cut_short_is_cut_short_for_the_client():
    """A server that hangs up in the middle, by length, by chunks, in a chunk's head, by a reset: the client's answer is not whole; 502 before a head."""
    cuts = {
        "by length": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        "by chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"half"),
        "inside a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha",
        "before the last CRLF": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"half") + b"0\r\n",
        "a broken chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"half") + b"x\r\n\r\n",
    }
    for name, text in cuts.items():
        with Peer(lambda stream: stream.until(b"\r\n\r\n") and stream.send(text)) as peer, Open(upstream=peer.url) as lab:
            with lab.wire() as wire:
                answer = lab.begin(wire, "GET /").answer()
                require(answer.status == 502 or not answer.is_whole, f"{name}: a whole answer of {answer.body!r}, {answer.fields}")
                if answer.status != 502:
                    expect(wire.rest(), b"", f"{name}: the connection")
    for name, text in [("nothing", b""), ("noise", b"\x00\xff" * 300), ("half a head", b"HTTP/1.1 200 OK\r\nX:"), ("no status", b"HTTP/1.1 abc\r\n\r\n")]:
        with Peer(lambda stream: stream.until(b"\r\n\r\n") and stream.send(text) and None) as peer, Open(upstream=peer.url) as lab:
            expect(lab.ask("GET /").status, 502, name)
            expect(lab.ask("POST /", body=b"x").status, 502, name)


@test
def an_answer_comes_as_it_is_made():
    """Pieces with pauses between reach the client one by one, by length, by chunks and by the connection's end (HTTP/1.0)."""
    for head, frame, last in [(b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n", bytes, b""), (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunked, LAST_CHUNK),
                              (b"HTTP/1.0 200 OK\r\n\r\n", bytes, b"")]:
        go = queue.Queue()

        def serve(stream):
            stream.until(b"\r\n\r\n")
            stream.send(head)
            for number in range(3):
                go.get(timeout=10)
                stream.send(frame(b"part%d" % number))
            stream.send(last)

        with Peer(serve) as peer, Open(upstream=peer.url) as lab, lab.wire(8) as wire:
            lab.begin(wire, "GET /")
            answer = wire.head().expect(200)
            seen = []

            def take(part):
                seen.append(part)
                if sum(map(len, seen)) % 5 == 0 and sum(map(len, seen)) < 15:
                    go.put(None)

            go.put(None)  # Each further piece is sent only when the one before has come.
            wire.body(answer, take=take)
            expect((b"".join(seen), answer.is_whole), (b"part0part1part2", True), f"after {head!r}")


@test
def fields_and_target_pass_both_ways_untouched():
    """What the server behind reads: target byte for byte, names' case, order, repeats, empty values; what the client reads: the same of the answer. No Connection fields."""
    heads = queue.Queue()

    def serve(stream):
        while head := stream.until(b"\r\n\r\n"):
            heads.put(head)
            stream.send(b"HTTP/1.1 299 Odd Enough\r\nx-Odd: 1\r\nSet-Cookie: a=1\r\nX-Between: 2\r\nSET-COOKIE: b=2\r\nX-Empty:\r\nx-Odd: 3\r\nConnection: X-Hop\r\nX-Hop: 1\r\n"
                        b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello")

    fields = ["x-first: 1", "X-Between: 2", "Accept: a", "X-FIRST: 3", "X-Empty:", "Cookie: a=1", "User-Agent: mine", "accept: b"]
    with Peer(serve) as peer, Open(upstream=peer.url) as lab, lab.wire() as wire:
        target = "/anything/%41/../a//b/./c?x=%2f&&y=~*"
        lab.begin(wire, f"GET {target}", *fields, "Connection: X-Hop, keep-alive", "X-Hop: 1", "Keep-Alive: 5", "TE: trailers", "Upgrade: h2c")
        answer = wire.answer()
        head = heads.get(timeout=5).decode().split("\r\n")
        expect(head[0], f"GET {target} HTTP/1.1", "the request line")
        known = [line for line in head[1:] if line.split(":")[0].lower() in ("x-first", "x-between", "accept", "x-empty", "cookie", "user-agent")]
        expect([line.replace("X-Empty: ", "X-Empty:") for line in known], fields, "the fields that passed")
        for name in ("x-hop", "keep-alive", "te", "upgrade", "proxy-connection", "expect", "accept-encoding"):
            require(not any(line.lower().startswith(name + ":") for line in head), f"{name} was passed on: {head}")
        expect([line for line in head if line.lower().startswith("host:")], [f"Host: {peer.url.split('//')[1]}"], "Host")
        expect((answer.status, answer.reason, answer.body), (299, "Odd Enough", b"hello"), "the answer") if answer.reason else expect(answer.status, 299, "the answer")
        known = [(name, value) for name, value in answer.fields if name.lower() in ("x-odd", "set-cookie", "x-between", "x-empty", "content-encoding", "x-hop")]
        expect(known, [("x-Odd", "1"), ("Set-Cookie", "a=1"), ("X-Between", "2"), ("SET-COOKIE", "b=2"), ("X-Empty", ""), ("x-Odd", "3"), ("Content-Encoding", "gzip")], "the answer's fields")
        # Methods and their bodies; what is framed by length stays so.
        for method in ("GET", "DELETE", "get", "M-SEARCH", "OPTIONS"):
            lab.begin(wire, f"{method} /x")
            wire.answer()
            head = heads.get(timeout=5).decode()
            require(head.startswith(f"{method} /x HTTP/1.1\r\n") and "content-length" not in head.lower() and "transfer-encoding" not in head.lower(), head)
        lab.begin(wire, "POST /x", "Content-Length: 0")
        wire.answer()
        head = heads.get(timeout=5).decode()
        require("content-length: 0\r\n" in head.lower(), head)
        lab.begin(wire, "POST /x", body=b"hello")
        head = heads.get(timeout=5).decode()
        require("content-length: 5\r\n" in head.lower(), head)


@test
def heads_without_bodies_pass_the_gateway():
    """HEAD keeps its Content-Length, 204 and 304 have none, on one kept connection; HTTP/1.0 gets no chunks, but the connection's end."""
    def serve(stream):
        while head := stream.until(b"\r\n\r\n"):
            if head.startswith(b"HEAD"):
                stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            elif b"/chunks" in head:
                stream.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"hello") + b"0\r\nX-Late: 1\r\n\r\n")
            else:
                stream.send(b"HTTP/1.1 %b Fine\r\n%b\r\n" % (head.split()[1][1:], b"" if b"/204" in head else b"ETag: \"x\"\r\n"))

    with Peer(serve) as peer, Open(upstream=peer.url) as lab:
        with lab.wire() as wire:
            for line, length in [("HEAD /x", "1000"), ("GET /204", None), ("GET /304", None), ("HEAD /y", "1000")]:
                lab.begin(wire, line)
                answer = wire.answer(line.split()[0])
                expect((answer.field("Content-Length"), answer.field("Transfer-Encoding")), (length, None), line)
            lab.begin(wire, "GET /chunks")
            expect(wire.answer().body, b"hello", "on the same connection")
        with lab.wire() as wire:
            answer = wire.send(f"GET /chunks HTTP/1.0\r\nHost: {wire.host}\r\n{lab.field}\r\n\r\n".encode()).answer().expect(200)
            expect((answer.body, answer.field("Transfer-Encoding")), (b"hello", None), "HTTP/1.0")
            expect(wire.rest(), b"", "after HTTP/1.0")


@test
def the_gateway_waits_for_the_body_only_where_it_must():
    """Expect: 100-continue through the gateway: 100 to the client, the body upstream, and no Expect of its own."""
    with Open() as lab, lab.wire() as wire:
        lab.begin(wire, "POST /post", "Content-Length: 5", "Expect: 100-continue")
        answer = wire.head()
        if answer.status == 100:
            wire.send(b"hello")
            answer = wire.head()
        else:
            raise Failure(f"no interim answer: {answer.status}")
        echo = wire.body(answer).expect(200).json
        expect((echo["length"], echo["headers"].get("Expect")), (5, None), "the echo")
        # Nor one for a body that is large and comes unasked.
        lab.begin(wire, "POST /post", body=b"x" * 2_000_000)
        expect(wire.answer().expect(200).json["headers"].get("Expect"), None, "Expect")


@test
def connections_to_the_upstream_come_back_or_go_on():
    """A server that closes a kept connection between calls costs nobody an answer."""
    def serve(stream):
        for _ in range(2):
            if not stream.until(b"\r\n\r\n"):
                return
            stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with Peer(serve) as peer, Open(upstream=peer.url) as lab, lab.wire() as wire:
        for number in range(30):
            lab.begin(wire, "GET /x")
            wire.answer().expect(200, f"call {number}")
