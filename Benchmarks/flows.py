#!/usr/bin/env python3
"""The flows of a HAR as a mitmproxy flow file, written by mitmproxy's own code, so that its console can be timed on them.

Usage: flows.py HAR FLOW-FILE (with a Python that has mitmproxy)
"""
import json
import sys

from mitmproxy import connection, http, io


def fields(message):
    return http.Headers([(h["name"].encode(), h["value"].encode()) for h in message["headers"]])


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        har = json.load(file)
    with open(sys.argv[2], "wb") as file:
        writer = io.FlowWriter(file)
        for entry in har["log"]["entries"]:
            request, response = entry["request"], entry["response"]
            client = connection.Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2), timestamp_start=1.0)
            flow = http.HTTPFlow(client, connection.Server(address=("127.0.0.1", 3)))
            body = (request.get("postData") or {}).get("text", "")
            flow.request = http.Request.make(request["method"], request["url"], body.encode(), fields(request))
            flow.response = http.Response.make(response["status"], response["content"].get("text", "").encode(), fields(response))
            writer.add(flow)


main()
