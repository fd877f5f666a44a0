"""The lab when it is told to end, and under a mixed load."""
import concurrent.futures
import os
import queue
import random
import signal
import threading
import time

from http_streams import Open, Watched, little_memory
from lab import FULL, SANITIZED, Lab, Prover, expect, require
from runner import beside, test
from wire import Wire, wait_until


# Stopping.


@beside
def sigterm_lets_open_requests_end_within_5_seconds():
    """Idle connections end at once, a request of 2 s is answered whole, one of 9 s is cut; no new ones; status 0 before 6.5 s."""
    with Lab() as lab:
        idle = [Wire(lab.info[name]) for name in ("idp", "gateway", "upstream")]
        used = Wire(lab.upstream)
        used.ask("GET /get").expect(200)
        half = Wire(lab.upstream).send(b"GET /get HTTP/1.1\r\n")
        short = Wire(lab.upstream).request("GET /delay/2")
        long = Wire(lab.upstream).request("GET /delay/9")
        time.sleep(0.3)  # They must have been read before the signal comes.
        started = time.monotonic()
        lab.process.send_signal(signal.SIGTERM)
        since = lambda: time.monotonic() - started
        for wire in [*idle, used]:
            expect(wire.rest(1.5), b"", "an idle connection")
        require(since() < 1.5, f"idle connections ended after {since():.1f} s")

        def listens():
            try:
                Wire(lab.upstream, timeout=1).sock.close()
                return True
            except OSError:
                return False

        wait_until(lambda: not listens(), 1.5, "nobody listens any more")
        answer = short.answer().expect(200, "a request of 2 s")
        require(answer.is_whole and 1.5 < since() < 3.5, f"answered after {since():.1f} s")
        half.sock.close()
        long.sock.settimeout(8)
        require(long.rest(8) == b"", "a request of 9 s was answered")
        require(4 < since() < 6.5, f"it was cut after {since():.1f} s")
        expect(lab.process.wait(5), 0, "status")
        require(since() < 6.5, f"it ended after {since():.1f} s")


@test
def sigterm_ends_a_lab_at_rest_at_once():
    """With idle connections only, and beside a download that nobody reads: no 5 s are spent on the first."""
    with Lab("--https") as lab:
        wires = [Wire(lab.info[name], lab.info["cacert"]) for name in ("idp", "gateway", "upstream")]
        for wire in wires[::2]:
            wire.ask("GET /get")
        started = time.monotonic()
        lab.process.send_signal(signal.SIGTERM)
        expect(lab.process.wait(5), 0, "status")
        require(time.monotonic() - started < 1.5, f"it took {time.monotonic() - started:.1f} s")


@beside
def sigterm_cuts_what_nobody_reads():
    """A gateway call whose client reads nothing, and one whose upstream says nothing, do not hold the lab beyond 5 s."""
    with Watched(lambda stream: None) as silent, Open(upstream=silent.url) as lab, Lab("upstream") as upstream:
        waiting = lab.begin(lab.wire(), "GET /x")
        silent.reached.get(timeout=5)
        unread = Wire(upstream.upstream).request(f"GET /bytes/{1 << 30}")
        unread.head().expect(200)
        started = time.monotonic()
        for process in (lab.process, upstream.process):
            process.send_signal(signal.SIGTERM)
        for process in (lab.process, upstream.process):
            expect(process.wait(8), 0, "status")
        require(time.monotonic() - started < 6.5, f"it took {time.monotonic() - started:.1f} s")
        waiting.sock.close()
        unread.sock.close()


# Load.


@test
def mixed_load_leaves_memory_flat():
    """Seconds of everything at once: echoes, uploads, downloads, tokens, pushes, devices, codes, refreshes, proofs and their replays, nonsense, hang-ups; the lab stays up and takes
    no more and more. DPOP_SOAK=SECONDS makes it last."""
    seconds = float(os.environ.get("DPOP_SOAK") or (6 if not FULL else 10))
    prover = Prover()
    with Open() as lab, Lab("--token-lifetime", "86400") as guarded:
        stop = time.monotonic() + seconds
        failures, counts = queue.Queue(), {}

        def echo(numbers, wire):
            body = numbers.randbytes(numbers.choice([0, 10, 5000, 300_000]))
            wire.ask("POST /anything", body=body).expect(200)

        def through(numbers, wire):
            with lab.wire() as own:
                for _ in range(3):
                    own.ask(f"GET /get?{numbers.random()}", lab.field).expect(200)

        def large(numbers, wire):
            with lab.wire() as own:
                lab.begin(own, f"GET /bytes/{numbers.randrange(5_000_000)}").answer(take=lambda part: None).expect(200)

        def token(numbers, wire):
            with Wire(lab.idp) as own:
                body = b"grant_type=client_credentials&client_id=kong&client_secret=" + numbers.choice([b"kong-secret", b"x"])
                own.ask("POST /realms/lab/protocol/openid-connect/token", "Content-Type: application/x-www-form-urlencoded", body=body)

        # What is handed out: to a client that needs no proof, so that the lab is what is busy.
        own = "client_id=kong&client_secret=kong-secret&"
        back, login = "redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2F", "&username=ada&password=lovelace"

        def post(wire, endpoint, form, status=200):
            return wire.ask(f"POST /realms/lab/protocol/openid-connect/{endpoint}", "Content-Type: application/x-www-form-urlencoded", body=form.encode()).expect(status, endpoint)

        def push(numbers, wire):
            with Wire(lab.idp) as idp:
                for _ in range(5):
                    post(idp, "ext/par/request", own + back + "&response_type=code&state=" + "s" * numbers.randrange(4000), 201)
            with Wire(lab.idp) as idp:
                idp.request("POST /realms/lab/protocol/openid-connect/ext/par/request", "Content-Length: 2000000").answer().expect(413, "2 MB")

        def device(numbers, wire):
            with Wire(lab.idp) as idp:
                asked = post(idp, "auth/device", own + "scope=" + "s" * numbers.randrange(1000)).json
                form = own + "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=" + asked["device_code"]
                post(idp, "token", form, 400)
                if numbers.random() < 0.5:
                    idp.ask("POST /realms/lab/device", "Content-Type: application/x-www-form-urlencoded", body=f"user_code={asked['user_code']}{login}".encode()).expect(200, "device")
                    post(idp, "token", form)

        def code(numbers, wire):
            with Wire(lab.idp) as idp:
                location = post(idp, "auth", "client_id=kong&response_type=code&" + back + login, 302).field("location")
                if numbers.random() < 0.5:
                    form = own + "grant_type=authorization_code&" + back + "&code=" + location.split("code=")[1]
                    post(idp, "token", form)
                    post(idp, "token", form, 400)

        def refresh(numbers, wire):
            with Wire(lab.idp) as idp:
                token = post(idp, "token", own + "grant_type=password" + login).json["refresh_token"]
                for _ in range(numbers.randrange(4)):
                    token = post(idp, "token", own + "grant_type=refresh_token&refresh_token=" + token).json["refresh_token"]
                if numbers.random() < 0.2:
                    post(idp, "revoke", own + "token=" + token)

        url = guarded.gateway + "/get"
        bound = guarded.token(prover=prover)
        batch, lock, used = {"made": 0, "left": []}, threading.Lock(), []

        def fresh(count):
            """Proofs that nobody has used, no older than a minute."""
            with lock:
                if time.monotonic() - batch["made"] > 60 or len(batch["left"]) < count:
                    batch["left"], batch["made"] = prover.proofs(500 if not SANITIZED else 50, url, token=bound), time.monotonic()
                return [batch["left"].pop() for _ in range(count)]

        def proof(numbers, wire):
            with Wire(guarded.gateway) as gateway:
                def ask(text):
                    return gateway.ask("GET /get", f"Authorization: DPoP {bound}", f"DPoP: {text}").status
                for text in fresh(3):
                    expect(ask(text), 200, "a proof")
                    used.append(text)
                for text in numbers.sample(used[-1000:], 3):
                    expect(ask(text), 401, "a proof that was used")
                expect(ask(text[:-4] + "AAAA"), 401, "a forged proof")

        def nonsense(numbers, wire):
            with Wire(numbers.choice([lab.idp, lab.gateway, lab.upstream])) as own:
                own.send(numbers.randbytes(numbers.randrange(1, 500)) + b"\r\n\r\n").rest()

        def hang_up(numbers, wire):
            with lab.wire() as own:
                lab.begin(own, "POST /post", "Content-Length: 1000000").send(numbers.randbytes(numbers.randrange(1, 100_000)))
            with lab.wire() as own:
                lab.begin(own, "GET /bytes/100000000").head()

        def work(seed):
            numbers = random.Random(seed)
            with Wire(lab.upstream) as wire:
                while time.monotonic() < stop:
                    act = numbers.choice([echo, echo, through, through, large, token, push, device, code, refresh, proof, nonsense, hang_up])
                    try:
                        act(numbers, wire)
                    except Exception as failure:
                        failures.put(f"{act.__name__}: {type(failure).__name__} {failure}")
                        return
                    counts[act.__name__] = counts.get(act.__name__, 0) + 1

        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            running = [pool.submit(work, seed) for seed in range(12)]
            # First what has a ceiling fills up.
            time.sleep(seconds * 2 / 3)
            early = [server.memory("VmRSS") for server in (lab, guarded)]
            for future in running:
                future.result()
        require(failures.empty(), f"{list(failures.queue)[:3]} after {counts}")
        require(len(counts) == 11 and sum(counts.values()) > 100, counts)
        late = [server.memory("VmRSS") for server in (lab, guarded)]
        words = f"memory went from {early} to {late} MB in {sum(counts.values())} acts"
        require(SANITIZED or all(last - first < 24 for first, last in zip(early, late)), words)
        if os.environ.get("DPOP_SOAK"):
            print(words)
        # Full to every ceiling the lab takes 75 MB.
        little_memory(lab, 96)
        little_memory(guarded, 96)
        # Of thousands of connections none is left but the few that the gateway keeps to the upstream.
        left = lambda folder: len(os.listdir(f"/proc/{lab.process.pid}/{folder}"))
        wait_until(lambda: left("fd") < 200 and left("task") < 100, 5, f"{left('fd')} descriptors and {left('task')} threads stay")
