"""The lab's gateway in front of another issuer's tokens: a real Keycloak's."""
import json
import os

from keycloak_rig import KEYCLOAK, Client, b64, new_key, run
from lab_rig import LabPart, judged
from runner import Failure, test


def expect(found, wanted, what):
    if found != wanted:
        raise Failure(f"{what}: expected {wanted!r}, found {found!r}")


def tampered(token):
    """The token with another subject, and the signature that it had."""
    header, claims, signature = token.split(".")
    from base64 import urlsafe_b64decode
    changed = {**json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4))), "sub": "somebody-else"}
    return ".".join([header, b64(json.dumps(changed).encode()), signature])


def call(client, url, token, **more):
    """A call through the gateway: its status, and the challenge or the echo."""
    answer = client.send(url, None, token=token, **more)
    response = json.loads(client.lines[-1])["response"]
    challenge = next((value for name, value in response["headers"] if name.lower() == "www-authenticate"), "")
    return answer["status"], challenge, answer


def echo_is_downgraded(answer, token):
    status, challenge, echo = answer
    expect((status, challenge), (200, ""), "a right call")
    expect((echo["headers"]["Authorization"], "Dpop" in echo["headers"]), (f"Bearer {token}", False), "what the upstream got")


@test
def keycloak_gateway_takes_its_tokens_and_no_others():
    """Verified by Keycloak's published keys: a bound token with its key's proof passes; every wrong pair is refused for what it is."""
    info = KEYCLOAK.ready()
    with LabPart("upstream") as upstream, LabPart("gateway", "--issuer", info.issuer, "--upstream", upstream.upstream) as lab:
        url = lab.gateway + "/anything/a?x=1"
        for id in ("pub", "conf"):
            client = Client(id)
            token = client.token("password" if id == "pub" else "client_credentials")["access_token"]
            echo_is_downgraded(call(client, url, token), token)
            echo_is_downgraded(call(client, url, token), token)
        other, unbound = Client("pub"), Client("notbound")
        free = unbound.token(proof="")["access_token"]
        proof = client.proof("GET", url, token)
        for what, answer, words in [
            ("another key", call(client, url, token, key=new_key()), "the proof's key is not the token's"),
            ("another client's key", call(other, url, token), "the proof's key is not the token's"),
            ("no proof", call(client, url, token, proof=""), "no DPoP header"),
            ("as Bearer", call(client, url, token, scheme="Bearer"), "presented as Bearer"),
            ("another URL", call(client, url, token, htu=info.base + "/userinfo"), "htu is"),
            ("another token's hash", call(client, url, token, proof=client.proof("GET", url, free)), "ath is not"),
            ("a changed token", call(client, url, tampered(token)), "signature does not verify"),
            ("an unbound token with a proof", call(unbound, url, free), "no cnf.jkt"),
            ("an unbound token", call(unbound, url, free, proof="", scheme="Bearer"), "requires DPoP"),
        ]:
            if answer[0] != 401 or words not in answer[1]:
                raise Failure(f"{what}: {answer[0]} {answer[1]!r}, expected 401 and {words!r}")
        expect([call(client, url, token, proof=proof)[0] for _ in range(2)], [200, 401], "the same proof twice")


@test
def keycloak_gateway_is_judged_as_what_it_is():
    """dpop-tui runs through it with Keycloak's tokens: clean where it is right, named where the key is another."""
    info = KEYCLOAK.ready()
    with LabPart("upstream") as upstream, LabPart("gateway", "--issuer", info.issuer, "--upstream", upstream.upstream) as lab:
        path = f"{info.folder}/gateway.jsonl"
        words = ("--client-id", "conf", "--client-secret", "env:SECRET", "--grant-type", "client_credentials", "--resource", lab.gateway + "/anything", "--record", path)
        status, out, err = run(*words, SECRET="s3cret-conf")
        expect((status, "✓ PASS" in out), (0, True), out[:800] + err[-300:])
        expect(judged(path), (0, 0, []), "the recording")
        client = Client("pub")
        token = client.token()["access_token"]
        call(client, lab.gateway + "/anything", token, key=new_key())
        with open(f"{info.folder}/other-key.jsonl", "w") as file:
            file.write("\n".join(client.lines) + "\n")
        status, whys, causes = judged(f"{info.folder}/other-key.jsonl")
        expect((status, whys, causes[:1]), (1, 1, ["key.two-keys"]), f"another key: {causes}")


@test
def keycloak_gateway_asks_about_tokens():
    """By introspection as the resource server `rs`: a token that was revoked is refused."""
    info = KEYCLOAK.ready()
    asks = ("--auth-methods", "introspection", "--client-id", "rs", "--client-secret", "s3cret-rs")
    path = f"{info.folder}/introspection.jsonl"
    with LabPart("upstream") as upstream, LabPart("gateway", "--issuer", info.issuer, "--upstream", upstream.upstream, *asks, "--record", path) as lab:
        client, url = Client("pub"), lab.gateway + "/anything"
        tokens = client.token()
        echo_is_downgraded(call(client, url, tokens["access_token"]), tokens["access_token"])
        fresh = client.token()["access_token"]
        client.ask("revoke", {"token": fresh, "token_type_hint": "access_token"}, proof="")
        status, challenge, _ = call(client, url, fresh)
        if status != 401 or "not active" not in challenge:
            raise Failure(f"revoked: {status} {challenge}")
        with open(path) as file:
            hops = [(line["hop"]["to"], line["response"]["status"]) for line in map(json.loads, file)]
        expect([status for to, status in hops if to == "gateway"], [200, 401], f"the gateway's own recording: {hops}")
        expect(os.path.getsize(path) > 0 and all(status == 200 for to, status in hops if to == "idp"), True, f"what it asked: {hops}")
