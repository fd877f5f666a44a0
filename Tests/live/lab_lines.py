"""docs/lab.md, line by line: ready line, endpoints, clients, options, gateway settings, recording. Faults: lab_faults.py."""
import base64
import hashlib
import os
import signal
import time
import urllib.parse

from lab import (CLIENT, KONG, LAB, PLAIN, PUBLIC, SECRET, TUI, Lab, Prover, certificate_thumbprint, claims, encode, expect, lines, path, require, self_signed, sh, written)
from runner import Failure, test

BOUND = {"dpop.bound.access.tokens": "true"}
DISCOVERY_HOPS = ["client → idp", "gateway → idp"] * 2
CALL_HOPS = ["gateway → upstream", "client → gateway"]


def refused(reply, status, *words):
    """The reply has that status, and its body or challenge has the words."""
    text = reply.body + " " + (reply.headers.get("WWW-Authenticate") or "")
    if reply.status != status or not all(word in text for word in words):
        raise Failure(f"expected {status} with {words}, found {reply.status} {text}")


def does_not_start(*words_and_options, words):
    """dpop-lab with these options is wrong usage, and says so."""
    done = sh(LAB, "--until-stdin-closes", *words_and_options, text="", check=False)
    if done.returncode != 2 or words not in done.stderr:
        raise Failure(f"{words_and_options}: status {done.returncode}, {done.stderr!r}; expected 2 and {words!r}")


# The ready line, and which servers run.


@test
def the_ready_line_names_the_servers_that_run():
    """One line of JSON in the documented order; only the parts that run; --https adds a certificate, gone at the end."""
    with Lab() as lab:
        expect(list(lab.info), ["dpop-lab", "issuer", "idp", "gateway", "upstream"], "members")
        expect(lab.info["dpop-lab"], 1, "version")
        expect(lab.issuer, lab.idp + "/realms/lab", "issuer")
        expect(len({lab.idp, lab.gateway, lab.upstream}), 3, "servers")
    with Lab("--https", "--realm", "other") as lab:
        expect(list(lab.info)[-1], "cacert", "last member")
        expect(lab.issuer, lab.idp + "/realms/other", "issuer")
        require(all(lab.info[name].startswith("https://127.0.0.1:") for name in ("issuer", "gateway", "upstream")), lab.info)
        expect(lab.get(lab.upstream + "/get").status, 200, "a call with the certificate trusted")
        certificate = lab.info["cacert"]
        expect(open(certificate).readline().strip(), "-----BEGIN CERTIFICATE-----", "cacert")
    require(not os.path.exists(certificate), "the certificate stays behind")
    for part, members in [("idp", ["issuer", "idp"]), ("upstream", ["upstream"])]:
        with Lab(part) as lab:
            expect(list(lab.info)[1:], members, part)
    with Lab("gateway", "--issuer", "http://127.0.0.1:9/realms/x", "--upstream", "http://127.0.0.1:9") as lab:
        expect(list(lab.info)[1:], ["gateway", "upstream"], "gateway")


@test
def ports_and_addresses_are_those_asked_for():
    """A port given is the port taken; one that is taken is an error with its reason, and no ready line."""
    with Lab("upstream") as lab:
        port = lab.upstream.split(":")[-1]
        done = sh(LAB, "upstream", "--upstream-port", port, check=False)
        require(done.returncode == 4 and not done.stdout and done.stderr, f"a taken port: {done.returncode} {done.stdout}{done.stderr}")
    for part in ("idp", "gateway", "upstream"):
        with Lab(part, f"--{part}-port", port, "--host", "127.0.0.1") as lab:
            require(lab.info[part].endswith(":" + port), lab.info)
    with Lab("upstream", "--host", "127.0.0.2") as lab:
        expect(lab.get(lab.upstream + "/get").status, 200, lab.upstream)


@test
def three_parts_alone_make_one_lab():
    """`dpop-lab gateway --issuer … --upstream …` stands before an IdP and an upstream of other processes."""
    with Lab("idp") as idp, Lab("upstream") as upstream, Lab("gateway", "--issuer", idp.issuer, "--upstream", upstream.upstream) as gateway:
        idp.run(*CLIENT, "--resource", gateway.gateway + "/anything", env=SECRET).expect(*PLAIN)
    prover = Prover()
    with Lab("idp") as idp, Lab("gateway", "--issuer", idp.issuer, "--upstream", "http://127.0.0.1:9") as gateway:
        token = idp.token(prover=prover)
        expect(gateway.call(prover, token).status, 502, "an upstream that does not listen")
    with Lab("gateway", "--issuer", "http://127.0.0.1:9/realms/lab", "--upstream", "http://127.0.0.1:9") as gateway:
        expect(gateway.call(prover, token).status, 500, "an IdP that does not listen")


@test
def wrong_usage_is_exit_status_2():
    does_not_start("everything", words="everything")
    does_not_start("--profile", "rfc", words="expected keycloak or rfc9449")
    does_not_start("--fault", "nonsense", words="unknown fault 'nonsense'")
    does_not_start("--fault", "jkt=sha512", words="der, kid, hex, padded, noncanonical, other")
    does_not_start("--fault", "reset=1", words="takes no value")
    does_not_start("--fault", "status=99", words="fault 'status'")
    does_not_start("--fault", "clock=20s", words="fault 'clock'")
    does_not_start("--proof_of_possession_dpop", "always", words="strict, optional")
    does_not_start("--auth_methods", "nonsense", words="nonsense")
    does_not_start("--clients", "/nowhere/clients.json", words="/nowhere/clients.json")
    does_not_start("--kong-config", "/nowhere/kong.json", words="/nowhere/kong.json")


# The IdP.


@test
def the_discovery_document_names_every_endpoint():
    """Both well-known documents; each endpoint of docs/lab.md is there and answers; anything else is 404."""
    with Lab() as lab:
        document = lab.get(lab.issuer + "/.well-known/openid-configuration").json
        expect(document["issuer"], lab.issuer, "issuer")
        expect(document, lab.get(lab.issuer + "/.well-known/oauth-authorization-server").json, "the two documents")
        for member, name in [("token_endpoint", "token"), ("authorization_endpoint", "auth"), ("introspection_endpoint", "token/introspect"), ("userinfo_endpoint", "userinfo"),
                             ("revocation_endpoint", "revoke"), ("jwks_uri", "certs"), ("pushed_authorization_request_endpoint", "ext/par/request"),
                             ("device_authorization_endpoint", "auth/device")]:
            expect(document[member], lab.endpoint(name), member)
        expect(len(document["grant_types_supported"]), 7, "grants")
        keys = lab.get(lab.endpoint("certs")).json["keys"]
        expect([sorted(key) for key in keys], [["alg", "crv", "kid", "kty", "use", "x", "y"]], "keys")
        for url in (lab.idp + "/", lab.idp + "/realms/none/.well-known/openid-configuration", lab.endpoint("nothing"), lab.endpoint("token")):
            expect(lab.get(url).status, 404, url)


@test
def clients_of_the_table_authenticate_as_it_says():
    """lab-public without a secret, lab-client and kong with theirs; lab-client needs a proof, kong none; wrong secrets are refused."""
    prover = Prover()
    with Lab() as lab:
        expect(claims(lab.token(prover=prover))["cnf"], {"jkt": prover.jkt}, "lab-client's token")
        refused(lab.token_request(), 400, "DPoP proof is missing")
        expect("cnf" in claims(lab.bearer()), False, "kong's token is bound")
        refused(lab.token_request({"client_id": "lab-client", "client_secret": "wrong"}, prover), 401, "invalid_client")
        refused(lab.token_request({"client_id": "nobody", "client_secret": "x"}, prover), 401, "invalid_client")
        refused(lab.token_request({**KONG, "client_secret": "lab-secret"}), 401, "invalid_client")
        public = {"grant_type": "password", "client_id": "lab-public", "username": "grace", "password": "hopper"}
        expect(claims(lab.token(public, prover))["sub"], "grace", "subject")
        refused(lab.token_request({**public, "password": "lovelace"}, prover), 401, "invalid_grant", "Invalid user credentials")
        refused(lab.token_request({"client_id": "lab-public"}, prover), 401, "unauthorized_client")
        refused(lab.token_request({"grant_type": "magic"}, prover), 400, "unsupported_grant_type")
        # Basic authentication beside the form's.
        headers = {"Authorization": "Basic " + base64.b64encode(b"kong:kong-secret").decode()}
        expect(lab.get(lab.endpoint("token"), {"grant_type": "client_credentials"}, headers).status, 200, "Basic")


@test
def only_a_public_clients_refresh_token_is_bound():
    """RFC 9449 section 5: another key cannot spend lab-public's refresh token, and can spend lab-client's; each is spent once."""
    first, other = Prover(), Prover()
    with Lab() as lab:
        for client, bound in [({"client_id": "lab-public"}, True), ({"client_id": "lab-client", "client_secret": "lab-secret"}, False)]:
            reply = lab.token_request({**client, "grant_type": "password", "username": "ada", "password": "lovelace"}, first).json
            form = {**client, "grant_type": "refresh_token", "refresh_token": reply["refresh_token"]}
            again = lab.token_request(form, other)
            if bound:
                refused(again, 400, "invalid_grant", "DPoP confirmation doesn't match")
                again = lab.token_request(form, first)
            expect(again.status, 200, f"refresh of {client}")
            refused(lab.token_request(form, first), 400, "invalid_grant", "Invalid refresh token")


@test
def lab_mtls_binds_to_the_certificate_shown():
    """--https asks for a client certificate and takes it as it is: x5t#S256 is the one shown, and the gateway compares it."""
    pem, key = self_signed("lines-mtls", "lab-mtls")
    other = self_signed("lines-other", "lab-mtls")
    form = {"grant_type": "client_credentials", "client_id": "lab-mtls"}
    with Lab("--https", "--proof_of_possession_dpop", "off", "--proof_of_possession_mtls", "strict") as lab:
        token = lab.token(form, certificate=(pem, key))
        expect(claims(token)["cnf"], {"x5t#S256": certificate_thumbprint(pem)}, "cnf")
        refused(lab.token_request(form), 401, "Client certificate missing")
        headers = {"Authorization": f"Bearer {token}"}
        expect(lab.get(lab.gateway + "/get", headers=headers, certificate=(pem, key)).status, 200, "the certificate of the token")
        for name, certificate in [("another certificate", other), ("no certificate", None)]:
            refused(lab.get(lab.gateway + "/get", headers=headers, certificate=certificate), 401, "not bound to the client certificate")
        refused(lab.get(lab.gateway + "/get", headers={"Authorization": f"Bearer {lab.bearer()}"}, certificate=(pem, key)), 401, "invalid_token")


@test
def clients_come_from_a_file_in_keycloaks_words():
    """`--clients`: one client, an array, a realm export; a file without clientId or that is no JSON is refused with the place."""
    prover = Prover()
    one = {"clientId": "mine", "secret": "s", "attributes": BOUND}
    for content in (one, [one], {"realm": "x", "clients": [one]}):
        with Lab("--clients", written("one.json", content)) as lab:
            lab.token({"client_id": "mine", "client_secret": "s"}, prover)
            lab.token(prover=prover)  # the lab's own clients stay
            refused(lab.token_request({"client_id": "mine", "client_secret": "s"}), 400, "DPoP proof is missing")
    does_not_start("--clients", written("none.json", [{"name": "x"}]), words="byte 1: expected a client with `clientId`")
    does_not_start("--clients", written("broken.json", "{"), words="broken.json")


@test
def attributes_of_a_client_mean_what_keycloak_means():
    """Unbound without the attribute, certificates and their subject, PAR required, redirect URIs, grants switched off."""
    prover = Prover()
    certificate, other = self_signed("subject", "exact"), self_signed("stranger", "stranger")
    clients = [
        {"clientId": "unbound", "secret": "s"},
        {"clientId": "subject", "clientAuthenticatorType": "client-x509", "attributes": {"x509.subjectdn": "CN=exact", "tls.client.certificate.bound.access.tokens": "true"}},
        {"clientId": "pushes", "publicClient": True, "attributes": {**BOUND, "require.pushed.authorization.requests": "true"}},
        {"clientId": "returns", "publicClient": True, "redirectUris": ["https://app.test/back", "http://127.0.0.1/cb", "https://app.test/any/*"]},
        {"clientId": "nothing", "secret": "s", "serviceAccountsEnabled": False, "directAccessGrantsEnabled": False, "standardFlowEnabled": False,
         "attributes": {"oauth2.device.authorization.grant.enabled": "false", "standard.token.exchange.enabled": "false"}},
    ]
    with Lab("--https", "--clients", written("attributes.json", clients)) as lab:
        expect("cnf" in claims(lab.token({"client_id": "unbound", "client_secret": "s"})), False, "unbound")
        expect(claims(lab.token({"client_id": "subject"}, certificate=certificate))["cnf"], {"x5t#S256": certificate_thumbprint(certificate[0])}, "subject")
        refused(lab.token_request({"client_id": "subject"}, certificate=other), 401, "does not match CN=exact")
        for name, grants in [("unauthorized_client", ["client_credentials", "password", "authorization_code", "urn:ietf:params:oauth:grant-type:device_code",
                                                      "urn:ietf:params:oauth:grant-type:token-exchange"])]:
            for grant in grants:
                reply = lab.token_request({"client_id": "nothing", "client_secret": "s", "grant_type": grant})
                require(reply.status in (400, 401) and name in reply.body, f"{grant}: {reply.status} {reply.body}")

        def asks(client, redirect):
            return lab.get(lab.endpoint("auth") + "?" + urllib.parse.urlencode({"client_id": client, "redirect_uri": redirect, "response_type": "code", "state": "s1"}))

        reply = asks("pushes", "https://app.test/")
        require(reply.status == 302 and "Pushed+Authorization+Request+is+only+allowed" in reply.headers["Location"] and "state=s1" in reply.headers["Location"], str(reply.headers))
        for redirect, status in [("https://app.test/back", 200), ("https://app.test/any/thing", 200), ("http://127.0.0.1:4000/cb", 200), ("https://app.test/other", 400),
                                 ("https://evil.test/back", 400)]:
            expect(asks("returns", redirect).status, status, redirect)


@test
def the_smaller_endpoints_answer_by_hand():
    """introspect, userinfo, revoke, ext/par/request and auth/device, each with what it takes and what it refuses."""
    prover, other = Prover(), Prover()
    with Lab() as lab:
        token = lab.token({"client_id": "lab-public", "grant_type": "password", "username": "ada", "password": "lovelace"}, prover)
        ask = lambda token, form=KONG: lab.get(lab.endpoint("token/introspect"), {**form, "token": token})
        known = ask(token).json
        expect((known["active"], known["sub"], known["token_type"], known["cnf"]), (True, "ada", "DPoP", {"jkt": prover.jkt}), "introspection")
        expect(ask("nonsense").json, {"active": False}, "introspection of nonsense")
        refused(ask(token, {"client_id": "lab-public"}), 403, "Client not allowed")
        refused(ask(token, {}), 401, "invalid_client")

        url = lab.endpoint("userinfo")
        expect(lab.get(url, headers=prover.fields(url, token)).json["sub"], "ada", "userinfo")
        expect(lab.get(url, "", headers=prover.fields(url, token, "POST")).json["sub"], "ada", "userinfo by POST")
        refused(lab.get(url, headers={"Authorization": f"Bearer {token}"}), 401, "is not DPoP")
        refused(lab.get(url, headers=other.fields(url, token)), 401, "doesn't match DPoP proof")
        refused(lab.get(url, headers={"Authorization": f"DPoP {lab.bearer()}"}), 401, "is not DPoP but")
        expect(lab.get(url).status, 401, "userinfo without a token")

        url = lab.endpoint("ext/par/request")
        form = {"client_id": "lab-public", "redirect_uri": "https://app.test/", "response_type": "code"}
        pushed = lab.get(url, form, {"DPoP": prover.proof(url, "POST")})
        expect((pushed.status, pushed.json["expires_in"]), (201, 60), "PAR")
        refused(lab.get(url, {**form, "dpop_jkt": other.jkt}, {"DPoP": prover.proof(url, "POST")}), 400, "does not match dpop_jkt")
        page = lab.get(lab.endpoint("auth") + "?" + urllib.parse.urlencode({"client_id": "lab-public", "request_uri": pushed.json["request_uri"]}))
        require(page.status == 200 and "Sign in" in page.body, page.body)
        expect(lab.get(lab.endpoint("auth") + "?request_uri=urn:none").status, 400, "an unknown request_uri")

        device = lab.get(lab.endpoint("auth/device"), {"client_id": "lab-public"}).json
        expect((device["interval"], device["expires_in"]), (1, 600), "device")
        form = {"client_id": "lab-public", "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": device["device_code"]}
        refused(lab.token_request(form, prover), 400, "authorization_pending")
        for login, status in [({"username": "grace", "password": "no"}, 401), ({"username": "grace", "password": "hopper"}, 200)]:
            expect(lab.get(device["verification_uri"], {"user_code": device["user_code"], **login}).status, status, login)
        expect(claims(lab.token(form, prover))["sub"], "grace", "device grant")
        refused(lab.token_request(form, prover), 400, "Device code not valid")

        revoke = lambda token, form, headers={}: lab.get(lab.endpoint("revoke"), {**form, "token": token}, headers)
        expect(revoke(token, KONG).status, 200, "revoke")
        expect(ask(token).json, {"active": False}, "after revocation")
        bound = lab.token_request({"client_id": "lab-public", "grant_type": "password", "username": "ada", "password": "lovelace"}, prover).json["refresh_token"]
        refused(revoke(bound, {"client_id": "lab-public"}, {"DPoP": other.proof(lab.endpoint("revoke"), "POST")}), 400, "binding verification failed")
        expect(revoke(bound, {"client_id": "lab-public"}, {"DPoP": prover.proof(lab.endpoint("revoke"), "POST")}).status, 200, "revoke with the key")


@test
def the_code_grant_by_hand():
    """Codes are spent once, go with their redirect_uri and verifier, and with the key of dpop_jkt."""
    prover, other = Prover(), Prover()
    verifier = "v" * 43
    asked = {"client_id": "lab-public", "redirect_uri": "https://app.test/", "response_type": "code", "dpop_jkt": prover.jkt, "code_challenge_method": "S256",
             "code_challenge": encode(hashlib.sha256(verifier.encode()).digest()), "username": "ada", "password": "lovelace"}
    with Lab() as lab:
        def code():
            location = lab.get(lab.endpoint("auth"), asked).headers["Location"]
            return {"client_id": "lab-public", "grant_type": "authorization_code", "code": location.split("code=")[1], "redirect_uri": "https://app.test/", "code_verifier": verifier}

        form = code()
        expect(claims(lab.token(form, prover))["sub"], "ada", "subject")
        refused(lab.token_request(form, prover), 400, "Code not valid")
        refused(lab.token_request({**code(), "redirect_uri": "https://else.test/"}, prover), 400, "Incorrect redirect_uri")
        refused(lab.token_request({**code(), "code_verifier": "w" * 43}, prover), 400, "PKCE verification failed")
        refused(lab.token_request(code(), other), 400, "does not match dpop_jkt")
        refused(lab.get(lab.endpoint("auth"), {**asked, "client_id": "nobody"}), 400, "Client not found")


@test
def profiles_have_their_windows_and_words():
    """keycloak takes proofs 25 s old and 15 s ahead and compares htu as text; rfc9449 300 and 60, and htu normalised. Words of each."""
    prover = Prover()
    for options, past, future, code in [((), 25, 15, "invalid_request"), (("--profile", "rfc9449"), 300, 60, "invalid_dpop_proof")]:
        with Lab(*options) as lab:
            for age, taken in [(past - 3, True), (past + 3, False), (-(future - 3), True), (-(future + 3), False)]:
                reply = lab.token_request(prover=prover, iat=int(time.time()) - age)
                if taken:
                    expect(reply.status, 200, f"{options}: a proof {age} s old")
                else:
                    refused(reply, 400, f'"{code}"', "iat" if options else "DPoP proof is not active")
            refused(lab.token_request(), 400, f'"{code}"', "no DPoP header" if options else "DPoP proof is missing")
            odd = {"DPoP": prover.proof(lab.endpoint("token").replace("http://", "HTTP://"), "POST")}
            reply = lab.get(lab.endpoint("token"), {"grant_type": "client_credentials", "client_id": "lab-client", "client_secret": "lab-secret"}, odd)
            if options:
                expect(reply.status, 200, "htu in another case")
            else:
                refused(reply, 400, "DPoP HTTP URL mismatch")


@test
def the_idp_makes_opaque_short_lived_tokens_and_asks_for_nonces():
    """--opaque, --token-lifetime, --idp-nonce; a proof of the IdP is taken once."""
    prover = Prover()
    with Lab("--opaque", "--token-lifetime", "77") as lab:
        reply = lab.token_request(prover=prover).json
        require("." not in reply["access_token"] and reply["expires_in"] == 77, reply)
    with Lab("--idp-nonce") as lab:
        asked = lab.token_request(prover=prover)
        refused(asked, 400, "use_dpop_nonce")
        nonce = asked.headers["DPoP-Nonce"]
        expect(lab.token_request(prover=prover, nonce=nonce).status, 200, "with the nonce")
        refused(lab.token_request(prover=prover, nonce=nonce[:-1] + ("A" if nonce[-1] != "A" else "B")), 400, "use_dpop_nonce")
    with Lab() as lab:
        expect([lab.token_request(prover=prover, jti="once").status for _ in range(2)], [200, 400], "a proof twice")


# The gateway.


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
        does_not_start("--kong-config", written("wrong.json", wrong), words=words)


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


# The upstream.


@test
def the_upstream_echoes_and_answers_what_is_asked():
    """/get, /post, /put, /delete, /patch, /anything, /headers, /status/N, /delay/N, and 404 and 405 for the rest."""
    with Lab("upstream") as lab:
        for method in ("get", "post", "put", "delete", "patch"):
            expect(lab.get(f"{lab.upstream}/{method}", method=method.upper()).status, 200, method)
            expect(lab.get(f"{lab.upstream}/{method}", method="PROPFIND").status, 405, method)
        echo = lab.get(lab.upstream + "/anything?a=1&b=x%20y", '{"k":[1]}', {"Content-Type": "application/json", "X-One": "1"}).json
        expect((echo["args"], echo["json"], echo["data"], echo["method"]), ({"a": "1", "b": "x y"}, {"k": [1]}, '{"k":[1]}', "POST"), "an echo")
        expect(echo["headers"]["X-One"], "1", "a field")
        expect(lab.get(lab.upstream + "/post", {"f": "ä &"}).json["form"], {"f": "ä &"}, "a form")
        for status in (200, 204, 304, 418, 500, 599):
            expect(lab.get(f"{lab.upstream}/status/{status}").status, status, "status")
        for where, status in [("/status/99", 400), ("/status/x", 400), ("/delay/x", 400), ("/nothing", 404), ("/", 404)]:
            expect(lab.get(lab.upstream + where).status, status, where)
        started = time.monotonic()
        expect(lab.get(lab.upstream + "/delay/0.3").status, 200, "delay")
        require(time.monotonic() - started >= 0.3, "the delay was none")


# Recording.


def hops(name):
    return [line["notes"][0].removeprefix("hop: ") for line in lines(name)]


@test
def every_hop_is_recorded_before_its_answer_goes_out():
    """When an answer is here, its hops are on disk, in their order, named by the first note; the gateway's checks follow; dpop-tui reads the file."""
    prover = Prover()
    with Lab("--record", path("hops.jsonl")) as lab:
        token = lab.token(prover=prover)
        expect(hops("hops.jsonl"), ["client → idp"], "after the token")
        reply = lab.call(prover, token, "/anything?x=1", "body=1")
        expect(hops("hops.jsonl")[1:], DISCOVERY_HOPS + CALL_HOPS, "after the first call")
        last = lines("hops.jsonl")[-1]
        for check in ("token.signature", "token.time", "request.scheme", "proof.signature", "proof.htu", "proof.jti"):
            require(any(note.startswith(f"gateway: ✓ {check}") for note in last["notes"]), f"{check} is not in {last['notes']}")
        expect((last["request"]["url"], last["response"]["status"]), (lab.gateway + "/anything?x=1", 200), "the last line")
        upstream = lines("hops.jsonl")[-2]
        expect((upstream["request"]["url"], upstream["request"].get("body"), upstream["response"]["body"]), (lab.upstream + "/anything?x=1", "body=1", reply.body), "the call of the upstream")
        expect(lab.call(Prover(), token).status, 401, "another key")
        expect(hops("hops.jsonl")[7:], ["client → gateway"], "after a refusal")
        require(any("✗" in note for note in lines("hops.jsonl")[-1]["notes"]), lines("hops.jsonl")[-1]["notes"])
        for number in range(20):
            lab.call(prover, token)
            expect(hops("hops.jsonl")[8 + 2 * number:], CALL_HOPS, "after a call")
        lab.run(*PUBLIC, "--grant-type", "password", "--username", "ada", "--password", "env:SECRET", env={"SECRET": "lovelace"}).expect(*PLAIN)
    sh(TUI, "check", path("hops.jsonl"), check=False)
    with Lab("upstream", "--record", path("hops.jsonl")) as lab:  # appends
        lab.get(lab.upstream + "/get")
        expect(hops("hops.jsonl")[-1], "gateway → upstream", "an upstream alone")
        require(len(lines("hops.jsonl")) > 45, "the file was begun anew")
    does_not_start("--record", "/nowhere/x.jsonl", words="/nowhere/x.jsonl")


@test
def the_lab_ends_with_its_starter_and_on_either_signal():
    """SIGTERM and SIGINT end it with status 0, and so does the end of its starter's pipe."""
    for number in (signal.SIGTERM, signal.SIGINT):
        with Lab() as lab:
            lab.process.send_signal(number)
            expect(lab.process.wait(10), 0, f"status after {number.name}")
    with Lab() as lab:
        lab.process.stdin.close()
        expect(lab.process.wait(10), 0, "status after the end of the pipe")
