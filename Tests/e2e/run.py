#!/usr/bin/env python3
"""The program in a real terminal (tmux): what people do, and what the terminal is like afterwards. Waits for content, never sleeps blindly.

Usage: run.py PATH-TO-DPOP-TUI [NAME...]
"""
import base64
import fcntl
import html
import http.server
import json
import os
import pty
import re
import signal
import ssl
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import runner
from runner import Failure, test

BINARY = os.path.abspath(sys.argv[1])
ONLY = sys.argv[2:]



class Terminal:
    """One tmux session with a shell in it."""

    count = 0

    def __init__(self, width=120, height=40, env=None):
        Terminal.count += 1
        self.socket = f"dpop-tui-e2e-{os.getpid()}-{Terminal.count}"
        self.folder = tempfile.mkdtemp(prefix="dpop-e2e-")
        base = {"PATH": os.environ["PATH"], "HOME": self.folder, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": self.folder,
                "PS1": "$ ", "TMPDIR": self.folder, "XDG_RUNTIME_DIR": self.folder}
        base.update(env or {})
        pairs = [f"{k}={v}" for k, v in base.items() if v is not None]
        self.tmux("-f", "/dev/null", "new-session", "-d", "-s", "t", "-x", str(width), "-y", str(height),
                  "env", "-i", "TERM=" + base.get("TERM", "screen-256color"), *pairs, "bash", "--norc", "--noprofile")
        self.tmux("set-option", "-g", "set-clipboard", "on")
        self.wait(r"^\$")

    def tmux(self, *words):
        done = subprocess.run(["tmux", "-L", self.socket, *words], capture_output=True, text=True)
        return done.stdout

    def screen(self, colours=False):
        return self.tmux("capture-pane", "-p", *(["-e"] if colours else []), "-t", "t")

    def wait(self, pattern, seconds=10, absent=False):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = re.search(pattern, self.screen(), re.M) is not None
            if found != absent:
                return
            time.sleep(0.02)
        raise Failure(f"{'still there' if absent else 'not there'}: {pattern!r}\n{self.screen()}")

    def type(self, *keys):
        self.tmux("send-keys", "-t", "t", *keys)

    def run(self, command, pattern=None):
        if command.startswith("clear; "):
            # What stood there before must not be taken for what the command says.
            command = command.removeprefix("clear; ")
            self.type("clear", "Enter")
            self.wait(r"\A\$\s*\Z")
        self.type(command, "Enter")
        if pattern:
            self.wait(pattern)

    def open(self, arguments="", pattern="dpop-tui  sample"):
        """Flow 1 of the sample, at its first step."""
        self.flow_one(f"{BINARY} open --sample {arguments}", pattern)

    def flow_one(self, command, pattern="dpop-tui  sample"):
        """A command that opens several flows, and then the first of them."""
        self.run(command, r"12345678|cause$")
        self.type(":flow 1", "Enter")
        self.wait(r"\b1/[0-9]+ ")
        self.wait(pattern)

    def pid(self):
        shell = self.tmux("display-message", "-p", "-t", "t", "#{pane_pid}").strip()
        return int(subprocess.run(["pgrep", "-P", shell], capture_output=True, text=True).stdout.split()[0])

    def is_sane(self):
        """The shell has the terminal back: echo is on, the screen is the normal one, lines end as they should."""
        self.wait(r"^\$ *$")
        self.type("stty -a | tr ';' '\\n' | grep -c -w -e '-echo' -e '-icanon' -e '-isig' -e '-onlcr'; echo sane $((20+22))", "Enter")
        self.wait(r"^sane 42")
        if not re.search(r"^0\s+sane 42", self.screen(), re.M):
            raise Failure("the terminal modes were not given back\n" + self.screen())
        if self.tmux("display-message", "-p", "-t", "t", "#{alternate_on}").strip() != "0":
            raise Failure("still on the alternate screen")
        if self.tmux("display-message", "-p", "-t", "t", "#{cursor_flag}").strip() != "1":
            raise Failure("the cursor is hidden")

    def close(self):
        self.tmux("kill-server")


def approve(screen, words):
    """Does what the screen asks a person to do on another device."""
    code, url = re.search(words, screen).groups()
    data = urllib.parse.urlencode({"user_code": code, "username": "grace", "password": "hopper"}).encode()
    urllib.request.urlopen(url.split("?")[0], data, timeout=10).read()


def program(t, name, text):
    """A program of that name in the test's folder, for its editor, its pager or its browser."""
    with open(f"{t.folder}/{name}", "w") as file:
        file.write(text)
    os.chmod(f"{t.folder}/{name}", 0o700)


@test
def walks_the_whole_flow(t):
    t.open()
    for step in ["2/8", "3/8", "4/8", "5/8", "5a/8", "5b/8", "6/8", "7/8", "8/8"]:
        t.type("n")
        t.wait(rf"step {step} ")
    t.type("n")
    t.wait("this is the last step")
    t.type("p")
    t.wait("step 7/8 ")
    t.type(":4", "Enter")
    t.wait("step 4/8 ")
    for key, title in [("2", "JOSE header"), ("3", "Claims|Opaque|No token"), ("4", "MATCH"), ("5", "GET http"), ("6", "200 OK"), ("7", "request")]:
        t.type(key)
        t.wait(title)
    t.type("?")
    t.wait("next step")
    t.type("q")
    t.wait("next step", absent=True)
    t.type("q")
    t.wait("4 flows")
    t.type("q")
    t.wait(r"^\$ *$")
    t.is_sane()


@test
def a_failure_leads_to_its_bytes(t):
    t.open()
    t.type("}", "F")
    t.wait("FAIL +The proof does not name the access token")
    t.type("Tab", "Enter")
    t.wait(r"proof\.payload")
    t.wait("lit: 0, 97 bytes")
    t.type("Q")
    t.is_sane()


@test
def step_8_says_all_of_its_sentence_and_names_the_step_that_explains_it(t):
    # At 120 columns the sentence was clipped, and a diagnosed flow's answer said "Nothing here explains it".
    t.open()
    t.type("}", "}", "}", "G")
    t.wait("step 8/8")
    pane = " ".join(" ".join(line.split("│")[-1] for line in t.screen().splitlines()).split())
    for words in ["Refused: 401 invalid_token: Unauthorized. Step 4 explains it.", "The proof is signed with another key than the token request's.", "F goes to step 4"]:
        if words not in pane:
            raise Failure(f"{words!r} is not all on the screen:\n{t.screen()}")
    t.wait("Nothing .*explains", absent=True)
    t.type("F")
    t.wait("step 4/8")
    t.type("Q")
    t.is_sane()


@test
def a_wrong_thumbprint_is_the_tokens_not_the_proofs(t):
    # `jkt=der`: the key's own thumbprint is what must be, the token's is what is.
    t.run(f"cd {t.folder}; {BINARY} run --headless --fault jkt=der --record der.jsonl > out 2>&1; echo done-$?", r"^done-1")
    t.run(f"clear; {BINARY} der.jsonl", r"der\.jsonl.* ✗ FAIL ")
    t.type("F")
    t.wait("step 3/8")
    t.wait(r"3 token +B \S{43} ≠ miscomputed")
    t.wait(r"✗ cnf +key B, \S+ +key A, of the proof")
    t.type("n")
    t.wait(r"✓ jwk +EC P-256, key A")
    t.type("Q")
    t.is_sane()


@test
def the_step_list_is_a_strip_on_small_screens(t):
    t.tmux("resize-window", "-t", "t", "-x", "80", "-y", "24")
    t.open(pattern=r"^ sample .*✓ PASS")
    t.type("}", "}", "}", "F")
    t.wait(r"^ +1✓ +2✓ +3✓ ▸4✗ +5✗")
    t.wait(r"4 proof +B \S{43} ≠ another key")
    t.wait(r"^ +fix  ")
    t.tmux("resize-window", "-t", "t", "-x", "40", "-y", "12")
    t.wait(r"4 proof +B \S{8}…\S{8} ≠ at \d")
    t.type("Q")
    t.is_sane()


@test
def a_thumbprint_leads_to_its_arithmetic_and_its_bytes(t):
    t.open()
    t.type("}", "}", "}", "F", "Tab", "j", "j", "j", "Enter")
    t.wait("how the thumbprint is made")
    t.type("Enter")
    t.wait(r"proof\.header")
    t.wait("lit: ")
    t.type("Q")
    t.is_sane()


@test
def resizes_at_any_moment(t):
    t.open()
    for width, height in [(80, 24), (40, 12), (200, 50), (20, 5), (2, 2), (120, 40)]:
        t.tmux("resize-window", "-t", "t", "-x", str(width), "-y", str(height))
        if width >= 80:
            t.wait("1 Step")
    t.wait(r"clock: capture")
    t.type("Q")
    t.is_sane()


@test
def suspends_and_comes_back(t):
    t.open()
    t.type("n")
    t.wait("step 2/8")
    t.type("C-z")
    t.wait("Stopped")
    t.is_sane()
    t.run("fg", "step 2/8")
    t.type("n")
    t.wait("step 3/8")
    t.type("Q")
    t.is_sane()


@test
def gives_the_terminal_back_on_sigterm(t):
    t.open()
    os.kill(t.pid(), 15)
    t.wait(r"^\$ *$")
    t.run("echo status $?", "status 143")
    t.is_sane()


@test
def gives_the_terminal_back_on_a_swift_trap(t):
    t.open()
    t.type(":trap!", "Enter")
    t.wait("trap! was typed")
    t.wait(r"^\$ *$")
    t.is_sane()


@test
def a_capture_that_is_shortened_while_it_is_open(t):
    entry = {"startedDateTime": "2026-11-22T08:00:00.000Z", "time": 1, "request": {"method": "GET", "url": "https://api.test/x", "httpVersion": "HTTP/1.1", "headers": []},
             "response": {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "headers": [], "content": {"size": 3000, "text": "x" * 3000}}}
    path = f"{t.folder}/long.har"
    with open(path, "w") as file:
        json.dump({"log": {"version": "1.2", "entries": [entry] * 1000}}, file)
    t.run(f"{BINARY} {path}", "q quit")
    os.truncate(path, 0)
    t.type("G")
    t.wait("the capture was shortened while it was read")
    t.run("echo status $?", "status 3")
    t.is_sane()


@test
def sighup_ends_it(t):
    t.open()
    pid = t.pid()
    os.kill(pid, 1)
    t.wait(r"^\$ *$")
    t.run("echo status $?", "status 129")


@test
def ctrl_c_quits(t):
    t.open()
    t.type("C-c")
    t.wait(r"^\$ *$")
    t.is_sane()


@test
def copies_by_osc_52_and_says_so(t):
    t.open()
    t.type("n", "y")
    t.wait("copied the URL by OSC 52")
    end = time.monotonic() + 5
    while "openid-connect/token" not in t.tmux("show-buffer"):
        if time.monotonic() > end:
            raise Failure("nothing reached tmux's clipboard")
        time.sleep(0.02)
    t.type("Q")


@test
def opens_the_pager_and_returns(t):
    t.close()
    t.__init__(env={"PAGER": "sh -c 'head -3 \"$1\"; echo PAGER; read x' x"})
    t.open()
    t.type("e")
    t.wait("PAGER")
    t.type("Enter")
    t.wait("clock: capture")
    left = [n for n in os.listdir(t.folder) if n.startswith("dpop-tui-")]
    if left:
        raise Failure(f"files left behind: {left}")
    t.type("Q")
    t.is_sane()


@test
def a_pagers_keys_are_its_own(t):
    program(t, "pager", "#!/bin/bash\ntrap 'echo INTERRUPTED' INT\necho PAGER\nread x || read x\nread x\n")
    t.flow_one(f"PAGER={t.folder}/pager {BINARY} open --sample")
    t.type("e")
    t.wait("PAGER")
    t.type("C-c")
    t.wait("INTERRUPTED")
    t.type("C-z")
    t.wait("Stopped")
    t.run("fg", "fg")
    time.sleep(0.7)  # what a signal would have ended is gone by now
    t.type("Enter", "Enter", "Enter")
    t.wait("clock: capture")
    t.type("n")
    t.wait("step 2/8")
    t.type("Q")
    t.is_sane()


def pasted(t, text):
    """What a terminal sends for a paste, between the marks that bracketed paste has."""
    path = os.path.join(t.folder, "pasted.txt")
    with open(path, "w") as file:
        file.write(text)
    t.tmux("load-buffer", path)
    t.tmux("paste-buffer", "-p", "-t", "t")


@test
def a_pasted_request_is_told_and_then_opened(t):
    head = "".join(f"X-Long-{n}: {'a' * 900}\n" for n in range(60))
    request = f"GET /items HTTP/1.1\nHost: api.test\nDPoP: a.b.c\n{head}\nHTTP/1.1 401 Unauthorized\n\n"
    t.open()
    t.type("P")
    t.wait("paste it here")
    t.type("Escape")
    t.wait("nothing was pasted")
    pasted(t, "no request at all, nor anything like it")
    t.wait("no form that is read")
    t.type("Escape")
    t.wait("nothing was pasted")
    # Larger than what a terminal hands over at once, and without P.
    pasted(t, request)
    t.wait("read as transcript: 1 exchange; Enter opens it")
    t.type("Enter")
    t.wait("opened as a new capture")
    t.wait("pasted 1")
    t.type("q")
    t.wait("5 flows .*✗ 3")
    t.type("q")
    t.is_sane()


@test
def why_says_what_may_be_pasted(t):
    token = "eyJ" + "a" * 9000
    t.run(f"{BINARY} why", "paste a request.*; end it with Ctrl-D")
    # A line that a terminal which collects lines would cut.
    pasted(t, f"GET /items HTTP/1.1\nHost: api.test\nAuthorization: DPoP {token}.b.c\nDPoP: a.b.c\n\nHTTP/1.1 401 No\n\n")
    t.wait("HTTP/1.1 401 No")
    t.type("C-d")
    t.wait("proof.wellformed")
    t.is_sane()
    t.run(f"clear; {BINARY} decode", "paste a token")
    t.type("C-c")
    t.is_sane()


@test
def all_flows_at_a_glance(t):
    t.run(f"{BINARY} open --sample", "dpop-tui  sample   4 flows   ✗ 2   ! 0   ✓ 2")
    t.wait("^▸✗ 2 .* 401  ath.missing$")
    t.type("F")
    t.wait("^▸✗ 4 .*key.two-keys$")
    t.type("Enter")
    t.wait("✗ FAIL key.two-keys, step 4 .*flow 4/4 ")
    t.type("q")
    t.wait("^▸✗ 4 .*key.two-keys$")
    t.type("/", "nonce", "Enter")
    t.wait("no flow has")
    t.type("/", "C-u", "ath", "Enter")
    t.wait("with 'ath'")
    t.wait("key.two-keys", absent=True)
    t.type("q")
    t.wait("key.two-keys$")
    t.type("C")
    t.wait(r"\+ passed ×2")
    t.type("G", "Enter", "j", "Enter")
    t.wait("✓ PASS .*flow 1/4 ")
    t.type("q", "q")
    t.is_sane()


@test
def all_flows_on_every_screen(t):
    t.run(f"{BINARY} open --sample", "4 flows")
    for width, height in [(80, 24), (40, 12), (20, 5), (2, 2), (200, 50)]:
        t.tmux("resize-window", "-t", "t", "-x", str(width), "-y", str(height))
        if width >= 40:
            t.wait("ath.missing$")
    t.type("E")
    t.wait("Diagnosis of flow 2")
    t.type("q", "q")
    t.wait("^▸✗ 2 ")
    t.type("Q")
    t.is_sane()


def many_calls(path, count):
    """Calls with tokens of their own, every tenth refused, in a file that is read in parts."""
    with open(path, "w") as file:
        for number in range(count):
            request = {"method": "GET", "url": f"https://api.test/items/{number}", "headers": [["Authorization", f"DPoP token-{number}"]], "body": "x" * 60}
            file.write(json.dumps({"dpop-tui": 1, "request": request, "response": {"status": 401 if number % 10 == 3 else 200}, "started": 1795334400 + number}) + "\n")


@test
def keys_are_answered_while_a_large_file_is_read_and_checked(t):
    many_calls(f"{t.folder}/many.jsonl", 100_000)
    t.run(f"{BINARY} {t.folder}/many.jsonl", "not checked yet")
    for row in range(4, 14):
        t.type("j")
        t.wait(rf"\A(.*\n){{{row - 1}}}▸", seconds=2)
    t.wait("100000 flows", seconds=120)
    t.type("/", "items/77773", "Enter")
    t.wait("with 'items/77773'", seconds=5)
    t.type("q", ":77774", "Enter")
    t.wait("^▸. +77774 .*GET /items/77773 ", seconds=20)
    t.type("Enter")
    t.wait("flow 77774/100000 ", seconds=5)
    t.type("q")
    t.wait("^▸. +77774 ", seconds=5)
    t.type("Q")
    t.is_sane()


@test
def searches(t):
    t.open()
    t.type("/cnf", "Enter")
    t.wait("cnf")
    t.type("n", "n", "N", "Escape", "Q")
    t.is_sane()


@test
def a_dumb_terminal_gets_text(t):
    t.run(f"TERM=dumb {BINARY} open --sample; echo status $?", "status 0")
    if "flow 4" not in t.screen() or "\x1b" in t.screen():
        raise Failure(t.screen())


@test
def plain_mode_asks_before_every_send(t):
    t.run(f"{BINARY} run --plain; echo status $?", "1 or Enter sends the token request, 2 sends on to the end, 3 quits:")
    t.type("7", "Enter")
    t.wait("'7' is none of the choices")
    t.type("Enter")
    t.wait("Step 3 of 8, IdP to Client: 200 DPoP token. PASS")
    t.wait("1 or Enter sends the resource request")
    t.type("1", "Enter")
    t.wait("Step 8 of 8, Gateway to Client: 200 OK")
    t.wait("status 0")
    if "\u2502" in t.screen() or "\u2713" in t.screen():
        raise Failure("plain mode draws\n" + t.screen())
    t.run(f"clear; TERM=dumb {BINARY} run --grant-type device; echo status $?", "2 sends on to the end, 3 quits:")
    t.type("2", "Enter")
    t.wait("Approve the code")
    t.wait("Nobody approved the device yet")
    approve(t.screen(), r"Approve the code (\S+) at (\S+)")
    t.wait("The flow is complete")
    t.wait("status 0")
    t.run(f"clear; {BINARY} run --plain --fault cnf=absent; echo status $?", "3 quits:")
    t.type("2", "Enter")
    t.wait("FAIL, token.cnf(.|\n)*status 1")
    t.run(f"clear; {BINARY} run --plain; echo status $?", "3 quits:")
    t.type("3", "Enter")
    t.wait("status 0")


@test
def not_a_terminal_gets_text(t):
    t.run(f"{BINARY} open --sample | cat; echo status $?", "status 0")
    t.wait("proof.ath")


@test
def no_color_means_none(t):
    t.flow_one(f"NO_COLOR=1 {BINARY} open --sample")
    t.wait("clock: capture")
    colours = [c for c in re.findall(r"\x1b\[([0-9;]*)m", t.screen(colours=True)) if re.search(r"(^|;)(3[0-7]|4[0-7]|9[0-7]|10[0-7]|38|48)(;|$)", c)]
    if colours:
        raise Failure(f"colours on screen: {colours[:5]}")
    t.type("Q")


@test
def colours_otherwise(t):
    t.open()
    t.wait("clock: capture")
    if not re.search(r"\x1b\[[0-9;]*32[;m]", t.screen(colours=True)):
        raise Failure("no green on screen")
    t.type("Q")


@test
def themes_can_be_changed_and_bad_ones_do_no_harm(t):
    os.makedirs(f"{t.folder}/dpop-tui/themes")
    with open(f"{t.folder}/dpop-tui/themes/mine.toml", "w") as file:
        file.write("[roles]\npass = { fg = \"grean\" }\n")
    t.run(f"{BINARY} open --sample --theme mine", "mine.toml:2:15: 'grean' is no colour")
    t.type("t")
    t.wait("theme light")
    t.type("Q")
    t.is_sane()


@test
def a_saved_theme_is_read_again(t):
    path = f"{t.folder}/mine.toml"

    def save(color, more=""):
        # As editors do: another file takes the name.
        with open(path + "~", "w") as file:
            file.write(f"[roles]\ntext = {{ fg = {color} }}\n{more}")
        os.replace(path + "~", path)

    def has(color, other):
        screen = t.screen(colours=True)
        if f"38;5;{color}m" not in screen or f"38;5;{other}m" in screen:
            raise Failure(f"text is not in colour {color}")

    save(46)
    t.flow_one(f"{BINARY} open --sample --theme {path}")
    t.wait("clock: capture")
    has(46, 51)
    save(51)
    t.wait("theme mine: read again")
    has(51, 46)
    save(52, "\npas = {}\n")
    t.wait(r"mine.toml:4:1: unknown role 'pas'")
    has(51, 52)
    with open(path, "w") as file:
        file.write("[roles]\ntext = { fg = 48 }\n")
    t.wait("theme mine: read again")
    has(48, 51)
    t.type(":theme light", "Enter")
    t.type(":theme mine", "Enter")
    t.type("n")
    t.wait("step 2/8")
    save(49)
    t.wait("theme mine: read again")
    has(49, 48)
    t.type("Q")
    t.is_sane()


def sgr(screen):
    """The codes of every SGR sequence on a screen, each by itself; an exact or numbered colour is one."""
    found = set()
    for codes in re.findall(r"\x1b\[([0-9;]*)m", screen):
        found.update(re.findall(r"[34]8;2;\d+;\d+;\d+|[34]8;5;\d+|\d+", codes))
    return found


def started_as(t, arguments="", **env):
    t.close()
    t.__init__(env=env)
    t.open(arguments)
    t.wait("clock: capture")
    return sgr(t.screen(colours=True))


@test
def eight_colours_have_dim_text_and_no_black_on_black(t):
    for term in ("xterm", "linux"):
        codes = started_as(t, TERM=term)
        if "2" not in codes or "30" in codes:
            raise Failure(f"{term}: dim text is not the default colour, dimmed: {sorted(codes)}")
    if {"40"} & codes or not {"40", "37"} <= started_as(t, "--theme solarized", TERM="xterm"):
        raise Failure("dark has a ground, or solarized has none")


@test
def without_colours_weight_tells_roles_apart(t):
    codes = started_as(t, TERM="vt100")
    if not {"1", "7", "4"} <= codes or any(re.fullmatch(r"[34][0-7]|9[0-7]|[34]8;.*", code) for code in codes):
        raise Failure(f"expected bold, underline and reverse and no colours: {sorted(codes)}")


@test
def exact_colours_where_the_terminal_takes_them(t):
    dark = "48;2;0;43;54"
    if dark not in started_as(t, "--theme solarized", COLORTERM="truecolor"):
        raise Failure("solarized's ground is not exact with COLORTERM")
    if dark not in started_as(t, "--theme solarized --colors 16777216"):
        raise Failure("solarized's ground is not exact where --colors asks for it")
    t.type("n", "n", "n")
    t.wait("^.*▸")
    t.type("C-z")
    t.wait("Stopped")
    t.run("fg", "clock: capture")
    if dark not in sgr(t.screen(colours=True)):
        raise Failure("not exact after a stop")
    t.type("Q")
    t.is_sane()
    codes = started_as(t, "--theme solarized")
    if any(code[1:].startswith("8;2;") for code in codes) or not any(code.startswith("48;5;") for code in codes):
        raise Failure("256 colours: expected entries of the palette")
    if any(code[1:].startswith("8;2;") for code in started_as(t, "--theme solarized", COLORTERM="truecolor", STY="1.x")):
        raise Failure("GNU screen does not take exact colours")


@test
def exact_colours_where_the_description_says_so(t):
    dark = "48;2;0;43;54"
    folder = t.folder
    source = """mine-rgb|says RGB,
	RGB, use=screen-256color,
mine-tc|says Tc,
	Tc, use=screen-256color,
mine-direct|has no palette,
	RGB, colors#0x1000000, pairs#0x7FFF,
	setaf=\\E[%?%p1%{8}%<%t3%p1%d%e38:2::%p1%{65536}%/%d:%p1%{256}%/%{255}%&%d:%p1%{255}%&%d%;m,
	setab=\\E[%?%p1%{8}%<%t4%p1%d%e48:2::%p1%{65536}%/%d:%p1%{256}%/%{255}%&%d:%p1%{255}%&%d%;m,
	setf@, setb@, use=screen-256color,
mine-poor|has eight colours,
	colors#8, use=screen-256color,
"""
    subprocess.run(["tic", "-x", "-o", f"{folder}/terminfo", "-"], input=source, text=True, check=True)
    # Some systems have an entry under a name that it does not list.
    os.symlink("mine-rgb", f"{folder}/terminfo/m/mine-linked")
    for term in ("mine-rgb", "mine-tc", "mine-direct", "mine-linked"):
        codes = started_as(t, "--theme solarized", TERM=term, TERMINFO=f"{folder}/terminfo")
        if dark not in codes:
            raise Failure(f"{term}: solarized's ground is not exact: {sorted(codes)}")
        t.type("Q")
        t.is_sane()
        t.run("clear; echo $TERMINFO", "^" + re.escape(folder))
    # The terminal's own sixteen colours stay its own.
    codes = started_as(t, "--theme dark", TERM="mine-direct", TERMINFO=f"{folder}/terminfo")
    if not {"90", "32", "93"} <= codes or any(";2;" in code for code in codes):
        raise Failure(f"dark has other colours than the terminal's own: {sorted(codes)}")
    if any(";" in code for code in started_as(t, "--theme dark", TERM="mine-poor", TERMINFO=f"{folder}/terminfo")):
        raise Failure("more than eight colours where there are eight")


@test
def a_light_theme_has_a_light_ground(t):
    codes = started_as(t, "--theme light", COLORTERM="truecolor")
    if "48;2;250;250;250" not in codes or "49" in codes:
        raise Failure(f"expected a light ground everywhere: {sorted(codes)}")


def printed(t, *words, **env):
    base = {"PATH": os.environ["PATH"], "HOME": t.folder, "LANG": "C.UTF-8", "TERM": "xterm-256color"}
    done = subprocess.run([BINARY, *words], env={**base, **env}, capture_output=True, text=True, timeout=60)
    return done.stdout


@test
def text_has_the_looks_of_the_theme(t):
    text = printed(t, "open", "--sample", CLICOLOR_FORCE="1")
    if "\x1b[0;1;91m✗\x1b[0m" not in text or "\x1b[0;32m✓\x1b[0m" not in text:
        raise Failure("marks are not as in dark: " + repr(text[:200]))
    with open(f"{t.folder}/mine.toml", "w") as file:
        file.write('[roles]\nfail = { fg = "#123456" }\npass = { fg = 40, underline = true }\n')
    mine = {"CLICOLOR_FORCE": "1", "DPOP_TUI_THEME": f"{t.folder}/mine.toml"}
    text = printed(t, "open", "--sample", COLORTERM="truecolor", **mine)
    if "\x1b[0;38;2;18;52;86m✗\x1b[0m" not in text or "\x1b[0;4;38;5;40m✓\x1b[0m" not in text:
        raise Failure("marks are not as in the theme that was asked for: " + repr(text[:200]))
    # A theme with a ground of its own has colours for that, not for the terminal's.
    if "\x1b[0;32m✓\x1b[0m" not in printed(t, "open", "--sample", CLICOLOR_FORCE="1", DPOP_TUI_THEME="light"):
        raise Failure("colours for a light ground on the terminal's own")
    if "\x1b" in printed(t, "open", "--sample", NO_COLOR="1") + printed(t, "open", "--sample"):
        raise Failure("colours where none are wanted")


@test
def themes_are_shown_with_a_step(t):
    names = [line.split()[0] for line in printed(t, "themes").split("\n") if line and line[0] not in " y"]
    if len(names) < 12 or len(set(names)) != len(names) or "\x1b" in printed(t, "themes"):
        raise Failure(f"names: {names}")
    shown = printed(t, "themes", CLICOLOR_FORCE="1", COLORTERM="truecolor")
    steps = re.split("|".join(rf"^{re.escape(name)}  +" for name in names), shown, flags=re.M)[1:]
    for name, step in zip(names, steps, strict=True):
        plain = re.sub(r"\x1b\[[0-9;]*m", "", step)
        if not re.search("Client .*✗.*▶ Gateway", plain) or (name != "mono" and "\x1b[0;" not in step):
            raise Failure(f"{name}: no step\n{plain}")
    if len(set(steps)) != len(steps) or "48;2;0;43;54" not in steps[names.index("solarized")]:
        raise Failure("two themes look alike, or solarized is not exact")


@test
def the_palette_of_the_window_is_left_alone(t):
    pid, descriptor = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8", HOME=t.folder)
        os.execv(BINARY, [BINARY, "open", "--sample", "--theme", "pastel"])
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen = b""
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:
            break
        seen += part
        if b"order: worst first" in re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", seen):
            os.write(descriptor, b"Q")
        if not part:
            break
    os.waitpid(pid, 0)
    if b"\x1b]4;" in seen or b"\x1b]104" in seen or b"38;2;" not in seen:
        raise Failure("entries of the palette were changed, or no colour is exact")
    if b"\x1b[39;49m" not in seen.rpartition(b"38;2;")[2]:
        raise Failure("the terminal does not get its own colours back")


@test
def the_c_locale_draws_ascii(t):
    t.close()
    t.__init__(env={"LANG": "C", "LC_ALL": "C"})
    t.flow_one(f"{BINARY} open --sample")
    t.wait("Upstream")
    if not t.screen().isascii() or "+------" not in t.screen():
        raise Failure(t.screen())
    t.type("Q")
    t.is_sane()


@test
def reads_a_capture_from_a_pipe(t):
    t.flow_one(f"{BINARY} convert {SAMPLE} | {BINARY} open -", "standard input")
    t.type("n")
    t.wait("step 2/8")
    t.type("Q")
    t.is_sane()


@test
def hostile_bytes_never_reach_the_terminal(t):
    with open(SAMPLE, encoding="utf-8") as file:
        text = file.read()
    path = f"{t.folder}/evil.jsonl"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("openid profile", "\\u001b]0;owned\\u0007\\u202e\u202e\u009b2J").replace("demo-client/1.0", "\\u001b[2J\\u001b[31mX"))
    t.run(f"{BINARY} {path}", "evil.jsonl")
    t.type("n", "5")
    t.wait("␛")
    t.type("6")
    if "owned" in t.tmux("display-message", "-p", "-t", "t", "#{pane_title}"):
        raise Failure("the title was set by the capture")
    t.type("Q")
    t.is_sane()


@test
def mouse_only_when_asked(t):
    t.open()
    if t.tmux("display-message", "-p", "-t", "t", "#{mouse_any_flag}").strip() not in ("0", ""):
        raise Failure("the mouse is taken without --mouse")
    t.type("Q")
    t.wait(r"^\$ *$")
    t.open("--mouse", "clock: capture")
    if t.tmux("display-message", "-p", "-t", "t", "#{mouse_standard_flag}").strip() != "1":
        raise Failure("--mouse does not take the mouse")
    t.type("Q")
    t.is_sane()


@test
def unreadable_input_says_where(t):
    with open(f"{t.folder}/x.har", "w") as file:
        file.write('{"log":{"entries":[{"request":')
    t.run(f"{BINARY} {t.folder}/x.har; echo status $?", "status 3")
    t.wait("entry 0, byte 19: the file ends inside this entry")


@test
def the_demo_runs_from_key_to_upstream_with_n_alone(t):
    t.run(BINARY, "dpop-tui  lab")
    t.wait("step 2 waits")
    t.wait("n: go to the next request, n again: send it")
    t.type("n")
    t.wait(r"step 2/8 ")
    t.wait("n sends the token request")
    t.wait("e edit request")
    t.type("n")
    t.wait(r"step 3/8 ")
    t.wait("200 DPoP token")
    t.wait("n again: send it", absent=True)
    t.type("n")
    t.wait(r"step 4/8 ")
    t.wait("n sends the resource request")
    t.type("n")
    t.wait(r"step 5/8 ")
    t.wait(r"✓ proof\.htm +GET +✓ pass")
    for step in ["5a/8", "5b/8", "6/8", "7/8", "8/8"]:
        t.type("n")
        t.wait(rf"step {step} ")
    t.wait("the flow is complete")
    t.type("6")
    t.wait("X-Dpop-Lab: validated")
    t.type("Q")
    t.wait("recorded in")
    t.is_sane()
    if subprocess.run(["pgrep", "-f", f"dpop-lab.*{t.folder}"], capture_output=True).returncode == 0:
        raise Failure("the lab outlived the demo")


@test
def continue_breakpoint_restart_and_more(t):
    t.run(BINARY, "step 2 waits")
    t.type(":4", "Enter")
    t.wait(r"step 2a?b?/8|step 4/8")
    t.type("b")
    t.wait("c stops before the resource request")
    t.type("c")
    t.wait("step 4 waits|n sends the resource request")
    t.type("c")
    t.wait("the flow is complete")
    t.type("R")
    t.wait("start again with")
    t.type("n")
    t.wait("step 2 waits")
    t.type("b")
    t.type("c")
    t.wait("n sends the resource request|step 4 waits|the flow is complete")
    t.type("c")
    t.wait("the flow is complete")
    t.type("a")
    t.wait("ask for")
    t.type("i")
    t.wait("POST …/token/introspect +not sent yet")
    t.type("c")
    t.wait("the flow is complete")
    t.type("Q")
    t.is_sane()


@test
def a_run_that_is_started_anew_stays_to_compare_with(t):
    t.run(BINARY, "step 2 waits")
    t.type("c")
    t.wait("the flow is complete")
    t.type("R")
    t.wait("start again with.*this run stays")
    t.type("n")
    t.wait("flow 1/2 ")
    t.wait("step 2 waits")
    t.type(":2", "Enter", "j", "j", "d")
    t.wait(r"flow 2, the run before, step 2 \(-\)")
    t.type("q", "}")
    t.wait("lab run 1 .*✓ PASS .*flow 2/2 ")
    t.type("G", "n")
    t.wait("this is an earlier run; { goes back")
    t.type("{")
    t.wait("flow 1/2 ")
    t.type("Q")
    t.is_sane()


@test
def leaving_a_run_asks_where_something_is_lost(t):
    t.run(BINARY, "step 2 waits")
    t.type("Escape")
    t.wait("q leaves")
    t.type("q")
    t.wait("The run is not finished: q again leaves, Esc stays")
    t.type("Escape")
    t.wait("the run goes on")
    t.type("c")
    t.wait("the flow is complete")
    t.type("Escape", "Escape", "p")
    t.wait("the flow is complete")
    t.type("q")
    t.wait("recorded in")
    t.is_sane()
    t.run(f"clear; {BINARY} run --record none", "step 2 waits")
    t.type("q")
    t.wait("The run is not finished, and it is recorded nowhere: q again leaves, Esc stays")
    t.type("c")
    t.wait("the flow is complete")
    t.type("q")
    t.wait("^ It is recorded nowhere: q again leaves")
    t.type("q")
    t.is_sane()


@test
def n_goes_to_the_step_that_waits(t):
    t.run(f"{BINARY} run --then introspection", "step 2 waits; n: go to it")
    for mark in ["n sends the token request", "200 DPoP token", "n sends the resource request", "step 9 waits; n: go to it", r"step 9/9 (.|\n)*n sends the introspection request"]:
        t.type("n")
        t.wait(mark)
    # What the client asks is not the gateway's question.
    t.wait("The client asks the IdP what its token is worth")
    t.type("p", "b", ":4", "Enter", "b")
    t.wait("✓●4")
    t.wait("c stops before the resource request")
    t.tmux("resize-window", "-t", "t", "-x", "80", "-y", "24")
    t.wait("4.●")
    t.type("q", "q")
    t.is_sane()


@test
def hints_name_what_helps_here(t):
    t.open("--mouse", "clock: capture")
    t.wait(r"n next +p previous +} next flow")
    t.type("}", "g")
    t.wait(r"F to mend(.|\n)*E why(.|\n)*L ledgers")
    t.type("}", ":11", "Enter")
    t.wait(r"d difference")
    t.tmux("resize-window", "-t", "t", "-x", "80", "-y", "24")
    t.wait(r"n next .*\? help +q back$")
    t.type("Q")
    t.is_sane()


@test
def a_failing_capture_opens_on_the_step_to_mend(t):
    t.flow_one(f"cd {t.folder}; {BINARY} open --sample")
    t.type("}", "w", "Enter")
    t.wait("saved sample-flow2.jsonl")
    t.type("Q")
    t.is_sane()
    for width, height in [(120, 40), (80, 24)]:
        t.tmux("resize-window", "-t", "t", "-x", str(width), "-y", str(height))
        t.run(f"clear; {BINARY} {t.folder}/sample-flow2.jsonl", r"✗ FAIL ath\.missing.* 4/8 ")
        t.type("g", "F")
        t.wait(" 4/8 ")
        t.type("Q")
        t.is_sane()


@test
def esc_cancels_a_request_on_its_way_and_r_sends_it_again(t):
    t.run(f"{BINARY} run --fault slow=2s", "step 2 waits")
    t.type("c")
    t.wait("waiting for the resource answer; Esc cancels")
    t.type("Escape")
    t.wait("cancelled; r sends it again")
    t.type("r")
    t.wait("the flow is complete")
    t.type("Q")
    t.is_sane()


@test
def r_asks_again_and_a_replay_is_refused(t):
    t.run(BINARY, "step 2 waits")
    t.type("r")
    t.wait("nothing was sent yet; n sends the request on screen")
    for mark in ["n sends the token request", "200 DPoP token"]:
        t.type("n")
        t.wait(mark)
    # The token request once more, not the request that waits on screen.
    t.type("r")
    t.wait("step 5/10")
    t.wait("IdP → Client · 200 DPoP token")
    t.type("c")
    t.wait("the flow is complete")
    t.type("!")
    t.wait("step 12/15")
    t.wait("The same proof was already")
    t.wait("401 invalid_dpop_proof")
    t.type("r")
    t.wait("the flow is complete")
    t.type("Q")
    t.is_sane()


def edit_the_resource_request(t, words):
    program(t, "edit", "#!/bin/sh\nsed -i 's/color=blue/color=green/' \"$1\"\n")
    t.run(f"VISUAL={t.folder}/edit {BINARY}{words}", "step 2 waits")
    for mark in ["n sends the token request", "200 DPoP token", "n sends the resource request"]:
        t.type("n")
        t.wait(mark)
    t.type("e")
    t.wait("as edited")


@test
def an_edited_request_is_signed_anew(t):
    edit_the_resource_request(t, "")
    t.type("n")
    t.wait("the flow is complete")
    t.wait("color=green")
    t.wait("✗ 0")
    t.type("Q")
    t.is_sane()


@test
def an_edit_is_taken_back_and_made_again(t):
    edit_the_resource_request(t, "")
    t.wait("color=green")
    t.type("z")
    t.wait("color=blue")
    t.type("z")
    t.wait("no edit to take back")
    t.type("Z")
    t.wait("color=green")
    t.type("z")
    t.wait("color=blue")
    t.type("n")
    t.wait("the flow is complete")
    t.wait("color=blue")
    t.type("Q")
    t.is_sane()


@test
def an_edited_request_stays_edited_in_its_retry(t):
    edit_the_resource_request(t, " run --lab --dpop_use_nonce")
    t.type("n")
    t.wait("wants a nonce")
    t.wait("color=green  not sent yet")
    t.type("c")
    t.wait("the flow is complete")
    t.wait("step [0-9]*/13")
    t.wait("✗ 0")
    t.type("Q")
    t.is_sane()


@test
def without_a_browser_it_says_where_to_log_in(t):
    t.run(f"{BINARY} run --grant-type authorization_code --no-browser", "y copies the URL to log in at")
    t.type("y")
    t.wait("copied")
    t.type("n")
    t.wait("step 2/9")
    t.wait("log in at http://127.0.0.1(.|\n)*dpop_jkt")
    t.type("5")
    t.wait(r"GET http.*/auth(.|\n)*Query  [0-9]+ parameters(.|\n)*redirect_uri +http://127.0.0.1(.|\n)*state +\*{8} (.|\n)*dpop_jkt")
    t.type("n")
    t.wait("^ log in at http")
    # What a person was told to do is not said any more once they came back.
    log_in(clipboard(t))
    t.wait("n sends the token request")
    t.wait("log in at", absent=True)
    t.type("5")
    t.wait("n sends the token request")
    t.type("Q")
    t.is_sane()


def clipboard(t):
    end = time.monotonic() + 5
    while not (text := t.tmux("show-buffer").strip()):
        if time.monotonic() > end:
            raise Failure("nothing reached tmux's clipboard")
        time.sleep(0.02)
    return text


def log_in(url):
    """Logs in at the lab's IdP, as a browser does: the client's own page is what comes last."""
    page = urllib.request.urlopen(url, timeout=10).read().decode()
    fields = {html.unescape(name): html.unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)}
    fields.update(username="ada", password="lovelace")
    urllib.request.urlopen(url.split("?")[0], urllib.parse.urlencode(fields).encode(), timeout=10).read()


@test
def a_device_is_asked_for_until_it_is_approved(t):
    t.run(f"{BINARY} run --grant-type device", "key pair ES256 jkt [A-Za-z0-9_-]{4}…")
    t.wait("step 2 waits")
    t.type("c")
    t.wait("asking every 1 s, Esc stops")
    t.wait("authorization_pending")
    t.type("Escape")
    t.wait("n asks once, c every 1 s")
    screen = t.screen()
    t.type("c")
    approve(screen, r"approve (\S+) at (\S+)")
    t.wait("the flow is complete")
    t.type("Q")
    t.is_sane()


@test
def a_mistake_in_a_profile_names_file_and_line(t):
    with open(f"{t.folder}/dpop-tui.toml", "w") as file:
        file.write('[profiles.kong]\nissuer = "http://127.0.0.1:1/realms/x"\ncliend-id = "cert-bound"\n')
    t.run(f"cd {t.folder}; clear", None)
    t.run(f"{BINARY} run kong; echo status $?", "dpop-tui.toml:3:1: unknown setting 'cliend-id'; did you mean 'client-id'")
    t.wait("status 2")
    with open(f"{t.folder}/dpop-tui.toml", "w") as file:
        file.write('[profiles.kong]\nissuer = "http://127.0.0.1:1/realms/x"\nclient-id = "cert-bound"\n')
    t.run(f"clear; {BINARY} config check", "1 profile: project:kong")
    t.run(f"clear; {BINARY} run kong", "network .connect.")
    t.type("Q")
    t.is_sane()


@test
def killed_at_a_step_it_leaves_a_readable_capture(t):
    path = f"{t.folder}/live.jsonl"
    t.run(f"{BINARY} run --record {path}", "step 2 waits")
    t.type("n")
    t.wait("n sends the token request")
    t.type("n")
    t.wait("200 DPoP token")
    os.kill(t.pid(), 15)
    t.is_sane()
    done = subprocess.run([BINARY, "check", "--format", "json", path], capture_output=True, text=True)
    if '"kind":"tokenResponse"' not in done.stdout or done.returncode != 0:
        raise Failure(f"the capture cannot be read: {done.stdout} {done.stderr}")
    if os.stat(path).st_mode & 0o077:
        raise Failure("others can read the capture")


@test
def a_private_key_is_only_where_openssl_keeps_it(t):
    subprocess.run([BINARY, "key", "new", "own.jwk"], cwd=t.folder, check=True, capture_output=True)
    secret = json.load(open(f"{t.folder}/own.jwk"))["d"]
    raw = base64.urlsafe_b64decode(secret + "=")
    t.run(f"{BINARY} run --signing-key {t.folder}/own.jwk", "key pair ES256 jkt")
    t.wait("step 2 waits")
    pid = t.pid()
    found = {"text": 0, "half of the text": 0, "bytes": 0, "OpenSSL's number": 0}
    try:
        memory = open(f"/proc/{pid}/mem", "rb", 0)
    except PermissionError:
        memory = None  # nobody of the same user may look: all the better
    for line in open(f"/proc/{pid}/maps") if memory else []:
        place = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
        if place:
            start, end = (int(x, 16) for x in place.groups())
            memory.seek(start)
            try:
                data = memory.read(end - start)
            except OSError:
                continue
            for name, needle in zip(found, [secret.encode(), secret.encode()[10:32], raw, raw[::-1]]):
                found[name] += data.count(needle)
    if memory and (found["text"], found["half of the text"], found["bytes"]) != (0, 0, 0) or memory and found["OpenSSL's number"] == 0:
        raise Failure(f"the private key was found as {found}")
    if memory and not re.search(r"Max core file size +0 +0", open(f"/proc/{pid}/limits").read()):
        raise Failure("a core file is not forbidden")
    t.type("Q")
    t.is_sane()


@test
def a_killed_lab_is_a_network_finding_not_a_hang(t):
    t.run(f"{BINARY} run --fault slow=5s", "step 2 waits")
    t.type("c")
    t.wait("waiting for the resource answer")
    child = subprocess.run(["pgrep", "-P", str(t.pid())], capture_output=True, text=True).stdout.split()[0]
    os.kill(int(child), 9)
    t.wait("network .receive.|network .connect.")
    t.type("Q")
    t.is_sane()


@test
def diagnosis_ledger_and_diff_are_pages(t):
    program(t, "pager", "#!/bin/sh\ncat \"$1\"\nprintf 'the pager has it'\nread answer\n")
    t.flow_one(f"PAGER={t.folder}/pager {BINARY} open --sample")
    t.type("d")
    t.wait("no request of this kind before this one")
    t.type("}")
    t.wait("flow 2/4")
    t.type("F")
    t.wait("E explains")
    t.type("E")
    t.wait("Client(.|\n)*Diagnosis of flow 2(.|\n)*reports")
    t.type("e")
    t.wait("fix(.|\n)*the pager has it")
    t.type("Enter")
    t.wait("Diagnosis of flow 2")
    t.type("q")
    t.wait("E explains")
    t.type("}")
    t.wait("flow 3/4")
    t.type(":4", "Enter")
    t.wait(r"step 4/")
    t.type("d")
    t.wait(r"Difference(.|\n)*\+ jti")
    t.type("L")
    t.wait("Ledgers of flow 3")
    t.type("Q")
    t.is_sane()


@test
def a_flow_is_saved_and_opened_again(t):
    t.flow_one(f"cd {t.folder}; {BINARY} open --sample")
    t.type("}", "w")
    t.wait("save as .*sample-flow2.jsonl")
    t.type("Enter")
    t.wait("saved sample-flow2.jsonl")
    t.type("w", "Enter")
    t.wait("not saved: sample-flow2.jsonl exists")
    t.type("x", "c")
    t.wait("copied the request as a curl command by OSC 52")
    t.type("Q")
    t.is_sane()
    assert os.stat(f"{t.folder}/sample-flow2.jsonl").st_mode & 0o777 == 0o600
    t.run(f"{BINARY} {t.folder}/sample-flow2.jsonl", "flow 1/1 .*✗ 1  ! 0  ✓ ")
    t.type("Q")
    t.is_sane()


@test
def follows_a_growing_capture(t):
    lines = open(SAMPLE).read().splitlines(keepends=True)
    path = f"{t.folder}/grows.jsonl"
    t.run(f"{BINARY} open --follow {path}", "no flow in this capture|no flow")
    with open(path, "a") as file:
        file.write("".join(lines[:3]))
    t.wait("followed: 3 exchanges")
    with open(path, "a") as file:
        file.write("".join(lines[3:-1]) + lines[-1][:40])
        file.flush()
        t.wait(f"followed: {len(lines) - 1} exchanges")
        file.write(lines[-1][40:])
    t.wait(f"followed: {len(lines)} exchanges")
    t.type("Q")
    t.is_sane()


@test
def every_signal_that_ends_it_gives_the_terminal_back(t):
    for name in ["USR1", "USR2", "ALRM", "VTALRM", "PROF", "XCPU", "SYS", "RTMIN", "RTMAX", "TERM", "HUP", "INT", "QUIT"]:
        t.run("clear", None)
        t.open()
        t.wait("clock: capture")
        os.kill(t.pid(), getattr(signal, "SIG" + name))
        t.wait(r"^\$ *$")
        t.is_sane()
        t.run("echo $?", None)


@test
def term_ends_it_while_nobody_reads(t):
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 200, 400, 0, 0))
    before = termios.tcgetattr(follower)
    process = subprocess.Popen(["setsid", "-c", BINARY, "open", "--sample"], stdin=follower, stdout=follower, stderr=subprocess.DEVNULL,
                               env={**os.environ, "TERM": "xterm-256color", "XDG_CONFIG_HOME": t.folder})
    for _ in range(40):
        os.write(leader, b"\x0cn")  # redraw, and nobody takes it
        time.sleep(0.05)
    process.send_signal(15)
    started = time.monotonic()
    try:
        if process.wait(timeout=1) != 143:
            raise Failure(f"ended with {process.returncode}")
    except subprocess.TimeoutExpired:
        process.kill()
        raise Failure("still there a second after SIGTERM")
    finally:
        after = termios.tcgetattr(follower)
        os.close(leader)
        os.close(follower)
    if after[3] != before[3] or after[1] != before[1]:
        raise Failure("the terminal's modes were not given back")
    if time.monotonic() - started > 1:
        raise Failure("too slow")


@test
def an_editors_file_is_gone_even_after_a_kill(t):
    program(t, "editor", f"#!/bin/sh\ntouch {t.folder}/began\nwhile [ ! -e {t.folder}/go ]; do sleep 0.05; done\n")
    t.flow_one(f"PAGER={t.folder}/editor {BINARY} open --sample")
    t.type("e")
    files = lambda: [n for n in os.listdir(t.folder) if n.startswith("dpop-tui-")]
    end = time.monotonic() + 10
    while not os.path.exists(f"{t.folder}/began") and time.monotonic() < end:
        time.sleep(0.02)
    if len(files()) != 1:
        raise Failure(f"expected one file, found {files()}")
    os.kill(t.pid(), 9)
    open(f"{t.folder}/go", "w").close()
    end = time.monotonic() + 10
    while files():
        if time.monotonic() > end:
            raise Failure(f"left behind: {files()}")
        time.sleep(0.02)


@test
def a_full_disk_is_said(t):
    jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJzIn0.AA"
    subprocess.run([BINARY, "key", "new", "own.jwk"], cwd=t.folder, check=True, capture_output=True)
    commands = [["check", SAMPLE], ["check", "--format", "json", SAMPLE], ["check", "--format", "sarif", SAMPLE], ["check", "--format", "junit", SAMPLE],
                ["check", "--format", "tap", SAMPLE], ["why", SAMPLE], ["convert", SAMPLE], ["convert", "--to", "har", SAMPLE], ["decode", jwt],
                ["decode", "--json", jwt], ["proof", "--signing-key", "own.jwk", "https://a.test"], ["key", "new", "other.jwk"],
                ["key", "thumbprint", "own.jwk"], ["kong-config", "--issuer", "https://i", "--client-id", "c"], ["render", SAMPLE], ["docs", "checks"],
                ["completions", "bash"], ["ledger", SAMPLE], ["diff", SAMPLE], ["explain"], ["compare", SAMPLE], ["themes"], ["config", "example"],
                ["open", "--sample"], ["--help"], ["--version"], ["convert", "-o", "/dev/full", "--force", SAMPLE],
                ["run", "--headless", "--record", "none"], ["run", "--headless", "--record", "/dev/full"]]
    for words in commands:
        with open("/dev/full", "w") as full:
            done = subprocess.run([BINARY, *words], cwd=t.folder, stdout=full, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL, timeout=60)
        if done.returncode != 3 or "No space left on device" not in done.stderr:
            raise Failure(f"{words}: {done.returncode} {done.stderr}")
    # A reader that goes away is no disk that is full, and no verdict either.
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {BINARY} proof --signing-key own.jwk --count 100000 https://a.test | head -1 > /dev/null"],
                          cwd=t.folder, capture_output=True, text=True, timeout=60)
    if done.returncode != 141 or done.stderr:
        raise Failure(f"head: {done.returncode} {done.stderr}")
    done = subprocess.run(["bash", "-c", f"ulimit -f 8; {BINARY} convert {SAMPLE} -o cut.jsonl"], cwd=t.folder, capture_output=True, text=True)
    if done.returncode != 3 or "cut.jsonl: File too large" not in done.stderr or os.path.exists(f"{t.folder}/cut.jsonl"):
        raise Failure(f"ulimit: {done.returncode} {done.stderr}")
    done = subprocess.run(["bash", "-c", f"{BINARY} key new closed.jwk >&-"], cwd=t.folder, capture_output=True, text=True)
    if done.returncode != 3 or "thumbprint" in open(f"{t.folder}/closed.jwk").read():
        raise Failure(f"closed: {done.returncode} {done.stderr}")


@test
def a_folder_asks_before_it_gets_anything(t):
    os.makedirs(f"{t.folder}/dpop-tui")
    with open(f"{t.folder}/dpop-tui/config.toml", "w") as file:
        file.write('[profiles.staging]\nissuer = "http://127.0.0.1:1/mine"\nclient-id = "mine"\n')
    here = f"{t.folder}/cloned"
    os.makedirs(here)
    with open(f"{here}/dpop-tui.toml", "w") as file:
        file.write(f'default = "staging"\n[profiles.staging]\nissuer = "http://127.0.0.1:1/theirs"\nclient-id = "\\u001b]0;owned\\u0007"\n'
                   f'client-secret = "cmd:touch {t.folder}/ran; echo \\u001b[2Jx"\n')
    ran = lambda: os.path.exists(f"{t.folder}/ran")
    headless = subprocess.run([BINARY], cwd=here, capture_output=True, text=True, env={"HOME": t.folder, "XDG_CONFIG_HOME": t.folder})
    if headless.returncode != 5 or "`dpop-tui config allow`" not in headless.stderr or "\x1b" in headless.stderr or ran():
        raise Failure(f"headless: {headless.returncode} {headless.stderr}")
    t.run(f"cd {here}; {BINARY} run staging --record none", "network .connect.")
    t.type("Q")
    t.is_sane()
    t.run(f"clear; {BINARY}; echo status $?", r"Allow this file as it is now. \[y/N\]")
    t.wait("default starts runs against 'staging'(.|\n)*client-secret runs the command 'touch (.|\n)*␛.2Jx")
    t.type("Enter")
    t.wait("status 5")
    if ran():
        raise Failure("the command ran though it was not allowed")
    t.run("clear", None)
    t.wait(r"\[y/N\]|not allowed", absent=True)
    t.run(f"{BINARY} config path", "not allowed: ")
    t.run(f"{BINARY} run --record none; echo status $?", r"\[y/N\]")
    t.type("y", "Enter")
    t.wait("network .connect.")
    t.type("Q")
    t.is_sane()
    if not ran():
        raise Failure("the command did not run")
    os.remove(f"{t.folder}/ran")
    t.run(f"clear; {BINARY} run project:staging --headless --record none; echo status $?", "status 4")
    if not ran():
        raise Failure("what was allowed is asked for again")
    os.remove(f"{t.folder}/ran")
    with open(f"{here}/dpop-tui.toml", "a") as file:
        file.write("# changed\n")
    t.run(f"clear; {BINARY} run project:staging --headless --record none; echo status $?", "status 5")
    t.run(f"clear; {BINARY} config allow; {BINARY} config path", "allowed as it is now")
    t.run(f"clear; {BINARY} config forget; {BINARY} config path", "not allowed:")
    if ran():
        raise Failure("the command ran")


class Issuer:
    """An IdP on https whose metadata says what it is told to, and a server that sees what is sent to it."""

    def __init__(self, folder, endpoints):
        self.seen = seen = []
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=idp.example.com",
                        "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"], check=True, capture_output=True)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                seen.append(f"{self.command} {self.path}")
                body = json.dumps(self.server.answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self.plain = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.secure = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{folder}/cert.pem", f"{folder}/key.pem")
        self.secure.socket = context.wrap_socket(self.secure.socket, server_side=True)
        port, other = self.secure.server_address[1], self.plain.server_address[1]
        self.issuer = f"https://idp.example.com:{port}"
        self.origin = f"http://127.0.0.1:{other}"
        self.secure.answer = {"issuer": self.issuer, **{k: v.replace("ORIGIN", self.origin).replace("ISSUER", self.issuer) for k, v in endpoints.items()}}
        self.plain.answer = {"access_token": "t" * 20, "token_type": "DPoP", "expires_in": 60}
        self.options = f"--insecure --record none --resolve idp.example.com:{port}:127.0.0.1 --client-id c --client-secret env:SECRET"
        for server in (self.plain, self.secure):
            threading.Thread(target=server.serve_forever, daemon=True).start()


@test
def a_secret_is_not_led_astray(t):
    t.close()
    t.__init__(width=220, env={"SECRET": "hush"})
    idp = Issuer(t.folder, {"token_endpoint": "ORIGIN/token"})
    t.run(f"{BINARY} run {idp.issuer} {idp.options} --headless; echo status $?", "status 5")
    t.wait(f"token_endpoint is plain http at {idp.origin}(.|\n)*--allow-origin {idp.origin}")
    if any(line.startswith("POST") for line in idp.seen):
        raise Failure(f"sent all the same: {idp.seen}")
    t.run(f"clear; {BINARY} run {idp.issuer} {idp.options}", "n asks whether it may go there")
    for _ in range(8):
        t.type("n")  # asks, and takes its own letter for no
    t.type("c", "c", "Escape")
    t.wait("stopped: token_endpoint is plain http|n asks whether")
    if any(line.startswith("POST") for line in idp.seen):
        raise Failure(f"sent without an answer: {idp.seen}")
    t.type("Q")
    t.is_sane()
    t.run(f"clear; {BINARY} run {idp.issuer} {idp.options} --plain; echo status $?", "2 lets it go to")
    t.type("Enter")
    t.wait("status 0")
    t.run(f"clear; {BINARY} run {idp.issuer} {idp.options}", "n asks whether it may go there")
    t.type("n")
    t.wait("step 2a?/")
    t.type("n")
    t.wait("send it there")
    t.type("y")
    t.wait("n sends the token request")
    t.type("n")
    t.wait("the flow is complete")
    t.type(":1", "Enter", "n", "n", "n", "n", "n")
    t.wait("token_endpoint is plain http at")
    t.type("Q")
    t.is_sane()
    before = len(idp.seen)
    t.run(f"clear; {BINARY} run {idp.issuer} {idp.options} --headless --allow-origin {idp.origin}; echo status $?", "status [01]")
    if not any(line.startswith("POST") for line in idp.seen[before:]):
        raise Failure(f"not sent though it was allowed: {idp.seen}")


@test
def what_a_person_is_told_to_type_is_harmless(t):
    t.close()
    t.__init__(width=220, env={"SECRET": "hush"})
    evil = "\x1b]0;owned\x07\x9b31m\u202e"
    idp = Issuer(t.folder, {"token_endpoint": "ISSUER/token", "device_authorization_endpoint": "ISSUER/device", "device_code": "d", "user_code": evil,
                            "verification_uri": "https://idp.example.com/" + evil, "error": evil, "error_description": evil})
    idp.secure.answer.update(interval=1, expires_in=60)
    for options in ["--headless", "--plain"]:
        done = subprocess.run(["bash", "-c", f"yes 1 | {BINARY} run {idp.issuer} {idp.options} --grant-type device {options}"], capture_output=True, timeout=60,
                              env={**os.environ, "SECRET": "hush", "HOME": t.folder, "LC_ALL": "C.UTF-8"})
        text = (done.stdout + done.stderr).decode()
        if "␛]0;owned␇\\u{9b}31m\\u{202e}" not in text or any(c in text for c in "\x1b\x07\x9b\u202e"):
            raise Failure(f"{options}: {text!r}")
    t.run(f"{BINARY} run {idp.issuer} {idp.options} --grant-type device", "n sends the device|step 2")
    t.type("c")
    t.wait("owned")
    if "owned" in t.tmux("display-message", "-p", "-t", "t", "#{pane_title}"):
        raise Failure("the title was set")
    t.type("Q")
    t.is_sane()


@test
def a_browser_gets_web_pages_only(t):
    program(t, "browser", f"#!/bin/sh\necho \"$@\" >> {t.folder}/opened\n")
    opened = lambda: os.path.exists(f"{t.folder}/opened")
    t.run(f"export SECRET=hush BROWSER={t.folder}/browser; clear", None)
    for url in ["--version", "file:///etc/passwd", "javascript:alert(1)", "-https://a.test/", "ISSUER/auth\x1b]0;owned\x07"]:
        idp = Issuer(t.folder, {"authorization_endpoint": url, "token_endpoint": "ISSUER/token"})
        t.run(f"clear; {BINARY} run {idp.issuer} {idp.options} --grant-type authorization_code --headless; echo status $?", "status 1")
        if opened() or "owned" in t.tmux("display-message", "-p", "-t", "t", "#{pane_title}"):
            raise Failure(f"{url} was opened")
    idp = Issuer(t.folder, {"authorization_endpoint": "ISSUER/auth", "token_endpoint": "ISSUER/token"})
    t.run(f"clear; {BINARY} run {idp.issuer} {idp.options} --grant-type authorization_code", f"n opens {idp.issuer}/auth in a browser")
    if opened():
        raise Failure("opened before it was shown")
    t.wait("step 1/|step 2a/")
    for _ in range(4):
        t.type("n")
    end = time.monotonic() + 10
    while not opened():
        if time.monotonic() > end:
            raise Failure("not opened\n" + t.screen())
        time.sleep(0.02)
    if not open(f"{t.folder}/opened").read().startswith(f"{idp.issuer}/auth?response_type=code"):
        raise Failure(open(f"{t.folder}/opened").read())
    t.type("Q")
    t.is_sane()


@test
def nothing_that_is_typed_or_named_reaches_the_terminal_raw(t):
    evil = "\x1b]0;owned\x07\x9b31m\u202e"
    name = f"{t.folder}/{evil.replace('/', '')}.har"
    with open(name, "w") as file:
        file.write('{"log":{"entries":[{"request":')
    with open(SAMPLE) as file, open(name + "l", "w") as copy:
        copy.write(file.read())
    with open(f"{t.folder}/dpop-tui.toml", "w") as file:
        file.write('[profiles."\\u001b[31mp"]\nclient-id = "x"\n')
    commands = [["check", name], ["check", name + "l"], ["check", "--format", "json", name + "l"], ["check", "--format", "sarif", name + "l"],
                ["check", "--format", "tap", name + "l"], ["check", "--format", "junit", name + "l"], ["why", name], ["ledger", name + "l"],
                ["compare", name + "l"], ["render", name + "l"], ["render", "--format", "svg", name + "l"], ["open", name], ["open", name + "l"], ["open", "--plain", name + "l"], ["convert", name],
                ["decode", evil], ["doctor", name], ["doctor", evil], ["key", "thumbprint", name], ["key", "new", f"/none/{evil}"], ["explain", evil],
                ["--" + evil], [evil], ["diff", name, evil], ["proof", evil, "--signing-key", evil], ["proof", "https://a", "--signing-key", evil],
                ["run", evil], ["run", "https://" + evil, "--headless", "--record", "none"], ["config", "check"], ["check", "--clock", evil, "x"],
                ["help", evil], ["render", "--keys", f"<{evil}>"], ["run", "--lab", evil], ["check", "--key=" + evil], ["themes"],
                ["run", "--resource", "https://a/" + evil, "--token-endpoint", "http://127.0.0.1:1", "--headless", "--record", "none"]]
    for words in commands:
        for more in [{}, {"DPOP_TUI_GLYPHS": evil}, {"DPOP_TUI_THEME": evil}]:
            done = subprocess.run([BINARY, *words], cwd=t.folder, capture_output=True, stdin=subprocess.DEVNULL, timeout=60,
                                  env={"HOME": t.folder, "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "XDG_CONFIG_HOME": t.folder, **more})
            text = (done.stdout + done.stderr).decode()
            found = [c for c in text if c != "\n" and (ord(c) < 32 or 0x7f <= ord(c) < 0xa0 or c in "\u202e\u2066")]
            if found or done.returncode not in (0, 1, 2, 3, 4, 5):
                raise Failure(f"{words} {more}: {done.returncode} {found} {text!r}")


def capture(t, name, body, *fields):
    """A file with one answered call; the body is bytes."""
    exchange = {"dpop-tui": 1, "request": {"method": "GET", "url": "https://api.example/a", "headers": [["DPoP", "a.b.c"]]},
                "response": {"status": 200, "headers": [list(field) for field in fields], "body64": base64.b64encode(body).decode()}}
    with open(f"{t.folder}/{name}", "w") as file:
        file.write(json.dumps(exchange) + "\n")
    return f"{t.folder}/{name}"


def open_answer(t, file):
    t.run(f"clear; {BINARY} open {file}", "dpop-tui  ")
    t.type("G", "6", "Tab", "+")
    t.wait(r"^.?Body  \d+ bytes")


@test
def a_body_that_is_no_text_says_what_it_is(t):
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + bytes(range(256)) * 4
    open_answer(t, capture(t, "a.jsonl", png, ("Content-Type", "application/json")))
    t.wait(r"PNG image, 640 x 480 pixels; Content-Type says application/json")
    t.type("j", "Enter")
    t.wait(r"89 50 4e 47 0d 0a 1a 0a")
    t.type("Q")
    t.wait(r"^\$ *$")
    open_answer(t, capture(t, "b.jsonl", bytes(range(256)) * 3, ("Content-Type", "application/grpc")))
    t.wait(r"application/grpc, binary")
    if "\ufffd" in t.screen():
        raise Failure("garbage\n" + t.screen())


@test
def a_body_that_is_cut_says_how_much_and_shows_the_rest(t):
    open_answer(t, capture(t, "a.jsonl", b"line\n" * 1_200_000, ("Content-Type", "text/plain"), ("Content-Length", "6000009")))
    t.wait(r"Content-Length says 6000009 bytes: 9 of them are not in the capture")
    t.type("G")
    t.wait(r"… 1805696 bytes more: Enter shows them")
    t.type("Enter")
    t.wait(r"^▌3ffff0  .*line")
    t.type("Q")
    t.wait(r"^\$ *$")
    text = json.dumps({"list": list(range(120_000)), "last": "the end"})
    open_answer(t, capture(t, "b.jsonl", text.encode(), ("Content-Type", "application/json")))
    t.type("G")
    t.wait(r"bytes more: Enter shows them, or folds what stands above")
    t.type("g", "j", "j", "j", "Enter")
    t.wait(r'"list": \[ … 120000 elements \]')
    t.wait(r'"last": "the end"')


@test
def json_folds_and_unfolds(t):
    open_answer(t, capture(t, "a.jsonl", b'{"keys":[{"kty":"EC"},{"kty":"RSA"}],"sub":"me"}', ("Content-Type", "application/json")))
    t.type("j", "j", "Enter")
    t.wait(r'"keys": \[ … 2 elements \],')
    t.wait("kty", absent=True)
    t.type("Enter")
    t.wait('"kty": "RSA"')
    t.type("Enter")
    t.wait("kty", absent=True)
    # A search finds what is folded.
    t.type("/", "R", "S", "A", "Enter")
    t.wait('"kty": "RSA"')


@test
def a_picture_of_the_screen_is_what_the_program_shows(t):
    words = [BINARY, "render", "--size", "120x36", "--keys", ":flow 2<enter>"]
    base = {"HOME": t.folder, "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}

    def render(*more, env={}):
        done = subprocess.run(words + list(more), cwd=t.folder, capture_output=True, text=True, timeout=60, env={**base, **env})
        if done.returncode or done.stderr:
            raise Failure(f"{more}: {done.returncode} {done.stderr}")
        return done.stdout

    with open(f"{t.folder}/picture", "w") as file:
        file.write(render("--format", "ansi"))
    t.run(f"clear; cat {t.folder}/picture; read", r"^ n next")
    plain = [line.rstrip() for line in render().splitlines()]
    shown = [line.rstrip() for line in t.screen().splitlines()]
    at = next((at for at, line in enumerate(shown) if line == plain[0]), None)
    if at is None or shown[at:at + 36] != plain or "\x1b[32m" not in t.screen(colours=True):
        raise Failure("another screen\n" + t.screen(colours=True))
    # Without colours there are still attributes, and the option goes before the variable.
    for more, env, has in [((), {"NO_COLOR": "1"}, False), (("--color", "never"), {}, False), (("--color", "always"), {"NO_COLOR": "1"}, True)]:
        text = render("--format", "ansi", *more, env=env)
        if bool(re.search(r"\x1b\[[0-9;]*(3|9)\dm", text)) != has or "\x1b[0;7m" not in text:
            raise Failure(f"{more} {env}: {text[:400]!r}")
        picture = render("--format", "svg", *more, env=env)
        if (picture.count("fill: #") > 6) != has:
            raise Failure(f"{more} {env}: {picture[:900]}")


SAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Sources/dpop-tui/samples/demo.jsonl")


def with_terminal(function):
    terminal = Terminal()
    try:
        function(terminal)
    finally:
        terminal.close()


runner.run("e2e", ONLY, with_terminal)
