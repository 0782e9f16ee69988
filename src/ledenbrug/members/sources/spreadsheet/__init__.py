"""Members from a file and to a file: CSV as Excel saves it in Dutch, and workbooks.

`read` understands the file, `compare` proposes, `apply` writes what a person said yes to; nothing is written before.
`csv_file` and `xlsx_file` make files that `read` takes back exactly; `as_csv` and `as_xlsx` of any rows.
"""

from ledenbrug.members.sources.spreadsheet.applying import Result, apply
from ledenbrug.members.sources.spreadsheet.comparing import compare
from ledenbrug.members.sources.spreadsheet.exporting import as_csv, csv_file, log, xlsx_file
from ledenbrug.members.sources.spreadsheet.files import FileReason, FileRefused
from ledenbrug.members.sources.spreadsheet.proposals import (
    Entry,
    drop_expired,
    entries,
    room_for_another,
    with_refused,
)
from ledenbrug.members.sources.spreadsheet.reading import Column, Sheet, fits, read
from ledenbrug.members.sources.spreadsheet.whom import MatchBy
from ledenbrug.members.sources.spreadsheet.workbook import as_xlsx
from ledenbrug.members.titles import TITLES, title

__all__ = [
    "TITLES",
    "Column",
    "Entry",
    "FileReason",
    "FileRefused",
    "MatchBy",
    "Result",
    "Sheet",
    "apply",
    "as_csv",
    "as_xlsx",
    "compare",
    "csv_file",
    "drop_expired",
    "entries",
    "fits",
    "log",
    "read",
    "room_for_another",
    "title",
    "with_refused",
    "xlsx_file",
]
