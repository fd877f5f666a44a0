"""The lab as an HTTP/1.1 server, by the letter of RFC 9110 and 9112: refused, taken, framed."""
import random
import socket
import time

from http_cases import BROKEN_BODIES, GET, H, POST, REFUSED, SMUGGLED, TAKEN
from lab import Lab, expect, lines, path, require
from runner import Failure, test
from wire import ENDS, LAST_CHUNK, Wire, chunked


def refuse_all(cases, url, cacert=None, auth=b"", also=frozenset()):
    """Each case gets an answer of its statuses, says that the connection closes, and closes it with no second answer."""
    complaints = []
    for name, (raw, statuses) in cases.items():
        with Wire(url, cacert) as wire:
            try:
                try:
                    wire.send((raw + SMUGGLED).replace(b"HOST", wire.host.encode()).replace(b"AUTH", auth))
                except ENDS:
                    pass  # A long one is refused before it was sent: the answer is there all the same.
                answer = wire.answer()
                require(answer.status in statuses | also, f"answered {answer.status} instead of {sorted(statuses)}")
                more = wire.rest()
                require(not more, f"went on after {answer.status}: {more[:100]!r}")
            except (Failure, OSError) as failure:
                complaints.append(f"{name}: {failure} (sent {raw[:120]!r})")
    if complaints:
        raise Failure(f"{len(complaints)} of {len(cases)}\n    " + "\n    ".join(complaints))


def require_no_smuggling(file):
    """The recording has no second request: none was carried out."""
    found = [line for line in lines(file) if "smuggled" in line["request"]["url"]]
    require(not found, f"{len(found)} smuggled requests were carried out: {found[:1]}")


def require_answers(lab, *names):
    for name in names:
        with Wire(lab.info[name], lab.info.get("cacert")) as wire:
            wire.ask("GET /get")


def check_refusals(scheme_options, file):
    with Lab("upstream", "--record", path(file), *scheme_options) as lab:
        refuse_all({**REFUSED, **BROKEN_BODIES}, lab.upstream, lab.info.get("cacert"))
        require_no_smuggling(file)
        require_answers(lab, "upstream")


@test
def the_upstream_refuses_by_the_letter():
    """Every malformed head and body is refused with its status, the connection closed, nothing behind it carried out; then it still answers."""
    check_refusals((), "refused.jsonl")


@test
def the_upstream_refuses_by_the_letter_over_tls():
    """The same over TLS."""
    check_refusals(("--https",), "refused-tls.jsonl")


@test
def the_idp_and_the_gateway_refuse_by_the_letter():
    """The same at the other two servers; with a good token at the gateway, whose upstream gets no request that is whole."""
    with Lab("--record", path("refused-all.jsonl"), "--proof_of_possession_dpop", "off") as lab:
        refuse_all(REFUSED, lab.idp)
        auth = f"Authorization: Bearer {lab.bearer()}\r\n".encode()
        refuse_all(REFUSED, lab.gateway, auth=auth)
        refuse_all(BROKEN_BODIES, lab.gateway, auth=auth, also={502})
        require_no_smuggling("refused-all.jsonl")
        passed = [line for line in lines("refused-all.jsonl") if line["hop"]["to"] == "upstream" and line.get("response", {}).get("status") == 200]
        require(not passed, f"the upstream answered {passed[:1]}")
        require_answers(lab, "idp", "gateway", "upstream")


def member(echo, name):
    for part in name.split(".", 1):
        echo = echo.get(part) if isinstance(echo, dict) else None
    return echo


def take_all(cases, url, cacert=None, in_pieces=False):
    """Each case is answered with the echo it must have, and the connection then takes the next request."""
    complaints = []
    for name, (raw, wanted) in cases.items():
        with Wire(url, cacert) as wire:
            try:
                raw = raw.replace(b"HOST", wire.host.encode()).replace(b"AUTH", b"")
                for part in [raw[n:n + 1] for n in range(len(raw))] if in_pieces and len(raw) < 1000 else [raw]:
                    wire.send(part)
                echo = wire.answer().expect(200).json
                for where, value in wanted.items():
                    value = value.replace("HOST", wire.host) if isinstance(value, str) else value
                    if cacert and where == "url":
                        value = value.replace("http:", "https:")
                    expect(member(echo, where), value, where)
                wire.ask("GET /get").expect(200, "the next request")
            except (Failure, OSError, ValueError) as failure:
                complaints.append(f"{name}: {str(failure)[:300]} (sent {raw[:160]!r})")
    if complaints:
        raise Failure(f"{len(complaints)} of {len(cases)}\n    " + "\n    ".join(complaints))


@test
def the_upstream_takes_what_is_odd_but_right():
    """Methods, fields, targets, lengths, chunks and trailers that are right by the letter, whole and byte by byte; the connection goes on."""
    with Lab("upstream") as lab:
        take_all(TAKEN, lab.upstream)
        take_all(TAKEN, lab.upstream, in_pieces=True)


@test
def the_upstream_takes_what_is_odd_over_tls():
    """The same over TLS."""
    cases = {name: (raw.replace(b" http:", b" https:").replace(b" HTTP:", b" HTTPS:"), wanted) for name, (raw, wanted) in TAKEN.items()}
    with Lab("upstream", "--https") as lab:
        take_all(cases, lab.upstream, lab.info["cacert"])


@test
def what_is_ones_right_to_refuse_is_done_whole_or_not_at_all():
    """Equal repeated lengths, a folded field, HTTP/1.0 with chunks, HTTP/1.2: refused with 400, or understood as the RFC says; never in between."""
    cases = {
        "the same length twice": (POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", {"data": "hello"}, {400}),
        "the same length in a list": (POST + b"Content-Length: 5, 5\r\n\r\nhello", {"data": "hello"}, {400}),
        "a folded field": (GET + b"X: a\r\n b\r\n\r\n", {"headers.X": "a b"}, {400}),
        "chunks with HTTP/1.0": (b"POST /anything HTTP/1.0\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", {"data": "hello"}, {400}),
        "HTTP/1.2": (b"GET /anything HTTP/1.2\r\n" + H + b"\r\n", {"method": "GET"}, {400, 505}),
        "an empty Host": (b"GET /anything HTTP/1.1\r\nHost:\r\n\r\n", {"method": "GET"}, {400}),
        "an absolute target of any host that Host names too": (b"GET http://else.test/anything HTTP/1.1\r\nHost: else.test\r\n\r\n", {"url": "http://else.test/anything"}, {400, 421}),
        "an unknown expectation": (GET + b"Expect: nonsense\r\n\r\n", {"method": "GET"}, {417}),
    }
    with Lab("upstream", "--record", path("ones-right.jsonl")) as lab:
        for name, (raw, wanted, statuses) in cases.items():
            with Wire(lab.upstream) as wire:
                wire.send(raw.replace(b"HOST", wire.host.encode()).replace(b"AUTH", b""))
                answer = wire.answer()
                if answer.status in statuses:
                    expect(wire.rest() if answer.status != 417 else b"", b"", f"{name}: after {answer.status}")
                    continue
                answer.expect(200, name)
                for where, value in wanted.items():
                    expect(" ".join(member(answer.json, where).split()), value, f"{name}: {where}")
                if "1.0" in name:
                    expect(wire.rest(), b"", "chunks with HTTP/1.0: the connection must close (RFC 9112 section 6.1)")


@test
def fields_keep_their_order_case_and_repeats():
    """A recording has the fields as sent: names' case, repeats between others, Host where it stood, empty values, nothing besides."""
    fields = [("x-first", "1"), ("DPoP", "a"), ("X-Between", "2"), ("HOST", None), ("DPoP", "b"), ("dpop", ""), ("Cookie", "a=1"), ("Accept", "*/*"), ("Cookie", "b=2"), ("x-first", "3")]
    with Lab("upstream", "--record", path("order.jsonl")) as lab:
        with Wire(lab.upstream) as wire:
            fields = [(name, wire.host if value is None else value) for name, value in fields]
            wire.send(("GET /anything/%41?x HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n").encode())
            wire.answer().expect(200)
        request = lines("order.jsonl")[-1]["request"]
        expect([tuple(field) for field in request["headers"]], fields, "the fields recorded")
        expect(request["url"], lab.upstream + "/anything/%41?x", "the target recorded")


@test
def answers_are_framed_by_the_letter():
    """HEAD, 204 and 304 have no body, HTTP/1.0 and `close` end the connection and 1.0 gets no chunks; Date and Server are there; OPTIONS *."""
    with Lab("upstream") as lab:
        with Wire(lab.upstream) as wire:
            answer = wire.ask("GET /anything").expect(200)
            expect(answer.version, "HTTP/1.1", "version")
            require(answer.field("Date") and answer.field("Content-Type") == "application/json", answer.fields)
            length = answer.field("Content-Length")
            head = wire.ask("HEAD /anything").expect(200)
            require(head.field("Content-Length") is None or abs(int(head.field("Content-Length")) - int(length)) < 16, head.fields)
            for status in (204, 304):
                answer = wire.ask(f"GET /status/{status}").expect(status)
                require(answer.field("Transfer-Encoding") is None and (status == 304 or answer.field("Content-Length") is None), answer.fields)
            wire.ask("HEAD /status/404").expect(404)
            wire.ask("GET /status/500").expect(500)
            answer = wire.ask("OPTIONS *")
            require(answer.status in (200, 204, 404, 405), f"OPTIONS *: {answer.status} {answer.body!r}")
            answer = wire.ask("GET /get", "Connection: close").expect(200)
            expect((answer.field("Connection") or "").lower(), "close", "Connection")
            expect(wire.rest(), b"", "after close")
        for fields, stays in [(b"", False), (b"Connection: keep-alive\r\n", None)]:
            with Wire(lab.upstream) as wire:
                answer = wire.send(b"GET /bytes/100000 HTTP/1.0\r\n" + fields + b"\r\n").answer().expect(200)
                require(answer.field("Transfer-Encoding") is None and answer.size == 100_000, f"{answer.fields}, {answer.size} bytes")
                if stays is None:
                    stays = (answer.field("Connection") or "").lower() == "keep-alive"
                if stays:
                    wire.send(b"GET /get HTTP/1.0\r\n\r\n").answer()
                expect(wire.rest(), b"", "after HTTP/1.0")


@test
def requests_in_one_go_are_answered_in_their_order():
    """Pipelined requests, with bodies of both framings between them, sent at once and cut at every place."""
    with Lab("upstream") as lab:
        with Wire(lab.upstream) as wire:
            host = f"Host: {wire.host}\r\n".encode()
            batch = b"".join(
                b"GET /anything/%d HTTP/1.1\r\n%b\r\n" % (n, host) if n % 3 == 0 else
                b"POST /anything/%d HTTP/1.1\r\n%bContent-Length: 5\r\n\r\nhello" % (n, host) if n % 3 == 1 else
                b"POST /anything/%d HTTP/1.1\r\n%bTransfer-Encoding: chunked\r\n\r\n%b%b" % (n, host, chunked(b"hello"), LAST_CHUNK) for n in range(60))
            cuts = random.Random(9112)
            start = 0
            while start < len(batch):
                size = cuts.choice([1, 2, 7, 50, 400])
                wire.send(batch[start:start + size])
                start += size
            for number in range(60):
                echo = wire.answer().expect(200).json
                expect((echo["url"].split("/")[-1], echo["data"]), (str(number), "hello" if number % 3 else ""), "an echo")


@test
def a_client_that_is_done_writing_still_gets_its_answers():
    """Requests, then the end of the client's side (`nc -N`): every answer comes, then the connection ends."""
    with Lab("upstream") as lab, Wire(lab.upstream) as wire:
        for _ in range(3):
            wire.request("POST /anything", body=b"hello")
        wire.sock.shutdown(socket.SHUT_WR)
        for _ in range(3):
            expect(wire.answer().expect(200).json["data"], "hello", "data")
        expect(wire.rest(), b"", "after the last")


@test
def an_expectation_is_met_before_the_body_comes():
    """Expect: 100-continue gets 100 when the body is wanted and the final answer after it; a refusal comes without waiting; 1.0 gets none."""
    with Lab() as lab:
        with Wire(lab.upstream) as wire:
            for _ in range(2):
                wire.request("POST /post", "Content-Length: 5", "Expect: 100-Continue")
                wire.head().expect(100, "the interim answer")
                expect(wire.send(b"hello").answer().expect(200).json["data"], "hello", "data")
            wire.request("POST /post", "Expect: 100-continue", body=b"hello")
            answer = wire.head()
            answer = wire.answer() if answer.status == 100 else wire.body(answer)
            expect(answer.expect(200).json["data"], "hello", "data sent at once")
        with Wire(lab.upstream) as wire:
            wire.send(b"POST /post HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            require(wire.is_quiet(0.3), "HTTP/1.0 got an interim answer")
            expect(wire.send(b"hello").answer().expect(200).json["data"], "hello", "HTTP/1.0")
        with Wire(lab.gateway) as wire:  # no token
            wire.request("POST /post", "Content-Length: 5000000", "Expect: 100-continue")
            started = time.monotonic()
            wire.answer().expect(401, "the refusal")
            require(time.monotonic() - started < 2, "the refusal waited for the body")
