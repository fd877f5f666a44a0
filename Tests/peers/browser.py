"""A page with WebCrypto in a real browser engine, across origins: what it is given, and how its HAR is judged.

The browser is Debian's Chromium, without a window; where it is absent the tests are skipped with a word.
"""
import json
import os
import tempfile

from browser_rig import Browser, PageServer
from keycloak_rig import KEYCLOAK
from lab_rig import LabPart, judged
from runner import Failure, test

FOLDER = tempfile.mkdtemp(prefix="dpop-har-")


def browsed(issuer, resources, client="lab-public", person=("ada", "lovelace"), **settings):
    """The page from its first line to its last: what it found, and the path of the HAR."""
    with PageServer(issuer=issuer, client=client, resources=resources, **settings) as page, Browser() as browser:
        browser.visit(page.origin + "/")
        outcome = browser.log_in(*person)
        har = browser.har()
    path = os.path.join(FOLDER, f"{len(os.listdir(FOLDER))}.har")
    with open(path, "w") as file:
        json.dump(har, file)
    return outcome, path


def requests_of(path):
    with open(path) as file:
        return [(entry["request"]["method"], entry["request"]["url"], entry["response"]["status"]) for entry in json.load(file)["log"]["entries"]]


def is_clean(outcome, path, calls):
    found = (outcome.get("type"), [call["status"] for call in outcome.get("calls", [])])
    if found != ("DPoP", [200] * calls):
        raise Failure(f"the page found {outcome}")
    if judged(path) != (0, 0, []):
        raise Failure(f"judged {judged(path)} with {requests_of(path)}")


@test
def browser_page_gets_a_bound_token_and_a_resource():
    """Three origins: the page's, the IdP's and the gateway's; with preflights, and nonces that the page may read."""
    for options in [(), ("--idp-nonce", "--dpop-use-nonce"), ("--opaque", "--auth-methods", "introspection"), ("--fault", "nonce=rotate")]:
        hops = os.path.join(FOLDER, f"hops-{len(os.listdir(FOLDER))}.jsonl")
        with LabPart(*options, "--record", hops) as lab:
            outcome, path = browsed(lab.issuer, [lab.gateway + "/anything?x=1", lab.gateway + "/get"])
        is_clean(outcome, path, 2)
        echo = json.loads(outcome["calls"][0]["body"])["headers"]
        if not echo["Authorization"].startswith("Bearer ") or "Dpop" in echo or not echo["Origin"].startswith("http://127.0.0.1:"):
            raise Failure(f"the upstream got {echo}")
        preflights = [url for method, url, status in requests_of(path) if method == "OPTIONS" and status == 200]
        if not any("/token" in url for url in preflights) or not any("/anything" in url for url in preflights):
            raise Failure(f"preflights of {preflights}")
        # The lab's own recording of the same: what the browser asked before is in it, and right.
        if judged(hops) != (0, 0, []):
            raise Failure(f"{options}: the lab's recording is judged {judged(hops)}")


@test
def browser_mistakes_are_named():
    """The same page with one thing wrong: refused by the lab, and named first from what the browser sent."""
    wrong = []
    with LabPart() as lab:
        for settings, cause in [({"mistake": "htu"}, "proof.htu"), ({"mistake": "htm"}, "htm.reused"), ({"mistake": "ath"}, "proof.ath"), ({"mistake": "typ"}, "typ.wrong"),
                                ({"mistake": "iat"}, "iat.skew-behind"), ({"scheme": "Bearer"}, "scheme.bearer")]:
            outcome, path = browsed(lab.issuer, [lab.gateway + "/anything"], **settings)
            found = judged(path)
            if outcome.get("calls", [{}])[0].get("status") != 401 or (*found[:2], *found[2][:1]) != (1, 1, cause):
                wrong.append((settings, outcome, found))
    if wrong:
        raise Failure(str(wrong))


@test
def browser_is_kept_out_by_what_it_may_not_do():
    """A gateway without CORS, one that does not allow DPoP, and a nonce that the page may not read."""
    with open(os.path.join(FOLDER, "kong.json"), "w") as file:
        json.dump({"name": "openid-connect", "config": {"auth_methods": ["bearer"], "proof_of_possession_dpop": "strict"}}, file)
    for options, causes in [(("--kong-config", file.name), {"gw.preflight", "htm.preflight"}), (("--fault", "cors=no-dpop"), {"proof.cors"}),
                            (("--fault", "cors=hidden", "--idp-nonce"), {"nonce.cors-hidden"})]:
        with LabPart(*options) as lab:
            outcome, path = browsed(lab.issuer, [lab.gateway + "/anything"])
        status, whys, found = judged(path)
        if outcome.get("calls") or (status, whys) != (1, 1) or found[:1] and found[0] not in causes or not found:
            raise Failure(f"{options}: the page found {outcome}; judged {status} {whys} {found}, expected one of {causes}; {requests_of(path)}")


@test
def keycloak_page_in_a_real_browser():
    """The same page at a real Keycloak's login: userinfo, and the lab's gateway with Keycloak's token; then with one byte wrong."""
    info = KEYCLOAK.ready()
    with LabPart("upstream") as upstream, LabPart("gateway", "--issuer", info.issuer, "--upstream", upstream.upstream) as lab:
        resources = [info.base + "/userinfo", lab.gateway + "/anything?x=1"]
        is_clean(*browsed(info.issuer, resources, "pub", ("ada", "ada")), 2)
        for resource in resources:
            outcome, path = browsed(info.issuer, [resource], "pub", ("ada", "ada"), mistake="htu")
            found = judged(path)
            if [call["status"] for call in outcome.get("calls", [])] != [401] or (*found[:2], *found[2][:1]) != (1, 1, "proof.htu"):
                raise Failure(f"{resource}: the page found {outcome}; judged {found}")
