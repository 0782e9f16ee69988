"""Webhooks: who wants to hear of which events, and the deliveries with their signatures and retries.

Deliveries leave from a thread of their own, never while the world is locked; only loopback addresses are called unless
a switch says otherwise.
"""

import hashlib
import heapq
import hmac
import http.client
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

from ledenbrug.bookkeeping.moneybird.sandbox import answers
from ledenbrug.bookkeeping.moneybird.sandbox.books import Administration
from ledenbrug.bookkeeping.moneybird.sandbox.records import Contact, Person
from ledenbrug.bookkeeping.moneybird.sandbox.switches import Switches

RETRIES = 10
FIRST_RETRY_SECONDS = 60.0  # doubles every time; nobody knows the real intervals
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_TIMEOUT = 10


@dataclass(slots=True)
class Webhook:
    id: str
    administration_id: str
    url: str
    enabled_events: list[str]
    token: str = field(default_factory=lambda: secrets.token_hex(12))
    secret: str = field(default_factory=lambda: secrets.token_hex(32))
    last_http_status: int | None = None
    last_http_body: str | None = None
    deactivated_at: float | None = None

    def wants(self, action: str) -> bool:
        return self.deactivated_at is None and any(
            action == event or action.startswith(event + "_") for event in self.enabled_events
        )


@dataclass(slots=True)
class _Delivery:
    webhook: Webhook
    body: bytes
    key: str
    tries: int = 0


class Webhooks:
    def __init__(self, switches: Switches, clock: Callable[[], float]) -> None:
        self.hooks: dict[str, Webhook] = {}
        self._switches, self._clock = switches, clock
        self._due: list[tuple[float, int, _Delivery]] = []
        self._order = count()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopped = False

    def of(self, administration_id: str) -> list[Webhook]:
        return [hook for hook in self.hooks.values() if hook.administration_id == administration_id]

    def reachable(self, url: str) -> bool:
        """The address must answer 200 when it is registered; that visit carries no signature."""
        return self._switches.webhook_check == "no" or self._post(url, b"{}", {})[0] == 200

    def hear(self, books: Administration, action: str, _user_id: str, contact: Contact, person: Person | None) -> None:
        wanting = [hook for hook in self.of(books.id) if hook.wants(action)]
        for hook in wanting:
            body = json.dumps(_payload(hook, books, action, contact, person)).encode()
            self._put(0.0, _Delivery(hook, body, secrets.token_hex(16)))

    def stop(self) -> None:
        with self._wake:
            self._stopped = True
            self._wake.notify()

    def _put(self, after: float, delivery: _Delivery) -> None:
        with self._wake:
            heapq.heappush(self._due, (time.monotonic() + after, next(self._order), delivery))
            if self._thread is None:
                self._thread = threading.Thread(target=self._deliver_all, daemon=True)
                self._thread.start()
            self._wake.notify()

    def _deliver_all(self) -> None:
        while True:
            with self._wake:
                while not self._stopped and (not self._due or self._due[0][0] > time.monotonic()):
                    self._wake.wait(self._due[0][0] - time.monotonic() if self._due else None)
                if self._stopped:
                    return
                delivery = heapq.heappop(self._due)[2]
            self._deliver(delivery)

    def _deliver(self, delivery: _Delivery) -> None:
        hook = delivery.webhook
        stamp = str(int(self._clock()))
        signed = hmac.new(hook.secret.encode(), stamp.encode() + b"." + delivery.body, hashlib.sha256).hexdigest()
        headers = {"Idempotency-Key": delivery.key, "Moneybird-Signature": f"t={stamp},v1={signed}"}
        hook.last_http_status, hook.last_http_body = self._post(hook.url, delivery.body, headers)
        if hook.last_http_status != 200 and delivery.tries < RETRIES:
            wait = FIRST_RETRY_SECONDS * 2**delivery.tries / self._switches.webhook_speed
            delivery.tries += 1
            self._put(wait, delivery)

    def _post(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int | None, str | None]:
        parts = urlsplit(url)
        if not parts.hostname or (self._switches.webhook_hosts == "loopback" and parts.hostname not in _LOOPBACK):
            return None, None
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname, parts.port, timeout=_TIMEOUT)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
            response = connection.getresponse()
            return response.status, response.read(10_000).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            return None, None
        finally:
            connection.close()


def _payload(
    hook: Webhook, books: Administration, action: str, contact: Contact, person: Person | None
) -> dict[str, object]:
    if person is not None:
        kind, entity_id, entity = "ContactPerson", person.id, answers.person(books.id, contact.id, person)
    else:
        kind, entity_id, entity = "Contact", contact.id, answers.contact(books, contact)
    return {
        "administration_id": books.id,
        "webhook_id": hook.id,
        "webhook_token": hook.token,
        "entity_type": kind,
        "entity_id": entity_id,
        "state": None,
        "action": action,
        "entity": entity,
    }
