"""HTTP/2 as people meet it: nghttpx in front of IdP and gateway, with and without --trust-forwarded; HTTP/1.1 without it."""
import http.server
import json
import os
import random
import shutil
import socket
import subprocess
import threading
import urllib.request

from lab import CLIENT, ENV, FOLDER, PLAIN, SECRET, TUI, Lab, Prover, expect, lines, path, require, self_signed, sh
from runner import Failure, Skipped, test
from wire import wait_until


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def kept_port():
    """A port that the system gives to nobody by itself, so that it is still free in a moment."""
    while True:
        port = random.randrange(20_000, 30_000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
            return port
        except OSError:
            pass


class Proxy:
    """nghttpx as a TLS front of a plain server, for the length of a with block."""

    def __init__(self, server, *options, port=None):
        self.backend, self.options, self.port = server.split(":")[-1], options, port

    def __enter__(self):
        program = shutil.which("nghttpx", path=ENV["PATH"] + ":/usr/sbin")
        if not program:
            raise Skipped("nghttpx is not installed (Debian: nghttp2-proxy)")
        port = self.port or free_port()
        # Cases run at once, and one has two proxies: each has a certificate of its own.
        self.certificate, key = self_signed(f"proxy-{port}", f"proxy-{port}", "IP:127.0.0.1")
        self.url = f"https://127.0.0.1:{port}"
        with open(path("nghttpx.log"), "a") as log:
            self.process = subprocess.Popen([program, f"-f127.0.0.1,{port}", f"-b127.0.0.1,{self.backend}", key, self.certificate, "--no-location-rewrite", "--workers=1", "--conf=/dev/null",
                                             "--no-ocsp", f"--errorlog-file={path('nghttpx.log')}", *self.options], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=ENV, cwd=FOLDER)

        def listens():
            if self.process.poll() is not None:
                raise Failure(f"nghttpx ended: {open(path('nghttpx.log')).read()[-1000:]}")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return True
            except OSError:
                return False

        wait_until(listens, 10, "nghttpx listens")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


class Mirror:
    """The IdP's metadata as the gateway reads it: of the public issuer, with keys at an address inside."""

    def __init__(self):
        self.document = {}
        mirror = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps(mirror.document).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/realms/lab"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def versions(name):
    return [(line["response"]["status"], line["response"]["version"]) for line in lines(name)]


@test
def the_flow_over_http2_behind_nghttpx():
    """With --trust-forwarded: IdP and gateway, both behind nghttpx, believe its https; every answer of the flow is HTTP/2."""
    with Mirror() as mirror, Lab("--trust-forwarded", "--issuer", mirror.url) as lab, Proxy(lab.idp) as idp, Proxy(lab.gateway) as gateway:
        with open(path("both.pem"), "w") as file:
            file.write(open(idp.certificate).read() + open(gateway.certificate).read())
        mirror.document = {"issuer": idp.url + "/realms/lab", "jwks_uri": lab.endpoint("certs")}
        sh(TUI, "run", idp.url + "/realms/lab", "--headless", *CLIENT, "--cacert", path("both.pem"), "--resource", gateway.url + "/anything/%41?x=1", "--then", "userinfo", "--http2",
           "--record", path("h2.jsonl"), env=SECRET)
        expect(versions("h2.jsonl"), [(200, "HTTP/2")] * 5, "answers")
        echo = json.loads(next(line for line in lines("h2.jsonl") if "/anything/" in line["request"]["url"])["response"]["body"])
        expect(echo["headers"]["Via"].split(",")[0].split()[0], "2", "Via")
        require("Dpop" not in echo["headers"] and echo["headers"]["Authorization"].startswith("Bearer "), echo["headers"])
        sh(TUI, "check", path("h2.jsonl"))


@test
def a_gateway_alone_behind_nghttpx():
    """The IdP called directly, the gateway through nghttpx by X-Forwarded-Proto and Host; nonces and replays as ever."""
    with Lab("--trust-forwarded", "--dpop_use_nonce") as lab, Proxy(lab.gateway) as gateway:
        result = lab.run(*CLIENT, "--cacert", gateway.certificate, "--resource", gateway.url + "/anything?x=1", "--http2", env=SECRET).expect(*PLAIN)
        expect([step["status"] for step in result.steps if step["kind"] == "resourceResponse"], [401, 200], "the resource's answers")


@test
def without_trust_nghttpx_leaves_the_wrong_htu():
    """Without --trust-forwarded both believe they are called by http: the IdP refuses the proof's htu, the gateway too, each in its words."""
    with Lab() as lab, Proxy(lab.idp) as idp, Proxy(lab.gateway) as gateway:
        by_hand = ("--token-endpoint", idp.url + "/realms/lab/protocol/openid-connect/token", "--jwks-uri", idp.url + "/realms/lab/protocol/openid-connect/certs")
        done = sh(TUI, "run", "--headless", *by_hand, *CLIENT, "--cacert", idp.certificate, "--http2", "--record", path("untrusted.jsonl"), env=SECRET, check=False)
        expect((done.returncode, "DPoP HTTP URL mismatch" in done.stderr), (1, True), f"the IdP behind nghttpx: {done.stderr}")
        expect(versions("untrusted.jsonl")[-1], (400, "HTTP/2"), "the token endpoint")
        done = sh(TUI, "run", lab.issuer, "--headless", *CLIENT, "--cacert", gateway.certificate, "--resource", gateway.url + "/anything", "--http2", "--record", path("why.jsonl"), env=SECRET,
                  check=False)
        expect(done.returncode, 1, "the gateway behind nghttpx")
        response = lines("why.jsonl")[-1]["response"]
        challenge = next(value for name, value in response["headers"] if name.lower() == "www-authenticate")
        require((response["status"], response["version"]) == (401, "HTTP/2") and f"htu is '{gateway.url}/anything', this is '{lab.gateway}/anything'" in challenge, response)
        # What dpop-tui makes of it.
        done = sh(TUI, "why", path("why.jsonl"), check=False)
        require(done.returncode == 1 and "htu.proxy-internal" in done.stdout, done.stdout + done.stderr)


@test
def a_trusted_host_is_half_of_what_a_proxy_says():
    """--trust-host believes the name in Host and not the proxy's https."""
    with Lab("--trust-host") as lab, Proxy(lab.gateway) as gateway:
        prover = Prover()
        token, url = lab.token(prover=prover), gateway.url + "/anything"
        for said, status in [(url, "401"), (url.replace("https", "http"), "200")]:
            words = ["-H", f"Authorization: DPoP {token}", "-H", f"DPoP: {prover.proof(said, token=token)}"]
            done = sh("curl", "-sS", "--cacert", gateway.certificate, "-o", "/dev/null", "-w", "%{http_code}", *words, url)
            expect(done.stdout, status, said)


@test
def public_urls_are_those_of_the_proxy_in_front():
    """--idp-public-url and --gateway-public-url: nothing is believed, and the flow is whole behind two proxies; the gateway asks its IdP from inside."""
    ports = [kept_port(), kept_port()]
    urls = [f"https://127.0.0.1:{port}" for port in ports]
    with Lab("--idp-public-url", urls[0] + "/", "--gateway-public-url", urls[1]) as lab:
        expect((lab.issuer, lab.idp, lab.gateway), (urls[0] + "/realms/lab", *urls), "the ready line")
        inside = [port for port in listening(lab.process.pid) if f":{port}" not in lab.upstream + lab.info["control"]]
        idp = next(port for port in inside if is_idp(port))
        gateway = next(port for port in inside if port != idp)
        with Proxy(f":{idp}", port=ports[0]) as first, Proxy(f":{gateway}", port=ports[1]) as second:
            with open(path("public.pem"), "w") as file:
                file.write(open(first.certificate).read() + open(second.certificate).read())
            sh(TUI, "run", lab.issuer, "--headless", *CLIENT, "--cacert", path("public.pem"), "--resource", urls[1] + "/anything", "--then", "userinfo", "--record", "none", env=SECRET)


def listening(pid):
    """The ports that a process listens on."""
    sockets = {target(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")}
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in table.readlines()[1:]]
    return [int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets]


def target(link):
    """Where a link of /proc leads; empty for a descriptor that was closed meanwhile."""
    try:
        return os.readlink(link)
    except FileNotFoundError:
        return ""


def is_idp(port):
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{port}/realms/lab/.well-known/openid-configuration", timeout=5):
            return True
    except OSError:
        return False


@test
def many_streams_of_one_connection_are_many_requests():
    """20 proofs at once over one HTTP/2 connection of curl: each is answered, a repeat is refused."""
    prover = Prover()
    with Lab("--trust-forwarded") as lab, Proxy(lab.gateway) as gateway:
        token, url = lab.token(prover=prover), gateway.url + "/anything"
        proofs = prover.proofs(20, url, token=token)
        config = "\nnext\n".join(f'url = "{url}"\nheader = "Authorization: DPoP {token}"\nheader = "DPoP: {proof}"\noutput = "/dev/null"\nwrite-out = "%{{http_code}} %{{http_version}}\\n"\n'
                                 f'cacert = "{gateway.certificate}"' for proof in [*proofs, proofs[0]])
        done = subprocess.run(["curl", "-sS", "--http2", "-K", "-"], input=config, capture_output=True, text=True, env=ENV, timeout=30)
        expect(done.stdout.split("\n")[:-1], ["200 2"] * 20 + ["401 2"], done.stderr)
        config = "".join(config.rsplit("\nnext\n", 1)[:1])
        done = subprocess.run(["curl", "-sS", "--http2", "--parallel", "-K", "-"], input=config, capture_output=True, text=True, env=ENV, timeout=30)
        expect(sorted(done.stdout.split("\n")[:-1]), ["401 2"] * 20, f"repeats at once: {done.stderr}")


@test
def http2_falls_back_to_http1_where_it_is_not_offered():
    """--http2 against the lab itself: it offers HTTP/1.1 by ALPN, the flow is whole, and every answer says HTTP/1.1."""
    with Lab("--https") as lab:
        tls = ("--cacert", lab.info["cacert"], "--resource", lab.gateway + "/get")
        sh(TUI, "run", lab.issuer, "--headless", *CLIENT, *tls, "--http2", "--record", path("fallback.jsonl"), env=SECRET)
        expect(versions("fallback.jsonl"), [(200, "HTTP/1.1")] * 4, "answers")
        sh(TUI, "check", path("fallback.jsonl"))
        done = sh("curl", "-sS", "--http2", "--cacert", lab.info["cacert"], "-o", "/dev/null", "-w", "%{http_version} %{http_code}", lab.upstream + "/get")
        expect(done.stdout, "1.1 200", "curl")
        # A client certificate over it, on the connection that stays.
        certificate, key = self_signed("h1", "lab-mtls")
        words = ("--client-id", "lab-mtls", "--auth-method", "tls_client_auth", "--mtls", "--cert", certificate, "--tls-key", key, "--cacert", lab.info["cacert"])
        token = sh(TUI, "run", lab.issuer, "--headless", *words, "--http2", "--format", "json", "--record", "none").stdout
        require("tokenResponse" in token, token)
