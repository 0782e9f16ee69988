"""A webhook is registered, looked after, made anew and taken away again, at Moneybird's sandbox."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from ledenbrug.bookkeeping.moneybird import sandbox
from ledenbrug.sync import connecting, hooks, jobs, lines, operations
from ledenbrug.sync.models import Hook
from tests.sync.at_moneybird import SECOND, Treasury, say_yes
from tests.sync.linked import TOKEN, Linked, a_link, body, waits
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_that_is_switched_off_while_it_is_registered_is_taken_away_again(
    live_server: LiveServer,
    settings: Any,
    treasury: Treasury,
    there: sandbox.Sandbox,
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
    treasury: Treasury,
    there: sandbox.Sandbox,
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
    treasury: Treasury,
    there: sandbox.Sandbox,
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
