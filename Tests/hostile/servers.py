"""An IdP and a resource on loopback, spoilt by a seed: each path has its own, so the same run meets the same server."""
import json
import random
import socket
import socketserver
import threading
import time

BIG = ["1e19", "9223372036854775807", "-1", "0", "1e308", "\"soon\"", "null", "[]", "-9223372036854775808", "0.0001"]


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.settimeout(5)
        try:
            data = b""
            while b"\r\n\r\n" not in data:
                piece = self.request.recv(65536)
                if not piece or len(data) > 1 << 20:
                    return
                data += piece
            path = data.split(b" ", 2)[1].decode(errors="replace").split("?")[0]
            self.server.owner.answer(self.request, path)
        except OSError:
            pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass


class Servers:
    def __init__(self, seed, nasty):
        self.seed, self.nasty = seed, [word.decode("latin-1") for word in nasty if len(word) < 5000]
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.owner = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.counts = {}
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, connection, path):
        name = path.strip("/").split("/")[0]
        count = self.counts[path] = self.counts.get(path, 0) + 1
        rng = random.Random(f"{self.seed}-{path}-{min(count, 40)}")
        base = f"{self.url}/{name}"
        status, fields, body = self.proper(path, base, rng)
        # Half of the answers are as they should be, so that the run gets further.
        spoilt = rng.random() < 0.5
        way = rng.choice(["number", "string", "field", "json", "redirect", "slow", "cut", "head", "chunks", "close", "status", "large", "nonce", "fields"]) if spoilt else ""
        if way == "number":
            body = self.spoil(body, rng, lambda: rng.choice(BIG))
        elif way == "string":
            body = self.spoil(body, rng, lambda: json.dumps(rng.choice(self.nasty)))
        elif way == "json":
            at = rng.randrange(len(body) + 1)
            body = body[:at] + rng.choice(self.nasty).encode() + body[at + rng.randrange(3):]
        elif way == "field":
            one = rng.choice(["Date", "WWW-Authenticate", "Content-Type", "DPoP-Nonce", "Retry-After", "Content-Encoding", "Set-Cookie", "X-\x1b[2J"])
            fields.append((one, rng.choice(["DPoP error=\"use_dpop_nonce\"", rng.choice(self.nasty), "gzip", "Tue, 14 Nov 3372036854775808 54:37:99 GMT"])))
            status = rng.choice([status, 400, 401])
        elif way == "redirect":
            status = rng.choice([301, 302, 307, 308, 399])
            fields.append(("Location", rng.choice([path, base + "/resource", "https://evil.test/", "//evil.test", "javascript:alert(1)", "file:///etc/passwd", "\x1b[2J", "http://127.0.0.1:1/" + "a" * 5000, ""])))
        elif way == "nonce":
            status, body = rng.choice([400, 401]), b'{"error":"use_dpop_nonce"}'
            fields += [("DPoP-Nonce", rng.choice(["n" + str(count), "a b", "\x1b", "n" * 9000, ""])), ("WWW-Authenticate", 'DPoP error="use_dpop_nonce"')]
        elif way == "status":
            status = rng.choice([0, 100, 103, 199, 204, 304, 418, 599, 999, 99999, -1])
        elif way == "large":
            body = rng.choice([b" " * (1 << 20), b"[" * 200_000, b'{"a":"' + b"\x1b" * 100_000 + b'"}'])
        elif way == "fields":
            fields += [(f"X-{n}", rng.choice(self.nasty)) for n in range(rng.choice([3, 200, 3000]))]
        self.send(connection, status, fields, body, way, rng)

    def proper(self, path, base, rng):
        """What a good server says there."""
        fields = [("Content-Type", "application/json")]
        if "/.well-known/" in path:
            names = ["token_endpoint", "jwks_uri", "device_authorization_endpoint", "introspection_endpoint", "userinfo_endpoint", "revocation_endpoint"]
            document = {"issuer": base, **{name: f"{base}/{name}" for name in names}, "dpop_signing_alg_values_supported": ["ES256"]}
        elif path.endswith("/token_endpoint"):
            document = {"access_token": "eyJhbGciOiJFUzI1NiJ9.eyJleHAiOjE3MDAwMDAwMDAsImNuZiI6eyJqa3QiOiJhIn19.AAAA", "token_type": rng.choice(["DPoP", "DPoP", "Bearer"]), "expires_in": 300, "refresh_token": "r", "scope": "a"}
        elif path.endswith("/device_authorization_endpoint"):
            # Nobody approves it: the code is over at once, and so is the run.
            document = {"device_code": "d", "user_code": "ABCD", "verification_uri": base, "interval": 1, "expires_in": 1}
        elif path.endswith("/jwks_uri"):
            document = {"keys": [{"kty": "EC", "crv": "P-256", "kid": "1", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}
        else:
            document = {"active": True, "cnf": {"jkt": "a"}, "exp": 1700000000, "sub": "u", "hops": [{"name": "x", "time": 1}]}
        return 200, fields, json.dumps(document).encode()

    def spoil(self, body, rng, make):
        document = json.loads(body)
        name = rng.choice(list(document))
        document[name] = "\0"
        return json.dumps(document).replace('"\\u0000"', make(), 1).encode("latin-1", "replace")

    def send(self, connection, status, fields, body, way, rng):
        lines = [f"HTTP/1.1 {status} {rng.choice(['OK', '', self.nasty[0]])}"] + [f"{name}: {value}" for name, value in fields]
        length = len(body) + (rng.choice([1, 1000, -1, 1 << 62]) if way == "cut" else 0)
        lines.append("Transfer-Encoding: chunked" if way == "chunks" else f"Content-Length: {length}")
        lines.append("Connection: close")
        if way == "head":
            lines.append("X-Long: " + "a" * rng.choice([70_000, 400_000, 2_000_000]))
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        if way == "chunks":
            body = rng.choice([b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body), b"ffffffffffffffff\r\n" + body, b"-1\r\n" + body, b"zz\r\n"])
        if way == "close":
            return connection.sendall(head[:rng.randrange(len(head))])
        if way == "slow":
            # Slower than DPOP_TUI_HTTP_TIMEOUT, now and then.
            for at in range(0, 24):
                connection.sendall(head[at:at + 1])
                time.sleep(rng.choice([0.005, 0.06]))
            head = head[24:]
        connection.sendall(head + body)
        connection.shutdown(socket.SHUT_WR)
