from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from ledenbrug.members import bell, calendar, operations
from ledenbrug.members.models import Association, Member, MemberEvent, MemberStatus, Period
from ledenbrug.members.sources import spreadsheet
from tests.members.factories import NOW, TODAY, a_member, a_status, a_user, an_association

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def status_of(member: Member) -> MemberStatus | None:
    member.refresh_from_db()
    return member.status


@given(starts=st.lists(DAYS, unique=True, max_size=8), day=DAYS)
def test_a_day_has_one_status_half_open_and_none_before_the_first(starts: list[date], day: date) -> None:
    periods = [Period(start=each) for each in starts]
    found = calendar.status_on(periods, day)
    holding = [
        each for each in periods if each.start <= day and not any(each.start < other.start <= day for other in periods)
    ]
    assert holding == ([] if found is None else [found])
    assert (found is None) == all(day < each for each in starts)


@pytest.mark.django_db
def test_a_status_takes_effect_on_its_day_without_anybody_editing(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[int] = []
    monkeypatch.setattr(bell, "_listeners", [rung.append])
    association = an_association()
    member_status, alumnus = a_status(association), a_status(association)
    member = a_member(association, status=member_status)
    Period.objects.create(association=association, member=member, status=alumnus, start=date(2026, 6, 1))
    before_midnight_there = datetime(2026, 5, 31, 21, 59, tzinfo=UTC)
    assert calendar.roll(association, now=before_midnight_there) == 0
    assert status_of(member) == member_status
    assert calendar.roll(association, now=before_midnight_there + timedelta(minutes=1)) == 1
    assert status_of(member) == alumnus
    assert rung == [association.pk]
    assert MemberEvent.objects.latest("pgh_id").pgh_context == {"cause": "calendar", "by": None}


@pytest.mark.django_db
def test_a_calendar_that_stood_still_for_months_catches_up() -> None:
    association = an_association()
    statuses = [a_status(association) for _ in range(3)]
    member = a_member(association, status=statuses[0])
    for status, month in ((statuses[1], 6), (statuses[2], 8)):
        Period.objects.create(association=association, member=member, status=status, start=date(2026, month, 1))
    calendar.roll(association, now=datetime(2026, 5, 1, 12, tzinfo=UTC))
    calendar.roll(association, now=datetime(2026, 12, 1, 12, tzinfo=UTC))
    assert status_of(member) == statuses[2]
    calendar.roll(association, now=datetime(2026, 7, 1, 12, tzinfo=UTC))  # a clock put back changes nothing
    assert status_of(member) == statuses[2]


@pytest.mark.django_db
def test_an_association_is_due_when_its_own_day_has_moved() -> None:
    here, there = an_association(time_zone="Europe/Amsterdam"), an_association(time_zone="America/Curacao")
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert calendar.due(noon) == [here, there]
    for each in (here, there):
        calendar.roll(each, now=noon)
    assert calendar.due(noon) == []
    assert calendar.due(datetime(2026, 5, 1, 22, 30, tzinfo=UTC)) == [here]
    assert calendar.due(datetime(2026, 5, 2, 4, 30, tzinfo=UTC)) == [here, there]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
def test_rolling_asks_the_same_few_questions_for_any_number_of_members(count: int) -> None:
    association: Association = an_association()
    status = a_status(association)
    for _ in range(count):
        Period.objects.create(
            association=association, member=a_member(association), status=status, start=date(2026, 5, 1)
        )
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert calendar.roll(association, now=datetime(2026, 5, 1, 12, tzinfo=UTC)) == count
    assert len(asked) <= 10


@pytest.mark.django_db
@settings(max_examples=15, deadline=None)
@given(starts=st.lists(DAYS, unique=True, min_size=1, max_size=5), day=DAYS)
def test_the_database_agrees_with_the_rule(starts: list[date], day: date) -> None:
    association = an_association()
    member = a_member(association)
    for start in starts:
        Period.objects.create(association=association, member=member, status=a_status(association), start=start)
    calendar.settle([member], day=day)
    found = calendar.status_on(member.periods.all(), day)
    assert (status_of(member), member.since) == ((found.status, found.start) if found else (None, None))


@pytest.mark.django_db
def test_a_period_in_the_same_status_moves_since_when_and_tells_of_no_change() -> None:
    association = an_association()
    member = a_member(association, status=a_status(association))
    version, told = member.version, MemberEvent.objects.count()
    Period.objects.create(association=association, member=member, status=member.status, start=date(2026, 6, 1))
    calendar.roll(association, now=datetime(2026, 6, 1, 12, tzinfo=UTC))
    member.refresh_from_db()
    assert (member.since, member.version, MemberEvent.objects.count()) == (date(2026, 6, 1), version, told)


def since_is_that_of_the_period(association: Association, day: date) -> bool:
    """And the status too."""
    return all(
        (member.status_id, member.since) == ((held.status_id, held.start) if held else (None, None))
        for member in Member.objects.of(association).prefetch_related("periods")
        for held in [calendar.status_on(member.periods.all(), day)]
    )


@pytest.mark.django_db
def test_whatever_writes_periods_keeps_since_when() -> None:
    association = an_association()
    lid, erelid, by = a_status(association, "Lid"), a_status(association, "Erelid"), a_user(association)
    who: dict[str, Any] = {"association": association, "by": by, "now": NOW}

    def member(name: str, start: date) -> Member:
        return operations.add_member(**who, values={"last_name": name}, status=lid, start=start)

    def read(file: str) -> spreadsheet.Result:
        match_by = spreadsheet.MatchBy.NUMBER
        proposal = spreadsheet.compare(
            association, spreadsheet.read(file.encode()), match_by=match_by, by=by, now=NOW, status=lid
        )
        return spreadsheet.apply(proposal, by=by, now=NOW)

    def kept() -> bool:
        return since_is_that_of_the_period(association, TODAY)

    one, other = member("Een", date(2020, 1, 1)), member("Later", TODAY + timedelta(days=1))
    period = operations.set_status(one, status=erelid, start=date(2022, 1, 1), by=by, now=NOW)
    assert kept()
    period = operations.change_period(period, status=lid, start=date(2021, 1, 1), by=by, now=NOW)
    assert kept()
    operations.remove_period(period, by=by, now=NOW)
    assert kept()
    operations.delete_member(one, by=by, now=NOW)
    operations.restore_member(one, by=by, now=NOW)
    assert kept()
    everybody = Member.objects.of(association)
    bulk = operations.set_status_of(
        association, everybody, status=erelid, start=date(2023, 1, 1), seen=2, by=by, now=NOW
    )
    assert kept()
    assert {one.since for one in everybody} == {date(2023, 1, 1)}
    operations.undo(bulk, by=by, now=NOW)
    assert kept()
    imported = read(
        f"Lidnummer;Achternaam;Lidstatus;Lid sinds\n{one.number};Een;Erelid;01-03-2024\n"
        "501;Nieuw;Lid;02-02-2022\n502;Straks;Lid;01-01-2100\n"
    )
    assert kept()
    operations.undo(imported.change, by=by, now=NOW)
    assert kept()
    for each in (one, other):
        each.refresh_from_db()
    operations.merge_members(other, one, seen=(other.version, one.version), theirs=frozenset(), by=by, now=NOW)
    assert kept()
    other.refresh_from_db()
    assert other.since == date(2020, 1, 1)
