"""How a run ends: a signal says what was sent and recorded, and a recording that is not whole is said beside the verdict."""
import os
import pty
import signal
import subprocess
import time

from lab import ENV, FOLDER, SECRET, TUI, Lab, expect, lines, path, require, sh
from runner import test
from transport import Server, ends, field
from wire import wait_until


def never(stream):
    stream.some()


def ended(words, number, ready, folder=FOLDER, **more):
    """A run that gets a signal once it is ready: status, standard error, seconds."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**ENV, **SECRET}, cwd=folder, **more)
    wait_until(ready, 20, "the run is where it is to be")
    time.sleep(0.1)
    started = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    require(time.monotonic() - started < 3, "it took its time")
    return process.returncode, out, err


@test
def a_signal_says_what_was_sent_and_the_request_on_its_way_is_recorded():
    """SIGINT, SIGTERM and SIGHUP: 128+n, each request with its answer, where the recording is; the last one has no answer."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        name = f"ended-{number.name}.jsonl"
        with Server({"/token": never}) as server:
            status, out, err = ended(server.words("--record", path(name)), number, lambda: "/token" in server.paths())
            expect((status, out), (128 + number, ""), err)
            for words in (f"ended by {number.name}", "/.well-known/openid-configuration (200)", f"POST {server.url}/token (no answer)", f"recorded in {path(name)}"):
                require(words in err, f"{words!r} is not in {err}")
            entries = lines(name)
            last = entries[-1]
            expect((last["request"]["url"], last["failure"]["kind"], "response" in last), (server.url + "/token", "cancelled", False), last)
            require(field(last, "DPoP") and len(entries) == server.paths().index("/token") + 1, entries)
    with Server({"/token": never}) as server:
        status, _, err = ended(server.words("--record", "none"), signal.SIGTERM, lambda: "/token" in server.paths())
        require(status == 143 and "not recorded" in err, f"{status} {err}")
    with Server({"/token": never}) as server:
        status, _, err = ended(server.words("--record", "/dev/full"), signal.SIGTERM, lambda: "/token" in server.paths())
        require(status == 143 and "not recorded: /dev/full" in err, f"{status} {err}")


@test
def a_signal_ends_the_wait_for_a_person():
    """For a login, and for an answer of a run that asks before every request; whoever ignores SIGHUP goes on."""
    with Lab() as lab:
        words = [TUI, "run", lab.issuer, "--client-id", "lab-public", "--grant-type", "authorization_code", "--no-browser", "--resource", lab.gateway + "/get", "--record"]
        status, _, err = ended([*words, path("ended-login.jsonl"), "--headless"], signal.SIGINT, lambda: os.path.exists(path("ended-login.jsonl")) and os.path.getsize(path("ended-login.jsonl")) > 0)
        require(status == 130 and "openid-configuration (200)" in err, f"{status} {err}")
        leader, follower = pty.openpty()
        process = subprocess.Popen([*words, path("ended-plain.jsonl"), "--plain"], stdin=follower, stdout=follower, stderr=follower, env={**ENV, "TERM": "xterm"}, cwd=FOLDER)
        os.close(follower)
        said = b""
        while b"Log in at" not in said and b"3 quits" not in said:
            said += os.read(leader, 4096)
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        expect(process.wait(5), 143, said)
        try:
            while part := os.read(leader, 4096):
                said += part
        except OSError:
            pass
        os.close(leader)
        require(b"ended by SIGTERM; sent: GET" in said and b"recorded in" in said, said)
    with Server({"/token": lambda stream: time.sleep(1)}) as server:
        process = subprocess.Popen(["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *server.words("--record", "none")], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**ENV, **SECRET}, cwd=FOLDER)
        wait_until(lambda: "/token" in server.paths(), 20, "the token request")
        process.send_signal(signal.SIGHUP)
        _, err = process.communicate(timeout=10)
        require(process.returncode == 4 and "ended by" not in err, f"{process.returncode} {err}")


@test
def a_recording_that_is_not_whole_is_said_beside_the_verdict():
    """Every format, and a run that was refused: status 3, with the reason, whatever the verdict."""
    with Server() as server:
        for form in ("text", "json", "junit", "sarif", "tap"):
            done = sh(*server.words("--record", "/dev/full", "--format", form), env=SECRET, check=False)
            require(done.returncode == 3 and "not recorded: /dev/full" in done.stderr and "space" in done.stderr, f"{form}: {done.returncode} {done.stderr}")
        done = sh(*server.words("--record", path("")), env=SECRET, check=False)
        for folder, words in (("/proc/none", "/proc/none: this folder cannot be made: "), (__file__, f"{__file__}: this folder cannot be made: it is no folder")):
            unmade = sh(*server.words(), env={**SECRET, "XDG_STATE_HOME": folder}, check=False)
            require(unmade.returncode == 3 and words in unmade.stderr and not unmade.stdout, f"{folder}: {unmade.returncode} {unmade.stdout}{unmade.stderr}")
        require(done.returncode == 3 and "not recorded" in done.stderr and not done.stdout, f"a folder: {done.returncode} {done.stdout}{done.stderr}")
    with Server({"/token": lambda stream: ends(stream)}) as server:
        done = sh(*server.words("--record", "/dev/full"), env=SECRET, check=False)
        require(done.returncode == 3 and "Empty reply" in done.stderr, f"{done.returncode} {done.stderr}")
