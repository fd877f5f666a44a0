"""A login at the real Keycloak's own page, with a person played by a script: taken, refused, too late, and led astray on the way back."""
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request

from keycloak_rig import KEYCLOAK, log_in, said, tui, why
from runner import Failure, test


def browse(url):
    """The status and the page that a browser is shown at the loopback address."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def changed(url, **members):
    """The URL with other members in its query; None takes one out."""
    parts = urllib.parse.urlsplit(url)
    query = {**dict(urllib.parse.parse_qsl(parts.query)), **members}
    return parts._replace(query=urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})).geturl()


class Login:
    """A headless run of the code grant as `client` up to its login; `ends` says how it ended."""

    def __init__(self, name, *words, client="pub", issuer=None, **secrets):
        self.record = f"{KEYCLOAK.folder}/{name}.jsonl"
        self.started = time.monotonic()
        more = ("--client-secret", "env:SECRET") if client in ("conf", "par") else ()
        self.process = tui("run", issuer or KEYCLOAK.issuer, "--headless", "--no-browser", "--grant-type", "authorization_code", "--scopes", "openid", "--client-id", client, *more,
                           "--resource", KEYCLOAK.base + "/userinfo", "--record", self.record, *words, SECRET=f"s3cret-{client}", **secrets)
        self.heard, self.url = "", None
        while not self.url:
            line = self.process.stderr.readline()
            if not line:
                raise Failure(f"no login is asked for: {self.heard} {self.process.stdout.read()}")
            self.heard += line
            found = re.search(r"log in at (\S+)", line)
            self.url = found and found[1]

    def ends(self):
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, self.heard + err

    def is_redeemed(self):
        with open(self.record) as file:
            return any(json.loads(line)["request"]["url"].endswith("/token") for line in file)


def expect_stopped(login, words, cause):
    """Status 1 with these words and no PASS, no code sent on, and why and check of the recording name the cause."""
    status, out, err = login.ends()
    if status != 1 or words not in err or "PASS" in out or login.is_redeemed():
        raise Failure(f"expected 1 and {words!r}: {status} {out} {err}, redeemed: {login.is_redeemed()}")
    whys, first, whole = why(login.record)
    if (whys, first, said("check", login.record)[0]) != (1, cause, 1):
        raise Failure(f"why: {whys} {first} of {whole}; expected {cause}")


@test
def keycloak_login_at_its_own_page():
    """Public and confidential, with and without PAR, by a bare issuer and by either whole address of its metadata."""
    info = KEYCLOAK.ready()
    root, realm = info.issuer.split("/realms/")
    table = [("pub", (), None), ("conf", (), None), ("par", ("--par",), None), ("pub", (), f"{info.issuer}/.well-known/openid-configuration"),
             ("pub", (), f"{root}/.well-known/oauth-authorization-server/realms/{realm}")]
    for number, (client, words, issuer) in enumerate(table):
        login = Login(f"login-{number}", *words, client=client, issuer=issuer)
        status, page = browse(log_in(login.url))
        if status != 200 or "dpop-tui has the code" not in page:
            raise Failure(f"{client}: {status} {page}")
        status, out, err = login.ends()
        if status != 0 or "PASS" not in out or why(login.record)[0] != 0:
            raise Failure(f"{client} {words} {issuer}: {status} {out} {err} {why(login.record)}")


@test
def keycloak_login_that_nobody_ends():
    KEYCLOAK.ready()
    login = Login("late", "--login-timeout", "1")
    back = log_in(login.url)  # The person is there, and the browser never comes back.
    status, out, err = login.ends()
    if status != 4 or "within 1 s (--login-timeout)" not in err or "PASS" in out or login.is_redeemed() or time.monotonic() - login.started > 20:
        raise Failure(f"{status} {out} {err} {back}")
    whys, _, whole = why(login.record)
    if whys != 1 or said("check", login.record)[0] != 1:
        raise Failure(f"why of a login without an end: {whys} {whole}")


@test
def keycloak_login_led_astray():
    """Its real way back, with another state, another or no iss, or a refusal of the person's: the code is never sent on."""
    KEYCLOAK.ready()
    table = [
        ("state", {"state": "another"}, "the redirect's state is 'another'", "authorization.state", "Wrong state"),
        ("no-state", {"state": None}, "answers another request", "authorization.state", "Wrong state"),
        ("iss", {"iss": KEYCLOAK.issuer + "-evil"}, "another server sent it", "authorization.iss", "Wrong issuer"),
        ("no-iss", {"iss": None}, "promises one", "authorization.iss", "Wrong issuer"),
        ("error", {"code": None, "error": "access_denied", "error_description": "<b>no</b>"}, "access_denied, <b>no</b>", "authorization.refused", "&lt;b&gt;no&lt;/b&gt;"),
    ]
    for name, members, words, cause, page_says in table:
        login = Login(f"astray-{name}")
        status, page = browse(changed(log_in(login.url), **members))
        if status != 400 or page_says not in page or "<b>" in page:
            raise Failure(f"{name}: {status} {page}")
        expect_stopped(login, words, cause)


@test
def keycloak_login_refused_by_keycloak_itself():
    """A real redirect with error=: PKCE that the client must use and does not."""
    KEYCLOAK.ready()
    login = Login("refused", "--no-pkce", client="pkce")
    status, page = browse(log_in(login.url))
    if status != 400 or "invalid_request" not in page:
        raise Failure(f"{status} {page}")
    expect_stopped(login, "invalid_request", "authorization.refused")


@test
def keycloak_at_the_wrong_base_path():
    """/auth in front of /realms, which Keycloak has had no more since 17."""
    info = KEYCLOAK.ready()
    wrong = info.issuer.replace("/realms/", "/auth/realms/")
    record = f"{info.folder}/base.jsonl"
    status, out, err = said("run", wrong, "--headless", "--client-id", "pub", "--record", record)
    if status != 1 or "is it /realms/" not in err or why(record)[1] != "as.base-path":
        raise Failure(f"{status} {out} {err} {why(record)}")
    status, out, err = said("run", info.issuer + "-none", "--headless", "--client-id", "pub", "--record", "none")
    if status != 1 or "Realm does not exist" not in err or "is it" in err:
        raise Failure(f"a realm that is not there: {status} {out} {err}")
