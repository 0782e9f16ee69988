"""Who changes a status while others write the same members waits for them, and they for them: nothing is stale."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from typing import TypeVar

import pytest
from django.db import connection, transaction

from ledenbrug.members import calendar, operations
from ledenbrug.members.models import Association, BulkChange, FillRequest, FillRound, Member, MemberStatus
from ledenbrug.members.operations import writing
from ledenbrug.members.operations.proposals import Answered
from ledenbrug.members.refusals import Reason, Refused
from ledenbrug.members.sources import spreadsheet
from ledenbrug.members.sources.spreadsheet import MatchBy
from tests.members.factories import NOW, TODAY, a_member, a_status, an_association
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
Done = TypeVar("Done")
LONG_AGO = date(2020, 9, 1)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Association:
    monkeypatch.setattr(writing, "PATIENCE", "60s")
    return an_association(calendar_day=TODAY)


def waits() -> bool:
    """Somebody, for a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # of this transaction
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def begun_before(first: Callable[[], object], then: Callable[[], Done]) -> Done:
    """`then` begins while what `first` wrote is not committed, and comes to the rows that it holds."""

    def another() -> Done:
        try:
            return then()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as there:
        with transaction.atomic():
            first()
            waiting = there.submit(another)
            until(lambda: waits() or waiting.done())
        return waiting.result()


def read(here: Association, rows: str) -> Callable[[], spreadsheet.Result]:
    content = spreadsheet.read(("Lidnummer;Achternaam;Lidstatus;Status sinds;Statusverloop\n" + rows).encode())
    proposal = spreadsheet.compare(here, content, match_by=MatchBy.NUMBER, by=None, now=NOW)
    assert proposal.counts["changed"] == 1
    return lambda: spreadsheet.apply(proposal, by=None, now=NOW)


def give(member: Member, status: MemberStatus, start: date) -> Callable[[], object]:
    return lambda: operations.set_status(member, status=status, start=start, by=None, now=NOW)


def agrees(member: Member) -> bool:
    """The status that is kept is that of the periods."""
    member.refresh_from_db()
    holding = calendar.status_on(member.periods.all(), TODAY)
    assert holding is not None
    return (member.status_id, member.since) == (holding.status_id, holding.start)


def test_an_import_does_not_write_the_status_of_before_over_a_change_beside_it(
    here: Association, lid: MemberStatus
) -> None:
    member = a_member(here, status=lid, number="7", last_name="Nieuw")
    donor, ere = a_status(here, "Donateur"), a_status(here, "Erelid")
    write = read(here, '7;Nieuw;;;"01-01-2022 Donateur"\n')
    done = begun_before(give(member, ere, TODAY), write)
    assert (done.changed, [row for row, _why in done.left_out]) == (0, [2])
    assert agrees(member)
    assert (member.status, donor in {each.status for each in member.periods.all()}) == (ere, False)


def test_a_status_removed_beside_an_import_leaves_the_one_that_the_import_brought(
    here: Association, lid: MemberStatus
) -> None:
    """The import changes nothing of today."""
    member = a_member(here, status=lid, number="7", last_name="Nieuw")
    donor, ere = a_status(here, "Donateur"), a_status(here, "Erelid")
    operations.set_status(member, status=ere, start=TODAY, by=None, now=NOW)
    last = member.periods.get(start=TODAY)
    write = read(here, '7;Nieuw;;;"01-01-2022 Donateur"\n')
    begun_before(write, lambda: operations.remove_period(last, by=None, now=NOW))
    assert agrees(member)
    assert member.status == donor


def test_the_calendar_does_not_write_over_a_status_changed_beside_it(here: Association, lid: MemberStatus) -> None:
    member = a_member(here, status=lid)
    donor, ere = a_status(here, "Donateur"), a_status(here, "Erelid")
    before = NOW - timedelta(days=1)
    operations.set_status(member, status=donor, start=TODAY, by=None, now=before)
    Association.objects.update(calendar_day=before.date())
    begun_before(give(member, ere, TODAY), lambda: calendar.roll(here, now=NOW))
    assert agrees(member)
    assert member.status == ere


def test_an_undo_does_not_write_over_a_status_changed_beside_it(here: Association, lid: MemberStatus) -> None:
    member = a_member(here, status=lid, since=LONG_AGO)
    donor, ere = a_status(here, "Donateur"), a_status(here, "Erelid")
    found = Member.objects.of(here)
    operations.set_status_of(here, found, status=donor, start=date(2022, 1, 1), seen=1, by=None, now=NOW)
    change = BulkChange.objects.get()
    begun_before(give(member, ere, date(2023, 1, 1)), lambda: operations.undo(change, by=None, now=NOW))
    assert agrees(member)
    assert member.status == ere


def ask_for_another_city(members: list[Member]) -> None:
    drafts = [
        operations.draft_change(each, values={"city": "Sneek"}, origin="the books", by=None, now=NOW)
        for each in members
    ]
    operations.propose_changes(drafts)


def told_busy(do: Callable[[], object]) -> bool:
    try:
        do()
    except Refused as refused:
        return refused.faults[0].reason == Reason.BUSY
    return False


def test_of_two_that_wait_for_each_other_one_is_told_to_try_again_and_nothing_is_half_done(
    here: Association, lid: MemberStatus
) -> None:
    first, second = members = [a_member(here, status=lid, city="Gent") for _ in range(2)]
    ask_for_another_city(members)

    def accept() -> bool:
        try:
            return told_busy(lambda: operations.accept_changes(here, by=None, now=NOW))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as there:

        def write_the_other_way_round() -> None:
            with writing.in_one_go():
                Member.objects.filter(pk=second.pk).update(city="Bolsward")
                waiting.append(there.submit(accept))
                until(waits)
                Member.objects.filter(pk=first.pk).update(city="Bolsward")

        waiting: list[Future[bool]] = []
        mine, other = told_busy(write_the_other_way_round), waiting[0].result()
    assert mine != other
    assert set(Member.objects.values_list("city", flat=True)) == {"Sneek" if mine else "Bolsward"}
    assert operations.accept_changes(here, by=None, now=NOW) == Answered(0 if mine else 2)


def test_a_member_who_fills_in_while_many_are_written_is_told_so_before_long(
    here: Association, lid: MemberStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = a_member(here, status=lid)
    asks = FillRound.objects.create(association=here, at=NOW, until=TODAY, asked=1)
    asked = FillRequest.objects.create(member=member, association=here, round=asks, digest="of a link")
    monkeypatch.setattr(writing, "PATIENCE", "100ms")
    worker = connection.copy()
    worker.set_autocommit(False)
    try:
        with worker.cursor() as cursor:
            cursor.execute("UPDATE members_member SET city = 'Sneek' WHERE id = %s", [member.pk])
        with pytest.raises(Refused, match="busy"):
            operations.fill_in(asked, seen_version=member.version, values={}, now=NOW)
    finally:
        worker.rollback()
        worker.close()
