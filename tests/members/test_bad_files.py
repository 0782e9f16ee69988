"""Files as they come from elsewhere: refused clearly or taken exactly, never half."""

import io
import zipfile

import pytest

from ledenbrug.members.models import Association, ImportProposal, Member, Verdict
from ledenbrug.members.sources import spreadsheet
from ledenbrug.members.sources.spreadsheet import FileRefused, MatchBy
from ledenbrug.members.sources.spreadsheet.files import FileReason
from tests.members.factories import NOW, a_status, an_association

pytestmark = pytest.mark.django_db
ROWS = [["Lidnummer", "Achternaam", "Lidstatus", "Plaats"], ["1", "Vriës", "Lid", "Delft"]]


@pytest.fixture
def here() -> Association:
    here = an_association()
    a_status(here, "Lid")
    return here


def proposed(here: Association, content: bytes) -> ImportProposal:
    return spreadsheet.compare(here, spreadsheet.read(content), match_by=MatchBy.NUMBER, by=None, now=NOW)


def taken(here: Association, content: bytes) -> list[tuple[str, str, str]]:
    spreadsheet.apply(proposed(here, content), by=None, now=NOW)
    return list(Member.objects.of(here).order_by("id").values_list("number", "last_name", "city"))


def workbook(*, sheet: tuple[str, str] = ("", ""), more: dict[str, bytes] | None = None) -> bytes:
    """One of ours, with something in the sheet replaced and other parts beside it."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(spreadsheet.as_xlsx(ROWS))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name).decode()
            new.writestr(name, content.replace(*sheet) if name.endswith("sheet1.xml") and sheet[0] else content)
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return made.getvalue()


def test_of_a_formula_the_value_is_taken(here: Association) -> None:
    cell = '<c t="inlineStr"><is><t xml:space="preserve">Delft</t></is></c>'
    formula = '<c t="str"><f>HYPERLINK("http://elders.example","Delft")</f><v>Delft</v></c>'
    assert taken(here, workbook(sheet=(cell, formula))) == [("1", "Vriës", "Delft")]


def test_a_formula_in_csv_is_text_and_stays_text(here: Association) -> None:
    content = "Lidnummer;Achternaam;Lidstatus;Plaats\n1;=1+1;Lid;@SUM(A1)\n"
    assert taken(here, content.encode()) == [("1", "=1+1", "@SUM(A1)")]


def test_macros_are_not_looked_at(here: Association) -> None:
    assert taken(here, workbook(more={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 Sub Auto_Open()"})) == [
        ("1", "Vriës", "Delft")
    ]


def test_a_gigabyte_in_a_small_workbook_is_refused_before_it_is_unpacked() -> None:
    made = io.BytesIO(workbook())
    with (
        zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as parts,
        parts.open("xl/media/1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(1000):
            part.write(bytes(1_000_000))
    assert len(made.getvalue()) < 2_000_000
    with pytest.raises(FileRefused) as refused:
        spreadsheet.read(made.getvalue())
    assert refused.value.reason is FileReason.TOO_LARGE_UNPACKED


def test_a_workbook_of_thousands_of_parts_is_refused_before_they_are_read() -> None:
    with pytest.raises(FileRefused) as refused:
        spreadsheet.read(workbook(more={f"xl/media/{n}.xml": b"" for n in range(2000)}))
    assert refused.value.reason is FileReason.TOO_LARGE_UNPACKED


def test_a_row_with_other_separators_is_refused_and_the_others_are_taken(here: Association) -> None:
    content = (
        b"Lidnummer;Achternaam;Lidstatus;Plaats\n1;A;Lid;Delft\n2,B,Lid,Delft\n3\tC\tLid\tDelft\n4;D;Lid;Delft, Oost\n"
    )
    refused = spreadsheet.entries(proposed(here, content), Verdict.REFUSED)
    assert [(each.row, each.faults[0].reason) for each in refused] == [(3, "too_few_cells"), (4, "too_few_cells")]
    assert [number for number, _, _ in taken(here, content)] == ["1", "4"]


@pytest.mark.parametrize(
    "head",
    [
        "Lid;;;Adres\nLidnummer;Achternaam;Lidstatus;Plaats\n",
        "Lidnummer;Achternaam;Lidstatus;Plaats\nMember number;Last name;Status;Place\n",
    ],
    ids=["groups above", "another language below"],
)
def test_of_two_rows_of_names_neither_becomes_a_member(here: Association, head: str) -> None:
    page = "Lidnummer;Achternaam;Lidstatus;Plaats\n"
    content = f"{head}1;A;Lid;Delft\n{page}2;Plaats;Lid;Delft\n".encode()
    assert proposed(here, content).counts == {"new": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert taken(here, content) == [("1", "A", "Delft"), ("2", "Plaats", "Delft")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Lidnummer;Achternaam\n1;Vriës".encode("utf-32"), FileReason.NOT_TEXT),
        (b"Lidnummer;Achternaam\n1;Vr\x00es", FileReason.NOT_TEXT),
    ],
    ids=["utf-32", "nul"],
)
def test_what_would_be_taken_half_is_refused_whole(content: bytes, reason: FileReason) -> None:
    with pytest.raises(FileRefused) as refused:
        spreadsheet.read(content)
    assert refused.value.reason is reason
