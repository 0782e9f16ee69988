"""A member who went over to Moneybird's sandbox, which tells us by a webhook what changes there."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from django.test import Client

from ledenbrug.bookkeeping.moneybird import sandbox
from ledenbrug.sync import connecting, engine, nightly, operations
from ledenbrug.sync.models import Connection, Hint, Hook, Link
from ledenbrug.wire import sealing
from tests.members.factories import a_member
from tests.sync.at_moneybird import FIRST, Treasury

TOKEN = "a-personal-token"


@dataclass
class Linked:
    """A member who went over, and the hands of a person at Moneybird."""

    treasury: Treasury
    connection: Connection
    there: sandbox.Sandbox
    ahead: timedelta = timedelta()

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def turn(self) -> None:
        for _ in range(50):
            due = engine.run(self.connection.id, clock=self.clock)
            if due is None or due > self.clock():
                return
        raise AssertionError("it never ends")

    def night(self) -> None:
        self.ahead += timedelta(days=1)
        nightly.if_due(now=self.clock())
        self.turn()

    def ask(self, method: str, path: str, body: object = None) -> Any:
        address = f"{self.there.url}/api/v2/{FIRST}/{path}"
        answer = httpx2.request(method, address, json=body, headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    @property
    def contact(self) -> str:
        return Link.objects.get(association=self.treasury.association).contact or ""

    def edit(self, **values: str) -> dict[str, Any]:
        time.sleep(1.1)  # versions count seconds
        return dict(self.ask("PATCH", f"contacts/{self.contact}.json", {"contact": values}))

    @property
    def hook(self) -> Hook:
        return Hook.objects.get(connection=self.connection)

    @property
    def path(self) -> str:
        return f"/hooks/moneybird/{self.hook.key}/"

    def at_moneybird(self) -> list[dict[str, Any]]:
        return list(self.ask("GET", "webhooks.json"))

    def requests(self) -> dict[str, int]:
        found = self.there.requests()
        return {path.replace("/api/v2/{administration_id}", ""): n for path, n in found.items()}

    def tell(self, body: bytes, *, at: datetime | None = None, path: str = "", secret: str = "") -> int:
        """A delivery as Moneybird makes it; its status."""
        stamp = str(int((at or datetime.now(UTC)).timestamp()))
        key = (secret or sealing.unseal(self.hook.secret)).encode()
        signed = hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {"Moneybird-Signature": f"t={stamp},v1={signed}"}
        return Client(headers=headers).post(path or self.path, body, content_type="application/json").status_code


def body(contact: str, version: str = "1", **more: object) -> bytes:
    told = {"entity_type": "Contact", "entity_id": contact, "action": "contact_changed", "entity": {"version": version}}
    return json.dumps({**told, **more}).encode()


def waits() -> int:
    return Hint.objects.filter(waits=True).count()


def a_link(treasury: Treasury, there: sandbox.Sandbox) -> Linked:
    a_member(
        treasury.association, status=treasury.status, number="1", given_name="Anna", last_name="Aalders",
        email="lid1@leden.example", address="Dorpsstraat 1", postcode="1234 AB", city="Nergenshuizen",
    )  # fmt: skip
    grant = connecting.paste(
        association=treasury.association, package="moneybird", token=TOKEN, user=treasury.user, now=datetime.now(UTC)
    )
    linked = Linked(treasury, treasury.save(grant), there)
    operations.enable(linked.connection, user=treasury.user, now=datetime.now(UTC))
    linked.turn()
    return linked
