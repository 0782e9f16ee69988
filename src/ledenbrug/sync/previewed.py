"""A preview as it is kept for a day: compressed and sealed, in parts, of which a page opens no more than it shows.

It must not decide what is in one: `preview` does.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, overload

import msgspec

from ledenbrug.sync.models import Connection, StoredPreview
from ledenbrug.wire import sealing

KEPT = timedelta(days=1)
PART = 500
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
    """Opened as they are asked for."""

    def __init__(self, parts: Sequence[str], count: int) -> None:
        self._parts = parts
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> PreviewRow: ...
    @overload
    def __getitem__(self, at: slice) -> list[PreviewRow]: ...
    def __getitem__(self, at: int | slice) -> PreviewRow | list[PreviewRow]:
        chosen = range(self._count)[at]
        if isinstance(chosen, int):
            return _opened(self._parts[chosen // PART], list[PreviewRow])[chosen % PART]  # type: ignore[no-any-return]
        opened = {part: _opened(self._parts[part], list[PreviewRow]) for part in {each // PART for each in chosen}}
        return [opened[each // PART][each % PART] for each in chosen]

    def __iter__(self) -> Iterator[PreviewRow]:
        for part in self._parts:
            yield from _opened(part, list[PreviewRow])


def keep(connection: Connection, made: Preview) -> None:
    parts = [made.rows[at : at + PART] for at in range(0, len(made.rows), PART)]
    sealed = map(_sealed, [(replace(made, rows=()), len(made.rows)), *parts])
    StoredPreview.objects.update_or_create(
        connection=connection,
        defaults={"association_id": connection.association_id, "sealed": "\n".join(sealed), "at": made.made_at},
    )


def stored(connection: Connection, *, now: datetime) -> Preview | None:
    kept = StoredPreview.objects.filter(connection=connection, at__gte=now - KEPT).first()
    if kept is None:
        return None
    head, *parts = kept.sealed.split("\n")
    try:
        made: Preview
        made, count = _opened(head, tuple[Preview, int])
    except (sealing.KeyLost, ValueError, zlib.error):  # a lost key, or kept by an earlier release
        return None
    return replace(made, rows=_Rows(parts, count))


def _sealed(told: object) -> str:
    return sealing.seal(b64encode(zlib.compress(msgspec.json.encode(told), 1)).decode("ascii"))


def _opened(sealed: str, kind: Any) -> Any:
    return msgspec.json.decode(zlib.decompress(b64decode(sealing.unseal(sealed))), type=kind)
