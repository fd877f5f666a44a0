"""A real Keycloak for keycloak.py: the server, dpop-tui beside a person's browser, and a client that makes mistakes and records them."""
import atexit
import base64
import datetime
import hashlib
import html
import http.client
import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from runner import Failure, Skipped

BIN = os.path.abspath(sys.argv[1])
PLACE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared/keycloak")
BACK = "http://127.0.0.1:1/cb"


class Keycloak:
    """The server, started in the background; `ready` waits for it."""

    def __init__(self):
        self.missing = None if os.path.exists(f"{PLACE}/up") else f"no {os.path.normpath(PLACE)}"
        only = sys.argv[2:]
        self.missing = self.missing or ("none of them was asked for" if only and not any("keycloak_" in name for name in only) else None)
        self.missing = self.missing or (None if shutil.which("java") else "no Java (scripts/setup.sh test installs it)")
        self.issuer = None
        if self.missing:
            return
        self.folder = tempfile.mkdtemp(prefix="dpop-keycloak-")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen([f"{PLACE}/up", str(self.port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                                        env={**os.environ, "KEYCLOAK_FOLDER": f"{self.folder}/server"})
        self.pid = None
        atexit.register(self.stop)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    def ready(self):
        if self.missing:
            raise Skipped(self.missing)
        if not self.issuer:
            line = self.process.stdout.readline()  # It waits three minutes itself.
            if not line.startswith("ready"):
                self.missing = "Keycloak did not start: see the first of these tests"
                raise Failure(f"Keycloak did not start: {self.process.stderr.read()[-2000:]}")
            self.pid = int(line.split()[2])
            self.issuer = line.split()[1]
            self.base = self.issuer + "/protocol/openid-connect"
            self.log = f"{self.folder}/server/keycloak.log"
        return self

    def stop(self):
        """Whichever of the two runs: the script takes its server with it as long as it waits for it."""
        if self.pid is None:
            self.process.terminate()
            self.process.wait(60)
        else:
            os.kill(self.pid, signal.SIGTERM)
            end = time.monotonic() + 20
            while os.path.exists(f"/proc/{self.pid}") and time.monotonic() < end:
                time.sleep(0.05)
        shutil.rmtree(self.folder, ignore_errors=True)

    def errors(self, since):
        """The events of refusals since the log was so long; they may come a moment after the answer."""
        end = time.monotonic() + 3
        while True:
            with open(self.log) as file:
                file.seek(since)
                found = [line for line in file if '_ERROR"' in line and line.endswith("\n")]
            if found or time.monotonic() > end:
                return "".join(found)
            time.sleep(0.05)


KEYCLOAK = Keycloak()


# dpop-tui, and the browser beside it.


def tui(*words, text=None, **secrets):
    folder = KEYCLOAK.folder
    env = {"PATH": os.environ["PATH"], "HOME": folder, "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8", **secrets}
    return subprocess.Popen([f"{BIN}/dpop-tui", *words], stdin=subprocess.PIPE if text is not None else subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=env, cwd=folder)


def said(*words, text=None, **secrets):
    """Status, standard output and error."""
    process = tui(*words, text=text, **secrets)
    out, err = process.communicate(text, timeout=60)
    return process.returncode, out, err


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows redirects within Keycloak; the one back to the client is for the client."""

    def redirect_request(self, request, answer, code, words, headers, url):
        return super().redirect_request(request, answer, code, words, headers, url) if url.startswith(KEYCLOAK.issuer) else None


def log_in(url):
    """Logs ada in and agrees to what is asked; the URL that the browser is sent back to, or None."""
    # Keycloak's cookies are for secure origins, which loopback is one of.
    cookies = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https")))
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies), Stay, urllib.request.ProxyHandler({}))
    data = None
    for _ in range(6):
        try:
            with opener.open(urllib.request.Request(url, data), timeout=20) as answer:
                url, page = answer.geturl(), answer.read().decode()
        except urllib.error.HTTPError as error:
            if error.code // 100 == 3:
                return error.headers["Location"]
            raise Failure(f"{url}: {error.code} {re.sub('<[^>]*>', ' ', error.read().decode())[-500:]}")
        form = re.search(r'<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>', page, re.S)
        if not form:
            return None
        fields = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]*)"[^>]*value="([^"]*)"', form[2]))
        if 'name="password"' in form[2]:
            fields.update(username="ada", password="ada")
        if 'name="accept"' in form[2]:
            fields["accept"] = "Yes"
        url, data = urllib.parse.urljoin(url, html.unescape(form[1])), urllib.parse.urlencode({name: html.unescape(value) for name, value in fields.items()}).encode()
    raise Failure(f"the login does not end: {url}")


def run(*words, **secrets):
    """A live run with a person beside it; its status, standard output and error."""
    process = tui("run", KEYCLOAK.issuer, "--headless", "--no-browser", "--scopes", "openid", *words, **secrets)
    heard = []
    for line in process.stderr:
        heard.append(line)
        if found := re.search(r"log in at (\S+)", line):
            back = log_in(found[1])
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(back, timeout=20) as answer:
                answer.read()
        elif found := re.search(r"approve the code \S+ at (\S+)", line):
            log_in(found[1])
    out = process.stdout.read()
    return process.wait(60), out, "".join(heard)


def first_of(report):
    """The verdict and the first cause of a report's flow that was refused; a pass where none was."""
    flows = [flow for line in report.splitlines() for flow in json.loads(line).get("flows", [])]
    return next(((flow["verdict"], flow["diagnosis"][0]["cause"] if flow["diagnosis"] else None) for flow in flows if flow["verdict"] == "fail"), ("pass", None))


def why(*words, text=None):
    status, out, err = said("why", "--format", "json", *words, text=text)
    document = json.loads(out.splitlines()[-1]) if out.strip() else {}
    causes = [cause["id"] for cause in document.get("causes", [])]
    return status, causes[0] if causes else None, f"{document.get('outcome')} {causes} {err}"


# A client of our own that can make mistakes, and records what it does.


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def digest(text):
    return b64(hashlib.sha256(text.encode()).digest())


def new_key():
    from cryptography.hazmat.primitives.asymmetric import ec
    return ec.generate_private_key(ec.SECP256R1())


def jwk(key):
    numbers = key.public_key().public_numbers()
    return {"crv": "P-256", "kty": "EC", "x": b64(numbers.x.to_bytes(32, "big")), "y": b64(numbers.y.to_bytes(32, "big"))}


def thumbprint(key):
    return digest(json.dumps(jwk(key), separators=(",", ":")))


class Client:
    """One flow. `send` is a request with its proof, which is made as it should be where nothing else is asked."""

    def __init__(self, id="pub"):
        self.id, self.key, self.lines = id, new_key(), []
        self.base = KEYCLOAK.base
        self.secret = None if id in ("pub", "pkce", "rotating") else f"s3cret-{id}"

    def proof(self, method, url, token=None, key=None, **claims):
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, utils
        key = key or self.key
        payload = {"jti": uuid.uuid4().hex, "htm": method, "htu": url, "iat": int(time.time()), **({"ath": digest(token)} if token else {}), **claims}
        text = ".".join(b64(json.dumps(part, separators=(",", ":")).encode()) for part in ({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(key)}, payload))
        r, s = utils.decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return text + "." + b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def send(self, url, form=None, proof=None, token=None, scheme="DPoP", body=None, **claims):
        """Sends and records; the answer's JSON with its status. `proof` is one ready made, or "" for none."""
        method = "GET" if form is None and body is None else "POST"
        headers = {"Host": urllib.parse.urlsplit(url).netloc, "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"{scheme} {token}"
        if proof != "":
            headers["DPoP"] = proof or self.proof(method, url, token, **claims)
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Content-Length"] = str(len(body))
        parts, started = urllib.parse.urlsplit(url), time.time()
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        connection.request(method, parts.path + ("?" + parts.query if parts.query else ""), body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        self.record(method, url, headers, body, answer.status, answer.getheaders(), text, started)
        try:
            return {"status": answer.status, **json.loads(text)}
        except ValueError:
            return {"status": answer.status}

    def record(self, method, url, headers, body, status, fields, text, started):
        at = datetime.datetime.fromtimestamp(started, datetime.timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
        request = {"method": method, "url": url, "version": "HTTP/1.1", "headers": list(headers.items()), **({"body": body} if body else {})}
        response = {"status": status, "version": "HTTP/1.1", "headers": [list(field) for field in fields], "body": text}
        self.lines.append(json.dumps({"dpop-tui": 1, "started": at, "duration": time.time() - started, "request": request, "response": response, "origin": "sent"}))

    # The endpoints.

    def ask(self, endpoint, form, proof=None, **claims):
        credentials = {"client_id": self.id, **({"client_secret": self.secret} if self.secret else {})}
        return self.send(f"{self.base}/{endpoint}", {**form, **credentials}, proof, **claims)

    def token(self, grant="password", proof=None, key=None, claims={}, **form):
        usual = {"username": "ada", "password": "ada", "scope": "openid"} if grant == "password" else {}
        return self.ask("token", {"grant_type": grant, **usual, **form}, proof, key=key, **claims)

    def userinfo(self, token, proof=None, scheme="DPoP", **claims):
        return self.send(f"{self.base}/userinfo", None, proof, token, scheme, **claims)

    def code(self, **more):
        """A code for the client: its authorization request and the redirect back are recorded."""
        query = urllib.parse.urlencode({"response_type": "code", "client_id": self.id, "redirect_uri": BACK, "scope": "openid", "state": "s1", **more})
        url, started = f"{self.base}/auth?{query}", time.time()
        back = log_in(url)
        self.record("GET", url, {"Host": urllib.parse.urlsplit(url).netloc}, None, 302, [("Location", back)], "", started)
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))["code"]

    def redeem(self, code, **more):
        return self.token("authorization_code", code=code, redirect_uri=BACK, **more)


def proxied(base):
    """The endpoints behind a proxy that passes its own Host inwards, to a Keycloak that was told of none; it serves one request."""
    listener = socket.create_server(("127.0.0.1", 0))
    outer, inner = f"127.0.0.1:{listener.getsockname()[1]}", f"localhost:{KEYCLOAK.port}"

    def serve():
        with listener, listener.accept()[0] as near, socket.create_connection(("localhost", KEYCLOAK.port)) as far:
            head = b""
            while b"\r\n\r\n" not in head:
                head += near.recv(1 << 16)
            head, rest = head.split(b"\r\n\r\n", 1)
            length = int(re.search(rb"Content-Length: (\d+)", head)[1])
            while len(rest) < length:
                rest += near.recv(1 << 16)
            more = f"Host: {inner}\r\nX-Forwarded-Host: {outer}\r\nX-Forwarded-Proto: http\r\nConnection: close"
            far.sendall(head.replace(f"Host: {outer}".encode(), more.encode()) + b"\r\n\r\n" + rest)
            while part := far.recv(1 << 16):
                near.sendall(part)

    threading.Thread(target=serve, daemon=True).start()
    return base.replace(inner, outer)
