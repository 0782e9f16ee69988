"""A file is compared with the records, shown, and written in one go."""

import csv
import io
from datetime import date, timedelta
from itertools import islice
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledenbrug.members import bell, history, operations
from ledenbrug.members.citizen_number import is_citizen_number
from ledenbrug.members.models import Association, ImportPart, ImportProposal, Member, MemberStatus, Verdict
from ledenbrug.members.refusals import Reason
from ledenbrug.members.sources import spreadsheet
from ledenbrug.members.sources.spreadsheet import FileRefused, MatchBy, Result
from ledenbrug.members.sources.spreadsheet.applying import Applied
from ledenbrug.members.sources.spreadsheet.files import FileReason
from tests.members.factories import IBAN, NOW, OTHER_IBAN, TODAY, a_mandate, a_member, a_status, a_user, an_association

pytestmark = pytest.mark.django_db


def file(*rows: str, separator: str = ";") -> bytes:
    return "\r\n".join(row.replace(";", separator) for row in rows).encode()


def propose(association: Association, content: bytes, **choices: Any) -> ImportProposal:
    choices = {"match_by": MatchBy.NUMBER, "by": None, "now": NOW} | choices
    return spreadsheet.compare(association, spreadsheet.read(content), **choices)


def faults(proposal: ImportProposal) -> list[tuple[int, str, str]]:
    return [
        (entry.row, fault.column, fault.reason)
        for entry in spreadsheet.entries(proposal, Verdict.REFUSED)
        for fault in entry.faults
    ]


def apply(proposal: ImportProposal) -> Result:
    return spreadsheet.apply(proposal, by=None, now=NOW)


def test_a_list_in_dutch_becomes_members(association: Association, status: MemberStatus) -> None:
    proposal = propose(
        association,
        file(
            "Lidnummer;Roepnaam;Tussenvoegsel;Achternaam;Geslacht;Geboortedatum;Straat;Huisnummer;Toevoeging;Postcode;"
            "Woonplaats;Land;Mobiel;E-mail;IBAN;Lidstatus;Lid sinds;Ontvangt mailings",
            "7;Zoë;de;Vries;v;31-12-2001;Dorpsstraat;12;a;1234ab;Delft;Nederland;06-12345678;z@post.example;"
            "NL91 ABNA 0417 1643 00;lid;2019;nee",
        ),
    )
    assert proposal.counts == {"new": 1, "changed": 0, "unchanged": 0, "refused": 0}
    assert not Member.objects.exists()
    assert apply(proposal) == Result(1, 0, ())
    member = Member.objects.get()
    assert (member.number, str(member), member.gender, member.birth_date) == (
        "7",
        "Zoë de Vries",
        "f",
        date(2001, 12, 31),
    )
    assert (member.address, member.postcode, member.country) == ("Dorpsstraat 12a", "1234 AB", "NL")
    assert (member.phone, member.iban, member.bic) == ("+31612345678", IBAN, "ABNANL2A")
    assert (member.status, member.receives_mail) == (status, False)
    assert member.periods.get().start == date(2019, 9, 1)
    assert operations.next_number(association) == "1"


def test_bad_rows_are_refused_with_row_column_and_reason_and_the_rest_is_offered(
    association: Association, status: MemberStatus
) -> None:
    a_member(association, number="90", deleted_at=NOW)
    a_member(association, number="91").delete()
    proposal = propose(
        association,
        file(
            "lidnummer;achternaam;geboortedatum;e-mail;status",
            "1;Good;1-2-2001;good@post.example;Lid",
            "2;;1-2-2001;;Lid",
            "3;Date;31-02-2001;;Lid",
            "4;Short;1-2-01;nobody;Lid",
            "5;Status;;;Ghost",
            "6;Twin;;;Lid",
            "6;Twin again;;;Lid",
            "7;Too;;;Lid;x",
            "8;Few",
            "9;None;;;",
            "90;Deleted;;;Lid",
            "91;Erased;;;Lid",
        ),
    )
    assert faults(proposal) == [
        (3, "achternaam", Reason.REQUIRED),
        (4, "geboortedatum", Reason.NOT_A_DATE),
        (5, "geboortedatum", Reason.AMBIGUOUS_DATE),
        (5, "e-mail", Reason.NOT_AN_EMAIL),
        (6, "status", Reason.UNKNOWN_STATUS),
        (7, "lidnummer", Reason.DOUBLE),
        (8, "lidnummer", Reason.DOUBLE),
        (9, "", Reason.TOO_MANY_CELLS),
        (10, "", Reason.TOO_FEW_CELLS),
        (11, "status", Reason.REQUIRED),
        (12, "lidnummer", Reason.DELETED),
        (13, "lidnummer", Reason.NUMBER_ISSUED),
    ]
    assert proposal.counts == {"new": 1, "changed": 0, "unchanged": 0, "refused": 11}
    apply(proposal)
    assert Member.objects.get(deleted_at=None).last_name == "Good"


def test_members_there_are_compared_field_by_field(association: Association, status: MemberStatus) -> None:
    alumnus = a_status(association, "Oud-lid")
    same = a_member(association, number="1", last_name="Same", city="Delft", status=status)
    moved = a_member(association, number="2", last_name="Moved", city="Delft", email="m@post.example", status=status)
    proposal = propose(
        association,
        file(
            "lidnummer;achternaam;woonplaats;e-mail;status;sinds",
            "1;Same;Delft;;Lid;1-9-2020",
            "2;Moved;Gouda;;Oud-lid;1-4-2026",
        ),
    )
    assert proposal.counts == {"new": 0, "changed": 1, "unchanged": 1, "refused": 0}
    (entry,) = spreadsheet.entries(proposal, Verdict.CHANGED)
    assert (entry.row, entry.member, entry.values) == (3, moved.pk, {"city": "Gouda"})
    assert entry.before == {"city": "Delft", "status": "Lid"}
    assert apply(proposal) == Result(0, 1, ())
    moved.refresh_from_db()
    same.refresh_from_db()
    assert (moved.city, moved.email, moved.status, moved.version) == ("Gouda", "m@post.example", alumnus, 3)
    assert same.version == 1
    assert propose(association, file("lidnummer;woonplaats;status", "2;Gouda;oud-lid")).counts["unchanged"] == 1


def test_an_empty_cell_empties_only_when_asked(association: Association, status: MemberStatus) -> None:
    member = a_member(association, number="1", last_name="A", city="Delft", birth_date=TODAY, status=status)
    content = file("lidnummer;achternaam;woonplaats;geboortedatum", "1;;;")
    assert propose(association, content).counts["unchanged"] == 1
    apply(propose(association, content, clear_empty=True))
    member.refresh_from_db()
    assert (member.last_name, member.city, member.birth_date) == ("A", "", None)


def test_the_first_day_of_a_status_is_corrected(association: Association, status: MemberStatus) -> None:
    member = a_member(association, number="1", status=status, since=date(2020, 9, 1))
    proposal = propose(association, file("lidnummer;status;sinds", "1;Lid;1-9-2019"))
    (entry,) = spreadsheet.entries(proposal, Verdict.CHANGED)
    assert entry.before == {"since": "2020-09-01"}
    apply(proposal)
    assert [each.start for each in member.periods.all()] == [date(2019, 9, 1)]


def test_a_status_in_the_future_waits_for_its_day(association: Association, status: MemberStatus) -> None:
    a_status(association, "Oud-lid")
    member = a_member(association, number="1", status=status)
    content = file("lidnummer;achternaam;status;sinds", "1;;Oud-lid;1-1-2027", "2;New;Lid;1-6-2026")
    apply(propose(association, content))
    member.refresh_from_db()
    assert member.status == status
    assert Member.objects.get(number="2").status is None
    assert propose(association, content).counts["unchanged"] == 2


def test_people_are_found_by_email_and_never_guessed(association: Association, status: MemberStatus) -> None:
    one = a_member(association, number="1", email="One@post.example", last_name="One", status=status)
    for _ in range(2):
        a_member(association, email="both@post.example", status=status)
    proposal = propose(
        association,
        file(
            "e-mail;achternaam;status",
            "one@post.example;Changed;",
            "both@post.example;Who;",
            "new@post.example;New;",
            ";Without;",
        ),
        match_by=MatchBy.EMAIL,
        status=status,
    )
    assert faults(proposal) == [(3, "e-mail", Reason.AMBIGUOUS)]
    assert [entry.member for entry in spreadsheet.entries(proposal, Verdict.CHANGED)] == [one.pk]
    apply(proposal)
    assert set(Member.objects.filter(last_name__in=["New", "Without"]).values_list("number", flat=True)) == {"2", "3"}


def test_what_changed_since_the_preview_is_left_out_and_told(association: Association, status: MemberStatus) -> None:
    member = a_member(association, number="1", city="Delft", status=status)
    proposal = propose(association, file("lidnummer;achternaam;plaats;status", "1;;Gouda;", "2;New;;Lid", "3;New;;Lid"))
    operations.change_member(member, seen_version=1, values={"city": "Breda"}, by=None, now=NOW)
    a_member(association, number="2", status=status)
    result = apply(proposal)
    assert result == Result(1, 0, ((2, Reason.CHANGED_MEANWHILE), (3, Reason.NUMBER_ISSUED)))
    member.refresh_from_db()
    assert member.city == "Breda"


def test_the_account_of_a_live_mandate_is_not_imported_over(association: Association, status: MemberStatus) -> None:
    member = a_member(association, number="1", iban=IBAN, status=status)
    a_mandate(member)
    proposal = propose(association, file("lidnummer;iban", f"1;{OTHER_IBAN}"))
    assert faults(proposal) == [(2, "iban", Reason.LIVE_MANDATE)]


def test_a_member_abroad_keeps_the_rules_of_the_country(association: Association, status: MemberStatus) -> None:
    a_member(association, number="1", country="BE", status=status)
    proposal = propose(association, file("lidnummer;postcode;telefoon", "1;1000;0470 12 34 56"))
    (entry,) = spreadsheet.entries(proposal, Verdict.CHANGED)
    assert entry.values == {"postcode": "1000", "phone": "+32470123456"}


def test_an_import_is_one_ring_of_the_bell_and_stands_in_the_history(
    association: Association, status: MemberStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(bell, "_listeners", [rung.append])
    secretary = a_user(association)
    member = a_member(association, number="1", city="Delft", status=status)
    proposal = propose(association, file("lidnummer;achternaam;plaats;status", "1;;Gouda;", "2;New;;Lid"))
    change = spreadsheet.apply(proposal, by=secretary, now=NOW).change
    assert rung == [association.pk]
    assert change is not None
    for each in (member, Member.objects.get(number="2")):
        newest = next(entry for entry in history.history_of(each) if entry.subject == "member")
        assert (newest.cause, newest.by) == ("import", secretary)
        assert newest.said == {"proposal": str(proposal.pk), "run": change.key}


def test_a_proposal_is_written_once_and_forgotten(association: Association, status: MemberStatus) -> None:
    proposal = propose(association, file("lidnummer;achternaam;status", "1;Secret;Lid"))
    assert not any("Secret" in part.sealed for part in ImportPart.objects.all())
    apply(proposal)
    assert not ImportPart.objects.exists()
    with pytest.raises(Applied):
        apply(proposal)
    left = propose(association, file("lidnummer;achternaam;status", "2;Secret;Lid"))
    with pytest.raises(Applied):
        spreadsheet.apply(left, by=None, now=NOW + timedelta(days=1))
    apply(partly := propose(association, file("lidnummer;achternaam;status", "3;Secret;Lid", ";Secret;Nergens")))
    spreadsheet.drop_expired(now=NOW + timedelta(days=1))
    assert {*ImportProposal.objects.all()} == {proposal, partly}
    assert not ImportPart.objects.exists()


def test_another_association_is_neither_seen_nor_touched(association: Association, status: MemberStatus) -> None:
    elsewhere = a_member(an_association(), number="1", city="Delft")
    proposal = propose(association, file("lidnummer;achternaam;plaats;status", "1;Mine;Gouda;Lid"))
    assert proposal.counts["new"] == 1
    apply(proposal)
    elsewhere.refresh_from_db()
    assert elsewhere.city == "Delft"


def test_a_file_without_what_is_needed_is_refused_whole(association: Association) -> None:
    with pytest.raises(FileRefused) as refused:
        propose(association, file("achternaam", "A"))
    assert (refused.value.reason, refused.value.params) == (FileReason.MISSING_COLUMN, {"field": "number"})
    numbers = [f"{each};A" for each in citizen_numbers(10)]
    with pytest.raises(FileRefused) as refused:
        propose(association, file("lidnummer;achternaam", *numbers))
    assert refused.value.reason is FileReason.CITIZEN_NUMBER


def citizen_numbers(count: int) -> list[str]:
    return [*islice(filter(is_citizen_number, map(str, range(100_000_000, 999_999_999))), count)]


def test_odd_names_are_taken_exactly(association: Association, status: MemberStatus) -> None:
    names = ["X", "x" * 200, "אברהם", "🎈", "=1+1", 'with "quotes"; and separators', "Nguyễn", "two  spaces"]
    written = io.StringIO()
    table = csv.writer(written, delimiter=";")
    table.writerow(["achternaam", "status"])
    table.writerows([[name, "Lid"] for name in [*names, "x" * 201]])
    proposal = propose(association, written.getvalue().encode(), match_by=MatchBy.NOTHING)
    assert faults(proposal) == [(10, "achternaam", Reason.TOO_LONG)]
    apply(proposal)
    assert list(Member.objects.order_by("id").values_list("last_name", flat=True)) == names


@pytest.mark.parametrize("count", [1, 3, 300])
def test_rows_cost_no_queries_of_their_own(association: Association, status: MemberStatus, count: int) -> None:
    a_member(association, number="0", status=status)
    rows = [f"{number};Name{number};Lid" for number in range(count)]
    with CaptureQueriesContext(connection) as asked:
        apply(propose(association, file("lidnummer;achternaam;status", *rows)))
    assert len(asked) <= 51


def test_after_a_large_file_the_database_knows_how_large_the_association_is(
    association: Association, status: MemberStatus
) -> None:
    rows = [f"{n};Verzonnen{n};lid" for n in range(1, 1001)]
    apply(propose(association, file("lidnummer;achternaam;status", *rows)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'members_member'")
        assert cursor.fetchone()[0] >= 1000
