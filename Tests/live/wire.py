"""HTTP/1.1 by the byte: a client that sends what it is given and reads what comes, and a little server to stand behind the gateway."""
import collections
import json
import random
import select
import socket
import ssl
import threading
import time
import urllib.parse

from runner import Failure

# The end of a connection, however it comes about.
ENDS = (ConnectionError, ssl.SSLError)
BLOCK = random.Random(15).randbytes(1 << 20)


class Stream:
    """A socket whose bytes can be read up to a mark."""

    def __init__(self, sock, timeout=15):
        self.sock, self.kept, self.came = sock, b"", collections.deque()
        sock.settimeout(timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send(self, data):
        self.sock.sendall(data)
        return self

    def some(self, most=1 << 20):
        """Bytes that are there, at least one; none at the end."""
        if self.kept:
            part, self.kept = self.kept[:most], self.kept[most:]
            return part
        if self.came:
            self.kept = self.came.popleft()
            return self.some(most)
        try:
            return self.sock.recv(most)
        except ENDS:
            return b""

    def until(self, mark):
        """Everything up to the mark, the mark included; what there is at the end."""
        while mark not in self.kept:
            before, self.kept = self.kept, b""
            part = self.some()
            self.kept = before + part
            if not part:
                break
        end = self.kept.find(mark)
        size = end + len(mark) if end >= 0 else len(self.kept)
        part, self.kept = self.kept[:size], self.kept[size:]
        return part

    def pieces(self, count):
        """So many bytes, as they come; fewer at the end."""
        while count > 0:
            part = self.some(min(count, 1 << 20))
            if not part:
                return
            count -= len(part)
            yield part

    def rest(self, seconds=5, most=1 << 16):
        """What still comes until the other side ends the connection, which it must within so many seconds."""
        end, found = time.monotonic() + seconds, b""
        while len(found) < most:
            self.sock.settimeout(max(0.01, end - time.monotonic()))
            try:
                part = self.some()
            except TimeoutError:
                raise Failure(f"the connection is open after {seconds} s; it said {found[:200]!r}")
            if not part:
                return found
            found += part
        return found

    def is_quiet(self, seconds=0.2):
        """Whether nothing comes, not even the end, for so long."""
        self.sock.settimeout(seconds)
        try:
            part = self.some()
        except TimeoutError:
            return True
        finally:
            self.sock.settimeout(15)
        self.kept = part + self.kept
        return False


class Answer:
    """Status, reason, version and fields as they came; the body when it was read, `is_whole` when its framing says so."""

    def __init__(self, head):
        lines = head.decode("latin-1").split("\r\n")
        try:
            self.version, status, self.reason = (lines[0].split(" ", 2) + [""])[:3]
            self.status = int(status)
            self.fields = [tuple(line.split(":", 1)) for line in lines[1:] if line]
            self.fields = [(name, value.strip(" \t")) for name, value in self.fields]
        except ValueError:
            raise Failure(f"no head of an answer: {head[:300]!r}")
        self.body, self.size, self.is_whole = b"", 0, False

    def all(self, name):
        return [value for field, value in self.fields if field.lower() == name.lower()]

    def field(self, name):
        return ", ".join(self.all(name)) if self.all(name) else None

    @property
    def json(self):
        return json.loads(self.body)

    def expect(self, status, what=""):
        if self.status != status:
            raise Failure(f"{what}: expected {status}, found {self.status} {self.body[:300]!r}")
        return self


class Wire(Stream):
    """A client's connection to a server's URL."""

    def __init__(self, url, cacert=None, timeout=15):
        parts = urllib.parse.urlparse(url)
        self.host = parts.netloc
        sock = socket.create_connection((parts.hostname, parts.port), timeout=timeout)
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=cacert)
            sock = context.wrap_socket(sock, server_hostname=parts.hostname)
        super().__init__(sock, timeout)

    def request(self, line, *fields, body=b""):
        """Sends a request of HTTP/1.1: `line` is method and target, fields are `Name: value`."""
        own = [f"Host: {self.host}"] + ([f"Content-Length: {len(body)}"] if body else [])
        return self.send("\r\n".join([line + " HTTP/1.1", *own, *fields, "", ""]).encode("latin-1") + body)

    def head(self):
        """The head of an answer."""
        raw = self.until(b"\r\n\r\n")
        if not raw.endswith(b"\r\n\r\n"):
            raise Failure(f"the connection ended before an answer: {raw[:300]!r}")
        return Answer(raw)

    def body(self, answer, method="GET", take=None):
        """Reads the body as its framing says: kept, or given to `take` piece by piece."""
        kept = []

        def took(part):
            answer.size += len(part)
            (take or kept.append)(part)

        lengths, coding = answer.all("Content-Length"), (answer.field("Transfer-Encoding") or "").lower()
        if len(set(lengths)) > 1 or (lengths and coding):
            raise Failure(f"the answer's length is said twice: {answer.fields}")
        if method == "HEAD" or answer.status in (204, 304) or answer.status < 200:
            answer.is_whole = True
        elif coding:
            answer.is_whole = self.chunks(took)
        elif lengths:
            for part in self.pieces(int(lengths[0])):
                took(part)
            answer.is_whole = answer.size == int(lengths[0])
        else:
            while part := self.some():
                took(part)
            answer.is_whole = True
        answer.body = b"".join(kept)
        return answer

    def chunks(self, took):
        """Reads chunks up to the last; false when they stop before it."""
        while True:
            line = self.until(b"\r\n")
            if not line.endswith(b"\r\n"):
                return False
            size = int(line.split(b";")[0], 16)
            if size == 0:
                while line not in (b"\r\n", b""):
                    line = self.until(b"\r\n")
                return line == b"\r\n"
            got = 0
            for part in self.pieces(size):
                got += len(part)
                took(part)
            if got < size or self.until(b"\r\n") != b"\r\n":
                return False

    def answer(self, method="GET", take=None):
        return self.body(self.head(), method, take)

    def both_ways(self, blocks, seconds=60):
        """Writes the blocks and reads to the connection's end at the same time, in one thread, as TLS wants it; then parses the answer."""
        waits = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
        blocks, left = iter(blocks), memoryview(b"")
        end = time.monotonic() + seconds
        self.sock.settimeout(0)
        while time.monotonic() < end:
            left = left or memoryview(next(blocks, b""))
            try:
                left = left[self.sock.send(left[:1 << 16]):] if left else left
            except waits:
                pass
            try:
                part = self.sock.recv(1 << 20)
            except waits:
                select.select([self.sock], [self.sock] if left else [], [], 0.05)
                continue
            if not part:
                return self.answer()
            self.came.append(part)
        raise Failure(f"both ways: only {sum(map(len, self.came))} bytes came in {seconds} s")

    def ask(self, line, *fields, body=b""):
        """Request and answer."""
        return self.request(line, *fields, body=body).answer(line.split()[0])


def chunked(data):
    return b"%x\r\n%b\r\n" % (len(data), data)


LAST_CHUNK = b"0\r\n\r\n"


class Peer:
    """A server of ours behind the gateway: `handle` gets each connection as a Stream in a thread of its own.

    `handle` runs to its end or to the connection's; an error of another kind fails the with block.
    """

    def __init__(self, handle):
        self.handle, self.failure, self.seen = handle, None, []

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, _, error, __):
        self.listener.close()
        if self.failure and not error:
            raise self.failure

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(sock,), daemon=True).start()

    def serve(self, sock):
        with Stream(sock, 30) as stream:
            try:
                self.handle(stream)
            except ENDS:
                pass
            except Exception as failure:
                self.failure = failure


def wait_until(condition, seconds, what):
    """Polls until the condition holds; the time it took."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > seconds:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(0.005)
    return time.monotonic() - started
