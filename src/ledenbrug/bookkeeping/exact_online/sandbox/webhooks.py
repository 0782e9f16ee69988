"""Webhooks: who wants to hear of which topic, and the signed messages that follow a change.

Messages leave from a thread of their own, never while the world is locked; only loopback addresses are called unless
a switch says otherwise.
"""

import hashlib
import hmac
import http.client
import json
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ledenbrug.bookkeeping.exact_online.sandbox import wall
from ledenbrug.bookkeeping.exact_online.sandbox.division import Division
from ledenbrug.bookkeeping.exact_online.sandbox.shape import Row, Shape
from ledenbrug.bookkeeping.exact_online.sandbox.switches import Switches

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_TIMEOUT = 10
TRIES = 3  # nobody knows how often the service tries again


@dataclass(slots=True)
class Subscription:
    id: str
    division: int
    client_id: str
    user_id: str
    topic: str
    url: str
    created: float


class Webhooks:
    def __init__(
        self, switches: Switches, clock: Callable[[], float], secret_of: Callable[[str], str], origin: Callable[[], str]
    ) -> None:
        self.subscriptions: dict[str, Subscription] = {}
        self._switches, self._clock, self._secret_of, self._origin = switches, clock, secret_of, origin
        self._waiting: queue.SimpleQueue[tuple[str, bytes] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def refusal(self, url: str) -> str:
        """Why an address cannot be subscribed; empty when it answered an empty POST with 2xx."""
        parts = urlsplit(url)
        if parts.scheme not in (("https",) if self._switches.webhook_scheme == "https" else ("http", "https")):
            return "Invalid: Callback URL must be https"
        if self._switches.webhook_check == "no":
            return ""
        status = self._post(url, b"")
        return "" if 200 <= status < 300 else f"Invalid: Post to callback URL endpoint returns {status or 'no answer'}"

    def hear(self, books: Division, action: str, shape: Shape, row: Row) -> None:
        for one in list(self.subscriptions.values()):
            if (one.division, one.topic) == (books.code, shape.topic):
                self._put(one.url, self._message(one, books, action, shape, row))

    def stop(self) -> None:
        self._waiting.put(None)

    def _message(self, one: Subscription, books: Division, action: str, shape: Shape, row: Row) -> bytes:
        """The signature is over the bytes of the content exactly as they are sent."""
        content = {
            "Topic": one.topic,
            "ClientId": f"{{{one.client_id}}}",
            "Division": books.code,
            "Action": action,
            "Key": row[shape.key],
            "ExactOnlineEndpoint": f"{self._origin()}/api/v1/{books.code}/{shape.path}(guid'{row[shape.key]}')",
            "EventCreatedOn": wall.literal(wall.wall(self._clock())),
        }
        told = json.dumps(content, separators=(",", ":")).encode()
        code = hmac.new(self._secret_of(one.client_id).encode(), told, hashlib.sha256).hexdigest().upper()
        return b'{"Content":' + told + b',"HashCode":"' + code.encode() + b'"}'

    def _put(self, url: str, body: bytes) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._deliver_all, daemon=True)
            self._thread.start()
        self._waiting.put((url, body))

    def _deliver_all(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            url, body = waiting
            for _ in range(TRIES):
                if 200 <= self._post(url, body) < 300:
                    break

    def _post(self, url: str, body: bytes) -> int:
        """The status; 0 without an answer."""
        parts = urlsplit(url)
        if not parts.hostname or (self._switches.webhook_hosts == "loopback" and parts.hostname not in _LOOPBACK):
            return 0
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname, parts.port, timeout=_TIMEOUT)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(
                "POST", path, body, {"Content-Type": "application/json", "Content-Length": str(len(body))}
            )
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
