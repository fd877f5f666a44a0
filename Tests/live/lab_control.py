"""A lab that changes while it runs: faults put and counted over the control port, what it tells of the requests it saw, and who may ask."""
import concurrent.futures
import http.client
import json
import urllib.parse

from lab import CLIENT, SECRET, TUI, Lab, Prover, claims, does_not_start, expect, lines, path, refused, require, sh, written
from runner import Failure, test

PAGE = "http://127.0.0.1:3000"


class Steered(Lab):
    """A lab with its control port."""

    def faults(self, *faults):
        """Asks for these faults and no others."""
        reply = self.get(self.info["control"] + "/_lab/faults", json.dumps(faults), method="PUT")
        expect((reply.status, reply.json), (200, list(faults)), "PUT /_lab/faults")

    def left(self):
        """The faults that may still happen."""
        return self.get(self.info["control"] + "/_lab/faults").json

    def seen(self, since=0):
        return self.get(f"{self.info['control']}/_lab/requests?since={since}").json["requests"]

    def raw(self, method, target, headers, body=None):
        """A request to the control port with just these fields."""
        parts = urllib.parse.urlsplit(self.info["control"])
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in {**headers, **({"Content-Length": str(len(body))} if body else {})}.items():
            connection.putheader(name, value)
        connection.endheaders(body.encode() if body else None)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text


@test
def faults_change_while_the_lab_runs():
    """One lab is right, wrong in one way and another, and right again; tokens keep what they were given."""
    prover = Prover()
    with Steered("--fault", "jkt=other") as lab:
        expect(lab.left(), ["jkt=other"], "the command line's")
        wrong = lab.token(prover=prover)
        lab.faults()
        refused(lab.call(prover, wrong), 401, "invalid_token")
        token = lab.token(prover=prover)
        require(claims(token)["cnf"]["jkt"] == prover.jkt and claims(wrong)["cnf"]["jkt"] != prover.jkt, "the thumbprints")
        expect(lab.call(prover, token).status, 200, "without faults")
        for fault, status, words in [("status=503", 503, "status=503"), ("htu=internal", 401, "kong.internal"), ("strip-dpop", 401, "no DPoP header"), ("alg=no-es256", 401, "ES256"),
                                     ("nonce=required", 401, "use_dpop_nonce"), ("clock=+1e6s", 401, "expired")]:
            lab.faults(fault)
            refused(lab.call(prover, token), status, words)
        lab.faults("upstream-dpop", "idp-status=418")
        refused(lab.call(prover, token), 401, "Invalid bearer token")
        expect(lab.token_request(prover=prover).status, 418, "the IdP's")
        reply = lab.get(lab.info["control"] + "/_lab/faults", method="DELETE")
        expect((reply.json, lab.left(), lab.call(prover, token).status), ([], [], 200), "after DELETE")


@test
def a_counted_fault_happens_that_often():
    """`NAME=VALUE:N` on the command line and over the control port; over all servers and connections, and no more."""
    prover = Prover()
    with Steered("--fault", "status=503:2", "--fault", "nonce=required:1", "--fault", "idp-reset:1") as lab:
        try:
            lab.token_request(prover=prover)
            raise Failure("the first request to the token endpoint was answered")
        except OSError:
            pass
        expect(lab.left(), ["status=503:2", "nonce=required:1"], "after the reset")
        nonce = lab.token_request(prover=prover).headers["DPoP-Nonce"]
        token = lab.token(prover=prover, nonce=nonce)
        expect([lab.call(prover, token).status for _ in range(4)], [503, 503, 200, 200], "the gateway")
        expect(lab.left(), [], "at the end")
        lab.faults("challenge=absent:1", "clock=-300s:1")
        # A proof of now is ahead of the lab's clock once.
        expect([lab.token_request(prover=prover).status for _ in range(2)], [400, 200], "the clock")
        found = [lab.get(lab.gateway + "/get").headers["WWW-Authenticate"] is None for _ in range(2)]
        expect((found, lab.left()), ([True, False], []), "the challenge")
        lab.faults("status=429:25")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda _: lab.get(lab.gateway + "/get").status, range(80)))
        expect((statuses.count(429), statuses.count(401), lab.left()), (25, 55, []), "eight at once")


@test
def a_run_meets_a_fault_that_ends():
    """dpop-tui against a lab that fails once, and one that wants a nonce once: the next run, or the same, is right."""
    with Steered() as lab:
        lab.faults("idp-status=500:1")
        lab.run(*CLIENT, env=SECRET, check=1)
        lab.run(*CLIENT, env=SECRET)
        lab.faults("nonce=required:1")
        result = lab.run(*CLIENT, env=SECRET)
        expect([step["status"] for step in result.steps if step["kind"] == "tokenResponse"], [400, 200], "the challenge and the token")
        expect(lab.left(), [], "after the run")
    done = sh(TUI, "run", "--headless", "--record", "none", "--fault", "htu=internal:1", check=False)
    expect((done.returncode, "htu" in done.stdout + done.stderr), (1, True), "run --fault NAME=VALUE:N")


@test
def wrong_counts_and_lists_are_refused():
    for fault, words in [("reset:0", "happens from 1 to 1000000 times; found '0'"), ("htu=internal:x", "found 'x'"), ("status=99:1", "from 200 to 599"), ("rest:1", "did you mean 'reset'?")]:
        does_not_start("--fault", fault, words=words)
    with Steered("--fault", "htu=port") as lab:
        for body in ["", "{}", '["reset",1]', '["reset","status=99"]', '["reset:0"]', "[" * 1000, '["' + "x" * 70000 + '"]']:
            reply = lab.get(lab.info["control"] + "/_lab/faults", body, method="PUT")
            expect((reply.status, "error_description" in reply.json), (413 if len(body) > 65536 else 400, True), body[:40])
        expect(lab.left(), ["htu=port"], "what is wrong changes nothing")
        expect([lab.get(lab.info["control"] + target, method=method).status for method, target in [("POST", "/_lab/faults"), ("GET", "/"), ("GET", "/_lab/requests?since=x")]],
               [405, 404, 400], "other requests")


@test
def what_the_lab_saw_is_told_and_masked():
    """Every server's requests in order, before their answers are read; with the faults that happened, and without secrets."""
    prover = Prover()
    with Steered("--fault", "type=lower:1", "--fault", "truncate:1") as lab:
        token = lab.token(prover=prover)
        try:
            lab.call(prover, token, "/anything?access_token=hidden&x=1")
        except http.client.IncompleteRead:
            pass
        lab.get(lab.issuer + "/.well-known/openid-configuration", headers={"Cookie": "s3cret-cookie"})
        seen = lab.seen()
        found = [(request["server"], request["method"], urllib.parse.urlsplit(request["target"]).path.rsplit("/", 1)[-1], request["status"], request["faults"]) for request in seen]
        # The gateway discovered the IdP and its keys before it could answer.
        expect([request for request in found if request[2] in ("token", "anything")],
               [("idp", "POST", "token", 200, ["type=lower"]), ("upstream", "GET", "anything", 200, []), ("gateway", "GET", "anything", 200, ["truncate"])], "the calls")
        expect(sorted(request[2] for request in found if request[2] not in ("token", "anything")), ["certs", "openid-configuration", "openid-configuration"], "the gateway's own, and ours")
        expect([request["number"] for request in seen], list(range(1, len(seen) + 1)), "numbers")
        require(all(request["started"].endswith("Z") and 0 <= request["duration"] < 5 for request in seen), seen)
        form = dict(map(tuple, seen[0]["form"]))
        expect((form["grant_type"], form["client_id"], form["client_secret"]), ("client_credentials", "lab-client", "***"), "the form")
        gateway = next(request for request in seen if request["server"] == "gateway")
        fields = {name.lower(): value for name, value in gateway["headers"]}
        expect((fields["authorization"], fields["dpop"].count("."), gateway["target"]), ("DPoP ***", 2, "/anything?access_token=***&x=1"), "the call's fields")
        text = json.dumps(seen)
        require(not any(secret in text for secret in (token, "lab-secret", "kong-secret", "s3cret-cookie", "hidden")), text)
        # Since a number; cleared; the control port itself is not among them.
        expect([request["number"] for request in lab.seen(len(seen) - 1)], [len(seen)], "since")
        lab.get(lab.info["control"] + "/_lab/requests", method="DELETE")
        expect(lab.seen(), [], "cleared")
        lab.get(lab.upstream + "/status/204")
        expect([(request["number"], request["server"], request["status"]) for request in lab.seen()], [(len(seen) + 1, "upstream", 204)], "numbers go on")


@test
def what_the_lab_saw_has_a_ceiling():
    """A thousand requests or 4 MB of them, whatever comes; resets are told without a status."""
    with Steered("upstream") as lab:
        started = lab.memory("VmRSS")
        parts = urllib.parse.urlsplit(lab.upstream)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        for number in range(1500):
            connection.request("GET", "/status/204", headers={"X-Large": "x" * (60_000 if number % 2 else 0)})
            connection.getresponse().read()
        connection.close()
        seen = lab.seen()
        require(len(seen) <= 1000 and seen[-1]["number"] == 1500 and len(json.dumps(seen)) < 4_000_000, (len(seen), seen[-1]["number"]))
        require(lab.memory("VmRSS") - started < 60, f"{started} MB, then {lab.memory('VmRSS')} MB")
    with Steered("--fault", "reset:1") as lab:
        try:
            lab.get(lab.gateway + "/get")
            raise Failure("answered")
        except OSError:
            expect([(request["status"], request["faults"]) for request in lab.seen()], [(None, ["reset"])], "a reset")


@test
def the_control_port_is_for_programs_of_this_machine():
    """Web pages are refused, whatever name they call it by; it is on loopback where the servers are not, and has the port that was asked for."""
    with Steered("--https", "--host", "0.0.0.0") as lab:
        control = urllib.parse.urlsplit(lab.info["control"])
        expect((control.scheme, control.hostname), ("http", "127.0.0.1"), "where it is")
        own = f"127.0.0.1:{control.port}"
        for headers, status in [({"Host": own}, 200), ({"Host": f"localhost:{control.port}"}, 200), ({"Host": own, "Sec-Fetch-Site": "none"}, 200),
                                ({"Host": own, "Origin": "https://evil.test"}, 403), ({"Host": own, "Origin": "null"}, 403), ({"Host": own, "Origin": lab.info["control"]}, 403),
                                ({"Host": own, "Sec-Fetch-Site": "cross-site"}, 403), ({"Host": own, "Sec-Fetch-Site": "same-origin"}, 403),
                                ({"Host": f"evil.test:{control.port}"}, 421), ({"Host": "127.0.0.1"}, 421)]:
            for method, body in [("GET", None), ("PUT", '["reset"]'), ("DELETE", None)]:
                answer, text = lab.raw(method, "/_lab/faults", headers, body)
                expect(answer.status, status, f"{method} with {headers}: {text}")
                require(answer.getheader("Access-Control-Allow-Origin") is None, "a page may read it")
                if status != 200:
                    expect(lab.left(), [], f"{method} with {headers} has an effect")
        # A page's own question before.
        answer, _ = lab.raw("OPTIONS", "/_lab/faults", {"Host": own, "Origin": PAGE, "Access-Control-Request-Method": "PUT"})
        expect((answer.status, answer.getheader("Access-Control-Allow-Methods")), (403, None), "a preflight")
        # None of the servers has these paths, and the control port has none of theirs.
        for server in (lab.idp, lab.gateway, lab.upstream):
            port = urllib.parse.urlsplit(server).port
            require(lab.get(f"https://127.0.0.1:{port}/_lab/faults").status in (401, 404), server)
    with Lab() as lab:
        does_not_start("--control-port", str(urllib.parse.urlsplit(lab.info["control"]).port), words="cannot listen on 127.0.0.1", status=4)


@test
def pages_of_other_origins_call_idp_and_gateway():
    """What a browser asks and is told, in full: preflight, nonce and token at the IdP, preflight and call at the gateway; another origin's page is told nothing."""
    prover, captured = Prover(), path("cors.jsonl")
    with Lab("--record", captured, "--idp-nonce", "--dpop-use-nonce") as lab:
        def asked(url, method, fields, page=PAGE):
            reply = lab.get(url, headers={"Origin": page, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": fields, "Sec-Fetch-Mode": "cors"}, method="OPTIONS")
            expect(reply.status, 200, f"OPTIONS {url}")
            return reply.headers

        token_url, url = lab.endpoint("token"), lab.gateway + "/get?x=1"
        fields = asked(token_url, "POST", "dpop")
        expect((fields["Access-Control-Allow-Origin"], fields["Vary"], fields["Access-Control-Allow-Methods"]), (PAGE, "Origin", "POST, OPTIONS"), "at the IdP")
        form = {"grant_type": "password", "client_id": "lab-public", "username": "ada", "password": "lovelace"}

        def told(reply, status):
            expect((reply.status, reply.headers["Access-Control-Allow-Origin"], reply.headers["Vary"]), (status, PAGE, "Origin"), reply.body)
            require(all(name in reply.headers["Access-Control-Expose-Headers"] for name in ("DPoP-Nonce", "WWW-Authenticate")), reply.headers)
            return reply

        page = {"Origin": PAGE}
        nonce = told(lab.get(token_url, form, {**page, "DPoP": prover.proof(token_url, "POST")}), 400).headers["DPoP-Nonce"]
        token = told(lab.get(token_url, form, {**page, "DPoP": prover.proof(token_url, "POST", nonce=nonce)}), 200).json["access_token"]
        fields = asked(url, "GET", "authorization,dpop")
        expect((fields["Access-Control-Allow-Origin"], fields["Access-Control-Allow-Headers"], fields["Vary"]), (PAGE, "authorization,dpop", "Origin"), "at the gateway")
        nonce = told(lab.get(url, headers={**page, **prover.fields(url, token)}), 401).headers["DPoP-Nonce"]
        reply = told(lab.get(url, headers={**page, **prover.fields(url, token, nonce=nonce)}), 200)
        expect(reply.headers.get_all("Access-Control-Allow-Origin"), [PAGE], "told once")
        # Its own recording of all this is right; a preflight is a step of the flow, and none that would need a proof.
        recorded = lines("cors.jsonl")
        done = sh(TUI, "check", "--format", "json", captured, check=False)
        flows = [flow for line in done.stdout.splitlines() for flow in json.loads(line).get("flows", [])]
        expect((done.returncode, [flow["verdict"] for flow in flows]), (0, ["pass"]), done.stdout[:3000] + done.stderr)
        asked_at = [at for at, line in enumerate(recorded) if line["request"]["method"] == "OPTIONS"]
        steps = [step for step in flows[0]["steps"] if step["exchange"] in asked_at]
        expect([(step["kind"], step["from"], step["to"], step["status"]) for step in steps], [("unknown", "client", "idp", 200), ("unknown", "client", "gateway", 200)], "the preflights' steps")
        numbers = {step["number"] for step in steps}
        judged = [finding["check"] for finding in flows[0]["findings"] if finding["step"] in numbers and finding["check"].startswith(("proof.", "request.", "token."))]
        expect(judged, [], "what is asked of preflights")
        told(lab.get(lab.endpoint("userinfo"), headers={**page, **prover.fields(lab.endpoint("userinfo"), token)}), 401)
        for stranger in ("https://evil.test", "null"):
            expect(asked(url, "GET", "authorization,dpop", stranger)["Access-Control-Allow-Origin"], None, "a stranger's preflight at the gateway")
            for reply in (lab.get(url, headers={"Origin": stranger}), lab.get(token_url, form, {"Origin": stranger})):
                expect(reply.headers["Access-Control-Allow-Origin"], None, "what a stranger is told")
        expect(lab.get(url).headers["Access-Control-Expose-Headers"], None, "without an origin")


@test
def kongs_cors_plugin_and_run_on_preflight():
    """With a file of Kong's, CORS is what that says: nothing without the plugin, and its own words with it."""
    oidc = {"name": "openid-connect", "config": {"auth_methods": ["bearer"], "proof_of_possession_dpop": "strict"}}
    cors = {"name": "cors", "config": {"origins": ["https://app.test"], "headers": ["DPoP", "Authorization"], "exposed_headers": ["DPoP-Nonce"], "credentials": False, "max_age": 60}}
    asks = {"Origin": PAGE, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "dpop"}
    with Lab("--kong-config", written("no-cors.json", oidc)) as lab:
        reply = lab.get(lab.gateway + "/anything", headers=asks, method="OPTIONS")
        refused(reply, 401)
        expect(reply.headers["Access-Control-Allow-Origin"], None, "without the plugin")
    with Lab("--kong-config", written("cors.json", [oidc, cors])) as lab:
        reply = lab.get(lab.gateway + "/anything", headers=asks, method="OPTIONS")
        expect((reply.status, reply.headers["Access-Control-Allow-Origin"], reply.headers["Access-Control-Allow-Headers"], reply.headers["Access-Control-Max-Age"]),
               (200, "https://app.test", "DPoP,Authorization", "60"), "the plugin's preflight")
        reply = lab.get(lab.gateway + "/get", headers={"Origin": "https://app.test"})
        expect((reply.status, reply.headers["Access-Control-Expose-Headers"]), (401, "DPoP-Nonce"), "the plugin's refusal")
    passing = {**oidc, "config": {**oidc["config"], "run_on_preflight": False}}
    with Lab("--kong-config", written("passing.json", passing)) as lab:
        reply = lab.get(lab.gateway + "/anything", headers=asks, method="OPTIONS")
        expect((reply.status, reply.json["method"], "Authorization" in reply.json["headers"]), (200, "OPTIONS", False), "run_on_preflight false: the upstream answers")
        refused(lab.get(lab.gateway + "/anything"), 401)
    does_not_start("--kong-config", written("wrong.json", {"name": "cors", "config": {"origins": ["https://.*"]}}), words="patterns are not read", status=3)


@test
def a_public_client_revokes_without_a_proof():
    """RFC 7009 asks for none, and real Keycloak looks at none: with dpop-tui, by hand, and with another's proof."""
    prover = Prover()
    form = {"grant_type": "password", "client_id": "lab-public", "username": "ada", "password": "lovelace"}
    with Lab() as lab:
        for fields in ({}, {"DPoP": Prover().proof(lab.endpoint("revoke"), "POST")}, {"DPoP": "x"}):
            token = lab.token_request(form, prover).json["refresh_token"]
            expect(lab.get(lab.endpoint("revoke"), {"client_id": "lab-public", "token": token}, fields).status, 200, f"revoked with {fields}")
            refused(lab.token_request({"grant_type": "refresh_token", "client_id": "lab-public", "refresh_token": token}, prover), 400, "invalid_grant")
        lab.run("--client-id", "lab-public", "--grant-type", "password", "--username", "ada", "--password", "env:SECRET", "--then", "revocation", env={"SECRET": "lovelace"})
