"""Every fault of `dpop-lab --fault list`, live: what goes over the wire with it. `faults_are_found` in run.py asks dpop-tui about them."""
import base64
import email.utils
import hashlib
import http.client
import json
import re
import time
import urllib.parse

from lab import BACK, CLIENT, KONG, LAB, PLAIN, SECRET, TUI, Lab, Prover, claims, decode, encode, expect, path, pkce, refused, require, sh
from runner import Failure, test

# What the tests below have covered, as `name=value`; the last one holds it against the list.
COVERED = set()


class Faulty(Lab):
    """A lab with these faults."""

    def __init__(self, *faults, options=()):
        COVERED.update(faults)
        super().__init__(*(word for fault in faults for word in ("--fault", fault)), *options)


def public_key_info(jwk):
    """The SubjectPublicKeyInfo of a P-256 key, DER."""
    return bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + b"\x04" + decode(jwk["x"]) + decode(jwk["y"])


@test
def fault_jkt():
    """Each wrong thumbprint is what its name says, and the gateway refuses the token; `noncanonical` may happen to be right."""
    prover = Prover()
    digest = decode(prover.jkt)
    members = base64.urlsafe_b64decode(prover.proof("http://x/").split(".")[0] + "==").decode()
    as_sent = re.search(r'"jwk":(\{[^}]*\})', members)[1]
    for name, jkt in [("der", encode(hashlib.sha256(public_key_info(prover.public)).digest())), ("hex", digest.hex()), ("padded", prover.jkt + "="), ("kid", "client-key-1"),
                      ("noncanonical", encode(hashlib.sha256(as_sent.encode()).digest())), ("other", None)]:
        with Faulty(f"jkt={name}") as lab:
            token = lab.token(prover=prover)
            found = claims(token)["cnf"]["jkt"]
            require(found == jkt if jkt else len(found) == 43 and found != prover.jkt, f"{name}: {found}, expected {jkt}")
            if found != prover.jkt:
                refused(lab.call(prover, token), 401, "invalid_token")


@test
def fault_cnf():
    """No cnf, a text, jkt at top level: refused; x5t#S256 besides: taken; left out of the introspection only: refused where it is asked."""
    prover = Prover()
    for name, members in [("absent", {}), ("string", {"cnf": prover.jkt}), ("toplevel", {"jkt": prover.jkt})]:
        with Faulty(f"cnf={name}") as lab:
            token = lab.token(prover=prover)
            expect({member: value for member, value in claims(token).items() if member in ("cnf", "jkt")}, members, name)
            refused(lab.call(prover, token), 401, "no cnf.jkt")
    with Faulty("cnf=extra") as lab:
        token = lab.token(prover=prover)
        expect(sorted(claims(token)["cnf"]), ["jkt", "kc-jkt-type", "x5t#S256"], "extra")
        expect(lab.call(prover, token).status, 200, "extra")
    with Faulty("cnf=introspection", options=("--opaque", "--auth_methods", "introspection")) as lab:
        token = lab.token(prover=prover)
        require("cnf" not in lab.get(lab.endpoint("token/introspect"), {**KONG, "token": token}).json, "the introspection has cnf")
        refused(lab.call(prover, token), 401, "no cnf.jkt")


@test
def fault_type():
    """token_type is Bearer (and the token unbound), dpop or DPOP."""
    prover = Prover()
    for name, said in [("bearer", "Bearer"), ("lower", "dpop"), ("upper", "DPOP")]:
        with Faulty(f"type={name}") as lab:
            reply = lab.token_request(prover=prover).json
            expect(reply["token_type"], said, name)
            expect("cnf" in claims(reply["access_token"]), name != "bearer", f"{name}: bound")


@test
def fault_clock():
    """The lab's clock is wrong: its tokens and its Date, where there is one, say so, and proofs made by a right one are too old or too new beyond the window."""
    prover = Prover()
    for seconds, status in [("+20", 200), ("+40", 400), ("-10", 200), ("-30", 400), ("+0.5", 200)]:
        with Faulty(f"clock={seconds}s") as lab:
            expect(lab.token_request(prover=prover).status, status, f"clock={seconds}s")
            skew = claims(lab.bearer())["iat"] - time.time()
            require(abs(skew - float(seconds)) < 3, f"clock={seconds}s: iat is {skew:.1f} s from ours")
    for profile, dated in [("rfc9449", "idp gateway upstream"), ("keycloak", "gateway upstream"), ("quarkus", "upstream"), ("atproto", "idp gateway upstream")]:
        with Faulty("clock=-900s", options=("--profile", profile)) as lab:
            for name in ("idp", "gateway", "upstream"):
                date = lab.get(lab.info[name] + ("/get" if name == "upstream" else "/realms/lab/nothing")).headers["Date"]
                skew = email.utils.parsedate_to_datetime(date).timestamp() - time.time() if date else None
                require((skew is not None and abs(skew + 900) < 3) if name in dated else date is None, f"{profile}: {name} says {date}")
    COVERED.update({"clock=+SECONDSs", "clock=-SECONDSs"})


@test
def a_wrong_clock_is_told_by_its_date():
    """Whose clock is wrong, where a Date shows it; where there is none, both directions are possible."""
    for profile, seconds, causes in [("rfc9449", "+400", ["iat.skew-behind"]), ("rfc9449", "-400", ["iat.skew-ahead"]), ("spring", "+200", ["iat.skew-behind"]),
                                     ("keycloak", "+40", ["iat.skew-behind", "iat.skew-ahead"]), ("keycloak", "-40", ["iat.skew-behind", "iat.skew-ahead"])]:
        with Faulty(f"clock={seconds}s", options=("--profile", profile)) as lab:
            file = path(f"clock-{profile}{seconds}.jsonl")
            sh(TUI, "run", lab.issuer, "--headless", *CLIENT, "--resource", lab.gateway + "/get", "--record", file, env=SECRET, check=False)
            found = json.loads(sh(TUI, "why", "--format", "json", file, check=False).stdout.splitlines()[-1])["causes"]
            expect([cause["id"] for cause in found], causes, f"{profile} {seconds}")


@test
def fault_htu():
    """The gateway believes in another URL and refuses the one that was called; `strict` compares as text."""
    prover = Prover()
    for name, change in [("internal", lambda url: re.sub("//[^/]*", "//kong.internal:8000", url)), ("scheme", lambda url: url.replace("http:", "https:")),
                         ("port", lambda url: re.sub(r":\d+", ":8443", url))]:
        with Faulty(f"htu={name}") as lab:
            token, url = lab.token(prover=prover), lab.gateway + "/get"
            refused(lab.get(url, headers=prover.fields(url, token)), 401, f"htu is '{url}', this is '{change(url)}'")
            expect(lab.get(url, headers=prover.fields(change(url), token)).status, 200, f"{name}: the URL it believes in")
    for faults, status in [(["htu=strict"], 401), ([], 200)]:
        with Faulty(*faults) as lab:
            token, url = lab.token(prover=prover), lab.gateway + "/get"
            expect(lab.get(url, headers=prover.fields(url.replace("http:", "HTTP:"), token)).status, status, f"{faults}: HTTP: in capitals")


def challenged(lab, prover, token=None):
    """The nonce that a call without one is told: of the token endpoint, or of the gateway."""
    reply = lab.call(prover, token) if token else lab.token_request(prover=prover)
    refused(reply, 401 if token else 400, "use_dpop_nonce")
    return reply.headers["DPoP-Nonce"]


@test
def fault_nonce():
    """Every way to ask: once, anew with every answer, for ever, in the body, after the code is spent, on the other server's answers."""
    prover = Prover()
    with Faulty("nonce=required") as lab:
        token = lab.token(prover=prover, nonce=challenged(lab, prover))
        reply = lab.call(prover, token, nonce=challenged(lab, prover, token))
        expect((reply.status, reply.headers["DPoP-Nonce"]), (200, None), "required")
    with Faulty("nonce=rotate") as lab:
        reply = lab.token_request(prover=prover, nonce=challenged(lab, prover))
        token = reply.json["access_token"]
        nonces = [reply.headers["DPoP-Nonce"], challenged(lab, prover, token)]
        for _ in range(2):
            reply = lab.call(prover, token, nonce=nonces[-1])
            expect(reply.status, 200, "rotate")
            nonces.append(reply.headers["DPoP-Nonce"])
        expect(len(set(nonces)), 4, "nonces")
    with Faulty("nonce=loop") as lab:
        nonce = challenged(lab, prover)
        for _ in range(3):
            reply = lab.token_request(prover=prover, nonce=nonce)
            refused(reply, 400, "use_dpop_nonce")
            nonce = reply.headers["DPoP-Nonce"]
    with Faulty("nonce=in-body") as lab:
        reply = lab.token_request(prover=prover)
        expect((reply.status, reply.headers["DPoP-Nonce"]), (400, None), "in-body")
        token = lab.token(prover=prover, nonce=reply.json["dpop_nonce"])
        reply = lab.call(prover, token)
        expect((reply.status, reply.headers["DPoP-Nonce"]), (401, None), "in-body at the gateway")
        expect(lab.call(prover, token, nonce=reply.json["dpop_nonce"]).status, 200, "with the nonce of the body")
    for name, spent in [("burns-code", True), ("required", False)]:
        with Faulty(f"nonce={name}") as lab:
            challenge, verifier = pkce()
            asked = {"client_id": "lab-public", "redirect_uri": BACK, "response_type": "code", "username": "ada", "password": "lovelace", **challenge}
            code = lab.get(lab.endpoint("auth"), asked).headers["Location"].split("code=")[1]
            form = {"client_id": "lab-public", "grant_type": "authorization_code", "redirect_uri": BACK, "code": code, **verifier}
            asked = lab.token_request(form, prover)
            refused(asked, 400, "use_dpop_nonce")
            expect(lab.token_request(form, prover, nonce=asked.headers["DPoP-Nonce"]).status, 400 if spent else 200, f"{name}: the code after the challenge")
    with Faulty("nonce=cross") as lab:
        token = lab.token(prover=prover, nonce=challenged(lab, prover))
        reply = lab.call(prover, token, nonce=challenged(lab, prover, token))
        expect((reply.status, bool(reply.headers["DPoP-Nonce"])), (200, True), "cross")


@test
def fault_nonce_stale_code():
    """A nonce of another time is answered with invalid_dpop_proof instead of use_dpop_nonce by the IdP; no nonce with use_dpop_nonce."""
    prover = Prover()
    for name, code in [("stale-code", "invalid_dpop_proof"), ("required", "use_dpop_nonce")]:
        with Faulty(f"nonce={name}") as lab:
            reply = lab.token_request(prover=prover, nonce="stale")
            refused(reply, 400, code)
            require(reply.headers["DPoP-Nonce"], f"{name}: no nonce is told")
            refused(lab.token_request(prover=prover), 400, "use_dpop_nonce")


@test
def faults_of_what_passes_the_gateway():
    """The proof taken away or doubled before the checks; proof and scheme passed on; an upstream that refuses a downgraded token."""
    prover = Prover()
    for fault, words in [("strip-dpop", "no DPoP header"), ("double-dpop", "more than one DPoP proof")]:
        with Faulty(fault) as lab:
            refused(lab.call(prover, lab.token(prover=prover)), 401, words)
    for fault, proof, scheme in [("keep-dpop", True, "Bearer"), ("keep-scheme", False, "DPoP"), (None, False, "Bearer")]:
        with Faulty(*([fault] if fault else [])) as lab:
            headers = lab.call(prover, lab.token(prover=prover)).json["headers"]
            expect(("Dpop" in headers, headers["Authorization"].split()[0]), (proof, scheme), fault)
    with Faulty("upstream-dpop") as lab:
        refused(lab.call(prover, lab.token(prover=prover)), 401, 'Bearer error="invalid_token", error_description="Invalid bearer token"')


@test
def faults_of_what_is_not_checked():
    """A jti again, a key that is not the token's: both pass with the fault and not without."""
    prover, other = Prover(), Prover()
    for fault, status in [("replay=unchecked", 200), (None, 401)]:
        with Faulty(*([fault] if fault else [])) as lab:
            token = lab.token(prover=prover)
            expect([lab.call(prover, token, jti="again").status for _ in range(2)], [200, status], f"{fault}: a jti twice")
    for fault, status in [("binding=unchecked", 200), (None, 401)]:
        with Faulty(*([fault] if fault else [])) as lab:
            expect(lab.call(other, lab.token(prover=prover)).status, status, f"{fault}: another key's proof")


@test
def fault_alg():
    """ES256 is refused although it is announced; RS256-only takes RS256, no-es256 the others."""
    for name, works, fails in [("RS256-only", "RS256", "ES384"), ("no-es256", "ES384", "ES256")]:
        with Faulty(f"alg={name}") as lab:
            lab.run(*CLIENT, "--alg", works, env=SECRET).expect(*PLAIN)
            require("Unsupported DPoP algorithm" in lab.run(*CLIENT, "--alg", fails, env=SECRET, check=1).done.stderr, f"{name}: {fails} was taken")
            require("ES256" in lab.get(lab.issuer + "/.well-known/openid-configuration").json["dpop_signing_alg_values_supported"], "ES256 is not announced")


@test
def fault_challenge():
    """A refusal without WWW-Authenticate, with Bearer's, with one that does not end."""
    for name, challenge in [("absent", None), ("bearer", 'Bearer realm="dpop-lab"'), ("broken", 'DPoP error="unclosed')]:
        with Faulty(f"challenge={name}") as lab:
            reply = lab.get(lab.gateway + "/get")
            expect((reply.status, reply.headers["WWW-Authenticate"]), (401, challenge), name)


@test
def faults_of_the_token():
    """Expired, signed by an unpublished key, of another issuer: the gateway refuses each; inactive at every introspection."""
    prover = Prover()
    for name, words in [("expired", "expired"), ("wrong-key", "signature"), ("other-issuer", "issuer")]:
        with Faulty(f"token={name}") as lab:
            refused(lab.call(prover, lab.token(prover=prover)), 401, "invalid_token", words)
    with Faulty("introspection=inactive", options=("--auth_methods", "introspection")) as lab:
        token = lab.token(prover=prover)
        expect(lab.get(lab.endpoint("token/introspect"), {**KONG, "token": token}).json, {"active": False}, "introspection")
        refused(lab.call(prover, token), 401, "not active")


def ends_without_an_answer(call, error=(ConnectionError, http.client.RemoteDisconnected)):
    try:
        reply = call()
    except error:
        return
    except OSError as failure:
        # urllib wraps what the connection said.
        if isinstance(getattr(failure, "reason", None), error):
            return
        raise
    raise Failure(f"answered {reply.status} {reply.body}")


@test
def faults_of_the_connection():
    """reset and idp-reset end the connection without an answer, truncate in the middle of one; the other servers go on."""
    with Faulty("reset") as lab:
        ends_without_an_answer(lambda: lab.get(lab.gateway + "/get"))
        lab.bearer()
    with Faulty("idp-reset") as lab:
        ends_without_an_answer(lambda: lab.token_request())
        expect(lab.get(lab.endpoint("certs")).status, 200, "another endpoint")
    prover = Prover()
    with Faulty("truncate") as lab:
        host = lab.gateway.split("//")[1]
        token = lab.token(prover=prover)
        connection = http.client.HTTPConnection(host, timeout=10)
        connection.request("GET", "/get", headers=prover.fields(lab.gateway + "/get", token))
        answer = connection.getresponse()
        expect((answer.status, answer.getheader("Content-Length")), (200, "4096"), "the head")
        try:
            raise Failure(f"a whole body: {answer.read()}")
        except http.client.IncompleteRead as cut:
            expect(cut.partial, b'{"args":{', "what came")
        connection.close()
        expect(lab.get(lab.issuer + "/.well-known/openid-configuration").status, 200, "the IdP")
    for fault, call in [("slow=0.4s", lambda lab: lab.get(lab.gateway + "/get")), ("idp-slow=0.4s", lambda lab: lab.token_request())]:
        with Faulty(fault) as lab:
            started = time.monotonic()
            require(call(lab).status in (400, 401), fault)
            require(0.4 <= time.monotonic() - started < 3, f"{fault}: {time.monotonic() - started:.2f} s")
        COVERED.add(fault.split("=")[0] + "=SECONDSs")


@test
def fault_cors():
    """A browser is not answered, may not send DPoP, or may not read the nonce; without a fault it may do all of it."""
    page, prover = "http://127.0.0.1:3000", Prover()
    asks = {"Origin": page, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,dpop"}
    for faults, preflights, allowed, exposed in [([], (200, 200), (True, True), True), (["cors=absent"], (404, 401), (False, False), None),
                                                 (["cors=no-dpop"], (200, 200), (False, True), True), (["cors=hidden"], (200, 200), (True, True), False)]:
        with Faulty(*faults, options=("--idp-nonce", "--dpop-use-nonce")) as lab:
            for url, status in zip((lab.endpoint("token"), lab.gateway + "/get"), preflights):
                reply = lab.get(url, headers=asks, method="OPTIONS")
                fields = (reply.headers["Access-Control-Allow-Headers"] or "").lower()
                expect((reply.status, "dpop" in fields, "authorization" in fields), (status, *allowed), f"{faults}: the preflight of {url}")
            token = lab.get(lab.endpoint("token"), {"grant_type": "client_credentials", "client_id": "lab-client", "client_secret": "lab-secret"},
                            {"Origin": page, "DPoP": prover.proof(lab.endpoint("token"), "POST")})
            call = lab.get(lab.gateway + "/get", headers={"Origin": page, **prover.fields(lab.gateway + "/get", lab.bearer())})
            for reply in (token, call):
                told = reply.headers["Access-Control-Expose-Headers"]
                expect((reply.headers["Access-Control-Allow-Origin"], "DPoP-Nonce" in (told or "")), (None if exposed is None else page, bool(exposed)), f"{faults}: the answer")


@test
def faults_of_the_status():
    """status, idp-status and both redirects answer whatever was asked."""
    with Faulty("status=503") as lab:
        refused(lab.get(lab.gateway + "/get"), 503, "fault status=503")
    with Faulty("idp-status=599") as lab:
        refused(lab.token_request(), 599, "server_error")
    for name, base in [("same", "{gateway}"), ("other", "http://127.0.0.2:9")]:
        with Faulty(f"redirect={name}") as lab:
            reply = lab.get(lab.gateway + "/get")
            expect((reply.status, reply.headers["Location"]), (302, base.format(**lab.info) + "/get/moved"), name)
            expect(lab.get(lab.gateway + "/get/moved").status, 401, "where it leads")
    COVERED.update({"status=CODE", "idp-status=CODE"})


@test
def fault_id_nonce():
    """An ID token has the nonce of its authorization request, or another one, or none; only a person's with scope openid is there at all, and only with --id-tokens or this fault."""
    def id_token(lab, scope="openid", **more):
        asked, told = pkce()
        form = {"client_id": "lab-public", "redirect_uri": BACK, "response_type": "code", "scope": scope, **asked, **more, "username": "ada", "password": "lovelace"}
        back = lab.get(lab.endpoint("auth"), form).headers["Location"]
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["code"][0]
        return lab.token_request({"grant_type": "authorization_code", "client_id": "lab-public", "redirect_uri": BACK, "code": code, **told}, Prover()).json.get("id_token")

    with Lab() as lab:
        expect(id_token(lab, nonce="n-1"), None, "an ID token of a lab that hands out none")
    with Lab("--id-tokens") as lab:
        found = claims(id_token(lab, nonce="n-1"))
        expect((found["nonce"], found["aud"], found["sub"], found["iss"]), ("n-1", "lab-public", "ada", lab.issuer), "the ID token")
        require("nonce" not in claims(id_token(lab)) and id_token(lab, scope="profile") is None, "a nonce or an ID token that nobody asked for")
        header = json.loads(decode(id_token(lab).split(".")[0]))
        keys = {key["kid"]: key["alg"] for key in lab.get(lab.endpoint("certs")).json["keys"]}
        expect((header["alg"], keys.get(header["kid"])), ("RS256", "RS256"), "the ID token's key")
        require("id_token" not in lab.token_request({"scope": "openid"}, Prover()).json, "an ID token of no person")
    for name, nonce in (("other", "not-n-1"), ("absent", None)):
        with Faulty(f"id-nonce={name}") as lab:
            expect(claims(id_token(lab, nonce="n-1")).get("nonce"), nonce, name)


@test
def several_faults_at_once_and_every_fault_has_its_test():
    """Faults add up; the tests above have used every fault and value of `--fault list`, which explains each."""
    prover = Prover()
    with Faulty("jkt=hex", "type=lower", "challenge=absent") as lab:
        reply = lab.token_request(prover=prover).json
        expect((reply["token_type"], claims(reply["access_token"])["cnf"]["jkt"]), ("dpop", decode(prover.jkt).hex()), "two faults of the IdP")
        expect(lab.call(prover, reply["access_token"]).headers["WWW-Authenticate"], None, "one of the gateway")
    listed = sh(LAB, "--fault", "list").stdout.splitlines()
    names, words = listed[::2], listed[1::2]
    require(all(text.startswith("    ") and len(text) > 20 for text in words), words)
    wanted = {f"{name.split('=')[0]}={value}" if "=" in name else name for name in names for value in name.split("=")[-1].split("|")}
    import lab
    if not lab.ONLY:
        expect(sorted(wanted - COVERED), [], "faults without a test")
