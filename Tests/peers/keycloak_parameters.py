"""What our requests carry, judged by a real Keycloak: the nonce of OpenID Connect, audience and resource, pushed requests with every client authentication."""
import base64
import json
import os
import urllib.parse
import urllib.request

from keycloak_rig import KEYCLOAK, Client, first_of, jwk, new_key, run, said
from runner import Failure, test

ADA = ("--username", "ada", "--password", "env:ADA")


def admin(method, path, body=None):
    """A call of the Admin API of the realm `dpop`."""
    root = KEYCLOAK.issuer.split("/realms/")[0]

    def call(method, url, data, headers):
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(urllib.request.Request(url, data, headers, method=method), timeout=20) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    form = urllib.parse.urlencode({"grant_type": "password", "client_id": "admin-cli", "username": "admin", "password": "admin"}).encode()
    token = call("POST", f"{root}/realms/master/protocol/openid-connect/token", form, {})["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return call(method, f"{root}/admin/realms/dpop{path}", json.dumps(body).encode() if body is not None else None, headers)


def entries(name):
    with open(f"{KEYCLOAK.folder}/{name}") as file:
        return [json.loads(line) for line in file]


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def answers(name):
    """The token endpoint's answers, with the form that each is for."""
    found = [entry for entry in entries(name) if entry["request"]["url"].endswith("/token")]
    return [(urllib.parse.parse_qs(entry["request"]["body"]), json.loads(entry["response"]["body"])) for entry in found]


def clean(name, *words, **secrets):
    """A recorded run that Keycloak refuses nothing of."""
    status, out, err = run(*words, "--verbose", "--record", name, **secrets)
    if status != 0 or "✓ PASS" not in out:
        last = entries(name)[-1].get("response", {})
        raise Failure(f"{name}: status {status}: {err[-400:]} {last.get('status')} {last.get('body', '')[:400]}\n{out[-800:]}")
    return out


@test
def keycloak_brings_the_nonce_back():
    """By code, pushed or not: the ID token has it, and a refreshed one needs none."""
    KEYCLOAK.ready()
    for name, words in (("nonce-code.jsonl", ("--client-id", "pub")), ("nonce-par.jsonl", ("--client-id", "par", "--client-secret", "env:SECRET", "--par"))):
        out = clean(name, *words, "--grant-type", "authorization_code", "--then", "refresh", SECRET="s3cret-par")
        (_, first), (_, refreshed) = answers(name)
        if not claims(first["id_token"]).get("nonce") or "id_token" not in refreshed or "idtoken.nonce" not in out:
            raise Failure(f"{name}: no nonce came back, or nobody looked: {claims(first['id_token'])} {out[:2000]}")


@test
def keycloak_takes_a_pushed_request_of_every_client_authentication():
    """client_id comes once: with a secret in the form, with assertions by secret and by key; requests with two are refused by Keycloak."""
    KEYCLOAK.ready()
    key = new_key()
    from cryptography.hazmat.primitives import serialization as form
    with open(f"{KEYCLOAK.folder}/keyauth.pem", "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()))
    keys = json.dumps({"keys": [{**jwk(key), "use": "sig", "alg": "ES256", "kid": "k1"}]})
    admin("POST", "/clients", {
        "clientId": "keyauth", "enabled": True, "publicClient": False, "clientAuthenticatorType": "client-jwt", "redirectUris": ["http://127.0.0.1/*"], "standardFlowEnabled": True,
        "attributes": {"dpop.bound.access.tokens": "true", "use.jwks.string": "true", "jwks.string": keys, "require.pushed.authorization.requests": "true"}})
    table = [
        ("par", "client_secret_basic"), ("par", "client_secret_post"), ("jwtauth", "client_secret_jwt"), ("keyauth", "private_key_jwt"),
    ]
    for id, way in table:
        more = ("--client-key", "keyauth.pem") if way == "private_key_jwt" else ("--client-secret", "env:SECRET")
        clean(f"push-{way}.jsonl", "--client-id", id, "--auth-method", way, *more, "--grant-type", "authorization_code", "--par", SECRET=f"s3cret-{id}")
    # What was wrong until now: the same request with its client twice.
    once = {"response_type": "code", "client_id": "par", "client_secret": "s3cret-par", "redirect_uri": "http://127.0.0.1/cb", "scope": "openid", "code_challenge": "a" * 43, "code_challenge_method": "S256"}
    twice = [*once.items(), ("client_id", "par")]
    taken, refused = (Client("par").send(KEYCLOAK.base + "/ext/par/request", pairs) for pairs in (once, twice))
    if (taken["status"], refused["status"]) != (201, 400):
        raise Failure(f"expected 201 for a parameter that comes once and 400 for one that comes twice: {taken} {refused}")


@test
def keycloak_issues_for_the_audience():
    """Token exchange for one of its audiences and for two; an unknown one is refused in the server's words."""
    info = KEYCLOAK.ready()
    with open(f"{info.folder}/audience.pem", "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        from cryptography.hazmat.primitives import serialization as form
        holder = Client("conf")
        file.write(holder.key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()))
    subject = holder.token()["access_token"]
    words = ("--client-id", "conf", "--client-secret", "env:SECRET", "--grant-type", "token-exchange", "--subject-token", "env:SUBJECT", "--signing-key", "audience.pem")
    secrets = {"SECRET": "s3cret-conf", "SUBJECT": subject}
    for number, audiences in enumerate((["rs"], ["rs", "conf"])):
        name = f"audience-{number}.jsonl"
        clean(name, *words, *(word for audience in audiences for word in ("--audience", audience)), **secrets)
        (sent, answer), = answers(name)
        aud = claims(answer["access_token"])["aud"]
        if sent["audience"] != audiences or sorted([aud] if isinstance(aud, str) else aud) != sorted(audiences):
            raise Failure(f"asked for {sent.get('audience')}, got {aud}")
    # A client that does not know the audience is not refused as a client.
    status, out, err = run(*words, "--audience", "nobody", "--format", "json", "--record", "audience-none.jsonl", **secrets)
    if (status, first_of(out)) != (1, ("fail", "token.audience")):
        raise Failure(f"an unknown audience: {status} {out[-2000:]} {err}")


@test
def keycloak_issues_for_the_resource():
    """RFC 8707: the token is for the resource alone, after each refresh too; an unknown one is refused, and named so. Other parameters do no harm.

    Not with client credentials: Keycloak's experimental feature fails there by a null pointer (ResourceIndicatorsPostProcessor), as there is no refresh token.
    """
    info = KEYCLOAK.ready()
    asked = ("--resource-indicator", "urn:client:rs", "--audience", "rs", "--param", "x=1", "--max-age", "600", "--prompt", "login")
    conf = ("--client-id", "conf", "--client-secret", "env:SECRET")
    secrets = {"SECRET": "s3cret-conf", "ADA": "ada"}
    for grant, more in (("password", ADA), ("authorization_code", ()), ("authorization_code", ("--par",)), ("device", ())):
        name = f"asked-{grant}{len(more)}.jsonl"
        clean(name, *conf, "--grant-type", grant, *more, *asked, "--then", "refresh", **secrets)
        for sent, answer in answers(name):
            if "access_token" in answer and ((sent["audience"], sent["resource"], sent["x"]) != (["rs"], ["urn:client:rs"], ["1"]) or claims(answer["access_token"])["aud"] not in ("rs", ["rs"])):
                raise Failure(f"{name}: {sent} {claims(answer['access_token']).get('aud')}")
    status, out, err = said("check", f"{info.folder}/asked-authorization_code0.jsonl")
    if status != 0:
        raise Failure(f"{out}{err}")
    status, out, err = run(*conf, "--resource-indicator", "https://api.example", "--format", "json", "--record", "none", **secrets)
    if (status, first_of(out)) != (1, ("fail", "token.audience")):
        raise Failure(f"an unknown resource: {status} {out[-2000:]} {err}")
