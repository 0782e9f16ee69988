"""What a cell says, in the spellings that people and Excel use: dates, yes and no, gender, addresses in three columns.

Pure functions from text to values; what is allowed in a field stands in `validation`.
"""

import re
from collections.abc import Mapping
from datetime import date

from ledenbrug.members.refusals import Reason
from ledenbrug.members.sources.spreadsheet.headers import HOUSE_NUMBER, HOUSE_SUFFIX, SINCE, STREET
from ledenbrug.members.validation import Unfit

GUARDED = re.compile(r"'+[=+\-@\t\r]")
GUARD_NEEDED = re.compile(r"'*[=+\-@\t\r]")
AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
YES = frozenset({"ja", "j", "yes", "y", "1", "true", "waar", "x"})
NO = frozenset({"nee", "n", "no", "0", "false", "onwaar"})
GENDERS: Mapping[str, str] = {
    **dict.fromkeys(("v", "f", "vrouw", "female", "woman", "meisje"), "f"),
    **dict.fromkeys(("m", "man", "male", "jongen"), "m"),
    **dict.fromkeys(("x", "o", "anders", "other", "divers", "non binair", "non-binair", "neutraal"), "x"),
    **dict.fromkeys(("", "-", "onbekend", "unknown", "not recorded", "niet vastgelegd"), ""),
}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "january", "jan"),
            ("februari", "february", "feb"),
            ("maart", "march", "mrt", "mar"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "june", "jun"),
            ("juli", "july", "jul"),
            ("augustus", "august", "aug"),
            ("september", "sept", "sep"),
            ("oktober", "october", "okt", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_TIME = re.compile(r"[ t]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_IN_WORDS = re.compile(r"(\d{1,2})[- .]+([a-z]+)\.?[- ]+(\d{4})")
_SHORT_YEAR = re.compile(r"\d{1,2}[-/. ](\d{1,2}|[a-z]{3,9}\.?)[-/. ]\d{2}")
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


def day(written: str) -> date | None:
    """Day before month, as everywhere in Dutch. A year of two digits could be two years: refused."""
    text = _TIME.sub("", written.strip().casefold())
    if not text:
        return None
    if found := _DAY_FIRST.fullmatch(text):
        return _date(found[3], found[2], found[1])
    if found := _YEAR_FIRST.fullmatch(text):
        return _date(found[1], found[2], found[3])
    if (found := _IN_WORDS.fullmatch(text)) and found[2] in MONTHS:
        return _date(found[3], MONTHS[found[2]], found[1])
    raise Unfit(Reason.AMBIGUOUS_DATE if _SHORT_YEAR.fullmatch(text) else Reason.NOT_A_DATE)


def since(written: str) -> date | None:
    """A year alone begins in September."""
    text = written.strip()
    return date(int(text), 9, 1) if _YEAR.fullmatch(text) else day(text)


def yes_or_no(written: str) -> bool:
    word = written.strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Unfit(Reason.NOT_A_CHOICE)


def gender(written: str) -> str:
    word = written.strip().casefold()
    if word not in GENDERS:
        raise Unfit(Reason.NOT_A_CHOICE)
    return GENDERS[word]


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


def _date(year: str, month: str | int, day_of_month: str) -> date:
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError:
        raise Unfit(Reason.NOT_A_DATE) from None


CELLS = {"birth_date": day, SINCE: since, "receives_mail": yes_or_no, "gender": gender}
