"""Fields of an association's own in files that come in, in files that go out, and in what takes an import back."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledenbrug.members import custom, history, operations
from ledenbrug.members.models import Association, ImportProposal, Kind, Member, MemberStatus, Verdict
from ledenbrug.members.refusals import FieldChange, Reason
from ledenbrug.members.sources import spreadsheet
from ledenbrug.members.sources.spreadsheet import FileRefused, MatchBy
from ledenbrug.members.sources.spreadsheet.files import FileReason
from tests.members.factories import NOW, a_custom_field, a_member, a_status, a_user, an_association

pytestmark = pytest.mark.django_db
CITIZEN_NUMBERS = ("111222333", "123456782", "100000010")


@pytest.fixture
def status(here: Association) -> MemberStatus:
    return a_status(here, "Lid")


def propose(association: Association, *rows: str, **choices: Any) -> ImportProposal:
    choices = {"match_by": MatchBy.NUMBER, "by": None, "now": NOW} | choices
    sheet = spreadsheet.read("\r\n".join(rows).encode(), own=custom.fields_of(association))
    return spreadsheet.compare(association, sheet, **choices)


def kept(association: Association) -> dict[str, dict[str, Any]]:
    return dict(Member.objects.of(association).values_list("number", "custom"))


def test_columns_are_matched_by_the_names_of_the_fields(here: Association, status: MemberStatus) -> None:
    shirt, paid = a_custom_field(here, "Shirtmaat"), a_custom_field(here, "Inschrijfgeld", Kind.MONEY)
    news, old = a_custom_field(here, "Nieuwsbrief", Kind.YES_NO), a_custom_field(here, "Oud", archived=True)
    a_custom_field(an_association(), "Elders")
    a_member(here, number="2", custom={shirt.key: "M", old.key: "blijft"})
    proposal = propose(
        here,
        "lidnummer;achternaam;status;SHIRTMAAT ;inschrijfgeld;nieuwsbrief;Oud;Elders",
        "1;Nieuw;Lid;XL;€ 1.250,-;nee;x;x",
        "2;;;L;;ja;x;x",
    )
    assert proposal.counts == {"new": 1, "changed": 1, "unchanged": 0, "refused": 0}
    assert [each["name"] for each in proposal.columns if each["use"] == "unknown"] == ["Oud", "Elders"]
    (changed,) = spreadsheet.entries(proposal, Verdict.CHANGED)
    assert (changed.values, changed.before) == (
        {shirt.key: "L", news.key: True},
        {shirt.key: "M", news.key: None},
    )
    spreadsheet.apply(proposal, by=None, now=NOW)
    assert kept(here) == {
        "1": {shirt.key: "XL", paid.key: "1250.00", news.key: False},
        "2": {shirt.key: "L", news.key: True, old.key: "blijft"},
    }
    assert not Member.objects.filter(receives_mail=False).exists()


def test_an_empty_cell_empties_the_field_only_when_asked_and_never_a_required_one(here: Association) -> None:
    shirt, needed = a_custom_field(here, "Shirt"), a_custom_field(here, "Nodig", required=True)
    a_member(here, number="1", custom={shirt.key: "M", needed.key: "x"})
    a_member(here, number="2", custom={shirt.key: "M"})
    rows = ("lidnummer;shirt;nodig", "1;;", "2;;")
    assert propose(here, *rows).counts["unchanged"] == 2
    proposal = propose(here, *rows, clear_empty=True)
    assert (proposal.counts["changed"], proposal.counts["refused"]) == (1, 1)
    spreadsheet.apply(proposal, by=None, now=NOW)
    assert kept(here) == {"1": {shirt.key: "M", needed.key: "x"}, "2": {}}


def test_a_value_that_does_not_fit_is_refused_with_its_row_and_column(here: Association, status: MemberStatus) -> None:
    a_custom_field(here, "Stem", Kind.CHOICE, choices=["Bas"])
    a_custom_field(here, "Rugnummer", Kind.NUMBER)
    a_custom_field(here, "Verhaal", Kind.LONG)
    proposal = propose(
        here,
        "lidnummer;achternaam;status;stem;rugnummer;verhaal",
        "1;A;Lid;Alt;tien;het bsn is 111222333",
        "2;B;Lid;bas;10;",
    )
    assert [
        (entry.row, fault.column, fault.reason)
        for entry in spreadsheet.entries(proposal, Verdict.REFUSED)
        for fault in entry.faults
    ] == [
        (2, "stem", Reason.NOT_A_CHOICE),
        (2, "rugnummer", Reason.NOT_A_NUMBER),
        (2, "verhaal", Reason.CITIZEN_NUMBER),
    ]
    assert proposal.counts["new"] == 1


@pytest.mark.parametrize("column", ["Registratie", "Opmerkingen", "Rekeninghouder"])
def test_a_column_of_citizen_numbers_is_refused_whatever_its_name(here: Association, column: str) -> None:
    a_custom_field(here, "Registratie")
    rows = [f"{at};A;{number}" for at, number in enumerate(CITIZEN_NUMBERS)]
    with pytest.raises(FileRefused) as refused:
        propose(here, f"lidnummer;achternaam;{column}", *rows)
    assert (refused.value.reason, refused.value.params) == (FileReason.CITIZEN_NUMBER, {"column": column})
    assert CITIZEN_NUMBERS[0] not in str(refused.value)
    assert not ImportProposal.objects.exists()


def test_numbers_that_pass_by_chance_are_no_citizen_numbers(here: Association, status: MemberStatus) -> None:
    field = a_custom_field(here, "Bondsnummer")
    numbers = [*CITIZEN_NUMBERS, "111222334"]
    rows = [f"{at};A;Lid;{number}" for at, number in enumerate(numbers)]
    spreadsheet.apply(propose(here, "lidnummer;achternaam;status;bondsnummer", *rows), by=None, now=NOW)
    assert [each[field.key] for each in kept(here).values()] == numbers


def test_history_tells_what_an_import_did_to_each_field(here: Association) -> None:
    shirt, secretary = a_custom_field(here, "Shirt"), a_user(here)
    member = a_member(here, number="1", custom={shirt.key: "M"})
    spreadsheet.apply(propose(here, "lidnummer;shirt", "1;L"), by=secretary, now=NOW)
    newest = history.history_of(member)[0]
    assert (newest.by, newest.cause, newest.changes) == (
        secretary, "import", (FieldChange(shirt.key, "M", "L"),),
    )  # fmt: skip


def test_an_import_is_taken_back_field_by_field(here: Association) -> None:
    shirt, song, _ = (a_custom_field(here, name).key for name in ("Shirt", "Lied", "Nieuw"))
    member = a_member(here, number="1", custom={shirt: "M", song: "Wilhelmus"})
    done = spreadsheet.apply(propose(here, "lidnummer;shirt;lied;nieuw", "1;L;Io Vivat;x"), by=None, now=NOW)
    member.refresh_from_db()
    operations.change_member(member, seen_version=member.version, values={song: "Anders"}, by=None, now=NOW)
    assert done.change is not None
    operations.undo(done.change, by=None, now=NOW)
    assert kept(here) == {"1": {shirt: "M", song: "Anders"}}


def test_a_proposal_that_would_write_a_choice_that_is_gone_is_thrown_away(here: Association) -> None:
    field = a_custom_field(here, "Stem", Kind.CHOICE, choices=["Bas", "Alt"])
    a_member(here, number="1")
    proposal = propose(here, "lidnummer;stem", "1;Bas")
    operations.change_custom_field(field, choices=["Alt", "Tenor", "Bas"], by=None)
    assert ImportProposal.objects.filter(pk=proposal.pk).exists()
    operations.change_custom_field(field, choices=["Alt"], by=None)
    assert not ImportProposal.objects.filter(pk=proposal.pk).exists()


def test_more_rows_and_more_fields_ask_no_more_of_the_database(here: Association, status: MemberStatus) -> None:
    def queries(count: int) -> int:
        rows = [f"{at};A;Lid;{at + count};x" for at in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            spreadsheet.apply(propose(here, "lidnummer;achternaam;status;een;twee", *rows), by=None, now=NOW)
        return len(captured)

    a_custom_field(here, "Een", Kind.NUMBER)
    assert queries(1) > 0
    few = queries(3)
    a_custom_field(here, "Twee")
    assert queries(300) <= few + 2  # numbers for the new ones are asked for together
