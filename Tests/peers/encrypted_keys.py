"""Keys under a pass phrase that other implementations encrypted: joserfc, jwskate and, where it is there, latchset's jose. Every algorithm of theirs, every form."""
import base64
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile

import jwskate
from joserfc import jwe
from joserfc.jwk import ECKey, OctKey

from runner import Skipped, test

TUI = os.path.abspath(sys.argv[1]) + "/dpop-tui"
FOLDER = tempfile.mkdtemp(prefix="dpop-keys-")
PASSPHRASE = "correct horsé battery"
WRAPPINGS = ["PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW"]
CONTENTS = ["A128GCM", "A192GCM", "A256GCM", "A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512"]
PAIRS = list(itertools.product(WRAPPINGS, CONTENTS))
REGISTRY = jwe.JWERegistry(algorithms=WRAPPINGS + CONTENTS)


def dpop_tui(*words, passphrase=PASSPHRASE):
    return subprocess.run([TUI, *words], capture_output=True, text=True, timeout=60, env={**os.environ, "PASS": passphrase})


def saved(text, name="key.jwe"):
    path = f"{FOLDER}/{name}"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    return path


def opens(text, wanted, what):
    done = dpop_tui("key", "thumbprint", "--key-password", "env:PASS", saved(text))
    assert done.stdout.strip() == wanted, (what, done.stdout, done.stderr)


def by_joserfc(plain, wrapping, content):
    key, other = OctKey.import_key(PASSPHRASE.encode()), OctKey.import_key(b"somebody else's words")
    yield "compact", jwe.encrypt_compact({"alg": wrapping, "enc": content, "cty": "jwk+json"}, plain, key, registry=REGISTRY)
    flat = jwe.FlattenedJSONEncryption({"enc": content}, plain, aad=b"beside it")
    flat.add_recipient({"alg": wrapping}, key)
    yield "flattened", json.dumps(jwe.encrypt_json(flat, None, registry=REGISTRY))
    general = jwe.GeneralJSONEncryption({"enc": content}, plain)
    general.add_recipient({"alg": wrapping}, other)
    general.add_recipient({"alg": wrapping}, key)
    yield "general", json.dumps(jwe.encrypt_json(general, None, registry=REGISTRY), indent=2)


@test
def keys_that_joserfc_encrypted_open():
    key = ECKey.generate_key("P-256", private=True)
    plain = json.dumps(key.as_dict(private=True)).encode()
    for wrapping, content in PAIRS:
        for form, text in by_joserfc(plain, wrapping, content):
            opens(text, key.thumbprint(), (wrapping, content, form))
    text = jwe.encrypt_compact({"alg": WRAPPINGS[0], "enc": CONTENTS[0]}, plain, OctKey.import_key(PASSPHRASE.encode()), registry=REGISTRY)
    done = dpop_tui("proof", "--signing-key", saved(text), "--key-password", "env:PASS", "https://api.test/r")
    header = json.loads(base64.urlsafe_b64decode(done.stdout.split(".")[0] + "=="))
    assert header["jwk"]["x"] == key.as_dict()["x"] and "d" not in header["jwk"], header
    refused = dpop_tui("proof", "--signing-key", saved(text), "--key-password", "env:PASS", "https://api.test/r", passphrase="another")
    assert refused.returncode == 3 and "the pass phrase is wrong" in refused.stderr, refused


@test
def keys_that_jwskate_encrypted_open():
    key = jwskate.Jwk.generate(alg="ES384")
    for wrapping, content in PAIRS:
        text = jwskate.JweCompact.encrypt_with_password(json.dumps(dict(key)).encode(), PASSPHRASE, alg=wrapping, enc=content, count=2000)
        opens(str(text), key.thumbprint(), (wrapping, content))


@test
def keys_that_latchset_jose_encrypted_open():
    if not shutil.which("jose"):
        raise Skipped("latchset's jose is not installed")
    key = ECKey.generate_key("P-521", private=True)
    for wrapping, content in PAIRS:
        secret = {"kty": "oct", "alg": wrapping, "k": base64.urlsafe_b64encode(PASSPHRASE.encode()).decode().rstrip("=")}
        words = ["jose", "jwe", "enc", "-i", json.dumps({"protected": {"enc": content}}), "-I", "-", "-k", saved(json.dumps(secret), "secret.jwk")]
        done = subprocess.run(words, input=json.dumps(key.as_dict(private=True)), capture_output=True, text=True)
        assert done.returncode == 0, (wrapping, content, done.stderr)
        opens(done.stdout, key.thumbprint(), (wrapping, content))
