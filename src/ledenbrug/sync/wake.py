"""Wake-ups: "run this connection now", deferred in the transaction that made it necessary.

They may be lost, doubled or late: what must be done stands in the tables, and the sweeper looks every few seconds.
"""

from contextlib import suppress

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from ledenbrug.members.models import Task
from ledenbrug.sync import jobs, prepared
from ledenbrug.sync.models import Connection

URGENT, BULK = 10, 0
TASKS_AT_ONCE = 2
"""In the whole installation: each may take some hundred MB of the worker that does it."""


def connection(connection_id: int, *, priority: int = URGENT) -> None:
    jobs.drain.configure(lock=_lock(connection_id), priority=priority).defer(connection_id=connection_id)


def task(waits: Task) -> None:
    """An association's own go one after the other."""
    lane = waits.association_id % TASKS_AT_ONCE
    jobs.task.configure(lock=f"tasks-{lane}", priority=BULK).defer(task_id=waits.pk)


def others_wait(connection_id: int) -> bool:
    """Whether some worker should be free for somebody else."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND lock IS DISTINCT FROM %s
                              AND (scheduled_at IS NULL OR scheduled_at <= now()))""",
            [_lock(connection_id)],
        )
        return bool(cursor.fetchone()[0])


def association(association_id: int) -> None:
    """Listens to the members' bell."""
    ids = Connection.objects.filter(association_id=association_id, enabled=True, removed_at=None)
    for connection_id in ids.values_list("id", flat=True):
        connection(connection_id)


def for_letters() -> None:
    """One that waits already is enough."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        jobs.letters.configure().defer(timestamp=0)


def _lock(connection_id: int) -> str:
    return f"connection-{connection_id}"
