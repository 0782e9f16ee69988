"""A full round looks at everyone and queues only those who differ; without differences it needs no call.

Due nightly, after enable and after a change of settings. It decides by the same table as a single edit.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from ledenbrug.core.records import Fingerprinter
from ledenbrug.sync import notes, queue, reading, runs
from ledenbrug.sync.deciding import Decided, decide_all
from ledenbrug.sync.models import Cause, Connection, Run

AT_ONCE = 2000


def if_due(connection: Connection, *, fingerprint: Fingerprinter, now: datetime) -> None:
    if connection.round_due_at is None or connection.round_due_at > now:
        return
    run = runs.begin(connection, connection.round_cause or Cause.NIGHTLY, by=connection.round_by, now=now)
    planned = 0
    for decided in decisions(connection, fingerprint=fingerprint, now=now):
        decided.keep(connection, now=now)
        queue.put(connection, [each.payer for each in decided.steps], run=run.id)
        notes.settle(connection, decided.idle)
        planned += len(decided.steps)
    Run.objects.filter(id=run.id).update(planned=planned, ended_at=None if planned else now)
    Connection.objects.filter(id=connection.id, round_due_at=connection.round_due_at).update(
        round_due_at=None, round_cause="", round_by=None
    )
    Connection.objects.filter(id=connection.id).update(looked_at=now)


def decisions(connection: Connection, *, fingerprint: Fingerprinter, now: datetime) -> Iterator[Decided]:
    """What the plan says of everyone who is not known to be in step, in lots."""
    for lot in _lots(reading.differing(connection, now=now)):
        yield decide_all(connection, {each.desired.payer: each for each in lot}, fingerprint=fingerprint)


def _lots(reads: Iterable[reading.Read]) -> Iterator[list[reading.Read]]:
    rows = iter(reads)
    while lot := list(islice(rows, AT_ONCE)):
        yield lot
