"""Keys and tokens out of files, live: which key of a set signs, encrypted ones, both names of Ed25519, tokens in answers."""
import http.server
import json
import os
import threading
import time

from lab import CLIENT, FOLDER, PLAIN, SECRET, TUI, Forger, Lab, Prover, claims, decode, expect, refused, require, sh, written
from runner import test


def header(proof):
    return json.loads(decode(proof.split(".")[0]))


def proof(*words, env=None, check=True):
    done = sh(TUI, "proof", *words, "https://api.test/x", env=env, check=check)
    return header(done.stdout.strip()) if check else done


def private(name, content):
    path = written(name, content if isinstance(content, str) else json.dumps(content))
    os.chmod(path, 0o600)
    return path


def new_key(name, *words):
    sh(TUI, "key", "new", *words, name)
    return json.load(open(f"{FOLDER}/{name}"))


@test
def the_key_of_a_set_that_signs():
    """As oauth2c: the one with use sig; else the only private one; else --kid, with the names to choose from."""
    first, second = new_key("choice-1.jwk"), new_key("choice-2.jwk")
    public = {k: v for k, v in first.items() if k != "d"}
    use = lambda key, use: {**key, "use": use}
    x = lambda head: head["jwk"]["x"]
    for keys, wanted in [([first, use(second, "sig")], second), ([use(first, "enc"), second], second), ([public, second], second), ([use(public, "sig"), second], second)]:
        expect(x(proof("--signing-key", private("choice.json", {"keys": keys}))), wanted["x"], f"{keys}")
    both = private("choice.json", {"keys": [first, second]})
    refused = proof("--signing-key", both, check=False)
    expect(refused.returncode, 3, "two keys")
    require(all(word in refused.stderr for word in ("--kid", first["kid"], second["kid"])), refused.stderr)
    for key in (first, second):
        expect(x(proof("--signing-key", both, "--kid", key["kid"])), key["x"], "--kid")
        expect(sh(TUI, "key", "thumbprint", both, "--kid", key["kid"]).stdout.split()[0], key["kid"], "thumbprint --kid")
    made = new_key("choice-set.json", "--jwks")
    expect([key["use"] for key in made["keys"]], ["sig"], "key new --jwks")
    with Lab() as lab:
        done = lab.run(*CLIENT, "--signing-key", both, "--kid", second["kid"], env=SECRET)
        done.expect(*PLAIN)


@test
def a_client_key_of_a_set_and_its_pass_phrase():
    """--client-kid and --client-key-password are for the client's key what --kid and --key-password are for the proof's."""
    key, other = new_key("client-1.jwk"), new_key("client-2.jwk")
    public = {k: v for k, v in key.items() if k != "d"}
    client = {"clientId": "jwt-key", "clientAuthenticatorType": "client-jwt", "attributes": {"dpop.bound.access.tokens": "true", "jwks.string": json.dumps({"keys": [public]})}}
    both = private("client-set.json", {"keys": [other, key]})
    sh("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "client.pem")
    sh("openssl", "pkcs8", "-topk8", "-in", "client.pem", "-out", "client-enc.pem", "-passout", "pass:abc")
    os.chmod(f"{FOLDER}/client-enc.pem", 0o600)
    with Lab("--clients", written("client-of-set.json", json.dumps([client]))) as lab:
        words = ("--client-id", "jwt-key", "--auth-method", "private_key_jwt")
        lab.run(*words, "--client-key", both, "--client-kid", key["kid"]).expect(*PLAIN)
        run = ("run", lab.info["issuer"], "--headless", "--record", "none", *words, "--client-key")
        refused = sh(TUI, *run, both, check=False)
        require(refused.returncode == 3 and "--kid" in refused.stderr, refused.stderr)
        refused = sh(TUI, *run, "client-enc.pem", check=False)
        require(refused.returncode == 3 and "--client-key-password" in refused.stderr, refused.stderr)
        refused = sh(TUI, *run, "client-enc.pem", "--client-key-password", "env:PASS", env={"PASS": "abc"}, check=False)
        require(refused.returncode == 1 and "invalid_client" in refused.stderr, refused.stderr)


class Issuer:
    """An issuer whose metadata lists some algorithms; remembers the proofs that it got."""

    def __init__(self, *algorithms):
        self.proofs = proofs = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, document):
                body = json.dumps(document).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                base = f"http://127.0.0.1:{self.server.server_port}"
                self.answer({"issuer": base, "token_endpoint": f"{base}/token", "jwks_uri": f"{base}/jwks", "keys": [],
                             **({"dpop_signing_alg_values_supported": list(algorithms)} if algorithms else {})})

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                proofs.append(header(self.headers["DPoP"]))
                self.answer({"access_token": "opaque", "token_type": "DPoP"})

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def run(self, *words):
        done = sh(TUI, "run", self.url, "--headless", "--record", f"{FOLDER}/issuer.jsonl", "--client-id", "c", *words, check=False)
        require(self.proofs, done.stdout + done.stderr)
        return self.proofs[-1]["alg"], done.stderr

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


@test
def ed25519_has_the_name_that_the_server_lists():
    """EdDSA (RFC 8037) or Ed25519 (RFC 9864): the listed one, said where both are or none; --alg overrides."""
    new_key("edwards.jwk", "--alg", "EdDSA")
    key = ("--signing-key", "edwards.jwk")
    for listed, name, words in [(("ES256", "EdDSA"), "EdDSA", None), (("ES256", "Ed25519"), "Ed25519", "signs as Ed25519"), (("EdDSA", "Ed25519"), "EdDSA", "has EdDSA and Ed25519"),
                                (("ES256",), "EdDSA", "has none of EdDSA and Ed25519"), ((), "EdDSA", "the metadata has no dpop_signing_alg_values_supported")]:
        with Issuer(*listed) as issuer:
            found, told = issuer.run(*key)
            expect(found, name, f"{listed}")
            require(words is None and "key signs as" not in told or words is not None and words in told, f"{listed}: {told}")
            recorded = [json.loads(line) for line in open(f"{FOLDER}/issuer.jsonl")]
            notes = [note for line in recorded for note in line.get("notes", [])]
            require((words is None) == (not notes), f"{listed}: {notes}")
            os.remove(f"{FOLDER}/issuer.jsonl")
            for chosen in ("EdDSA", "Ed25519"):
                found, told = issuer.run(*key, "--alg", chosen)
                require(found == chosen and "key signs as" not in told, f"{listed} --alg {chosen}: {found} {told}")
                os.remove(f"{FOLDER}/issuer.jsonl")


@test
def unknown_kids_do_not_have_the_issuer_asked_each_time():
    """Whoever sends tokens chooses their kid: the gateway asks for keys once in 5 s, and known ones go through meanwhile."""
    prover, forger = Prover(), Forger()
    record = f"{FOLDER}/kids.jsonl"
    started = time.monotonic()
    with Lab("--record", record) as lab:
        token = lab.token(prover=prover)
        url, body = lab.gateway + "/get", claims(token)
        for number in range(12):
            forged = forger.sign({"alg": "ES256", "typ": "JWT", "kid": f"x{number}"}, body)
            refused(lab.get(url, headers=prover.fields(url, forged)), 401, "invalid_token")
        expect(lab.call(prover, token, "/get").status, 200, "a known kid")
        elapsed = time.monotonic() - started
    fetches = sum("/certs" in json.loads(line)["request"]["url"] for line in open(record))
    require(1 <= fetches <= 2 + elapsed / 5, f"{fetches} fetches in {elapsed:.1f} s")


@test
def tokens_are_taken_out_of_the_answer_they_came_in():
    """--token @FILE: a token response as curl saved it; what a file is instead is said."""
    new_key("of-token.jwk")
    key = ("--signing-key", "of-token.jwk")
    with Lab() as lab:
        token = lab.token(prover=Prover())
    wanted = claims_ath(proof_of(*key, "--token", "@" + written("plain.txt", token + "\n")))
    answer = {"token_type": "DPoP", "access_token": token, "expires_in": 300}
    for name, content in [("answer.json", json.dumps(answer)), ("pretty.json", "\ufeff" + json.dumps({"data": answer}, indent=2) + "\r\n"),
                          ("head.txt", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + json.dumps(answer))]:
        done = sh(TUI, "proof", *key, "--token", "@" + written(name, content), "https://api.test/x")
        expect(claims_ath(done.stdout.strip()), wanted, name)
        require("is taken out of" in done.stderr and "access_token" in done.stderr, done.stderr)
        judged = sh(TUI, "why", done.stdout.strip(), "--url", "https://api.test/x", "--token", f"@{FOLDER}/{name}", check=False)
        require("ath" not in judged.stdout, judged.stdout)
    for name, content, words in [("key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "it is a PEM (PRIVATE KEY)"),
                                 ("page.html", "<!DOCTYPE html><html>", "it is an HTML page"), ("error.json", '{"error":"invalid_grant"}', "refused (invalid_grant)"),
                                 ("empty.txt", "\n", "it is empty"), ("key.jwk", open(f"{FOLDER}/of-token.jwk").read(), "it is a JWK, a key"), ("proof.txt", proof_of(*key), "it is a DPoP proof")]:
        for command in (["proof", *key, "https://api.test/x"], ["why", proof_of(*key), "--url", "https://api.test/x"]):
            done = sh(TUI, *command, "--token", "@" + written(name, content), check=False)
            require(done.returncode == 2 and words in done.stderr, f"{command[0]} {name}: {done.returncode} {done.stderr}")


def proof_of(*words):
    return sh(TUI, "proof", *words, "https://api.test/x").stdout.strip()


def claims_ath(text):
    return json.loads(decode(text.split(".")[1]))["ath"]
