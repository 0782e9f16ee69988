"""Mandates come from a file, go to a file and back, and are taken back with their import; none is changed silently."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledenbrug.members import operations, search
from ledenbrug.members.models import Association, ImportProposal, Mandate, Member, MemberEvent, Verdict
from ledenbrug.members.refusals import Reason
from ledenbrug.members.sources import spreadsheet
from ledenbrug.members.sources.spreadsheet import MatchBy
from tests.members.factories import (
    IBAN,
    NOW,
    OTHER_IBAN,
    TODAY,
    a_financial_administration,
    a_mandate,
    a_member,
    a_status,
    an_association,
)

pytestmark = pytest.mark.django_db
HEADER = "Lidnummer;Achternaam;Lidstatus;IBAN;Machtigingen\n"


@pytest.fixture
def here() -> Association:
    here = an_association()
    a_status(here, "Lid")
    a_financial_administration(here, "Vereniging")
    return here


def proposed(here: Association, rows: str | bytes, header: str = HEADER) -> ImportProposal:
    content = rows if isinstance(rows, bytes) else (header + rows).encode()
    return spreadsheet.compare(here, spreadsheet.read(content), match_by=MatchBy.NUMBER, by=None, now=NOW)


def written(here: Association, rows: str, header: str = HEADER) -> spreadsheet.Result:
    proposal = proposed(here, rows, header)
    assert not spreadsheet.entries(proposal, Verdict.REFUSED)
    return spreadsheet.apply(proposal, by=None, now=NOW)


def faults(proposal: ImportProposal) -> list[tuple[int, str, str]]:
    refused = spreadsheet.entries(proposal, Verdict.REFUSED)
    return [(entry.row, each.column, str(each.reason)) for entry in refused for each in entry.faults]


def mandates(member: Member) -> list[tuple[str, str, str, str]]:
    rows = member.mandates.select_related("financial_administration").order_by("signed", "id")
    return [(each.financial_administration.name, each.reference, str(each.signed), str(each.ended)) for each in rows]


def a_payer(here: Association, **fields: Any) -> Member:
    return a_member(here, number="7", last_name="Betaalt", iban=IBAN, status=here.statuses.get(), **fields)


def test_a_new_member_comes_with_every_mandate(here: Association) -> None:
    a_financial_administration(here, "Stichting")
    cell = "Vereniging; M-1; 01-09-2019; 1-1-2021\nstichting; M 2; 2020-01-01\nVereniging;M-3;1 maart 2021"
    written(here, f'7;Nieuw;Lid;{IBAN};"{cell}"\n')
    assert mandates(Member.objects.get()) == [
        ("Vereniging", "M-1", "2019-09-01", "2021-01-01"),
        ("Stichting", "M 2", "2020-01-01", "None"),
        ("Vereniging", "M-3", "2021-03-01", "None"),
    ]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Machtigingskenmerk;Datum machtiging", "M-1;1-9-2021"),
        ("Mandaat ID;Tekendatum;Administratie", "M-1;1-9-2021;vereniging"),
        ("Machtigingen", "M-1; 1-9-2021"),
    ],
)
def test_the_mandate_that_lives_is_read_from_lists_of_others(here: Association, header: str, row: str) -> None:
    row = f'"{row}"' if header == "Machtigingen" else row
    member = a_payer(here)
    header = f"Lidnummer;{header}\n"
    assert written(here, f"7;{row}\n", header) == spreadsheet.Result(0, 1, ())
    assert mandates(member) == [("Vereniging", "M-1", "2021-09-01", "None")]
    assert proposed(here, f"7;{row}\n", header).counts["unchanged"] == 1


def test_a_reference_alone_says_which_mandate_is_there_already(here: Association) -> None:
    a_mandate(a_payer(here), here.financial_administrations.get(), reference="M-1")
    header = "Lidnummer;Machtigingskenmerk;Datum machtiging\n"
    assert proposed(here, "7;M-1;\n", header).counts["unchanged"] == 1


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("M-1", "not_a_mandate"),
        ("M-1; gisteren", "not_a_date"),
        ("M-1; 31-02-2021", "not_a_date"),
        ("M-1; 31-02-2020; 01-01-2021", "not_a_date"),
        ("M-1; 1-2-21", "ambiguous_date"),
        ("; 01-01-2021", "required"),
        (f"{'M' * 36}; 01-01-2021", "too_long"),
        ("M-1; 02-05-2026", "in_the_future"),
        ("M-1; 01-01-2021; 31-12-2020", "ends_before_signed"),
        ("Elders; M-1; 01-01-2021", "unknown_administration"),
        ("M-1; 01-01-2021\nM-1; 02-01-2021", "reference_taken"),
        ("M-1; 01-01-2021\nM-2; 02-01-2021", "live_mandate"),
        ("BEZET; 01-01-2021", "reference_taken"),
    ],
)
def test_what_cannot_be_is_refused_with_row_column_and_reason(here: Association, cell: str, reason: str) -> None:
    a_mandate(a_member(here), here.financial_administrations.get(), reference="BEZET")
    assert faults(proposed(here, f'7;Nieuw;Lid;{IBAN};"{cell}"\n')) == [(2, "Machtigingen", reason)]


@pytest.mark.parametrize(
    ("header", "cells", "column", "reason"),
    [
        ("Kenmerk machtiging;Tekendatum", "M-1;", "Tekendatum", "required"),
        ("Kenmerk machtiging;Tekendatum", ";1-1-2021", "Kenmerk machtiging", "required"),
        ("Kenmerk machtiging;Tekendatum", "M-1;2-5-2026", "Tekendatum", "in_the_future"),
        ("Kenmerk machtiging;Tekendatum;Administratie", "M-1;1-1-2021;Elders", "Administratie",
         "unknown_administration"),
        ("Kenmerk machtiging;Tekendatum;Einddatum machtiging", "M-1;1-1-2021;1-1-2020", "Einddatum machtiging",
         "ends_before_signed"),
    ],
)  # fmt: skip
def test_in_columns_of_their_own_the_column_is_named(
    here: Association, header: str, cells: str, column: str, reason: str
) -> None:
    a_payer(here)
    assert faults(proposed(here, f"7;{cells}\n", f"Lidnummer;{header}\n")) == [(2, column, reason)]


def test_among_several_administrations_the_row_says_which(here: Association) -> None:
    a_financial_administration(here, "Stichting")
    proposal = proposed(here, f'7;Nieuw;Lid;{IBAN};"M-1; 01-01-2021"\n')
    assert faults(proposal) == [(2, "Machtigingen", "which_administration")]


def test_a_mandate_needs_an_account_unless_it_ended(here: Association) -> None:
    rows = '7;Nieuw;Lid;;"M-1; 01-01-2021"\n8;Nieuw;Lid;;"M-2; 01-01-2021; 01-01-2022"\n'
    proposal = proposed(here, rows)
    assert (proposal.counts["new"], faults(proposal)) == (1, [(2, "Machtigingen", "no_iban")])


def test_of_two_rows_with_one_reference_the_second_is_refused(here: Association) -> None:
    rows = f'7;Een;Lid;{IBAN};"M-1; 01-01-2021"\n8;Twee;Lid;{OTHER_IBAN};"M-1; 01-01-2021"\n'
    assert faults(proposed(here, rows)) == [(3, "Machtigingen", "reference_taken")]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("OUD; 02-01-2019; 01-01-2020", "mandate_differs"),
        ("OUD; 01-01-2019", "mandate_ended"),
        ("OUD; 01-01-2019; 02-01-2020", "mandate_ended"),
        ("NU; 01-01-2021; 31-12-2020", "ends_before_signed"),
        ("NIEUW; 01-01-2022", "live_mandate"),
    ],
)
def test_a_mandate_that_is_there_is_never_changed_but_ended(here: Association, cell: str, reason: str) -> None:
    member, books = a_payer(here), here.financial_administrations.get()
    a_mandate(member, books, reference="OUD", signed=date(2019, 1, 1), ended=date(2020, 1, 1))
    a_mandate(member, books, reference="NU", signed=date(2021, 1, 1))
    assert faults(proposed(here, f'7;Betaalt;Lid;{IBAN};"{cell}"\n')) == [(2, "Machtigingen", reason)]


def test_an_account_under_a_live_mandate_changes_only_with_a_new_mandate(here: Association) -> None:
    member = a_payer(here)
    a_mandate(member, here.financial_administrations.get(), reference="M-1", signed=date(2021, 1, 1))
    for cell in ("M-1; 01-01-2021", "", "M-1; 01-01-2021; 02-05-2026"):
        proposal = proposed(here, f'7;Betaalt;Lid;{OTHER_IBAN};"{cell}"\n')
        assert faults(proposal) == [(2, "IBAN", "live_mandate")]
    cell = "M-1; 01-01-2021; 01-05-2026\nM-2; 01-05-2026"
    done = written(here, f'7;Betaalt;Lid;{OTHER_IBAN};"{cell}"\n')
    member.refresh_from_db()
    assert member.iban == OTHER_IBAN
    assert [each[1:] for each in mandates(member)] == [
        ("M-1", "2021-01-01", "2026-05-01"),
        ("M-2", "2026-05-01", "None"),
    ]
    assert done.change is not None
    operations.undo(done.change, by=None, now=NOW)
    member.refresh_from_db()
    assert member.iban == IBAN
    assert [each[1:] for each in mandates(member)] == [("M-1", "2021-01-01", "None")]


def test_undo_takes_the_mandates_of_those_who_go_and_leaves_those_of_who_stay(here: Association) -> None:
    there = a_member(here, number="9", last_name="Al hier", iban=IBAN, status=here.statuses.get())
    rows = "".join(f'{n};Nieuw;Lid;{IBAN};"M-{n}; 01-01-2021"\n' for n in (7, 8))
    done = written(here, f'{rows}9;Al hier;Lid;{IBAN};"M-9; 01-01-2021"\n')
    worked_on = Member.objects.get(number="8")
    operations.change_member(worked_on, seen_version=worked_on.version, values={"city": "Delft"}, by=None, now=NOW)
    assert done.change is not None
    undone = operations.undo(done.change, by=None, now=NOW)
    assert (undone.back, undone.stayed) == (2, 1)
    assert set(Mandate.objects.of(here).values_list("reference", flat=True)) == {"M-8"}
    assert mandates(there) == []
    assert proposed(here, f'9;Al hier;Lid;{IBAN};"M-9; 01-01-2021"\n').counts["changed"] == 1


def test_a_mandate_ended_since_the_import_is_not_taken_back(here: Association) -> None:
    member = a_payer(here)
    done = written(here, f'7;Betaalt;Lid;{IBAN};"M-1; 01-01-2021"\n')
    operations.end_mandate(member.mandates.get(), ended=TODAY, by=None)
    assert done.change is not None
    assert operations.undo(done.change, by=None, now=NOW).stayed == 1
    assert mandates(member) == [("Vereniging", "M-1", "2021-01-01", str(TODAY))]


def test_what_was_signed_or_given_out_since_the_preview_leaves_the_row_out(here: Association) -> None:
    member, books = a_payer(here), here.financial_administrations.get()
    moves = a_member(here, number="6", iban=IBAN, last_name="Verhuist", status=here.statuses.get())
    rows = [f'7;Betaalt;Lid;{IBAN};"M-1; 01-01-2021"', f"6;Verhuist;Lid;{OTHER_IBAN};",
            f'8;Nieuw;Lid;{IBAN};"M-2; 01-01-2021"', f'9;Nieuw;Lid;{IBAN};"M-3; 01-01-2021"']  # fmt: skip
    proposal = proposed(here, "\n".join(rows))
    for each, reference in ((member, "M-9"), (moves, "M-2")):
        mandate = operations.NewMandate(financial_administration=books, reference=reference, signed=TODAY)
        operations.add_mandate(each, mandate=mandate, by=None, now=NOW)
    result = spreadsheet.apply(proposal, by=None, now=NOW)
    assert result == spreadsheet.Result(
        1, 0, ((2, Reason.CHANGED_MEANWHILE), (3, Reason.CHANGED_MEANWHILE), (4, Reason.REFERENCE_TAKEN))
    )
    moves.refresh_from_db()
    assert moves.iban == IBAN


def test_another_association_may_have_the_same_reference_and_keeps_its_administrations(here: Association) -> None:
    other = an_association()
    a_mandate(a_member(other, iban=IBAN), a_financial_administration(other, "Elders"), reference="M-1")
    written(here, f'7;Nieuw;Lid;{IBAN};"M-1; 01-01-2021"\n')
    proposal = proposed(here, f'8;Nieuw;Lid;{IBAN};"Elders; M-2; 01-01-2021"\n')
    assert faults(proposal) == [(2, "Machtigingen", "unknown_administration")]


BOOKS = ("Vereniging", "Stichting; steun", "01-01-2020", "=Fonds")
REFERENCES = st.text(st.sampled_from("AB1 ;-/.=ë02"), min_size=1, max_size=12).map(str.strip).filter(bool)
DAYS = st.dates(date(2000, 1, 1), TODAY)
SIGNED = st.tuples(st.sampled_from(BOOKS), DAYS, st.none() | st.integers(0, 9000))


@settings(max_examples=60, deadline=None)
@given(
    references=st.lists(st.just("01-02-2003") | st.just("A; 01-01-2020") | REFERENCES, unique=True, max_size=5),
    signed=st.lists(SIGNED, min_size=5, max_size=5),
    members=st.lists(st.integers(0, 1), min_size=5, max_size=5),
    kind=st.sampled_from(["csv", "xlsx"]),
)
def test_import_of_an_export_changes_nothing_and_makes_the_same_again(
    references: list[str], signed: list[Any], members: list[int], kind: str
) -> None:
    here, there = an_association(), an_association()
    status, _ = a_status(here, "Lid"), a_status(there, "Lid")
    books = {name: a_financial_administration(here, name) for name in BOOKS}
    people = [a_member(here, number=str(n), iban=IBAN, status=status) for n in range(2)]
    open_ended = set()
    for reference, (name, day, lasts), member in zip(references, signed, members, strict=False):
        ended = None if lasts is None else date.fromordinal(day.toordinal() + lasts)
        if ended is None and (member, name) in open_ended:
            ended = day
        open_ended |= {(member, name)} if ended is None else set()
        a_mandate(people[member], books[name], reference=reference, signed=day, ended=ended)
    fields = ["number", "last_name", "iban", "status", "since", "mandates"]
    told: dict[str, Any] = {"fields": fields, "language": "nl"}
    found = search.find(here, search.Wanted(), today=TODAY)
    file = (
        b"".join(spreadsheet.csv_file(here, found, **told))
        if kind == "csv"
        else spreadsheet.xlsx_file(here, found, **told)
    )
    events = MemberEvent.objects.count()
    assert proposed(here, file).counts["unchanged"] == 2
    assert MemberEvent.objects.count() == events
    for name in BOOKS:
        a_financial_administration(there, name)
    spreadsheet.apply(proposed(there, file), by=None, now=NOW)
    again = {each.number: sorted(mandates(each)) for each in Member.objects.of(there)}
    assert again == {each.number: sorted(mandates(each)) for each in people}
