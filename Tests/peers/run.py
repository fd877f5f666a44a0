#!/usr/bin/env python3
"""Third-party clients, servers and verifiers against ours: a server of ours is never checked by a client of ours alone.

Usage: run.py FOLDER-WITH-BINARIES; makes its own venv beside itself (requirements.txt) and goes on inside it.
"""
import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")


def make_venv():
    with open(f"{HERE}/requirements.txt", "rb") as file:
        wanted = hashlib.sha256(file.read()).hexdigest()
    stamp = f"{VENV}/made-from"
    if not os.path.exists(stamp) or open(stamp).read() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        words = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries", "2", "-r", f"{HERE}/requirements.txt"]
        done = subprocess.run(words, capture_output=True, text=True)
        # Out of reach is no failure of ours; a version that does not install is.
        if done.returncode and re.search("Temporary failure in name resolution|Connection refused|ConnectTimeout|NewConnectionError|ProxyError|Max retries", done.stderr):
            print("peers: PyPI is out of reach, so no third-party implementation was tried")
            sys.exit(0)
        if done.returncode:
            sys.exit(f"peers: pip failed:\n{done.stderr}")
        with open(stamp, "w") as file:
            file.write(wanted)
    os.execv(PYTHON, [PYTHON, os.path.abspath(__file__), *sys.argv[1:]])


if os.path.realpath(sys.prefix) != os.path.realpath(VENV):
    make_venv()

import pydpop
import requests
from joserfc import jws
from joserfc.jwk import JWKRegistry
from requests_oauth2client import DPoPKey, OAuth2Client

sys.path.insert(0, os.path.join(HERE, ".."))
import runner
from runner import test

import keycloak_rig  # noqa: F401  Its server starts beside the tests of this file.

BIN = os.path.abspath(sys.argv[1])
FOLDER = tempfile.mkdtemp(prefix="dpop-peers-")
ENV = {**os.environ, "XDG_STATE_HOME": FOLDER, "XDG_CONFIG_HOME": FOLDER, "TMPDIR": FOLDER}


class Process:
    """A server for the length of a with block, stopped by its pid."""

    def __init__(self, *words):
        self.words = words

    def __enter__(self):
        self.process = subprocess.Popen(self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=ENV, cwd=HERE)
        self.line = self.process.stdout.readline().strip()
        assert self.line, f"{self.words} did not start"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


class Lab(Process):
    def __init__(self, *options):
        super().__init__(f"{BIN}/dpop-lab", *options)

    def __enter__(self):
        super().__enter__()
        info = json.loads(self.line)
        self.issuer, self.gateway = info["issuer"], info["gateway"]
        return self

    def client(self, id="lab-client", secret="lab-secret", **more):
        base = self.issuer + "/protocol/openid-connect"
        return OAuth2Client(
            token_endpoint=base + "/token", client_id=id, client_secret=secret, authorization_endpoint=base + "/auth", introspection_endpoint=base + "/token/introspect",
            userinfo_endpoint=base + "/userinfo", redirect_uri="http://127.0.0.1:1/cb", pushed_authorization_request_endpoint=base + "/ext/par/request",
            issuer=self.issuer, testing=True, dpop_bound_access_tokens=True, **more)


def echo_is_downgraded(answer):
    assert answer.status_code == 200, (answer.status_code, answer.text, answer.headers)
    headers = answer.json()["headers"]
    assert headers["Authorization"].startswith("Bearer ") and "Dpop" not in headers, headers


@test
def requests_oauth2client_with_and_without_nonces():
    for options in [[], ["--idp-nonce", "--dpop_use_nonce"], ["--fault", "nonce=rotate"]]:
        with Lab(*options) as lab:
            token = lab.client().client_credentials()
            session = requests.Session()
            for _ in range(3):
                echo_is_downgraded(session.get(lab.gateway + "/anything?q=1", auth=token))


@test
def requests_oauth2client_opaque_tokens_and_introspection():
    with Lab("--opaque", "--auth-methods", "introspection") as lab:
        client = lab.client()
        token = client.client_credentials()
        echo_is_downgraded(requests.post(lab.gateway + "/anything", data={"a": "b"}, auth=token))
        answer = client.introspect_token(token.access_token)
        assert answer["cnf"]["jkt"] == token.dpop_key.dpop_jkt, answer


@test
def requests_oauth2client_code_flow_with_dpop_jkt_and_refresh():
    with Lab() as lab:
        client = OAuth2Client(
            token_endpoint=lab.issuer + "/protocol/openid-connect/token", client_id="lab-public", authorization_endpoint=lab.issuer + "/protocol/openid-connect/auth",
            redirect_uri="http://127.0.0.1:1/cb", testing=True, dpop_bound_access_tokens=True)
        key = DPoPKey.generate()
        asked = client.authorization_request(scope="openid", dpop=True, dpop_key=key)
        page = requests.get(str(asked), timeout=5)
        fields = {k: v.replace("&amp;", "&") for k, v in re.findall(r'name="([^"]+)" value="([^"]*)"', page.text)}
        assert fields["dpop_jkt"] == key.dpop_jkt, fields
        back = requests.post(lab.issuer + "/protocol/openid-connect/auth", data={**fields, "username": "ada", "password": "lovelace"}, allow_redirects=False, timeout=5)
        token = client.authorization_code(asked.validate_callback(back.headers["Location"]), dpop=True)
        assert token.dpop_key.dpop_jkt == key.dpop_jkt
        echo_is_downgraded(requests.get(lab.gateway + "/anything", auth=token))
        fresh = client.refresh_token(token)
        echo_is_downgraded(requests.get(lab.gateway + "/anything", auth=fresh))


@test
def requests_oauth2client_verifies_our_id_tokens():
    """Signature, issuer, audience, times and nonce, by another's rules; an ID token with another nonce is refused."""
    for options, is_right in ((["--id-tokens"], True), (["--fault", "id-nonce=other"], False), (["--fault", "id-nonce=absent"], False)):
        with Lab(*options) as lab:
            base = lab.issuer + "/protocol/openid-connect"
            # The client that needs no proof: this library cannot keep an ID token beside a bound token.
            client = OAuth2Client(token_endpoint=base + "/token", client_id="kong", client_secret="kong-secret", authorization_endpoint=base + "/auth", redirect_uri="http://127.0.0.1:1/cb",
                                  issuer=lab.issuer, jwks_uri=base + "/certs", testing=True)
            client.update_authorization_server_public_keys()
            asked = client.authorization_request(scope="openid")
            fields = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(str(asked)).query))
            back = requests.post(base + "/auth", data={**fields, "username": "ada", "password": "lovelace"}, allow_redirects=False, timeout=5)
            try:
                token = client.authorization_code(asked.validate_callback(back.headers["Location"]), validate=True)
            except Exception as error:
                assert not is_right and "nonce" in str(error).lower(), (options, repr(error))
                continue
            assert is_right and token.id_token.nonce == asked.nonce and token.id_token.subject == "ada", (options, token)


@test
def pydpop_as_the_client():
    key = pydpop.generate_key()
    with Lab() as lab:
        url = lab.issuer + "/protocol/openid-connect/token"
        proof = pydpop.generate_proof(private_key=key, htm="POST", htu=url)
        answer = requests.post(url, data={"grant_type": "client_credentials"}, auth=("lab-client", "lab-secret"), headers={"DPoP": proof}, timeout=5)
        assert answer.status_code == 200 and answer.json()["token_type"] == "DPoP", answer.text
        token = answer.json()["access_token"]
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        assert claims["cnf"]["jkt"] == pydpop.jwk_thumbprint(pydpop.public_jwk(key)), claims
        target = lab.gateway + "/anything"
        proof = pydpop.generate_proof(private_key=key, htm="GET", htu=target, access_token=token)
        headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
        echo_is_downgraded(requests.get(target, headers=headers, timeout=5))
        again = requests.get(target, headers=headers, timeout=5)
        assert again.status_code == 401 and "jti" in again.headers["WWW-Authenticate"], again.headers
        other = pydpop.generate_proof(private_key=pydpop.generate_key(), htm="GET", htu=target, access_token=token)
        refused = requests.get(target, headers={**headers, "DPoP": other}, timeout=5)
        assert refused.status_code == 401 and "invalid_token" in refused.headers["WWW-Authenticate"], refused.headers


def dpop_tui(*words, check=True):
    done = subprocess.run([f"{BIN}/dpop-tui", *words], capture_output=True, text=True, env={**ENV, "SECRET": "peer-secret"}, timeout=60, cwd=FOLDER)
    assert not check or done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    return done


@test
def joserfc_pydpop_and_jose_verify_our_proofs_and_thumbprints():
    for alg in ["ES256", "ES384", "ES512", "RS256", "PS256", "EdDSA", "ES256K"]:
        path = f"{FOLDER}/{alg}.jwk"
        thumbprint = dpop_tui("key", "new", "--alg", alg, path).stdout.strip()
        proof = dpop_tui("proof", "--signing-key", path, "-X", "POST", "--token", "abc", "https://api.test/x").stdout.strip()
        header = json.loads(base64.urlsafe_b64decode(proof.split(".")[0] + "=="))
        key = JWKRegistry.import_key(header["jwk"])
        assert key.thumbprint() == thumbprint, alg
        registry = jws.JWSRegistry(algorithms=[alg])
        registry.max_header_length = 8192  # an RSA key does not fit into 512 bytes
        jws.deserialize_compact(proof, key, registry=registry)
        private = JWKRegistry.import_key(json.load(open(path)))
        assert private.is_private and private.thumbprint() == thumbprint
        if alg == "ES256":
            verified = pydpop.verify_proof(proof=proof, htm="POST", htu="https://api.test/x", access_token="abc")
            assert verified["jwk_thumbprint"] == thumbprint
        if alg in ("ES256", "ES384", "ES512", "RS256", "PS256"):
            with open(f"{FOLDER}/public.jwk", "w") as file:
                json.dump(header["jwk"], file)
            with open(f"{FOLDER}/proof.jws", "w") as file:
                file.write(proof)
            subprocess.run(["jose", "jws", "ver", "-i", f"{FOLDER}/proof.jws", "-k", f"{FOLDER}/public.jwk", "-O", f"{FOLDER}/out"], check=True)
            said = subprocess.run(["jose", "jwk", "thp", "-a", "S256", "-i", f"{FOLDER}/public.jwk"], check=True, capture_output=True, text=True).stdout.strip()
            assert said == thumbprint, (said, thumbprint)


@test
def joserfc_and_jose_verify_the_labs_tokens():
    from joserfc import jwt
    from joserfc.jwk import KeySet
    with Lab() as lab:
        token = lab.client().client_credentials()
        keys = requests.get(lab.issuer + "/protocol/openid-connect/certs", timeout=5).json()
        claims = jwt.decode(str(token.access_token), KeySet.import_key_set(keys), algorithms=["ES256"]).claims
        assert claims["cnf"]["jkt"] == token.dpop_key.dpop_jkt and claims["iss"] == lab.issuer
        with open(f"{FOLDER}/token.jws", "w") as file:
            file.write(str(token.access_token))
        with open(f"{FOLDER}/keys.json", "w") as file:
            json.dump(keys, file)
        subprocess.run(["jose", "jws", "ver", "-i", f"{FOLDER}/token.jws", "-k", f"{FOLDER}/keys.json", "-O", f"{FOLDER}/out"], check=True)


def run_against(issuer, gateway, *more):
    done = dpop_tui("run", issuer, "--headless", "--format", "json", "--record", "none", "--client-id", "peer", "--client-secret", "env:SECRET", "--resource", gateway + "/anything?x=1",
                    *more, check=False)
    return done, json.loads(done.stdout)["flows"][0]


@test
def dpop_tui_against_authlib_pydpop_and_httpbin():
    with Process(PYTHON, "peer_as.py") as server, Process(PYTHON, "peer_gateway.py", server.line) as gateway:
        url = gateway.line.split()[0]
        done, flow = run_against(server.line, url)
        assert done.returncode == 0 and flow["verdict"] == "pass", (done.returncode, done.stderr, flow)
        # A foreign gateway tells nothing of its hops: httpbin's echo does.
        hops = [s for s in flow["steps"] if s["kind"] in ("upstreamRequest", "gatewayValidation")]
        assert all("Authorization: Bearer and no Dpop" in s["inferred"] for s in hops) and len(hops) == 2, hops
        assert [s["status"] for s in flow["steps"] if s["kind"] == "resourceResponse"] == [200]
        again = dpop_tui("run", server.line, "--headless", "--client-id", "peer", "--client-secret", "env:SECRET", "--auth-method", "client_secret_post", "--record", f"{FOLDER}/p.jsonl",
                         "--resource", url + "/post", "-X", "POST", "-d", "a=b", "-H", "Content-Type: application/x-www-form-urlencoded")
        body = json.loads(open(f"{FOLDER}/p.jsonl").read().splitlines()[-1])["response"]["body"]
        assert json.loads(body)["form"] == {"a": "b"} and "Dpop" not in json.loads(body)["headers"], body


@test
def dpop_tui_finds_why_the_peers_refuse():
    table = [("expired", "token.time"), ("unbound", "token.cnf"), ("other-key", "proof.binding"), ("bearer", "token.type"), ("only-rs256", "proof.alg")]
    for fault, check in table:
        with Process(PYTHON, "peer_as.py", fault) as server, Process(PYTHON, "peer_gateway.py", server.line) as gateway:
            done, flow = run_against(server.line, gateway.line.split()[0])
            failing = [f["check"] for f in flow["findings"] if f["verdict"] == "fail"]
            assert done.returncode == 1 and check in failing, (fault, done.returncode, failing, done.stderr)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sha(text):
    return hashlib.sha256(text.encode()).digest()


class Mistaken:
    """A client that gets a token properly and then makes one mistake, for real: signed by `cryptography`, sent by `requests`."""

    def __init__(self, lab):
        from cryptography.hazmat.primitives.asymmetric import ec
        self.lab, self.private, self.other = lab, ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        self.url = lab.gateway + "/anything"
        self.token_url = lab.issuer + "/protocol/openid-connect/token"

    @staticmethod
    def jwk(private):
        numbers = private.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": b64(numbers.x.to_bytes(32, "big")), "y": b64(numbers.y.to_bytes(32, "big"))}

    def proof(self, method="GET", url=None, header={}, payload={}, drop=(), signer=None, shape=lambda raw: raw, token=True):
        import time
        import uuid
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, utils
        head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk(self.private), **header}
        body = {"jti": uuid.uuid4().hex, "htm": method, "htu": url or self.url, "iat": int(time.time())}
        if token:
            body["ath"] = b64(sha(self.token))
        body.update(payload)
        head, body = [{k: v for k, v in part.items() if k not in drop} for part in (head, body)]
        text = ".".join(b64(json.dumps(part, separators=(",", ":")).encode()) for part in (head, body))
        r, s = utils.decode_dss_signature((signer or self.private).sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return text + "." + b64(shape(r.to_bytes(32, "big") + s.to_bytes(32, "big")))

    def get_token(self):
        proof = self.proof("POST", self.token_url, token=False)
        answer = requests.post(self.token_url, data={"grant_type": "client_credentials"}, auth=("lab-client", "lab-secret"), headers={"DPoP": proof}, timeout=5)
        self.token = answer.json()["access_token"]

    def call(self, *proofs, url=None, scheme="DPoP", times=1):
        from http.client import HTTPConnection
        from urllib.parse import urlsplit
        parts = urlsplit(url or self.url)
        for _ in range(times):
            connection = HTTPConnection(parts.hostname, parts.port, timeout=5)
            connection.putrequest("GET", parts.path + ("?" + parts.query if parts.query else ""))
            connection.putheader("Authorization", f"{scheme} {self.token}")
            for proof in proofs:
                connection.putheader("DPoP", proof)
            connection.endheaders()
            connection.getresponse().read()
            connection.close()


def der(raw):
    from cryptography.hazmat.primitives.asymmetric import utils
    return utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))


def mistakes():
    import time
    now = int(time.time())
    port = lambda c: c.url.split(":")[2].split("/")[0]
    table = {
        "htu.client-internal": lambda c: c.call(c.proof(url="http://kong.internal:8000/anything")),
        "htu.scheme": lambda c: c.call(c.proof(url=c.url.replace("http:", "https:"))),
        "htu.port-lost": lambda c: c.call(c.proof(url="http://127.0.0.1/anything")),
        "htu.path-prefix": lambda c: c.call(c.proof(url=c.url.replace("/anything", "/api/anything"))),
        "htu.query": lambda c: c.call(c.proof(url=c.url + "?a=1"), url=c.url + "?a=1"),
        "htu.fragment": lambda c: c.call(c.proof(url=c.url + "#top")),
        "htu.trailing-slash": lambda c: c.call(c.proof(url=c.url + "/")),
        "htu.double-slash": lambda c: c.call(c.proof(url=c.url.replace("/anything", "//anything"))),
        "htu.case": lambda c: c.call(c.proof(url=c.url.replace("http:", "HTTP:"))),
        "htu.pct-encoding": lambda c: c.call(c.proof(url=c.url.replace("/any", "/%61ny"))),
        "htu.issuer-not-endpoint": lambda c: c.call(c.proof(url=c.lab.gateway)),
        "htu.path-only": lambda c: c.call(c.proof(url="/anything")),
        "htu.wrong-service": lambda c: c.call(c.proof(url=c.token_url)),
        "htu.localhost-alias": lambda c: c.call(c.proof(url=c.url.replace("127.0.0.1", "localhost"))),
        "htm.case": lambda c: c.call(c.proof("get")),
        "htm.reused": lambda c: c.call(c.proof("POST")),
        "iat.ms": lambda c: c.call(c.proof(payload={"iat": now * 1000})),
        "iat.type": lambda c: c.call(c.proof(payload={"iat": str(now)})),
        "iat.skew-ahead": lambda c: c.call(c.proof(payload={"iat": now + 1500})),
        # Older than the token that its ath names: a clock, not a delay.
        "iat.skew-behind": lambda c: c.call(c.proof(payload={"iat": now - 1500})),
        "jti.retry": lambda c: c.call(c.proof(), times=2),
        "jti.missing": lambda c: c.call(c.proof(drop=("jti",))),
        "jti.weak": lambda c: c.call(c.proof(payload={"jti": "7"})),
        "ath.missing": lambda c: c.call(c.proof(token=False)),
        "ath.prefix": lambda c: c.call(c.proof(payload={"ath": b64(sha("DPoP " + c.token))})),
        "ath.hex": lambda c: c.call(c.proof(payload={"ath": sha(c.token).hex()})),
        "ath.padding": lambda c: c.call(c.proof(payload={"ath": b64(sha(c.token)) + "="})),
        "ath.half": lambda c: c.call(c.proof(payload={"ath": b64(sha(c.token)[:16])})),
        "ath.trim": lambda c: c.call(c.proof(payload={"ath": b64(sha(c.token + "\n"))})),
        "ath.other-token": lambda c: c.call(c.proof(payload={"ath": b64(sha(c.token.split(".")[1]))})),
        "scheme.bearer": lambda c: c.call(c.proof(), scheme="Bearer"),
        "scheme.in-token": lambda c: c.call(c.proof(), scheme="DPoP DPoP"),
        "scheme.case": lambda c: c.call(c.proof(), scheme="dpop"),
        "proof.absent": lambda c: c.call(),
        "proof.duplicated": lambda c: c.call(c.proof(), c.proof()),
        "proof.quoted": lambda c: c.call('"' + c.proof() + '"'),
        "typ.wrong": lambda c: c.call(c.proof(header={"typ": "JWT"})),
        "alg.sym-none": lambda c: c.call(c.proof(header={"alg": "none"})),
        "alg.key-mismatch": lambda c: c.call(c.proof(header={"alg": "ES384"})),
        "sig.der": lambda c: c.call(c.proof(shape=der)),
        "sig.short": lambda c: c.call(c.proof(shape=lambda raw: raw[1:])),
        "sig.other-key": lambda c: c.call(c.proof(header={"jwk": c.jwk(c.other)})),
        "jwk.private": lambda c: c.call(c.proof(header={"jwk": {**c.jwk(c.private), "d": b64(c.private.private_numbers().private_value.to_bytes(32, "big"))}})),
        "jwk.kid-instead": lambda c: c.call(c.proof(header={"kid": "k1"}, drop=("jwk",))),
        "jwk.as-string": lambda c: c.call(c.proof(header={"jwk": json.dumps(c.jwk(c.private))})),
        "jwk.x5c": lambda c: c.call(c.proof(header={"x5c": ["AA"]}, drop=("jwk",))),
        "ec.zero-added": lambda c: c.call(c.proof(header={"jwk": {**c.jwk(c.private), "x": b64(b"\0" + base64.urlsafe_b64decode(c.jwk(c.private)["x"] + "="))}})),
        "key.two-keys": lambda c: c.call(c.proof(header={"jwk": c.jwk(c.other)}, signer=c.other)),
    }
    return table


@test
def client_mistakes_made_for_real_are_diagnosed():
    """More than forty causes, live: a real request to the real lab, recorded by it, read by dpop-tui."""
    path = f"{FOLDER}/hops.jsonl"
    wrong = []
    with Lab("--record", path) as lab:
        for cause, make in mistakes().items():
            start = os.path.getsize(path) if os.path.exists(path) else 0
            client = Mistaken(lab)
            client.get_token()
            make(client)
            with open(path) as file:
                file.seek(start)
                text = file.read()
            with open(f"{FOLDER}/one.jsonl", "w") as file:
                file.write(text)
            done = dpop_tui("check", "--format", "json", f"{FOLDER}/one.jsonl", check=False)
            found = [entry["cause"] for flow in json.loads(done.stdout)["flows"] for entry in flow["diagnosis"]]
            if cause not in found:
                wrong.append((cause, found))
    assert len(mistakes()) >= 40 and not wrong, wrong


import encrypted_keys  # noqa: E402, F401
import browser  # noqa: E402, F401
import pictures  # noqa: E402, F401
import keycloak_gateway  # noqa: E402, F401
import keycloak  # noqa: E402, F401  Its tests come last.
import keycloak_parameters  # noqa: E402, F401
import keycloak_login  # noqa: E402, F401

runner.run("peers", sys.argv[2:])
