"""A real Keycloak: every grant is clean, every refusal is named first, from what was on the wire and from its log.

Its folder is ../shared/keycloak beside the project; where that or Java is absent the tests are skipped with a word. It starts with keycloak_rig.py,
beside the other tests, on a free port and in a folder of its own, and ends with the program.
"""
import concurrent.futures
import json
import os
import time

from keycloak_rig import KEYCLOAK, Client, digest, first_of, new_key, proxied, run, said, thumbprint, why
from runner import Failure, test

# What is not named first yet, as CASE, CASE:log or CASE:run: such a case says "not yet" instead of failing.
NOT_YET = set()


# The refusals: what is done, what is to be named first, and what from the log alone.


def refresh_with_another_key(client):
    client.token("refresh_token", refresh_token=client.token()["refresh_token"], key=new_key())


def exchange_with_another_key(client):
    subject = {"subject_token": client.token()["access_token"], "subject_token_type": "urn:ietf:params:oauth:token-type:access_token"}
    client.token("urn:ietf:params:oauth:grant-type:token-exchange", key=new_key(), **subject)


def code_with_another_key(client):
    client.redeem(client.code(dpop_jkt=thumbprint(client.key)), key=new_key())


def wrong_verifier(client):
    code = client.code(code_challenge=digest("a" * 43), code_challenge_method="S256")
    client.redeem(code, code_verifier="b" * 43)


def spent_code(client):
    code = client.code()
    client.redeem(code)
    client.redeem(code)


def replay(client):
    token = client.token()["access_token"]
    proof = client.proof("GET", client.base + "/userinfo", token)
    client.userinfo(token, proof)
    client.userinfo(token, proof)


def behind_a_proxy(client):
    client.base = proxied(client.base)
    client.token()


def revoked(client):
    answer = client.token()
    client.ask("revoke", {"token": answer["refresh_token"], "token_type_hint": "refresh_token"})
    client.userinfo(answer["access_token"])


def other(field, value):
    def change(client):
        setattr(client, field, value)
        client.token("client_credentials")
    return change


def at_userinfo(**claims):
    return lambda client: client.userinfo(client.token()["access_token"], **{name: value() if callable(value) else value for name, value in claims.items()})


ago = lambda seconds: lambda: int(time.time()) - seconds
TIME = ("iat.skew-behind", "iat.slow-delivery", "iat.cached-proof")
CASES = {
    # case: client, what it does, the first cause (one of), the first from the log alone (one of)
    "wrong secret": ("conf", other("secret", "wrong"), ["client.auth-failed"], ["client.auth-failed"]),
    "unknown client": ("conf", other("id", "nobody"), ["client.auth-failed"], ["client.auth-failed"]),
    "grant": ("pub", lambda client: client.token("client_credentials"), ["grant.forbidden"], ["grant.forbidden", "client.auth-failed"]),
    "wrong password": ("pub", lambda client: client.token(password="wrong"), ["grant.refused"], ["grant.refused"]),
    "wrong verifier": ("pkce", wrong_verifier, ["grant.refused"], ["grant.refused"]),
    "spent code": ("pub", spent_code, ["grant.spent"], ["grant.spent", "grant.refused"]),
    "scope": ("pub", lambda client: client.userinfo(client.token(scope="profile")["access_token"]), ["token.scope"], ["token.scope"]),
    "no proof": ("conf", lambda client: client.token(proof=""), ["proof.absent"], ["proof.absent"]),
    "other key at refresh": ("pub", refresh_with_another_key, ["key.refresh-other"], ["key.refresh-other", "key.two-keys"]),
    "other key at exchange": ("conf", exchange_with_another_key, ["key.two-keys", "key.regenerated"], ["key.two-keys", "key.regenerated"]),
    "other key at code": ("pub", code_with_another_key, ["key.dpop-jkt"], ["key.dpop-jkt"]),
    "other key at userinfo": ("pub", lambda client: client.userinfo(client.token()["access_token"], key=new_key()), ["key.two-keys", "key.regenerated"], ["key.two-keys", "key.regenerated"]),
    "Bearer": ("pub", lambda client: client.userinfo(client.token()["access_token"], scheme="Bearer"), ["scheme.bearer"], ["scheme.bearer"]),
    "stale proof": ("pub", lambda client: client.token(claims={"iat": ago(90)()}), TIME, [*TIME, "iat.skew-ahead"]),
    "stale proof at userinfo": ("pub", at_userinfo(iat=ago(90)), ["iat.skew-behind"], [*TIME, "iat.skew-ahead"]),
    "future proof": ("pub", lambda client: client.token(claims={"iat": ago(-90)()}), ["iat.skew-ahead"], [*TIME, "iat.skew-ahead"]),
    "future proof at userinfo": ("pub", at_userinfo(iat=ago(-90)), ["iat.skew-ahead"], [*TIME, "iat.skew-ahead"]),
    "replay": ("pub", replay, ["jti.retry"], ["jti.retry", "jti.double-consume"]),
    "wrong htu": ("pub", lambda client: client.token(claims={"htu": client.base + "/auth"}), ["htu.wrong-endpoint"], ["htu.wrong-endpoint", "htu.proxy-internal"]),
    "proxy without --proxy-headers": ("pub", behind_a_proxy, ["htu.proxy-internal", "htu.forwarded-style", "htu.port-lost"], ["htu.proxy-internal"]),
    "revoked session": ("pub", revoked, ["token.revoked"], ["token.revoked"]),
    "introspection by a public client": ("pub", lambda client: client.ask("token/introspect", {"token": client.token()["access_token"]}, proof=""), ["client.auth-failed", "grant.forbidden"], ["client.auth-failed", "grant.forbidden"]),
}


def wrong_of(name, id, act, firsts, from_log):
    """What is not as it should be in a case: (name, words)."""
    client, mark = Client(id), os.path.getsize(KEYCLOAK.log)
    act(client)
    last = json.loads(client.lines[-1])["response"]
    if last["status"] < 400:
        raise Failure(f"{name}: Keycloak did not refuse: {last}")
    path = f"{KEYCLOAK.folder}/{name.replace(' ', '-')}.jsonl"
    with open(path, "w") as file:
        file.write("\n".join(client.lines) + "\n")
    (status, out, more), (whys, why_cause, whole) = said("check", "--format", "json", path), why(path)
    cause = first_of(out)[1]
    answer = f"{last['status']} {last['body'][:160]}"
    if (status, whys) != (1, 1) or cause not in firsts or why_cause not in firsts:
        yield name, f"{name}: check {status} {cause}, why {whys} {why_cause} of {whole}; expected 1 and one of {firsts}; Keycloak said {answer} {more}"
    events = KEYCLOAK.errors(mark)
    if not events:
        raise Failure(f"{name}: nothing in Keycloak's log; it said {answer}")
    status, cause, whole = why(text=events.splitlines()[-1] + "\n")
    if status != 1 or cause not in from_log:
        yield name + ":log", f"{name}, from the log: why {status} {cause} of {whole}; expected 1 and one of {from_log}; the log says {events.splitlines()[-1][60:]}"


def tell(wrong, tried):
    """Fails with what is wrong of what was tried, but for what is not right yet; says what of that is right by now."""
    names, not_yet = {name for name, _ in wrong}, NOT_YET & set(tried)
    for word, some in (("not yet", names & not_yet), ("by now right, to be taken out of NOT_YET", not_yet - names)):
        if some:
            print(f"        {word}: {', '.join(sorted(some))}", flush=True)
    if failing := [words for name, words in wrong if name not in not_yet]:
        raise Failure("\n".join(failing))


@test
def keycloak_every_grant_is_clean():
    """With pub, conf, par and jwtauth: `run`, `check` and `why` find nothing wrong, and say so by their status."""
    info = KEYCLOAK.ready()
    resource = ("--resource", info.base + "/userinfo")
    ada = ("--username", "ada", "--password", "env:ADA")
    conf = ("--client-id", "conf", "--client-secret", "env:SECRET")
    jwt = ("--client-id", "jwtauth", "--client-secret", "env:SECRET", "--auth-method", "client_secret_jwt")
    par = ("--client-id", "par", "--client-secret", "env:SECRET")
    pub = ("--client-id", "pub")
    holder = Client("conf")
    table = [
        (*conf, "--grant-type", "client_credentials", *resource, "--then", "introspection"),
        (*conf, "--grant-type", "client_credentials", "--auth-method", "client_secret_post"),
        (*conf, "--grant-type", "password", *ada, *resource, "--then", "refresh"),
        (*conf, "--grant-type", "authorization_code", *resource, "--then", "refresh"),
        (*conf, "--grant-type", "device", *resource),
        (*conf, "--grant-type", "token-exchange", "--subject-token", "env:SUBJECT", "--signing-key", "holder.pem", *resource),
        (*pub, "--grant-type", "password", *ada, *resource, "--then", "refresh"),
        (*pub, "--grant-type", "authorization_code", *resource, "--then", "refresh", "--then", "revocation"),
        (*pub, "--grant-type", "device", *resource),
        (*par, "--grant-type", "authorization_code", "--par", *resource),
        (*par, "--grant-type", "client_credentials", *resource),
        (*jwt, "--grant-type", "client_credentials", *resource),
        (*jwt, "--grant-type", "password", *ada, *resource, "--then", "refresh"),
        (*jwt, "--grant-type", "authorization_code", *resource),
    ]
    from cryptography.hazmat.primitives import serialization as form
    with open(f"{info.folder}/holder.pem", "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(holder.key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()))
    subject = holder.token()["access_token"]

    def wrong_of_grant(numbered):
        number, words = numbered
        path, name = f"{info.folder}/grant-{number}.jsonl", f"{words[1]} {words[words.index('--grant-type') + 1]}"
        status, out, err = run(*words, "--record", path, SECRET=f"s3cret-{words[1]}", ADA="ada", SUBJECT=subject)
        found = {"run": (status, "✓ PASS" in out), "check": said("check", path)[0], "why": said("why", path)[0]}
        return None if found == {"run": (0, True), "check": 0, "why": 0} else f"{name}: {found}: {out[:600]}{err[-300:]}{said('why', path)[1][:600]}"

    with concurrent.futures.ThreadPoolExecutor(4) as pool:  # Devices are polled every five seconds.
        if wrong := list(filter(None, pool.map(wrong_of_grant, enumerate(table)))):
            raise Failure("\n".join(wrong))


@test
def keycloak_every_refusal_is_named_first():
    """From the capture by `check` and `why`, from Keycloak's log by `why`."""
    KEYCLOAK.ready()
    wrong = [found for name, case in CASES.items() for found in wrong_of(name, *case)]
    tell(wrong, [name for case in CASES for name in (case, case + ":log")])


@test
def keycloak_refused_runs_say_so():
    """A run that Keycloak refused ends with status 1, names the cause first and says no PASS."""
    info = KEYCLOAK.ready()
    conf = ("--client-id", "conf", "--client-secret", "env:SECRET", "--grant-type", "client_credentials")
    ada = ("--client-id", "pub", "--grant-type", "password", "--username", "ada", "--password", "env:ADA")
    table = {
        "wrong secret": (conf, "client.auth-failed"), "unknown client": ((conf[0], "nobody", *conf[2:]), "client.auth-failed"), "grant": (("--client-id", "pub"), "grant.forbidden"),
        "wrong password": (ada, "grant.refused"), "no proof": ((*conf, "--no-dpop"), "proof.absent"), "scope": ((*ada, "--scopes", "profile", "--resource", info.base + "/userinfo"), "token.scope"),
    }
    wrong = []
    for name, (words, cause) in table.items():
        right = name in ("no proof", "scope")
        status, out, err = said("run", info.issuer, "--headless", "--format", "json", "--record", "none", *words, SECRET="s3cret-conf" if right else "wrong", ADA="ada" if right else "wrong")
        verdict, first = first_of(out)
        if (status, verdict, first) != (1, "fail", cause):
            wrong.append((name + ":run", f"{name}: run {status} {verdict} {first}, expected 1 and {cause}: {out[:1500]}{err}"))
    tell(wrong, [name + ":run" for name in table])
