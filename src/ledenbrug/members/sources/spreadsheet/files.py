"""Why a file as a whole cannot be taken. The reasons for single rows stand in `members.refusals`."""

from collections.abc import Mapping
from enum import StrEnum


class FileReason(StrEnum):
    TOO_LARGE = "file_too_large"  # params: most
    TOO_MANY_ROWS = "too_many_rows"  # params: most
    TOO_MANY_COLUMNS = "too_many_columns"
    EMPTY = "file_empty"
    OLD_WORKBOOK = "old_workbook"  # .xls
    BROKEN_WORKBOOK = "broken_workbook"
    LOCKED_WORKBOOK = "locked_workbook"  # with a password
    TOO_LARGE_UNPACKED = "too_large_unpacked"  # params: most
    NOT_TEXT = "not_text"
    NO_HEADER = "no_header"
    BROKEN_QUOTES = "broken_quotes"  # params: line
    CELL_TOO_LONG = "cell_too_long"  # params: line
    MISSING_COLUMN = "missing_column"  # params: field
    CITIZEN_NUMBER = "citizen_number_column"  # params: column
    MANY_WAIT = "many_files_wait"  # params: most


class FileRefused(Exception):
    """The file as a whole cannot be taken; nothing was kept of it."""

    def __init__(self, reason: FileReason, **params: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params: Mapping[str, str] = {name: str(value) for name, value in params.items()}
