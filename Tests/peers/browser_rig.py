"""A real browser for browser.py: Chromium without a window, spoken to by the DevTools protocol over a pipe, and the HAR of what it sent."""
import base64
import datetime
import http.server
import json
import os
import select
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.parse

from runner import Failure, Skipped

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "browser_page.html")
PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class PageServer:
    """The page with its settings, on an origin of its own, for the length of a with block."""

    def __init__(self, **config):
        with open(PAGE) as file:
            self.page = file.read().replace("/*CONFIG*/null", json.dumps(config))

    def __enter__(self):
        page = self.page.encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                found = urllib.parse.urlsplit(self.path).path == "/"
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(page if found else b"")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Browser:
    """Chromium for the length of a with block, with one page, whose network events are kept.

    It is spoken to by file descriptors 3 and 4: no port is open that a page could find.
    """

    def __init__(self):
        if not PROGRAM:
            raise Skipped("no Chromium (scripts/setup.sh test installs it where the archive has it)")

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="dpop-browser-")
        (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()
        words = [PROGRAM, "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self.folder}", "--no-first-run", "--no-default-browser-check", "--disable-gpu",
                 "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--no-proxy-server", "--password-store=basic"]
        words.append("--no-sandbox")  # With it Chromium starts neither as root nor in most containers; it sees our own pages only.
        # Numbers over 9 cannot be the two that are wanted.
        theirs = [os.dup(theirs_in), os.dup(theirs_out)]
        script = f'exec 3<&{theirs[0]} 4>&{theirs[1]}; exec "$@"'
        self.process = subprocess.Popen(["bash", "-c", script, "bash", *words, "about:blank"], pass_fds=theirs, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=open(f"{self.folder}/stderr", "w"), env={**os.environ, "HOME": self.folder})
        for descriptor in (theirs_in, theirs_out, *theirs):
            os.close(descriptor)
        self.out, self.into = ours_out, ours_in
        self.buffer, self.number, self.answers, self.events = b"", 0, {}, []
        try:
            targets = self.call("Target.getTargets", wait=60)["targetInfos"]
            target = next(item["targetId"] for item in targets if item["type"] == "page")
            self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Network", "Runtime"):
                self.call(f"{domain}.enable", self.session)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for descriptor in (self.out, self.into):
            os.close(descriptor)
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    # The protocol: JSON texts, each with a zero byte behind it.

    def call(self, method, session=None, wait=20, **parameters):
        self.number += 1
        number = self.number
        message = {"id": number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        os.write(self.out, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + wait
        while number not in self.answers:
            self.listen(end, method)
        answer = self.answers.pop(number)
        if "error" in answer:
            raise Failure(f"Chromium: {method}: {answer['error']}")
        return answer["result"]

    def listen(self, end, what):
        """Takes what Chromium says next."""
        if not select.select([self.into], [], [], max(0, end - time.monotonic()))[0]:
            raise Failure(f"Chromium does not answer: {what}")
        piece = os.read(self.into, 1 << 16)
        if not piece:
            with open(f"{self.folder}/stderr", errors="replace") as file:
                raise Failure(f"Chromium ended: {file.read()[-2000:]}")
        *whole, self.buffer = (self.buffer + piece).split(b"\0")
        for text in whole:
            message = json.loads(text)
            if "id" in message:
                self.answers[message["id"]] = message
            else:
                self.events.append((message["method"], message.get("params", {})))

    # A person.

    def value(self, expression, wait=20):
        """What an expression of JavaScript is in the page."""
        answer = self.call("Runtime.evaluate", self.session, wait, expression=expression, returnByValue=True, awaitPromise=True)
        return None if "exceptionDetails" in answer else answer["result"].get("value")

    def until(self, expression, seconds=30):
        """Waits until the page, or the next one, says something that counts as true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if found := self.value(expression):
                    return found
            except Failure as failure:
                # The page has just gone.
                if not any(words in str(failure) for words in ("context", "navigated or closed")):
                    raise
            time.sleep(0.05)
        raise Failure(f"the page never says {expression}; it is at {self.value('location.href')}: {self.value('document.body.innerText')}")

    def visit(self, url):
        self.call("Page.navigate", self.session, url=url)

    def log_in(self, username, password):
        """Fills in the login form of whichever IdP, and agrees to what it asks next."""
        self.until("document.querySelector('input[name=password]') !== null")
        self.value(f"document.querySelector('input[name=username]').value = {json.dumps(username)}; document.querySelector('input[name=password]').value = {json.dumps(password)};"
                   "setTimeout(() => document.querySelector('input[name=password]').form.requestSubmit(), 0)")
        asked = self.until("window.outcome !== undefined ? 'done' : document.querySelector('[name=accept]') ? 'asked' : ''")
        if asked == "asked":
            self.value("setTimeout(() => document.querySelector('[name=accept]').click(), 0)")
        return self.until("window.outcome")

    # What it sent.

    def har(self):
        """The HTTP Archive of the page's requests, as Chrome's own panel writes it."""
        end = time.monotonic() + 5
        while any("ended" not in item or "sent" not in item for item in self.hops()) and time.monotonic() < end:
            self.value("0")  # What was sent last is told a moment later.
            time.sleep(0.02)
        entries = sorted((self.entry(item) for item in self.hops()), key=lambda entry: entry["startedDateTime"])
        return {"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": [], "entries": entries}}

    def hops(self):
        """Each request that went out: what was asked for, what was really sent, and what came back."""
        requests = {}
        for method, event in self.events:
            if not method.startswith("Network.") or "requestId" not in event:
                continue
            chain, told = requests.setdefault(event["requestId"], ([], {"sent": [], "received": []}))
            name = method.removeprefix("Network.")
            if name == "requestWillBeSent":
                if chain and "redirectResponse" in event:
                    chain[-1].update(response=event["redirectResponse"], ended=event["timestamp"])
                kind = "preflight" if event["initiator"]["type"] == "preflight" else event.get("type", "Other").lower()
                chain.append({"request": event["request"], "wall": event["wallTime"], "started": event["timestamp"], "type": kind, "id": event["requestId"]})
            elif name == "requestWillBeSentExtraInfo":
                told["sent"].append(event)
            elif name == "responseReceivedExtraInfo":
                told["received"].append(event)
            elif name == "responseReceived" and chain:
                chain[-1].update(response=event["response"], ended=event["timestamp"])
            elif name in ("loadingFinished", "loadingFailed") and chain:
                chain[-1].update(ended=event["timestamp"], failure=event.get("errorText"))
        for chain, told in requests.values():
            # What was really sent and received is told for each hop in their order, before or after the hop itself.
            for name, events in told.items():
                for item, event in zip(chain, events):
                    item[name] = event
            for item in chain[:-1]:
                item["id"] = None  # Its body was thrown away for that of the next.
        return [item for chain, _ in requests.values() for item in chain if item["request"]["url"].startswith("http")]

    def entry(self, item):
        request, response = item["request"], item.get("response")
        sent = item.get("sent", {}).get("headers", request["headers"])
        received = item.get("received", {}).get("headers", (response or {}).get("headers", {}))
        fields = lambda headers: [{"name": name, "value": part} for name, value in headers.items() for part in value.split("\n")]
        began = datetime.datetime.fromtimestamp(item["wall"], datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        took = max(0.0, (item.get("ended", item["started"]) - item["started"]) * 1000)
        posted = self.posted(item)
        url = urllib.parse.urlsplit(request["url"])
        return {
            "_resourceType": item["type"], "startedDateTime": began, "time": took, "cache": {}, "serverIPAddress": (response or {}).get("remoteIPAddress", ""),
            **({"_error": item["failure"]} if item.get("failure") else {}),
            "request": {
                "method": request["method"], "url": request["url"].split("#")[0], "httpVersion": "http/1.1", "headers": fields(sent), "cookies": [],
                "queryString": [{"name": name, "value": value} for name, value in urllib.parse.parse_qsl(url.query)], "headersSize": -1, "bodySize": len(posted or ""),
                **({"postData": {"mimeType": sent.get("Content-Type", sent.get("content-type", "")), "text": posted}} if posted else {})},
            "response": {
                "status": item.get("received", {}).get("statusCode", (response or {}).get("status", 0)), "statusText": (response or {}).get("statusText", ""), "httpVersion": "http/1.1",
                "headers": fields(received), "cookies": [], "redirectURL": next((value for name, value in received.items() if name.lower() == "location"), ""),
                "content": self.content(item, response), "headersSize": -1, "bodySize": -1},
            "timings": {"send": 0, "wait": took, "receive": 0}}

    def posted(self, item):
        request = item["request"]
        if "postData" in request or not request.get("hasPostData") or not item["id"]:
            return request.get("postData")
        return self.call("Network.getRequestPostData", self.session, requestId=item["id"])["postData"]

    def content(self, item, response):
        mime = (response or {}).get("mimeType", "")
        if not item["id"]:
            return {"size": 0, "mimeType": mime}
        try:
            body = self.call("Network.getResponseBody", self.session, requestId=item["id"])
        except Failure:  # A redirect, a preflight, or a page that is gone has none.
            return {"size": 0, "mimeType": mime}
        raw = base64.b64decode(body["body"]) if body["base64Encoded"] else body["body"].encode()
        return {"size": len(raw), "mimeType": mime, "text": body["body"], **({"encoding": "base64"} if body["base64Encoded"] else {})}
