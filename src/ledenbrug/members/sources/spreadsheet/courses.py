"""All periods of a member in one cell: a day and a status per line. Pure functions from text to periods and back."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from ledenbrug.members.refusals import Reason
from ledenbrug.members.spellings import day
from ledenbrug.members.validation import Unfit, line

Course = Sequence[tuple[date, str]]

_NEXT = re.compile(r"\r\n|\r|\n|;(?=\s*\d{1,4}[-/.]\d{1,2}[-/.]\d)")
_LINE = re.compile(r"\s*(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}):?\s+(\S.*?)\s*", re.DOTALL)


def read(written: str) -> Course:
    """`01-09-2020 Lid`, one a line or with semicolons between."""
    found: dict[date, str] = {}
    for each in filter(str.strip, _NEXT.split(written)):
        parts = _LINE.fullmatch(each)
        if parts is None:
            raise Unfit(Reason.NOT_A_PERIOD)
        start = day(parts[1])
        if start is None or start in found:
            raise Unfit(Reason.TWO_ON_ONE_DAY)
        found[start] = line(parts[2])
    return sorted(found.items())


def written(course: Iterable[tuple[date, str]]) -> str:
    return "\n".join(f"{start.day:02}-{start.month:02}-{start.year:04} {status}" for start, status in course)
