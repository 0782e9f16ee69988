"""Webhooks arrive signed, are tried again, and are checked when they are registered."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import Queue
from typing import Any

import pytest

from ledenbrug.bookkeeping.moneybird.sandbox import Sandbox, start
from ledenbrug.bookkeeping.moneybird.tests.sandbox_visitors import BOOKS, program
from ledenbrug.stage.messages import Request, Response
from ledenbrug.stage.server import Server


@dataclass
class Listener:
    status: int = 200
    heard: "Queue[Request]" = field(default_factory=Queue)

    def __post_init__(self) -> None:
        self.server = Server("127.0.0.1", 0, self.answer)
        self.url = f"http://127.0.0.1:{self.server.port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request: Request) -> Response:
        self.heard.put(request)
        return Response(self.status, b"heard")

    def next(self) -> Request:
        return self.heard.get(timeout=60)


@pytest.fixture
def listener() -> Iterator[Listener]:
    one = Listener()
    yield one
    one.server.stop()
    one.server.server_close()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start(token="secret", webhook_speed=1e6) as running:
        yield running


def registered(sandbox: Sandbox, listener: Listener, *events: str) -> dict[str, Any]:
    answer = program(sandbox).ask("POST", "/webhooks", {"url": listener.url, "enabled_events": events})
    assert answer.status_code == 201, answer.text
    assert "moneybird-signature" not in listener.next().headers
    return dict(answer.json())


def test_a_change_is_told_with_the_whole_contact_and_a_signature(sandbox: Sandbox, listener: Listener) -> None:
    hook, api = registered(sandbox, listener, "contact"), program(sandbox)
    contact = api.create(lastname="Bakker")
    told = listener.next()
    assert json.loads(told.body) == {
        "administration_id": BOOKS,
        "webhook_id": hook["id"],
        "webhook_token": hook["token"],
        "entity_type": "Contact",
        "entity_id": contact["id"],
        "state": None,
        "action": "contact_created",
        "entity": contact,
    }
    parts = dict(part.split("=") for part in told.headers["moneybird-signature"].split(","))
    signed = hmac.new(hook["secret"].encode(), f"{parts['t']}.".encode() + told.body, hashlib.sha256).hexdigest()
    assert parts["v1"] == signed


def test_only_events_that_were_asked_for_are_told(sandbox: Sandbox, listener: Listener) -> None:
    registered(sandbox, listener, "contact_archived")
    api = program(sandbox)
    contact = api.create(lastname="Bakker")
    api.patch(contact["id"], city="Breda")
    api.ask("PATCH", f"/contacts/{contact['id']}/archive")
    assert json.loads(listener.next().body)["action"] == "contact_archived"
    assert listener.heard.empty()


def test_a_webhook_that_asks_for_nothing_hears_nothing_of_contacts(sandbox: Sandbox, listener: Listener) -> None:
    registered(sandbox, listener)
    api = program(sandbox)
    api.create(lastname="Bakker")
    assert api.ask("POST", "/webhooks", {"url": listener.url, "events": []}).json()["symbolic"] == {"events": "removed"}
    assert listener.heard.empty()


def test_a_failed_delivery_is_tried_ten_times_more_under_the_same_key(sandbox: Sandbox, listener: Listener) -> None:
    hook, api = registered(sandbox, listener, "contact"), program(sandbox)
    listener.status = 500
    api.create(lastname="Bakker")
    assert len({listener.next().headers["idempotency-key"] for _ in range(11)}) == 1
    shown = api.ask("GET", "/webhooks").json()[0]
    assert (shown["id"], shown["last_http_status"], "secret" in shown) == (hook["id"], 500, False)
    listener.status = 200
    api.create(lastname="Smit")
    assert json.loads(listener.next().body)["entity"]["lastname"] == "Smit"


def test_a_deactivated_or_removed_webhook_hears_nothing_new(sandbox: Sandbox, listener: Listener) -> None:
    hook, api = registered(sandbox, listener, "contact"), program(sandbox)
    assert api.ask("PATCH", f"/webhooks/{hook['id']}/deactivate").json()["deactivated_at"]
    api.create(lastname="Bakker")
    assert api.ask("PATCH", f"/webhooks/{hook['id']}/activate").json()["deactivated_at"] is None
    api.create(lastname="Smit")
    assert json.loads(listener.next().body)["entity"]["lastname"] == "Smit"
    assert api.ask("DELETE", f"/webhooks/{hook['id']}").status_code == 204
    assert api.ask("GET", "/webhooks").json() == []


def test_an_address_that_does_not_answer_200_or_lies_outside_is_refused(sandbox: Sandbox, listener: Listener) -> None:
    listener.status = 404
    for url in (listener.url, "https://hooks.example/"):
        answer = program(sandbox).ask("POST", "/webhooks", {"url": url})
        assert (answer.status_code, answer.json()["symbolic"]) == (400, {"url": "invalid"})
