"""What the live tests share: the executables, dpop-lab for the length of a with block, and the ways to call it."""
import atexit
import base64
import hashlib
import itertools
import json
import os
import select
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
from runner import Failure

BIN = os.path.abspath(sys.argv[1])
ONLY = sys.argv[2:]
TUI, LAB = f"{BIN}/dpop-tui", f"{BIN}/dpop-lab"
FOLDER = tempfile.mkdtemp(prefix="dpop-live-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
# Every run under ThreadSanitizer reads the one file of suppressions; an ordinary build does not look at this.
TSAN = f"suppressions={HERE}/tsan.supp halt_on_error=0 exitcode=66"
ENV = {"PATH": os.environ["PATH"], "HOME": FOLDER, "XDG_STATE_HOME": FOLDER, "XDG_CONFIG_HOME": FOLDER, "TMPDIR": FOLDER, "LANG": "C.UTF-8",
       "DPOP_TUI_HTTP_TIMEOUT": "10", "TSAN_OPTIONS": os.environ.get("TSAN_OPTIONS", TSAN)}
# What takes long runs in full on CI.
FULL = "true" in (os.environ.get("CI"), os.environ.get("DPOP_FULL", "").replace("1", "true"))

PLAIN = ("keygen", "tokenRequest", "tokenResponse", "resourceRequest", "resourceResponse")
CLIENT = ("--client-id", "lab-client", "--client-secret", "env:SECRET")
SECRET = {"SECRET": "lab-secret"}
PUBLIC = ("--client-id", "lab-public")
KONG = {"client_id": "kong", "client_secret": "kong-secret"}
NUMBERS = itertools.count()


def expect(found, wanted, what):
    if found != wanted:
        raise Failure(f"{what}: expected {wanted!r}, found {found!r}")


def require(condition, words):
    if not condition:
        raise Failure(str(words))


def is_sanitized():
    """Whether the lab was built with --sanitize=thread: it then takes many times the memory and time."""
    with open(LAB, "rb") as file:
        return b"__tsan_func_entry" in file.read()


SANITIZED = is_sanitized()


def path(name):
    return os.path.join(FOLDER, name)


def written(name, content):
    """The path of a file of that name: a text as it is, anything else as JSON."""
    with open(path(name), "w") as file:
        file.write(content if isinstance(content, str) else json.dumps(content))
    return path(name)


def lines(name):
    """The exchanges of a capture."""
    with open(path(name)) as file:
        return [json.loads(line) for line in file]


def sh(*words, text=None, env=None, check=True):
    done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=60, env={**ENV, **(env or {})}, cwd=FOLDER)
    if check and done.returncode != 0:
        raise Failure(f"{' '.join(words)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def self_signed(name, common_name, names=None):
    """A certificate and its key, as NAME.pem and NAME.key."""
    more = ("-addext", f"subjectAltName={names}") if names else ()
    sh("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={common_name}",
       "-days", "2", *more)
    return path(f"{name}.pem"), path(f"{name}.key")


def certificate_thumbprint(file):
    """`x5t#S256` of a PEM file's certificate."""
    with open(file) as text:
        return encode(hashlib.sha256(ssl.PEM_cert_to_DER_cert(text.read())).digest())


def encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims(token):
    return json.loads(decode(token.split(".")[1]))


def process_memory(pid, name="VmHWM"):
    """A process's memory in MB: its peak, or `VmRSS` for now."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name)) / 1024


class Prover:
    """A proof key, made by `dpop-tui key new`, whose proofs `dpop-tui proof` signs."""

    def __init__(self):
        self.file = f"prover-{next(NUMBERS)}.jwk"
        self.jkt = sh(TUI, "key", "new", self.file).stdout.strip()
        with open(path(self.file)) as file:
            jwk = json.load(file)
        self.public = {name: value for name, value in jwk.items() if name in ("kty", "crv", "x", "y")}

    def proofs(self, count, url, method="GET", token=None, **more):
        words = [TUI, "proof", "--signing-key", self.file, "--method", method, "--count", str(count), *(("--token", "env:AT") if token else ())]
        for name, value in more.items():
            if value is not None:
                words += [f"--{name}", str(value)]
        return sh(*words, url, env={"AT": token or ""}).stdout.split()

    def proof(self, url, method="GET", token=None, **more):
        """`nonce`, `iat` and `jti` as the command takes them."""
        return self.proofs(1, url, method, token, **more)[0]

    def fields(self, url, token, method="GET", **more):
        """What a DPoP call carries."""
        return {"Authorization": f"DPoP {token}", "DPoP": self.proof(url, method, token, **more)}


class Forger:
    """An EC key of openssl's that signs whatever it is told: header and claims are texts of JSON, or their parts."""

    def __init__(self):
        self.file = path(f"forger-{next(NUMBERS)}.pem")
        sh("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.file)
        point = subprocess.run(["openssl", "ec", "-in", self.file, "-pubout", "-outform", "DER"], capture_output=True, check=True).stdout[-64:]
        self.public = {"kty": "EC", "crv": "P-256", "x": encode(point[:32]), "y": encode(point[32:])}

    def sign(self, header, claims):
        text = ".".join(encode((part if isinstance(part, str) else json.dumps(part)).encode()) for part in (header, claims))
        der = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.file], input=text.encode(), capture_output=True, check=True).stdout
        at, numbers = 2, b""
        for _ in range(2):
            length = der[at + 1]
            numbers += der[at + 2:at + 2 + length].lstrip(b"\0").rjust(32, b"\0")
            at += 2 + length
        return text + "." + encode(numbers)

    def proof(self, url, method="GET", header={}, **claims):
        """A proof of now; a claim or header may be a text of JSON after `raw:`."""
        def text(members):
            return "{" + ",".join(f"{json.dumps(name)}:{value[4:] if isinstance(value, str) and value.startswith('raw:') else json.dumps(value)}" for name, value in members.items()) + "}"
        return self.sign(text({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.public, **header}),
                         text({"jti": encode(os.urandom(12)), "htm": method, "htu": url, "iat": int(time.time()), **claims}))


def pkce():
    """The members of an authorization request and of the token request that belong together."""
    verifier = encode(os.urandom(32))
    return {"code_challenge": encode(hashlib.sha256(verifier.encode()).digest()), "code_challenge_method": "S256"}, {"code_verifier": verifier}


# Where the lab's own clients may be sent back to.
BACK = "http://127.0.0.1:3912/back"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Reply:
    """Status, fields and text of an answer."""

    def __init__(self, answer):
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read().decode()

    def __iter__(self):
        return iter((self.status, dict(self.headers), self.body))

    @property
    def json(self):
        return json.loads(self.body)


class Lab:
    """dpop-lab with the given options, for the length of a with block.

    At its end the lab must end by itself with status 0, and must not have complained: no crash, no data race.
    """

    complaints = ("ThreadSanitizer", "AddressSanitizer", "Fatal error", "runtime error:", "terminate called")

    def __init__(self, *options, env=None):
        self.options, self.env = options, env or {}

    def __enter__(self):
        self.complaint_file = path(f"lab-{next(NUMBERS)}.stderr")
        with open(self.complaint_file, "w") as stderr:
            self.process = subprocess.Popen([LAB, "--until-stdin-closes", *self.options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True, env={**ENV, **self.env},
                                            cwd=FOLDER)
        line = self.process.stdout.readline() if select.select([self.process.stdout], [], [], 20)[0] else ""
        if not line:
            self.process.kill()
            raise Failure(f"the lab did not start: {self.process.wait()} {self.stderr()}")
        self.info = json.loads(line)
        return self

    def stderr(self):
        with open(self.complaint_file, errors="replace") as file:
            return file.read()

    def __exit__(self, _, error, __):
        self.process.stdin.close()
        try:
            status = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = f"{self.process.wait()}, killed: it did not end"
        self.process.stdout.close()
        said = self.stderr()
        if status != 0 or any(word in said for word in self.complaints):
            words = f"dpop-lab {' '.join(self.options)} ended with status {status}: {said[:4000]}"
            raise Failure(f"{error}; {words}" if error else words)

    def check_alive(self):
        if self.process.poll() is not None:
            raise Failure(f"the lab died: status {self.process.returncode}")

    def memory(self, name="VmHWM"):
        return process_memory(self.process.pid, name)

    # What the servers' URLs are.

    def __getattr__(self, name):
        if name in ("issuer", "idp", "gateway", "upstream"):
            return self.info[name]
        raise AttributeError(name)

    def endpoint(self, name):
        return f"{self.issuer}/protocol/openid-connect/{name}"

    # Calls: by dpop-tui, and by hand.

    def run(self, *options, check=0, env=None):
        words = [TUI, "run", self.info["issuer"], "--headless", "--format", "json", "--record", "none"]
        if "--resource" not in options:
            words += ["--resource", self.info["gateway"] + "/anything?x=1"]
        if "cacert" in self.info:
            words += ["--cacert", self.info["cacert"]]
        done = sh(*words, *options, check=False, env=env)
        return Result(done, check)

    def get(self, url, data=None, headers={}, method=None, certificate=None):
        """One call by Python's own client; `data` is a form, or a text as it is; `certificate` a pair of files."""
        body = data.encode() if isinstance(data, str) else urllib.parse.urlencode(data).encode() if data is not None else None
        request = urllib.request.Request(url, data=body, headers=headers, method=method)
        handlers = [NoRedirect, urllib.request.ProxyHandler({})]
        if "cacert" in self.info:
            context = ssl.create_default_context(cafile=self.info["cacert"])
            if certificate:
                context.load_cert_chain(*certificate)
            handlers.append(urllib.request.HTTPSHandler(context=context))
        try:
            with urllib.request.build_opener(*handlers).open(request, timeout=10) as answer:
                return Reply(answer)
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error)

    def token_request(self, form={}, prover=None, nonce=None, iat=None, jti=None, **more):
        """The token endpoint's answer to a form; client credentials of `lab-client` where it says nothing else."""
        form = {"grant_type": "client_credentials", **({} if "client_id" in form else {"client_id": "lab-client", "client_secret": "lab-secret"}), **form}
        headers = {"DPoP": prover.proof(self.endpoint("token"), "POST", nonce=nonce, iat=iat, jti=jti)} if prover else {}
        return self.get(self.endpoint("token"), form, headers, **more)

    def token(self, form={}, prover=None, **more):
        """An access token, bound to the prover's key when there is one."""
        reply = self.token_request(form, prover, **more)
        if reply.status != 200:
            raise Failure(f"no token: {reply.status} {reply.body}")
        return reply.json["access_token"]

    def bearer(self):
        """A token that is bound to nothing."""
        return self.token(KONG)

    def call(self, prover, token, where="/anything", data=None, **more):
        """A DPoP call through the gateway."""
        url = self.gateway + where
        return self.get(url, data, prover.fields(url, token, "GET" if data is None else "POST", **more))


class Result:
    """What a headless run of dpop-tui said as JSON."""

    def __init__(self, done, check):
        self.done = done
        self.lines = [json.loads(line) for line in done.stdout.splitlines()]
        if check is not None and done.returncode != check:
            raise Failure(f"status {done.returncode}, expected {check}\n{done.stdout[:4000]}\n{done.stderr}")
        self.flows = self.lines[0]["flows"] if self.lines else []
        self.steps = self.flows[0]["steps"] if self.flows else []
        self.findings = [f for flow in self.flows for f in flow["findings"]]

    def kinds(self):
        return [step["kind"] for step in self.steps]

    def failing(self):
        return [f["check"] for f in self.findings if f["verdict"] == "fail"]

    def expect(self, *kinds):
        rest = iter(self.kinds())
        if not all(kind in rest for kind in kinds):
            raise Failure(f"expected the steps {kinds}, found {self.kinds()}")
        if not self.lines[0].get("live"):
            raise Failure("not marked as live")
        return self

    def fails(self, check):
        if check not in self.failing():
            raise Failure(f"expected {check} to fail, found {self.failing()}\n{self.done.stderr}")


def refused(reply, status, *words):
    """The reply has that status, and its body or challenge has the words."""
    text = reply.body + " " + (reply.headers.get("WWW-Authenticate") or "")
    if reply.status != status or not all(word in text for word in words):
        raise Failure(f"expected {status} with {words}, found {reply.status} {text}")


def does_not_start(*words_and_options, words, status=2):
    """dpop-lab with these options is wrong usage (3: a file is not what it should be), and says so."""
    done = sh(LAB, "--until-stdin-closes", *words_and_options, text="", check=False)
    if done.returncode != status or words not in done.stderr:
        raise Failure(f"{words_and_options}: status {done.returncode}, {done.stderr!r}; expected {status} and {words!r}")
