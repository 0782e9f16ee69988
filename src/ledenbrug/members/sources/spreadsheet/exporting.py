"""Writes members to a file that Excel opens without harm and that our own import reads back exactly.

It must not choose who goes into it: the selection comes as an argument, and what was taken out is logged.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext

from ledenbrug.members import custom
from ledenbrug.members.models import Association, CustomField, Export, Kind, Mandate, Member, Period, User
from ledenbrug.members.sources.spreadsheet import courses, mandate_cells
from ledenbrug.members.sources.spreadsheet.cells import GUARD_NEEDED
from ledenbrug.members.sources.spreadsheet.workbook import as_xlsx
from ledenbrug.members.titles import TITLES, title

PIECE = 500  # rows sent at once
WORDS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "yes": "ja",
        "no": "nee",
        "f": "v",
        "m": "m",
        "x": "x",
        "first": "eerste",
        "second": "tweede",
        "reversed": "omgekeerd",
    },
    "en": {"yes": "yes", "no": "no", **{each: each for each in ("f", "m", "x", "first", "second", "reversed")}},
}


def log(
    association: Association,
    *,
    members: Sequence[int],
    fields: Sequence[str],
    chosen: Mapping[str, str],
    by: User | None,
    now: datetime,
) -> Export:
    """Before the first byte leaves: who took whom, which fields, by which filter."""
    return Export.objects.create(
        association=association,
        by=by,
        at=now,
        count=len(members),
        members=list(members),
        fields=list(fields),
        chosen=dict(chosen),
    )


def csv_file(
    association: Association, found: QuerySet[Member], *, fields: Sequence[str], language: str
) -> Iterator[bytes]:
    return as_csv(_rows(association, found, fields, language))


def as_csv(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Semicolons and a mark that says UTF-8, as Excel in Dutch wants it. Text that looks like a formula gets an
    apostrophe in front, which our import takes off again."""
    yield b"\xef\xbb\xbf"
    waiting = io.StringIO(newline="")
    table = csv.writer(waiting, delimiter=";", lineterminator="\r\n")
    for count, row in enumerate(rows):
        table.writerow([guarded(cell) for cell in row])
        if count % PIECE == 0:
            yield _taken(waiting)
    yield _taken(waiting)


def xlsx_file(association: Association, found: QuerySet[Member], *, fields: Sequence[str], language: str) -> bytes:
    """Every cell is typed as text: nothing is counted with, and nothing is run."""
    return as_xlsx(_rows(association, found, fields, language), sheet=gettext("Members"))


def guarded(cell: str) -> str:
    return f"'{cell}" if GUARD_NEEDED.match(cell) else cell


def _rows(
    association: Association, found: QuerySet[Member], fields: Sequence[str], language: str
) -> Iterator[list[str]]:
    own = custom.fields_of(association) if any(map(custom.is_key, fields)) else {}
    unknown = [field for field in fields if field not in TITLES and field not in own]
    if unknown:
        raise ValueError(f"no such column: {unknown[0]}")
    yield [own[field].name if field in own else title(field, language=language) for field in fields]
    members: QuerySet[Any] = found.order_by("sort_key", "id")
    if "periods" in fields:
        members = members.annotate(course=_COURSE)
    if "mandates" in fields:
        members = members.annotate(signed=_SIGNED)
    columns = ["custom" if field in own else _COLUMNS.get(field, field) for field in fields]
    written = [_own(own[field]) if field in own else _WRITTEN.get(field, _text) for field in fields]
    words = WORDS["nl" if language == "nl" else "en"]
    chosen = list(dict.fromkeys(columns))
    places = [chosen.index(column) for column in columns]
    for values in members.values_list(*chosen).iterator(chunk_size=2000):
        yield [write(values[place], words) for write, place in zip(written, places, strict=True)]


_COURSE = ArraySubquery(
    Period.objects.filter(member=OuterRef("pk"))
    .order_by("start")
    .values(told=JSONObject(start="start", status="status__name"))
)
_SIGNED = ArraySubquery(
    Mandate.objects.filter(member=OuterRef("pk"))
    .order_by("signed", "id")
    .values(
        told=JSONObject(
            administration="financial_administration__name", reference="reference", signed="signed", ended="ended"
        )
    )
)
_COLUMNS = {"status": "status__name", "periods": "course", "mandates": "signed"}


def _own(field: CustomField) -> Callable[[Any, Mapping[str, str]], str]:
    key = field.key
    if field.kind == Kind.YES_NO:
        return lambda kept, words: _yes_or_no(kept[key], words) if key in kept else ""
    return lambda kept, words: custom.typed(field, kept.get(key))


def _text(value: Any, words: Mapping[str, str]) -> str:
    return "" if value is None else str(value)


def _day(value: date | None, words: Mapping[str, str]) -> str:
    return "" if value is None else f"{value.day:02}-{value.month:02}-{value.year:04}"


def _yes_or_no(value: bool, words: Mapping[str, str]) -> str:
    return words["yes"] if value else words["no"]


def _course(value: Sequence[Mapping[str, str]], words: Mapping[str, str]) -> str:
    return courses.written((date.fromisoformat(each["start"]), each["status"]) for each in value)


def _mandates(value: Sequence[Mapping[str, str | None]], words: Mapping[str, str]) -> str:
    return "\n".join(
        mandate_cells.written(
            each["administration"] or "",
            each["reference"] or "",
            date.fromisoformat(each["signed"] or ""),
            date.fromisoformat(each["ended"]) if each["ended"] else None,
        )
        for each in value
    )


def _word(value: str, words: Mapping[str, str]) -> str:
    return words.get(value, "")


_WRITTEN: Mapping[str, Callable[[Any, Mapping[str, str]], str]] = {
    "birth_date": _day,
    "since": _day,
    "receives_mail": _yes_or_no,
    "gender": _word,
    "name_use": _word,
    "periods": _course,
    "mandates": _mandates,
}


def _taken(waiting: io.StringIO) -> bytes:
    text = waiting.getvalue()
    waiting.seek(0)
    waiting.truncate()
    return text.encode()
