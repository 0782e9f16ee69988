"""Webhooks signed with a secret of the association's own key: heard over HTTP, echoes of our own left aside."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT
from ledenbrug.members.models import Member
from ledenbrug.sync import connecting, engine, operations
from ledenbrug.sync.models import Connection, Drift, Grant, Hint, Hook
from tests.members.factories import a_member
from tests.sync.at_exact import BACK, FIRST, KEY, SECRET, Treasury, a_treasury, say_yes
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def treasury(monkeypatch: pytest.MonkeyPatch, live_server: LiveServer, settings: Any) -> Iterator[Treasury]:
    settings.LEDENBRUG_PUBLIC_URL = live_server.url
    for found in a_treasury(monkeypatch):
        found.at = datetime.now(UTC)
        yield found


def let_in(treasury: Treasury, *, webhook_secret: str) -> Grant:
    address = connecting.begin(
        association=treasury.association, package="exact_online", user=treasury.user, redirect_uri=BACK,
        now=treasury.at, client_id=KEY, client_secret=SECRET, webhook_secret=webhook_secret,
    )  # fmt: skip
    return connecting.come_back(package="exact_online", params=say_yes(address), user=treasury.user, now=treasury.at)


def a_link(treasury: Treasury, *, webhook_secret: str | None = None) -> Connection:
    secret = treasury.there.world.webhook_secret(KEY) if webhook_secret is None else webhook_secret
    connection = treasury.save(let_in(treasury, webhook_secret=secret), FIRST)
    a_member(
        treasury.association,
        status=treasury.status,
        number="7",
        given_name="Anna",
        last_name="Aalders",
        city="Nergenshuizen",
    )
    operations.enable(connection, user=treasury.user, now=treasury.at)
    turn(treasury, connection)
    return connection


def turn(treasury: Treasury, connection: Connection) -> None:
    for _ in range(50):
        due = engine.run(connection.id, clock=treasury.clock)
        if due is None or due > treasury.at:
            return
    raise AssertionError("it never ends")


def edit_there(treasury: Treasury, city: str) -> None:
    treasury.wait(seconds=1)
    books = treasury.there.world.books(FIRST)
    account = books.account_by_code("7000007")
    assert account
    books.update(ACCOUNT, account, {"City": city}, treasury.there.world.owner())


def delivered(treasury: Treasury) -> None:
    """Every delivery under way has arrived; the next begins with a thread of its own."""
    webhooks = treasury.there.world.webhooks
    assert webhooks._thread
    webhooks.stop()
    webhooks._thread.join(15)
    assert not webhooks._thread.is_alive()
    webhooks._thread = None


def test_an_edit_there_is_shown_as_drift_without_waiting_for_the_night(treasury: Treasury) -> None:
    treasury.wait(minutes=-10)
    connection = a_link(treasury)
    edit_there(treasury, "Elders")
    until(Hint.objects.filter(waits=True).exists)
    turn(treasury, connection)
    assert list(Drift.objects.values_list("group", "verdict")) == [("address", "")]


def test_what_we_write_ourselves_comes_back_and_is_not_read_again(treasury: Treasury) -> None:
    connection = a_link(treasury)
    Member.objects.update(city="Utrecht")
    turn(treasury, connection)
    city = lambda: treasury.there.world.books(FIRST).account_by_code("7000007")["City"]  # type: ignore[index]  # noqa: E731
    assert city() == "Utrecht"
    delivered(treasury)
    assert not Hint.objects.exists()


def test_without_a_secret_nothing_is_registered(treasury: Treasury) -> None:
    a_link(treasury, webhook_secret="")
    assert not Hook.objects.exists()
    assert treasury.there.world.webhooks.subscriptions == {}


def test_a_secret_that_was_mistyped_is_mended_by_connecting_again_with_the_right_one(treasury: Treasury) -> None:
    treasury.wait(minutes=-10)
    connection = a_link(treasury, webhook_secret="mistyped")
    edit_there(treasury, "Elders")
    delivered(treasury)
    assert not Hint.objects.exists()
    let_in(treasury, webhook_secret=treasury.there.world.webhook_secret(KEY))
    edit_there(treasury, "Nog elders")
    until(Hint.objects.filter(waits=True, connection=connection).exists)


def test_a_connection_that_is_removed_is_told_of_nothing_more(treasury: Treasury) -> None:
    connection = a_link(treasury)
    assert len(treasury.there.world.webhooks.subscriptions) == 1
    operations.remove(connection, user=treasury.user, now=treasury.at + timedelta(seconds=1))
    assert not Hook.objects.exists()
    assert treasury.there.world.webhooks.subscriptions == {}
