"""Everything that is held of one member, as a file for the member."""

import io
from datetime import date

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.formats import date_format
from python_calamine import CalamineWorkbook

from ledenbrug.manager import chronicle, disclosure
from ledenbrug.members import operations
from ledenbrug.members.models import Export, Gender, Mandate, Member, Note, PayerDetails, Period, Role
from ledenbrug.members.models.member import NOT_TRACKED
from ledenbrug.members.sources.spreadsheet import log
from ledenbrug.sync.models import Journal, Link
from tests.manager.front import Front
from tests.members.factories import OTHER_IBAN, a_custom_field, a_member

pytestmark = pytest.mark.django_db


def file_of(front: Front, member: Member | None = None) -> list[list[str]]:
    address = f"{front.root}members/{member.pk}/" if member else front.person
    answer = front.as_(Role.SECRETARY).post(f"{address}data/")
    assert answer.status_code == 200
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    return [[str(cell) for cell in row] for row in rows]


def test_the_file_is_named_after_the_member_as_people_know_it(front: Front) -> None:
    Member.objects.filter(pk=front.member.pk).update(number="LID/2024-7")
    answer = front.as_(Role.SECRETARY).post(f"{front.person}data/")
    day = timezone.localdate().isoformat()
    assert answer["Content-Disposition"] == f'attachment; filename="{front.slug}-member-lid2024-7-{day}.xlsx"'
    assert CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).sheet_names == ["All data of this member"]


def test_all_that_is_held_is_in_it_readable(front: Front) -> None:
    field = a_custom_field(front.association, "Shirtmaat")
    old = a_custom_field(front.association, "Oud veld", archived=True)
    Member.objects.filter(pk=front.member.pk).update(
        custom={field.key: "XL", old.key: "Iets"}, phone="+31612345678", city="Delft"
    )
    Note.objects.create(association=front.association, member=front.member, at=timezone.now(), text="Belde op.")
    operations.set_status(
        front.member, status=front.status, start=date(2024, 9, 1), by=front.user(Role.ADMIN), now=timezone.now()
    )
    Link.objects.create(
        association=front.association, package="memory", administration=front.connection.administration,
        payer=f"m{front.member.pk}", contact="c77", number="LID-77", sent_at=timezone.now(),
    )  # fmt: skip
    Journal.objects.create(
        association=front.association, connection=front.connection, epoch=1, payer=f"m{front.member.pk}",
        kind="create", fields=["email", "last_name"], outcome="done", noted_at=timezone.now(),
    )  # fmt: skip
    with translation.override("en"):
        born = date_format(date(1990, 4, 3), "SHORT_DATE_FORMAT")
    told = {(part, what, value) for part, _when, what, value in file_of(front)}
    assert told >= {
        ("Details", "Date of birth", born), ("Details", "Memo", "Zingt in het koor"),
        ("Details", "Shirtmaat", "XL"), ("Details", "Oud veld", "Iets"), ("Details", "IBAN", "NL91 ABNA 0417 1643 00"),
        ("Membership", "Member status", front.status.name),
        ("Mandates", "signed", f"{front.mandate.reference} ({front.books.name})"),
        ("Notes", "Note", "Belde op."),
    }  # fmt: skip
    sent = [row for row in file_of(front) if row[0] == "Sent to a bookkeeping package"]
    assert any("c77" in row[3] and "LID-77" in row[3] and row[1] for row in sent)
    assert any("Name" in row[3] and "E-mail" in row[3] for row in sent)
    assert any(row[0].startswith("History") and row[3] == " → Delft" for row in file_of(front))


def test_nothing_of_other_people_is_in_it(front: Front) -> None:
    parent = a_member(front.association, given_name="Moeder", last_name="Ouderling", iban=OTHER_IBAN)
    child = a_member(front.association, last_name="Kindje", payer_member=parent)
    now, secretary = timezone.now(), front.user(Role.SECRETARY)
    secretary.name = "Ambtenaar van Dienst"
    secretary.save()
    details = {"last_name": "Grootvader", "email": "opa@elders.example", "iban": OTHER_IBAN}
    operations.set_payer_details(child, details=details, by=secretary, now=now)
    operations.set_payer_member(child, payer=parent, by=secretary)
    text = str(file_of(front, child))
    assert "Somebody else, whose data do not belong in this file" in text
    for theirs in ("Moeder", "Ouderling", OTHER_IBAN, "Grootvader", "opa@elders", "Ambtenaar"):
        assert theirs not in text
    assert "Kindje" not in str(file_of(front, parent))
    assert "Pays for how many other members" in str(file_of(front, parent))


def test_that_it_was_made_is_noted_and_stands_in_the_next_one(front: Front) -> None:
    assert front.as_(Role.SECRETARY).get(f"{front.person}data/").status_code == 200
    assert not Export.objects.exists()
    file_of(front)
    made = Export.objects.get()
    assert (made.count, made.members, made.fields) == (1, [front.member.pk], ["everything"])
    (row,) = [row for row in file_of(front) if row[0] == "Taken out as a file"]
    assert row[2:] == ["Fields", "everything"]


def test_as_many_questions_for_three_lists_that_left_as_for_one(front: Front) -> None:
    asked = []
    for number in (1, 2):
        for _ in range(number):
            log(front.association, members=[front.member.pk], fields=["email"], chosen={}, by=None, now=timezone.now())
        with CaptureQueriesContext(database) as queries:
            assert len(list(disclosure.of_member(Member.objects.get(pk=front.member.pk)))) > number
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_list_that_left_says_who_were_in_it_until_they_are_erased(front: Front) -> None:
    other = a_member(front.association, status=front.status)
    front.as_(Role.SECRETARY).post(
        f"{front.root}members/export/?all=1", {"kind": "csv", "columns": ["number", "email"]}
    )
    assert Export.objects.get().members == [front.member.pk, other.pk]
    taken = [row for row in file_of(front, other) if row[0] == "Taken out as a file"]
    assert taken[0][3] == "Member number, E-mail address"
    operations.delete_member(other, by=None, now=timezone.now())
    operations.erase_member(other, by=None, now=timezone.now())
    assert [each.members for each in Export.objects.order_by("id")] == [[front.member.pk], []]


def test_what_a_history_tells_of_has_a_name_in_the_readers_language_and_a_gender_is_a_word() -> None:
    untold = {"id", "association", "member", "version", "custom", *NOT_TRACKED}
    same = {"Status", "Postcode", "Memo"}
    with translation.override("nl"):
        names = [
            (field.name, chronicle.label(field.name))
            for model in (Member, Mandate, Period, PayerDetails)
            for field in model._meta.concrete_fields
            if field.name not in untold
        ]
        english = [name for name, label in names if label == name.replace("_", " ").capitalize() and label not in same]
        assert english == []
        assert [chronicle.plain("gender", each) for each in Gender.values] == ["", "vrouw", "man", "anders"]
