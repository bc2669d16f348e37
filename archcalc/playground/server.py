"""The server: HTTP on the loopback address, for pages that it has served itself, with bounds on all that it takes."""

from __future__ import annotations

import hmac
import json
import os
import secrets
import socketserver
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from archcalc.errors import ArchcalcError
from archcalc.pages.html import ASSETS
from archcalc.playground import frame
from archcalc.playground.worker import MEMORY, SECONDS, Worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from socket import socket
    from typing import Any

HOST = "127.0.0.1"
MAX_BODY = 2**20  # bytes of a text
MAX_CONNECTIONS = 32
IDLE = 30  # seconds that a connection may say nothing
TOKEN = "X-Archcalc-Token"
JSON = "application/json"
SCRIPTS = {"/playground.js": "text/javascript", "/playground.css": "text/css"}
ZOO = "/zoo/"
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
NOTHING = "default-src 'none'; frame-ancestors 'none'"  # the policy of what is no page


class Playground(ThreadingHTTPServer):
    """The server of one run; `address` is what a browser opens, and `token` what only its own page knows.

    Port 0 is any that is free. Raises ArchcalcError if the port is taken.
    """

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = os.name == "posix"  # elsewhere, two could share a port
    request_queue_size = MAX_CONNECTIONS

    def __init__(self, port: int = 0, *, seconds: float = SECONDS, memory: int = MEMORY):
        try:
            super().__init__((HOST, port), Answers)
        except OSError as error:
            raise ArchcalcError(
                f"cannot listen on port {port}: {error.strerror}", hint="--port names another"
            ) from None
        except OverflowError:
            raise ArchcalcError(f"the port is {port}, expected a number from 0 to 65535") from None
        self.port: int = self.server_address[1]
        self.hosts = (f"{HOST}:{self.port}", f"localhost:{self.port}")
        self.address = f"http://{self.hosts[0]}/"
        self.token = secrets.token_urlsafe(32)
        self.places = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self.worker = Worker(seconds, memory)

    def server_bind(self) -> None:
        """Listen, without asking the network for the name of this machine."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def process_request(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """Answer in a thread, or not at all if there are too many."""
        if not self.places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """What such a thread does."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that has gone away is nothing to speak of."""

    def server_close(self) -> None:
        """Free the port and end the child."""
        super().server_close()
        if hasattr(self, "worker"):  # it has none yet if the port is taken
            self.worker.close()


class Answers(BaseHTTPRequestHandler):
    """The answers on one connection."""

    server: Playground
    protocol_version = "HTTP/1.1"
    server_version = "archcalc"
    sys_version = ""
    timeout = IDLE
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """The page, what it is made of, and texts of the zoo."""
        if self._is_foreign():
            return
        if self.path == "/":
            nonce = secrets.token_urlsafe(16)
            text = frame.html(self.server.token, nonce)
            self._send(HTTPStatus.OK, "text/html", text.encode(), frame.policy(nonce))
        elif self.path in SCRIPTS:
            self._send(HTTPStatus.OK, SCRIPTS[self.path], (ASSETS / self.path[1:]).read_bytes())
        elif self.path.startswith(ZOO) and (found := frame.text_of(self.path.removeprefix(ZOO))) is not None:
            self._send(HTTPStatus.OK, "text/plain", found.encode())
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "there is no such page")

    def do_POST(self) -> None:
        """What is computed of a text: `{"text": ...}`."""
        if self._is_foreign():
            return
        wrong = self._problem()
        if wrong is not None:
            self._refuse(*wrong)
            return
        text = _text(self.rfile.read(int(self.headers["Content-Length"])))
        if text is None:
            self._refuse(HTTPStatus.BAD_REQUEST, 'expected {"text": "..."}')
            return
        try:
            found = self.server.worker.ask(text)
        except ArchcalcError as error:
            found = json.dumps({"errors": [{"text": str(error)}]}).encode()
        self._send(HTTPStatus.OK, JSON, found)

    def _problem(self) -> tuple[HTTPStatus, str] | None:
        """What is wrong with the head of a request to compute."""
        if self.path != "/compute":
            return HTTPStatus.NOT_FOUND, "there is nothing to post to here"
        if not hmac.compare_digest(self.headers.get(TOKEN, "").encode(), self.server.token.encode()):
            return HTTPStatus.FORBIDDEN, "this page is of an earlier run: load it again"
        if self.headers.get_content_type() != JSON:
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"expected {JSON}"
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()) or "Transfer-Encoding" in self.headers:
            return HTTPStatus.LENGTH_REQUIRED, "expected a Content-Length"
        if len(length) > len(str(MAX_BODY)) or int(length) > MAX_BODY:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a spec has at most {MAX_BODY:,} bytes here"
        return None

    def _is_foreign(self) -> bool:
        """Whether a request is not of a page of this server's; then it is refused.

        A page elsewhere that has its own name lead to this machine sends that name as the host; one that posts here
        from elsewhere sends its origin.
        """
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or hosts[0].lower() not in self.server.hosts:
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST, "this server is not known by that name")
            return True
        if any(origin != f"http://{hosts[0].lower()}" for origin in self.headers.get_all("Origin", [])):
            self._refuse(HTTPStatus.FORBIDDEN, "this server answers its own pages only")
            return True
        if self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin") and self.path != "/":
            self._refuse(HTTPStatus.FORBIDDEN, "this server answers its own pages only")
            return True
        return False

    def _refuse(self, status: HTTPStatus, problem: str) -> None:
        self.close_connection = True  # a body may not have been read
        self._send(status, JSON, json.dumps({"problem": problem}).encode())

    def _send(self, status: HTTPStatus, kind: str, body: bytes, policy: str = NOTHING) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Security-Policy": policy}.items():
            self.send_header(name, value)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the base class refuses: other methods, and what is no HTTP."""
        self.request_version = "HTTP/1.1"
        status = HTTPStatus.METHOD_NOT_ALLOWED if code == HTTPStatus.NOT_IMPLEMENTED else HTTPStatus(code)
        self._refuse(status, status.phrase)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


def _text(body: bytes) -> str | None:
    """The text in a request, if it is one."""
    try:
        found = json.loads(body)
        text = found["text"]
        text.encode()  # not half of a character
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    return text if isinstance(text, str) else None
