"""The named peer of `check`: json.load, then joserfc verifying every proof, on every core.

Usage: joserfc_check.py HAR; prints how many proofs verified. With --one-core SECONDS: proofs a second of one process.
"""
import json
import multiprocessing
import os
import sys
import time

from joserfc import jws
from joserfc.jwk import ECKey


def verify(proof):
    header = json.loads(jws.base64url_decode(proof.split(".")[0])) if hasattr(jws, "base64url_decode") else None
    if header is None:
        import base64
        part = proof.split(".")[0]
        header = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    key = ECKey.import_key(header["jwk"])
    payload = json.loads(jws.deserialize_compact(proof, key, algorithms=["ES256"], registry=REGISTRY).payload)
    assert payload["jti"] and payload["htm"] and payload["htu"] and payload["iat"]
    return 1


REGISTRY = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)


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
