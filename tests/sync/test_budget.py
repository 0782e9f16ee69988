"""Requests shared by every worker behind one address, and one worker per connection."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import close_old_connections

from ledenbrug.core.errors import Temporary
from ledenbrug.core.line import Limit, Refusals, Scope
from ledenbrug.sync import budget
from ledenbrug.sync.locks import LockSession
from ledenbrug.sync.models import Spent

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT = Limit(50, 300, Scope.EGRESS)
START = datetime(2026, 5, 1, 12, tzinfo=UTC)


def taken(slots: budget.Slots, *, now: datetime, most: int = 999) -> int:
    for count in range(most):
        try:
            slots.take(now=now)
        except Temporary:
            return count
    return most


def slots(*, urgent: bool = False) -> budget.Slots:
    return budget.Slots(LIMIT, scope="a package", urgent=lambda: urgent)


def test_several_workers_never_take_more_than_the_limit_together() -> None:
    counted: Counter[int] = Counter()

    def work(number: int) -> None:
        try:
            counted[number] = taken(slots(urgent=number % 2 == 0), now=START)
        finally:
            close_old_connections()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert counted.total() == LIMIT.requests


def test_a_bulk_load_leaves_the_reserve_to_edits_until_the_last_seconds_of_the_window() -> None:
    assert taken(slots(), now=START) == 45
    assert taken(slots(urgent=True), now=START, most=2) == 2
    with pytest.raises(Temporary) as empty:
        slots().take(now=START)
    assert empty.value.until == START + timedelta(seconds=270)
    assert taken(slots(), now=START + timedelta(seconds=271)) == 3
    with pytest.raises(Temporary) as empty:
        slots().take(now=START + timedelta(seconds=271))
    assert empty.value.until == START + timedelta(seconds=300)


def test_what_takes_several_requests_is_not_begun_where_fewer_are_left() -> None:
    one = slots()
    assert taken(one, now=START, most=43) == 43
    with pytest.raises(Temporary, match="budget") as empty:
        one.room(3, now=START)
    assert (empty.value.reached, empty.value.until) == (False, START + timedelta(seconds=270))
    one.room(2, now=START)
    assert taken(one, now=START) == 2
    one.room(3, now=START + timedelta(seconds=300))


def test_of_a_narrow_limit_no_more_is_waited_for_than_there_may_ever_be() -> None:
    budget.Slots(Limit(2, 300, Scope.EGRESS), scope="narrow", urgent=lambda: False).room(9, now=START)


def test_what_was_leased_and_not_used_is_given_back() -> None:
    one = slots()
    one.take(now=START)
    one.give_back(now=START)
    assert list(Spent.objects.values_list("slots", flat=True)) == [1]


def test_what_the_package_says_counts_when_it_is_less_and_about_this_window() -> None:
    one, ends = slots(), START + timedelta(seconds=300)
    one.take(now=START)
    one.heard(left=0, resets=START, now=START)  # about the window before
    assert taken(slots(), now=START, most=1) == 1
    one.heard(left=3, resets=ends, now=START)
    assert taken(one, now=START) + taken(slots(urgent=True), now=START) == 3


def test_one_worker_at_a_time_has_a_connection() -> None:
    first, second = LockSession(), LockSession()
    with first.holding(7) as mine, second.holding(7) as theirs, second.holding(8) as another, first.holding(7) as again:
        assert (mine, theirs, another, again) == (True, False, True, False)
    with second.holding(7) as theirs:
        assert theirs
    first.close()
    second.close()


def test_a_worker_whose_session_was_cut_loses_its_locks_and_takes_new_ones() -> None:
    first, second = LockSession(), LockSession()
    with first.holding(7):
        first._session.close()  # type: ignore[union-attr]
        with second.holding(7) as theirs, first.holding(8) as another:
            assert (theirs, another) == (True, True)
    first.close()
    second.close()


def test_refusals_are_counted_by_every_process_together() -> None:
    """Two would each stop in time, and together shut the key out."""
    refusals = Refusals(5, 3600, frozenset({404}), lambda path: path.partition("(")[0])
    for turn in range(5):
        worker = budget.Patience(refusals, scope="a grant")
        worker.ask(f"accounts({turn})", now=START)
        worker.heard(f"accounts({turn})", 404, now=START)
        worker.heard(f"accounts({turn})", 500, now=START)
    other = budget.Patience(refusals, scope="a grant")
    with pytest.raises(Temporary) as waits:
        other.ask("accounts(9)", now=START)
    assert (waits.value.reason, waits.value.until) == ("limited", START + timedelta(hours=1))
    other.ask("contacts(9)", now=START)
    budget.Patience(refusals, scope="another grant").ask("accounts(9)", now=START)
    other.ask("accounts(9)", now=START + timedelta(hours=1))
