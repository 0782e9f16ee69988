"""A file through the screens: nothing is written before a yes, and every refused row says why."""

import pytest
from cryptography.fernet import Fernet
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import timezone

from ledenbrug.manager.access import ROLES, May
from ledenbrug.members import tasks
from ledenbrug.members.models import BulkChange, ImportPart, ImportProposal, Member, MemberStatus, Role
from tests.manager.front import Front
from tests.members.factories import (
    IBAN,
    OTHER_IBAN,
    a_custom_field,
    a_financial_administration,
    a_mandate,
    a_member,
)

pytestmark = pytest.mark.django_db
LIST = (
    "Lidnummer;Voornaam;Achternaam;E-mail;Geboortedatum\n"
    "9001;Zoë;Nieuwkomer;zoe@leden.example;03-04-1990\n"
    "9002;Onno;Onmogelijk;onno@leden.example;31-02-1990\n"
)


def upload(front: Front, content: bytes, **changed: object) -> HttpResponse:
    form = {"file": SimpleUploadedFile("leden.csv", content), "match_by": "number", "status": front.status.pk}
    return front.as_(Role.SECRETARY).post(f"{front.root}members/import/", form | changed)


def test_a_file_is_shown_row_by_row_and_written_after_a_yes(front: Front) -> None:
    before = Member.objects.count()
    address = upload(front, LIST.encode("cp1252"))["Location"]
    client = front.as_(Role.SECRETARY)
    page = client.get(address)
    assert [(row["row"], row["faults"]) for row in page.context["rows"]] == [
        (3, [("Geboortedatum", "This is not a date, such as 31-12-2026.")])
    ]
    (new,) = client.get(f"{address}?show=new").context["rows"]
    assert (new["name"], new["status"]) == ("Zoë Nieuwkomer", front.status.name)
    assert Member.objects.count() == before
    told = client.post(address, follow=True).content.decode()
    assert "Imported: 1 new member, 0 changed." in told
    assert Member.objects.get(number="9001").given_name == "Zoë"


def test_what_was_refused_can_be_read_after_the_rest_was_written(front: Front) -> None:
    """The way back led to *This page does not exist*, and nothing told which rows were to be mended, or why."""
    address = upload(front, LIST.encode())["Location"]
    client = front.as_(Role.SECRETARY)
    after = client.post(address, follow=True)
    assert f'1 row of the file was refused. <a href="{address}">' in after.content.decode()
    assert address in client.get(f"{front.root}members/import/").content.decode()
    page = client.get(address)
    assert [(row["name"], row["faults"]) for row in page.context["rows"]] == [
        ("Onno Onmogelijk", [("Geboortedatum", "This is not a date, such as 31-12-2026.")])
    ]
    assert "Write 1 member" not in page.content.decode()
    again = client.post(address, follow=True).content.decode()
    assert "This import was written already" in again
    assert Member.objects.filter(number__in=("9001", "9002")).count() == 1


def test_without_a_refused_row_the_way_back_says_that_it_was_written(front: Front) -> None:
    address = upload(front, LIST.encode().replace(b"31-02", b"28-02"))["Location"]
    client = front.as_(Role.SECRETARY)
    client.post(address)
    assert "This import was written already" in client.get(address, follow=True).content.decode()


def test_cancel_writes_nothing_and_keeps_nothing(front: Front) -> None:
    address = upload(front, LIST.encode())["Location"]
    front.as_(Role.SECRETARY).post(address, {"forget": "1"})
    assert not ImportProposal.objects.exists()
    assert not Member.objects.filter(number="9001").exists()


def test_when_ten_files_wait_the_next_is_refused_until_one_is_thrown_away(front: Front) -> None:
    lying = [upload(front, LIST.encode())["Location"] for _ in range(9)]
    tasks.ask(front.association, tasks.ReadFile("groot.csv", "number", front.status.pk, False),
              by=front.user(Role.SECRETARY), now=timezone.now())  # fmt: skip
    refused = upload(front, LIST.encode())
    assert refused.status_code == 422
    said = refused.content.decode()
    assert "10 files wait here already. Say yes to one of them above, or throw it away" in said
    assert all(each in said for each in lying)
    assert ImportProposal.objects.count() == 9
    front.as_(Role.SECRETARY).post(lying[0], {"forget": "1"})
    assert upload(front, LIST.encode()).status_code == 302


@pytest.mark.parametrize("way", ["get", "post"])
def test_a_preview_under_a_key_that_is_lost_says_so_and_is_thrown_away(front: Front, way: str) -> None:
    address = upload(front, LIST.encode())["Location"]
    ImportPart.objects.update(sealed=Fernet(Fernet.generate_key()).encrypt(b"not ours").decode())
    told = getattr(front.as_(Role.SECRETARY), way)(address, follow=True).content.decode()
    assert "What was asked cannot be read any more. Nothing was written: ask it anew." in told
    assert not ImportProposal.objects.exists()
    assert not Member.objects.filter(number="9001").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The submitted file is empty."),
        (b"PK\x03\x04 a workbook", "This workbook is damaged and cannot be read."),
        (b"\x00\x01\x02 nothing readable", "This is neither CSV nor a workbook."),
        (b"a;b;c\n1;2;3\n", "No names of columns were found."),
        (b"Voornaam;Achternaam\nZoe;Nieuw\n", "The column is missing by which members are recognised: Member number."),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(front: Front, content: bytes, sentence: str) -> None:
    answer = upload(front, content)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ImportProposal.objects.exists()


def test_what_the_file_has_no_column_for_is_named_as_on_screen(front: Front) -> None:
    a_custom_field(front.association, "Shirt", required=True)
    MemberStatus.objects.filter(pk=front.status.pk).update(fields={"email": "required"})
    address = upload(front, b"Lidnummer;Achternaam\n9001;Nieuw\n")["Location"]
    (row,) = front.as_(Role.SECRETARY).get(address).context["rows"]
    assert sorted(row["faults"]) == [
        ("E-mail address", "This cannot be empty."), ("Shirt", "This cannot be empty."),
    ]  # fmt: skip


def test_the_preview_tells_which_mandates_come_and_which_end(front: Front) -> None:
    books = a_financial_administration(front.association, "Feestcommissie")
    member = a_member(front.association, number="9100", iban=IBAN, status=front.status)
    a_mandate(member, books, reference="F-1")
    cell = "Feestcommissie; F-1; 01-01-2021; 01-02-2022\nFeestcommissie; F-2; 03-02-2022"
    address = upload(front, f'Lidnummer;Machtigingen\n9100;"{cell}"\n'.encode())["Location"]
    client = front.as_(Role.SECRETARY)
    (row,) = client.get(address).context["rows"]
    assert [each["said"] for each in row["lines"]] == [
        "F-1 ends on 1 Feb 2022", "F-2 (Feestcommissie), signed on 3 Feb 2022",
    ]  # fmt: skip
    assert "0 new members, 1 changed" in client.post(address, follow=True).content.decode()


@pytest.mark.django_db(transaction=True)
def test_undo_says_whose_account_stays(front: Front) -> None:
    member = a_member(front.association, number="9100", iban=IBAN, status=front.status)
    client = front.as_(Role.SECRETARY)
    client.post(upload(front, f"Lidnummer;Plaats;IBAN\n9100;Delft;{OTHER_IBAN}\n".encode())["Location"])
    a_mandate(member)
    undo = f"{front.root}members/bulk/{BulkChange.objects.get().pk}/undo/"
    told = [str(each) for each in client.post(undo, follow=True).context["messages"]]
    assert told[1:] == [
        "The account of one member stays as it is: a mandate was signed for it since. Member number: 9100.",
        "1 member is as before.",
    ]


def test_who_may_import_may_change_mandates() -> None:
    assert {
        role for role, may in ROLES.items() if May.CHANGE_MEMBERS in may and May.CHANGE_MANDATES not in may
    } == set()
