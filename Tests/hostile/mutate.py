"""Samples of everything the commands read, and a seeded hand that spoils them."""
import base64
import json
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.join(HERE, "..", "..")

# What nobody writes by accident: for a terminal, a number, a parser, a path.
NASTY = [b"\x1b]0;owned\x07", b"\x1b[2J", b"\x9b31m", b"\xc2\x9b31m", b"\x7f", b"\x00", b"\r\n", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\xff\xfe", b"\xf0\x9f\x92\xa9", b"\\u001b[2J", b"\\u202e", b"\\u0000",
         b"\\ud800", b"1e309", b"-1e309", b"1e19", b"9223372036854775807", b"-9223372036854775808", b"18446744073709551616", b"nan", b"0x10", b"[" * 300, b"{\"a\":" * 300, b"A" * 40_000, b"../../etc/passwd",
         b"%s%n%00%", b"{{", b"${IFS}", b"*a", b"&a", b"<<: *a", b"\"", b"'", b"\\", b",", b":", b";", b"-", b"--help", b"@/etc/passwd", b"cmd:touch pwned", b"javascript:alert(1)", b"Tue, 99 Foo 99999999999999999999 99:99:99 GMT",
         b"https://[::1", b"http://a:99999999999999999999/", b"DPoP ", b"..", b"."]
NUMBERS = ["1e19", "-1e19", "1e308", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "0", "-0", "-1", "0.1", "1e-320", "true", "null", "[]", "{}", "\"\\u001b[31m\"", "\"\\u202e\""]
JWT = re.compile(rb"eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
NUMBER = re.compile(rb"-?\b[0-9]+(\.[0-9]+)?\b")
STRING = re.compile(rb'"[^"\\\n]{1,200}"')

TRANSCRIPT = b"""* Connected to api.test (127.0.0.1) port 443
> GET /r?a=1 HTTP/1.1
> Host: api.test
> Authorization: DPoP eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJpc3MiOiJodHRwczovL2lkcC50ZXN0IiwiZXhwIjoxNzAwMDAwMDAwfQ.AAAA
> DPoP: eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2In0.eyJqdGkiOiJhIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9hcGkudGVzdC9yIiwiaWF0IjoxNzAwMDAwMDAwfQ.AAAA
>
< HTTP/1.1 401 Unauthorized
< Date: Tue, 14 Nov 2023 22:13:20 GMT
< WWW-Authenticate: DPoP error="invalid_dpop_proof", algs="ES256 PS256"
< DPoP-Nonce: n-0S6
<
{"error":"invalid_dpop_proof"}
"""
KEY = b'{"kty":"EC","crv":"P-256","kid":"1","use":"sig","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}'
PEM = b"""-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMKBCTNIcKUSDii11ySs3526iDZ8A
iTo7Tu6KPAqv7D7gS2XpJFbZiItSs3m9+9Ue6GnvHw/GW2ZZaVtszggXIw==
-----END PUBLIC KEY-----
"""
KONG = b"""_format_version: "3.0"
services:
  - name: api
    url: http://upstream.test
    plugins:
      - name: openid-connect
        config:
          issuer: https://idp.test/realms/demo
          client_id: [kong]
          client_secret: ["{vault://env/kong-secret}"]
          auth_methods: [bearer, session]
          proof_of_possession_dpop: strict
          dpop_proof_lifetime: 300
          session_absolute_timeout: 1e3
"""
REALM = b'{"realm":"demo","clients":[{"clientId":"kong","publicClient":false,"redirectUris":["*"],"attributes":{"dpop.bound.access.tokens":"true","access.token.lifespan":"300"}}]}'
METADATA = b'{"issuer":"https://idp.test/realms/demo","token_endpoint":"https://idp.test/token","jwks_uri":"http://idp.test/jwks","dpop_signing_alg_values_supported":["ES256","none"]}'
CONFIG = b"""default = "staging"
[profiles.base]
issuer = "https://idp.test/realms/demo"
client-id = "app"
scopes = ["openid", "profile"]
http-timeout = 5.5
[profiles.staging]
inherits = "base"
client-secret = "env:SECRET"
par = true
resource = "https://api.test/r"
"""


def read(*parts):
    with open(os.path.join(PROJECT, *parts), "rb") as file:
        return file.read()


def samples():
    """By kind, small ones: a run is to be cheap. What stands beside the project joins in."""
    demo = read("Sources", "dpop-tui", "samples", "demo.jsonl")
    few = b"\n".join(demo.split(b"\n")[:4]) + b"\n"
    kinds = {"capture": [demo, few, TRANSCRIPT], "key": [KEY, b'{"keys":[%s]}' % KEY, PEM], "config": [KONG, REALM, METADATA, b"# Notes\n```yaml\n" + KONG + b"```\n"], "settings": [CONFIG],
             "theme": [read("Sources", "dpop-tui", "themes", name) for name in sorted(os.listdir(os.path.join(PROJECT, "Sources", "dpop-tui", "themes")))], "token": JWT.findall(demo)[:6]}
    shared = os.path.join(PROJECT, "..", "shared", "captures")
    for name in sorted(os.listdir(shared)) if os.path.isdir(shared) else []:
        file = os.path.join(shared, name)
        if os.path.getsize(file) < 60_000 and name.endswith((".har", ".mitm")):
            kinds["capture"].append(read(file))
    return kinds


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


class Hand:
    """Spoils bytes, the same way for the same `random`."""

    def __init__(self, random):
        self.random = random

    def place(self, data):
        return self.random.randrange(len(data) + 1)

    def insert(self, data):
        at = self.place(data)
        return data[:at] + self.random.choice(NASTY) + data[at:]

    def flip(self, data):
        out = bytearray(data)
        for _ in range(self.random.choice([1, 1, 4, 30])):
            if out:
                out[self.random.randrange(len(out))] = self.random.randrange(256)
        return bytes(out)

    def cut(self, data):
        a, b = sorted((self.place(data), self.place(data)))
        return data[:a] + data[b:] if self.random.random() < 0.7 else data[:a]

    def repeat(self, data):
        a = self.place(data)
        b = min(len(data), a + self.random.randrange(1, 2000))
        return data[:b] + data[a:b] * self.random.choice([1, 2, 10]) + data[b:]

    def replace(self, data, pattern, make):
        found = list(pattern.finditer(data))
        if not found:
            return self.insert(data)
        one = self.random.choice(found)
        return data[:one.start()] + make(one.group()) + data[one.end():]

    def number(self, data):
        return self.replace(data, NUMBER, lambda _: self.random.choice(NUMBERS).encode())

    def string(self, data):
        return self.replace(data, STRING, lambda _: b'"' + self.random.choice(NASTY) + b'"')

    def token(self, data):
        """A JWT whose header or claims are spoilt as JSON, so that the spoilt value is read."""
        return self.replace(data, JWT, self.spoil)

    def spoil(self, token):
        parts = token.split(b".")
        which = self.random.randrange(2)
        try:
            claims = json.loads(base64.urlsafe_b64decode(parts[which] + b"=" * (-len(parts[which]) % 4)))
            name = self.random.choice(list(claims))
        except (ValueError, IndexError):
            return self.flip(token)
        raw = json.dumps(claims).encode()
        value = json.dumps(claims[name]).encode()
        raw = raw.replace(json.dumps(name).encode() + b": " + value, json.dumps(name).encode() + b": " + self.random.choice(NUMBERS).encode(), 1)
        parts[which] = b64(self.random.choice([raw, raw, self.string(raw), self.insert(raw)]))
        return b".".join(parts)

    def __call__(self, data):
        for _ in range(self.random.choice([1, 1, 2, 4])):
            data = self.random.choice([self.insert, self.flip, self.cut, self.repeat, self.number, self.number, self.string, self.string, self.token, self.token])(data)
        return data
