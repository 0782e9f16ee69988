"""Runs: one plan with one cause. A person's edits of a day are one run, so that they can be looked at together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from ledenbrug.core.plan import Kind
from ledenbrug.members.models import User
from ledenbrug.sync import prepared
from ledenbrug.sync.models import Cause, Connection, Journal, Outcome, Run
from ledenbrug.sync.reading import today


def undoing(connection: Connection) -> Run | None:
    """The undo that is under way."""
    return (
        Run.objects.filter(connection=connection, undoes__isnull=False, ended_at=None).select_related("undoes").first()
    )


def begin(
    connection: Connection, cause: str, *, by: User | None = None, undoes: Run | None = None, now: datetime
) -> Run:
    return Run.objects.create(
        association_id=connection.association_id,
        connection=connection,
        cause=cause,
        by=by,
        undoes=undoes,
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


def planned(run: int, *, steps: int, now: datetime) -> None:
    with prepared.cursor() as cursor:
        cursor.execute(
            "UPDATE sync_run SET planned = planned + %(steps)s, ended_at = %(ended)s WHERE id = %(run)s",
            {"steps": steps, "ended": None if steps else now, "run": run},
        )


def size(run: int) -> int:
    """How many steps its plan held."""
    with prepared.cursor() as cursor:
        cursor.execute("SELECT planned FROM sync_run WHERE id = %s", [run])
        return int(cursor.fetchone()[0])


def take_in_adoptions(run: Run) -> None:
    """What the comparison before it found belongs to it."""
    with prepared.cursor() as cursor:
        cursor.execute(
            "UPDATE sync_journal SET run_id = %s WHERE connection_id = %s AND run_id IS NULL AND kind = %s",
            [run.id, run.connection_id, Kind.ADOPT.value],
        )


def seen_before(connection: Connection) -> frozenset[int]:
    """Runs that a person started after seeing the plan."""
    with prepared.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM sync_run WHERE connection_id = %s AND cause = %s", [connection.id, Cause.ENABLE.value]
        )
        return frozenset(run for (run,) in cursor.fetchall())


def end_if_done(connection: Connection, *, now: datetime) -> None:
    """A bulk run is over when nobody of it has to be looked at any more."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """UPDATE sync_run r SET ended_at = %s WHERE r.connection_id = %s AND r.ended_at IS NULL AND r.cause <> %s
               AND NOT EXISTS (SELECT 1 FROM sync_touched t WHERE t.connection_id = %s AND t.run = r.id)""",
            [now, connection.id, Cause.EDIT.value, connection.id],
        )


@dataclass(frozen=True, slots=True)
class Told:
    """A run with how many contacts it did what to, per `core.plan.Kind`."""

    run: Run
    counts: Mapping[str, int]


def listed(connection: Connection, *, count: int = 8) -> list[Told]:
    """Those that did something, the newest first. Two statements."""
    steps = Journal.objects.filter(Q(outcome=Outcome.DONE) | Q(kind__in=(Kind.ADOPT, Kind.UNLINK)))
    found = Run.objects.filter(Exists(steps.filter(run=OuterRef("pk"))), connection=connection)
    rows = list(found.select_related("by").order_by("-id")[:count])
    counts: dict[int | None, dict[str, int]] = {}
    done = steps.filter(run__in=rows).values_list("run", "kind").annotate(number=Count("payer", distinct=True))
    for run, kind, number in done:
        counts.setdefault(run, {})[kind] = number
    return [Told(each, counts.get(each.id, {})) for each in rows]
