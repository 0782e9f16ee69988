"""Reads a CSV file as it came: encoding and separator are found out, quotes must be whole.

It must not know what a column is.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import TextIO

from ledenbrug.members.sources.spreadsheet.cells import plain
from ledenbrug.members.sources.spreadsheet.files import FileReason, FileRefused

PIECE = 1_000_000
SEPARATORS = (";", ",", "\t", "|")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ENCODINGS = ("utf-8", "cp1252")
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


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
        """Rows with their numbers from 1, cells without what kept them text. A row may span lines of the file."""
        rows = csv.reader(self.open(), delimiter=separator, strict=True)
        for number in count(1):
            try:
                yield number, [plain(each) for each in next(rows)]
            except StopIteration:
                return
            except csv.Error as error:
                too_long = "field limit" in str(error) or "field larger" in str(error)
                reason = FileReason.CELL_TOO_LONG if too_long else FileReason.BROKEN_QUOTES
                raise FileRefused(reason, line=number) from None


def text_of(content: bytes) -> tuple[Text, Sequence[str]]:
    """The text and the separators it may have; Excel's own `sep=;` in front leaves one."""
    text = _text(content)
    word = text.open().readline(100).strip().strip('"')
    if word.lower().startswith("sep=") and len(word) == len("sep=;"):
        return replace(text, separator_named=True), (word[-1],)
    return text, SEPARATORS


def _text(content: bytes) -> Text:
    if not content.strip():
        raise FileRefused(FileReason.EMPTY)
    if content.startswith(OLD_WORKBOOK):
        raise FileRefused(FileReason.OLD_WORKBOOK)
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
