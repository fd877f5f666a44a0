"""The lab as an HTTP/1.1 server, by the letter of RFC 9110 and 9112: what it must take, what it must refuse, and its limits."""
import concurrent.futures
import hashlib
import http.client
import random
import resource
import shutil
import socket
import subprocess
import time

from lab import ENV, FULL, LAB, SANITIZED, Lab, expect, lines, path, require, sh, written
from runner import Failure, Skipped, beside, test
from wire import BLOCK, ENDS, LAST_CHUNK, Wire, chunked, wait_until

# A second request behind every one that is refused: it must never be carried out.
SMUGGLED = b"GET /anything/smuggled HTTP/1.1\r\nHost: HOST\r\nAUTH\r\n"
H = b"Host: HOST\r\nAUTH"
POST = b"POST /anything HTTP/1.1\r\n" + H
GET = b"GET /anything HTTP/1.1\r\n" + H

# What a server must refuse: the bytes, and the statuses that are right.
REFUSED = {
    "both length headers": (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
    "both, the other way": (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", {400}),
    "two lengths that differ": (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", {400}),
    "a list of lengths that differ": (POST + b"Content-Length: 5, 6\r\n\r\nhello!", {400}),
    "a signed length": (POST + b"Content-Length: +5\r\n\r\nhello", {400}),
    "a negative length": (POST + b"Content-Length: -5\r\n\r\nhello", {400}),
    "a hexadecimal length": (POST + b"Content-Length: 0x5\r\n\r\nhello", {400}),
    "a length with a fraction": (POST + b"Content-Length: 5.0\r\n\r\nhello", {400}),
    "an empty length": (POST + b"Content-Length:\r\n\r\nhello", {400}),
    "a length that overflows": (POST + b"Content-Length: 18446744073709551621\r\n\r\nhello", {400, 413}),
    "no Host": (b"GET /anything HTTP/1.1\r\nAUTH\r\n", {400}),
    "two Hosts": (GET + b"Host: HOST\r\n\r\n", {400}),
    "two Hosts that differ": (GET + b"Host: else.test\r\n\r\n", {400}),
    "two Hosts, HTTP/1.0": (b"GET /anything HTTP/1.0\r\n" + H + b"Host: HOST\r\n\r\n", {400}),
    "a Host with a path": (b"GET /anything HTTP/1.1\r\nHost: HOST/x\r\nAUTH\r\n", {400}),
    "a Host with a query": (b"GET /anything HTTP/1.1\r\nHost: HOST?x\r\nAUTH\r\n", {400}),
    "a Host with a fragment": (b"GET /anything HTTP/1.1\r\nHost: HOST#x\r\nAUTH\r\n", {400}),
    "a Host with a space": (b"GET /anything HTTP/1.1\r\nHost: a b\r\nAUTH\r\n", {400}),
    "a Host with a user": (b"GET /anything HTTP/1.1\r\nHost: user@HOST\r\nAUTH\r\n", {400}),
    "a Host with a word for a port": (b"GET /anything HTTP/1.1\r\nHost: a.test:port\r\nAUTH\r\n", {400}),
    "a Host with two ports": (b"GET /anything HTTP/1.1\r\nHost: a.test:1:2\r\nAUTH\r\n", {400}),
    "an unknown transfer coding": (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", {501, 400}),
    "an unknown transfer coding alone": (POST + b"Transfer-Encoding: gzip\r\n\r\nhello", {501, 400}),
    "identity": (POST + b"Transfer-Encoding: identity\r\n\r\nhello", {501, 400}),
    "chunked twice": (POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", {400, 501}),
    "chunked in two fields": (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400, 501}),
    "chunked not the last": (POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", {400, 501}),
    "xchunked": (POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", {400, 501}),
    "a coding behind a control character": (POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", {400, 501}),
    "an unknown coding, then chunked, in two fields": (POST + b"Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400, 501}),
    "CONNECT": (b"CONNECT HOST HTTP/1.1\r\n" + H + b"\r\n", {400, 405, 501}),
    "CONNECT with a path": (b"CONNECT /anything HTTP/1.1\r\n" + H + b"\r\n", {400, 405, 501}),
    "a space before the colon": (GET + b"X : 1\r\n\r\n", {400}),
    "a tab before the colon": (GET + b"X\t: 1\r\n\r\n", {400}),
    "Content-Length with a space before the colon": (POST + b"Content-Length : 5\r\n\r\nhello", {400}),
    "a field without a name": (GET + b": 1\r\n\r\n", {400}),
    "a field without a colon": (GET + b"nonsense\r\n\r\n", {400}),
    "a space before the first field": (b"GET /anything HTTP/1.1\r\n X: 1\r\n" + H + b"\r\n", {400}),
    "a name that is no token": (GET + b"X(y): 1\r\n\r\n", {400}),
    "bare LF after the request line": (b"GET /anything HTTP/1.1\n" + H + b"\r\n", {400}),
    "bare LF between fields": (GET + b"X: 1\nContent-Length: 5\r\n\r\nhello", {400}),
    "bare LF for the empty line": (b"GET /anything HTTP/1.1\nHost: HOST\nAUTH\n\n", {400}),
    "bare CR in a value": (GET + b"X: a\rContent-Length: 5\r\n\r\n", {400}),
    "NUL in a value": (GET + b"X: a\0b\r\n\r\n", {400}),
    "NUL in the target": (b"GET /any\0thing HTTP/1.1\r\n" + H + b"\r\n", {400}),
    "a control character in a value": (GET + b"X: a\x01b\r\n\r\n", {400}),
    "a space in the target": (b"GET /any thing HTTP/1.1\r\n" + H + b"\r\n", {400}),
    "two spaces in the request line": (b"GET  /anything HTTP/1.1\r\n" + H + b"\r\n", {400}),
    "a tab in the request line": (b"GET\t/anything HTTP/1.1\r\n" + H + b"\r\n", {400}),
    "no target": (b"GET HTTP/1.1\r\n" + H + b"\r\n", {400}),
    "a target that is no path": (b"GET anything HTTP/1.1\r\n" + H + b"\r\n", {400}),
    "a method that is no token": (b"G(T /anything HTTP/1.1\r\n" + H + b"\r\n", {400, 501}),
    "HTTP/0.9": (b"GET /anything\r\n\r\n", {400, 505}),
    "HTTP/2's preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}),
    "HTTP/2.0": (b"GET /anything HTTP/2.0\r\n" + H + b"\r\n", {400, 505}),
    "http/1.1 in lower case": (b"GET /anything http/1.1\r\n" + H + b"\r\n", {400, 505}),
    "HTTP/1.10": (b"GET /anything HTTP/1.10\r\n" + H + b"\r\n", {400, 505}),
    "HTTP/9.9": (b"GET /anything HTTP/9.9\r\n" + H + b"\r\n", {400, 505}),
    "GET *": (b"GET * HTTP/1.1\r\n" + H + b"\r\n", {400}),
    "an absolute target of another host than Host": (b"GET http://else.test/anything HTTP/1.1\r\n" + H + b"\r\n", {400, 421}),
    "an absolute target of another port than Host": (b"GET http://127.0.0.1:1/anything HTTP/1.1\r\n" + H + b"\r\n", {400, 421}),
    "an absolute target with a user": (b"GET http://user@HOST/anything HTTP/1.1\r\n" + H + b"\r\n", {400, 421}),
    "an absolute target of another scheme": (b"GET ftp://HOST/anything HTTP/1.1\r\n" + H + b"\r\n", {400, 421}),
    "a client's hello in TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) + b"\r\n\r\n", {400}),
    "noise": (b"\x00\xff" * 500 + b"\r\n\r\n", {400}),
    "a field of 70,000 bytes": (GET + b"X: " + b"a" * 70_000 + b"\r\n\r\n", {431}),
    "a name of 70,000 bytes": (GET + b"a" * 70_000 + b": x\r\n\r\n", {431, 400}),
    "a head of 140,000 bytes": (GET + b"".join(b"X%d: %b\r\n" % (n, b"a" * 20_000) for n in range(7)) + b"\r\n", {431}),
    "201 fields": (GET + b"X: 1\r\n" * 201 + b"\r\n", {431}),
    "a target of 140,000 bytes": (b"GET /anything/" + b"a" * 140_000 + b" HTTP/1.1\r\n" + H + b"\r\n", {414, 431, 400}),
}

CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
# What is wrong with a body, found while it is read.
BROKEN_BODIES = {
    "a chunk size that is no number": (CHUNKED + b"G\r\nx\r\n0\r\n\r\n", {400}),
    "an empty chunk size": (CHUNKED + b"\r\nx\r\n0\r\n\r\n", {400}),
    "a negative chunk size": (CHUNKED + b"-1\r\nx\r\n0\r\n\r\n", {400}),
    "a signed chunk size": (CHUNKED + b"+1\r\nx\r\n0\r\n\r\n", {400}),
    "0x before a chunk size": (CHUNKED + b"0x1\r\nx\r\n0\r\n\r\n", {400}),
    "a chunk size that overflows": (CHUNKED + b"10000000000000001\r\nx\r\n0\r\n\r\n", {400, 413}),
    "a chunk longer than it says": (CHUNKED + b"1\r\nxy\r\n0\r\n\r\n", {400}),
    "a chunk without its CRLF": (CHUNKED + b"1\r\nx0\r\n\r\n", {400}),
    "bare LF after a chunk size": (CHUNKED + b"1\nx\r\n0\r\n\r\n", {400}),
    "bare LF after a chunk": (CHUNKED + b"1\r\nx\n0\r\n\r\n", {400}),
    "bare LF in an extension": (CHUNKED + b"1;a\n\r\nx\r\n0\r\n\r\n", {400}),
    "a chunk extension of 300,000 bytes": (CHUNKED + b"1;" + b"a" * 300_000 + b"\r\nx\r\n0\r\n\r\n", {400, 413, 431}),
    "trailers of 300,000 bytes": (CHUNKED + b"1\r\nx\r\n0\r\nX: " + b"a" * 300_000 + b"\r\n\r\n", {400, 413, 431}),
    "a trailer with a space before its colon": (CHUNKED + b"1\r\nx\r\n0\r\nX : 1\r\n\r\n", {400}),
}


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
        passed = [line for line in lines("refused-all.jsonl") if "gateway → upstream" in line["notes"][0] and line.get("response", {}).get("status") == 200]
        require(not passed, f"the upstream answered {passed[:1]}")
        require_answers(lab, "idp", "gateway", "upstream")


TAKEN = {
    # name: what is sent, what the echo must have.
    "a lower-case method": (b"get /anything HTTP/1.1\r\n" + H + b"\r\n", {"method": "get"}),
    "a method of one's own": (b"M-SEARCH /anything HTTP/1.1\r\n" + H + b"\r\n", {"method": "M-SEARCH"}),
    "a method of odd characters": (b"a!#$%&'*+-.^_`|~9 /anything HTTP/1.1\r\n" + H + b"\r\n", {"method": "a!#$%&'*+-.^_`|~9"}),
    "field names in any case": (b"GET /anything HTTP/1.1\r\nhOST: HOST\r\nAUTHx-ODD: 1\r\n\r\n", {"headers.X-Odd": "1"}),
    "an empty value": (GET + b"X-Empty:\r\nX-Blank:  \t \r\n\r\n", {"headers.X-Empty": "", "headers.X-Blank": ""}),
    "no space after the colon": (GET + b"X:1\r\n\r\n", {"headers.X": "1"}),
    "spaces around a value": (GET + b"X: \t 1 2\t \r\n\r\n", {"headers.X": "1 2"}),
    "a body with GET": (GET + b"Content-Length: 5\r\n\r\nhello", {"data": "hello"}),
    "a length of 0": (POST + b"Content-Length: 0\r\n\r\n", {"data": "", "length": 0}),
    "a length with zeros": (POST + b"Content-Length: 005\r\n\r\nhello", {"data": "hello", "length": 5}),
    "no length at all": (POST + b"\r\n", {"data": "", "length": 0}),
    "chunked in another case": (POST + b"Transfer-Encoding: ChunKed\r\n\r\n5\r\nhello\r\n0\r\n\r\n", {"data": "hello"}),
    "chunks with extensions": (POST + b"Transfer-Encoding: chunked\r\n\r\n2;a=b;c=\"d;e\"\r\nhe\r\n3 ;x\r\nllo\r\n0;last\r\n\r\n", {"data": "hello"}),
    "chunk sizes with zeros and letters": (POST + b"Transfer-Encoding: chunked\r\n\r\n000A\r\n0123456789\r\n0c\r\nabcdefghijkl\r\n000\r\n\r\n", {"data": "0123456789abcdefghijkl", "length": 22}),
    "trailers": (POST + b"Transfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n5\r\nhello\r\n0\r\nX-Late: 1\r\nX-Later:\r\n\r\n", {"data": "hello", "headers.X-Late": None}),
    "the target byte for byte": (b"GET /anything/%41/../a//b?x=%2f&& HTTP/1.1\r\n" + H + b"\r\n", {"url": "http://HOST/anything/%41/../a//b?x=%2f&&"}),
    "every character of a target": (b"GET /anything/-._~!$&'()*+,;=:@%20?/?-._~!$&'()*+,;=:@ HTTP/1.1\r\n" + H + b"\r\n", {"url": "http://HOST/anything/-._~!$&'()*+,;=:@%20?/?-._~!$&'()*+,;=:@"}),
    "an absolute target of this host": (b"GET http://HOST/anything/x?y HTTP/1.1\r\n" + H + b"\r\n", {"url": "http://HOST/anything/x?y"}),
    "an absolute target of this host in capitals": (b"GET HTTP://HOST/anything/x?y HTTP/1.1\r\n" + H + b"\r\n", {"method": "GET"}),
    "an empty line first": (b"\r\n" + GET + b"\r\n", {"method": "GET"}),
    "a Host that is another name": (b"GET /anything HTTP/1.1\r\nHost: any.test:81\r\nAUTH\r\n", {"url": "http://any.test:81/anything"}),
    "a Host of IPv6": (b"GET /anything HTTP/1.1\r\nHost: [::1]:81\r\nAUTH\r\n", {"url": "http://[::1]:81/anything"}),
    "a Host without a port": (b"GET /anything HTTP/1.1\r\nHost: any.test\r\nAUTH\r\n", {"url": "http://any.test/anything"}),
    "bytes beyond ASCII in a value": (GET + "X-Name: ä\r\n\r\n".encode(), {"headers.X-Name": "ä"}),
    "200 fields": (b"GET /anything HTTP/1.1\r\nHost: HOST\r\n" + b"X: 1\r\n" * 199 + b"\r\n", {"method": "GET"}),
    "a field of 60,000 bytes": (GET + b"X: " + b"a" * 60_000 + b"\r\n\r\n", {"headers.X": "a" * 60_000}),
    "a head of 120,000 bytes": (GET + b"X: " + b"a" * 60_000 + b"\r\nY: " + b"b" * 58_000 + b"\r\n\r\n", {"headers.Y": "b" * 58_000}),
}


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


@test
def bodies_of_every_length_arrive_whole():
    """0 B to 100 MB, by length and by chunks: length, SHA-256 and the first 64 KB in the echo; /bytes/N sends N bytes."""
    whole = 100 << 20 if not SANITIZED else 8 << 20
    sizes = [0, 1, 4095, 65_535, 65_536, 65_537, 3_000_000, whole]
    with Lab("upstream") as lab, Wire(lab.upstream, timeout=60) as wire:
        before = lab.memory()
        for size in sizes:
            for by_length in (True, False):
                started = wire.request("POST /anything", f"Content-Length: {size}" if by_length else "Transfer-Encoding: chunked")
                digest = hashlib.sha256()
                for start in range(0, size, len(BLOCK)):
                    part = BLOCK[:min(len(BLOCK), size - start)]
                    digest.update(part)
                    started.send(part if by_length else chunked(part))
                if not by_length:
                    wire.send(LAST_CHUNK)
                echo = wire.answer().expect(200, f"{size} bytes").json
                expect((echo["length"], echo["sha256"]), (size, digest.hexdigest()), f"{size} bytes, by {'length' if by_length else 'chunks'}")
                require(len(echo["data"]) <= 65_536 and bool(echo["data"]) == bool(size), f"{size} bytes: data of {len(echo['data'])} characters")
        text = "0123456789abcdef" * 8192
        echo = wire.ask("POST /post", body=text.encode()).expect(200).json
        expect((echo["data"], echo["length"]), (text[:65_536], len(text)), "the first 64 KB")
        for size in sizes:
            answer = wire.request(f"GET /bytes/{size}").answer(take=lambda part: None).expect(200)
            expect((answer.size, answer.is_whole), (size, True), f"/bytes/{size}")
        for where in ("/bytes/x", "/bytes/-1", "/bytes/", "/bytes/99999999999999999999"):
            require(wire.ask(f"GET {where}").status in (400, 404), where)
        if not SANITIZED:
            require(lab.memory() - before < 32, f"memory grew from {before:.0f} to {lab.memory():.0f} MB")


@test
def a_body_the_lab_must_read_whole_ends_at_2_mb():
    """413 at the token endpoint, by length at once and by chunks when it gets there; 2 MB are taken; the other answers go on."""
    with Lab() as lab:
        for fields, body in [(["Content-Length: 3000000"], b""), (["Transfer-Encoding: chunked"], chunked(BLOCK) * 3)]:
            with Wire(lab.issuer) as wire:
                try:
                    wire.request("POST /realms/lab/protocol/openid-connect/token", "Content-Type: application/x-www-form-urlencoded", *fields).send(body)
                except ENDS:
                    pass
                answer = wire.answer().expect(413, fields)
                require("2 MB" in answer.body.decode(), answer.body)
        form = "grant_type=client_credentials&client_id=kong&client_secret=kong-secret&x=" + "a" * (2_000_000)
        expect(lab.get(lab.endpoint("token"), form).status, 200, "2 MB")
        expect(lab.token_request({"grant_type": "x" * 3_000_000}).status, 413, "by Python's client")
        lab.bearer()


@test
def kept_alive_connections_take_5000_posts():
    """5,000 POSTs each by curl and by Python's http.client on connections that stay: every answer is right, none is lost; so are refusals."""
    count = 5000 if not SANITIZED else 500
    with Lab() as lab:
        url = lab.upstream + "/post"
        done = subprocess.run(["curl", "-sS", "-d", "a=1", "-o", "/dev/null", "-w", "%{http_code} %{num_connects}\\n", f"{url}?[1-{count}]"], capture_output=True, text=True, env=ENV, timeout=120)
        answers = done.stdout.split("\n")[:-1]
        expect((done.returncode, len(answers), set(answers[1:]), answers[0]), (0, count, {"200 0"}, "200 1"), f"curl {done.stderr}")

        def post(seed):
            numbers = random.Random(seed)
            connection = http.client.HTTPConnection(lab.upstream.split("//")[1], timeout=20)
            connection.connect()
            own = connection.sock
            for number in range(count // 5):
                body = numbers.randbytes(70_000 if number % 50 == 7 else numbers.choice([0, 1, 100, 1000, 3000]))
                connection.request("POST", "/post", body, {"Content-Type": "application/octet-stream"})
                echo = connection.getresponse()
                text = echo.read()
                require(echo.status == 200 and b'"length":%d' % len(body) in text and hashlib.sha256(body).hexdigest().encode() in text, f"{len(body)} bytes: {echo.status} {text[:300]}")
            require(connection.sock is own, "the connection did not stay")
            connection.close()

        with concurrent.futures.ThreadPoolExecutor(5) as pool:
            list(pool.map(post, range(5)))
        token = lab.bearer()
        with Wire(lab.gateway) as wire:  # refusals keep the connection too
            for _ in range(count // 10):
                wire.ask("POST /post", f"Authorization: Bearer {token}", body=b"hello").expect(401)


@test
def sixteen_connections_of_wrk_post_without_an_error():
    """POSTs by wrk for 2 s, 16 connections: thousands, and no error of any kind."""
    script = written("post.lua", 'wrk.method = "POST"\nwrk.body = string.rep("x", 1000)\nwrk.headers["Content-Type"] = "text/plain"\n')
    if not shutil.which("wrk"):
        raise Skipped("wrk is not installed")
    with Lab("upstream") as lab:
        done = sh("wrk", "-t2", "-c16", "-d2", "-s", script, lab.upstream + "/post")
        require("Non-2xx" not in done.stdout and "Socket errors" not in done.stdout, done.stdout + done.stderr)
        found = int(done.stdout.split(" requests in ")[0].split()[-1])
        require(found >= (5000 if not SANITIZED else 200), f"wrk made {found} requests")


@test
def a_thousand_idle_connections_are_in_nobodys_way():
    """1,000 connections, some with a request behind them, stay while others are answered; each still answers afterwards."""
    count = 1000 if not SANITIZED else 200
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    with Lab("upstream") as lab:
        idle = [Wire(lab.upstream) for _ in range(count)]
        for wire in idle[::4]:
            wire.ask("GET /get").expect(200)
        started = time.monotonic()
        with Wire(lab.upstream) as busy:
            for _ in range(200):
                busy.ask("POST /post", body=b"hello").expect(200)
        require(time.monotonic() - started < 5, "requests are slow beside idle connections")
        for wire in idle:
            wire.ask("GET /get").expect(200)
            wire.sock.close()
        require(SANITIZED or lab.memory() < 200, f"{lab.memory():.0f} MB")


@test
def connections_beyond_the_limit_get_503():
    """--threads 8: eight connections at once; the ninth gets 503 and is closed, and a place that becomes free is taken."""
    with Lab("upstream", "--threads", "8") as lab:
        held = [Wire(lab.upstream) for _ in range(8)]
        for wire in held:
            wire.ask("GET /get").expect(200)
        for _ in range(10):
            with Wire(lab.upstream) as ninth:
                try:
                    ninth.request("GET /get")
                except ENDS:
                    pass
                ninth.answer().expect(503, "the ninth")
                expect(ninth.rest(), b"", "after 503")
        for wire in held:
            wire.ask("GET /get").expect(200, "one of the eight")
        held[0].sock.close()

        def free():
            with Wire(lab.upstream) as wire:
                return wire.ask("GET /get").status == 200

        wait_until(free, 5, "a place that became free is given away")
        for wire in held[1:]:
            wire.sock.close()
    for text in ("0", "-1", "x"):
        require(sh(LAB, "--until-stdin-closes", "--threads", text, text="", check=False).returncode == 2, f"--threads {text} is no wrong usage")


# What needs waiting: these run beside all other tests.


def closes(wire, earliest, latest, started, status=408):
    """The connection gets that status, or just ends, between these seconds after its start."""
    wire.sock.settimeout(latest + 3)
    if status:
        answer = wire.answer()
        expect(answer.status, status, "the status")
    rest = wire.rest(latest + 3)
    took = time.monotonic() - started
    require(earliest <= took <= latest, f"closed after {took:.1f} s, expected {earliest} to {latest}; {rest[:100]!r}")


@beside
def heads_that_stop_get_408_after_10_seconds():
    """A head once begun has 10 s, however slowly it trickles, also over TLS and on a connection that was used; an idle connection stays."""
    with Lab("upstream") as plain, Lab("upstream", "--https") as secure:
        def half(text, lab=plain, first=False, trickles=False):
            with Wire(lab.upstream, lab.info.get("cacert")) as wire:
                if first:
                    wire.ask("GET /get").expect(200)
                started = time.monotonic()
                wire.send(text)
                if trickles:
                    for _ in range(8):
                        time.sleep(1)
                        wire.send(b"a")
                closes(wire, 9, 13.5, started)

        def idle(first):
            with Wire(plain.upstream) as wire:
                if first:
                    wire.ask("GET /get").expect(200)
                require(wire.is_quiet(14), "an idle connection was closed or spoken to")
                wire.ask("GET /get").expect(200, "after 14 s")

        def silent():
            with socket.create_connection(("127.0.0.1", int(secure.upstream.split(":")[-1]))) as sock:
                sock.sendall(b"\x16\x03\x01")
                time.sleep(1)
                with Wire(secure.upstream, secure.info["cacert"]) as other:
                    other.ask("GET /get").expect(200, "beside a handshake that stops")

        head = b"GET /get HTTP/1.1\r\nHost:"
        calls = [lambda: half(b"G"), lambda: half(head), lambda: half(head + b" x\r\n\r"), lambda: half(head, first=True), lambda: half(head + b" x\r\nX: ", trickles=True),
                 lambda: half(head, secure), lambda: half(head, secure, first=True), lambda: idle(False), lambda: idle(True), silent]
        with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
            complaints = [f"{number}: {error}" for number, error in enumerate(future.exception() for future in [pool.submit(call) for call in calls]) if error]
        require(not complaints, "; ".join(complaints))


@beside
def idle_connections_close_after_60_seconds():
    """60 s without a request, and 60 s without a byte of a body begun, end a connection. In full runs only."""
    if not FULL:
        raise Skipped("it waits a minute: CI=true or DPOP_FULL=1")
    with Lab("upstream") as lab:
        def wait(first, text):
            with Wire(lab.upstream) as wire:
                if first:
                    wire.ask("GET /get").expect(200)
                started = time.monotonic()
                wire.send(text)
                wire.sock.settimeout(70)
                wire.rest(70)
                took = time.monotonic() - started
                require(58 <= took <= 66, f"closed after {took:.1f} s")

        post = b"POST /post HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello"
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            for future in [pool.submit(wait, *words) for words in [(False, b""), (True, b""), (False, post)]]:
                future.result()
