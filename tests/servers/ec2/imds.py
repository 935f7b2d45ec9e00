#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The metadata service of one instance, version 2 only and as strict as the real one.

    imds.py --control SOCKET --instance i-... [--listen 169.254.169.254:80] [--keep-open] [--say STATUS]

With --keep-open it does not close a connection that it was asked to close; with --say it answers
everything with that status.

It asks the double what to say, over a unix socket, so that it can run in a network namespace of its
own. The first line on stdout is its port. Needs nothing but Python.
"""
import argparse
import http.server
import json
import os
import secrets
import socket
import threading
import time


def ask(control, **question):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk:
        talk.settimeout(10)
        talk.connect(control)
        talk.sendall(json.dumps(question).encode() + b"\n")
        answer = json.loads(talk.makefile().readline())
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["ok"]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "EC2ws", ""
    tokens = {}
    options = None

    def reply(self, status, text=""):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if self.options.keep_open:
            self.close_connection = False

    def do_PUT(self):
        ttl = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "")
        if self.options.say:
            return self.reply(self.options.say)
        if self.path != "/latest/api/token":
            return self.reply(405)
        if "X-Forwarded-For" in self.headers:
            return self.reply(403)
        if not ttl.isdigit() or not 1 <= int(ttl) <= 21600:
            return self.reply(400)
        token = secrets.token_urlsafe(40) + "=="
        self.tokens[token] = time.monotonic() + int(ttl)
        return self.reply(200, token)

    def do_GET(self):
        token = self.headers.get("X-aws-ec2-metadata-token", "")
        if self.options.say:
            return self.reply(self.options.say)
        if self.tokens.get(token, 0) < time.monotonic():
            return self.reply(401)
        if not self.path.startswith("/latest/"):
            return self.reply(404)
        return self.tell(self.path.removeprefix("/latest/"))

    def tell(self, path):
        tree = ask(self.options.control, do="metadata", instance=self.options.instance)
        if path in tree:
            return self.reply(200, tree[path])
        folder = path if path.endswith("/") else path + "/"
        names = {rest.split("/", 1)[0] + ("/" if "/" in rest else "")
                 for rest in (name.removeprefix(folder) for name in tree if name.startswith(folder))
                 if rest}
        if names:
            return self.reply(200, "\n".join(sorted(names)))
        return self.reply(404, "<html>404 - Not Found</html>")

    def log_message(self, *arguments):
        pass


def end_with(control):
    """Ends this program when the double ends."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(control)
        line.recv(1)
    os._exit(0)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--control", required=True)
    parser.add_argument("--instance", required=True)
    parser.add_argument("--listen", default="169.254.169.254:80")
    parser.add_argument("--keep-open", action="store_true")
    parser.add_argument("--say", type=int)
    Handler.options = parser.parse_args()
    threading.Thread(target=end_with, args=(Handler.options.control,), daemon=True).start()
    host, port = Handler.options.listen.rsplit(":", 1)
    Server.address_family = socket.AF_INET6 if host[0] == "[" else socket.AF_INET
    server = Server((host.strip("[]"), int(port)), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
