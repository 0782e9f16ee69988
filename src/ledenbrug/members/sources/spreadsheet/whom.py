"""By what a row says whom it is about, and which rows say the same: then only a person knows who is meant."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from django.db.models.expressions import RawSQL

from ledenbrug.members.progress import Progress
from ledenbrug.members.sources.spreadsheet.files import FileReason, FileRefused
from ledenbrug.members.sources.spreadsheet.reading import Sheet
from ledenbrug.members.sources.spreadsheet.suspects import Suspects

AT_ONCE = 1000


class MatchBy(StrEnum):
    NUMBER = "number"
    EMAIL = "email"
    NOTHING = "nothing"  # everybody is new


def key_of(values: Mapping[str, object], match_by: MatchBy) -> str:
    match match_by:
        case MatchBy.NUMBER:
            return str(values.get("number") or "").strip()
        case MatchBy.EMAIL:
            return str(values.get("email") or "").strip().lower()
        case MatchBy.NOTHING:
            return ""


def one_of(texts: Collection[str]) -> RawSQL:
    """Thousands as one value, so that the question is not put together from each. Not beside an *or*: the database
    would go through everybody."""
    return RawSQL("SELECT unnest(%s::text[])", [list(texts)])


def needs(sheet: Sheet, match_by: MatchBy) -> None:
    needed = "last_name" if match_by is MatchBy.NOTHING else match_by.value
    if needed not in sheet.taken:
        raise FileRefused(FileReason.MISSING_COLUMN, field=needed)


def doubles(sheet: Sheet, match_by: MatchBy, progress: Progress) -> tuple[int, Mapping[str, frozenset[str]]]:
    """How many rows there are, and the numbers and keys that stand in several: which of them is right, only a person
    knows. Refuses a file with citizen service numbers on the same way through it."""
    taken = sheet.taken
    columns = {name: taken[name] for name in {"number", match_by.value} if name in taken}
    seen: dict[str, set[str]] = {name: set() for name in columns}
    double: dict[str, set[str]] = {name: set() for name in columns}
    suspects = Suspects(tuple(taken.values()))
    count = 0
    for count, (_, row) in enumerate(sheet.rows(), start=1):
        if count % AT_ONCE == 0:
            progress(0, 0)
        suspects.see(row)
        for name, column in columns.items():
            text = row[column.place].strip() if column.place < len(row) else ""
            value = text.lower() if name == "email" else text
            if value:
                (double if value in seen[name] else seen)[name].add(value)
    suspects.refuse()
    return count, {name: frozenset(values) for name, values in double.items()}
