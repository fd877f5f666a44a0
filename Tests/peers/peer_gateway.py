"""A resource server that verifies proofs with pydpop and tokens with joserfc, and proxies to the real httpbin as Bearer.

Usage: peer_gateway.py ISSUER [FAULT]; prints its URL and httpbin's when ready. Fault: clock (an hour ahead), replay (every proof seen already).
"""
import sys
import threading
import time

import pydpop
import requests
from flask import Flask, Response, request
from httpbin import app as httpbin
from joserfc import jwt
from joserfc.jwk import KeySet
from werkzeug.serving import make_server

ISSUER = sys.argv[1]
FAULT = sys.argv[2] if len(sys.argv) > 2 else ""
app = Flask(__name__)
store = pydpop.MemoryJtiStore()
upstream = make_server("127.0.0.1", 0, httpbin, threaded=True)
threading.Thread(target=upstream.serve_forever, daemon=True).start()


def refuse(error, words):
    return Response('{"message":"Unauthorized"}', 401, {
        "Content-Type": "application/json", "WWW-Authenticate": f'DPoP error="{error}", error_description="{words}", algs="ES256"'})


@app.route("/<path:path>", methods=["GET", "POST", "PUT"])
def proxy(path):
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "dpop":
        return refuse("invalid_token", "expected the DPoP scheme")
    try:
        keys = KeySet.import_key_set(requests.get(f"{ISSUER}/jwks", timeout=5).json())
        claims = jwt.decode(token, keys).claims
        if claims["exp"] < time.time():
            return refuse("invalid_token", "expired")
        proof = pydpop.verify_proof(proof=request.headers.get("DPoP", ""), htm=request.method, htu=request.base_url, access_token=token, jti_store=store,
                                    now=int(time.time()) + (3600 if FAULT == "clock" else 0))
    except Exception as error:
        return refuse("invalid_dpop_proof", str(error).replace('"', "'").splitlines()[0])
    if claims.get("cnf", {}).get("jkt") != proof["jwk_thumbprint"]:
        return refuse("invalid_token", "the token is bound to another key")
    headers = {k: v for k, v in request.headers if k.lower() not in ("host", "dpop", "authorization", "content-length")}
    answer = requests.request(request.method, f"http://127.0.0.1:{upstream.port}/{path}", params=request.args, data=request.get_data(),
                              headers={**headers, "Authorization": f"Bearer {token}"}, timeout=10)
    return Response(answer.content, answer.status_code, {"Content-Type": answer.headers["Content-Type"], "Via": "1.1 peer"})


if __name__ == "__main__":
    http = make_server("127.0.0.1", 0, app, threaded=True)
    print(f"http://127.0.0.1:{http.port} http://127.0.0.1:{upstream.port}", flush=True)
    http.serve_forever()
