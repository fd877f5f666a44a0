"""What a live run's requests carry: each parameter once, where it belongs, with every grant; and the settings that hold for later steps."""
import json
import os
import re
import subprocess
import urllib.parse

from lab import CLIENT, ENV, FOLDER, PUBLIC, SECRET, TUI, Lab, Result, claims, expect, lines, path, require, sh, written
from runner import Failure, test

CODE = (*PUBLIC, "--grant-type", "authorization_code")


def log_in(lab, url):
    """Where the browser of a person who logs in is sent back to."""
    fields = {name: value.replace("&amp;", "&") for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', lab.get(url).body)}
    reply = lab.get(url.split("?")[0], {**fields, "username": "ada", "password": "lovelace"})
    if reply.status != 302:
        raise Failure(f"the login answered {reply.status}: {reply.body}")
    return reply.headers["Location"]


def code_run(lab, name, *options, env=None, status=0):
    """A recorded run of the code flow with a person beside it: what it said, and its requests' parameters by endpoint."""
    record = path(name)
    words = [TUI, "run", lab.issuer, "--headless", "--format", "json", "--no-browser", "--record", record, "--resource", lab.gateway + "/get", *options]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**ENV, **(env or {})}, cwd=FOLDER)
    said = ""
    for line in process.stderr:
        said += line
        if "log in at " in line:
            back = log_in(lab, line.split("log in at ")[1].strip())
            if back.startswith("http://127.0.0.1"):
                lab.get(back)
    out = process.stdout.read()
    return Result(subprocess.CompletedProcess(words, process.wait(30), out, said), status), sent(name)


def parameters(entry):
    """A request's parameters as pairs, of its body or its query."""
    request = entry["request"]
    return urllib.parse.parse_qsl(request.get("body") or urllib.parse.urlsplit(request["url"]).query, keep_blank_values=True)


def sent(name):
    """The parameters of a recording's requests to the IdP, each with its endpoint: the last part of its path."""
    found = []
    for entry in lines(name):
        endpoint = urllib.parse.urlsplit(entry["request"]["url"]).path.rsplit("/", 1)[1]
        pairs = parameters(entry)
        if "protocol/openid-connect" in entry["request"]["url"] and pairs:
            names = [key for key, _ in pairs if key not in ("resource", "audience")]
            expect(len(names), len(set(names)), f"{endpoint} has a parameter twice: {names}")
            found.append((endpoint, pairs))
    return found


def of(requests, endpoint):
    """The parameters of the one request to an endpoint, as lists."""
    all_of = [pairs for name, pairs in requests if name == endpoint]
    require(all_of, f"nothing went to {endpoint}: {[name for name, _ in requests]}")
    found = {}
    for key, value in all_of[0]:
        found.setdefault(key, []).append(value)
    return found


@test
def the_nonce_of_openid_connect_comes_back_in_the_id_token():
    """With scope openid a nonce goes with the login, pushed or not; the ID token's other one, or none, is a finding that is named first."""
    with Lab("--id-tokens") as lab:
        nonces = []
        for number, more in enumerate([(), ("--par",)]):
            result, requests = code_run(lab, f"nonce-{number}.jsonl", *CODE, "--scopes", "openid", "--then", "refresh", *more)
            nonce, = of(requests, "request" if more else "auth")["nonce"]
            token = next(json.loads(entry["response"]["body"]) for entry in lines(f"nonce-{number}.jsonl") if entry["request"]["url"].endswith("/token"))
            expect(claims(token["id_token"])["nonce"], nonce, "the ID token's nonce")
            require(any(f["check"] == "idtoken.nonce" and f["verdict"] == "pass" for f in result.findings), "the nonce was not compared")
            nonces.append(nonce)
            # What the proofs carry is another nonce.
            require(nonce not in json.dumps([claims(value) for entry in lines(f"nonce-{number}.jsonl") for key, value in entry["request"]["headers"] if key.lower() == "dpop"]), "a proof has it")
        require(len(set(nonces)) == 2 and min(map(len, nonces)) >= 22, f"not random: {nonces}")
        _, requests = code_run(lab, "nonce-none.jsonl", *CODE, "--scopes", "profile")
        require("nonce" not in of(requests, "auth"), "a nonce without openid")
    for fault, words in (("other", "is not the authorization request's"), ("absent", "has no `nonce`")):
        with Lab("--fault", f"id-nonce={fault}") as lab:
            result, _ = code_run(lab, f"nonce-{fault}.jsonl", *CODE, "--scopes", "openid", status=1)
            result.fails("idtoken.nonce")
            done = sh(TUI, "why", path(f"nonce-{fault}.jsonl"), check=False)
            require(done.returncode == 1 and "idtoken.nonce" in done.stdout and words in done.stdout, f"{fault}: {done.returncode} {done.stdout}")


LOGIN = {"prompt": ["login consent"], "login_hint": ["ada"], "idp_hint": ["github"], "acr_values": ["2 1"], "max_age": ["60"], "claims": ['{"userinfo":{"email":null}}'],
         "id_token_hint": ["a.b.c"], "authorization_details": ['[{"type":"t"}]'], "ui_locales": ["de"]}
EVERYWHERE = {"audience": ["api", "rs"], "resource": ["https://api.test/x?y", "urn:b"], "x": ["1 &="]}
ASKED = ("--prompt", "login,consent", "--login-hint", "ada", "--idp-hint", "github", "--acr-values", "2 1", "--max-age", "60", "--claims", "@claims.json", "--id-token-hint", "env:HINT",
         "--authorization-details", '[{"type":"t"}]', "--param", "ui_locales=de", "--audience", "api", "--audience", "rs", "--resource-indicator", "https://api.test/x?y",
         "--resource-indicator", "urn:b", "--param", "x=1 &=", "--param", "requested_token_type=urn:t")


def holds(found, wanted, what):
    expect({key: found.get(key) for key in wanted}, wanted, what)


@test
def parameters_go_where_they_belong():
    """A login's to the authorization request, pushed or not, and to the token request only where there is no login; audience and resource everywhere, refreshes too."""
    written("claims.json", '{"userinfo":{"email":null}}\n')
    env = {"HINT": "a.b.c", **SECRET}
    with Lab() as lab:
        for more, front in (((), "auth"), (("--par",), "request")):
            _, requests = code_run(lab, f"where-{front}.jsonl", *CODE, *ASKED, *more, "--then", "refresh", env=env)
            asked, token = of(requests, front), of(requests, "token")
            refresh = dict(next(pairs for name, pairs in requests if name == "token" and dict(pairs)["grant_type"] == "refresh_token"))
            holds(asked, {**LOGIN, **EVERYWHERE, "requested_token_type": None}, f"{front}: the login's")
            holds(token, {**{name: None for name in LOGIN}, **EVERYWHERE, "requested_token_type": ["urn:t"]}, "the token request's")
            require("audience" in refresh and "resource" in refresh and refresh["x"] == "1 &=" and not {"prompt", "requested_token_type", "scope"} & set(refresh), f"the refresh's: {refresh}")
            if more:
                expect(sorted(of(requests, "auth")), ["client_id", "request_uri"], "a pushed login's URL")


@test
def the_audience_goes_with_every_grant():
    """Client credentials, password, refresh, device, token exchange and JWT bearer send audience, resource, scope and the rest, whether or not the lab agrees."""
    written("claims.json", '{"userinfo":{"email":null}}\n')
    grants = {
        "client_credentials": (), "password": ("--username", "ada", "--password", "env:PASS"), "refresh_token": ("--refresh-token", "env:HINT"),
        "token-exchange": ("--subject-token", "env:HINT", "--subject-token-type", "urn:ietf:params:oauth:token-type:jwt"), "jwt-bearer": ("--assertion", "env:HINT"),
    }
    with Lab() as lab:
        for grant, more in grants.items():
            done = sh(TUI, "run", lab.issuer, "--headless", *CLIENT, "--grant-type", grant, *more, *ASKED, "--scopes", "openid,a", "--record", path(f"every-{grant}.jsonl"),
                      env={**SECRET, "HINT": "a.b.c", "PASS": "lovelace"}, check=False)
            require(done.returncode in (0, 1), f"{grant}: {done.returncode} {done.stderr}")
            token = of(sent(f"every-{grant}.jsonl"), "token")
            holds(token, {**LOGIN, **EVERYWHERE, "scope": ["openid a"], "requested_token_type": ["urn:t"]}, grant)
            expect(token.get("subject_token_type"), ["urn:ietf:params:oauth:token-type:jwt"] if grant == "token-exchange" else None, grant)
        done = subprocess.Popen([TUI, "run", lab.issuer, "--headless", *PUBLIC, "--grant-type", "device", *ASKED, "--record", path("every-device.jsonl")], env={**ENV, "HINT": "a.b.c"},
                                stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, cwd=FOLDER)
        said = next(line for line in done.stderr if "approve the code" in line)
        code, url = re.search(r"approve the code (\S+) at (\S+)", said).groups()
        lab.get(url.split("?")[0], {"user_code": code, "username": "ada", "password": "lovelace"})
        done.communicate(timeout=30)
        requests = sent("every-device.jsonl")
        holds(of(requests, "device"), {**LOGIN, **EVERYWHERE}, "the device request's")
        holds(of(requests, "token"), {**{name: None for name in LOGIN}, **EVERYWHERE}, "the device's token request")


@test
def a_pushed_request_names_its_client_once():
    """With every way to authenticate; `sent` looks for names that come twice."""
    sh(TUI, "key", "new", "pushing.jwk")
    with open(path("pushing.jwk")) as file:
        public = {name: value for name, value in json.load(file).items() if name in ("kty", "crv", "x", "y")}
    client = {"clientId": "pusher", "secret": "s3cret", "attributes": {"dpop.bound.access.tokens": "true", "jwks.string": json.dumps({"keys": [public]})}}
    ways = [("client_secret_basic",), ("client_secret_post",), ("client_secret_jwt",), ("private_key_jwt", "--client-key", "pushing.jwk")]
    with Lab("--clients", written("pushers.json", client), "--idp-nonce") as lab:
        for way, *more in ways:
            _, requests = code_run(lab, f"push-{way}.jsonl", "--client-id", "pusher", "--client-secret", "env:SECRET", "--grant-type", "authorization_code", "--par", "--auth-method", way, *more,
                                   env={"SECRET": "s3cret"})
            expect(of(requests, "request").get("client_id"), ["pusher"], way)


@test
def metadata_that_requires_par_switches_it_on():
    """RFC 9126 §5: it is said and done; `--no-par` is said too, and the lab refuses."""
    with Lab("--require-par") as lab:
        result, requests = code_run(lab, "required.jsonl", *CODE)
        result.expect("keygen", "pushedAuthorization", "authorization", "tokenRequest", "resourceRequest")
        require("requires pushed authorization requests (RFC 9126 §5): PAR is switched on" in result.done.stderr, result.done.stderr)
        require("PAR is switched on" in json.dumps(lines("required.jsonl")[0]), "the recording does not say so")
        result, _ = code_run(lab, "required-said.jsonl", *CODE, "--par")
        require("switched" not in result.done.stderr, result.done.stderr)
        process = subprocess.Popen([TUI, "run", lab.issuer, "--headless", "--no-browser", *CODE, "--no-par", "--record", "none"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, env=ENV, cwd=FOLDER)
        said = next(line for line in process.stderr if "log in at " in line)
        back = lab.get(said.split("log in at ")[1].strip()).headers["Location"]
        require("Pushed+Authorization+Request+is+only+allowed" in back, back)
        lab.get(back)
        out, err = process.communicate(timeout=20)
        expect(process.returncode, 1, out + err)


def fields(entry, name):
    return [value for key, value in entry["request"]["headers"] if key.lower() == name.lower()]


@test
def settings_hold_for_later_steps():
    """Without proofs no step has one, and Bearer is what they present; mind the client, which needs none."""
    with Lab("--proof_of_possession_dpop", "off") as lab:
        sh(TUI, "run", lab.issuer, "--headless", "--client-id", "kong", "--client-secret", "env:SECRET", "--no-dpop", "--grant-type", "password", "--username", "ada", "--password", "env:PASS",
           "--then", "introspection,userinfo,refresh,resource,revocation", "--resource", lab.gateway + "/get", "--record", path("held.jsonl"), env={"SECRET": "kong-secret", "PASS": "lovelace"})
        entries = lines("held.jsonl")
        expect([fields(entry, "DPoP") for entry in entries if fields(entry, "DPoP")], [], "proofs")
        expect({value.split()[0] for entry in entries for value in fields(entry, "Authorization")}, {"Basic", "Bearer"}, "schemes")
        require(sum("grant_type=refresh_token" in entry["request"].get("body", "") for entry in entries) == 1, "no refresh")


@test
def a_field_replaces_those_of_its_name_and_another_is_added():
    """`--header` and `--header-add` as the upstream sees them; the token and the proof are never replaced without a word."""
    with Lab() as lab:
        words = ("--header", "accept: text/plain", "--header", "X-A: 1", "--header", "x-a: 2", "--header-add", "X-A: 3", "--header-add", "X-B: 4", "--header", "User-Agent: mine")
        sh(TUI, "run", lab.issuer, "--headless", *CLIENT, "--resource", lab.gateway + "/get", *words, "--record", path("fields.jsonl"), env=SECRET)
        entry = lines("fields.jsonl")[-1]
        expect([fields(entry, name) for name in ("Accept", "X-A", "X-B", "User-Agent")], [["text/plain"], ["2", "3"], ["4"], ["mine"]], "the fields")
        for option, count in (("--header", 1), ("--header-add", 2)):
            done = sh(TUI, "run", lab.issuer, "--headless", *CLIENT, "--resource", lab.gateway + "/get", option, "DPoP: a.b.c", "--record", path(f"own{option}.jsonl"), env=SECRET, check=False)
            require(done.returncode == 1 and f"{option} DPoP is sent" in done.stderr, f"{done.returncode} {done.stderr}")
            proofs = fields(lines(f"own{option}.jsonl")[-1], "DPoP")
            require(len(proofs) == count and "a.b.c" in proofs, f"{option}: {proofs}")


@test
def what_is_said_of_the_resource_request_is_sent_or_missed():
    """In the built-in lab without --resource too; where there is none at all, it is said."""
    sh(TUI, "run", "--headless", "-X", "PUT", "--header", "X-A: 1", "--header-add", "X-A: 2", "--body", "b", "--record", path("shape.jsonl"))
    request = next(entry["request"] for entry in lines("shape.jsonl") if "/anything?color=blue" in entry["request"]["url"])
    expect((request["method"], [value for name, value in request["headers"] if name.lower() == "x-a"], request["body"]), ("PUT", ["1", "2"], "b"), "the lab's resource request")
    with Lab() as lab:
        done = sh(TUI, "run", lab.issuer, "--headless", *CLIENT, "--header", "X-A: 1", "--body", "b", "--record", "none", env=SECRET)
        for option in ("--header", "--body"):
            require(f"{option} is for a resource request, and there is no --resource" in done.stderr, done.stderr)


@test
def what_cannot_be_sent_is_said_before_anything_is():
    written("details.json", '[{"type":"a"},{"typ":"b"}]')
    table = [
        (("--param", "prompt"), "expected NAME=VALUE, found 'prompt'"), (("--param", "=x"), "expected NAME=VALUE"), (("--param", "a=1", "--param", "a=2"), "'a' is said twice"),
        (("--resource-indicator", "api"), "an absolute URI without a fragment (RFC 8707 §2)"), (("--resource-indicator", "https://a.test/#x"), "without a fragment"),
        (("--max-age", "-1"), "a whole number"), (("--authorization-details", "{}"), "expected a JSON array of objects, found object"),
        (("--authorization-details", "@details.json"), "element 1 has no `type`"), (("--rar", "[{]"), "it is no JSON: byte 2"), (("--claims", "[]"), "expected a JSON object"),
        (("--response-mode", "post"), "unknown mode 'post'; expected one of query"), (("--header-add", "x"), "'Name: value'"),
    ]
    for words, said in table:
        done = sh(TUI, "run", "http://127.0.0.1:9/realms/x", "--headless", "--record", "none", *CLIENT, *words, env=SECRET, check=False)
        require(done.returncode == 2 and said in done.stderr, f"{words}: {done.returncode} {done.stderr}")
    done = sh(TUI, "run", "http://127.0.0.1:9/realms/x", "--headless", "--record", "none", *CLIENT, "--claims", "@nothing.json", env=SECRET, check=False)
    require(done.returncode == 3 and "nothing.json" in done.stderr, f"{done.returncode} {done.stderr}")


@test
def what_takes_the_place_of_the_runs_own_is_said():
    with Lab() as lab:
        result, requests = code_run(lab, "own-state.jsonl", *CODE, "--param", "state=mine-and-long-enough", "--param", "nonce=n-1", "--scopes", "openid")
        expect((of(requests, "auth")["state"], of(requests, "auth")["nonce"]), (["mine-and-long-enough"], ["n-1"]), "the person's own")
        for name in ("state", "nonce"):
            require(f"--param {name} is sent in place of the run's own" in result.done.stderr, result.done.stderr)


@test
def parameters_of_a_profile_and_of_a_variable():
    """A profile's lists and texts, and a variable's; what is said on the command line is what counts."""
    folder = path("parameter-config")
    os.makedirs(folder, exist_ok=True)
    with Lab() as lab:
        with open(f"{folder}/config.toml", "w") as file:
            file.write(f'[profiles.p]\nissuer = "{lab.issuer}"\nclient-id = "lab-client"\nclient-secret = "env:SECRET"\nresource = "{lab.gateway}/get"\naudience = ["a", "b"]\n'
                       'resource-indicator = "urn:x"\nprompt = "none"\nmax-age = 5\nparam = ["k=v", "l=w"]\n')
        sh(TUI, "run", "p", "--headless", "--prompt", "login", "--record", path("profile.jsonl"), env={**SECRET, "DPOP_TUI_CONFIG": f"{folder}/config.toml", "DPOP_TUI_LOGIN_HINT": "ada"})
        holds(of(sent("profile.jsonl"), "token"), {"audience": ["a", "b"], "resource": ["urn:x"], "prompt": ["login"], "max_age": ["5"], "k": ["v"], "l": ["w"], "login_hint": ["ada"]}, "a profile's")
