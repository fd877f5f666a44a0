"""nginx in front of the gateway without a forwarded field: what each server says of a proof that is right, and what `why` makes of it."""
import shutil
import socket
import subprocess

from lab import ENV, FOLDER, Lab, path, require
from lab_profiles import Flow, WORDS, why_of
from runner import Failure, Skipped, test
from wire import wait_until


class Nginx:
    """nginx in front of a server, for the length of a with block."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        program = shutil.which("nginx", path=ENV["PATH"] + ":/usr/sbin")
        if not program:
            raise Skipped("nginx is not installed")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        folder = path(f"nginx-{port}")
        temporary = " ".join(f"{name}_temp_path {folder}-{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        with open(folder + ".conf", "w") as file:
            file.write(f"daemon off; pid {folder}.pid; error_log {folder}.log; events {{}}\n"
                       f"http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass {self.server}; }} }} }}\n")
        self.process = subprocess.Popen([program, "-e", folder + ".log", "-p", FOLDER, "-c", folder + ".conf"], env=ENV, cwd=FOLDER)

        def listens():
            if self.process.poll() is not None:
                raise Failure(f"nginx ended: {open(folder + '.log').read()[-1000:]}")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return True
            except OSError:
                return False

        wait_until(listens, 10, "nginx listens")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)


def called(flow, front):
    """A right call through the proxy."""
    token = flow.token()["access_token"]
    for _ in range(2):
        flow.get(front.url + "/anything/x", token)
        if "use_dpop_nonce" not in str(flow.last.fields):
            break


def asked(flow, front):
    """A right token request through the proxy, to the address that a client was given."""
    url = front.url + "/" + flow.endpoint("token_endpoint").split("/", 3)[3]
    for _ in range(2):
        flow.post(url, {"grant_type": "client_credentials", "client_id": "lab-client", "client_secret": "lab-secret"})
        if "use_dpop_nonce" not in flow.last.body:
            break


def named(request, server, profile):
    """What `why` says where it does not name the proxy first; None where it does."""
    with Lab("--profile", profile) as lab, Nginx(getattr(lab, server)) as front:
        flow = Flow(lab, profile)
        request(flow, front)
        require(flow.last.status != 200, f"{profile} takes the URL of the proxy: {flow.last.body}")
        outcome, causes, text = why_of(f"{server}: behind nginx", profile, flow)
        right = outcome == "cause" and causes[:1] == ["htu.proxy-internal"]
        return None if right else f"{profile}, {server}: {outcome} {causes} {text[:300]}"


@test
def a_proxy_that_rebuilds_the_url_is_named_first():
    """Also of servers that have one word for every fault of a proof: the rest was seen to be right, and nginx says that it is there."""
    wrong = [named(called, "gateway", profile) for profile in WORDS]
    wrong += [named(asked, "idp", profile) for profile in WORDS]
    if any(wrong):
        raise Failure("\n".join(filter(None, wrong)))
