"""A preview as it is kept for a day: compressed and sealed, in parts, of which a page opens no more than it shows.

The first part says which rows are of which kind, the second what every row is found by. It must not decide what is in
a preview: `preview` does.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, overload

import msgspec

from ledenbrug.sync.models import Connection, StoredPreview
from ledenbrug.wire import sealing

KEPT = timedelta(days=1)
PART = 50
"""As many as stand on a page: what is found lies far apart."""
HELD = "held"
END = b"\x1e"
"""Of what one row is found by. It counts as a space, so it stands in none."""
Line = tuple[str, str, str]
"""Field, before, after."""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    payer: str
    title: str
    member_id: int | None
    kind: str
    """A `core.plan.Kind`, or `note` when a person is asked something instead."""
    lines: tuple[Line, ...] = ()
    note: str = ""
    held: str = ""
    """Why a brake would hold it, or the group of it that is named beside."""
    held_group: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    made_at: datetime
    counts: Mapping[str, int]
    """create, update, adopt, note, unchanged, and held: how many of these steps a brake would hold."""
    rows: Sequence[PreviewRow]
    requests: int
    ready_at: datetime | None
    brakes: Sequence[tuple[str, Mapping[str, str]]] = ()
    """Each brake that holds something: its reason and its numbers."""


class _Rows(Sequence[PreviewRow]):
    """Some of what was kept, opened as it is asked for."""

    def __init__(self, parts: Sequence[str], size: int, places: Sequence[int]) -> None:
        self._parts = parts
        self._size = size
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> PreviewRow: ...
    @overload
    def __getitem__(self, at: slice) -> list[PreviewRow]: ...
    def __getitem__(self, at: int | slice) -> PreviewRow | list[PreviewRow]:
        if isinstance(at, slice):
            return list(self._at(self._places[at]))
        return next(self._at([self._places[at]]))

    def __iter__(self) -> Iterator[PreviewRow]:
        return self._at(self._places)

    def _at(self, places: Sequence[int]) -> Iterator[PreviewRow]:
        for part, those in groupby(places, key=lambda place: place // self._size):
            rows = _opened(self._parts[part], list[PreviewRow])
            yield from (rows[place % self._size] for place in those)


def keep(connection: Connection, made: Preview) -> None:
    head = replace(made, rows=()), len(made.rows), PART, _kinds(made.rows)
    index = b"".join(map(_found_by, made.rows))
    parts = [made.rows[at : at + PART] for at in range(0, len(made.rows), PART)]
    sealed = map(_sealed, [_encoded(head), index, *map(_encoded, parts)])
    StoredPreview.objects.update_or_create(
        connection=connection,
        defaults={"association_id": connection.association_id, "sealed": "\n".join(sealed), "at": made.made_at},
    )


def stored(connection: Connection, *, now: datetime, kind: str = "", query: str = "") -> Preview | None:
    """Its rows are those of the kind (or `held`) in which the text is found: a title, or a value before or after."""
    kept = StoredPreview.objects.filter(connection=connection, at__gte=now - KEPT).first()
    if kept is None:
        return None
    head, *rest = kept.sealed.split("\n")
    made: Preview
    try:
        made, count, size, kinds = _opened(head, tuple[Preview, int, int, dict[str, list[int]]])
    except (sealing.KeyLost, ValueError, zlib.error, msgspec.DecodeError):  # a lost key, or kept by an earlier release
        return None
    index, *parts = rest
    places: Sequence[int] = kinds.get(kind, ()) if kind else range(count)
    if wanted := _spaceless(query):
        those = frozenset(places) if kind else places
        places = [place for place in _found(_unsealed(index), wanted.encode()) if place in those]
    return replace(made, rows=_Rows(parts, size, places))


def _kinds(rows: Sequence[PreviewRow]) -> dict[str, list[int]]:
    """Where the rows of each kind stand, and those that are held."""
    found: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        found.setdefault(row.kind, []).append(place)
        if row.held:
            found.setdefault(HELD, []).append(place)
    return found


def _found_by(row: PreviewRow) -> bytes:
    texts = (row.title, *(value for _, *both in row.lines for value in both))
    return "\n".join(_spaceless(each) for each in texts if each).encode() + END


def _found(index: bytes, wanted: bytes) -> Iterator[int]:
    """Rows are counted, not taken apart: there may be fifty thousand."""
    place = begin = 0
    while (at := index.find(wanted, begin)) >= 0:
        place += index.count(END, begin, at)
        yield place
        begin = index.index(END, at)


def _spaceless(text: str) -> str:
    """An account number is shown in fours, and kept without."""
    return "".join(text.split()).casefold()


_encoded = msgspec.json.encode


def _opened(sealed: str, kind: Any) -> Any:
    return msgspec.json.decode(_unsealed(sealed), type=kind)


def _sealed(told: bytes) -> str:
    return sealing.seal(b64encode(zlib.compress(told, 1)).decode("ascii"))


def _unsealed(sealed: str) -> bytes:
    return zlib.decompress(b64decode(sealing.unseal(sealed)))
