"""What strangers write, on every command, and servers that mean no good: run.py BIN [test…].

Every run has a number, and the number and DPOP_SEED make its input: DPOP_ONLY=17 repeats run 17 alone. DPOP_RUNS says how
many; 300, or 2,000 on CI. A run must end with a status that is documented, without a signal, without a control character
in what it says, within 5 s of processor time and 500 MB.
"""
import atexit
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
from mutate import NASTY, Hand, samples
from runner import Failure, run, test
from servers import Servers

TUI = os.path.join(os.path.abspath(sys.argv[1]), "dpop-tui")
FOLDER = tempfile.mkdtemp(prefix="dpop-hostile-")
KEPT = os.path.join(tempfile.gettempdir(), "dpop-hostile-found")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
CI = os.environ.get("CI") == "true"
RUNS = int(os.environ.get("DPOP_RUNS", 2000 if CI else 300))
SEED = os.environ.get("DPOP_SEED", "9449")
ONLY = os.environ.get("DPOP_ONLY")
DOCUMENTED = (0, 1, 2, 3, 4, 5, 130)
SECONDS, MEGABYTES, PATIENCE = 5, 500, 40
SAMPLES = samples()
WORDS = ["", "text", "json", "--", "-", "--format", "9449", "1e9", "-1", "+40s", "../x", "a=b", "--profile", "kong", "ath.prefix", "env:NOTHING", "@nowhere", "\x1b[2J", "\u202e", "=", "--x=" + "y" * 3000]

# A crash leaves its status: no core, no backtrace, no disk full of output.
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))


def said_badly(text):
    """The first character that a terminal might obey."""
    for character in text:
        if character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp"):
            return character
    return None


class Case:
    """One run: its folder, its random numbers, the command's words."""

    def __init__(self, kind, number):
        self.name = f"{kind}-{number}"
        self.random = random.Random(f"{SEED}-{self.name}")
        self.hand = Hand(self.random)
        self.folder = os.path.join(FOLDER, self.name)
        os.mkdir(self.folder)
        self.input = b""
        self.env = {"PATH": os.environ["PATH"], "HOME": self.folder, "XDG_CONFIG_HOME": self.folder, "XDG_STATE_HOME": self.folder, "TMPDIR": self.folder, "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
                    "SECRET": "s3cret", "DPOP_TUI_HTTP_TIMEOUT": "1"}

    def file(self, kind, name="input"):
        """A spoilt sample of the kind; now and then one of another."""
        if self.random.random() < 0.03:
            kind = self.random.choice(list(SAMPLES))
        return self.written(self.hand(self.random.choice(SAMPLES[kind])), name)

    def written(self, data, name):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
        return name

    def word(self):
        """Text as a command line takes it: without a zero byte."""
        return self.hand(self.random.choice(SAMPLES["token"])).replace(b"\0", b"")[:100_000]

    def run(self, words):
        """Why the run is not as it has to be; None when it is."""
        out = open(os.path.join(self.folder, ".out"), "w+b")
        with out, open(os.path.join(self.folder, ".in"), "w+b") as stdin:
            stdin.write(self.input)
            stdin.seek(0)
            process = subprocess.Popen([TUI, *words], stdin=stdin, stdout=out, stderr=out, cwd=self.folder, env=self.env)
            late = threading.Timer(PATIENCE, process.kill)
            late.start()
            _, status, used = os.wait4(process.pid, 0)
            late.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            text = out.read()
        return self.judged(process.returncode, used, text)

    def judged(self, status, used, text):
        tail = text[-1500:].decode(errors="replace")
        if status not in DOCUMENTED:
            return f"status {status}: {tail}"
        if used.ru_utime + used.ru_stime > SECONDS:
            return f"{used.ru_utime + used.ru_stime:.1f} s of processor time"
        if used.ru_maxrss > MEGABYTES << 10:
            return f"{used.ru_maxrss >> 10} MB"
        try:
            bad = said_badly(text.decode())
        except UnicodeDecodeError as error:
            return f"said what is no UTF-8: {error}: {text[max(0, error.start - 60):error.start + 20]!r}"
        if bad:
            at = text.decode().index(bad)
            return f"said {bad!r}: {text.decode()[max(0, at - 80):at + 20]!r}"
        return None


def command(case):
    """The words of a command, with its files written."""
    pick, file = case.random.choice, case.file
    profile = ["--profile", pick(["kong", "keycloak", "fapi2", "okta"])] if case.random.random() < 0.3 else []

    def settings():
        case.env["DPOP_TUI_CONFIG"] = os.path.join(case.folder, file("settings", "config.toml"))
        if case.random.random() < 0.5:
            file("settings", "dpop-tui.toml")
        return pick([["config", "check"], ["config", "path"], ["config", "allow"], ["run", "--headless", "staging", "--token-endpoint", "http://127.0.0.1:1/t"], ["kong-config", "--profile-name", "base"]])

    def themes():
        file("theme", "dpop-tui/themes/mine.toml")
        return pick([["themes"], ["render", "--theme", "mine", "--size", "80x24"]])

    def piped(*words):
        case.input = case.hand(pick(SAMPLES[pick(["capture", "capture", "token", "key"])]))
        return [*words]

    return pick([
        lambda: ["why", file("capture"), *profile],
        lambda: piped("why"),
        lambda: ["why", case.word(), "--url", "https://api.test/r", "--nonce", "n"],
        lambda: ["check", "--format", pick(["text", "json", "junit", "sarif", "tap"]), file("capture"), *profile],
        lambda: ["check", "-v", "--clock", pick(["now", "+40s", "capture", "1e300s"]), file("capture"), file("capture", "b\x1b[2Jc")],
        lambda: ["open", "--plain", file("capture")],
        lambda: ["render", "--size", pick(["80x24", "1x1", "200x60", "40x12"]), "--keys", pick(["", "nnn1", "nnnn2", "nnnnn3", "nnn4jjj", "5", "6G", "?", "v4", "/a<enter>n", "Dnn", "LL"]), file("capture")],
        lambda: ["ledger", file("capture"), *profile],
        lambda: ["diff", file("capture"), *pick([[], ["4"], ["3", "9"]])],
        lambda: ["decode", case.word(), *pick([[], ["--json"], ["--reveal"]])],
        lambda: piped("decode", *pick([[], ["--json"]])),
        lambda: ["doctor", file("config"), *pick([[], [file("config", "other.yaml")]])],
        lambda: ["convert", file("capture"), "--to", pick(["har", "lines"]), *pick([["-o", "out"], ["-o", "input", "--force"]])],
        lambda: ["compare", file("capture"), "--key", file("key", "k.jwk")],
        lambda: ["key", "thumbprint", *pick([[], ["--explain"], ["--uri"]]), file("key")],
        lambda: ["proof", "--signing-key", file("key"), pick(["https://api.test/r?a=1#b", case.word()]), *pick([[], ["--iat", "1e19"], ["--nonce", case.word()[:500]]])],
        lambda: ["explain", pick([case.word()[:200], "ath.prefix"])],
        settings, settings, themes,
        lambda: [pick(["check", "why", "run", "decode", "config", "lab", "doctor", "key", "themes", "explain", "render"]), "--help", *case.random.sample(WORDS, 3)],
        lambda: [pick(["check", "why", "decode", "key", "config", "diff", "render", "proof", ""]), *case.random.sample(WORDS, case.random.randrange(4))],
    ])()


def in_two_lanes(kind, count, one):
    """`one(number)` for each, two at a time; fails with the first few that are not as they have to be."""
    numbers = iter([int(ONLY)] if ONLY else range(count))
    lock, found = threading.Lock(), []

    def lane():
        while len(found) < 5:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            case = Case(kind, number)
            try:
                words = one(case)
                problem = case.run(words)
            except Exception as error:
                words, problem = [], f"{type(error).__name__}: {error}"
            if problem:
                kept = os.path.join(KEPT, case.name)
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(case.folder, kept, ignore_dangling_symlinks=True)
                found.append(f"{case.name} of seed {SEED}: {str(words)[:600]}: {problem}\n        its files are in {kept}")
            shutil.rmtree(case.folder, ignore_errors=True)

    lanes = [threading.Thread(target=lane) for _ in range(2)]
    for thread in lanes:
        thread.start()
    for thread in lanes:
        thread.join()
    if found:
        raise Failure("\n    ".join(["", *found]))


@test
def files_that_strangers_wrote():
    in_two_lanes("file", RUNS * 17 // 20, command)


@test
def servers_that_mean_no_good():
    servers = Servers(SEED, NASTY)

    def one(case):
        base = f"{servers.url}/{case.name}"
        return ["run", base, "--headless", "--record", "none", "--no-browser", "--resource", f"{base}/resource", "--client-id", "app", *case.random.choice([
            ["--client-secret", "env:SECRET"], ["--client-secret", "env:SECRET", "--auth-method", "client_secret_jwt"], ["--grant-type", "device"], ["--grant-type", "password", "--username", "u", "--password", "env:SECRET"],
            ["--grant-type", "refresh_token", "--refresh-token", "r", "--allow-bearer"]]), "--format", case.random.choice(["text", "json", "tap"]), *case.random.choice([[], ["--then", "introspection"], ["--then", "userinfo"]])]

    in_two_lanes("server", RUNS - RUNS * 17 // 20, one)


if __name__ == "__main__":
    run("hostile", sys.argv[2:])
