"""A file through the screens: nothing is written before a yes, and every refused row says why."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from ledenbrug.members.models import ImportProposal, Member, Role
from tests.manager.front import Front, a_front

pytestmark = pytest.mark.django_db
LIST = (
    "Lidnummer;Voornaam;Achternaam;E-mail;Geboortedatum\n"
    "9001;Zoë;Nieuwkomer;zoe@leden.example;03-04-1990\n"
    "9002;Onno;Onmogelijk;onno@leden.example;31-02-1990\n"
)


@pytest.fixture
def front() -> Front:
    return a_front()


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
    assert client.get(address).status_code == 404


def test_cancel_writes_nothing_and_keeps_nothing(front: Front) -> None:
    address = upload(front, LIST.encode())["Location"]
    front.as_(Role.SECRETARY).post(address, {"forget": "1"})
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
