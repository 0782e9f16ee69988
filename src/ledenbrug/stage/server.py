"""An HTTP/1.1 keep-alive server on the standard library: one thread a connection, one write an answer.

It only carries requests to a function and responses back; it decides nothing. (`http.server` parses headers with the
mail parser and looks its own name up in the DNS, both slower than everything a sandbox does.)
"""

import contextlib
import socket
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

from ledenbrug.stage.messages import Request, Response

Answer = Callable[[Request], Response]

LONGEST_LINE = 65_536
LARGEST_BODY = 32 * 1024 * 1024
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_RESET = struct.pack("ii", 1, 0)


class _BadRequest(Exception):
    pass


class _Connection(StreamRequestHandler):
    disable_nagle_algorithm = True
    server: "Server"

    def handle(self) -> None:
        self.server.connections.add(self.connection)
        try:
            while self._serve_one():
                pass
        except (ConnectionError, TimeoutError, ValueError):
            pass  # the caller went away; nothing to tell anybody
        finally:
            self.server.connections.discard(self.connection)

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()

    def _serve_one(self) -> bool:
        try:
            request, keep_alive = self._read()
        except _BadRequest as refused:
            self.connection.sendall(_encoded(Response(400, str(refused).encode()), keep_alive=False, head=False))
            return False
        if request is None:
            return False
        try:
            response = self.server.answer(request)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            response = Response(500, b"the sandbox itself failed, see its error output")
        return self._write(response, keep_alive=keep_alive, head=request.method == "HEAD")

    def _read(self) -> tuple[Request | None, bool]:
        line = self.rfile.readline(LONGEST_LINE)
        while line in (b"\r\n", b"\n"):
            line = self.rfile.readline(LONGEST_LINE)
        if not line:
            return None, False
        try:
            method, target, version = line.decode("latin-1").split()
        except ValueError:
            raise _BadRequest("not an HTTP request line") from None
        headers = self._headers()
        body = self._body(headers)
        if "://" in target[:8]:
            target = "/" + target.split("://", 1)[1].partition("/")[2]
        path, _, query = target.partition("?")
        wish = headers.get("connection", "").lower()
        keep_alive = wish != "close" if version == "HTTP/1.1" else wish == "keep-alive"
        return Request(method.upper(), path, query, headers, body, self.client_address[0]), keep_alive

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        while True:
            line = self.rfile.readline(LONGEST_LINE)
            if line in (b"\r\n", b"\n", b""):
                return headers
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon or len(headers) > 200:
                raise _BadRequest("not an HTTP header")
            headers[name.strip().lower()] = value.strip()

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("expect", "").lower() == "100-continue":
            self.connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return self._chunks()
        try:
            length = int(headers.get("content-length") or 0)
        except ValueError:
            raise _BadRequest("Content-Length is not a number") from None
        if not 0 <= length <= LARGEST_BODY:
            raise _BadRequest("body too large")
        body = self.rfile.read(length) if length else b""
        if len(body) < length:
            raise ConnectionError("the caller went away in the middle of a body")
        return body

    def _chunks(self) -> bytes:
        body = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(LONGEST_LINE).split(b";")[0], 16)
            except ValueError:
                raise _BadRequest("not a chunk") from None
            if size == 0:
                break
            if len(body) + size > LARGEST_BODY:
                raise _BadRequest("body too large")
            body += self.rfile.read(size)
            self.rfile.readline(LONGEST_LINE)
        while self.rfile.readline(LONGEST_LINE) not in (b"\r\n", b"\n", b""):
            pass
        return bytes(body)

    def _write(self, response: Response, *, keep_alive: bool, head: bool) -> bool:
        if response.cut == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        if response.cut in ("reset", "close"):
            return False
        data = _encoded(response, keep_alive=keep_alive and not response.cut, head=head)
        if response.cut == "truncate":
            data = data[: -max(1, len(response.body) // 2)]
        self.connection.sendall(data)
        return keep_alive and not response.cut


class Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, host: str, port: int, answer: Answer) -> None:
        self.answer = answer
        self.connections: set[socket.socket] = set()
        super().__init__((host, port), _Connection)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def stop(self) -> None:
        """At once: the loop is woken by a visit instead of waiting for its next look around."""
        stopping = threading.Thread(target=self.shutdown)
        stopping.start()
        while stopping.is_alive():
            with contextlib.suppress(OSError):
                socket.create_connection((str(self.server_address[0]), self.port), timeout=1).close()
            stopping.join(0.01)

    def process_request(self, request: Any, client_address: Any) -> None:
        # Not kept for a join at close: a connection that idles would hold the stop up.
        threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True).start()

    def shutdown_request(self, request: Any) -> None:
        # A reset needs close() without the shutdown() that socketserver does first.
        if not request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER):
            super().shutdown_request(request)
        else:
            self.close_request(request)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


_date: tuple[int, str] = (0, "")


def _http_date() -> str:
    global _date
    now = int(time.time())
    if _date[0] != now:
        _date = (now, formatdate(now, usegmt=True))
    return _date[1]


def _encoded(response: Response, *, keep_alive: bool, head: bool) -> bytes:
    status = response.status
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, '')}", f"Date: {_http_date()}"]
    lines.extend(f"{name}: {value}" for name, value in response.headers)
    if status not in (204, 304):
        lines.append(f"Content-Length: {len(response.body)}")
    if not keep_alive:
        lines.append("Connection: close")
    start = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
    return start if head or status == 204 else start + response.body
