import codecs
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest

from ledenbrug.members.refusals import Reason
from ledenbrug.members.sources.spreadsheet import FileRefused, book, cells, reading, workbook
from ledenbrug.members.sources.spreadsheet.files import FileReason
from ledenbrug.members.sources.spreadsheet.headers import NAMES, field_of
from ledenbrug.members.sources.spreadsheet.reading import ColumnUse, read
from ledenbrug.members.validation import Unfit

DUTCH = "Lidnummer;Voornaam;Tussenvoegsel;Achternaam;E-mailadres\r\n1;Zoë;de;Vriës;zoe@post.example\r\n"


@pytest.mark.parametrize(
    "content",
    [
        DUTCH.encode(),
        codecs.BOM_UTF8 + DUTCH.encode(),
        DUTCH.encode("cp1252"),
        codecs.BOM_UTF16_LE + DUTCH.encode("utf-16-le"),
        DUTCH.replace(";", "\t").encode(),
        DUTCH.replace(";", ",").encode(),
        b"sep=|\r\n" + DUTCH.replace(";", "|").encode(),
        DUTCH.replace("\r\n", "\n").encode(),
        b"Members of the invented association;;;;\r\n;;;;\r\n" + DUTCH.encode(),
        DUTCH.replace("Zoë", '"Zoë"').encode(),
    ],
    ids=["utf-8", "bom", "windows", "utf-16", "tab", "comma", "sep=", "unix", "title above", "quoted"],
)
def test_a_list_is_understood_however_it_was_saved(content: bytes) -> None:
    sheet = read(content)
    assert list(sheet.taken) == ["number", "given_name", "infix", "last_name", "email"]
    assert [row for _, row in sheet.rows()] == [["1", "Zoë", "de", "Vriës", "zoe@post.example"]]


def test_rows_have_the_numbers_that_excel_shows() -> None:
    sheet = read(b"List;\r\nnummer;achternaam\r\n1;A\r\n;\r\n2;B\r\n")
    assert [number for number, _ in sheet.rows()] == [3, 5]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", FileReason.EMPTY),
        (b" \r\n ", FileReason.EMPTY),
        (b"PK\x03\x04 and so on", FileReason.BROKEN_WORKBOOK),
        (b"\xd0\xcf\x11\xe0 and so on", FileReason.OLD_WORKBOOK),
        (b"lidnummer;achternaam\r\n1;a\x00b", FileReason.NOT_TEXT),
        (b"%PDF-1.7\r\nno;list", FileReason.NO_HEADER),
        (b"\x81\x8d\x8f;\xff", FileReason.NOT_TEXT),
        (b"some;words\r\n1;2", FileReason.NO_HEADER),
        (b"lidnummer;achternaam\r\n" + b";" * 400, None),
        (b";".join([b"achternaam", *(b"x%d" % n for n in range(400))]), FileReason.TOO_MANY_COLUMNS),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(content: bytes, reason: FileReason | None) -> None:
    if reason is None:
        read(content)
        return
    with pytest.raises(FileRefused) as refused:
        read(content)
    assert refused.value.reason is reason


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST", 100)
    with pytest.raises(FileRefused, match=FileReason.TOO_LARGE):
        read(b"achternaam\r\n" * 20)
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    sheet = read(b"achternaam\r\nA\r\nB\r\nC\r\n")
    with pytest.raises(FileRefused, match=FileReason.TOO_MANY_ROWS):
        list(sheet.rows())


def test_a_quote_that_never_closes_and_an_endless_cell_are_told_with_their_line() -> None:
    for text, reason in (
        (b'achternaam;plaats\r\n"A;B\r\nC;D', FileReason.BROKEN_QUOTES),
        (b"achternaam;plaats\r\n" + b"x" * 200_000 + b";y", FileReason.CELL_TOO_LONG),
    ):
        with pytest.raises(FileRefused) as refused:
            list(read(text).rows())
        assert (refused.value.reason, refused.value.params) == (reason, {"line": "2"})


def test_every_column_is_accounted_for_and_the_citizen_number_never_read() -> None:
    sheet = read(b"lidnr;Achternaam;Mobiel;Telefoonnummer;Schoenmaat;BSN\r\n1;A;;;44;111222333")
    assert [(each.name, each.use) for each in sheet.columns] == [
        ("lidnr", ColumnUse.TAKEN),
        ("Achternaam", ColumnUse.TAKEN),
        ("Mobiel", ColumnUse.TAKEN),
        ("Telefoonnummer", ColumnUse.DOUBLE),
        ("Schoenmaat", ColumnUse.UNKNOWN),
        ("BSN", ColumnUse.CITIZEN_NUMBER),
    ]


def test_a_person_may_say_which_column_is_which() -> None:
    sheet = read(b"lidnr;Achternaam;Iets;BSN\r\n1;A;B;C", chosen={1: "", 2: "last_name", 3: "memo"})
    assert {name: column.place for name, column in sheet.taken.items()} == {"number": 0, "last_name": 2}


def test_a_name_of_a_column_means_one_thing() -> None:
    names = [name for group in NAMES.values() for name in group]
    assert len(names) == len(set(names))
    assert field_of("  E-Mailadres: ") == "email"
    assert field_of("Officiële voornamen") == "first_names"


def test_names_of_columns_as_a_sports_federation_writes_them_are_known() -> None:
    """Infixes and dates of birth were left out of such a list."""
    names = ("Rel. code", "Voorletter(s)", "Tussenvoegsel(s)", "Geb.dat.", "M/V", "Huisnr", "Toev.")
    assert [field_of(name) for name in names] == [
        "number", "initials", "infix", "birth_date", "gender", "house_number", "house_suffix",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("31-12-2001", "2001-12-31"),
        ("31/12/2001", "2001-12-31"),
        ("1.2.2001", "2001-02-01"),
        ("2001-12-31", "2001-12-31"),
        ("31 december 2001", "2001-12-31"),
        ("1 mrt. 2001", "2001-03-01"),
        ("31-12-2001 00:00", "2001-12-31"),
        ("2001-12-31T00:00:00", "2001-12-31"),
        ("29-02-2004", "2004-02-29"),
    ],
)
def test_a_day_is_read_in_the_spellings_people_use(written: str, day: str) -> None:
    found = cells.day(written)
    assert found is not None
    assert found.isoformat() == day


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("1-2-01", Reason.AMBIGUOUS_DATE),
        ("1 feb 01", Reason.AMBIGUOUS_DATE),
        ("31-02-2001", Reason.NOT_A_DATE),
        ("29-02-2001", Reason.NOT_A_DATE),
        ("12/31/2001", Reason.NOT_A_DATE),
        ("37256", Reason.NOT_A_DATE),
        ("long ago", Reason.NOT_A_DATE),
        ("00-00-0000", Reason.NOT_A_DATE),
    ],
)
def test_an_impossible_or_ambiguous_day_is_refused(written: str, reason: Reason) -> None:
    with pytest.raises(Unfit) as unfit:
        cells.day(written)
    assert unfit.value.reason is reason


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("'=1+1", "=1+1"),
        ("'+31612345678", "+31612345678"),
        ("''=x", "'=x"),
        ("'t Hoen", "'t Hoen"),
        ('="0612345678"', "0612345678"),
        ("plain", "plain"),
    ],
)
def test_what_kept_a_cell_text_is_taken_off_again(cell: str, text: str) -> None:
    assert cells.plain(cell) == text


@pytest.mark.parametrize(
    ("written", "infix", "name"),
    [
        ("de Vries", "de", "Vries"),
        ("Vries, van der", "van der", "Vries"),
        ("De Smet", "", "De Smet"),
        ("Vries", "", "Vries"),
        ("'t Hoen", "'t", "Hoen"),
        ("Denk", "", "Denk"),
    ],
)
def test_a_last_name_with_its_infix_is_taken_apart(written: str, infix: str, name: str) -> None:
    assert cells.split_infix(written) == (infix, name)


def a_workbook(*rows: list[str]) -> bytes:
    return workbook.as_xlsx(rows)


def test_a_workbook_is_read_like_a_list() -> None:
    sheet = read(a_workbook(["Members"], ["Lidnummer", "Achternaam"], ["1", "Vriës"], ["", ""], ["2", "=1+1"]))
    assert list(sheet.taken) == ["number", "last_name"]
    assert list(sheet.rows()) == [(3, ["1", "Vriës"]), (5, ["2", "=1+1"])]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1042.0, "1042"),
        (1.5, "1,5"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (True, "ja"),
        (datetime(2001, 12, 31), "2001-12-31"),  # noqa: DTZ001 - as calamine gives it
        (date(2001, 12, 31), "2001-12-31"),
        ("0612", "0612"),
        (None, ""),
    ],
)
def test_typed_cells_say_what_a_person_would_type(value: object, text: str) -> None:
    assert book.written(value) == text


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "LARGEST_UNPACKED", 100_000)
    bomb = a_workbook(["Lidnummer", "Achternaam"], ["1", "x" * 1_000_000])
    assert len(bomb) < 20_000
    with pytest.raises(FileRefused) as refused:
        read(bomb)
    assert refused.value.reason is FileReason.TOO_LARGE_UNPACKED


def test_half_a_workbook_and_an_empty_one_are_refused() -> None:
    whole = a_workbook(["Lidnummer"], ["1"])
    for content, reason in ((whole[: len(whole) // 2], FileReason.BROKEN_WORKBOOK), (a_workbook(), FileReason.EMPTY)):
        with pytest.raises(FileRefused) as refused:
            read(content)
        assert refused.value.reason is reason


def with_part(whole: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part written otherwise."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            new.writestr(each, change(old.read(each)) if each == name else old.read(each))
    return written.getvalue()


def test_two_cells_in_far_corners_are_refused_before_room_is_kept_for_what_lies_between() -> None:
    whole = a_workbook(["Lidnummer", "Achternaam"], ["1", "Vriës"])
    far = b'<row r="60000"><c r="XFD60000"><v>1</v></c></row></sheetData>'
    content = with_part(whole, "xl/worksheets/sheet1.xml", lambda part: part.replace(b"</sheetData>", far))
    with pytest.raises(FileRefused) as refused:
        read(content)
    assert refused.value.reason is FileReason.TOO_LARGE_UNPACKED


def test_a_workbook_that_does_not_unpack_and_one_of_another_kind_are_refused() -> None:
    whole = a_workbook(["Lidnummer"], ["1"])
    with zipfile.ZipFile(io.BytesIO(whole)) as parts:
        last = parts.infolist()[-1]
    garbled = bytearray(whole)
    start = last.header_offset + 30 + len(last.filename)
    garbled[start : start + 20] = b"\xff" * 20
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as parts:
        parts.writestr("content.xml", "<office:document-content/>")
    for content, reason in ((bytes(garbled), FileReason.BROKEN_WORKBOOK), (other.getvalue(), FileReason.NOT_TEXT)):
        with pytest.raises(FileRefused) as refused:
            read(content)
        assert refused.value.reason is reason
