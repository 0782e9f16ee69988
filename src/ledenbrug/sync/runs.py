"""Runs: one plan with one cause. A person's edits of a day are one run, so that they can be looked at together."""

from datetime import datetime

from ledenbrug.members.models import User
from ledenbrug.sync.models import Cause, Connection, Run
from ledenbrug.sync.reading import today


def begin(connection: Connection, cause: str, *, by: User | None = None, now: datetime) -> Run:
    return Run.objects.create(
        association_id=connection.association_id,
        connection=connection,
        cause=cause,
        by=by,
        day=today(connection, now=now),
        started_at=now,
    )


def of_edits(connection: Connection, *, now: datetime) -> int:
    run, _ = Run.objects.get_or_create(
        connection=connection,
        day=today(connection, now=now),
        cause=Cause.EDIT,
        defaults={"association_id": connection.association_id, "started_at": now},
    )
    return run.id


def end_if_done(connection: Connection, *, now: datetime) -> None:
    """A bulk run is over when nobody of it has to be looked at any more."""
    Run.objects.filter(connection=connection, ended_at=None).exclude(cause=Cause.EDIT).update(ended_at=now)
