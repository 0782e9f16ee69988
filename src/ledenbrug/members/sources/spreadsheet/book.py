"""Reads the first sheet of a workbook (XLSX) as rows of text; what it unpacks to is weighed before anything is read.

Values only: formulas count as what they came to, macros are not looked at.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from ledenbrug.members.sources.spreadsheet.files import FileReason, FileRefused

SIGN = b"PK\x03\x04"
LARGEST_UNPACKED = 400_000_000
LARGEST_GRID = 20_000_000
"""Cells from the first corner to the last, empty ones too: the library keeps room for every one of them."""
MOST_PARTS = 2000
OF_OTHERS = frozenset({"content.xml", "xl/workbook.bin"})
"""The library would read these as another kind of workbook, of which the cells cannot be counted beforehand."""
PLACE = re.compile(rb"""[\s]r\s*=\s*["']([A-Za-z]{0,3})(\d+)["']""")
OVERLAP = 40
"""Longer than a place, so that one is found that is cut in two."""
PIECE = 1_000_000
MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class Book:
    sheet: CalamineSheet

    def rows(self, separator: str) -> Iterator[tuple[int, list[str]]]:
        """Row numbers as Excel shows them."""
        for number, cells in enumerate(self.sheet.iter_rows(), start=1):
            yield number, [each if type(each) is str else written(each) for each in cells]


def is_workbook(content: bytes) -> bool:
    return content.startswith(SIGN)


def open_workbook(content: bytes) -> Book:
    _weigh(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        shown = [each.name for each in workbook.sheets_metadata if each.visible is SheetVisibleEnum.Visible]
        sheets = (workbook.get_sheet_by_name(name) for name in shown)
        sheet = next((each for each in sheets if each.height), None)
    except PasswordError:
        raise FileRefused(FileReason.LOCKED_WORKBOOK) from None
    except (CalamineError, OSError):
        raise FileRefused(FileReason.BROKEN_WORKBOOK) from None
    if sheet is None:
        raise FileRefused(FileReason.EMPTY)
    return Book(sheet)


def written(value: Any) -> str:
    """As a Dutch person would type it."""
    match value:
        case str():
            return value
        case bool():
            return "ja" if value else "nee"
        case int() | float():
            return str(int(value)) if float(value).is_integer() else repr(value).replace(".", ",")
        case datetime():
            return value.date().isoformat() if value.time() == MIDNIGHT else value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return ""


def _weigh(content: bytes) -> None:
    """Unpacks every part without keeping it: what the file says of its own sizes is not believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if len(parts.infolist()) > MOST_PARTS:
                raise FileRefused(FileReason.TOO_LARGE_UNPACKED, most=LARGEST_UNPACKED)
            if OF_OTHERS & {each.filename.lower() for each in parts.infolist()}:
                raise FileRefused(FileReason.NOT_TEXT)
            left = LARGEST_UNPACKED
            for each in parts.infolist():
                with parts.open(each) as part:
                    left -= _measure(part, left)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise FileRefused(FileReason.BROKEN_WORKBOOK) from None


def _measure(part: IO[bytes], left: int) -> int:
    """How much it unpacks to. Two cells in far corners are a small file and a huge grid, so places count too."""
    size, rows, columns, tail = 0, 0, 0, b""
    while piece := part.read(PIECE):
        size += len(piece)
        places = set(PLACE.findall(tail + piece))
        rows = max([rows, *(int(number) for _, number in places)])
        columns = max([columns, *map(_column, {letters for letters, _ in places})])
        if size > left or rows * columns > LARGEST_GRID:
            raise FileRefused(FileReason.TOO_LARGE_UNPACKED, most=LARGEST_UNPACKED)
        tail = piece[-OVERLAP:]
    return size


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
