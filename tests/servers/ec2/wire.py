# SPDX-License-Identifier: LGPL-2.1-or-later
"""What lies between an agent and EC2: TLS with certificates of every kind, and HTTP proxies."""
import base64
import contextlib
import http.client
import http.server
import socket
import ssl
import subprocess
import threading


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


class Authority:
    """A private certificate authority in a folder; `ca` is its own certificate."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.ca, self.key = folder / f"{name}.pem", folder / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", f"/CN={name}", "-days", "2", "-keyout", self.key, "-out", self.ca)

    def certificate(self, names, days="2"):
        """A file with key and certificate of a server of these names, as a subjectAltName has them."""
        base = self.folder / f"{self.name}-{abs(hash((names, days)))}"
        paths = {end: f"{base}.{end}" for end in ("key", "csr", "crt", "ext", "both")}
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                "/CN=server", "-keyout", paths["key"], "-out", paths["csr"])
        with open(paths["ext"], "w", encoding="ascii") as out:
            out.write(f"subjectAltName={names}\n")
        openssl("x509", "-req", "-in", paths["csr"], "-CA", self.ca, "-CAkey", self.key, "-days", days,
                "-CAcreateserial", "-extfile", paths["ext"], "-out", paths["crt"])
        with open(paths["both"], "w", encoding="ascii") as out:
            for end in ("key", "crt"):
                with open(paths[end], encoding="ascii") as part:
                    out.write(part.read())
        return paths["both"]


def pump(one, other):
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)


def join(one, other):
    """Carries bytes both ways until both have ended."""
    back = threading.Thread(target=pump, args=(other, one), daemon=True)
    back.start()
    pump(one, other)
    back.join()
    one.close()
    other.close()


class Plain:
    """The double at another address. Close it."""

    scheme = "http"

    def __init__(self, port, address="127.0.0.1"):
        self.behind = ("127.0.0.1", port)
        self.socket = socket.create_server((address, 0))
        self.port = self.socket.getsockname()[1]
        self.url = f"{self.scheme}://{address}:{self.port}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.one, args=self.socket.accept()[:1], daemon=True).start()

    def one(self, outer):
        join(outer, socket.create_connection(self.behind))

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class Tls(Plain):
    """A server with a certificate, in front of the double."""

    scheme = "https"

    def __init__(self, port, certificate, most=ssl.TLSVersion.TLSv1_3):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        if most < ssl.TLSVersion.TLSv1_2:
            self.context.set_ciphers("ALL:@SECLEVEL=0")
            self.context.minimum_version = most
        self.context.maximum_version = most
        super().__init__(port)

    def one(self, outer):
        try:
            inner = self.context.wrap_socket(outer, server_side=True)
        except (ssl.SSLError, OSError):
            outer.close()
            return
        super().one(inner)


class Proxy(http.server.ThreadingHTTPServer):
    """An HTTP proxy that writes down what it was asked for; with `user`, it wants NAME:PASSWORD. Close it."""

    daemon_threads = True

    def __init__(self, user=None):
        super().__init__(("127.0.0.1", 0), ProxyHandler)
        self.user, self.asked = user, []
        self.host = f"127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class ProxyHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def admitted(self):
        self.server.asked.append(f"{self.command} {self.path}")
        told = self.headers.get("Proxy-Authorization", "")
        if not self.server.user or told == "Basic " + base64.b64encode(self.server.user.encode()).decode():
            return True
        self.send_response(407)
        self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def do_CONNECT(self):
        if not self.admitted():
            return
        host, port = self.path.rsplit(":", 1)
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        join(self.connection, socket.create_connection((host, int(port))))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.admitted():
            return
        host, path = self.path.removeprefix("http://").split("/", 1)
        talk = http.client.HTTPConnection(host)
        headers = {name: value for name, value in self.headers.items()
                   if not name.lower().startswith("proxy-")}
        talk.request("POST", "/" + path, body, headers)
        answer = talk.getresponse()
        text = answer.read()
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        pass
