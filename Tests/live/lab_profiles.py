"""`--profile`: each server's way of saying no, word for word, and what `dpop-tui why` makes of it.

SCENES are the mistakes, WORDS what each server says to them (docs/lab.md has the servers), CAUSES what is to be named first.
"""
import hashlib
import http.client
import json
import re
import time
import urllib.parse

from lab import BACK, KONG, LAB, TUI, Forger, Lab, encode, expect, path, pkce, require, sh, written
from runner import Failure, test

BOUND = {"dpop.bound.access.tokens": "true"}
CLIENTS = [{"clientId": "narrow", "secret": "s", "attributes": BOUND, "defaultClientScopes": ["profile"]},
           {"clientId": "jwt", "secret": "s3cret", "clientAuthenticatorType": "client-secret-jwt", "attributes": BOUND}]


class Answer:
    """Status, fields and body of an answer; repeated fields in their order."""

    def __init__(self, answer):
        self.status, self.fields, self.body = answer.status, answer.getheaders(), answer.read().decode()

    def field(self, name):
        return next((value for key, value in self.fields if key.lower() == name.lower()), None)

    @property
    def json(self):
        return json.loads(self.body)


class Flow:
    """A client of the lab that makes mistakes and records what it does, as a capture that a client itself took."""

    def __init__(self, lab, profile):
        self.lab, self.profile, self.key, self.lines, self.nonces = lab, profile, Forger(), [], {}
        self.metadata = self.send("GET", lab.issuer + "/.well-known/openid-configuration", []).json
        self.greet()

    def greet(self):
        """Servers that want nonces say so to a client that comes without one; then the mistakes are the only ones."""
        known = self.lines[:]
        if "--idp-nonce" in self.lab.options or self.profile in ("atproto", "auth0"):
            self.ask(self.person(password="other"))
        if "--dpop_use_nonce" in self.lab.options or self.profile == "atproto":
            self.call("none")
        self.lines = known

    @property
    def last(self):
        return self.lines[-1][1]

    def endpoint(self, name):
        return self.metadata[name]

    def proof(self, method, url, token=None, key=None, header={}, **changes):
        """A claim that is None is left out."""
        nonce = self.nonces.get(url.split("/")[2])
        members = {"ath": encode(digest(token)) if token else None, "nonce": nonce, **changes}
        key = key or self.key
        members = {"jti": encode(digest(str(time.monotonic()))), "htm": method, "htu": url, "iat": int(time.time()), **members}
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.public, **header}
        parts = [json.dumps({name: value for name, value in part.items() if value is not None}) for part in (header, members)]
        return key.sign(*parts)

    def send(self, method, url, fields, body=None):
        parts, started = urllib.parse.urlsplit(url), time.time()
        fields = [("Host", parts.netloc), *fields, *([("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", str(len(body)))] if body is not None else [])]
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        connection.putrequest(method, parts.path + ("?" + parts.query if parts.query else ""), skip_host=True, skip_accept_encoding=True)
        for field in fields:
            connection.putheader(*field)
        connection.endheaders(body.encode() if body is not None else None)
        answer = Answer(connection.getresponse())
        connection.close()
        if nonce := answer.field("dpop-nonce"):
            self.nonces[parts.netloc] = nonce
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(started)) + f".{int(started % 1 * 1e6):06}Z"
        request = {"method": method, "url": url, "version": "HTTP/1.1", "headers": [list(field) for field in fields], **({"body": body} if body is not None else {})}
        response = {"status": answer.status, "version": "HTTP/1.1", "headers": [list(field) for field in answer.fields], "body": answer.body}
        line = {"dpop-tui": 1, "started": at, "duration": time.time() - started, "request": request, "response": response, "origin": "sent"}
        self.lines.append((json.dumps(line), answer))
        return answer

    # The endpoints. `proofs` are ready made; without them there is one as it should be, with `changes`.

    def post(self, url, form, proofs=None, fields=(), **changes):
        proofs = [self.proof("POST", url, **changes)] if proofs is None else proofs
        return self.send("POST", url, [*fields, *(("DPoP", proof) for proof in proofs)], urllib.parse.urlencode(form))

    def ask(self, form={}, **how):
        """A token request; client credentials of `lab-client` where it says nothing else."""
        known = {} if "client_id" in form else {"client_id": "lab-client", "client_secret": "lab-secret"}
        form = {"grant_type": "client_credentials", **known, **form}
        form = {name: value for name, value in form.items() if value is not None}
        answer = self.post(self.endpoint("token_endpoint"), form, **how)
        return answer

    def token(self, form={}, **how):
        answer = self.ask(form, **how)
        if answer.status == 400 and "use_dpop_nonce" in answer.body:
            answer = self.ask(form, **how)
        require(answer.status == 200, f"no token: {answer.status} {answer.body}")
        return answer.json

    def person(self, **form):
        return {"client_id": "lab-public", "grant_type": "password", "username": "ada", "password": "lovelace", **form}

    def get(self, url, token=None, scheme="DPoP", proofs=None, fields=(), **changes):
        proofs = [self.proof("GET", url, token, **changes)] if proofs is None else proofs
        presented = [("Authorization", f"{scheme} {token}")] if token else []
        return self.send("GET", url, [*presented, *fields, *(("DPoP", proof) for proof in proofs)])

    def call(self, token=None, **how):
        return self.get(self.lab.gateway + "/anything/x", token, **how)

    def code(self, **more):
        """A code, and the verifier that goes with it."""
        challenge, verifier = pkce()
        query = urllib.parse.urlencode({"client_id": "lab-public", "redirect_uri": BACK, "response_type": "code", "state": "s1", "scope": "openid", **challenge, **more})
        url = f"{self.endpoint('authorization_endpoint')}?{query}&username=ada&password=lovelace"
        back = self.send("GET", url, []).field("Location")
        return {"client_id": "lab-public", "grant_type": "authorization_code", "redirect_uri": BACK,
                "code": dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))["code"], **verifier}

    def capture(self, name):
        with open(path(name), "w") as file:
            file.write("".join(line + "\n" for line, _ in self.lines))
        return path(name)


def digest(text):
    return hashlib.sha256(text.encode()).digest()


# The mistakes. Each takes a flow whose clients have their nonces, and ends with the request that is to be refused.

SCENES = {}


def scene(name, *options):
    def add(function):
        SCENES[name] = (options, function)
        return function
    return add


def at_token(name, **changes):
    scene(name)(lambda flow: flow.ask(**{key: value(flow) if callable(value) else value for key, value in changes.items()}))


def at_resource(name, **changes):
    scene(name)(lambda flow: flow.call(flow.token()["access_token"], **{key: value() if callable(value) else value for key, value in changes.items()}))


at_token("token: wrong secret", form={"client_id": "lab-client", "client_secret": "wrong"})
at_token("token: unknown client", form={"client_id": "nobody", "client_secret": "x"})
at_token("token: unknown grant", form={"grant_type": "magic"})
at_token("token: forbidden grant", form={"client_id": "lab-public"})
at_token("token: wrong password", form={"client_id": "lab-public", "grant_type": "password", "username": "ada", "password": "wrong"})
at_token("token: no proof", proofs=[])
at_token("token: malformed proof", proofs=["eyJhbGciOiJFUzI1NiJ9.e30"])
at_token("token: typ", header={"typ": "JWT"})
at_token("token: alg", header={"alg": "HS256"})
at_token("token: no jwk", header={"jwk": None, "kid": "a1"})
at_token("token: no jti", jti=None)
at_token("token: htm", htm="GET")
at_token("token: htu", htu=lambda flow: flow.endpoint("introspection_endpoint"))
at_token("token: no url", htu="undefined")
at_token("token: past", iat=lambda flow: int(time.time()) - 1000)
at_token("token: future", iat=lambda flow: int(time.time()) + 1000)
at_token("token: ath", ath=encode(digest("x")))


@scene("token: narrow scope", "--clients")
def _(flow):
    flow.ask({"client_id": "narrow", "client_secret": "s", "scope": "profile write"})


@scene("token: two proofs")
def _(flow):
    url = flow.endpoint("token_endpoint")
    flow.ask(proofs=[flow.proof("POST", url), flow.proof("POST", url)])


@scene("token: private jwk")
def _(flow):
    flow.ask(header={"jwk": {**flow.key.public, "d": encode(digest("d"))}})


@scene("token: signature")
def _(flow):
    flow.ask(header={"jwk": Forger().public})


@scene("token: replay")
def _(flow):
    proof = flow.proof("POST", flow.endpoint("token_endpoint"))
    flow.ask(proofs=[proof])
    flow.ask(proofs=[proof])


@scene("token: nonce needed", "--idp-nonce")
def _(flow):
    flow.nonces.clear()
    flow.ask()


@scene("token: nonce wrong", "--idp-nonce")
def _(flow):
    flow.ask(nonce="stale")


@scene("refresh: another key")
def _(flow):
    spent = flow.token(flow.person()).get("refresh_token", "none")
    flow.ask({"client_id": "lab-public", "grant_type": "refresh_token", "refresh_token": spent}, key=Forger())


@scene("refresh: spent")
def _(flow):
    form = {"client_id": "lab-public", "grant_type": "refresh_token", "refresh_token": flow.token(flow.person()).get("refresh_token", "none")}
    flow.ask(form)
    flow.ask(form)


@scene("code: spent")
def _(flow):
    form = flow.code()
    flow.token(form)
    flow.ask(form)


@scene("code: verifier")
def _(flow):
    flow.ask({**flow.code(), "code_verifier": "w" * 43})


@scene("code: another key")
def _(flow):
    flow.ask(flow.code(dpop_jkt=encode(digest(json.dumps(flow.key.public, separators=(",", ":"), sort_keys=True)))), key=Forger())


@scene("userinfo: scope")
def _(flow):
    flow.get(flow.endpoint("userinfo_endpoint"), flow.token(flow.person(scope="profile"))["access_token"])


@scene("userinfo: past")
def _(flow):
    flow.get(flow.endpoint("userinfo_endpoint"), flow.token(flow.person())["access_token"], iat=int(time.time()) - 1000)


@scene("userinfo: Bearer")
def _(flow):
    flow.get(flow.endpoint("userinfo_endpoint"), flow.token(flow.person())["access_token"], scheme="Bearer", proofs=[])


@scene("resource: no token")
def _(flow):
    flow.call(proofs=[])


@scene("resource: two proofs")
def _(flow):
    token, url = flow.token()["access_token"], flow.lab.gateway + "/anything/x"
    flow.call(token, proofs=[flow.proof("GET", url, token), flow.proof("GET", url, token)])


@scene("resource: another key")
def _(flow):
    flow.call(flow.token()["access_token"], key=Forger())


@scene("resource: signature")
def _(flow):
    flow.call(flow.token()["access_token"], header={"jwk": Forger().public})


@scene("resource: replay")
def _(flow):
    token, url = flow.token()["access_token"], flow.lab.gateway + "/anything/x"
    proof = flow.proof("GET", url, token)
    flow.call(token, proofs=[proof])
    flow.call(token, proofs=[proof])


@scene("resource: altered token")
def _(flow):
    head, payload, signature = flow.token()["access_token"].split(".")
    flow.call(f"{head}.{payload}.{signature[:10]}{'A' if signature[10] != 'A' else 'B'}{signature[11:]}")


@scene("resource: unbound token")
def _(flow):
    flow.call(flow.token({**KONG}, proofs=[])["access_token"])


@scene("resource: expired token", "--fault", "token=expired")
def _(flow):
    flow.call(flow.token()["access_token"])


@scene("resource: another issuer", "--fault", "token=other-issuer")
def _(flow):
    flow.call(flow.token()["access_token"])


@scene("resource: inactive token", "--fault", "introspection=inactive", "--auth_methods", "introspection")
def _(flow):
    flow.call(flow.token()["access_token"])


@scene("resource: nonce needed", "--dpop_use_nonce")
def _(flow):
    flow.nonces.pop(flow.lab.gateway.split("/")[2], None)
    flow.call(flow.token()["access_token"])


at_resource("resource: Bearer", scheme="Bearer", proofs=[])
at_resource("resource: no proof", proofs=[])
at_resource("resource: malformed proof", proofs=["eyJhbGciOiJFUzI1NiJ9.e30"])
at_resource("resource: empty proof", proofs=[""])
at_resource("resource: typ", header={"typ": "JWT"})
at_resource("resource: htm", htm="POST")
at_resource("resource: htu", htu="http://other.test/anything/x")
at_resource("resource: past", iat=lambda: int(time.time()) - 1000)
at_resource("resource: future", iat=lambda: int(time.time()) + 1000)
at_resource("resource: no ath", ath=None)
at_resource("resource: ath", ath=encode(digest("another")))
at_resource("resource: no jti", jti=None)


# What each server says: status, challenge, body. None: it lets the request pass. `{idp}`, `{gateway}` and `{issuer}` are the lab's own.


def said(status, code=None, sentence=None, challenge=None, body=None, **more):
    """An OAuth error; `body` replaces it."""
    members = {**({"error": code} if code else {}), **({"error_description": sentence} if sentence is not None else {}), **more}
    return status, challenge, json.dumps(members, separators=(",", ":")) if body is None else body


LAB_ALGS = "ES256 ES384 ES512 ES256K PS256 PS384 PS512 RS256 RS384 RS512 EdDSA Ed25519 Ed448"
OURS = {"idp": lambda lab: lab.idp, "gateway": lambda lab: lab.gateway, "issuer": lambda lab: lab.issuer}
INVALID = "Invalid client or Invalid client credentials"
PROOFS = ["two proofs", "malformed proof", "typ", "alg", "no jwk", "private jwk", "signature", "no jti", "htm", "htu", "no url", "past", "future", "ath", "replay"]


def token_scenes(**words):
    return {f"token: {name.replace('_', ' ')}": answer for name, answer in words.items()}


def resource_scenes(**words):
    return {f"resource: {name.replace('_', ' ')}": answer for name, answer in words.items()}


def keycloak(sentence, code="invalid_request", status=400):
    return said(status, code, sentence)


FAILED = 'algs="' + LAB_ALGS + '", realm="lab", error="invalid_token", error_description="Token verification failed"'
KEYCLOAK = {
    **token_scenes(
        wrong_secret=keycloak(INVALID, "unauthorized_client", 401), unknown_client=keycloak(INVALID, "invalid_client", 401),
        unknown_grant=keycloak("Unsupported grant_type", "unsupported_grant_type"),
        forbidden_grant=keycloak("Public client not allowed to retrieve service account", "unauthorized_client", 401),
        wrong_password=keycloak("Invalid user credentials", "invalid_grant"), no_proof=keycloak("DPoP proof is missing"),
        two_proofs=keycloak("DPoP header verification failure"), malformed_proof=keycloak("DPoP header verification failure"),
        typ=keycloak("Invalid or missing type in DPoP header: JWT"), alg=keycloak("Unsupported DPoP algorithm: HS256"), no_jwk=keycloak("No JWK in DPoP header"),
        private_jwk=keycloak("Private key material must not be present in DPoP JWK"),
        signature=keycloak("DPoP verification failure: org.keycloak.exceptions.TokenSignatureInvalidException: Invalid token signature"),
        no_jti=keycloak("DPoP mandatory claims are missing"), htm=keycloak("DPoP HTTP method mismatch"), htu=keycloak("DPoP HTTP URL mismatch"),
        no_url=keycloak("Malformed HTTP URL in DPoP proof"), past=keycloak("DPoP proof is not active"), future=keycloak("DPoP proof is not active"), ath=None,
        replay=keycloak("DPoP proof has already been used"), narrow_scope=keycloak("Invalid scopes: write", "invalid_scope"),
        nonce_needed=keycloak("DPoP nonce is required", "use_dpop_nonce"), nonce_wrong=keycloak("DPoP nonce is required", "use_dpop_nonce")),
    "refresh: another key": keycloak("DPoP confirmation doesn't match DPoP proof", "invalid_grant"), "refresh: spent": keycloak("Invalid refresh token", "invalid_grant"),
    "code: spent": keycloak("Code not valid", "invalid_grant"), "code: verifier": keycloak("PKCE verification failed: Code mismatch", "invalid_grant"),
    "code: another key": keycloak("DPoP Proof public key thumbprint does not match dpop_jkt"),
    "userinfo: scope": (403, 'DPoP algs="' + LAB_ALGS + '", realm="lab", error="insufficient_scope", error_description="Missing openid scope"', ""),
    "userinfo: past": (401, "DPoP " + FAILED, ""),
    "userinfo: Bearer": (401, 'Bearer realm="lab", error="invalid_token", error_description="Token verification failed"', ""),
}


def kong(code, sentence):
    error = f'error="{code}", error_description="{sentence}", ' if code else ""
    return 401, f'DPoP realm="dpop-lab", {error}algs="{LAB_ALGS}"', '{"message":"Unauthorized"}'


def proof_of_kong(sentence):
    return kong("invalid_dpop_proof", sentence)


KONG_SAYS = resource_scenes(
    no_token=kong("", ""), two_proofs=proof_of_kong("more than one DPoP proof"), another_key=kong("invalid_token", "the proof's key is not the token's"),
    signature=proof_of_kong("the signature does not verify"), replay=proof_of_kong("this jti was used before"),
    altered_token=kong("invalid_token", "the token's signature does not verify"), unbound_token=kong("invalid_token", "the token has no cnf.jkt"),
    expired_token=kong("invalid_token", "the token has expired"), another_issuer=kong("invalid_token", "the token's issuer is not {issuer}"),
    inactive_token=kong("invalid_token", "the token is not active"), nonce_needed=kong("use_dpop_nonce", "this server requires a nonce in the proof"),
    Bearer=kong("invalid_token", "a DPoP-bound token presented as Bearer"), no_proof=proof_of_kong("no DPoP header"), malformed_proof=proof_of_kong("not a well-formed JWT"),
    empty_proof=proof_of_kong("not a well-formed JWT"), typ=proof_of_kong("typ is not dpop+jwt"), htm=proof_of_kong("htm is not the request's method"),
    htu=proof_of_kong("htu is 'http://other.test/anything/x', this is '{gateway}/anything/x'"), past=proof_of_kong("iat is {past} s before this server's time"),
    future=proof_of_kong("iat is {future} s ahead of this server's time"), no_ath=proof_of_kong("no ath"), ath=proof_of_kong("ath is not this token's hash"),
    no_jti=proof_of_kong("jti, htm, htu or iat is missing"))


def rfc(sentence, code="invalid_dpop_proof", status=400):
    return said(status, code, sentence)


def rfc_userinfo(status, code, sentence):
    return status, f'DPoP algs="{LAB_ALGS}", realm="lab", error="{code}", error_description="{sentence}"', ""


RFC9449 = {
    **token_scenes(
        wrong_secret=rfc(INVALID, "invalid_client", 401), unknown_client=rfc(INVALID, "invalid_client", 401), unknown_grant=rfc("Unsupported grant_type", "unsupported_grant_type"),
        forbidden_grant=rfc("Client not enabled to retrieve service account", "unauthorized_client", 401), wrong_password=rfc("Invalid user credentials", "invalid_grant"),
        no_proof=rfc("no DPoP header"), two_proofs=rfc("more than one DPoP proof"), malformed_proof=rfc("not a well-formed JWT"), typ=rfc("typ is not dpop+jwt"),
        alg=rfc("algorithm 'HS256' is not accepted"), no_jwk=rfc("no jwk in the header"), private_jwk=rfc("the jwk holds a private key"),
        signature=rfc("the signature does not verify"), no_jti=rfc("jti, htm, htu or iat is missing"), htm=rfc("htm is not the request's method"),
        htu=rfc("htu is '{issuer}/protocol/openid-connect/token/introspect', this is '{issuer}/protocol/openid-connect/token'"),
        no_url=rfc("htu is 'undefined', this is '{issuer}/protocol/openid-connect/token'"), past=rfc("iat is {past} s before this server's time"),
        future=rfc("iat is {future} s ahead of this server's time"), ath=None, replay=rfc("this jti was used before"), narrow_scope=rfc("Invalid scopes: write", "invalid_scope"),
        nonce_needed=rfc("this server requires a nonce in the proof", "use_dpop_nonce"), nonce_wrong=rfc("this server requires a nonce in the proof", "use_dpop_nonce")),
    "refresh: another key": rfc("DPoP confirmation doesn't match DPoP proof", "invalid_grant"), "refresh: spent": rfc("Invalid refresh token", "invalid_grant"),
    "code: spent": rfc("Code not valid", "invalid_grant"), "code: verifier": rfc("PKCE verification failed: Code mismatch", "invalid_grant"),
    "code: another key": rfc("DPoP Proof public key thumbprint does not match dpop_jkt"),
    "userinfo: scope": rfc_userinfo(403, "insufficient_scope", "Missing openid scope"),
    "userinfo: past": rfc_userinfo(401, "invalid_dpop_proof", "iat is {past} s before this server's time"),
    "userinfo: Bearer": rfc_userinfo(401, "invalid_token", "The access token type is DPoP but Authorization Header is not DPoP"),
    **KONG_SAYS,
}

SPRING_ALGS = 'algs="RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512"'
SPRING_PROOF = (401, f'DPoP error="invalid_dpop_proof", {SPRING_ALGS}', "")
RFC6749 = "https://datatracker.ietf.org/doc/html/rfc6749#section-5.2"
RFC6750 = 'error_uri="https://tools.ietf.org/html/rfc6750#section-3.1"'


def spring(status, code):
    return said(status, code)


def spring_parameter(code, name):
    return 400, None, json.dumps({"error_description": f"OAuth 2.0 Parameter: {name}", "error": code, "error_uri": RFC6749}, separators=(",", ":"))


def spring_token(sentence):
    return 401, f'DPoP error="invalid_token", error_description="{sentence}", {RFC6750}, {SPRING_ALGS}', ""


def spring_bearer(place):
    return 401, f'Bearer error="invalid_token", error_description="Invalid bearer token", {RFC6750}, resource_metadata="{place}/.well-known/oauth-protected-resource"', ""


MISSING = (401, f'DPoP error="invalid_request", error_description="DPoP proof is missing or invalid.", {SPRING_ALGS}', "")
DECODE = "An error occurred while attempting to decode the Jwt: "
SPRING = {
    **{f"token: {name}": spring(400, "invalid_dpop_proof") for name in PROOFS},
    **token_scenes(
        wrong_secret=spring(401, "invalid_client"), unknown_client=spring(401, "invalid_client"), unknown_grant=spring_parameter("unsupported_grant_type", "grant_type"),
        forbidden_grant=spring(400, "unauthorized_client"), wrong_password=spring(400, "invalid_grant"), no_proof=None, two_proofs=spring_parameter("invalid_request", "DPoP"),
        ath=None, narrow_scope=spring(400, "invalid_scope"), nonce_needed=spring(400, "use_dpop_nonce"), nonce_wrong=spring(400, "use_dpop_nonce")),
    # Public clients have no refresh tokens, and `dpop_jkt` is passed over.
    "refresh: another key": spring(400, "invalid_grant"), "refresh: spent": spring(400, "invalid_grant"), "code: spent": spring(400, "invalid_grant"),
    "code: verifier": spring(400, "invalid_grant"), "code: another key": None,
    "userinfo: scope": (403, None, '{"error":"insufficient_scope"}'), "userinfo: past": SPRING_PROOF, "userinfo: Bearer": spring_bearer("{idp}"),
    **{f"resource: {name}": SPRING_PROOF for name in ("another key", "signature", "replay", "unbound token", "malformed proof", "typ", "htm", "htu", "past", "future", "no ath", "ath", "no jti")},
    **resource_scenes(
        no_token=(401, 'Bearer resource_metadata="{gateway}/.well-known/oauth-protected-resource"', ""), two_proofs=MISSING, no_proof=MISSING,
        altered_token=spring_token(DECODE + "Signed JWT rejected: Invalid signature"), expired_token=spring_token(DECODE + "Jwt expired at {ended}"),
        another_issuer=spring_token(DECODE + "The iss claim is not valid"), inactive_token=spring_token("Provided token isn't active"), Bearer=spring_bearer("{gateway}"),
        nonce_needed=(401, f'DPoP error="use_dpop_nonce", {SPRING_ALGS}', ""),
        empty_proof=(500, None, '{"timestamp":"{now}","status":500,"error":"Internal Server Error","path":"/anything/x"}')),
}

QUARKUS_SAYS = {
    **{f"resource: {name}": (401, "DPoP", "") for name in (
        "no token", "two proofs", "another key", "signature", "altered token", "unbound token", "expired token", "another issuer", "inactive token", "nonce needed", "Bearer",
        "no proof", "typ", "htm", "htu", "no ath", "ath", "no jti")},
    **resource_scenes(replay=None, past=None, future=None, malformed_proof=(500, None, ""), empty_proof=(500, None, "")),
}

NODE_ALGS = 'algs="ES256 Ed25519 EdDSA"'


def node(sentence, code="invalid_dpop_proof", status=400):
    return said(status, code, sentence)


def node_resource(sentence, code="invalid_dpop_proof", status=401):
    return said(status, code, sentence, f'DPoP realm="{{issuer}}", error="{code}", error_description="{sentence}", {NODE_ALGS}')


GRANT = node("grant request is invalid", "invalid_grant")
NODE_TOKEN = node_resource("invalid token provided", "invalid_token")
NODE = {
    **{f"token: {name}": node("invalid DPoP key binding") for name in PROOFS},
    **token_scenes(
        wrong_secret=node("client authentication failed", "invalid_client", 401), unknown_client=node("client authentication failed", "invalid_client", 401),
        unknown_grant=node("unsupported grant_type requested", "unsupported_grant_type"),
        forbidden_grant=node("requested grant type is not allowed for this client", "invalid_request"), wrong_password=GRANT, no_proof=GRANT,
        no_jti=node("DPoP proof must have a jti string property"), htm=node("DPoP proof htm mismatch"), htu=node("DPoP proof htu mismatch"), no_url=node("DPoP proof htu mismatch"),
        past=node("DPoP proof iat is not recent enough"), future=node("DPoP proof iat is not recent enough"), ath=None, replay=GRANT, narrow_scope=said(400, "invalid_scope"),
        nonce_needed=node("nonce is required in the DPoP proof", "use_dpop_nonce"), nonce_wrong=node("invalid nonce in DPoP proof", "use_dpop_nonce")),
    **{name: GRANT for name in ("refresh: another key", "refresh: spent", "code: spent", "code: verifier", "code: another key")},
    "userinfo: scope": (403, f'DPoP realm="{{issuer}}", error="insufficient_scope", error_description="access token missing openid scope", scope="openid", {NODE_ALGS}',
                        '{"error":"insufficient_scope","error_description":"access token missing openid scope","scope":"openid"}'),
    "userinfo: past": node_resource("DPoP proof iat is not recent enough"), "userinfo: Bearer": NODE_TOKEN,
    **resource_scenes(
        no_token=said(400, "invalid_request", "no access token provided", 'Bearer realm="{issuer}"'), two_proofs=node_resource("invalid DPoP key binding"), another_key=NODE_TOKEN,
        signature=node_resource("invalid DPoP key binding"), replay=NODE_TOKEN, altered_token=NODE_TOKEN, unbound_token=NODE_TOKEN, expired_token=NODE_TOKEN,
        another_issuer=NODE_TOKEN, inactive_token=NODE_TOKEN, Bearer=NODE_TOKEN, no_proof=node_resource("`DPoP` header not provided", "invalid_request", 400),
        nonce_needed=node_resource("nonce is required in the DPoP proof", "use_dpop_nonce"), malformed_proof=node_resource("invalid DPoP key binding"),
        empty_proof=node_resource("`DPoP` header not provided", "invalid_request", 400), typ=node_resource("invalid DPoP key binding"), htm=node_resource("DPoP proof htm mismatch"),
        htu=node_resource("DPoP proof htu mismatch"), past=node_resource("DPoP proof iat is not recent enough"), future=node_resource("DPoP proof iat is not recent enough"),
        no_ath=node_resource("DPoP proof ath mismatch"), ath=node_resource("DPoP proof ath mismatch"), no_jti=node_resource("DPoP proof must have a jti string property")),
}

SKY_ALGS = 'algs="RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES256K ES384 ES512"'


def sky_challenge(code, sentence):
    """Sentences with quotes in them are left out."""
    return f'DPoP {SKY_ALGS}, error="{code}"' + ("" if '"' in sentence else f', error_description="{sentence}"')


def sky(sentence, code="invalid_dpop_proof"):
    return said(401, code, sentence, sky_challenge(code, sentence))


def pds(sentence, code="invalid_dpop_proof"):
    return 401, sky_challenge(code, sentence), json.dumps({"error": code, "message": sentence}, separators=(",", ":"))


JOSE = "Failed to verify DPoP proof: "
SKY_PROOF = {
    "two proofs": JOSE + "Invalid Compact JWS", "malformed proof": JOSE + "Invalid Compact JWS", "typ": JOSE + 'unexpected "typ" JWT header value',
    "alg": JOSE + '"alg" (Algorithm) Header Parameter value not allowed', "no jwk": JOSE + '"jwk" (JSON Web Key) Header Parameter must be a JSON object',
    "private jwk": JOSE + '"jwk" (JSON Web Key) Header Parameter must be a public key', "signature": JOSE + "signature verification failed", "no jti": 'DPoP "jti" missing',
    "htm": 'DPoP "htm" mismatch', "htu": 'DPoP "htu" mismatch', "no url": 'DPoP "htu" is not a valid URL', "replay": "DPoP proof replayed", "no proof": "DPoP proof required",
    "past": JOSE + '"iat" claim timestamp check failed (too far in the past)', "future": JOSE + '"iat" claim timestamp check failed (it should be in the past)',
    "empty proof": "DPoP header cannot be empty", "no ath": 'DPoP "ath" mismatch', "ath": 'DPoP "ath" mismatch',
}
SKY = {
    **{f"token: {name}": sky(SKY_PROOF[name]) for name in [*PROOFS, "no proof"]}, "token: ath": sky('DPoP "ath" claim not allowed'),
    **token_scenes(
        wrong_secret=said(400, "invalid_client"), unknown_client=said(400, "invalid_client_metadata", 'Invalid client ID "nobody"'),
        unknown_grant=said(400, "invalid_grant", 'Grant type "magic" is not supported by the server'),
        forbidden_grant=said(400, "invalid_grant", '"client_credentials" grant type is not allowed for this client'), wrong_password=said(400, "invalid_grant"),
        narrow_scope=said(400, "invalid_scope", 'Scope "write" is not declared in the client metadata'),
        nonce_needed=said(400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof"), nonce_wrong=said(400, "use_dpop_nonce", 'DPoP "nonce" mismatch')),
    "refresh: another key": said(400, "invalid_grant", "DPoP proof does not match the expected JKT"), "refresh: spent": said(400, "invalid_grant", "Invalid refresh token"),
    "code: spent": said(400, "invalid_grant", "Invalid code"), "code: verifier": said(400, "invalid_grant", "Invalid code_verifier"),
    "code: another key": said(400, "invalid_grant", "DPoP proof does not match the expected JKT"),
    "userinfo: scope": (403, None, '{"error":"insufficient_scope"}'), "userinfo: past": pds(SKY_PROOF["past"]),
    "userinfo: Bearer": (400, None, '{"error":"InvalidToken","message":"Malformed token"}'),
    **{f"resource: {name}": pds(SKY_PROOF[name]) for name in (
        "two proofs", "signature", "replay", "no proof", "malformed proof", "empty proof", "typ", "htm", "htu", "past", "future", "no ath", "ath", "no jti")},
    **resource_scenes(
        no_token=(401, None, '{"error":"AuthMissing","message":"Authentication Required"}'), another_key=pds("Invalid DPoP key binding", "invalid_token"),
        altered_token=pds("signature verification failed", "invalid_token"), expired_token=pds('"exp" claim timestamp check failed', "invalid_token"),
        another_issuer=pds('unexpected "iss" claim value', "invalid_token"), inactive_token=pds("Invalid token", "invalid_token"),
        unbound_token=(401, 'Bearer error="invalid_token", error_description="Bearer token type must be used without a DPoP proof"',
                       '{"error":"invalid_token","message":"Bearer token type must be used without a DPoP proof"}'),
        nonce_needed=pds("Authorization server requires nonce in DPoP proof", "use_dpop_nonce"), Bearer=(400, None, '{"error":"InvalidToken","message":"Malformed token"}')),
}

AUTH0_ALGS = 'algs="RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES256K ES384 ES512 EdDSA"'


def auth0(sentence, code="invalid_dpop_proof", status=400):
    """Quotes are single ones in the challenge."""
    single = sentence.replace('"', "'")
    return said(status, code, sentence, f'DPoP error="{code}", error_description="{single}", {AUTH0_ALGS}')


NO_DPOP_REQUEST = (400, f"DPoP {AUTH0_ALGS}", '{"error_description":""}')
AUTH0 = {
    **{f"token: {name}": said(400, "invalid_dpop_proof") for name in [*PROOFS, "no proof"]}, "token: ath": None,
    **token_scenes(
        wrong_secret=said(401, "access_denied", "Unauthorized"), unknown_client=said(401, "access_denied", "Unauthorized"),
        unknown_grant=said(403, "unsupported_grant_type", "Unsupported grant type: magic"),
        forbidden_grant=said(403, "unauthorized_client", "Grant type 'client_credentials' not allowed for the client.", error_uri="https://auth0.com/docs/clients/client-grant-types"),
        wrong_password=said(403, "invalid_grant", "Wrong email or password."), narrow_scope=said(400, "invalid_scope"), nonce_needed=said(400, "use_dpop_nonce"),
        nonce_wrong=said(400, "use_dpop_nonce")),
    "refresh: another key": said(400, "invalid_grant"), "refresh: spent": said(403, "invalid_grant", "Unknown or invalid refresh token."),
    "code: spent": said(403, "invalid_grant", "Invalid authorization code"), "code: verifier": said(403, "invalid_grant", "Failed to verify code verifier"),
    "code: another key": said(400, "invalid_grant"),
    "userinfo: scope": said(403, "insufficient_scope", "Insufficient Scope", f'DPoP error="insufficient_scope", error_description="Insufficient Scope", {AUTH0_ALGS}'),
    "userinfo: past": auth0('DPoP proof "iat" is outside the acceptable range'), "userinfo: Bearer": NO_DPOP_REQUEST,
    **resource_scenes(
        no_token=said(401, None, "Unauthorized", f"DPoP {AUTH0_ALGS}"), two_proofs=NO_DPOP_REQUEST, no_proof=NO_DPOP_REQUEST, empty_proof=NO_DPOP_REQUEST, Bearer=NO_DPOP_REQUEST,
        another_key=auth0("JWT Access Token confirmation mismatch", "invalid_token", 401), signature=auth0("signature verification failed"), replay=None,
        altered_token=auth0("signature verification failed", "invalid_token", 401), unbound_token=auth0("JWT Access Token has no jkt confirmation claim", "invalid_token", 401),
        expired_token=auth0('"exp" claim timestamp check failed', "invalid_token", 401), another_issuer=auth0('Unexpected "iss" value', "invalid_token", 401),
        inactive_token=said(401, "invalid_token", None, f'DPoP error="invalid_token", {AUTH0_ALGS}'),
        nonce_needed=said(401, "use_dpop_nonce", None, f'DPoP error="use_dpop_nonce", {AUTH0_ALGS}'), malformed_proof=auth0("Invalid Compact JWS"),
        typ=auth0('unexpected "typ" JWT header value'), htm=auth0("DPoP Proof htm mismatch"), htu=auth0("DPoP Proof htu mismatch"),
        past=auth0('DPoP proof "iat" is outside the acceptable range'), future=auth0('DPoP proof "iat" is outside the acceptable range'),
        no_ath=auth0('Missing "ath" claim in DPoP proof'), ath=auth0('DPoP Proof "ath" mismatch'), no_jti=auth0('Missing "jti" in DPoP proof')),
}

WORDS = {"keycloak": {**KEYCLOAK, **KONG_SAYS}, "rfc9449": RFC9449, "spring": SPRING, "quarkus": {**KEYCLOAK, **QUARKUS_SAYS}, "node-oidc-provider": NODE, "atproto": SKY, "auth0": AUTH0}
# Whose answers tell the time: at the IdP, at the gateway.
DATES = {"keycloak": (False, True), "quarkus": (False, False), **{name: (True, True) for name in ("rfc9449", "spring", "node-oidc-provider", "atproto", "auth0")}}

# What `why` names first: one of these. Where a server says too little to tell, `UNSAID` has what is to be quoted instead.
TIME = ("iat.skew-behind", "iat.slow-delivery", "iat.cached-proof")
CAUSES = {
    "token: wrong secret": "client.auth-failed", "token: unknown client": "client.auth-failed", "token: unknown grant": "grant.forbidden", "token: forbidden grant": "grant.forbidden",
    "token: wrong password": "grant.refused", "token: no proof": "proof.absent", "token: malformed proof": "proof.quoted", "token: typ": "typ.wrong", "token: alg": "alg.sym-none",
    "token: no jwk": "jwk.kid-instead", "token: no jti": "jti.missing", "token: htm": "htm.reused", "token: htu": "htu.wrong-endpoint", "token: no url": "htu.unparsed", "token: past": TIME,
    "token: future": "iat.skew-ahead", "token: ath": "ath.on-token-request", "token: narrow scope": "grant.refused", "token: two proofs": "proof.duplicated",
    "token: private jwk": "jwk.private", "token: signature": "proof.signature", "token: replay": "jti.retry", "token: nonce needed": "nonce.unhandled",
    "token: nonce wrong": ("nonce.only-if-none", "nonce.not-echoed", "nonce.unhandled"), "refresh: another key": "key.refresh-other", "refresh: spent": "grant.spent",
    "code: spent": "grant.spent", "code: verifier": "grant.refused", "code: another key": "key.dpop-jkt", "userinfo: scope": "token.scope", "userinfo: past": TIME,
    "userinfo: Bearer": "scheme.bearer", "resource: no token": "proof.absent", "resource: two proofs": "proof.duplicated", "resource: another key": "key.two-keys",
    "resource: signature": "sig.other-key", "resource: replay": "jti.retry", "resource: altered token": "token.altered", "resource: unbound token": ("cnf.absent", "scheme.dpop-unbound"),
    "resource: expired token": "token.expired", "resource: another issuer": "token.issuer", "resource: inactive token": "token.revoked", "resource: nonce needed": "nonce.unhandled",
    "resource: Bearer": "scheme.bearer", "resource: no proof": "proof.absent", "resource: malformed proof": "proof.quoted", "resource: empty proof": "proof.quoted",
    "resource: typ": "typ.wrong", "resource: htm": "htm.reused", "resource: htu": "htu.client-internal", "resource: past": TIME, "resource: future": "iat.skew-ahead",
    "resource: no ath": "ath.missing", "resource: ath": "proof.ath", "resource: no jti": "jti.missing",
}
# Nothing in the capture and no word of the server's tells these: the refusal is said, and nothing is called certain.
UNSAID = {("quarkus", "resource: another issuer"), ("quarkus", "resource: inactive token"), ("quarkus", "resource: nonce needed"), ("node-oidc-provider", "resource: another issuer"),
          ("node-oidc-provider", "resource: inactive token"), ("atproto", "resource: inactive token"), ("auth0", "resource: inactive token")}
# Public clients of Spring's have no refresh tokens: what is presented never was one.
UNSAID |= {("spring", "refresh: another key")}


def filled(text, lab, answer_text):
    """The expected text with the lab's own URLs, and what differs from run to run taken from the answer where it has the right form."""
    if text is None:
        return None
    for name, value in OURS.items():
        text = text.replace("{" + name + "}", value(lab))
    for name, form in [("past", "100[01]"), ("future", "(?:999|1000)"), ("ended", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), ("now", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")]:
        mark = "{" + name + "}"
        if mark in text:
            found = re.search(re.escape(text).replace(re.escape(mark), f"({form})"), answer_text or "")
            text = text.replace(mark, found[1]) if found else text
    return text


def why_of(name, profile, flow):
    """The outcome and the causes that `why` finds in the flow's capture."""
    done = sh(TUI, "why", "--format", "json", flow.capture(f"{profile}-{name.replace(': ', '-').replace(' ', '-')}.jsonl"), check=False)
    document = json.loads(done.stdout.splitlines()[-1])
    return document["outcome"], [cause["id"] for cause in document["causes"]], done.stdout


def wrong_of(name, profile, flow, answer):
    """What is not as it should be after one scene."""
    wanted = WORDS[profile][name]
    outcome, causes, text = why_of(name, profile, flow)
    first = causes[0] if causes else None
    if wanted is None:
        if answer.status != 200:
            yield f"{profile}, {name}: expected to pass, found {answer.status} {answer.body}"
        if outcome == "refused":
            yield f"{profile}, {name}: let through, and why says {outcome} {causes}"
        return
    wanted = (wanted[0], filled(wanted[1], flow.lab, answer.field("www-authenticate")), filled(wanted[2], flow.lab, answer.body))
    found = (answer.status, answer.field("www-authenticate"), answer.body)
    if found != wanted:
        yield f"{profile}, {name}: expected {wanted}\n        found {found}"
    if (profile, name) in UNSAID:
        if outcome != "refused":
            yield f"{profile}, {name}: why says {outcome} {causes}, expected refused: nothing tells"
        return
    causes_wanted = CAUSES[name] if isinstance(CAUSES[name], tuple) else (CAUSES[name],)
    if len(causes) != len(set(causes)):
        yield f"{profile}, {name}: why names a cause twice: {causes}"
    if first not in causes_wanted:
        yield f"{profile}, {name}: why names {outcome} {causes} first, expected one of {causes_wanted}: {text[:300]}"


def options_of(scene_options):
    return ("--clients", written("narrow.json", CLIENTS)) if scene_options == ("--clients",) else scene_options


def play(profile):
    """Every scene against the lab in a server's style; fails with all that is wrong."""
    wrong, groups = [], {}
    for name, (options, function) in SCENES.items():
        groups.setdefault(options, []).append((name, function))
    for options, scenes in groups.items():
        with Lab("--profile", profile, *options_of(options)) as lab:
            for name, function in scenes:
                flow = Flow(lab, profile)
                function(flow)
                answer = flow.last
                wrong += wrong_of(name, profile, flow, answer)
                tells = DATES[profile][1 if name.startswith("resource:") else 0]
                if (answer.field("date") is not None) != tells:
                    wrong.append(f"{profile}, {name}: Date is {answer.field('date')}, expected {'one' if tells else 'none'}")
    if wrong:
        raise Failure("\n".join(wrong))


@test
def keycloak_and_kong_say_no():
    play("keycloak")


@test
def rfc9449_says_no():
    play("rfc9449")


@test
def spring_says_no():
    play("spring")


@test
def quarkus_says_no():
    play("quarkus")


@test
def node_oidc_provider_says_no():
    play("node-oidc-provider")


@test
def atproto_says_no():
    play("atproto")


@test
def auth0_says_no():
    play("auth0")


@test
def the_metadata_that_springs_challenge_names_are_served():
    with Lab("--profile", "spring") as lab:
        flow = Flow(lab, "spring")
        for url in (lab.gateway + "/anything/x", flow.endpoint("userinfo_endpoint")):
            challenge = flow.get(url, proofs=[]).field("www-authenticate")
            named = re.search('resource_metadata="([^"]+)"', challenge)[1]
            place = url.split("/anything")[0].split("/realms")[0]
            for path, resource in (("", place), ("/anything/x", place + "/anything/x")):
                answer = flow.send("GET", named + path, [])
                expect((answer.status, answer.json["resource"]), (200, resource), named + path)
            require(flow.send("GET", named + "x", []).status != 200, "another path is taken for it")


@test
def every_scene_has_its_words_and_its_cause():
    """Each profile that the lab takes has an answer to every scene, and no answer is to a scene that is not played."""
    done = sh(LAB, "--profile", "nonesuch", check=False)
    require(all(profile in done.stderr for profile in WORDS), done.stderr)
    for profile, words in WORDS.items():
        expect(sorted(set(SCENES) ^ set(words)), [], f"{profile}: scenes without words, or words without a scene")
    expect(sorted(set(SCENES) ^ set(CAUSES)), [], "scenes without a cause")
