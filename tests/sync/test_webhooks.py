"""A webhook says which contact to read again: heard over HTTP from Moneybird's sandbox, refused from anybody else."""

import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.db import connection as database
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from ledenbrug.bookkeeping.moneybird import sandbox
from ledenbrug.sync import connecting, engine, hints, hooks, jobs, lines, nightly, operations, worker
from ledenbrug.sync.models import Connection, Drift, Hint, Hook, Link
from ledenbrug.wire import sealing
from tests.members.factories import a_member
from tests.sync.processes import Worker
from tests.sync.test_connecting import FIRST, SECOND, Treasury, a_treasury, say_yes, there, treasury  # noqa: F401
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
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


def settled(linked: Linked) -> None:
    """Every delivery under way has arrived, and no more will."""
    webhooks = linked.there.world.webhooks
    until(lambda: not webhooks._due)
    assert webhooks._thread
    webhooks.stop()
    webhooks._thread.join(15)
    assert not webhooks._thread.is_alive()


@pytest.fixture
def linked(
    live_server: LiveServer,
    settings: Any,
    treasury: Treasury,  # noqa: F811
    there: sandbox.Sandbox,  # noqa: F811
) -> Linked:
    settings.LEDENBRUG_PUBLIC_URL = live_server.url
    return a_link(treasury, there)


def a_link(treasury: Treasury, there: sandbox.Sandbox) -> Linked:  # noqa: F811
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


def test_an_edit_at_moneybird_is_shown_as_drift_without_waiting_for_the_night(linked: Linked) -> None:
    linked.edit(city="Elders")
    until(lambda: waits() == 1)
    assert worker.sweep(now=datetime.now(UTC)) in (0, 1)  # a wake-up is there, or this is one
    before = linked.requests()
    linked.turn()
    assert list(Drift.objects.values_list("group", "verdict")) == [("address", "")]
    spent = {path: n - before.get(path, 0) for path, n in linked.requests().items() if n > before.get(path, 0)}
    assert spent == {"POST /contacts/synchronization": 1}
    linked.edit(city="Nergenshuizen")
    until(lambda: waits() == 1)
    linked.turn()
    assert list(Drift.objects.values_list("group", "verdict")) == [("address", "ours")]


def test_with_a_worker_at_work_an_edit_there_shows_by_itself(
    linked: Linked, settings: Any, process_environment: dict[str, str], tmp_path: Path
) -> None:
    more = {"LEDENBRUG_MONEYBIRD_URL": linked.there.url, "LEDENBRUG_PUBLIC_URL": settings.LEDENBRUG_PUBLIC_URL}
    with Worker({**process_environment, **more}, tmp_path / "worker.log"):
        linked.edit(city="Elders")
        until(Drift.objects.filter(group="address", verdict="").exists)


def test_one_that_is_switched_off_while_it_is_registered_is_taken_away_again(
    live_server: LiveServer,
    settings: Any,
    treasury: Treasury,  # noqa: F811
    there: sandbox.Sandbox,  # noqa: F811
) -> None:
    linked = a_link(treasury, there)
    settings.LEDENBRUG_PUBLIC_URL = live_server.url
    there.arm("slow", match="POST /webhooks", seconds=1.5)
    turn = threading.Thread(target=linked.night)
    turn.start()
    until(Hook.objects.filter(remote="").exists)
    operations.disable(linked.connection, user=treasury.user, now=datetime.now(UTC))
    jobs.unhook(connection_id=linked.connection.id)
    turn.join()
    assert linked.at_moneybird() == []
    assert not Hook.objects.exists()


def test_a_contact_archived_there_is_noticed_at_once(linked: Linked) -> None:
    linked.ask("PATCH", f"contacts/{linked.contact}/archive.json")
    until(lambda: waits() == 1)
    linked.turn()
    assert Link.objects.get().whereabouts == "archived"


def test_a_contact_that_is_not_found_is_gone_only_when_a_look_at_everyone_says_so(linked: Linked) -> None:
    linked.ask("DELETE", f"contacts/{linked.contact}.json")
    until(lambda: waits() == 1)
    before = linked.requests().get("GET /contacts/synchronization", 0)
    linked.turn()
    assert Link.objects.get().whereabouts == "gone"
    assert linked.requests()["GET /contacts/synchronization"] > before


def test_what_we_wrote_ourselves_is_not_read_again(linked: Linked) -> None:
    member = linked.treasury.association.members.get()
    member.city = "Verweg"
    member.save()
    linked.turn()
    settled(linked)
    before = linked.requests()
    linked.turn()
    assert linked.requests() == before
    assert waits() == 0
    version = Link.objects.get().version.removeprefix("~")
    Hint.objects.all().delete()
    assert linked.tell(body(linked.contact, version)) == 200
    assert not Hint.objects.exists()


def test_a_delivery_that_was_heard_before_is_not_heard_again(linked: Linked) -> None:
    told = body(linked.contact, "1")
    assert [linked.tell(told), waits()] == [200, 1]
    linked.turn()
    assert [linked.tell(told), linked.tell(told), waits()] == [200, 200, 0]


def test_what_is_old_unsigned_or_somebody_elses_is_refused_and_leaves_no_trace(linked: Linked) -> None:
    told, now = body(linked.contact), datetime.now(UTC)
    assert linked.tell(told, at=now - timedelta(minutes=6)) == 400
    assert linked.tell(told, at=now + timedelta(minutes=6)) == 400
    assert linked.tell(told, secret="guessed") == 400
    assert Client().post(linked.path, told, content_type="application/json").status_code == 400
    assert linked.tell(b"[" * 100_000) == 400
    assert linked.tell(b'{"entity_type": "Contact", "entity_id": "' + b"9" * 999_900 + b'"}') == 400
    assert linked.tell(b" " * 1_000_001) == 413
    assert not Hint.objects.exists()


def test_an_address_that_is_nobodys_says_nothing(linked: Linked) -> None:
    stranger = Client(headers={"accept-language": "nl"})
    for path in ("/hooks/moneybird/x/", linked.path.replace("moneybird", "memory"), "/hooks/nothing/at-all/"):
        answer = stranger.post(path, b"{}", content_type="application/json")
        assert (answer.status_code, answer.content) == (404, b"")
    assert stranger.get(linked.path).status_code == stranger.get("/hooks/moneybird/x/").status_code == 405


def test_a_delivery_to_one_association_says_nothing_of_anothers_contact(linked: Linked) -> None:
    other = a_treasury()
    Link.objects.create(
        association=other.association, package="moneybird", administration=FIRST, payer="m1", contact="999"
    )
    assert linked.tell(body("999")) == 200
    assert not Hint.objects.exists()


def test_very_many_deliveries_become_one_look_at_everyone(linked: Linked) -> None:
    for n in range(40):
        assert linked.tell(body(linked.contact, str(n + 1))) == 200
    assert waits() == hints.FEW
    linked.connection.refresh_from_db()
    due = linked.connection.check_due_at
    assert due is not None
    assert due > datetime.now(UTC)
    before = linked.requests()
    linked.turn()
    assert linked.requests()["POST /contacts/synchronization"] == before.get("POST /contacts/synchronization", 0) + 1
    linked.ahead = timedelta(minutes=2)
    linked.turn()
    linked.connection.refresh_from_db()
    assert linked.connection.check_due_at is None


def test_nothing_of_what_a_delivery_holds_is_kept_but_id_and_version(linked: Linked) -> None:
    told = body(linked.contact, "7", entity={"version": 7, "lastname": "Geheim", "email": "geheim@leden.example"})
    linked.tell(told)
    with database.cursor() as cursor:
        cursor.execute("SELECT h::text FROM sync_hint h")
        assert "eheim" not in str(cursor.fetchall())


def test_a_registered_webhook_is_looked_after_once_a_day_and_made_anew_when_it_is_gone(linked: Linked) -> None:
    (first,) = linked.at_moneybird()
    assert first["url"].endswith(linked.path)
    linked.night()
    assert linked.requests()["PATCH /webhooks/{id}/activate"] == 1
    linked.ask("DELETE", f"webhooks/{first['id']}.json")
    linked.night()
    (second,) = linked.at_moneybird()
    assert (second["id"], second["url"]) == (linked.hook.remote, first["url"])
    assert second["id"] != first["id"]
    assert linked.tell(body(linked.contact)) == 200


def test_another_address_or_permission_registers_it_anew(linked: Linked, settings: Any) -> None:
    (first,) = linked.at_moneybird()
    settings.LEDENBRUG_PUBLIC_URL = settings.LEDENBRUG_PUBLIC_URL.replace("localhost", "127.0.0.1")
    settings.ALLOWED_HOSTS = ["*"]
    linked.night()
    (second,) = linked.at_moneybird()
    assert second["url"].startswith(settings.LEDENBRUG_PUBLIC_URL)
    connecting.paste(
        association=linked.treasury.association, package="moneybird", token=TOKEN, user=linked.treasury.user,
        now=linked.clock(), reconnects=linked.connection,
    )  # fmt: skip
    linked.night()
    (third,) = linked.at_moneybird()
    linked.connection.refresh_from_db()
    assert len({first["id"], second["id"], third["id"]}) == 3
    assert linked.hook.grant_id == linked.connection.grant_id
    settings.LEDENBRUG_PUBLIC_URL = ""
    linked.night()
    assert linked.at_moneybird() == []
    assert not Hook.objects.exists()


@pytest.mark.parametrize("reachable", [True, False])
def test_a_connection_that_is_switched_off_or_removed_is_told_of_no_more(linked: Linked, reachable: bool) -> None:
    path, now = linked.path, datetime.now(UTC)
    if not reachable:
        linked.there.arm("reset", match="DELETE /webhooks/*", times=-1)
    operations.disable(linked.connection, user=linked.treasury.user, now=now)
    assert [linked.tell(body(linked.contact)), waits()] == [200, 0]
    with database.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'unhook'")
        assert str(linked.connection.id) in str(cursor.fetchall())
    jobs.unhook(connection_id=linked.connection.id)
    assert Client().post(path, b"{}", content_type="application/json").status_code == 404
    operations.enable(linked.connection, user=linked.treasury.user, now=now)
    linked.turn()
    path = linked.path
    operations.remove(linked.connection, user=linked.treasury.user, now=now)
    assert Client().post(path, b"{}", content_type="application/json").status_code == 404
    assert (linked.at_moneybird() == []) == reachable


def test_a_webhook_that_cannot_be_had_stops_nothing(
    live_server: LiveServer,
    settings: Any,
    treasury: Treasury,  # noqa: F811
    there: sandbox.Sandbox,  # noqa: F811
) -> None:
    settings.LEDENBRUG_PUBLIC_URL = live_server.url
    there.arm("status", match="POST /webhooks", status=500, times=1)
    linked = a_link(treasury, there)
    linked.connection.refresh_from_db()
    assert (linked.connection.waiting, linked.connection.check_due_at) == ("", None)
    assert linked.hook.remote == ""
    assert Client().post(linked.path, body(linked.contact), content_type="application/json").status_code == 200
    assert waits() == 0
    linked.night()
    assert [each["id"] for each in linked.at_moneybird()] == [linked.hook.remote]


def test_the_owner_is_asked_for_more_only_where_there_is_a_public_address(
    settings: Any,
    treasury: Treasury,  # noqa: F811
    there: sandbox.Sandbox,  # noqa: F811
) -> None:
    assert "scope=sales_invoices&" in treasury.begin() + "&"
    narrow = treasury.back(say_yes(treasury.begin()))
    settings.LEDENBRUG_PUBLIC_URL = "http://127.0.0.1:1"
    assert "scope=sales_invoices+settings&" in treasury.begin() + "&"
    wide = treasury.back(say_yes(treasury.begin(), SECOND))
    assert [set(lines.tokens(each).scope.split()) for each in (narrow, wide)] == [
        {"sales_invoices"},
        {"sales_invoices", "settings"},
    ]
    there.requests()
    connection = treasury.save(narrow)
    hooks.tend(connection, clock=lambda: datetime.now(UTC))
    assert not Hook.objects.exists()
    assert not [path for path in there.requests() if "webhooks" in path]


def test_what_was_heard_is_thrown_away_within_a_day(linked: Linked) -> None:
    linked.tell(body(linked.contact))
    nightly.throw_away(now=datetime.now(UTC) + timedelta(hours=23))
    assert Hint.objects.exists()
    nightly.throw_away(now=datetime.now(UTC) + timedelta(hours=25))
    assert not Hint.objects.exists()
