"""Fields of a status, wherever values are written: by an operation, and from a file."""

from datetime import date

import pytest

from ledenbrug.members import custom, operations
from ledenbrug.members.models import Association, Member, MemberStatus, Verdict
from ledenbrug.members.refusals import Reason, Refused
from ledenbrug.members.sources import spreadsheet
from ledenbrug.members.sources.spreadsheet import MatchBy
from tests.members.factories import NOW, a_custom_field, a_member, a_status

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict(here: Association) -> MemberStatus:
    return a_status(here, "Streng", fields={"email": "required", "city": "required", "phone": "hidden"})


def refused(member: Member, **values: object) -> list[tuple[str, Reason]]:
    with pytest.raises(Refused) as caught:
        operations.change_member(member, seen_version=member.version, values=values, by=None, now=NOW)
    return [(each.field, each.reason) for each in caught.value.faults]


def compared(here: Association, text: str, **choices: object) -> dict[Verdict, list[tuple[int, list[tuple[str, str]]]]]:
    sheet = spreadsheet.read(text.encode(), own=custom.fields_of(here))
    proposal = spreadsheet.compare(here, sheet, match_by=MatchBy.NUMBER, by=None, now=NOW, **choices)  # type: ignore[arg-type]
    return {
        verdict: [
            (each.row, [(fault.column, fault.reason) for fault in each.faults])
            for each in spreadsheet.entries(proposal, verdict)
        ]
        for verdict in (Verdict.NEW, Verdict.CHANGED, Verdict.REFUSED)
    }


def test_who_comes_new_has_what_is_required_and_nothing_that_is_hidden(here: Association, strict: MemberStatus) -> None:
    values = {"last_name": "Nieuw", "city": "Delft", "phone": "0612345678"}
    with pytest.raises(Refused) as caught:
        operations.add_member(association=here, values=values, status=strict, start=date(2026, 1, 1), by=None, now=NOW)
    assert [(each.field, each.reason) for each in caught.value.faults] == [
        ("email", Reason.REQUIRED), ("phone", Reason.HIDDEN_HERE),
    ]  # fmt: skip
    assert not Member.objects.exists()


def test_who_lacks_it_from_before_can_be_edited_all_the_same(here: Association, strict: MemberStatus) -> None:
    older = a_member(here, status=strict, email="", city="Delft")
    older = operations.change_member(
        older, seen_version=older.version, values={"last_name": "Anders", "email": ""}, by=None, now=NOW
    )
    assert older.last_name == "Anders"
    assert refused(older, city="") == [("city", Reason.REQUIRED)]


def test_what_is_hidden_keeps_its_value_and_takes_no_other(here: Association, strict: MemberStatus) -> None:
    member = a_member(here, status=strict, email="a@b.example", city="Delft", phone="+31612345678")
    assert refused(member, phone="+31687654321") == [("phone", Reason.HIDDEN_HERE)]
    same = {"phone": "06 12345678", "city": "Gouda"}
    member = operations.change_member(member, seen_version=member.version, values=same, by=None, now=NOW)
    assert (member.phone, member.city) == ("+31612345678", "Gouda")


def test_a_file_is_held_to_the_same_rules_row_by_row(here: Association, strict: MemberStatus) -> None:
    a_member(here, status=strict, number="1", last_name="Oud", email="", city="Delft", phone="+31612345678")
    told = compared(
        here,
        "Lidnummer;Achternaam;E-mail;Plaats;Telefoon;Lidstatus\n"
        "1;Ouder;;;0612345678;Streng\n"
        "2;Nieuw;n@b.example;Gouda;;Streng\n"
        "3;Half;;Gouda;0612345678;Streng\n",
    )
    assert told == {
        Verdict.NEW: [(3, [])],
        Verdict.CHANGED: [(2, [])],
        Verdict.REFUSED: [(4, [("E-mail", "required"), ("Telefoon", "hidden_here")])],
    }
    emptied = compared(here, "Lidnummer;Achternaam;Plaats\n1;Oud;\n", clear_empty=True)
    assert emptied[Verdict.REFUSED] == [(2, [("Plaats", "required")])]


def added(here: Association, status: MemberStatus, **values: object) -> Member:
    given = {"last_name": "Nieuw", **values}
    since = date(2026, 1, 1)
    return operations.add_member(association=here, values=given, status=status, start=since, by=None, now=NOW)


def test_a_field_that_everybody_must_have_stands_in_nobodys_way_who_lacks_it(here: Association) -> None:
    status, shirt = a_status(here), a_custom_field(here, required=True)
    with pytest.raises(Refused) as caught:
        added(here, status)
    assert [(each.field, each.reason) for each in caught.value.faults] == [(shirt.key, Reason.REQUIRED)]
    assert added(here, status, **{shirt.key: "M"}).custom == {shirt.key: "M"}
    older = a_member(here, status=status)
    values = {"last_name": "Anders", shirt.key: ""}
    older = operations.change_member(older, seen_version=older.version, values=values, by=None, now=NOW)
    assert (older.last_name, older.custom) == ("Anders", {})
    without_status = a_member(here, custom={shirt.key: "L"})
    assert refused(without_status, **{shirt.key: " "}) == [(shirt.key, Reason.REQUIRED)]


def test_a_file_is_asked_for_such_a_field_as_a_person_is(here: Association) -> None:
    shirt = a_custom_field(here, "Shirt", required=True)
    a_status(here, "Lid")
    a_member(here, number="1", last_name="Oud")
    a_member(here, number="2", last_name="Vol", custom={shirt.key: "L"})
    rows = "1;Ouder;Lid;\n2;Voller;Lid;\n3;Nieuw;Lid;\n4;Nieuwer;Lid;M\n"
    told = compared(here, f"Lidnummer;Achternaam;Status;Shirt\n{rows}", clear_empty=True)
    assert told == {
        Verdict.NEW: [(5, [])],
        Verdict.CHANGED: [(2, [])],
        Verdict.REFUSED: [(3, [("Shirt", "required")]), (4, [("Shirt", "required")])],
    }
    told = compared(here, "Lidnummer;Achternaam;Status\n2;Voller;Lid\n3;Nieuw;Lid\n")
    assert told == {
        Verdict.NEW: [],
        Verdict.CHANGED: [(2, [])],
        Verdict.REFUSED: [(3, [(shirt.key, "required")])],
    }


def test_what_a_status_hides_and_what_is_no_longer_in_use_is_asked_of_nobody(here: Association) -> None:
    shirt, song = a_custom_field(here, required=True), a_custom_field(here, required=True, archived=True)
    status = a_status(here, fields={shirt.key: "hidden", song.key: "required"})
    assert added(here, status).custom == {}
