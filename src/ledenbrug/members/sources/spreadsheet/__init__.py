"""Members from a file: CSV as Excel saves it in Dutch.

`read` understands the file, `compare` proposes, `apply` writes what a person said yes to. Nothing is written before.
"""

from ledenbrug.members.sources.spreadsheet.applying import Result, apply
from ledenbrug.members.sources.spreadsheet.comparing import MatchBy, compare
from ledenbrug.members.sources.spreadsheet.proposals import Entry, drop_expired, entries
from ledenbrug.members.sources.spreadsheet.reading import Column, FileRefused, Sheet, read

__all__ = [
    "Column",
    "Entry",
    "FileRefused",
    "MatchBy",
    "Result",
    "Sheet",
    "apply",
    "compare",
    "drop_expired",
    "entries",
    "read",
]
