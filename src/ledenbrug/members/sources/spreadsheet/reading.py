"""Understands a CSV file: encoding, separator, which row holds the names of the columns.

It must not judge what a cell says, only whether the file can be read. Rows are decoded as they are asked for.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count, islice
from typing import TextIO

from ledenbrug.members.sources.spreadsheet.headers import field_of
from ledenbrug.members.validation import names_citizen_number

LARGEST = 50_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 300
HEADER_WITHIN = 10
PIECE = 1_000_000
SEPARATORS = (";", ",", "\t", "|")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ENCODINGS = ("utf-8", "cp1252")
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # XLSX, XLS


class FileReason(StrEnum):
    TOO_LARGE = "file_too_large"  # params: most
    TOO_MANY_ROWS = "too_many_rows"  # params: most
    TOO_MANY_COLUMNS = "too_many_columns"
    EMPTY = "file_empty"
    IS_WORKBOOK = "is_workbook"
    NOT_TEXT = "not_text"
    NO_HEADER = "no_header"
    BROKEN_QUOTES = "broken_quotes"  # params: line
    CELL_TOO_LONG = "cell_too_long"  # params: line
    MISSING_COLUMN = "missing_column"  # params: field
    CITIZEN_NUMBER = "citizen_number_column"  # params: column


class FileRefused(Exception):
    """The file as a whole cannot be taken; nothing was kept of it."""

    def __init__(self, reason: FileReason, **params: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params: Mapping[str, str] = {name: str(value) for name, value in params.items()}


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
class Text:
    """The file as it came; decoded line by line, since the whole of it as text would be several times its size."""

    content: bytes
    encoding: str
    separator_named: bool = False
    """Its first line is Excel's own `sep=;`, which is no row."""

    def open(self) -> TextIO:
        lines = io.TextIOWrapper(io.BytesIO(self.content), self.encoding, newline="")
        if self.separator_named:
            lines.readline()
        return lines

    def rows(self, separator: str) -> Iterator[tuple[int, list[str]]]:
        """Rows with their numbers from 1. A row may span lines of the file."""
        rows = csv.reader(self.open(), delimiter=separator, strict=True)
        for number in count(1):
            try:
                yield number, next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                too_long = "field limit" in str(error) or "field larger" in str(error)
                reason = FileReason.CELL_TOO_LONG if too_long else FileReason.BROKEN_QUOTES
                raise FileRefused(reason, line=number) from None


@dataclass(frozen=True, slots=True)
class Sheet:
    text: Text
    separator: str
    header_row: int
    columns: tuple[Column, ...]

    @property
    def taken(self) -> Mapping[str, Column]:
        return {each.field: each for each in self.columns if each.use is ColumnUse.TAKEN}

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Row number as Excel shows it, and its cells; empty rows are left out."""
        kept = 0
        for number, cells in self.text.rows(self.separator):
            if number <= self.header_row or not any(map(str.strip, cells)):
                continue
            kept += 1
            if kept > MOST_ROWS:
                raise FileRefused(FileReason.TOO_MANY_ROWS, most=MOST_ROWS)
            yield number, cells


def read(content: bytes, *, chosen: Mapping[int, str] | None = None) -> Sheet:
    """`chosen` is what a person decided about columns: place → field, empty to leave it out."""
    text, separators = _named_separator(_text(content))
    found = max((_header(text, each) for each in separators), key=lambda header: header.known)
    if not found.known:
        raise FileRefused(FileReason.NO_HEADER)
    if len(found.names) > MOST_COLUMNS:
        raise FileRefused(FileReason.TOO_MANY_COLUMNS)
    return Sheet(text, found.separator, found.row, columns_of(found.names, chosen or {}))


def _text(content: bytes) -> Text:
    if len(content) > LARGEST:
        raise FileRefused(FileReason.TOO_LARGE, most=LARGEST)
    if not content.strip():
        raise FileRefused(FileReason.EMPTY)
    if content.startswith(WORKBOOKS):
        raise FileRefused(FileReason.IS_WORKBOOK)
    marked = next((encoding for mark, encoding in MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ENCODINGS:
        try:
            if _decodes(content, encoding):
                return Text(content, encoding)
        except UnicodeError:
            continue
        break
    raise FileRefused(FileReason.NOT_TEXT)


def _decodes(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(content), PIECE):
        if "\x00" in decoder.decode(content[start : start + PIECE], final=start + PIECE >= len(content)):
            return False
    return True


def columns_of(names: Sequence[str], chosen: Mapping[int, str]) -> tuple[Column, ...]:
    columns: list[Column] = []
    fields: set[str] = set()
    for place, name in enumerate(names):
        field = chosen.get(place, field_of(name) or "")
        use = ColumnUse.TAKEN if field else ColumnUse.UNKNOWN
        if names_citizen_number(name):
            use = ColumnUse.CITIZEN_NUMBER
        elif field and field in fields:
            use = ColumnUse.DOUBLE
        columns.append(Column(place, name.strip(), field if use is ColumnUse.TAKEN else "", use))
        fields.add(columns[-1].field)
    return tuple(columns)


@dataclass(frozen=True, slots=True)
class _Header:
    separator: str
    row: int = 0
    names: tuple[str, ...] = ()
    known: int = 0


def _header(text: Text, separator: str) -> _Header:
    """The row, among the first, in which the most names of columns are known."""
    best = _Header(separator)
    try:
        for number, cells in islice(text.rows(separator), HEADER_WITHIN):
            known = len({field_of(cell) for cell in cells} - {None})
            if known > best.known:
                best = _Header(separator, number, tuple(cells), known)
    except FileRefused:  # another separator may read it; if it is this one, the rows will say where
        pass
    return best


def _named_separator(text: Text) -> tuple[Text, Sequence[str]]:
    word = text.open().readline(100).strip().strip('"')
    if word.lower().startswith("sep=") and len(word) == len("sep=;"):
        return replace(text, separator_named=True), (word[-1],)
    return text, SEPARATORS
