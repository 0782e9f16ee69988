"""A webhook says which contact to read again: heard over HTTP from Moneybird's sandbox, refused from anybody else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client

from ledenbrug.sync import hints, nightly, worker
from ledenbrug.sync.models import Drift, Hint, Link
from tests.sync.at_moneybird import FIRST, a_treasury
from tests.sync.linked import Linked, body, waits
from tests.sync.processes import Worker
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def settled(linked: Linked) -> None:
    """Every delivery under way has arrived, and no more will."""
    webhooks = linked.there.world.webhooks
    until(lambda: not webhooks._due)
    assert webhooks._thread
    webhooks.stop()
    webhooks._thread.join(15)
    assert not webhooks._thread.is_alive()


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


def test_what_was_heard_is_thrown_away_within_a_day(linked: Linked) -> None:
    linked.tell(body(linked.contact))
    nightly.throw_away(now=datetime.now(UTC) + timedelta(hours=23))
    assert Hint.objects.exists()
    nightly.throw_away(now=datetime.now(UTC) + timedelta(hours=25))
    assert not Hint.objects.exists()
