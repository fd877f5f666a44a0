"""An authorization server on Authlib, its proofs validated by requests-oauth2client: nothing of it is ours.

Usage: peer_as.py [FAULT]; prints its issuer when ready. Faults: expired, unbound, other-key, bearer, only-rs256.
"""
import sys
import time
import uuid

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from flask import Flask, jsonify, request
from joserfc import jwt
from joserfc.jwk import ECKey
from requests_oauth2client.dpop import validate_dpop_proof
from werkzeug.serving import make_server

FAULT = sys.argv[1] if len(sys.argv) > 1 else ""
app = Flask(__name__)
key = ECKey.generate_key("P-256", {"kid": "as-1", "use": "sig", "alg": "ES256"})


class Client(ClientMixin):
    def get_client_id(self):
        return "peer"

    def check_client_secret(self, secret):
        return secret == "peer-secret"

    def check_endpoint_auth_method(self, method, endpoint):
        return method in ("client_secret_basic", "client_secret_post")

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope):
        return scope


class ClientCredentials(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]


def token(grant_type, client, user=None, scope=None, expires_in=None, include_refresh_token=True):
    now = int(time.time())
    claims = {"iss": issuer(), "sub": "peer", "iat": now, "exp": now + (-30 if FAULT == "expired" else 120), "jti": uuid.uuid4().hex}
    if FAULT not in ("unbound", "bearer"):
        claims["cnf"] = {"jkt": "A" * 43 if FAULT == "other-key" else request.proof_jkt}
    text = jwt.encode({"alg": "ES256", "kid": "as-1", "typ": "at+jwt"}, claims, key)
    return {"access_token": text, "token_type": "Bearer" if FAULT == "bearer" else "DPoP", "expires_in": 120}


server = AuthorizationServer(app, query_client=lambda client_id: Client() if client_id == "peer" else None, save_token=lambda token, request: None)
server.register_grant(ClientCredentials)
server.register_token_generator("default", token)


def issuer():
    return request.host_url.rstrip("/")


@app.get("/.well-known/openid-configuration")
def metadata():
    base = issuer()
    algs = ["RS256"] if FAULT == "only-rs256" else ["ES256", "RS256"]
    return jsonify(issuer=base, token_endpoint=f"{base}/token", jwks_uri=f"{base}/jwks", dpop_signing_alg_values_supported=algs)


@app.get("/jwks")
def jwks():
    return jsonify(keys=[key.as_dict(private=False)])


@app.post("/token")
def issue():
    proofs = request.headers.getlist("DPoP")
    try:
        if len(proofs) != 1:
            raise ValueError("expected one DPoP header")
        proof = validate_dpop_proof(proofs[0], htm="POST", htu=request.base_url, algs=["RS256"] if FAULT == "only-rs256" else ["ES256", "RS256"])
    except Exception as error:
        return jsonify(error="invalid_dpop_proof", error_description=str(error).splitlines()[0]), 400
    from jwskate import Jwk
    request.proof_jkt = Jwk(proof.headers["jwk"]).thumbprint()
    return server.create_token_response()


if __name__ == "__main__":
    http = make_server("127.0.0.1", 0, app, threaded=True)
    print(f"http://127.0.0.1:{http.port}", flush=True)
    http.serve_forever()
