"""Days, and yes and no, in the spellings that people and Excel use. Pure functions from text to values."""

import re
from datetime import date

from ledenbrug.members.refusals import Reason
from ledenbrug.members.validation import Unfit

YES = frozenset({"ja", "j", "yes", "y", "1", "true", "waar", "x"})
NO = frozenset({"nee", "n", "no", "0", "false", "onwaar"})
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


def yes_or_no(written: str) -> bool:
    word = written.strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Unfit(Reason.NOT_A_CHOICE)


def _date(year: str, month: str | int, day_of_month: str) -> date:
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError:
        raise Unfit(Reason.NOT_A_DATE) from None
