"""Understands a file: CSV or workbook, which row holds the names of the columns, and what each column is.

It must not judge what a cell says, only whether the file can be read. Rows are decoded as they are asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from ledenbrug.members.citizen_number import names_citizen_number
from ledenbrug.members.custom import Own, told_apart
from ledenbrug.members.sources.spreadsheet.book import Book, is_workbook, open_workbook
from ledenbrug.members.sources.spreadsheet.files import FileReason, FileRefused
from ledenbrug.members.sources.spreadsheet.headers import field_of
from ledenbrug.members.sources.spreadsheet.text import Text, text_of

LARGEST = 50_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 300
HEADER_WITHIN = 10


class ColumnUse(StrEnum):
    TAKEN = "taken"
    UNKNOWN = "unknown"
    DOUBLE = "double"  # another column holds the same
    CITIZEN_NUMBER = "citizen_number"  # never read


@dataclass(frozen=True, slots=True)
class Column:
    place: int
    name: str
    field: str
    """Empty for a column that is left out."""
    use: ColumnUse


@dataclass(frozen=True, slots=True)
class Sheet:
    source: Text | Book
    separator: str
    header_row: int
    columns: tuple[Column, ...]

    @property
    def taken(self) -> Mapping[str, Column]:
        return {each.field: each for each in self.columns if each.use is ColumnUse.TAKEN}

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Row number as Excel shows it, and its cells; empty rows are left out, and names of columns said again."""
        kept, taken = 0, tuple(self.taken.values())
        for number, cells in self.source.rows(self.separator):
            if number <= self.header_row or not any(map(str.strip, cells)) or _names_again(cells, taken):
                continue
            kept += 1
            if kept > MOST_ROWS:
                raise FileRefused(FileReason.TOO_MANY_ROWS, most=MOST_ROWS)
            yield number, cells


def _names_again(cells: Sequence[str], columns: Sequence[Column]) -> bool:
    """A second row of names, in another language perhaps, or one at the head of every printed page."""
    said = ((cells[each.place], each) for each in columns if each.place < len(cells))
    return len(columns) > 1 and all(cell.strip() == each.name or field_of(cell) == each.field for cell, each in said)


def read(content: bytes, *, own: Own | None = None, chosen: Mapping[int, str] | None = None) -> Sheet:
    """`own` are the association's own fields, known by their names. `chosen` is what a person decided about columns:
    place → field, empty to leave it out."""
    fits(content)
    source, separators = opened(content)
    named = {told_apart(field.name): key for key, field in (own or {}).items()}
    found = max((_header(source, each, named) for each in separators), key=lambda header: header.known)
    if not found.known:
        raise FileRefused(FileReason.NO_HEADER)
    if len(found.names) > MOST_COLUMNS:
        raise FileRefused(FileReason.TOO_MANY_COLUMNS)
    return Sheet(source, found.separator, found.row, columns_of(found.names, named, chosen or {}))


def fits(content: bytes) -> None:
    if len(content) > LARGEST:
        raise FileRefused(FileReason.TOO_LARGE, most=LARGEST)


def columns_of(names: Sequence[str], named: Mapping[str, str], chosen: Mapping[int, str]) -> tuple[Column, ...]:
    columns: list[Column] = []
    fields: set[str] = set()
    for place, name in enumerate(names):
        field = chosen.get(place, _field(name, named) or "")
        use = ColumnUse.TAKEN if field else ColumnUse.UNKNOWN
        if names_citizen_number(name):
            use = ColumnUse.CITIZEN_NUMBER
        elif field and field in fields:
            use = ColumnUse.DOUBLE
        columns.append(Column(place, name.strip(), field if use is ColumnUse.TAKEN else "", use))
        fields.add(columns[-1].field)
    return tuple(columns)


def _field(name: str, named: Mapping[str, str]) -> str | None:
    """The association's own name for something goes before what other lists call it."""
    return named.get(told_apart(name)) or field_of(name)


@dataclass(frozen=True, slots=True)
class _Header:
    separator: str
    row: int = 0
    names: tuple[str, ...] = ()
    known: int = 0


def _header(source: Text | Book, separator: str, named: Mapping[str, str]) -> _Header:
    """The row, among the first, in which the most names of columns are known."""
    best = _Header(separator)
    try:
        for number, cells in islice(source.rows(separator), HEADER_WITHIN):
            known = len({_field(cell, named) for cell in cells} - {None})
            if known > best.known:
                best = _Header(separator, number, tuple(cells), known)
    except FileRefused:  # another separator may read it; if it is this one, the rows will say where
        pass
    return best


def opened(content: bytes) -> tuple[Text | Book, Sequence[str]]:
    """The file, and the separators it may have."""
    if is_workbook(content):
        return open_workbook(content), ("",)
    return text_of(content)
