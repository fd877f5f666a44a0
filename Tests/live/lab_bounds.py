"""The lab under attack: numbers that nobody can hold, memory that somebody wants to fill, proofs that come again."""
import concurrent.futures
import http.client
import json
import time
import urllib.parse

from lab import BACK, KONG, SANITIZED, Forger, Lab, Prover, does_not_start, encode, expect, pkce, refused, require, written
from runner import test


@test
def numbers_out_of_all_range_are_wrong_usage():
    """Options, faults and configurations: exit status 2 and what would do, never a crash."""
    for words, expected in [
        (("--token-lifetime", "1e300"), "seconds from 0 to 31536000"), (("--token-lifetime", "nan"), "seconds from 0"),
        (("--dpop_proof_lifetime", "inf"), "seconds from 0 to 86400"), (("--threads", "100000"), "from 1 to 65536"),
        (("--threads", "9223372036854775808"), "from 1 to 65536"), (("--idp-port", "1e300"), "from 0 to 65535"),
        (("--fault", "clock=+1e300s"), "at most 1000000000 s"), (("--fault", "clock=+nans"), "at most 1000000000 s"),
        (("--fault", "slow=nans"), "at most 3600 s"), (("--fault", "idp-slow=infs"), "at most 3600 s"),
        (("--fault", "status=99999999999999999999"), "from 200 to 599"),
        (("--idp-public-url", "ftp://x"), "http or https URL"), (("--gateway-public-url", "https://x/y"), "http or https URL"),
    ]:
        does_not_start(*words, words=expected)
    plugin = '{"name":"openid-connect","config":{"auth_methods":["bearer"],"%s":%s}}'
    for member, number in [("dpop_proof_lifetime", "1e300"), ("dpop_proof_lifetime", "-1"), ("leeway", "1e999")]:
        does_not_start("--kong-config", written("numbers.json", plugin % (member, number)), words="config." + member, status=3)


@test
def claims_out_of_all_range_are_refused():
    """A self-signed proof, a client's assertion, an assertion of a grant, a pushed request: whatever number stands in it, the lab answers and stays."""
    forger = Forger()
    numbers = ["1e19", "-1e19", "1e300", "-1e300", "1e999", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "9" * 400, "1795334400000"]
    client = {"clientId": "signs", "clientAuthenticatorType": "client-jwt", "attributes": {"jwks.string": json.dumps({"keys": [forger.public]})}}
    for options in ((), ("--idp-nonce", "--dpop_use_nonce"), ("--profile", "rfc9449")):
        with Lab(*options, "--clients", written("signs.json", client)) as lab:
            form = {"grant_type": "client_credentials", "client_id": "lab-client", "client_secret": "lab-secret"}
            for number in numbers:
                reply = lab.get(lab.endpoint("token"), form, {"DPoP": forger.proof(lab.endpoint("token"), "POST", iat="raw:" + number)})
                expect(reply.status, 400, f"{options}: iat {number}")
                for typ, name in [("JWT", "client_assertion"), ("authorization-grant+jwt", "assertion")]:
                    said = '{"iss":"signs","sub":"signs","aud":"%s","exp":%s,"nbf":%s,"iat":%s,"jti":"%s"}' % (lab.issuer, number, number, number, number)
                    text = forger.sign({"alg": "ES256", "typ": typ}, said)
                    grant = "client_credentials" if name == "client_assertion" else "urn:ietf:params:oauth:grant-type:jwt-bearer"
                    require(lab.get(lab.endpoint("token"), {**(KONG if name == "assertion" else {}), "grant_type": grant, name: text}).status in (200, 400, 401), f"{name} {number}")
                token = forger.sign({"alg": "ES256", "typ": "JWT"}, '{"exp":%s,"nbf":%s}' % (number, number))
                reply = lab.get(lab.gateway + "/get", headers={"Authorization": f"DPoP {token}", "DPoP": forger.proof(lab.gateway + "/get", iat="raw:" + number)})
                expect(reply.status, 401, f"{options}: a token of {number}")
            lab.check_alive()


@test
def a_proof_never_passes_twice():
    """With --idp-nonce as long as the nonce counts, under another query, in another spelling; unknown crit, an empty jti and b64 are refused."""
    forger = Forger()
    with Lab("--idp-nonce") as lab:
        url = lab.endpoint("token")
        form = {"grant_type": "client_credentials", "client_id": "lab-client", "client_secret": "lab-secret"}
        nonce = lab.get(url, form, {"DPoP": forger.proof(url, "POST")}).headers["DPoP-Nonce"]
        proof = forger.proof(url, "POST", nonce=nonce)
        expect([lab.get(url, form, {"DPoP": proof}).status for _ in range(2)], [200, 400], "a proof twice")
        expect(lab.get(url, form, {"DPoP": forger.proof(url, "POST", nonce=nonce, iat=1)}).status, 200, "an iat of long ago beside a nonce")
    with Lab() as lab:
        prover, url = Prover(), lab.gateway + "/anything"
        token = lab.token(prover=prover)
        for spelling in ["", "?x=1", "?x=2"]:
            reply = lab.get(url + spelling, headers=prover.fields(url + spelling, token, jti="one"))
            expect(reply.status, 401 if spelling else 200, f"a jti under {spelling!r}")
        # The same jti for the same target, whatever query the proof names.
        url = lab.endpoint("token")
        form = {"grant_type": "client_credentials", "client_id": "lab-client", "client_secret": "lab-secret"}
        for query in ["", "?x=1", "#f"]:
            reply = lab.get(url, form, {"DPoP": forger.proof(url + query, "POST", jti="two")})
            expect(reply.status, 400 if query else 200, f"a jti for {query!r} at the IdP")
        for header, more in [({"crit": ["exp"]}, {}), ({"b64": False, "crit": ["b64"]}, {}), ({"b64": False}, {}), ({}, {"jti": ""})]:
            url = lab.endpoint("token")
            refused(lab.token_request(), 400, "missing")
            form = {"grant_type": "client_credentials", "client_id": "lab-client", "client_secret": "lab-secret"}
            expect(lab.get(url, form, {"DPoP": forger.proof(url, "POST", header, **more)}).status, 400, f"{header} {more}")


@test
def a_point_of_small_order_proves_nothing():
    """An Ed25519 key for which anybody can sign: refused before its signature is looked at."""
    with Lab() as lab:
        form = {"grant_type": "client_credentials", "client_id": "lab-client", "client_secret": "lab-secret"}
        for x in (bytes(32), b"\1" + bytes(31), bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")):
            header = {"typ": "dpop+jwt", "alg": "EdDSA", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": encode(x)}}
            said = {"jti": "a", "htm": "POST", "htu": lab.endpoint("token"), "iat": int(time.time())}
            proof = ".".join([encode(json.dumps(part).encode()) for part in (header, said)] + [encode(b"\1" + bytes(63))])
            refused(lab.get(lab.endpoint("token"), form, {"DPoP": proof}), 400, "No public key")


@test
def pushes_and_the_like_fill_no_memory():
    """250 pushes of 2 MB are 413; tens of thousands of small pushes, devices, codes and tokens take a few MB and are forgotten again."""
    with Lab() as lab:
        host = lab.idp.split("//")[1]
        expect(lab.get(lab.endpoint("ext/par/request"), {"client_id": "lab-public", "x": "a" * 60_000}).status, 400, "60 KB")
        push = {**KONG, "redirect_uri": BACK, "response_type": "code"}
        lab.get(lab.endpoint("ext/par/request"), push)
        before = lab.memory("VmRSS")
        large = urllib.parse.urlencode({**push, "x": "a" * (2_000_000)})
        for _ in range(250):
            try:
                expect(lab.get(lab.endpoint("ext/par/request"), large).status, 413, "2 MB")
            except OSError:
                pass  # The lab hangs up on what it does not read.
        for endpoint in ("auth", "auth/device", "revoke", "token/introspect", "userinfo"):
            try:
                expect(lab.get(lab.endpoint(endpoint), "a=" + "a" * 70_000).status, 413, endpoint)
            except OSError:
                pass
        require(SANITIZED or lab.memory("VmRSS") - before < 16, f"{before:.0f} MB before, {lab.memory('VmRSS'):.0f} after pushes of 2 MB")

        login = {"username": "ada", "password": "lovelace"}
        calls = [("ext/par/request", {**push, "state": "s" * 4000, "x": "y" * 20_000}, 201), ("auth/device", {**KONG, "scope": "s" * 4000}, 200),
                 ("auth", {"client_id": "kong", "redirect_uri": BACK, "response_type": "code", "scope": "s" * 4000, **login}, 302),
                 ("token", {**KONG, "grant_type": "password", "scope": "s" * 4000, **login}, 200)]

        def ask(seed, count):
            connection = http.client.HTTPConnection(host, timeout=20)
            fields = {"Content-Type": "application/x-www-form-urlencoded"}
            for number in range(count):
                endpoint, form, status = calls[(seed + number) % len(calls)]
                connection.request("POST", f"/realms/lab/protocol/openid-connect/{endpoint}", urllib.parse.urlencode(form), fields)
                answer = connection.getresponse()
                answer.read()
                expect(answer.status, status, endpoint)
            connection.close()

        count = 1500 if not SANITIZED else 100
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(ask, range(4), [count] * 4))
        middle = lab.memory("VmRSS")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(ask, range(4), [count] * 4))
        after = lab.memory("VmRSS")
        require(SANITIZED or after - before < 120, f"{before:.0f} MB before, {middle:.0f} in the middle, {after:.0f} after")
        # Codes of now still work: what goes is what is oldest.
        challenge, verifier = pkce()
        location = lab.get(lab.endpoint("auth"), {"client_id": "lab-public", "redirect_uri": BACK, "response_type": "code", **login, **challenge}).headers["Location"]
        lab.token({"client_id": "lab-public", "grant_type": "authorization_code", "redirect_uri": BACK, "code": location.split("code=")[1], **verifier}, Prover())


@test
def nobody_is_sent_where_no_client_is():
    """javascript:, other hosts and fragments are refused on a page, never by a redirect; a registered private-use scheme is taken."""
    clients = [{"clientId": "native", "publicClient": True, "redirectUris": ["com.example.app:/back"]}, {"clientId": "open", "secret": "s", "redirectUris": ["*"]}]
    with Lab("--clients", written("redirects.json", clients)) as lab:
        def asks(client, redirect):
            form = {"client_id": client, "redirect_uri": redirect, "response_type": "code", "username": "ada", "password": "lovelace", **pkce()[0]}
            return lab.get(lab.endpoint("auth"), form)

        for redirect in ("javascript:alert(1)", "data:text/html,x", "https://app.test/\r\nX: y", "https://ada@app.test/", "file:///etc/passwd", "https://app.test/#f"):
            for client in ("lab-public", "native", "open"):
                reply = asks(client, redirect)
                expect((reply.status, reply.headers["Location"]), (400, None), f"{client}: {redirect}")
        expect(asks("lab-public", "https://app.test/").status, 400, "another host")
        for client, redirect in [("native", "com.example.app:/back"), ("open", "https://any.test/x"), ("lab-public", BACK)]:
            require(asks(client, redirect).headers["Location"].startswith(redirect + "?code="), f"{client}: {redirect}")
