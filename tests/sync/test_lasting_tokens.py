"""Tokens live through bad luck: a session that is cut, a worker that froze, one that holds on to what others need."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import close_old_connections, transaction
from django.db import connection as database

from ledenbrug.core.errors import LoginNeeded
from ledenbrug.sync import engine, lines, locks, preview, state
from ledenbrug.sync.models import Connection, Grant, GrantState
from ledenbrug.sync.refusals import Refused
from tests.sync.at_exact import FIRST, Treasury, a_treasury
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def treasury(monkeypatch: pytest.MonkeyPatch) -> Iterator[Treasury]:
    yield from a_treasury(monkeypatch)


class Worker(threading.Thread):
    """Does one thing, with a session of its own."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self.came: Any = None
        """What came of it, also when it was raised."""
        self.start()

    def run(self) -> None:
        try:
            self.came = self._work()
        except Exception as raised:
            self.came = raised
        finally:
            close_old_connections()

    def ended(self) -> Any:
        self.join(60)
        assert not self.is_alive()
        return self.came


@contextmanager
def held(take: Callable[[], Any]) -> Iterator[None]:
    """By somebody who froze: until the end of this block."""
    taken, thaw = threading.Event(), threading.Event()

    def freeze() -> None:
        with take():
            taken.set()
            thaw.wait(60)

    frozen = Worker(freeze)
    try:
        assert taken.wait(60)
        yield
    finally:
        thaw.set()
        frozen.ended()


@contextmanager
def renewing(treasury: Treasury, connection: Connection) -> Iterator[Worker]:
    """The package renewed the token, and until the end of this block nobody can keep it."""
    with transaction.atomic():
        Grant.objects.select_for_update().get()
        worker = Worker(lambda: treasury.asks(connection))
        until(somebody_waits)
        yield worker


def somebody_waits() -> bool:
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            """SELECT EXISTS (SELECT 1 FROM pg_stat_activity
                              WHERE wait_event_type = 'Lock' AND datname = current_database())"""
        )
        return bool(cursor.fetchone()[0])


def cut_the_others() -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE pid <> pg_backend_pid() AND datname = current_database() AND backend_type = 'client backend'"""
        )


def turn(treasury: Treasury, connection: Connection) -> Any:
    Connection.objects.filter(id=connection.id).update(enabled=True, check_due_at=treasury.at, round_due_at=treasury.at)
    return engine.run(connection.id, clock=treasury.clock)


def waits(connection: Connection) -> str:
    return Connection.objects.values_list("waiting", flat=True).get(id=connection.id)


@pytest.mark.parametrize("held_is", ["the permission", "the division"])
def test_who_froze_with_what_others_need_makes_them_wait_no_longer_than_is_said(
    held_is: str, treasury: Treasury, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = treasury.save(treasury.connect(), FIRST)
    grant = Grant.objects.get()
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.2)
    treasury.wait(minutes=10)  # the token must be renewed
    if held_is == "the permission":
        take: Callable[[], Any] = lambda: lines.only_one(grant)  # noqa: E731
    else:
        treasury.asks(connection)
        take = lambda: lines.alone(grant, f"/api/v1/{FIRST}/crm/Accounts")  # noqa: E731
    fresh = Connection.objects.select_related("grant", "association").get(id=connection.id)
    with held(take):
        with pytest.raises(Refused, match="busy"):
            preview.make(fresh, now=treasury.at)
        again = turn(treasury, connection)
        assert (waits(connection), again) == ("busy", treasury.at + state.PATIENCE)
    treasury.wait(seconds=31)
    turn(treasury, connection)
    assert waits(connection) == ""
    assert preview.make(fresh, now=treasury.at).counts


def test_who_comes_back_from_the_package_while_the_permission_is_held_begins_again(
    treasury: Treasury, monkeypatch: pytest.MonkeyPatch
) -> None:
    treasury.save(treasury.connect(), FIRST)
    grant = Grant.objects.get()
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.2)
    with held(lambda: lines.only_one(grant)), pytest.raises(Refused, match="busy"):
        treasury.connect()
    assert Grant.objects.get() == grant


def test_a_session_that_is_cut_before_the_new_pair_is_kept_does_not_lose_it(treasury: Treasury) -> None:
    connection = treasury.save(treasury.connect(), FIRST)
    treasury.wait(minutes=10)
    with renewing(treasury, connection) as worker:
        cut_the_others()
    assert worker.ended() > 0
    assert treasury.asks(connection) > 0
    treasury.wait(minutes=10)
    assert treasury.asks(connection) > 0


def test_who_renews_beside_one_that_was_cut_off_asks_for_a_login_only_until_that_one_is_back(
    treasury: Treasury,
) -> None:
    """The lock fell with the session, so the pair that is there is dead and the new one not there yet."""
    connection = treasury.save(treasury.connect(), FIRST)
    treasury.wait(minutes=10)
    with renewing(treasury, connection) as worker:
        cut_the_others()
        turn(treasury, connection)
        assert (waits(connection), Grant.objects.get().state) == ("withdrawn", GrantState.WITHDRAWN)
    assert worker.ended() > 0
    assert (waits(connection), Grant.objects.get().state) == ("", GrantState.GIVEN)
    turn(treasury, connection)
    assert waits(connection) == ""


def test_what_was_given_by_a_person_meanwhile_is_not_overwritten(treasury: Treasury) -> None:
    connection = treasury.save(treasury.connect(), FIRST)
    treasury.wait(minutes=10)
    with renewing(treasury, connection) as worker:
        cut_the_others()
        treasury.connect(reconnects=connection)
    given = Grant.objects.get().tokens
    assert worker.ended() > 0
    assert Grant.objects.get().tokens == given


def test_who_sleeps_while_others_renew_and_that_token_ends_too_needs_no_login(
    treasury: Treasury, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "WAIT_SECONDS", 60)
    connection = treasury.save(treasury.connect(), FIRST)
    grant = Grant.objects.get()
    with lines.alone(grant, f"/api/v1/{FIRST}/crm/Accounts"):
        worker = Worker(lambda: treasury.asks(connection))
        until(somebody_waits)
        treasury.wait(minutes=10)
        lines.renewed(grant, used=lines.tokens(grant).access, clock=treasury.clock)
        treasury.wait(minutes=10)
    assert worker.ended() > 0
    assert sorted(each.status for each in treasury.there.record.since(0) if "bulk" in each.path) == [200, 401]


def test_who_sleeps_between_a_renewal_and_its_use_needs_no_login(treasury: Treasury) -> None:
    connection = treasury.save(treasury.connect(), FIRST)
    treasury.wait(seconds=574)  # not too early for another one
    treasury.there.arm("unauthorized", match="GET *")
    with renewing(treasury, connection) as worker:
        treasury.wait(minutes=11)
    assert worker.ended() > 0


def test_a_refusal_of_tokens_that_were_replaced_meanwhile_is_no_reason_to_log_in(treasury: Treasury) -> None:
    connection = treasury.save(treasury.connect(), FIRST)
    slept = _fresh(connection)
    treasury.wait(minutes=10)
    treasury.asks(connection)
    state.ask_for_login(slept, LoginNeeded("withdrawn"), now=treasury.at)
    assert (waits(connection), Grant.objects.get().state) == ("", GrantState.GIVEN)
    state.ask_for_login(_fresh(connection), LoginNeeded("withdrawn"), now=treasury.at)
    assert (waits(connection), Grant.objects.get().state) == ("withdrawn", GrantState.WITHDRAWN)


def _fresh(connection: Connection) -> Connection:
    return Connection.objects.select_related("grant").get(id=connection.id)
