"""What the recorder says of connections that end early and of proxies: each request is sent once and recorded as it was sent."""
import json
import socket
import ssl
import struct
import threading

from lab import CLIENT, SECRET, TUI, Lab, claims, expect, lines, path, require, self_signed, sh
from runner import test
from wire import ENDS, Peer, Stream

TOKEN = {"access_token": "opaque-and-bound", "token_type": "DPoP", "expires_in": 60}


class Server(Peer):
    """An IdP and a resource in one; `on` has what it does instead of answering a path, once the head is read.

    `after` is done to a connection whose request was answered. `seen` has the head of every request.
    """

    def __init__(self, on={}, after=lambda stream: None):
        super().__init__(self.talk)
        self.on, self.after = on, after

    def talk(self, stream):
        while head := stream.until(b"\r\n\r\n"):
            self.seen.append(head.decode())
            length = next((int(line.split(":")[1]) for line in self.seen[-1].split("\r\n") if line.lower().startswith("content-length:")), 0)
            b"".join(stream.pieces(length))
            where = self.seen[-1].split(" ")[1]
            if where in self.on:
                return self.on[where](stream)
            body = json.dumps(self.answers()[where]).encode()
            stream.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
            if self.after(stream) == "end":
                return

    def answers(self):
        return {"/.well-known/openid-configuration": {"issuer": self.url, "token_endpoint": self.url + "/token", "jwks_uri": self.url + "/keys"}, "/keys": {"keys": []}, "/token": TOKEN, "/r": {}}

    def paths(self):
        return [head.split(" ")[1] for head in self.seen]

    def words(self, *more):
        return [TUI, "run", self.url, "--headless", "--no-browser", *CLIENT, "--resource", self.url + "/r", *more]

    def run(self, name, *more):
        """A recorded run, and its capture."""
        done = sh(*self.words("--record", path(name), *more), env=SECRET, check=False)
        return done, lines(name)


def field(entry, name):
    return [value for key, value in entry["request"]["headers"] if key.lower() == name.lower()]


def one_head_each(entries):
    """Every request was recorded as one head with one proof, and no proof twice."""
    for entry in entries:
        require(len(field(entry, "Host")) == 1, f"not one head: {entry['request']['headers']}")
    proofs = [proof for entry in entries for proof in field(entry, "DPoP")]
    identifiers = [claims(proof)["jti"] for proof in proofs]
    expect(len(set(identifiers)), len(identifiers), "proofs")
    return proofs


def slam(stream):
    """Closes with a reset."""
    stream.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


WHOLE = ["/.well-known/openid-configuration", "/token", "/keys", "/r"]


@test
def idle_connections_that_a_server_closes_spoil_nothing():
    """Closed at once, closed with the first byte of another request, or read and then closed: four requests, four answers, PASS."""
    def with_the_next_byte(stream):
        stream.some(1)
        slam(stream)
        return "end"

    def after_the_next_head(stream):
        stream.until(b"\r\n\r\n")
        return "end"

    for number, after in enumerate([lambda _: "end", with_the_next_byte, after_the_next_head]):
        with Server(after=after) as server:
            done, entries = server.run(f"idle-{number}.jsonl")
            require(done.returncode == 0 and "proof.duplicated" not in done.stdout, f"{number}: {done.returncode} {done.stdout}{done.stderr}")
            expect(sorted(server.paths()), sorted(WHOLE), f"{number}: what the server saw")
            expect([entry["response"]["status"] for entry in entries], [200] * 4, f"{number}: answers")
            expect(len(one_head_each(entries)), 2, "proofs")
            require(all("connect" in entry["timing"] for entry in entries), "each exchange says its own connection")


def ends(stream, data=b""):
    if data:
        stream.send(data)


@test
def a_connection_that_ends_without_a_whole_answer_is_no_answer():
    """Empty, after the first byte, in the head, after an interim answer, with something else, in the body: status 4, sent once, recorded with what came."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    table = [
        ("empty", b"", "Empty reply", None), ("byte", b"H", "", None), ("head", head, "middle of the answer's head", 200), ("interim", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", "", None),
        ("other", b"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/0.9", None), ("body", head + b"Content-Length: 99\r\n\r\n{", "98 bytes", 200),
    ]
    for name, data, words, status in table:
        with Server({"/token": lambda stream: ends(stream, data)}) as server:
            done, entries = server.run(f"ends-{name}.jsonl")
            require(done.returncode == 4 and "network (receive)" in done.stderr and words in done.stderr, f"{name}: {done.returncode} {done.stdout}{done.stderr}")
            expect(server.paths().count("/token"), 1, f"{name}: how often it was sent")
            entry = next(entry for entry in entries if entry["request"]["url"].endswith("/token"))
            expect((entry["origin"], entry["failure"]["kind"], entry.get("response", {}).get("status")), ("sent", "receive", status), f"{name}: {entry}")
            one_head_each(entries)
            require("PASS" not in done.stdout, f"{name}: {done.stdout}")


@test
def a_resource_whose_answer_is_cut_short_is_no_pass():
    """Status 200 with half of its body or head: status 4, and `check` and `why` of the recording say 1 and the connection's end."""
    for name, data in [("body", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"), ("head", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")]:
        with Server({"/r": lambda stream: ends(stream, data)}) as server:
            done, _ = server.run(f"cut-{name}.jsonl")
            require(done.returncode == 4 and "PASS" not in done.stdout and "network (receive)" in done.stdout, f"{name}: {done.returncode} {done.stdout}{done.stderr}")
        for command in ("check", "why"):
            done = sh(TUI, command, path(f"cut-{name}.jsonl"), check=False)
            require(done.returncode == 1 and "network (receive)" in done.stdout, f"{command} {name}: {done.returncode} {done.stdout}{done.stderr}")


@test
def a_server_that_reads_one_byte_and_ends_is_asked_once():
    """The connection ends before the request was read: status 4, one connection, recorded without an answer."""
    count = []

    def talk(sock):
        with sock:
            count.append(sock.recv(1))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def listen(listener):
        while True:
            try:
                talk(listener.accept()[0])
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=listen, args=(listener,), daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        done = sh(TUI, "run", "--headless", *CLIENT, "--token-endpoint", url + "/token", "--resource", url + "/r", "--record", path("one-byte.jsonl"), env=SECRET, check=False)
        expect((done.returncode, count), (4, [b"P"]), done.stderr)
    entry, = lines("one-byte.jsonl")
    require("response" not in entry and entry["failure"]["kind"] in ("receive", "send"), entry)
    one_head_each([entry])


class RefusesStreams:
    """HTTP/2 over TLS by the byte: refuses every stream before it was worked on, which libcurl answers by sending once more."""

    def __init__(self):
        self.cert, key = self_signed("h2", "127.0.0.1", "IP:127.0.0.1")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.cert, key)
        self.context.set_alpn_protocols(["h2"])
        self.requests = 0

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                self.talk(self.context.wrap_socket(self.listener.accept()[0], server_side=True))
            except ENDS:
                continue
            except (OSError, ValueError):
                return

    def talk(self, sock):
        with Stream(sock) as stream:
            stream.until(b"SM\r\n\r\n")
            stream.send(b"\0\0\0\x04\0\0\0\0\0")
            while len(frame := b"".join(stream.pieces(9))) == 9:
                b"".join(stream.pieces(int.from_bytes(frame[:3], "big")))
                if frame[3] == 1:
                    self.requests += 1
                    stream.send(b"\0\0\x04\x03\0" + frame[5:9] + b"\0\0\0\x07")


@test
def a_refused_stream_of_http_2_is_not_sent_again_with_the_same_proof():
    with RefusesStreams() as server:
        done = sh(TUI, "run", "--headless", "--http2", "--cacert", server.cert, *CLIENT, "--token-endpoint", server.url + "/token", "--resource", server.url + "/r", "--record", path("refused-stream.jsonl"),
                  env=SECRET, check=False)
        require(done.returncode == 4 and "same proof twice" in done.stderr, f"{done.returncode} {done.stdout}{done.stderr}")
        expect(server.requests, 1, "how often it was sent")
    entry, = lines("refused-stream.jsonl")
    require("response" not in entry and len(field(entry, "DPoP")) == 1, entry)


def connects(answer, into=True):
    """What a proxy does with CONNECT."""
    def handle(stream):
        head = stream.until(b"\r\n\r\n").decode()
        stream.send(answer)
        if not into:
            return
        host, port = head.split(" ")[1].split(":")
        with socket.create_connection((host, int(port))) as out:
            back = threading.Thread(target=lambda: pour(out, stream.sock), daemon=True)
            back.start()
            pour(stream.sock, out)
    return handle


def pour(source, target):
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@test
def what_a_proxy_was_asked_is_not_the_servers_request():
    """CONNECT and its answer are the proxy's: neither their fields nor their status are recorded as the request's."""
    with Lab("--https") as lab:
        words = [TUI, "run", lab.issuer, "--headless", *CLIENT, "--cacert", lab.info["cacert"], "--resource", lab.gateway + "/get"]
        with Peer(connects(b"HTTP/1.1 200 Connection established\r\nX-Tunnel: yes\r\n\r\n")) as proxy:
            done = sh(*words, "--proxy", proxy.url, "--record", path("tunnel.jsonl"), env=SECRET, check=False)
            expect(done.returncode, 0, done.stdout + done.stderr)
            entries = lines("tunnel.jsonl")
            one_head_each(entries)
            for entry in entries:
                require(field(entry, "Host") == [entry["request"]["url"].split("/")[2]] and entry["request"]["version"] == "HTTP/1.1", entry["request"])
                require("X-Tunnel" not in dict(entry["response"]["headers"]), entry["response"])
        with Peer(connects(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n", into=False)) as proxy:
            done = sh(*words, "--proxy", proxy.url, "--record", path("refused-tunnel.jsonl"), env=SECRET, check=False)
            entry, = lines("refused-tunnel.jsonl")
            require(done.returncode == 4 and "407" in done.stderr and "response" not in entry, f"{done.returncode} {done.stderr} {entry}")
            require(not field(entry, "Proxy-Connection"), entry["request"])
