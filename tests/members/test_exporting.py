import csv
import io
import re
import unicodedata
import zipfile
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledenbrug.members import custom, operations, search
from ledenbrug.members.models import Association, Export, Kind, Member, Verdict
from ledenbrug.members.search import Wanted
from ledenbrug.members.sources import spreadsheet
from ledenbrug.members.sources.spreadsheet.exporting import guarded
from ledenbrug.members.sources.spreadsheet.headers import field_of
from ledenbrug.members.titles import TITLES
from tests.members.factories import IBAN, NOW, TODAY, a_custom_field, a_member, a_status, a_user, an_association

pytestmark = pytest.mark.django_db
TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20).map(
    lambda text: unicodedata.normalize("NFC", text).strip()
)
NASTY = st.sampled_from(["=1+1", "'=x", "'t Hoen", "-", "@a", '="007"', 'a"b', "a;b", "+31", "_x0041_", "''+", "sep=;"])
WORDS = TEXT | NASTY
PEOPLE = st.fixed_dictionaries(
    {"last_name": WORDS.filter(bool)},
    optional={
        "number": WORDS.filter(bool),
        "initials": WORDS,
        "given_name": WORDS,
        "first_names": WORDS,
        "nickname": WORDS,
        "name_use": st.sampled_from(["", "first", "second", "reversed"]),
        "infix": WORDS,
        "second_infix": WORDS,
        "second_last_name": WORDS,
        "gender": st.sampled_from(["", "f", "m", "x"]),
        "birth_date": st.dates(date(1950, 1, 1), date(2026, 5, 1)),
        "email": st.sampled_from(["a@post.example", "B+c@post.example", ""]),
        "invoice_email": st.sampled_from(["a@post.example", "'x@post.example", ""]),
        "phone": st.sampled_from(["+31 6 12345678", "+32 470 12 34 56", ""]),
        "phone_home": st.sampled_from(["+31 20 123 45 98", "+49 30 901820", ""]),
        "address": WORDS.map(lambda text: f"{text} 1"),
        "address_extra": WORDS,
        "postcode": st.sampled_from(["1234 AB", ""]),
        "city": WORDS,
        "country": st.sampled_from(["NL", "BE", "DE"]),
        "iban": st.sampled_from(["", IBAN]),
        "bic": st.sampled_from(["", "ABNANL2A", "DEUTDEFF"]),
        "account_holder": WORDS,
        "receives_mail": st.booleans(),
        "memo": st.text(max_size=40).map(lambda text: re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", "", text)),
    },
)


OWN: dict[str, st.SearchStrategy[Any]] = {
    Kind.TEXT: WORDS,
    Kind.LONG: st.text(max_size=40).map(lambda text: re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", "", text)),
    Kind.NUMBER: st.integers(-(10**14), 10**14).map(lambda number: f"{number / 1000:.6f}"),
    Kind.MONEY: st.integers(-(10**12), 10**12).map(lambda cents: f"{cents // 100},{cents % 100:02}"),
    Kind.DATE: st.dates(),
    Kind.YES_NO: st.booleans(),
    Kind.CHOICE: st.sampled_from(["=Bas", "Tenor; hoog", "-"]),
}
"""What an association's own field of each kind may be given."""


def exported(association: Association, kind: str = "csv", language: str = "nl") -> bytes:
    found = search.find(association, Wanted(), today=TODAY)
    fields = [*TITLES, *custom.fields_of(association)]
    chosen: dict[str, Any] = {"fields": fields, "language": language}
    if kind == "csv":
        return b"".join(spreadsheet.csv_file(association, found, **chosen))
    return spreadsheet.xlsx_file(association, found, **chosen)


def kept(association: Association) -> dict[str, dict[str, Any]]:
    fields = [field for field in TITLES if field not in ("status", "since", "periods", "mandates")]
    rows = Member.objects.of(association).values(*fields, "status__name", "periods__start", "custom")
    own = custom.fields_of(association)
    return {
        row["number"]: row | {"custom": {own[key].name: row["custom"][key] for key in row["custom"]}} for row in rows
    }


def fields_for(association: Association) -> dict[str, str]:
    """One of each kind, under names that a file has trouble with."""
    names = ["=1+1", "Opmerking", "'-", "\u05e9\u05dd", 'a;"b"', "Nieuwsbrief", "x" * 100]
    return {
        kind: a_custom_field(association, name, kind, choices=["=Bas", "Tenor; hoog", "-"]).key
        for kind, name in zip(OWN, names, strict=True)
    }


@settings(max_examples=40, deadline=None)
@given(
    people=st.lists(st.tuples(PEOPLE, st.fixed_dictionaries({}, optional=OWN)), min_size=1, max_size=4),
    language=st.sampled_from(["nl", "en"]),
    kind=st.sampled_from(["csv", "xlsx"]),
)
def test_what_we_write_we_read_back_exactly(people: list[Any], language: str, kind: str) -> None:
    here, there = an_association(), an_association()
    keys, _ = fields_for(here), fields_for(there)
    status = a_status(here, "Lid; =1")
    a_status(there, "Lid; =1")
    for number, (values, own) in enumerate(people):
        values |= {"number": f"{values.get('number', '')}{number}"} | {keys[each]: own[each] for each in own}
        operations.add_member(association=here, values=values, status=status, start=TODAY, by=None, now=NOW)
    content = exported(here, kind, language)
    for association, verdict in ((here, Verdict.UNCHANGED), (there, Verdict.NEW)):
        proposal = spreadsheet.compare(
            association,
            spreadsheet.read(content, own=custom.fields_of(association)),
            match_by=spreadsheet.MatchBy.NUMBER,
            clear_empty=True,
            by=None,
            now=NOW,
        )
        assert proposal.counts[verdict.value] == len(people), spreadsheet.entries(proposal, Verdict.REFUSED)
    spreadsheet.apply(proposal, by=None, now=NOW)
    assert kept(there) == kept(here)


@given(text=st.text() | NASTY)
def test_no_cell_is_a_formula_to_excel(text: str) -> None:
    assert guarded(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")


def test_the_file_is_one_that_excel_opens_in_dutch() -> None:
    association = an_association()
    a_member(
        association,
        number="1",
        last_name="Vriës",
        gender="f",
        birth_date=date(2001, 2, 3),
        status=a_status(association, "Lid"),
    )
    content = exported(association)
    assert content.startswith(b"\xef\xbb\xbfLidnummer;Voorletters;")
    (row,) = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert (row["Achternaam"], row["Geslacht"], row["Geboortedatum"]) == ("Vriës", "v", "03-02-2001")
    assert (row["Status"], row["Status sinds"], row["Ontvangt mailings"]) == ("Lid", "01-09-2020", "ja")


def test_a_workbook_holds_text_only() -> None:
    association = an_association()
    a_member(association, number="1", last_name="=1+1 <&>")
    with zipfile.ZipFile(io.BytesIO(exported(association, "xlsx"))) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert '<c t="inlineStr"><is><t xml:space="preserve">=1+1 &lt;&amp;&gt;</t></is></c>' in sheet


def test_our_own_titles_are_known_when_read() -> None:
    for field, titles in TITLES.items():
        assert {field_of(title) for title in titles} == {field}


def test_what_leaves_is_logged() -> None:
    association = an_association()
    secretary = a_user(association)
    spreadsheet.log(association, members=[1, 2, 3], fields=["number"], chosen={"text": "de"}, by=secretary, now=NOW)
    logged = Export.objects.of(association).get()
    assert (logged.by, logged.at, logged.count, logged.fields) == (secretary, NOW, 3, ["number"])
