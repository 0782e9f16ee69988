"""The few jobs that Procrastinate runs for us. Each is a name for a function elsewhere and holds no rule."""

from datetime import UTC, datetime

from django.db import close_old_connections
from procrastinate.contrib.django import app


@app.task(name="drain")
def drain(connection_id: int) -> None:
    """Some turns. It comes back by itself while there is work; `worker` wakes what is due later."""
    from ledenbrug.sync import engine, wake, worker
    from ledenbrug.sync.locks import SESSION

    try:
        with SESSION.holding(connection_id) as mine:
            due = engine.turns(connection_id, clock=now, others_wait=wake.others_wait) if mine else None
        if not mine:
            worker.alarm(connection_id, seconds=1.0)
        elif due is not None:
            seconds = (due - now()).total_seconds()
            if seconds <= 0:
                wake.connection(connection_id, priority=wake.BULK)
            else:
                worker.alarm(connection_id, seconds=seconds)
    finally:
        close_old_connections()  # a session that the server closed must not stay with this thread


@app.task(name="unhook")
def unhook(connection_id: int) -> None:
    """The connection was switched off, and may be on again by now."""
    from ledenbrug.sync import hooks
    from ledenbrug.sync.models import Connection

    try:
        off = Connection.objects.select_related("grant").filter(id=connection_id, enabled=False).first()
        if off is not None:
            hooks.drop(off, grant=off.grant, clock=now)
    finally:
        close_old_connections()


@app.task(name="task")
def task(task_id: int) -> None:
    """Something that was asked for many members."""
    from ledenbrug.members import tasks

    try:
        tasks.work(task_id, now=now())
    finally:
        close_old_connections()


@app.periodic(cron="* * * * *")
@app.task(name="tell", queueing_lock="tell", lock="tell")
def tell(timestamp: int) -> None:
    from ledenbrug.sync import notices

    try:
        notices.note(now=now())
        notices.send(now=now())
    finally:
        close_old_connections()


@app.periodic(cron="* * * * *")
@app.task(name="letters", queueing_lock="letters", lock="letters")
def letters(timestamp: int) -> None:
    """To members who were asked to fill in fields."""
    from ledenbrug.members import letters

    try:
        letters.send(clock=now)
    finally:
        close_old_connections()


@app.periodic(cron="23 */6 * * *")
@app.task(name="renew_idle", queueing_lock="renew_idle")
def renew_idle(timestamp: int) -> None:
    from ledenbrug.sync import alive

    try:
        alive.renew_idle(clock=now)
    finally:
        close_old_connections()


def now() -> datetime:
    return datetime.now(UTC)
