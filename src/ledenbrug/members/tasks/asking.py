"""What can be asked to be done to many members, and how that ends: data alone, so that it can be kept for a worker."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

SMALL_FILE = 100_000
"""Bytes of a file that a person is not made to wait for: some thousand rows."""
SMALL = 500
"""Members, or rows of a file, that are written at once."""


class ReadFile(Struct, frozen=True, tag="read"):
    file_name: str
    match_by: str
    status: int
    """Of new members, where the file does not say."""
    clear_empty: bool


class WriteImport(Struct, frozen=True, tag="write"):
    proposal: int


class GiveStatus(Struct, frozen=True, tag="status"):
    members: Sequence[int]
    seen: int
    """How many would change, as the person saw."""
    status: int
    start: date


class WriteField(Struct, frozen=True, tag="field"):
    members: Sequence[int]
    seen: int
    field: str
    value: str | bool | None


class Delete(Struct, frozen=True, tag="delete"):
    members: Sequence[int]
    seen: int


class TakeBack(Struct, frozen=True, tag="undo"):
    change: int


class AskToFillIn(Struct, frozen=True, tag="ask"):
    members: Sequence[int]
    seen: int
    again: int
    why: str
    language: str


Asked = ReadFile | WriteImport | GiveStatus | WriteField | Delete | TakeBack | AskToFillIn


class Seen(Struct, frozen=True, tag="read"):
    """The file was read; what it would do waits for a yes."""

    proposal: int


class Written(Struct, frozen=True, tag="write"):
    new: int
    changed: int
    left_out: Sequence[int]
    """Rows of the file that no longer held."""
    change: int | None


class Changed(Struct, frozen=True, tag="change"):
    change: int


class TakenBack(Struct, frozen=True, tag="undo"):
    back: int
    stayed: int
    accounts: Sequence[str]
    """Numbers of members whose account stays as it is."""


class Mailing(Struct, frozen=True, tag="ask"):
    """So many letters are to leave."""

    round: int


Outcome = Seen | Written | Changed | TakenBack | Mailing


def is_large(size: int, *, of_file: bool = False) -> bool:
    """`size` in members, or of a file in bytes."""
    return size > (SMALL_FILE if of_file else SMALL)
