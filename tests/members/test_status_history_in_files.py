"""The whole course of a membership comes from a file, goes to a file and back, and is taken back with its import."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledenbrug.members import operations, search
from ledenbrug.members.models import Association, ImportProposal, Member, Verdict
from ledenbrug.members.sources import spreadsheet
from ledenbrug.members.sources.spreadsheet import MatchBy
from tests.members.factories import NOW, TODAY, a_member, a_status, an_association

pytestmark = pytest.mark.django_db
HEADER = "Lidnummer;Achternaam;Lidstatus;Statusverloop\n"


@pytest.fixture
def here() -> Association:
    here = an_association()
    for name in ("Aspirant", "Lid", "Oud-lid"):
        a_status(here, name)
    return here


def proposed(here: Association, rows: str | bytes) -> ImportProposal:
    content = rows if isinstance(rows, bytes) else (HEADER + rows).encode()
    return spreadsheet.compare(here, spreadsheet.read(content), match_by=MatchBy.NUMBER, by=None, now=NOW)


def course(member: Member) -> list[tuple[str, str]]:
    return [(str(each.start), each.status.name) for each in member.periods.select_related("status")]


def test_a_new_member_comes_with_all_periods_and_the_status_of_today(here: Association) -> None:
    proposal = proposed(here, '7;Nieuw;;"01-09-2019 Aspirant\n1-1-2021 lid\n2099-01-01 Oud-lid"\n')
    assert spreadsheet.apply(proposal, by=None, now=NOW).new == 1
    member = Member.objects.get()
    assert course(member) == [("2019-09-01", "Aspirant"), ("2021-01-01", "Lid"), ("2099-01-01", "Oud-lid")]
    assert member.status is not None
    assert member.status.name == "Lid"


def test_a_member_that_is_there_gets_what_is_missing_and_keeps_the_rest(here: Association) -> None:
    aspirant, lid = (here.statuses.get(name=name) for name in ("Aspirant", "Lid"))
    member = a_member(here, status=lid, number="7", last_name="Nieuw")
    member.periods.update(start=date(2020, 1, 1))
    operations.set_status(member, status=aspirant, start=date(2022, 1, 1), by=None, now=NOW)
    proposal = proposed(here, '7;Nieuw;;"01-06-2018 Aspirant; 01-01-2022 Lid"\n')
    assert proposal.counts["changed"] == 1
    done = spreadsheet.apply(proposal, by=None, now=NOW)
    assert course(member) == [("2018-06-01", "Aspirant"), ("2020-01-01", "Lid"), ("2022-01-01", "Lid")]
    assert done.change is not None
    operations.undo(done.change, by=None, now=NOW)
    assert course(member) == [("2020-01-01", "Lid"), ("2022-01-01", "Aspirant")]


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        (";Lid sinds altijd", "Statusverloop", "not_a_period"),
        (';"01-01-2020 Lid; 2021 Oud-lid"', "Statusverloop", "unknown_status"),
        (";31-02-2020 Lid", "Statusverloop", "not_a_date"),
        (';"01-01-2020 Lid; 1-1-2020 Oud-lid"', "Statusverloop", "two_on_one_day"),
        (";01-01-2020 Erelid", "Statusverloop", "unknown_status"),
        ("Aspirant;01-01-2020 Lid", "Lidstatus", "contradicts"),
    ],
)
def test_what_cannot_be_is_refused_with_row_column_and_reason(
    here: Association, cells: str, column: str, reason: str
) -> None:
    (row,) = spreadsheet.entries(proposed(here, f"7;Nieuw;{cells}\n"), Verdict.REFUSED)
    assert [(each.column, str(each.reason)) for each in row.faults] == [(column, reason)]


DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))
NAMES = ("Lid", "Oud-lid; 2020", "=Ere lid", "01-01-2020", "'s Lands")


@settings(max_examples=40, deadline=None)
@given(
    courses=st.lists(st.dictionaries(DAYS, st.sampled_from(NAMES), min_size=1, max_size=4), min_size=1, max_size=3),
    kind=st.sampled_from(["csv", "xlsx"]),
)
def test_import_of_an_export_changes_nothing_and_makes_the_same_again(
    courses: list[dict[date, str]], kind: str
) -> None:
    here, there = an_association(), an_association()
    statuses = {name: a_status(here, name) for name in NAMES}
    for each in courses:
        first, *more = sorted(each)
        member = operations.add_member(
            association=here, values={"last_name": "N"}, status=statuses[each[first]], start=first, by=None, now=NOW
        )
        for day in more:
            operations.set_status(member, status=statuses[each[day]], start=day, by=None, now=NOW)
    found = search.find(here, search.Wanted(), today=TODAY)
    fields = ["number", "last_name", "status", "since", "periods"]
    file = (
        b"".join(spreadsheet.csv_file(here, found, fields=fields, language="nl"))
        if kind == "csv"
        else spreadsheet.xlsx_file(here, found, fields=fields, language="nl")
    )
    assert proposed(here, file).counts["unchanged"] == len(courses)
    for name in NAMES:
        a_status(there, name)
    spreadsheet.apply(proposed(there, file), by=None, now=NOW)
    told = {each.number: course(each) for each in Member.objects.of(there)}
    assert told == {each.number: course(each) for each in Member.objects.of(here)}
