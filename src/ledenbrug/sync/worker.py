"""The worker process: Procrastinate runs the drains, one thread beside it sweeps and wakes what is due.

Everything here may die at any moment: the tables tell the next one what to do.
"""

import asyncio
import heapq
import logging
import signal
import threading
import time
from datetime import UTC, datetime

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.db import connection as database
from procrastinate.contrib.django import app as base
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from psycopg import OperationalError

from ledenbrug.members import tasks
from ledenbrug.sync import locks, nightly, wake
from ledenbrug.sync.attendance import STALLED_SECONDS
from ledenbrug.sync.listening import Attentive

CONCURRENCY = 8
SWEEP_SECONDS = 1.0
LOOK_SECONDS = 60.0
BEGUN_SECONDS = 1.5
"""A turn takes the lock within milliseconds."""
log = logging.getLogger(__name__)

_DUE = """
SELECT c.id FROM sync_connection c JOIN members_association a ON a.id = c.association_id
WHERE c.removed_at IS NULL AND (c.hold_until IS NULL OR c.hold_until <= %(now)s)
  AND (c.enabled OR EXISTS (SELECT 1 FROM sync_run r WHERE r.connection_id = c.id AND r.undoes_id IS NOT NULL
                            AND r.ended_at IS NULL))
  AND c.package <> ALL(a.modules_off)
  AND (c.waiting = '' OR c.waiting_until <= %(now)s
       OR (c.waiting = 'budget' AND EXISTS (SELECT 1 FROM sync_touched t WHERE t.connection_id = c.id AND t.urgency = 3
                                            AND (t.not_before IS NULL OR t.not_before <= %(now)s))))
  AND (c.round_due_at <= %(now)s OR c.check_due_at <= %(now)s
       OR EXISTS (SELECT 1 FROM sync_touched t WHERE t.connection_id = c.id
                  AND (t.not_before IS NULL OR t.not_before <= %(now)s))
       OR EXISTS (SELECT 1 FROM sync_hint h WHERE h.connection_id = c.id AND h.waits)
       OR EXISTS (SELECT 1 FROM sync_journal j WHERE j.connection_id = c.id AND j.outcome = 'noted')
       OR (NOT c.enabled AND NOT EXISTS (SELECT 1 FROM sync_touched t WHERE t.connection_id = c.id)))
  AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs p
                  WHERE p.lock = 'connection-' || c.id AND p.status IN ('todo', 'doing'))
LIMIT 500
"""
"""Which connections have something to do that nobody works on."""


_BURY = """
DELETE FROM procrastinate_jobs p WHERE p.status = 'doing' AND p.task_name = 'drain'
  AND NOT EXISTS (SELECT 1 FROM procrastinate_events e
                  WHERE e.job_id = p.id AND e.type = 'started' AND e.at > now() - make_interval(secs => %(begun)s))
  AND NOT EXISTS (SELECT 1 FROM pg_locks l
                  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
                    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    AND l.classid = %(namespace)s AND l.objid = (p.args ->> 'connection_id')::bigint)
"""
"""Turns that nobody does: begun a while ago, and nobody holds the connection. Their worker died, or could not say that
it was done. A mistake costs nothing: a turn that lives on holds the lock."""


class Alarms:
    """When which connection is due, for as long as this process lives; the sweeper knows the rest."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int]] = []
        self._changed = threading.Condition()
        self._stopping = False

    def put(self, connection_id: int, *, seconds: float) -> None:
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + seconds, connection_id))
            self._changed.notify()

    def wait(self, *, most: float) -> set[int]:
        """The connections that are due, after at most `most` seconds."""
        end = time.monotonic() + most
        with self._changed:
            while not self._stopping:
                first = self._due[0][0] if self._due else end
                left = min(first, end) - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            due = set()
            while self._due and self._due[0][0] <= time.monotonic():
                due.add(heapq.heappop(self._due)[1])
            return due

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify()

    @property
    def stopping(self) -> bool:
        return self._stopping


_alarms = Alarms()


def alarm(connection_id: int, *, seconds: float) -> None:
    _alarms.put(connection_id, seconds=seconds)


def bury() -> int:
    """Makes way for whoever waits behind a worker that died. Returns how many turns it was doing."""
    with database.cursor() as cursor:
        cursor.execute(_BURY, {"begun": BEGUN_SECONDS, "namespace": locks.NAMESPACE})
        return int(cursor.rowcount)


def sweep(*, now: datetime) -> int:
    """Wakes every connection with something to do that nobody works on. Returns how many."""
    with database.cursor() as cursor:
        cursor.execute(_DUE, {"now": now})
        due = [row[0] for row in cursor.fetchall()]
    for connection_id in due:
        wake.connection(connection_id, priority=wake.BULK)
    return len(due)


def sweep_tasks() -> int:
    """Wakes every task that nobody works on. Returns how many."""
    idle = list(tasks.waiting()[:500])
    if not idle:
        return 0
    in_hand = set(ProcrastinateJob.objects.filter(task_name="task").values_list("args__task_id", flat=True))
    woken = [each for each in idle if each.pk not in in_hand]
    for each in woken:
        wake.task(each)
    return len(woken)


def main() -> int:
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    tending = threading.Thread(target=_tend, name="tend", daemon=True)
    tending.start()
    try:
        while not _ended():
            log.warning("the database cut us off; going on as soon as it answers")
            time.sleep(1)
    finally:
        _alarms.stop()
        tending.join(timeout=5)
    return 0


def _ended() -> bool:
    """Works until somebody asks it to stop. False when the database went away under it."""
    try:
        return asyncio.run(_work())
    except (ConnectorException, OperationalError):  # the second while it is opened: nothing answers for half a minute
        return False


async def _work() -> bool:
    """Whether somebody asked it to stop: Procrastinate also stops by itself, silently, when it no longer hears."""
    app = base.with_connector(base.connector.get_worker_connector())  # type: ignore[attr-defined]
    app.job_manager = Attentive(app.connector)
    asked = asyncio.Event()
    await sync_to_async(close_old_connections)()  # the periodic jobs are deferred in a thread that lives on

    def stop() -> None:
        asked.set()
        tasks.CLOSING.set()
        working.cancel()

    async with app.open_async():
        reaper = asyncio.create_task(_reap(app))
        working = asyncio.create_task(
            app.run_worker_async(
                concurrency=CONCURRENCY,
                fetch_job_polling_interval=0.5,
                update_heartbeat_interval=1,
                stalled_worker_timeout=STALLED_SECONDS,
                delete_jobs="always",
                shutdown_graceful_timeout=10,
                install_signal_handlers=False,
            )
        )
        for kind in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(kind, stop)
        await asyncio.wait({working})
        reaper.cancel()
    if not asked.is_set():
        working.result()
    return asked.is_set()


async def _reap(app: object) -> None:
    """Procrastinate leaves the jobs of a dead worker as they are, and their locks with them."""
    manager = app.job_manager  # type: ignore[attr-defined]
    while True:
        try:
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
                await manager.finish_job(job, status=Status.FAILED, delete_job=True)
        except Exception:
            log.exception("reaping failed; it is tried again")
        await asyncio.sleep(1)


def _tend() -> None:
    swept = looked = 0.0
    while not _alarms.stopping:
        due = _alarms.wait(most=max(0.05, swept + SWEEP_SECONDS - time.monotonic()))
        try:
            for connection_id in due:
                wake.connection(connection_id, priority=wake.BULK)
            if time.monotonic() >= swept + SWEEP_SECONDS:
                now = datetime.now(UTC)
                if not looked or time.monotonic() >= looked + LOOK_SECONDS:
                    nightly.if_due(now=now)
                    nightly.throw_away(now=now)
                    looked = time.monotonic()
                bury()
                sweep(now=now)
                sweep_tasks()
                swept = time.monotonic()
        except Exception:
            log.exception("tending failed; it is tried again")
            time.sleep(1)
        finally:
            close_old_connections()
