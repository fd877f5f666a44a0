"""docs/lab.md on the IdP, line by line: endpoints, clients, grants, profiles."""
import base64
import hashlib
import time
import urllib.parse

from lab import BACK, Forger, KONG, Lab, Prover, certificate_thumbprint, claims, does_not_start, encode, expect, pkce, refused, require, self_signed, written
from runner import test

BOUND = {"dpop.bound.access.tokens": "true"}


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
        expect(claims(lab.token(prover=prover))["cnf"], {"jkt": prover.jkt, "kc-jkt-type": "DPoP"}, "lab-client's token")
        refused(lab.token_request(), 400, "DPoP proof is missing")
        expect("cnf" in claims(lab.bearer()), False, "kong's token is bound")
        refused(lab.token_request({"client_id": "lab-client", "client_secret": "wrong"}, prover), 401, "unauthorized_client")
        refused(lab.token_request({"client_id": "nobody", "client_secret": "x"}, prover), 401, "invalid_client")
        refused(lab.token_request({**KONG, "client_secret": "lab-secret"}), 401, "unauthorized_client")
        public = {"grant_type": "password", "client_id": "lab-public", "username": "grace", "password": "hopper"}
        expect(claims(lab.token(public, prover))["sub"], "grace", "subject")
        refused(lab.token_request({**public, "password": "lovelace"}, prover), 400, "invalid_grant", "Invalid user credentials")
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
        exchange = {**KONG, "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token": token}
        for shown, status in [((pem, key), 200), (other, 400), (None, 400)]:
            expect(lab.token_request(exchange, certificate=shown).status, status, f"exchange with {shown}")
            reply = lab.get(lab.endpoint("userinfo"), headers={"Authorization": f"Bearer {token}"}, certificate=shown)
            expect(reply.status, 200 if status == 200 else 401, f"userinfo with {shown}")
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
    does_not_start("--clients", written("none.json", [{"name": "x"}]), words="byte 1: expected a client with `clientId`", status=3)
    does_not_start("--clients", written("broken.json", "{"), words="broken.json", status=3)


@test
def attributes_of_a_client_mean_what_keycloak_means():
    """Unbound without the attribute, certificates and their subject, PAR required, redirect URIs, grants switched off."""
    prover = Prover()
    certificate, other = self_signed("subject", "exact"), self_signed("stranger", "stranger")
    clients = [
        {"clientId": "unbound", "secret": "s"},
        {"clientId": "subject", "clientAuthenticatorType": "client-x509", "attributes": {"x509.subjectdn": "CN=exact", "tls.client.certificate.bound.access.tokens": "true"}},
        {"clientId": "pushes", "publicClient": True, "redirectUris": ["https://app.test/"], "attributes": {**BOUND, "require.pushed.authorization.requests": "true"}},
        {"clientId": "returns", "publicClient": True, "redirectUris": ["https://app.test/back", "http://127.0.0.1/cb", "https://app.test/any/*"]},
        {"clientId": "nothing", "secret": "s", "serviceAccountsEnabled": False, "directAccessGrantsEnabled": False, "standardFlowEnabled": False,
         "attributes": {"oauth2.device.authorization.grant.enabled": "false", "standard.token.exchange.enabled": "false"}},
    ]
    with Lab("--https", "--clients", written("attributes.json", clients)) as lab:
        expect("cnf" in claims(lab.token({"client_id": "unbound", "client_secret": "s"})), False, "unbound")
        expect(claims(lab.token({"client_id": "subject"}, certificate=certificate))["cnf"], {"x5t#S256": certificate_thumbprint(certificate[0])}, "subject")
        refused(lab.token_request({"client_id": "subject"}, certificate=other), 401, "does not match CN=exact")
        grants = "urn:ietf:params:oauth:grant-type:"
        for grant, status, *words in [
                ("client_credentials", 401, "unauthorized_client", "Client not enabled to retrieve service account"),
                ("password", 400, "unauthorized_client", "Client not allowed for direct access grants"), ("authorization_code", 400, "unauthorized_client"),
                (grants + "device_code", 400, "invalid_grant", "Client not allowed OAuth 2.0 Device Authorization Grant"),
                (grants + "token-exchange", 400, "invalid_request", "Standard token exchange is not enabled for the requested client")]:
            refused(lab.token_request({"client_id": "nothing", "client_secret": "s", "grant_type": grant}), status, *words)

        def asks(client, redirect):
            return lab.get(lab.endpoint("auth") + "?" + urllib.parse.urlencode({"client_id": client, "redirect_uri": redirect, "response_type": "code", "state": "s1", **pkce()[0]}))

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
        expect((known["active"], known["sub"], known["token_type"], known["cnf"]), (True, "ada", "DPoP", {"jkt": prover.jkt, "kc-jkt-type": "DPoP"}), "introspection")
        expect(ask("nonsense").json, {"active": False}, "introspection of nonsense")
        refused(ask(token, {"client_id": "lab-public"}), 403, "Client not allowed")
        refused(ask(token, {}), 401, "invalid_client")

        url = lab.endpoint("userinfo")
        expect(lab.get(url, headers=prover.fields(url, token)).json["sub"], "ada", "userinfo")
        expect(lab.get(url, "", headers=prover.fields(url, token, "POST")).json["sub"], "ada", "userinfo by POST")
        # Whatever is wrong: Keycloak's userinfo says one thing.
        refused(lab.get(url, headers={"Authorization": f"Bearer {token}"}), 401, 'Bearer realm="lab"', "Token verification failed")
        refused(lab.get(url, headers=other.fields(url, token)), 401, "DPoP algs=", "Token verification failed")
        refused(lab.get(url, headers={"Authorization": f"DPoP {lab.bearer()}"}), 401, "DPoP algs=", "Token verification failed")
        reply = lab.get(url)
        expect((reply.status, reply.headers["WWW-Authenticate"]), (401, 'Bearer realm="lab"'), "userinfo without a token")

        url = lab.endpoint("ext/par/request")
        form = {"client_id": "lab-public", "redirect_uri": BACK, "response_type": "code", **pkce()[0]}
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
        refused(revoke(token, KONG), 400, "Unmatching clients")
        expect(revoke(token, {"client_id": "lab-public"}).status, 200, "revoke")
        expect(ask(token).json, {"active": False}, "after revocation")
        url = lab.endpoint("userinfo")
        refused(lab.get(url, headers=prover.fields(url, token)), 401, "user_session_not_found")
        bound = lab.token_request({"client_id": "lab-public", "grant_type": "password", "username": "ada", "password": "lovelace"}, prover).json["refresh_token"]
        expect(revoke(bound, {"client_id": "lab-public"}).status, 200, "revoke a bound refresh token without a proof")
        refused(lab.token_request({"client_id": "lab-public", "grant_type": "refresh_token", "refresh_token": bound}, prover), 400, "invalid_grant")


@test
def the_code_grant_by_hand():
    """Codes are spent once, go with their redirect_uri and verifier, and with the key of dpop_jkt."""
    prover, other = Prover(), Prover()
    verifier = "v" * 43
    asked = {"client_id": "lab-public", "redirect_uri": BACK, "response_type": "code", "dpop_jkt": prover.jkt, "code_challenge_method": "S256",
             "code_challenge": encode(hashlib.sha256(verifier.encode()).digest()), "username": "ada", "password": "lovelace"}
    with Lab() as lab:
        def code():
            location = lab.get(lab.endpoint("auth"), asked).headers["Location"]
            return {"client_id": "lab-public", "grant_type": "authorization_code", "code": location.split("code=")[1], "redirect_uri": BACK, "code_verifier": verifier}

        form = code()
        expect(claims(lab.token(form, prover))["sub"], "ada", "subject")
        refused(lab.token_request(form, prover), 400, "Code not valid")
        refused(lab.token_request({**code(), "redirect_uri": "https://else.test/"}, prover), 400, "Incorrect redirect_uri")
        refused(lab.token_request({**code(), "code_verifier": "w" * 43}, prover), 400, "PKCE verification failed")
        refused(lab.token_request(code(), other), 400, "does not match dpop_jkt")
        refused(lab.get(lab.endpoint("auth"), {**asked, "client_id": "nobody"}), 400, "Client not found")


@test
def profiles_have_their_windows_and_words():
    """How old and how far ahead a proof may be at each server's IdP and resource, and which other spellings of `htu` are one."""
    forger = Forger()
    # The IdP's window, the gateway's (None: any), and which of SPELLINGS pass at each.
    spellings = [lambda url: url.replace("http://", "HTTP://"), lambda url: url + "?x=1", lambda url: url + "/../" + url.split("/")[-1],
                 lambda url: url[:-1] + f"%{ord(url[-1]):02x}"]
    every, some, none, java = [True] * 4, [True, True, True, False], [False] * 4, [True, True, False, False]
    table = {"keycloak": ((25, 15), (300, 60), java, every), "rfc9449": ((300, 60), (300, 60), every, every), "spring": ((60, 60), (60, 60), none, none),
             "quarkus": ((25, 15), None, java, none), "node-oidc-provider": ((300, 300), (300, 300), some, some), "atproto": ((190, 180), (190, 180), some, some),
             "auth0": ((300, 60), (300, 30), every, every)}
    form = {"grant_type": "client_credentials", "client_id": "lab-client", "client_secret": "lab-secret"}
    for profile, (idp, gateway, at_idp, at_gateway) in table.items():
        with Lab("--profile", profile) as lab:
            url = lab.get(lab.issuer + "/.well-known/openid-configuration").json["token_endpoint"]
            nonces = {}

            def tried(where, method="POST", token=None, **changes):
                claims = {**({"nonce": nonces[where]} if nonces.get(where) else {}), **({"ath": encode(hashlib.sha256(token.encode()).digest())} if token else {})}
                fields = {"DPoP": forger.proof(changes.pop("url", where), method, **claims, **changes)}
                reply = lab.get(where, form if method == "POST" else None, {**fields, **({"Authorization": f"DPoP {token}"} if token else {})})
                nonces[where] = reply.headers["DPoP-Nonce"]
                return reply

            tried(url)
            token = tried(url).json["access_token"]
            resource = lab.gateway + "/get"
            tried(resource, "GET", token)
            for where, window, passes, how in [(url, idp, at_idp, {}), (resource, gateway, at_gateway, {"method": "GET", "token": token})]:
                past, future = window or (3000, 3000)
                for age, taken in [(past - 3, True), (past + 3, window is None), (-(future - 3), True), (-(future + 3), window is None)]:
                    status = tried(where, iat=int(time.time()) - age, **how).status
                    require((status == 200) == taken, f"{profile}: {status} for a proof {age} s old at {where}")
                for spelling, taken in zip(spellings, passes):
                    other = spelling(where)
                    status = tried(where, url=other, **how).status
                    require((status == 200) == taken, f"{profile}: {status} for htu {other} at {where}")


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
