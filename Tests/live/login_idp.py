"""A little IdP with its resource for login.py, whose answers a test may replace, and a run beside it that waits for a browser."""
import json
import re
import subprocess
import time
import urllib.parse
import urllib.request

from lab import ENV, FOLDER, TUI, path
from runner import Failure
from wire import Peer

OIDC, OAUTH = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"


class Idp(Peer):
    """Answers by path. `on` has what it says instead: (status, fields, body), or a function of the stream and the head; `metadata` what its document says besides.

    `seen` has the head of each request, `bodies` what came with it.
    """

    def __init__(self, on={}, realm="/realms/x", at=None, **metadata):
        super().__init__(self.talk)
        self.on, self.realm, self.metadata, self.bodies = on, realm, metadata, []
        self.at = realm + OIDC if at is None else at

    @property
    def issuer(self):
        return self.url + self.realm

    def talk(self, stream):
        while head := stream.until(b"\r\n\r\n"):
            text = head.decode("latin-1")
            length = next((int(line.split(":")[1]) for line in text.split("\r\n") if line.lower().startswith("content-length:")), 0)
            body = b"".join(stream.pieces(length)).decode()
            self.seen.append(text)
            self.bodies.append(body)
            where = text.split(" ")[1].split("?")[0]
            found = self.on.get(where, self.answers().get(where, (404, [], "<html>Not Found</html>")))
            if callable(found):
                return found(stream, text)
            status, fields, answer = found
            data = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
            rows = [f"HTTP/1.1 {status} X", f"Content-Length: {len(data)}", "Content-Type: " + ("text/html" if isinstance(answer, str) else "application/json"), *fields]
            stream.send("\r\n".join([*rows, "", ""]).encode() + data)

    def answers(self):
        names = {"token": "token_endpoint", "auth": "authorization_endpoint", "par": "pushed_authorization_request_endpoint", "device": "device_authorization_endpoint", "keys": "jwks_uri",
                 "introspect": "introspection_endpoint", "userinfo": "userinfo_endpoint", "revoke": "revocation_endpoint"}
        ends = {member: f"{self.url}/{name}" for name, member in names.items()}
        token = {"access_token": "opaque-and-bound", "token_type": "DPoP", "expires_in": 60, "refresh_token": "refresh-1"}
        return {
            self.at: (200, [], {"issuer": self.issuer, **ends, **self.metadata}), "/token": (200, [], token), "/keys": (200, [], {"keys": []}), "/r": (200, [], {}),
            "/par": (201, [], {"request_uri": "urn:ietf:params:oauth:request_uri:1", "expires_in": 60}), "/userinfo": (200, [], {"sub": "ada"}), "/introspect": (200, [], {"active": True}),
            "/revoke": (200, [], {}), "/device": (200, [], {"device_code": "device-1", "user_code": "ABCD", "verification_uri": self.url + "/verify", "expires_in": 600, "interval": 1}),
        }

    def paths(self):
        return [head.split(" ")[1] for head in self.seen]

    def login(self, *more, **options):
        return Login(self.issuer, "--resource", self.url + "/r", *more, **options)


class Login:
    """A headless run of the code grant, with the browser played by the test."""

    def __init__(self, issuer, *more, name=None, stdin=subprocess.DEVNULL, grant="authorization_code"):
        self.started = time.monotonic()
        record = path(name) if name else "none"
        words = [TUI, "run", issuer, "--headless", "--no-browser", "--client-id", "c", "--grant-type", grant, "--record", record, *more]
        self.process = subprocess.Popen(words, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENV, cwd=FOLDER)
        self.heard = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdout, self.process.stderr):
            stream.close()

    def hears(self, words):
        """Reads on until that was said; what follows it in its line."""
        while words not in self.heard:
            line = self.process.stderr.readline()
            if not line:
                raise Failure(f"{words!r} was not said: {self.heard} {self.process.stdout.read()}")
            self.heard += line
        return self.heard.split(words)[1].split("\n")[0].strip()

    def asked(self):
        """The members of the authorization request that it wants a browser to make."""
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.hears("log in at ")).query))

    def end(self, seconds=30):
        """Status, and all that it said."""
        out, err = self.process.communicate(timeout=seconds)
        return self.process.returncode, out, self.heard + err


def browse(url):
    """What a browser is shown: the status, and the page's text as it was sent."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def back(asked, **members):
    """The URL that the browser is sent back to: with the request's state unless another is given, and without a member that is None."""
    query = {"state": asked["state"], **members}
    return asked["redirect_uri"] + "?" + urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})


def shown(page):
    return re.sub("<[^>]*>", " ", page.split("</head>")[-1])
