#!/usr/bin/env python3
"""Writes captures of DPoP flows from a seed: the built-in sample, and HARs of any size for measuring.

  generate.py --sample > Sources/dpop-tui/samples/demo.jsonl
  generate.py --exchanges 100000 --seed 1 -o big.har

Needs `cryptography` 43 or newer (deterministic ECDSA). Every flow is a client with a key of its own: one token request,
then calls through a gateway, each with the gateway's call to its upstream inside it.
"""
import argparse
import base64
import datetime
import hashlib
import json
import random
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
IDP = "https://keycloak.test/realms/demo"
TOKEN = IDP + "/protocol/openid-connect/token"
GATEWAY = "https://api.example.test"
UPSTREAM = "http://httpbin.internal:8080"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    alg = "ES256"

    def __init__(self, rng):
        self.private = ec.derive_private_key(rng.randrange(1, ORDER), ec.SECP256R1())
        numbers = self.private.public_key().public_numbers()
        self.jwk = {"kty": "EC", "crv": "P-256", "x": b64(numbers.x.to_bytes(32, "big")), "y": b64(numbers.y.to_bytes(32, "big"))}
        canonical = json.dumps({k: self.jwk[k] for k in ("crv", "kty", "x", "y")}, separators=(",", ":"))
        self.jkt = b64(hashlib.sha256(canonical.encode()).digest())

    def sign(self, header, payload):
        text = b64(json.dumps(header, separators=(",", ":")).encode()) + "." + b64(json.dumps(payload, separators=(",", ":")).encode())
        der = self.private.sign(text.encode(), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        r, s = decode_dss_signature(der)
        return text + "." + b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


class RSAKey:
    """A 2048 bit key from the seed: what Keycloak signs access tokens with unless told otherwise."""
    alg = "RS256"

    def __init__(self, rng):
        e, p, q = 65537, self.prime(rng), self.prime(rng)
        d = pow(e, -1, (p - 1) * (q - 1))
        public = rsa.RSAPublicNumbers(e, p * q)
        numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
        self.private = numbers.private_key()
        self.jwk = {"kty": "RSA", "e": "AQAB", "n": b64((p * q).to_bytes(256, "big"))}
        canonical = json.dumps({k: self.jwk[k] for k in ("e", "kty", "n")}, separators=(",", ":"))
        self.jkt = b64(hashlib.sha256(canonical.encode()).digest())

    @staticmethod
    def prime(rng):
        while True:
            candidate = rng.getrandbits(1024) | 3 << 1022 | 1
            if candidate % 65537 != 1 and all(pow(base, candidate - 1, candidate) == 1 for base in (2, 3, 5, 7, 11)):
                return candidate

    def sign(self, header, payload):
        text = b64(json.dumps(header, separators=(",", ":")).encode()) + "." + b64(json.dumps(payload, separators=(",", ":")).encode())
        return text + "." + b64(self.private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))


class World:
    """The servers, the clock and the random numbers of one capture."""

    def __init__(self, seed, issuer=None, start=1795334400.0):
        self.rng = random.Random(seed)
        self.now = start
        self.issuer = (issuer or Key)(self.rng)
        self.kid = self.issuer.jkt[:16]
        self.entries = []

    def text(self, size):
        return b64(self.rng.randbytes(size))

    def proof(self, key, method, url, token=None, nonce=None, **changes):
        payload = {"jti": self.text(12), "htm": method, "htu": url.split("?")[0], "iat": int(self.now)}
        if token:
            payload["ath"] = b64(hashlib.sha256(token.encode()).digest())
        if nonce:
            payload["nonce"] = nonce
        payload.update(changes)
        return key.sign({"typ": "dpop+jwt", "alg": "ES256", "jwk": key.jwk}, {k: v for k, v in payload.items() if v is not None})

    def token(self, key):
        claims = {"iss": IDP, "sub": self.text(9), "aud": "api", "iat": int(self.now), "exp": int(self.now) + 300, "jti": self.text(12),
                  "typ": "DPoP", "azp": "demo-client", "scope": "openid profile", "cnf": {"jkt": key.jkt}}
        return self.issuer.sign({"alg": self.issuer.alg, "typ": "JWT", "kid": self.kid}, claims)

    def add(self, method, url, headers, body, status, answer_headers, answer, took, agent="demo-client/1.0"):
        host = url.split("/")[2]
        request = {"method": method, "url": url, "version": "HTTP/1.1", "headers": [["Host", host], ["User-Agent", agent]] + headers}
        if body is not None:
            request["headers"].append(["Content-Type", "application/x-www-form-urlencoded"])
            request["body"] = body
        reasons = {200: "OK", 400: "Bad Request", 401: "Unauthorized"}
        date = datetime.datetime.fromtimestamp(int(self.now + took), datetime.timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")
        text = json.dumps(answer, separators=(",", ":"))
        response = {"status": status, "reason": reasons[status], "version": "HTTP/1.1",
                    "headers": [["Date", date], ["Content-Type", "application/json"]] + answer_headers, "body": text}
        self.entries.append((self.now, took, request, response))

    def ask_token(self, key, nonce=None, challenge=None):
        form = "grant_type=client_credentials&scope=openid+profile&client_id=demo-client&client_secret=" + SECRET
        proof = self.proof(key, "POST", TOKEN, nonce=nonce)
        if challenge:
            self.add("POST", TOKEN, [["DPoP", proof]], form, 400, [["DPoP-Nonce", challenge]],
                     {"error": "use_dpop_nonce", "error_description": "Authorization server requires nonce in DPoP proof"}, 0.021)
            self.now += 0.06
            return None
        token = self.token(key)
        self.add("POST", TOKEN, [["DPoP", proof]], form, 200, [["Cache-Control", "no-store"]],
                 {"access_token": token, "expires_in": 300, "token_type": "DPoP", "scope": "openid profile"}, 0.034)
        self.now += 0.08
        return token

    def metadata(self):
        agent = "kong/3.9"
        self.add("GET", IDP + "/.well-known/openid-configuration", [], None, 200, [],
                 {"issuer": IDP, "token_endpoint": TOKEN, "jwks_uri": IDP + "/protocol/openid-connect/certs",
                  "dpop_signing_alg_values_supported": ["ES256", "PS256", "EdDSA"]}, 0.004, agent)
        self.now += 0.006
        self.add("GET", IDP + "/protocol/openid-connect/certs", [], None, 200, [],
                 {"keys": [dict(self.issuer.jwk, kid=self.kid, use="sig", alg=self.issuer.alg)]}, 0.003, agent)
        self.now += 0.006

    def call(self, path, token, proof, refused=None, headers=(), metadata=False, filler=0):
        """One call through the gateway; the inner hop first, as recorders write it."""
        url, start = GATEWAY + path, self.now
        shown = [["Authorization", "DPoP " + token]] + ([["DPoP", proof]] if proof else [])
        if metadata:
            self.now += 0.004
            self.metadata()
        if refused:
            self.now = start
            challenge = f'DPoP error="{refused}", algs="ES256 PS256 EdDSA"'
            self.add("GET", url, shown, None, 401, [["WWW-Authenticate", challenge]] + list(headers) + [["Via", "kong/3.9"]],
                     {"message": "Unauthorized"}, 0.012 if not metadata else 0.03)
            self.now += 0.15
            return
        self.now += 0.005
        echo = {"args": {}, "headers": {"Accept": "*/*", "Authorization": "Bearer " + token[:24] + "…", "Host": "httpbin.internal:8080"},
                "method": "GET", "origin": "10.0.0.7", "url": UPSTREAM + path}
        if filler:
            echo["data"] = self.text(filler * 3 // 4)
        self.add("GET", UPSTREAM + path, [["Authorization", "Bearer " + token], ["Via", "1.1 kong/3.9"]], None, 200, [["Server", "gunicorn/19.9.0"]],
                 echo, 0.011, "demo-client/1.0")
        self.now = start
        self.add("GET", url, shown, None, 200, [["Via", "1.1 kong/3.9"], ["X-Kong-Upstream-Latency", "11"], ["X-Kong-Proxy-Latency", "5"]] + list(headers),
                 echo, 0.045 if metadata else 0.022)
        self.now += 0.2


SECRET = "cf4c655a-0622-4ce6-a0de-d3353ef0b714"


def sample(seed):
    """Four flows: everything right, a proof without `ath`, two nonce challenges, and two keys."""
    world = World(seed)
    good = Key(world.rng)
    token = world.ask_token(good)
    world.call("/anything?a=1", token, world.proof(good, "GET", GATEWAY + "/anything", token), metadata=True)
    world.now += 20
    forgetful = Key(world.rng)
    token = world.ask_token(forgetful)
    world.call("/anything?a=1", token, world.proof(forgetful, "GET", GATEWAY + "/anything"), refused="invalid_dpop_proof")
    world.now += 20
    polite = Key(world.rng)
    first, second = world.text(18), world.text(18)
    world.ask_token(polite, challenge=first)
    token = world.ask_token(polite, nonce=first)
    world.call("/anything?a=1", token, world.proof(polite, "GET", GATEWAY + "/anything", token), refused="use_dpop_nonce",
               headers=[["DPoP-Nonce", second]])
    world.call("/anything?a=1", token, world.proof(polite, "GET", GATEWAY + "/anything", token, nonce=second))
    world.now += 20
    one, other = Key(world.rng), Key(world.rng)
    token = world.ask_token(one)
    world.call("/anything?a=1", token, world.proof(other, "GET", GATEWAY + "/anything", token), refused="invalid_token")
    return world


def large(count, seed, calls, issuer):
    """Flows of 25 exchanges, 13 proofs each; some 3.1 KB an exchange, whatever the tokens are signed with."""
    world = World(seed, issuer)
    filler = 1190 if issuer is Key else 934
    while len(world.entries) < count:
        key = Key(world.rng)
        token = world.ask_token(key)
        if len(world.entries) == 1:
            world.metadata()
        for number in range(calls):
            if len(world.entries) >= count:
                break
            path = f"/anything/{world.rng.randrange(1000)}?page={number}"
            world.call(path, token, world.proof(key, "GET", GATEWAY + path, token), filler=filler)
        world.now += 1
    del world.entries[count:]
    return world


def stamp(seconds):
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond:06d}Z"


def write_lines(world, out):
    for start, took, request, response in world.entries:
        line = {"dpop-tui": 1, "started": stamp(start), "duration": round(took, 6), "request": request, "response": response}
        out.write(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n")


def write_har(world, out):
    pairs = lambda headers: [{"name": name, "value": value} for name, value in headers]
    out.write('{"log": {"version": "1.2", "creator": {"name": "dpop-tui generate.py", "version": "1"}, "entries": [\n')
    for index, (start, took, request, response) in enumerate(world.entries):
        entry = {
            "startedDateTime": stamp(start), "time": round(took * 1000, 3),
            "request": {"method": request["method"], "url": request["url"], "httpVersion": "HTTP/1.1", "cookies": [],
                        "headers": pairs(request["headers"]), "queryString": [], "headersSize": -1, "bodySize": len(request.get("body", ""))},
            "response": {"status": response["status"], "statusText": response["reason"], "httpVersion": "HTTP/1.1", "cookies": [],
                         "headers": pairs(response["headers"]), "redirectURL": "", "headersSize": -1, "bodySize": len(response["body"]),
                         "content": {"size": len(response["body"]), "mimeType": "application/json", "text": response["body"]}},
            "cache": {}, "timings": {"send": 0, "wait": round(took * 1000, 3), "receive": 0}}
        if "body" in request:
            entry["request"]["postData"] = {"mimeType": "application/x-www-form-urlencoded", "text": request["body"], "params": []}
        out.write((",\n" if index else "") + json.dumps(entry))
    out.write("\n]}}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", action="store_true", help="the built-in sample, as JSON Lines")
    parser.add_argument("--exchanges", type=int, default=20)
    parser.add_argument("--calls", type=int, default=12, help="calls a client makes with one token")
    parser.add_argument("--seed", type=int, default=9449)
    parser.add_argument("--tokens", choices=["ES256", "RS256"], default="ES256", help="what access tokens are signed with")
    parser.add_argument("-o", "--output")
    options = parser.parse_args()
    out = open(options.output, "w", encoding="utf-8") if options.output else sys.stdout
    if options.sample:
        write_lines(sample(options.seed), out)
    else:
        write_har(large(options.exchanges, options.seed, options.calls, RSAKey if options.tokens == "RS256" else Key), out)


if __name__ == "__main__":
    main()
