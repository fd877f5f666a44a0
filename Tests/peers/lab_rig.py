"""dpop-lab for the peers' tests: any of its parts, for the length of a with block."""
import json
import os
import subprocess
import sys
import tempfile

from runner import Failure

BIN = os.path.abspath(sys.argv[1])


class LabPart:
    """dpop-lab with these options; its ready line's members are its own."""

    def __init__(self, *options):
        self.options = options

    def __enter__(self):
        self.process = subprocess.Popen([f"{BIN}/dpop-lab", "--until-stdin-closes", *self.options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise Failure(f"dpop-lab {' '.join(self.options)} did not start: {self.process.wait(20)}")
        self.info = json.loads(line)
        return self

    def __getattr__(self, name):
        if name in ("issuer", "idp", "gateway", "upstream", "control"):
            return self.info[name]
        raise AttributeError(name)

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(20)


def tui(*words):
    """Status, standard output and error of dpop-tui."""
    with tempfile.TemporaryDirectory(prefix="dpop-home-") as home:
        env = {"PATH": os.environ["PATH"], "HOME": home, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home, "TMPDIR": home, "LANG": "C.UTF-8"}
        done = subprocess.run([f"{BIN}/dpop-tui", *words], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, env=env)
    return done.returncode, done.stdout, done.stderr


def judged(path):
    """What `check` and `why` say of a capture: their statuses, and the causes that `why` names, the first one first."""
    status, _, more = tui("check", path)
    whys, out, _ = tui("why", "--format", "json", path)
    causes = [cause["id"] for line in out.splitlines() for cause in json.loads(line).get("causes", [])]
    if status not in (0, 1) or whys not in (0, 1):
        raise Failure(f"check {status}, why {whys}: {more} {out}")
    return status, whys, causes
