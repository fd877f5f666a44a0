"""docs/lab.md, line by line: ready line, parts, upstream, recording. More: lab_idp.py, lab_gateway.py, lab_faults.py."""
import json
import os
import signal
import subprocess
import time
import urllib.request

from lab import CLIENT, ENV, LAB, PLAIN, PUBLIC, SECRET, TUI, Lab, Prover, does_not_start, expect, lines, path, require, sh
from runner import test

DISCOVERY_HOPS = ["client → idp", "gateway → idp"] * 2
CALL_HOPS = ["gateway → upstream", "client → gateway"]


# The ready line, and which servers run.


@test
def the_ready_line_names_the_servers_that_run():
    """One line of JSON in the documented order; only the parts that run; --https adds a certificate, gone at the end."""
    with Lab() as lab:
        expect(list(lab.info), ["dpop-lab", "issuer", "idp", "gateway", "upstream", "control"], "members")
        expect(lab.info["dpop-lab"], 1, "version")
        expect(lab.issuer, lab.idp + "/realms/lab", "issuer")
        expect(len({lab.idp, lab.gateway, lab.upstream, lab.info["control"]}), 4, "servers")
    with Lab("--https", "--realm", "other") as lab:
        expect(list(lab.info)[-1], "cacert", "last member")
        expect(lab.issuer, lab.idp + "/realms/other", "issuer")
        require(all(lab.info[name].startswith("https://127.0.0.1:") for name in ("issuer", "gateway", "upstream")), lab.info)
        expect(lab.get(lab.upstream + "/get").status, 200, "a call with the certificate trusted")
        certificate = lab.info["cacert"]
        expect(open(certificate).readline().strip(), "-----BEGIN CERTIFICATE-----", "cacert")
    require(not os.path.exists(certificate), "the certificate stays behind")
    for part, members in [("idp", ["issuer", "idp", "control"]), ("upstream", ["upstream", "control"])]:
        with Lab(part) as lab:
            expect(list(lab.info)[1:], members, part)
    with Lab("gateway", "--issuer", "http://127.0.0.1:9/realms/x", "--upstream", "http://127.0.0.1:9") as lab:
        expect(list(lab.info)[1:], ["gateway", "upstream", "control"], "gateway")


@test
def ports_and_addresses_are_those_asked_for():
    """A port given is the port taken; one that is taken is an error with its reason, and no ready line."""
    with Lab("upstream") as lab:
        port = lab.upstream.split(":")[-1]
        done = sh(LAB, "upstream", "--upstream-port", port, check=False)
        require(done.returncode == 4 and not done.stdout and done.stderr, f"a taken port: {done.returncode} {done.stdout}{done.stderr}")
    for part in ("idp", "gateway", "upstream"):
        with Lab(part, f"--{part}-port", port, "--host", "127.0.0.1") as lab:
            require(lab.info[part].endswith(":" + port), lab.info)
    with Lab("upstream", "--host", "127.0.0.2") as lab:
        expect(lab.get(lab.upstream + "/get").status, 200, lab.upstream)


@test
def three_parts_alone_make_one_lab():
    """`dpop-lab gateway --issuer … --upstream …` stands before an IdP and an upstream of other processes."""
    with Lab("idp") as idp, Lab("upstream") as upstream, Lab("gateway", "--issuer", idp.issuer, "--upstream", upstream.upstream) as gateway:
        idp.run(*CLIENT, "--resource", gateway.gateway + "/anything", env=SECRET).expect(*PLAIN)
    prover = Prover()
    with Lab("idp") as idp, Lab("gateway", "--issuer", idp.issuer, "--upstream", "http://127.0.0.1:9") as gateway:
        token = idp.token(prover=prover)
        expect(gateway.call(prover, token).status, 502, "an upstream that does not listen")
    with Lab("gateway", "--issuer", "http://127.0.0.1:9/realms/lab", "--upstream", "http://127.0.0.1:9") as gateway:
        expect(gateway.call(prover, token).status, 500, "an IdP that does not listen")


@test
def wrong_usage_is_exit_status_2():
    does_not_start("everything", words="everything")
    does_not_start("--profile", "rfc", words="keycloak")
    does_not_start("--fault", "nonsense", words="unknown fault 'nonsense'")
    does_not_start("--fault", "jkt=sha512", words="der, kid, hex, padded, noncanonical, other")
    does_not_start("--fault", "reset=1", words="takes no value")
    does_not_start("--fault", "status=99", words="fault 'status'")
    does_not_start("--fault", "clock=20s", words="fault 'clock'")
    does_not_start("--proof_of_possession_dpop", "always", words="strict, optional")
    does_not_start("--auth_methods", "nonsense", words="nonsense")
    does_not_start("--clients", "/nowhere/clients.json", words="/nowhere/clients.json", status=3)
    does_not_start("--kong-config", "/nowhere/kong.json", words="/nowhere/kong.json", status=3)


# The upstream.


@test
def the_upstream_echoes_and_answers_what_is_asked():
    """/get, /post, /put, /delete, /patch, /anything, /headers, /status/N, /delay/N, and 404 and 405 for the rest."""
    with Lab("upstream") as lab:
        for method in ("get", "post", "put", "delete", "patch"):
            expect(lab.get(f"{lab.upstream}/{method}", method=method.upper()).status, 200, method)
            expect(lab.get(f"{lab.upstream}/{method}", method="PROPFIND").status, 405, method)
        echo = lab.get(lab.upstream + "/anything?a=1&b=x%20y", '{"k":[1]}', {"Content-Type": "application/json", "X-One": "1"}).json
        expect((echo["args"], echo["json"], echo["data"], echo["method"]), ({"a": "1", "b": "x y"}, {"k": [1]}, '{"k":[1]}', "POST"), "an echo")
        expect(echo["headers"]["X-One"], "1", "a field")
        expect(lab.get(lab.upstream + "/post", {"f": "ä &"}).json["form"], {"f": "ä &"}, "a form")
        for status in (200, 204, 304, 418, 500, 599):
            expect(lab.get(f"{lab.upstream}/status/{status}").status, status, "status")
        for where, status in [("/status/99", 400), ("/status/x", 400), ("/delay/x", 400), ("/nothing", 404), ("/", 404)]:
            expect(lab.get(lab.upstream + where).status, status, where)
        started = time.monotonic()
        expect(lab.get(lab.upstream + "/delay/0.3").status, 200, "delay")
        require(time.monotonic() - started >= 0.3, "the delay was none")


# Recording.


def hops(name):
    return [f"{line['hop']['from']} → {line['hop']['to']}" for line in lines(name)]


@test
def every_hop_is_recorded_before_its_answer_goes_out():
    """When an answer is here, its hops are on disk, in their order, each named, with the gateway's checks; dpop-tui reads the file."""
    prover = Prover()
    with Lab("--record", path("hops.jsonl")) as lab:
        token = lab.token(prover=prover)
        expect(hops("hops.jsonl"), ["client → idp"], "after the token")
        reply = lab.call(prover, token, "/anything?x=1", "body=1")
        expect(hops("hops.jsonl")[1:], DISCOVERY_HOPS + CALL_HOPS, "after the first call")
        last = lines("hops.jsonl")[-1]
        for check in ("token.signature", "token.time", "request.scheme", "proof.signature", "proof.htu", "proof.jti"):
            require(any(said["check"] == check and said["passes"] for said in last["reported"]), f"{check} is not in {last['reported']}")
        expect((last["request"]["url"], last["response"]["status"]), (lab.gateway + "/anything?x=1", 200), "the last line")
        upstream = lines("hops.jsonl")[-2]
        expect((upstream["request"]["url"], upstream["request"].get("body"), upstream["response"]["body"]), (lab.upstream + "/anything?x=1", "body=1", reply.body), "the call of the upstream")
        expect(lab.call(Prover(), token).status, 401, "another key")
        expect(hops("hops.jsonl")[7:], ["client → gateway"], "after a refusal")
        reported = lines("hops.jsonl")[-1]["reported"]
        expect(([said["check"] for said in reported if not said["passes"]], bool(reported[-1]["words"])), (["proof.binding"], True), f"the refusal's checks: {reported}")
        for number in range(20):
            lab.call(prover, token)
            expect(hops("hops.jsonl")[8 + 2 * number:], CALL_HOPS, "after a call")
        lab.run(*PUBLIC, "--grant-type", "password", "--username", "ada", "--password", "env:SECRET", env={"SECRET": "lovelace"}).expect(*PLAIN)
    sh(TUI, "check", path("hops.jsonl"), check=False)
    with Lab("upstream", "--record", path("hops.jsonl")) as lab:  # appends
        lab.get(lab.upstream + "/get")
        expect(hops("hops.jsonl")[-1], "gateway → upstream", "an upstream alone")
        require(len(lines("hops.jsonl")) > 45, "the file was begun anew")
    does_not_start("--record", "/nowhere/x.jsonl", words="/nowhere/x.jsonl", status=3)


@test
def the_lab_ends_with_its_starter_and_on_either_signal():
    """SIGTERM and SIGINT end it with status 0, and so does the end of its starter's pipe."""
    for number in (signal.SIGTERM, signal.SIGINT):
        with Lab() as lab:
            lab.process.send_signal(number)
            expect(lab.process.wait(10), 0, f"status after {number.name}")
    with Lab() as lab:
        lab.process.stdin.close()
        expect(lab.process.wait(10), 0, "status after the end of the pipe")


@test
def what_cannot_be_written_is_exit_status_3():
    """A full disk: the ready line, the list of faults, and a recording that breaks off, which is said once and does not stop the lab."""
    for words in ((), ("--fault", "list"), ("--help",)):
        with open("/dev/full", "w") as full:
            done = subprocess.run([LAB, *words], stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, text=True, env=ENV, timeout=20)
        expect((done.returncode, "No space left" in done.stderr), (3, True), f"{words}: {done.stderr}")
    process = subprocess.Popen([LAB, "upstream", "--record", "/dev/full", "--until-stdin-closes"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENV)
    url = json.loads(process.stdout.readline())["upstream"]
    for _ in range(3):
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url + "/get", timeout=10) as answer:
            expect(answer.status, 200, "beside a full disk")
    _, said = process.communicate(timeout=20)
    expect((process.returncode, said.count("the recording is not whole: No space left")), (3, 2), said)
