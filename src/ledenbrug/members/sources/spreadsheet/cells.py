"""What a cell says, in the spellings that people and Excel use: years, gender, addresses in three columns.

Pure functions from text to values; what is allowed in a field stands in `validation`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

from ledenbrug.members.refusals import Reason
from ledenbrug.members.sources.spreadsheet import courses
from ledenbrug.members.sources.spreadsheet.headers import (
    ENDED,
    HOUSE_NUMBER,
    HOUSE_SUFFIX,
    PERIODS,
    REFERENCE,
    SIGNED,
    SINCE,
    STREET,
)
from ledenbrug.members.spellings import day, yes_or_no
from ledenbrug.members.validation import Unfit, mandate_reference

GUARDED = re.compile(r"'+[=+\-@\t\r]")
GUARD_NEEDED = re.compile(r"'*[=+\-@\t\r]")
AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
GENDERS: Mapping[str, str] = {
    **dict.fromkeys(("v", "f", "vrouw", "female", "woman", "meisje"), "f"),
    **dict.fromkeys(("m", "man", "male", "jongen"), "m"),
    **dict.fromkeys(("x", "o", "anders", "other", "divers", "non binair", "non-binair", "neutraal"), "x"),
    **dict.fromkeys(("", "-", "onbekend", "unknown", "not recorded", "niet vastgelegd"), ""),
}
NAME_USES: Mapping[str, str] = {
    **dict.fromkeys(("first", "eerste"), "first"),
    **dict.fromkeys(("second", "tweede"), "second"),
    **dict.fromkeys(("reversed", "omgekeerd"), "reversed"),
    **dict.fromkeys(("", "-", "both", "beide"), ""),
}
_YEAR = re.compile(r"(19|20)\d{2}")
INFIXES = (
    "van de", "van den", "van der", "van 't", "van het", "in 't", "in het", "in de", "op de", "op den", "op 't",
    "op het", "uit de", "uit den", "uit het", "aan de", "aan den", "aan het", "bij de", "voor de", "de la", "von der",
    "van", "von", "de", "den", "der", "het", "'t", "ten", "ter", "te", "du", "da", "dos", "el", "la", "le", "zu", "vom",
)  # fmt: skip


def plain(cell: str) -> str:
    """Without what Excel or our own export put around the text to keep it text."""
    if cell[:1] == "'" and GUARDED.match(cell):
        return cell[1:]
    wrapped = AS_TEXT.fullmatch(cell.strip()) if '="' in cell else None
    return wrapped[1].replace('""', '"') if wrapped else cell


def since(written: str) -> date | None:
    """A year alone begins in September."""
    text = written.strip()
    return date(int(text), 9, 1) if _YEAR.fullmatch(text) else day(text)


def one_of(words: Mapping[str, str]) -> Callable[[str], str]:
    def read(written: str) -> str:
        word = written.strip().casefold()
        if word not in words:
            raise Unfit(Reason.NOT_A_CHOICE)
        return words[word]

    return read


def address(cells: Mapping[str, str]) -> str:
    number = "".join(filter(None, (cells.get(HOUSE_NUMBER, "").strip(), _suffix(cells.get(HOUSE_SUFFIX, "").strip()))))
    return " ".join(filter(None, (cells.get(STREET, "").strip(), number)))


def split_infix(last_name: str) -> tuple[str, str]:
    """`de Vries` and `Vries, de` into infix and last name, for lists without a column for the infix."""
    name, comma, after = last_name.strip().rpartition(",")
    if comma and after.strip().casefold() in INFIXES:
        return after.strip(), name.strip()
    for infix in INFIXES:
        if last_name.strip().startswith(f"{infix} "):
            return infix, last_name.strip()[len(infix) :].strip()
    return "", last_name


def _suffix(written: str) -> str:
    return f"-{written}" if written[:1].isdigit() else written


CELLS = {
    "birth_date": day,
    SINCE: since,
    PERIODS: courses.read,
    REFERENCE: mandate_reference,
    SIGNED: day,
    ENDED: day,
    "receives_mail": yes_or_no,
    "gender": one_of(GENDERS),
    "name_use": one_of(NAME_USES),
}
