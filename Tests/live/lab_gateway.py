"""docs/lab.md on the gateway, line by line: checks, flags, configurations, sessions, forwarded fields."""
import time

from lab import Lab, Prover, does_not_start, expect, refused, require, written
from runner import Failure, test


@test
def the_gateway_checks_everything_a_proof_says():
    """Missing, doubled, for another method, URL, token or key, too old, used before: 401 with the challenge that says so."""
    prover, other = Prover(), Prover()
    with Lab() as lab:
        token, url = lab.token(prover=prover), lab.gateway + "/anything/x?q=1"
        good = prover.fields(url, token, jti="first")
        expect(lab.get(url, headers=good).status, 200, "a good proof")
        refused(lab.get(url, headers=good), 401, "invalid_dpop_proof", "used before", 'algs="ES256 ')
        for name, fields, words in [
            ("no proof", {"Authorization": f"DPoP {token}"}, "no DPoP header"),
            ("two proofs", {**good, "DPoP": good["DPoP"] + ", " + good["DPoP"]}, "more than one DPoP proof"),
            ("another method", prover.fields(url, token, "POST"), "htm"),
            ("another URL", prover.fields(lab.gateway + "/anything/y", token), "htu"),
            ("another token", {**prover.fields(url, "abc"), "Authorization": f"DPoP {token}"}, "ath"),
            ("no ath", {"Authorization": f"DPoP {token}", "DPoP": prover.proof(url)}, "no ath"),
            ("another key", other.fields(url, token), "invalid_token"),
            ("an old proof", prover.fields(url, token, iat=int(time.time()) - 400), "iat"),
            ("a bearer", {"Authorization": f"Bearer {token}"}, "presented as Bearer"),
            ("no token", {}, "DPoP realm"),
            ("another scheme", {"Authorization": "Basic abc"}, "DPoP realm"),
            ("a forged token", prover.fields(url, token[:-6] + "AAAAAA"), "signature"),
        ]:
            try:
                refused(lab.get(url, headers=fields), 401, words)
            except Failure as failure:
                raise Failure(f"{name}: {failure}")


@test
def the_gateway_passes_on_what_the_upstream_needs():
    """The proof is gone, the token is a Bearer, the hop is named; query, method and body arrive, the answer comes back."""
    prover = Prover()
    with Lab() as lab:
        token = lab.token(prover=prover)
        reply = lab.call(prover, token, "/anything/a%2Fb?x=1&y=%20", "body", iat=None)
        echo = reply.json
        expect((echo["method"], echo["data"] or echo["form"], echo["url"].split("/anything")[1]), ("POST", {"body": ""}, "/a%2Fb?x=1&y=%20"), "the echo")
        expect(echo["headers"].get("Authorization"), f"Bearer {token}", "Authorization")
        require("Dpop" not in echo["headers"], echo["headers"])
        expect(echo["headers"]["X-Forwarded-Host"], lab.gateway.split("//")[1], "X-Forwarded-Host")
        expect((echo["headers"]["X-Forwarded-Proto"], echo["headers"]["X-Forwarded-For"], echo["headers"]["Via"]), ("http", "127.0.0.1", "1.1 dpop-lab"), "the hop")
        expect(reply.headers["Via"], "1.1 dpop-lab", "Via of the answer")
        require(int(reply.headers["X-Kong-Upstream-Latency"]) >= 0, str(reply.headers))


@test
def gateway_flags_have_kongs_names_and_meanings():
    """off and optional, dpop_proof_lifetime, dpop_use_nonce, hide_credentials, upstream_access_token_header; both spellings."""
    prover = Prover()
    bearer = lambda lab: {"Authorization": f"Bearer {lab.bearer()}"}
    for name in ("--proof_of_possession_dpop", "--proof-of-possession-dpop"):
        with Lab(name, "optional") as lab:
            token = lab.token(prover=prover)
            expect(lab.get(lab.gateway + "/get", headers=bearer(lab)).status, 200, "an unbound token")
            refused(lab.get(lab.gateway + "/get", headers={"Authorization": f"Bearer {token}"}), 401, "presented as Bearer")
            expect(lab.call(prover, token).status, 200, "a bound token with its proof")
    with Lab("--dpop_proof_lifetime", "20") as lab:
        token = lab.token(prover=prover)
        for age, status in [(17, 200), (23, 401)]:
            expect(lab.call(prover, token, iat=int(time.time()) - age).status, status, f"a proof {age} s old")
    with Lab("--dpop_use_nonce") as lab:
        token = lab.token(prover=prover)
        asked = lab.call(prover, token)
        refused(asked, 401, 'error="use_dpop_nonce"')
        expect(lab.call(prover, token, nonce=asked.headers["DPoP-Nonce"]).status, 200, "with the nonce")
    for options, wanted in [((), ("Authorization", "Bearer {}")), (("--hide_credentials",), ("Authorization", "Bearer {}")),
                            (("--hide_credentials", "--upstream_access_token_header", "x-token"), ("X-Token", "{}")),
                            (("--hide_credentials", "--upstream_access_token_header", "x-token:bearer"), ("X-Token", "Bearer {}")),
                            (("--hide_credentials", "--upstream_access_token_header", ""), None)]:
        with Lab("--proof_of_possession_dpop", "off", *options) as lab:
            token = lab.bearer()
            headers = lab.get(lab.gateway + "/headers", headers={"Authorization": f"Bearer {token}"}).json["headers"]
            found = {name: value for name, value in headers.items() if token in value}
            expect(found, {wanted[0]: wanted[1].format(token)} if wanted else {}, f"{options}: where the token went")


@test
def the_gateway_introspects_with_its_own_client():
    """--auth_methods introspection takes opaque tokens; --client_id and --client_secret are those it asks with."""
    prover = Prover()
    with Lab("--opaque", "--auth_methods", "bearer,introspection") as lab:
        expect(lab.call(prover, lab.token(prover=prover)).status, 200, "an opaque token")
        refused(lab.call(prover, "nonsense"), 401, "not active")
    with Lab("--opaque", "--auth_methods", "bearer") as lab:
        refused(lab.call(prover, lab.token(prover=prover)), 401, "needs auth_methods introspection")
    clients = written("asker.json", {"clientId": "asker", "secret": "s"})
    for secret, status in [("s", 200), ("wrong", 500)]:
        with Lab("--opaque", "--auth-methods", "introspection", "--clients", clients, "--client_id", "asker", "--client_secret", secret) as lab:
            expect(lab.call(prover, lab.token(prover=prover)).status, status, f"the gateway's secret {secret}")


@test
def methods_that_prove_nothing_need_the_validation_off():
    """--proof_of_possession_auth_methods_validation: password with strict is refused at start, and let in by false."""
    words = ("--auth_methods", "bearer,password")
    does_not_start(*words, words="password cannot prove possession")
    does_not_start(*words, "--proof_of_possession_auth_methods_validation", "perhaps", words="true or false")
    does_not_start("--auth_methods", "session", words="only beside bearer or introspection")
    with Lab(*words, "--proof_of_possession_auth_methods_validation", "false") as lab:
        prover = Prover()
        expect(lab.call(prover, lab.token(prover=prover)).status, 200, "a call")


@test
def a_session_cookie_stands_for_its_token():
    """--session_secret with session: a session made with a proof still wants one; one made without passes; a lab with another secret refuses it."""
    prover = Prover()
    session = ("--auth_methods", "bearer,session", "--session_secret")
    with Lab(*session, "one") as lab:
        token, url = lab.token(prover=prover), lab.gateway + "/anything"
        reply = lab.call(prover, token)
        require("HttpOnly" in reply.headers["Set-Cookie"], str(reply.headers))
        cookie = {"Cookie": reply.headers["Set-Cookie"].split(";")[0]}
        refused(lab.get(url, headers=cookie), 401, "no DPoP header")
        expect(lab.get(url, headers={**cookie, "DPoP": prover.proof(url, token=token)}).status, 200, "the session with a proof")
        with Lab(*session, "two") as stranger:
            refused(stranger.get(stranger.gateway + "/anything", headers=cookie), 401, "DPoP realm")
    with Lab(*session, "one", "--proof_of_possession_dpop", "off") as lab:
        reply = lab.get(lab.gateway + "/anything", headers={"Authorization": f"Bearer {lab.bearer()}"})
        cookie = {"Cookie": "a=b; " + reply.headers["Set-Cookie"].split(";")[0]}
        again = lab.get(lab.gateway + "/anything", headers=cookie)
        expect((again.status, again.headers["Set-Cookie"]), (200, None), "the session alone")


@test
def kong_configurations_are_one_or_a_list_with_paths():
    """The longest path decides; without one that fits it is 404; `data` of a listing; flags change all; a wrong member is named by its place."""
    prover = Prover()

    def plugin(mode, *paths, **more):
        return {"name": "openid-connect", **({"route": {"paths": list(paths)}} if paths else {}),
                "config": {"client_id": ["kong"], "client_secret": ["kong-secret"], "auth_methods": ["bearer"], "proof_of_possession_dpop": mode, **more}}

    plugins = [plugin("strict", "/anything"), plugin("off", "/anything/open", "/get")]
    for content in (plugins, {"data": plugins, "next": None}):
        with Lab("--kong-config", written("paths.json", content)) as lab:
            bearer = {"Authorization": f"Bearer {lab.bearer()}"}
            for where, status in [("/get", 200), ("/anything/open/x", 200), ("/anything", 401), ("/headers", 404)]:
                reply = lab.get(lab.gateway + where, headers=bearer)
                expect(reply.status, status, where)
            require("no Route matched" in reply.body, reply.body)
    with Lab("--kong-config", written("one.json", plugin("strict")), "--proof_of_possession_dpop", "off") as lab:
        expect(lab.get(lab.gateway + "/get", headers={"Authorization": f"Bearer {lab.bearer()}"}).status, 200, "a flag over the file")
    with Lab("--kong-config", written("members.json", plugin("strict", dpop_proof_lifetime=20, dpop_use_nonce=True, expose_error_code=False))) as lab:
        reply = lab.call(prover, lab.token(prover=prover))
        expect((reply.status, reply.headers["WWW-Authenticate"].startswith('DPoP realm="dpop-lab", algs=')), (401, True), "without error codes")
        require(reply.headers["DPoP-Nonce"], str(reply.headers))
    for wrong, words in [(plugin("strict", dpop_proof_lifetime="x"), "config.dpop_proof_lifetime: expected seconds"), (plugin("strict", hide_credentials=1), "config.hide_credentials: expected true or false"),
                         (plugin("strict", auth_methods="bearer"), "config.auth_methods: expected an array"), ({"name": "jwt", "config": {}}, "expected a plugin object"), ("[", "wrong.json")]:
        does_not_start("--kong-config", written("wrong.json", wrong), words=words, status=3)


@test
def host_is_believed_when_told_to():
    """The URL is where the lab listens, whatever Host says; --trust-host takes it, at IdP and gateway alike; 0.0.0.0 has this machine's name."""
    prover = Prover()
    for options, believed in [((), False), (("--trust-host",), True), (("--trust-forwarded",), True)]:
        with Lab(*options) as lab:
            gateway, token = "http://public.test:81", lab.token(prover=prover)
            document = lab.get(lab.issuer + "/.well-known/openid-configuration", headers={"Host": "public.test:81"}).json
            expect(document["issuer"], (gateway if believed else lab.idp) + "/realms/lab", f"{options}: issuer")
            for said, right in [(gateway, believed), (lab.gateway, not believed)]:
                reply = lab.get(lab.gateway + "/get", headers={**prover.fields(said + "/get", token), "Host": "public.test:81"})
                expect(reply.status, 200 if right else 401, f"{options}: htu {said}")
    with Lab("--host", "0.0.0.0") as lab:
        require(all(lab.info[name].startswith("http://localhost:") for name in ("issuer", "idp", "gateway", "upstream")), lab.info)
        expect(lab.call(prover, lab.token(prover=prover)).status, 200, "at every address")


@test
def forwarded_fields_are_believed_when_told_to():
    """--trust-forwarded takes X-Forwarded-Proto with Host, or X-Forwarded-Host, at IdP and gateway alike; else they mean nothing."""
    prover = Prover()
    for trusts in (True, False):
        with Lab("--proof_of_possession_dpop", "strict", *(["--trust-forwarded"] if trusts else [])) as lab:
            idp, gateway = (lab.info[name].split("//")[1] for name in ("idp", "gateway"))
            token = lab.token(prover=prover)
            for fields, wanted in [({"X-Forwarded-Proto": "https"}, "https://{}"), ({"X-Forwarded-Proto": "https", "X-Forwarded-Host": "public.test"}, "https://public.test"),
                                   ({"X-Forwarded-Host": "public.test:81"}, "http://public.test:81"), ({}, "http://{}")]:
                issuer = lab.get(lab.issuer + "/.well-known/openid-configuration", headers=fields).json["issuer"]
                base = wanted if trusts else "http://{}"
                expect(issuer, base.format(idp) + "/realms/lab", f"{fields}, trusted {trusts}: issuer")
                for said in {wanted, "http://{}"}:
                    reply = lab.get(lab.gateway + "/get", headers={**prover.fields(said.format(gateway) + "/get", token), **fields})
                    if said == base:
                        expect(reply.status, 200, f"{fields}, trusted {trusts}: htu {said}")
                    else:
                        refused(reply, 401, "htu is")
