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

    def parts(self) -> Sequence[bytes]:
        rows = list(_rows(self._connection))
        if not rows or rows[-1].at < self._clock() - YOUNG:
            return ()
        try:
            parts = [_PART.decode(sealing.unseal(each.sealed)) for each in rows]
        except (msgspec.DecodeError, sealing.KeyLost):
            return ()
        tried = Journal.objects.filter(connection=self._connection, id__gt=parts[0][0])
        if tried.exclude(outcome=Outcome.PUT_OFF).exists():
            return ()
        return [part.encode() for _, part in parts]

    def add(self, part: bytes) -> None:
        """Another process that keeps one at the same moment goes before: then this is read once more."""
        own = Journal.objects.filter(connection=self._connection)
        step = own.order_by("-id").values_list("id", flat=True).first() or 0
        if not self.parts():
            forget(self._connection)
        last = _rows(self._connection).last()
        reading = Reading(
            association_id=self._connection.association_id,
            connection=self._connection,
            page=last.page - 1 if last else PAGE,
            sealed=sealing.seal(msgspec.json.encode((step, part.decode())).decode()),
            at=self._clock(),
        )
        Reading.objects.bulk_create([reading], ignore_conflicts=True)


def forget(connection: Connection) -> None:
    """The lists came to their end."""
    _rows(connection).delete()


def _rows(connection: Connection) -> "QuerySet[Reading]":
    return Reading.objects.filter(connection=connection, page__lte=PAGE).order_by("-page")
