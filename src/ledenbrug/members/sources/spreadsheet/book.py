"""Reads the first sheet of a workbook (XLSX) as rows of text; its unpacked size is counted before anything is read.

Values only: formulas count as what they came to, macros are not looked at.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from ledenbrug.members.sources.spreadsheet.files import FileReason, FileRefused

SIGN = b"PK\x03\x04"
LARGEST_UNPACKED = 400_000_000
MOST_PARTS = 2000
PIECE = 1_000_000
MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class Book:
    sheet: CalamineSheet

    def rows(self, separator: str) -> Iterator[tuple[int, list[str]]]:
        """Row numbers as Excel shows them."""
        for number, cells in enumerate(self.sheet.iter_rows(), start=1):
            yield number, [written(each) for each in cells]


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
    """As a person would type it."""
    match value:
        case str():
            return value
        case bool():
            return "ja" if value else "nee"
        case int() | float():
            return str(int(value)) if value == int(value) else repr(value)
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
            left = LARGEST_UNPACKED
            for each in parts.infolist():
                with parts.open(each) as part:
                    while piece := part.read(PIECE):
                        left -= len(piece)
                        if left < 0:
                            raise FileRefused(FileReason.TOO_LARGE_UNPACKED, most=LARGEST_UNPACKED)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise FileRefused(FileReason.BROKEN_WORKBOOK) from None
