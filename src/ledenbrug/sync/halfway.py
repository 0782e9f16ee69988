"""What a client read of lists that take more requests than a limit leaves: kept, sealed, for the turn that reads on.

It knows nothing of what was read, and gives none of it once a step was tried since.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db.models import QuerySet

from ledenbrug.sync.models import Connection, Journal, Outcome, Reading
from ledenbrug.wire import sealing

PAGE = -3
"""Number of the first part, and down from there: beside the pages of a comparison and of a load."""
YOUNG = timedelta(minutes=10)
"""Whoever let it lie for longer begins anew."""
_PART = msgspec.json.Decoder(tuple[int, str])


class Halfway:
    """A `core.line.Kept` for one connection."""

    def __init__(self, connection: Connection, *, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._clock = clock
        self._step = 0
        """The last that was noted before the lists were read."""

    def parts(self) -> Sequence[bytes]:
        self._step = _steps(self._connection).values_list("id", flat=True).last() or 0
        return self._still_true()

    def add(self, part: bytes) -> None:
        """Another process that keeps one at the same moment goes before: then this is read once more."""
        if not self._still_true():
            forget(self._connection)
        last = _rows(self._connection).last()
        reading = Reading(
            association_id=self._connection.association_id,
            connection=self._connection,
            page=last.page - 1 if last else PAGE,
            sealed=sealing.seal(msgspec.json.encode((self._step, part.decode())).decode()),
            at=self._clock(),
        )
        Reading.objects.bulk_create([reading], ignore_conflicts=True)

    def _still_true(self) -> Sequence[bytes]:
        rows = list(_rows(self._connection))
        if not rows or rows[-1].at < self._clock() - YOUNG:
            return ()
        try:
            parts = [_PART.decode(sealing.unseal(each.sealed)) for each in rows]
        except (msgspec.DecodeError, sealing.KeyLost):
            return ()
        tried = _steps(self._connection).filter(id__gt=parts[0][0]).exclude(outcome=Outcome.PUT_OFF)
        return () if tried.exists() else [part.encode() for _, part in parts]


def forget(connection: Connection) -> None:
    """The lists came to their end."""
    _rows(connection).delete()


def _rows(connection: Connection) -> "QuerySet[Reading]":
    return Reading.objects.filter(connection=connection, page__lte=PAGE).order_by("-page")


def _steps(connection: Connection) -> "QuerySet[Journal]":
    return Journal.objects.filter(connection=connection).order_by("id")
