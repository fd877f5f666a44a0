"""The named peer of `check`: json.load, then joserfc verifying every proof, on every core.

Usage: joserfc_check.py HAR; prints how many proofs verified. With --one-core SECONDS: proofs a second of one process.
"""
import base64
import json
import multiprocessing
import os
import sys
import time

from joserfc import jws, jwt
from joserfc.jwk import ECKey

REGISTRY = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)


def verify(proof):
    part = proof.split(".")[0]
    header = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    claims = jwt.decode(proof, ECKey.import_key(header["jwk"]), registry=REGISTRY).claims
    assert claims["jti"] and claims["htm"] and claims["htu"] and claims["iat"]
    return 1


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        har = json.load(file)
    proofs = [h["value"] for e in har["log"]["entries"] for h in e["request"]["headers"] if h["name"] == "DPoP"]
    if "--one-core" in sys.argv:
        end, count = time.perf_counter() + float(sys.argv[-1]), 0
        start = time.perf_counter()
        while time.perf_counter() < end:
            verify(proofs[count % len(proofs)])
            count += 1
        print(f"{count / (time.perf_counter() - start):.0f}")
        return
    with multiprocessing.Pool(os.cpu_count()) as pool:
        print(sum(pool.imap_unordered(verify, proofs, chunksize=500)), "proofs")


main()
