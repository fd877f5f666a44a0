#!/usr/bin/env python3
"""Live runs against the lab, headless: every grant, every client authentication, both bindings, every fault.

Usage: run.py FOLDER-WITH-BINARIES [NAME...]
"""
import base64
import hashlib
import hmac
import http.server
import json
import os
import re
import ssl
import subprocess
import threading
import time
import urllib.parse
import urllib.request

from lab import CLIENT, ENV, FOLDER, LAB, ONLY, PLAIN, PUBLIC, SECRET, TUI, Forger, Lab, Result, encode, sh, self_signed, written
import runner
from runner import Failure, test


@test
def client_credentials_by_basic_and_post():
    with Lab() as lab:
        for method in ["client_secret_basic", "client_secret_post"]:
            lab.run(*CLIENT, "--auth-method", method, env=SECRET).expect(*PLAIN)


@test
def client_assertions_by_secret_and_by_key():
    sh(TUI, "key", "new", "assertion.jwk")
    key = json.load(open(f"{FOLDER}/assertion.jwk"))
    public = {k: v for k, v in key.items() if k != "d"}
    clients = [
        {"clientId": "jwt-secret", "secret": "s3cret", "clientAuthenticatorType": "client-secret-jwt", "attributes": {"dpop.bound.access.tokens": "true"}},
        {"clientId": "jwt-key", "clientAuthenticatorType": "client-jwt",
         "attributes": {"dpop.bound.access.tokens": "true", "use.jwks.string": "true", "jwks.string": json.dumps({"keys": [public]})}},
    ]
    with open(f"{FOLDER}/clients.json", "w") as file:
        json.dump(clients, file)
    with Lab("--clients", f"{FOLDER}/clients.json", "--idp-nonce") as lab:
        # With a nonce challenge: the assertion of the retry must be a new one.
        lab.run("--client-id", "jwt-secret", "--client-secret", "env:SECRET", "--auth-method", "client_secret_jwt", env={"SECRET": "s3cret"}).expect(*PLAIN)
        lab.run("--client-id", "jwt-key", "--client-key", "assertion.jwk", "--auth-method", "private_key_jwt").expect(*PLAIN)
        refused = lab.run("--client-id", "jwt-key", "--auth-method", "private_key_jwt", check=1)
        if "invalid_client" not in refused.done.stderr:
            raise Failure(refused.done.stderr)


@test
def the_shell_completes_the_options_of_run():
    open(f"{FOLDER}/complete.bash", "w").write(sh(TUI, "completions", "bash").stdout + """
registered=$(complete -p dpop-tui); registered=${registered##*-F }
for words in "run --sig" "run --alg ES2" "run --grant-type tok" "check --fo"; do
    COMP_WORDS=(dpop-tui $words); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE="dpop-tui $words"; COMP_POINT=${#COMP_LINE}; COMPREPLY=()
    ${registered%% *} dpop-tui "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    echo "${COMPREPLY[@]}"
done
""")
    offered = sh("bash", "complete.bash").stdout.splitlines()
    if offered != ["--signing-key", "ES256 ES256K", "token-exchange", "--format"]:
        raise Failure(f"offered {offered}")


@test
def password_and_refresh():
    with Lab() as lab:
        lab.run(*PUBLIC, "--grant-type", "password", "--username", "ada", "--password", "env:SECRET", "--then", "refresh", "--then", "userinfo",
                env={"SECRET": "lovelace"}).expect(*PLAIN, "refresh", "tokenResponse", "userinfo")
        lab.run(*CLIENT, "--grant-type", "refresh_token", "--refresh-token", "nonsense", env=SECRET, check=1)


def browser(lab, url):
    """What a person does: looks at the page, logs in, is sent back."""
    status, _, page = lab.get(url)
    if status != 200 or "Sign in" not in page:
        raise Failure(f"no login page: {status} {page}")
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page))
    fields = {k: v.replace("&amp;", "&") for k, v in fields.items()}
    status, headers, _ = lab.get(url.split("?")[0], {**fields, "username": "ada", "password": "wrong"})
    if status != 200:
        raise Failure("a wrong password was taken")
    status, headers, body = lab.get(url.split("?")[0], {**fields, "username": "ada", "password": "lovelace"})
    if status != 302:
        raise Failure(f"login answered {status}: {body}")
    return headers["Location"]


def run_with_browser(lab, *options):
    words = [TUI, "run", lab.info["issuer"], "--headless", "--format", "json", "--record", "none", "--no-browser", "--grant-type", "authorization_code",
             "--resource", lab.info["gateway"] + "/get", *options]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENV, cwd=FOLDER)
    while True:
        line = process.stderr.readline()
        if not line:
            raise Failure("no URL to log in at: " + process.stdout.read())
        if "log in at " in line:
            break
    back = browser(lab, line.split("log in at ")[1].strip())
    status, _, body = lab.get(back)
    if status != 200 or "has the code" not in body:
        raise Failure(f"the redirect was not taken: {status} {body}")
    out, err = process.communicate(timeout=30)
    return Result(subprocess.CompletedProcess(words, process.returncode, out, err), 0)


@test
def authorization_code_with_pkce_and_dpop_jkt():
    with Lab() as lab:
        result = run_with_browser(lab, *PUBLIC, "--then", "refresh").expect("keygen", "authorization", "tokenRequest", "resourceRequest", "refresh")
        if not any(f["check"] == "code.binding" and f["verdict"] == "pass" for f in result.findings):
            raise Failure("dpop_jkt was not compared")


@test
def authorization_code_with_par():
    with Lab("--idp-nonce") as lab:
        run_with_browser(lab, *PUBLIC, "--par").expect("keygen", "pushedAuthorization", "authorization", "tokenRequest", "resourceRequest")


@test
def device_grant():
    with Lab() as lab:
        words = [TUI, "run", lab.info["issuer"], "--headless", "--format", "json", "--record", "none", *PUBLIC, "--grant-type", "device", "--resource", lab.info["gateway"] + "/get"]
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENV)
        line = ""
        while "approve the code" not in line:
            line = process.stderr.readline()
            if not line:
                raise Failure("no code to approve")
        code, url = re.search(r"approve the code (\S+) at (\S+)", line).groups()
        status, _, body = lab.get(url.split("?")[0], {"user_code": code, "username": "grace", "password": "hopper"})
        if status != 200:
            raise Failure(body)
        out, err = process.communicate(timeout=30)
        Result(subprocess.CompletedProcess(words, process.returncode, out, err), 0).expect("tokenRequest", "tokenResponse", "resourceRequest")


@test
def token_exchange_and_jwt_bearer():
    with Lab() as lab:
        sh(TUI, "key", "new", "exchange.jwk")
        with open(f"{FOLDER}/x.jsonl", "w"):
            pass
        sh(TUI, "run", lab.info["issuer"], "--headless", *CLIENT, "--signing-key", "exchange.jwk", "--record", "x.jsonl", "--resource", lab.info["gateway"] + "/get", env=SECRET)
        answer = [json.loads(line) for line in open(f"{FOLDER}/x.jsonl") if '\\"access_token\\":' in line][0]
        token = json.loads(answer["response"]["body"])["access_token"]
        lab.run(*CLIENT, "--signing-key", "exchange.jwk", "--grant-type", "token-exchange", "--subject-token", "env:TOKEN", env={**SECRET, "TOKEN": token}).expect(*PLAIN)
        # Another key must not exchange it.
        lab.run(*CLIENT, "--grant-type", "token-exchange", "--subject-token", "env:TOKEN", env={**SECRET, "TOKEN": token}, check=1)
        # A token is no assertion, bound or not.
        for token in (token, lab.bearer()):
            lab.run(*CLIENT, "--grant-type", "jwt-bearer", "--assertion", "env:TOKEN", env={**SECRET, "TOKEN": token}, check=1)


@test
def jwt_bearer_with_an_assertion_of_a_registered_issuer():
    """An issuer with a key in --clients, and the client itself with its secret; each assertion is taken once."""
    forger = Forger()
    issuer = {"clientId": "sts", "clientAuthenticatorType": "client-jwt", "attributes": {"jwks.string": json.dumps({"keys": [forger.public]})}}
    with Lab("--clients", written("issuers.json", issuer)) as lab:
        def said(**more):
            return {"sub": "ada", "aud": lab.issuer, "exp": int(time.time()) + 60, "jti": os.urandom(8).hex(), **more}

        header = {"typ": "authorization-grant+jwt"}
        by_key = forger.sign({**header, "alg": "ES256"}, said(iss="sts"))
        text = ".".join(encode(json.dumps(part).encode()) for part in ({**header, "alg": "HS256"}, said(iss="lab-client")))
        by_secret = text + "." + encode(hmac.new(b"lab-secret", text.encode(), "sha256").digest())
        for assertion in (by_key, by_secret):
            words = (*CLIENT, "--grant-type", "jwt-bearer", "--assertion", "env:ASSERTION")
            lab.run(*words, env={**SECRET, "ASSERTION": assertion}).expect(*PLAIN)
            again = lab.run(*words, env={**SECRET, "ASSERTION": assertion}, check=1)
            if "already been used" not in again.done.stderr:
                raise Failure(again.done.stderr)


@test
def mutual_tls_as_the_alternative_binding():
    self_signed("tls", "lab-mtls")
    with Lab("--https", "--proof_of_possession_dpop", "off", "--proof_of_possession_mtls", "strict") as lab:
        tls = ("--client-id", "lab-mtls", "--auth-method", "tls_client_auth", "--mtls")
        result = lab.run(*tls, "--cert", "tls.pem", "--tls-key", "tls.key").expect("tokenRequest", "resourceRequest", "resourceResponse")
        if result.steps[-1]["status"] != 200:
            raise Failure(f"refused: {result.steps[-1]}")
        path = f"{FOLDER}/mtls.jsonl"
        sh(TUI, "run", lab.info["issuer"], "--headless", *tls, "--cert", "tls.pem", "--tls-key", "tls.key", "--cacert", lab.info["cacert"], "--record", path, "--resource", lab.info["gateway"] + "/get")
        screen = sh(TUI, "render", path, "--size", "120x40", "--keys", "4").stdout
        if "Certificates" not in screen or screen.count("MATCH") < 3 or "MISMATCH" in screen:
            raise Failure(screen)
        lab.run(*tls, check=1)  # no certificate, no client


@test
def https_shows_the_certificate_and_both_bindings_work_over_it():
    with Lab("--https") as lab:
        path = f"{FOLDER}/https.jsonl"
        sh(TUI, "run", lab.info["issuer"], "--headless", *CLIENT, "--cacert", lab.info["cacert"], "--record", path, "--resource", lab.info["gateway"] + "/get", env=SECRET)
        tls = json.loads(open(path).readline())["tls"]
        der = ssl.PEM_cert_to_DER_cert(open(lab.info["cacert"]).read())
        thumbprint = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()
        if tls["version"] != "TLSv1.3" or tls["certificate"] != thumbprint:
            raise Failure(f"no TLS facts: {tls}")
        done = sh(TUI, "run", lab.info["issuer"], "--headless", *CLIENT, "--record", "none", "--resource", lab.info["gateway"] + "/get", env=SECRET, check=False)
        if done.returncode != 4 or "network (tls)" not in done.stderr:
            raise Failure(f"an unknown certificate was taken: {done.returncode} {done.stderr}")
        sh(TUI, "run", lab.info["issuer"], "--headless", *CLIENT, "--insecure", "--record", "none", "--resource", lab.info["gateway"] + "/get", env=SECRET)


@test
def every_algorithm_signs():
    with Lab() as lab:
        for alg in ["ES256", "ES384", "ES512", "ES256K", "RS256", "PS256", "PS512", "EdDSA", "Ed25519", "Ed448"]:
            lab.run(*CLIENT, "--alg", alg, env=SECRET).expect(*PLAIN)


@test
def keys_out_of_every_kind_of_file():
    sh("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "sec1.pem")
    sh("openssl", "pkcs8", "-topk8", "-in", "sec1.pem", "-out", "enc.pem", "-passout", "pass:abc")
    sh("openssl", "req", "-x509", "-new", "-key", "sec1.pem", "-out", "own.pem", "-subj", "/CN=x", "-days", "2")
    sh("openssl", "pkcs12", "-export", "-inkey", "sec1.pem", "-in", "own.pem", "-out", "own.p12", "-passout", "pass:abc")
    sh(TUI, "key", "new", "--jwks", "--alg", "PS256", "set.json")
    for name in ["sec1.pem", "enc.pem", "own.p12"]:
        os.chmod(f"{FOLDER}/{name}", 0o600)
    expected = None
    for name, more in [("sec1.pem", []), ("enc.pem", ["--key-password", "env:PASS"]), ("own.p12", ["--key-password", "env:PASS"]), ("set.json", [])]:
        proof = sh(TUI, "proof", "--signing-key", name, *more, "https://api.test/x?q#f", env={"PASS": "abc"}).stdout.strip()
        header, payload, _ = [json.loads(base64.urlsafe_b64decode(p + "==")) if i < 2 else p for i, p in enumerate(proof.split("."))]
        if payload["htu"] != "https://api.test/x" or header["typ"] != "dpop+jwt" or "d" in header["jwk"]:
            raise Failure(f"{name}: {header} {payload}")
        if name != "set.json":
            expected = expected or header["jwk"]
            if header["jwk"] != expected:
                raise Failure(f"{name}: another key")
    os.chmod(f"{FOLDER}/sec1.pem", 0o644)
    done = sh(TUI, "proof", "--signing-key", "sec1.pem", "https://api.test/x", check=False)
    if done.returncode != 3 or "chmod 600" not in done.stderr:
        raise Failure(f"a world-readable key was taken: {done.stderr}")
    sh(TUI, "proof", "--signing-key", "sec1.pem", "--force-key", "https://api.test/x")
    done = sh(TUI, "key", "new", "set.json", check=False)
    if done.returncode != 3 or "never replaced" not in done.stderr:
        raise Failure(f"a key was replaced: {done.stderr}")
    with open(f"{FOLDER}/wrong.jwk", "w") as file:
        key = json.load(open(f"{FOLDER}/set.json"))["keys"][0]
        json.dump({k: v for k, v in key.items() if k in ("kty", "n", "e")}, file)
    os.chmod(f"{FOLDER}/wrong.jwk", 0o600)
    done = sh(TUI, "proof", "--signing-key", "wrong.jwk", "https://api.test/x", check=False)
    if "a public key cannot sign" not in done.stderr:
        raise Failure(done.stderr)


@test
def private_keys_never_reach_the_capture():
    sh(TUI, "key", "new", "secret.jwk")
    d = json.load(open(f"{FOLDER}/secret.jwk"))["d"]
    with Lab() as lab:
        path = f"{FOLDER}/s.jsonl"
        done = sh(TUI, "run", lab.info["issuer"], "--headless", "--verbose", *CLIENT, "--signing-key", "secret.jwk", "--record", path, "--resource", lab.info["gateway"] + "/get", env=SECRET)
        if d in open(path).read() + done.stdout + done.stderr:
            raise Failure("the private key was written down")


class Proxy(http.server.BaseHTTPRequestHandler):
    """Passes requests on, and remembers them."""

    seen = []

    def forward(self):
        length = int(self.headers.get("Content-Length") or 0)
        request = urllib.request.Request(self.path, data=self.rfile.read(length) if length else None, method=self.command)
        for name, value in self.headers.items():
            if name.lower() not in ("proxy-connection", "connection", "content-length"):
                request.add_header(name, value)
        self.seen.append(self.path)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            body = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    do_GET = do_POST = forward

    def log_message(self, *_):
        pass


@test
def colour_comes_when_it_is_asked_for():
    path = f"{FOLDER}/colour.jsonl"
    with Lab() as lab:
        words = (TUI, "run", lab.info["issuer"], "--headless", *CLIENT, "--resource", lab.info["gateway"] + "/get", "--record")
        runs = [sh(*words, path, env=SECRET), sh(*words, "none", "--color", "always", env=SECRET)]
    texts = [done.stdout for done in runs]
    for more in ([], ["--color", "always"], ["--color=never"], ["--color", "always"]):
        texts.append(sh(TUI, "check", path, *more, env={"NO_COLOR": "1"} if len(texts) == 5 else {"CLICOLOR_FORCE": "1"} if len(texts) == 4 else {}).stdout)
    texts += [sh(TUI, "themes", "--color", "always").stdout, sh(TUI, "compare", path, "--color", "always").stdout]
    coloured = ["\x1b[" in text for text in texts]
    if coloured != [False, True, False, True, False, True, True, True]:
        raise Failure(f"coloured: {coloured}")
    done = sh(TUI, "check", path, "--color", "sometimes", check=False)
    if done.returncode != 2 or "sometimes" not in done.stderr:
        raise Failure(f"{done.returncode} {done.stderr}")


@test
def everything_goes_through_a_proxy():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Lab() as lab:
        lab.run(*CLIENT, "--proxy", f"http://127.0.0.1:{server.server_port}", env=SECRET).expect(*PLAIN)
        wanted = ["/.well-known/openid-configuration", "/certs", "/token", "/anything"]
        if len(Proxy.seen) != 4 or not all(seen.split("?")[0].endswith(end) for seen, end in zip(Proxy.seen, wanted)):
            raise Failure(f"the proxy saw {Proxy.seen}")
    server.shutdown()


@test
def nonces_are_answered_once_and_kept():
    with Lab("--idp-nonce", "--dpop_use_nonce") as lab:
        result = lab.run(*CLIENT, "--then", "resource", env=SECRET)
        if result.kinds().count("tokenRequest") != 2 or result.kinds().count("resourceRequest") != 3:
            raise Failure(f"expected one challenge at each server: {result.kinds()}")
    with Lab("--fault", "nonce=loop") as lab:
        looped = lab.run(*CLIENT, env=SECRET, check=1)
        if looped.kinds().count("tokenRequest") != 2 or "one retry is enough" not in looped.done.stderr:
            raise Failure(f"{looped.kinds()} {looped.done.stderr}")
    with Lab("--fault", "nonce=rotate") as lab:
        result = lab.run(*CLIENT, "--then", "resource", env=SECRET)
        if result.kinds().count("resourceRequest") != 3:
            raise Failure(f"a nonce on a success was not kept: {result.kinds()}")


@test
def introspection_opaque_and_userinfo():
    with Lab("--opaque", "--auth-methods", "introspection") as lab:
        lab.run(*CLIENT, "--then", "introspection", "--then", "userinfo", "--then", "revocation", env=SECRET).expect(*PLAIN, "introspection", "userinfo", "revocation")
    with Lab("--opaque") as lab:
        lab.run(*CLIENT, env=SECRET, check=1)


@test
def endpoints_by_hand():
    with Lab() as lab:
        base = lab.info["issuer"] + "/protocol/openid-connect"
        done = sh(TUI, "run", "--headless", "--format", "json", "--record", "none", "--token-endpoint", base + "/token", "--jwks-uri", base + "/certs", *CLIENT,
                  "--resource", lab.info["gateway"] + "/get", env=SECRET)
        Result(done, 0).expect("jwks", *PLAIN[1:])


@test
def a_silent_downgrade_stops_unless_allowed():
    with Lab("--fault", "type=bearer") as lab:
        stopped = lab.run(*CLIENT, env=SECRET, check=1)
        if "the token is not bound" not in stopped.done.stderr or "resourceRequest" in stopped.kinds():
            raise Failure(stopped.done.stderr)
        stopped.fails("token.type")
    with Lab("--fault", "type=lower") as lab:
        lab.run(*CLIENT, env=SECRET).expect(*PLAIN)


@test
def redirects_are_steps_and_never_cross_origins():
    with Lab("--fault", "redirect=same") as lab:
        result = lab.run(*CLIENT, env=SECRET)
        if [s["status"] for s in result.steps if s["kind"] == "resourceResponse"] != [302, 200]:
            raise Failure(f"{result.steps}")
    with Lab("--fault", "redirect=other") as lab:
        stopped = lab.run(*CLIENT, env=SECRET, check=1)
        if "another origin must not get the token" not in stopped.done.stderr:
            raise Failure(stopped.done.stderr)


@test
def network_faults_are_findings_not_hangs():
    for fault, words in [("reset", "network (receive)"), ("truncate", "network (receive)"), ("slow=5s", "network (timeout)"), ("idp-reset", "network (receive)")]:
        with Lab("--fault", fault) as lab:
            done = lab.run(*CLIENT, "--http-timeout", "1", env=SECRET, check=4)
            if words not in done.done.stderr:
                raise Failure(f"{fault}: {done.done.stderr}")


@test
def faults_are_found():
    """Each fault of the lab, and the check that must see it."""
    table = [
        ("jkt=der", "proof.binding"), ("jkt=hex", "proof.binding"), ("jkt=padded", "proof.binding"), ("jkt=noncanonical", None), ("jkt=kid", "proof.binding"), ("jkt=other", "proof.binding"),
        ("cnf=absent", "token.cnf"), ("cnf=string", "token.cnf"), ("cnf=toplevel", "token.cnf"),
        ("token=expired", "token.time"), ("token=wrong-key", "token.signature"), ("challenge=absent", None), ("upstream-dpop", None), ("keep-dpop", None), ("keep-scheme", None),
    ]
    for fault, check in table:
        with Lab("--fault", fault) as lab:
            result = lab.run(*CLIENT, env=SECRET, check=None)
            if check:
                result.fails(check)


@test
def gateway_modes():
    with Lab("--proof_of_possession_dpop", "off") as lab:
        lab.run(*CLIENT, "--no-dpop", env=SECRET, check=1)  # the client requires DPoP at the IdP
        lab.run("--client-id", "kong", "--client-secret", "env:SECRET", "--no-dpop", env={"SECRET": "kong-secret"}).expect("tokenRequest", "resourceRequest")
    with Lab("--proof_of_possession_dpop", "optional") as lab:
        lab.run("--client-id", "kong", "--client-secret", "env:SECRET", "--no-dpop", env={"SECRET": "kong-secret"}).expect("tokenRequest", "resourceRequest")
        lab.run(*CLIENT, env=SECRET).expect(*PLAIN)
    with Lab() as lab:
        lab.run("--client-id", "kong", "--client-secret", "env:SECRET", "--no-dpop", env={"SECRET": "kong-secret"}, check=1)


@test
def kong_configuration_and_its_mistakes():
    def write(value):
        with open(f"{FOLDER}/kong.json", "w") as file:
            json.dump(value, file)
        return f"{FOLDER}/kong.json"

    good = {"name": "openid-connect", "config": {"issuer": "", "client_id": ["kong"], "client_secret": ["kong-secret"], "auth_methods": ["bearer"], "proof_of_possession_dpop": "strict"}}
    with Lab("--kong-config", write(good)) as lab:
        lab.run(*CLIENT, env=SECRET).expect(*PLAIN)
    # What cannot be read is status 3, what cannot work is 2.
    for change, words, status in [
        ({"auth_methods": ["bearer", "password"]}, "password cannot prove possession", 2),
        ({"proof_of_possession_dpop": "always"}, "expected strict, optional or off, found \"always\"", 3),
        ({"auth_methods": ["session"]}, "only beside bearer or introspection", 2),
    ]:
        path = write({"name": "openid-connect", "config": {**good["config"], **change}})
        done = sh(LAB, "--kong-config", path, check=False)
        if done.returncode != status or words not in done.stderr:
            raise Failure(f"{change}: {done.returncode} {done.stderr}")


@test
def one_session_secret_shared_by_two_plugins_lets_a_session_pass():
    def plugin(path, mode, secret):
        return {"name": "openid-connect", "route": {"paths": [path]},
                "config": {"client_id": ["kong"], "client_secret": ["kong-secret"], "auth_methods": ["bearer", "session"], "proof_of_possession_dpop": mode, "session_secret": secret}}

    for shared, expected in [(True, 200), (False, 401)]:
        with open(f"{FOLDER}/two.json", "w") as file:
            json.dump([plugin("/anything/open", "off", "one"), plugin("/anything/strict", "strict", "one" if shared else "two")], file)
        with Lab("--kong-config", f"{FOLDER}/two.json") as lab:
            status, _, body = lab.get(lab.info["issuer"] + "/protocol/openid-connect/token",
                                      {"grant_type": "client_credentials", "client_id": "kong", "client_secret": "kong-secret"})
            token = json.loads(body)["access_token"]
            status, headers, _ = lab.get(lab.info["gateway"] + "/anything/open", headers={"Authorization": f"Bearer {token}"})
            cookie = headers["Set-Cookie"].split(";")[0]
            status, _, _ = lab.get(lab.info["gateway"] + "/anything/strict", headers={"Cookie": cookie})
            if status != expected:
                raise Failure(f"shared {shared}: {status}")
            status, _, _ = lab.get(lab.info["gateway"] + "/anything/strict", headers={"Cookie": cookie[:-4] + "AAAA"})
            if status != 401:
                raise Failure("a forged cookie was taken")


@test
def a_foreign_upstream():
    with Lab("upstream") as upstream:
        with Lab("--upstream", upstream.info["upstream"]) as lab:
            lab.run(*CLIENT, "-X", "POST", "-d", "{\"a\":1}", "-H", "Content-Type: application/json", env=SECRET).expect(*PLAIN)


@test
def settings_precedence():
    with open(f"{FOLDER}/dpop-tui.toml", "w") as file:
        file.write('[profiles.base]\nclient-id = "nobody"\nclient-secret = "env:SECRET"\n[profiles.lab]\ninherits = "base"\n')
    with Lab() as lab:
        common = ["--headless", "--record", "none", "--issuer", lab.info["issuer"], "--resource", lab.info["gateway"] + "/get"]
        done = sh(TUI, "run", "lab", *common, env=SECRET, check=False)
        if done.returncode != 5 or "config allow" not in done.stderr:
            raise Failure(f"a folder's file read a variable: {done.returncode} {done.stderr}")
        sh(TUI, "config", "allow")
        done = sh(TUI, "run", "lab", *common, env=SECRET, check=False)
        if "invalid_client" not in done.stderr:
            raise Failure(f"the profile was not used: {done.stderr}")
        sh(TUI, "run", "lab", *common, env={**SECRET, "DPOP_TUI_CLIENT_ID": "lab-client"})
        done = sh(TUI, "run", "lab", *common, "--client-id", "nobody2", env={**SECRET, "DPOP_TUI_CLIENT_ID": "lab-client"}, check=False)
        if "invalid_client" not in done.stderr:
            raise Failure("the flag did not win over the variable")
        sh(TUI, "run", *common, "--client-id", "lab-client", "--client-secret", "cmd:printf lab-secret")
        with open(f"{FOLDER}/secret.txt", "w") as file:
            file.write("lab-secret\n")
        sh(TUI, "run", *common, "--client-id", "lab-client", "--client-secret", "@secret.txt")
        done = sh(TUI, "run", *common, "--client-id", "lab-client", "--client-secret", "lab-secret")
        if "process list" not in done.stderr:
            raise Failure("no warning about a secret on the command line")
    os.remove(f"{FOLDER}/dpop-tui.toml")


@test
def why_takes_whatever_is_at_hand():
    sh(TUI, "key", "new", "why.jwk")
    url = "https://api.test/r"
    prefixed = sh(TUI, "proof", "--signing-key", "why.jwk", "--token", "DPoP abc", url).stdout.strip()
    good = sh(TUI, "proof", "--signing-key", "why.jwk", "--token", "abc", url).stdout.strip()
    curl = f"* Connected to api.test (10.0.0.1) port 443\n> GET /r HTTP/1.1\r\n> Host: api.test\r\n> Authorization: DPoP abc\r\n> DPoP: {prefixed}\r\n> \r\n< HTTP/1.1 401 Unauthorized\r\n< WWW-Authenticate: DPoP error=\"invalid_dpop_proof\"\r\n< \r\n"
    raw = f"GET {url} HTTP/1.1\nAuthorization: DPoP abc\nDPoP: {prefixed}\n\nHTTP/1.1 401 Unauthorized\n"
    for words, text in [([], curl), ([], raw), ([prefixed, "--url", url, "--token", "env:AT"], None), (["--url", url, "--token", "env:AT"], "DPoP: " + prefixed)]:
        done = sh(TUI, "why", *words, text=text or "", env={"AT": "abc"}, check=False)
        if done.returncode != 1 or "ath.prefix" not in done.stdout:
            raise Failure(f"{words}: {done.returncode} {done.stdout}{done.stderr}")
    done = sh(TUI, "why", good, "--url", url, "--token", "env:AT", env={"AT": "abc"})
    if "Nothing is wrong" not in done.stdout:
        raise Failure(done.stdout)
    refused = sh(TUI, "why", text=curl.replace(prefixed, good), check=False)
    if refused.returncode != 1 or "htu.proxy-internal" not in refused.stdout or "ruled out" not in refused.stdout:
        raise Failure(refused.stdout + refused.stderr)
    stale = sh(TUI, "why", good, "--url", url, "--token", "env:AT", "--at", "2031-01-01T00:00:00Z", env={"AT": "abc"}, check=False)
    if "proof.iat" not in stale.stdout:
        raise Failure(stale.stdout)
    nonce = sh(TUI, "why", good, "--url", url, "--token", "env:AT", "--nonce", "n1", env={"AT": "abc"}, check=False)
    if "nonce.not-echoed" not in nonce.stdout:
        raise Failure(nonce.stdout)
    done = sh(TUI, "why", text="hello\n", check=False)
    if done.returncode != 3 or "expected a capture" not in done.stderr:
        raise Failure(done.stderr)
    if "spring-projects/spring-security#17079" not in sh(TUI, "explain", "jkt.der").stdout:
        raise Failure("explain has no reports")
    if sh(TUI, "explain", "jkt.nonsense", check=False).returncode != 2:
        raise Failure("an unknown cause is wrong usage")


@test
def the_doctor_finds_every_mistake_of_the_how_to():
    page = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared/docs/kong-how-to.md")
    if not os.path.exists(page):
        raise Failure(f"{page} is not there: this test reads it where it stands")
    done = sh(TUI, "doctor", page, check=False)
    for words in ["a comma before a closing bracket", "client_id is a single text", "the issuer is https here and http elsewhere", "prefix /auth on one side only", "'cert-bound' here and 'cert_bound'"]:
        if words not in done.stdout:
            raise Failure(f"{words!r} is missing: {done.stdout}")
    with Lab() as lab:
        plugin = sh(TUI, "kong-config", "--format", "deck", "--issuer", lab.info["issuer"].replace("/realms", "/auth/realms"), "--client-id", "kong").stdout
        with open(f"{FOLDER}/deck.yaml", "w") as file:
            file.write(plugin)
        done = sh(TUI, "doctor", "deck.yaml", lab.info["issuer"] + "/.well-known/openid-configuration", check=False)
        if done.returncode != 1 or "prefix /auth" not in done.stdout:
            raise Failure(done.stdout + done.stderr)


# The tests of the other files, in the order they are told about.
import lab_lines  # noqa: E402
import lab_idp  # noqa: E402
import lab_gateway  # noqa: E402
import lab_faults  # noqa: E402
import lab_profiles  # noqa: E402
import proxied  # noqa: E402
import lab_bounds  # noqa: E402
import lab_control  # noqa: E402
import http_letter  # noqa: E402
import http_limits  # noqa: E402
import http_streams  # noqa: E402
import http_stop  # noqa: E402
import http_proxy  # noqa: E402
import transport  # noqa: E402
import login  # noqa: E402
import endings  # noqa: E402
import parameters  # noqa: E402
import keys  # noqa: E402

runner.run("live", ONLY)
