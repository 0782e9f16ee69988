"""What triggers ask is planned once in a session: after one edit thousands are changed as quickly as ever."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from ledenbrug.members import calendar, operations
from ledenbrug.members.models import Association, Member, MemberStatus, Period, User
from ledenbrug.members.operations import bulk
from ledenbrug.members.sources import spreadsheet
from tests.members.factories import a_member, a_status, a_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MANY = 300
CHANGES = re.compile(r"\s*(?:UPDATE|INSERT INTO (?=.* DO UPDATE ))\s*\"?(members_\w+)", re.DOTALL)


@contextmanager
def watched() -> Iterator[list[tuple[str, int]]]:
    """Statements that change many rows by plans that were made when the triggers of that table ran before."""
    by_old_plans: list[tuple[str, int]] = []
    planned: set[str] = set()

    def asked(execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
        done = execute(sql, *rest)
        table = CHANGES.match(str(sql))
        if "DISCARD PLANS" in str(sql):
            planned.clear()
        elif table:
            rows = rest[-1]["cursor"].rowcount
            by_old_plans.extend([(str(sql), rows)] if rows >= MANY and table[1] in planned else [])
            planned.add(table[1])
        return done

    with connection.execute_wrapper(asked):
        yield by_old_plans


@pytest.fixture
def by(here: Association) -> User:
    return a_user(here)


@pytest.fixture
def everybody(here: Association, lid: MemberStatus, by: User) -> list[Member]:
    for n in range(MANY):
        a_member(here, status=lid, number=str(n), last_name=f"Veelvoud{n}", city="Adorp")
    return list(Member.objects.of(here).order_by("id"))


def status(here: Association, lid: MemberStatus, by: User) -> None:
    erelid = a_status(here, "Erelid")
    there = Member.objects.of(here)
    bulk.set_status_of(here, there, status=erelid, start=date(2026, 11, 1), seen=MANY, by=by, now=NOW)


def undone(here: Association, lid: MemberStatus, by: User) -> None:
    change = bulk.delete_all(here, Member.objects.of(here), seen=MANY, by=by, now=NOW)
    one = Member.objects.of(here).earliest("id")
    operations.restore_member(one, by=by, now=NOW)
    operations.undo(change, by=by, now=NOW)


def imported(here: Association, lid: MemberStatus, by: User) -> None:
    rows = "".join(f"{n};Sneek;Veelvoud{n};Erelid;01-10-2026\n" for n in range(MANY))
    a_status(here, "Erelid")
    sheet = spreadsheet.read(f"Lidnummer;Woonplaats;Achternaam;Lidstatus;Lid sinds\n{rows}".encode())
    proposal = spreadsheet.compare(here, sheet, match_by=spreadsheet.MatchBy.NUMBER, by=by, now=NOW)
    assert spreadsheet.apply(proposal, by=by, now=NOW).changed == MANY


def the_first_of_january(here: Association, lid: MemberStatus, by: User) -> None:
    erelid = a_status(here, "Erelid")
    Period.objects.bulk_create(
        Period(association=here, member=each, status=erelid, start=date(2026, 11, 22)) for each in here.members.all()
    )
    assert calendar.roll(here, now=NOW) == MANY


@pytest.mark.parametrize("change", [status, undone, imported, the_first_of_january], ids=lambda each: each.__name__)
def test_after_one_was_edited_no_thousands_are_held_each_against_each(
    here: Association,
    lid: MemberStatus,
    by: User,
    everybody: list[Member],
    change: Callable[[Association, MemberStatus, User], None],
) -> None:
    with watched() as by_old_plans:
        operations.change_member(everybody[0], seen_version=1, values={"city": "Bedum"}, by=by, now=NOW)
        operations.set_status(everybody[0], status=a_status(here), start=date(2026, 1, 1), by=by, now=NOW)
        change(here, lid, by)
    assert not by_old_plans
