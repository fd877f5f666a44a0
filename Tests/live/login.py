"""How a run finds its servers, waits for a person and fails: metadata, the way back of a browser, limits, and what is wrong on the way."""
import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from lab import CLIENT, SECRET, TUI, Lab, claims, expect, lines, path, require, self_signed, sh
from login_idp import OAUTH, OIDC, Idp, Login, back, browse, shown
from runner import test
from transport import Server, field
from wire import Peer


def client_run(idp, name, *more, check=None, text=None):
    """A run of the client credentials, recorded."""
    if os.path.exists(path(name)):
        os.remove(path(name))
    done = sh(TUI, "run", idp.issuer, "--headless", *CLIENT, "--record", path(name), "--resource", idp.url + "/r", *more, env=SECRET, check=False, text=text)
    if check is not None:
        expect(done.returncode, check, done.stdout + done.stderr)
    return done


# Metadata.


@test
def metadata_is_found_at_each_of_its_addresses_and_no_miss_is_a_refusal():
    """In the documented order; status 0 for run, check, why and JUnit, whatever the other addresses answer."""
    realm = "/realms/x"
    order = [realm + OIDC, OAUTH + realm, OIDC + realm, realm + OAUTH]
    misses = [(404, [], {"error": "not found"}), (401, ["WWW-Authenticate: Basic"], ""), (200, [], "<!doctype html><div id=app></div>"), (302, ["Location: https://elsewhere.invalid/login"], ""), (405, [], "")]
    for number, at in enumerate(order):
        for miss in misses:
            with Idp(at=at, on={other: miss for other in order if other != at}) as idp:
                client_run(idp, "form.jsonl", check=0)
                expect(idp.paths()[:number + 1], order[:number + 1], f"{at} after {miss[0]}")
                expect(idp.paths()[number + 1:], ["/keys", "/token", "/r"], f"{at} after {miss[0]}")
            for words in (("check",), ("why",), ("check", "--format", "junit")):
                done = sh(TUI, *words, path("form.jsonl"), check=False)
                require(done.returncode == 0 and "refused" not in done.stdout and "<failure" not in done.stdout, f"{at} {words}: {done.stdout}{done.stderr}")
    with Idp(at=OAUTH, realm="") as idp:
        client_run(idp, "root.jsonl", check=0)
        expect(idp.paths()[:2], [OIDC, OAUTH], "without a path there are two addresses")
    for at in order:
        with Idp(at=at) as idp:
            done = sh(TUI, "run", idp.url + at, "--headless", *CLIENT, "--record", "none", "--resource", idp.url + "/r", env=SECRET)
            expect(idp.paths()[0], at, f"the whole address is asked alone: {done.stderr}")


@test
def metadata_that_is_nowhere_says_what_was_tried_and_where_keycloak_may_have_it():
    for realm, hint in (("/realms/x", "/auth/realms/x"), ("/auth/realms/x", "/realms/x"), ("/tenant", None)):
        with Idp(at="/nowhere", realm=realm) as idp:
            done = client_run(idp, "nowhere.jsonl", check=1)
            for part in (f"{realm}{OIDC}: 404", f"{OAUTH}{realm}: 404", f"{OIDC}{realm}: 404", f"{realm}{OAUTH}: 404"):
                require(part in done.stderr, f"{part} is missing: {done.stderr}")
            require((f"is it {hint}?" in done.stderr) if hint else "is it" not in done.stderr, done.stderr)
        report = json.loads(sh(TUI, "why", "--format", "json", path("nowhere.jsonl"), check=False).stdout)
        expect([cause["id"] for cause in report["causes"]][:1], ["as.base-path"] if hint else [], f"why of {realm}")
    # What a Keycloak says that has another base, and one that lacks the realm.
    for words, said in (("Unable to find matching target resource method", True), ("Realm does not exist", False)):
        with Idp(at="/nowhere", on={f"/auth/realms/x{OIDC}": (404, [], {"error": words})}, realm="/auth/realms/x") as idp:
            done = client_run(idp, "words.jsonl", check=1)
            expect("is it /realms/x?" in done.stderr, said, words)


# The browser's way back.


@test
def a_login_is_taken_once_and_the_page_says_so():
    """Also where connections that say nothing came first, with a page asked for elsewhere, and a visit without an answer."""
    with Idp(authorization_response_iss_parameter_supported=True) as idp, idp.login(name="login.jsonl") as login:
        asked = login.asked()
        port = urllib.parse.urlsplit(asked["redirect_uri"]).port
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
        idle[3].sendall(b"GET /callback?code=x HTTP/1.1\r\nHost: a\r\n")
        with socket.create_connection(("127.0.0.1", port), 5) as secure:
            secure.sendall(b"\x16\x03\x01\x02\x00\x01\x00")
            expect(secure.recv(10), b"", "a browser that speaks TLS is sent away at once")
        expect(browse(asked["redirect_uri"].replace("/callback", "/favicon.ico"))[0], 404, "another path")
        status, page = browse(asked["redirect_uri"] + "?hello=1")
        require(status == 400 and "still waits" in page, page)
        login.hears("no code, no error and no state")
        started = time.monotonic()
        status, page = browse(back(asked, code="c0ffee", iss=idp.issuer))
        require(status == 200 and "dpop-tui has the code" in page, page)
        require(time.monotonic() - started < 2, "it waited for a connection that says nothing")
        status, out, err = login.end()
        expect(status, 0, out + err)
        form = dict(urllib.parse.parse_qsl(idp.bodies[idp.paths().index("/token")]))
        expect((form["code"], form["redirect_uri"]), ("c0ffee", asked["redirect_uri"]), "redeemed")
        for sock in idle:
            sock.close()
    expect(sh(TUI, "why", path("login.jsonl"), check=False).returncode, 0, "why of a good login")


def posts(asked, body, kind="application/x-www-form-urlencoded"):
    """What a browser is shown that posts a form to where it was sent back to."""
    request = urllib.request.Request(asked["redirect_uri"], body.encode(), {"Content-Type": kind})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@test
def an_answer_that_is_posted_is_read_like_one_in_the_query():
    """response_mode=form_post: a form with the code; another type, another state and an error are told apart as in the query."""
    with Idp() as idp, idp.login("--response-mode", "form_post") as login:
        asked = login.asked()
        expect(asked["response_mode"], "form_post", "what is asked for")
        form = urllib.parse.urlencode({"code": "c0f+fee&=", "state": asked["state"]})
        expect(posts(asked, form, "application/json")[0], 405, "another type")
        expect(posts(asked, form.replace("&state", " &state"))[0], 405, "a form with a blank in it")
        status, page = posts(asked, "hello=1")
        require(status == 400 and "still waits" in page, page)
        status, page = posts(asked, form)
        require(status == 200 and "dpop-tui has the code" in page, page)
        status, out, err = login.end()
        expect(status, 0, out + err)
        expect(dict(urllib.parse.parse_qsl(idp.bodies[idp.paths().index("/token")]))["code"], "c0f+fee&=", "redeemed")
    for members, words in (({"error": "access_denied"}, "access_denied"), ({"code": "c", "state": "x"}, "answers another request")):
        with Idp() as idp, idp.login("--response-mode", "form_post") as login:
            asked = login.asked()
            expect(posts(asked, urllib.parse.urlencode({"state": asked["state"], **members}))[0], 400, words)
            status, out, err = login.end()
            require(status == 1 and words in err and "/token" not in idp.paths(), f"{status} {out}{err}")


@test
def the_labs_own_page_posts_the_answer():
    with Lab() as lab:
        words = ("--response-mode", "form_post", "--resource", lab.gateway + "/get")
        with Login(lab.issuer, "--client-id", "lab-public", *words) as login:
            url = login.hears("log in at ")
            status, page = browse(url + "&username=ada&password=lovelace")
            fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page))
            target = re.search(r'action="([^"]+)"', page)[1]
            expect(posts({"redirect_uri": target}, urllib.parse.urlencode(fields))[0], 200, page)
            status, out, err = login.end()
            expect(status, 0, out + err)


@test
def a_way_back_that_nobody_here_can_read_is_refused_before_anything_is_sent():
    """Status 2 and a sentence; a fragment is read where the URL is pasted."""
    app = ("--redirect-url", "myapp://back")
    for more, words in (
        (("--response-mode", "fragment"), "keeps a fragment to itself"), (("--param", "response_mode=fragment"), "keeps a fragment to itself"),
        (("--response-mode", "jwt"), "by 'jwt' is not read"), (("--response-mode", "form_post.jwt"), "expected query or form_post"),
        (("--param", "response_mode=web_message"), "by 'web_message' is not read"), (("--response-mode", "form_post", *app), "cannot listen"),
    ):
        with Idp() as idp:
            done = sh(TUI, "run", idp.issuer, "--headless", "--no-browser", "--client-id", "c", "--grant-type", "authorization_code", "--record", "none", *more, check=False)
            require(done.returncode == 2 and words in done.stderr and not idp.paths(), f"{more}: {done.returncode} {done.stderr} {idp.paths()}")
    with Idp() as idp, idp.login("--response-mode", "fragment", *app, stdin=subprocess.PIPE) as login:
        asked = login.asked()
        out, err = login.process.communicate(back(asked, code="c").replace("?", "#") + "\n", timeout=30)
        require(login.process.returncode == 0 and "/token" in idp.paths(), out + err)


@test
def a_wrong_way_back_stops_the_run_before_the_code_is_sent():
    """state, iss (RFC 9207) and error: status 1, nothing at the token endpoint, the page says why, check and why name the cause."""
    evil = "<script>alert(1)</script>\x1b[2J&\"'"
    table = [
        # what the browser brings, what the page and the run say, the cause
        (dict(code="c", state="another"), "another authorization request", "the redirect's state is 'another'", "authorization.state"),
        (dict(code="c", state=None), "another authorization request", "answers another request", "authorization.state"),
        (dict(code="c", iss="https://evil.test"), "comes from https://evil.test", "iss is 'https://evil.test'", "authorization.iss"),
        (dict(code="c"), "has no iss", "has no iss", "authorization.iss"),
        (dict(error="access_denied", error_description="she said no"), "access_denied: she said no", "access_denied, she said no", "authorization.refused"),
        (dict(error="access_denied", error_description=evil), "access_denied", "access_denied", "authorization.refused"),
        (dict(error="x", state="another"), "another authorization request", "'another'", None),
        (dict(code="a\r\nX-Evil: 1", iss=True), "malformed", "malformed", None),
    ]
    for par in ((), ("--par",)):
        for members, page_says, run_says, cause in table:
            with Idp(authorization_response_iss_parameter_supported=True) as idp, idp.login(*par, name="wrong.jsonl") as login:
                request = login.asked()
                if par:
                    pushed = dict(urllib.parse.parse_qsl(idp.bodies[idp.paths().index("/par")]))
                    request = {"state": pushed["state"], "redirect_uri": pushed["redirect_uri"]}
                _, page = browse(back(request, **{**members, **({"iss": idp.issuer} if members.get("iss") is True or "state" in members or "error" in members else {})}))
                require(page_says in shown(page) and "<script>" not in page and "\x1b" not in page, f"{members}: {page}")
                status, out, err = login.end()
                require(status == 1 and run_says in err and "/token" not in idp.paths() and "\x1b" not in out + err, f"{members}: {status} {out} {err} {idp.paths()}")
                require("PASS" not in out, f"{members}: {out}")
            done = sh(TUI, "why", "--format", "json", path("wrong.jsonl"), check=False)
            if cause:
                expect([one["id"] for one in json.loads(done.stdout)["causes"]][:1], [cause], f"why of {members} {par}")
                expect(sh(TUI, "check", path("wrong.jsonl"), check=False).returncode, 1, f"check of {members}")
            os.remove(path("wrong.jsonl"))
    # What the metadata does not promise may be absent, and is compared where it is there.
    for members, expected in ((dict(code="c"), 0), (dict(code="c", iss="https://evil.test"), 1)):
        with Idp() as idp, idp.login() as login:
            browse(back(login.asked(), **members))
            expect(login.end()[0], expected, members)


@test
def a_redirect_on_which_nobody_can_listen_is_pasted():
    """Another host, https, an app's scheme, a taken port: it says so, and takes the URL from standard input after what is none; without it, status 4."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        table = [("https://app.example.com/cb", "app.example.com is another host"), ("http://app.example.com/cb", "app.example.com is another host"), ("com.example.app:/cb", "'com.example.app'"),
                 ("myapp://cb", "'myapp'"), ("https://127.0.0.1:9/cb", "no certificate"), (f"http://127.0.0.1:{port}/cb", "cannot be had"),
                 ("http://127.0.0.1:99999/cb", "no port 99999")]
        for uri, why in table:
            with Idp() as idp, idp.login("--redirect-url", uri, stdin=subprocess.PIPE) as login:
                asked = login.asked()
                expect(asked["redirect_uri"], uri, "the redirect URI is sent as it was given")
                login.hears(f"nobody can listen on {uri}")
                require(why in login.heard, login.heard)
                login.process.stdin.write("\nhttps://as.test/login\n")
                login.process.stdin.flush()
                login.hears("still waiting")
                login.process.stdin.write(back(asked, code="c") + "\n")
                login.process.stdin.flush()
                status, out, err = login.end()
                require(status == 0 and "/token" in idp.paths(), f"{uri}: {status} {out}{err}")
            with Idp() as idp, idp.login("--redirect-url", uri) as login:
                status, out, err = login.end()
                require(status == 4 and "standard input ended" in err and "/token" not in idp.paths() and "PASS" not in out, f"{uri}: {status} {out}{err}")
    # A redirect URI with its own port, an empty path, or a query is not changed.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for uri in (f"http://127.0.0.1:{port}", f"http://localhost:{port}/cb?app=1"):
        with Idp() as idp, idp.login("--redirect-url", uri) as login:
            asked = login.asked()
            expect(asked["redirect_uri"], uri, "as it was given")
            where = back(asked, code="c") if "?" not in uri else uri + "&" + back({**asked, "redirect_uri": ""}, code="c")[1:]
            expect(browse(where)[0], 200, where)
            expect(login.end()[0], 0, uri)
    # Each name of this machine is listened on, with a port of its own where none is written.
    for host in ("127.0.0.1", "127.0.0.2", "localhost", *(["[::1]"] if os.path.exists("/proc/net/if_inet6") and open("/proc/net/if_inet6").read() else [])):
        with Idp() as idp, idp.login("--redirect-url", f"http://{host}/cb") as login:
            asked = login.asked()
            require(asked["redirect_uri"].startswith(f"http://{host}:"), asked["redirect_uri"])
            expect(browse(back(asked, code="c"))[0], 200, host)
            expect(login.end()[0], 0, host)


@test
def a_login_and_a_device_are_waited_for_as_long_as_is_said():
    """--login-timeout: status 4 in time, and the recording of a login says that no answer came."""
    with Idp() as idp, idp.login("--login-timeout", "0.5", name="late.jsonl") as login:
        status, out, err = login.end()
        require(status == 4 and "nobody came back from the login within 0.5 s" in err and "PASS" not in out, f"{status} {out}{err}")
        require(time.monotonic() - login.started < 10 and "/token" not in idp.paths(), idp.paths())
    for command in ("check", "why"):
        done = sh(TUI, command, path("late.jsonl"), check=False)
        require(done.returncode == 1 and "nobody came back" in done.stdout, f"{command}: {done.returncode} {done.stdout}")
    pending = (400, [], {"error": "authorization_pending"})
    device = {"device_code": "device-1", "user_code": "ABCD", "expires_in": 600, "interval": 1}
    for where in ("https://elsewhere.test/device", "http://127.0.0.1/device"):
        with Idp(on={"/token": pending, "/device": (200, [], {**device, "verification_uri": where})}) as idp:
            if os.path.exists(path("device.jsonl")):
                os.remove(path("device.jsonl"))
            with idp.login("--login-timeout", "2.5", name="device.jsonl", grant="urn:ietf:params:oauth:grant-type:device_code") as login:
                status, out, err = login.end()
            require(status == 4 and "nobody approved the device within 2.5 s" in err and "PASS" not in out, f"{status} {out}{err}")
            require(1 <= idp.paths().count("/token") <= 3, idp.paths())
        done = sh(TUI, "why", path("device.jsonl"), check=False)
        require(done.returncode == 1 and "nobody approved" in done.stdout, f"{done.returncode} {done.stdout}")
    done = sh(TUI, "run", "https://as.test", "--headless", "--login-timeout", "0", check=False)
    expect(done.returncode, 2, done.stderr)


# What goes wrong on the way.


@test
def a_network_error_is_status_4_wherever_it_happens():
    def hangs_up(stream, head):
        return None

    code, device = ("--grant-type", "authorization_code", "--par"), ("--grant-type", "device")
    table = [("/realms/x" + OIDC, ()), ("/keys", ()), ("/token", ()), ("/r", ()), ("/par", code), ("/device", device), ("/token", device), ("/introspect", ("--then", "introspection")),
             ("/userinfo", ("--then", "userinfo")), ("/revoke", ("--then", "revocation")), ("/token", ("--then", "refresh"))]
    for where, more in table:
        def second(stream, head):
            if idp.paths().count("/token") > 1:
                return None
            data = json.dumps({"access_token": "a", "token_type": "DPoP", "refresh_token": "r"}).encode()
            stream.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(data), data))

        with Idp(on={where: second if "refresh" in more else hangs_up}) as idp:
            done = client_run(idp, "cut.jsonl", *more)
            require(done.returncode == 4 and "network (receive)" in done.stderr and "PASS" not in done.stdout, f"{where} {more}: {done.returncode} {done.stdout}{done.stderr}")
    done = sh(TUI, "run", "https://as.test", "--headless", *CLIENT, "--record", "none", "--signing-key", "http://127.0.0.1:1/keys", env=SECRET, check=False)
    require(done.returncode == 4 and "network (connect)" in done.stderr, f"a key's URL: {done.returncode} {done.stderr}")
    for port, more in ((1, ()), (1, ("--proxy", "http://127.0.0.1:1"))):
        done = sh(TUI, "run", f"http://127.0.0.1:{port}", "--headless", *CLIENT, "--record", "none", *more, env=SECRET, check=False)
        require(done.returncode == 4 and "network (connect)" in done.stderr and ("that is the proxy" in done.stderr) == bool(more), done.stderr)


@test
def a_url_without_a_scheme_is_named_as_such():
    table = [(["idp.test/realms/x"], "https://idp.test/realms/x"), (["localhost:8080/realms/x"], "http://localhost:8080/realms/x"), (["--issuer", "idp.test"], "https://idp.test"),
             (["--token-endpoint", "127.0.0.1:80/token"], "http://127.0.0.1:80/token"), (["https://idp.test", "--resource", "api.test/r?a=b"], "https://api.test/r?a=b")]
    for words, meant in table:
        done = sh(TUI, "run", *words, "--headless", "--client-id", "c", "--record", "none", check=False)
        require(done.returncode == 2 and f"has no scheme; did you mean {meant}?" in done.stderr, f"{words}: {done.returncode} {done.stderr}")
    done = sh(TUI, "run", "--headless", env={"DPOP_TUI_ISSUER": "idp.test"}, check=False)
    require(done.returncode == 2 and "has no scheme" in done.stderr, done.stderr)
    done = sh(TUI, "run", "staging", "--headless", check=False)
    require(done.returncode == 2 and "no profile 'staging'" in done.stderr and "scheme" not in done.stderr, done.stderr)


@test
def an_unknown_certificate_names_the_option_that_trusts_it():
    with Lab("--https") as lab:
        words = (TUI, "run", lab.issuer, "--headless", *CLIENT, "--record", "none", "--resource", lab.gateway + "/get")
        done = sh(*words, env=SECRET, check=False)
        require(done.returncode == 4 and "--tls-root-ca" in done.stderr, f"{done.returncode} {done.stderr}")
        wrong, _ = self_signed("wrong-ca", "somebody", "DNS:somebody.test")
        done = sh(*words, "--tls-root-ca", wrong, env=SECRET, check=False)
        require(done.returncode == 4 and "--tls-root-ca" in done.stderr, f"{done.returncode} {done.stderr}")
        done = sh(*words, "--tls-root-ca", lab.info["cacert"], env=SECRET, check=False)
        expect(done.returncode, 0, done.stderr)
    with Peer(lambda stream: (stream.some(), stream.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))) as peer:
        done = sh(TUI, "run", peer.url.replace("http:", "https:"), "--headless", *CLIENT, "--record", "none", env=SECRET, check=False)
        require(done.returncode == 4 and "is it http://?" in done.stderr and "--tls-root-ca" not in done.stderr, done.stderr)


@test
def a_proxys_refusal_is_told_as_the_proxys():
    """407 to CONNECT and to a plain request, and other answers to CONNECT: status 4, the proxy's name without its password."""
    def refuses(status):
        words = f"HTTP/1.1 {status}\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

        def handle(stream):
            stream.until(b"\r\n\r\n")
            stream.send(words.encode())
        return handle

    for status, scheme, says in (("407 Proxy Authentication Required", "https", "asks for a user and a password (407)"), ("403 Forbidden", "https", "refused the way to as.test with 403"),
                                 ("502 Bad Gateway", "https", "refused the way to as.test with 502"), ("407 Proxy Authentication Required", "http", "asks for a user and a password (407)")):
        with Peer(refuses(status)) as proxy:
            for place, more, env in ((True, ("--proxy", proxy.url.replace("//", "//ada:s3cret@")), {}), (False, (), {f"{scheme}_proxy": proxy.url})):
                name = f"proxy-{status[:3]}-{scheme}.jsonl"
                if os.path.exists(path(name)):
                    os.remove(path(name))
                done = sh(TUI, "run", f"{scheme}://as.test", "--headless", *CLIENT, "--record", path(name), *more, env={**SECRET, **env}, check=False)
                require(done.returncode == 4 and "network (proxy)" in done.stderr and f"the proxy {proxy.url} {says}" in done.stderr, f"{status} {scheme}: {done.returncode} {done.stderr}")
                require("s3cret" not in done.stdout + done.stderr + open(path(name)).read(), done.stderr)
        done = sh(TUI, "why", path(name), check=False)
        require(done.returncode == 1 and "proxy" in done.stdout, done.stdout)
    done = sh(TUI, "run", "https://as.test", "--headless", *CLIENT, "--record", "none", "--proxy", "http://proxy.invalid:3128", env=SECRET, check=False)
    require(done.returncode == 4 and "network (proxy)" in done.stderr and "the proxy http://proxy.invalid:3128 cannot be used" in done.stderr, done.stderr)


@test
def htu_is_what_the_server_saw():
    """A user before the host, a host and a path beyond ASCII: the proof names what came over the wire, and check agrees; the URL's user is sent as Basic where no token is."""
    class Seen(Server):
        def answers(self):
            return {**super().answers(), "/%C3%A4/%c3?q=%C3%B6&a=%20": {}, "/t%C3%B6ken": {"access_token": "a", "token_type": "DPoP"}}

    with Seen() as server:
        port = server.url.split(":")[-1]
        done = sh(TUI, "run", "--headless", *CLIENT, "--token-endpoint", f"http://ada:p%40w@BÜCHER.test:{port}/töken", "--resource", f"http://ada:pw@straße.test:{port}/ä/%c3?q=ö&a=%20#x",
                  "--resolve", f"xn--bcher-kva.test:{port}:127.0.0.1", "--resolve", f"xn--strae-oqa.test:{port}:127.0.0.1", "--record", path("htu.jsonl"), env=SECRET, check=False)
        expect(done.returncode, 0, done.stdout + done.stderr)
        entries = lines("htu.jsonl")
        expect(len(entries), 2, "requests")
        for entry, head in zip(entries, server.seen):
            host = next(line.split(": ")[1] for line in head.split("\r\n") if line.lower().startswith("host:"))
            proof, = field(entry, "DPoP")
            expect(claims(proof)["htu"], f"http://{host}{head.split(' ')[1].split('?')[0]}", "htu")
            require(entry["request"]["url"].split("?")[0] == claims(proof)["htu"] and host.startswith("xn--"), entry["request"])
    require("Basic" in field(entries[0], "Authorization")[0] and field(entries[1], "Authorization") == ["DPoP a"], [field(entry, "Authorization") for entry in entries])
    done = sh(TUI, "check", path("htu.jsonl"), check=False)
    require(done.returncode == 0 and "proof.htu" not in done.stdout, done.stdout)
    with Server() as server:
        done = sh(TUI, "run", server.url.replace("//", "//ada:p%40w@"), "--headless", *CLIENT, "--record", path("basic.jsonl"), "--resource", server.url + "/r", env=SECRET, check=False)
        expect(done.returncode, 0, done.stdout + done.stderr)
        expect(field(lines("basic.jsonl")[0], "Authorization"), ["Basic YWRhOnBAdw=="], "the metadata's request")
    sh(TUI, "key", "new", "htu.jwk")
    for url, htu in (("https://u:p@api.test/ä?q#f", "https://api.test/%C3%A4"), ("https://bücher.test", "https://xn--bcher-kva.test")):
        expect(claims(sh(TUI, "proof", "--signing-key", "htu.jwk", url).stdout.strip())["htu"], htu, "proof")
