"""A worker's side of a task: takes it, says every moment how far it is, writes all of it in one transaction or nothing.

That it lives and how far it is goes through a session of its own, which others see at once. Whoever stops the task, or
takes it from a worker that seems dead, closes the row; the transaction of the first then comes to nothing.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Self

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from ledenbrug.members.models import Association, Task, User
from ledenbrug.members.operations.bulk import Differs
from ledenbrug.members.operations.writing import whole
from ledenbrug.members.refusals import Refused, Trouble
from ledenbrug.members.sources.spreadsheet.applying import Applied
from ledenbrug.members.sources.spreadsheet.files import FileRefused
from ledenbrug.members.tasks.doing import do
from ledenbrug.members.tasks.keeping import close, opened
from ledenbrug.wire.sealing import KeyLost

SEEN_EVERY = 0.5
DEAD_AFTER = timedelta(seconds=10)
MOST_ATTEMPTS = 3
"""One that takes its worker down with it does not do so for ever."""
CLOSING = threading.Event()
"""This process is asked to end: what it was doing is left to the next."""
May = Callable[[User, Association], bool]
_may: list[May] = []
log = logging.getLogger(__name__)


class Lost(Exception):
    """Somebody stopped the task, or another worker took it: nothing of what was done here may stay."""


class Closing(Exception):
    """The process ends before the task does."""


class NotAllowed(Exception):
    """Who asked for it may not change members here any more."""


def only_if(may: May) -> None:
    """`may` is asked about whoever asked for a task, before it begins and before it is written. Where nobody says who
    may, nobody may."""
    if may not in _may:
        _may.append(may)


def waiting() -> "QuerySet[Task]":
    """On which nobody seems to be at work."""
    idle = Q(seen_at=None) | Q(seen_at__lt=Now() - DEAD_AFTER)
    return Task.objects.filter(idle, over_at=None).order_by("id")


def work(task_id: int, *, now: datetime) -> None:
    task = _taken(task_id)
    if task is None:
        return
    try:
        with Beat(task) as beat, whole():
            _ask_whether_allowed(task)
            asked, content = opened(task)
            outcome = do(asked, association=task.association, by=task.by, now=now, content=content, progress=beat.tell)
            beat.end()
            _ask_whether_allowed(task)
            if not close(_mine(task), outcome=outcome):
                raise Lost
    except Lost:
        log.info("a task was stopped")
    except Closing:
        _mine(task).update(seen_at=None, attempt=task.attempt - 1)
    except (OperationalError, InterfaceError):  # the database went away, or two waited for each other: once more
        log.exception("a task was interrupted; it begins anew")
    except Exception as trouble:
        reason, params = _said(trouble)
        if reason == Trouble.BROKEN:
            log.exception("a task failed")
        with transaction.atomic():
            close(_mine(task), reason=reason, params=params)


def _taken(task_id: int) -> Task | None:
    """Guarded by the row: whoever else has it in hand is at work, or just done."""
    with transaction.atomic():
        idle = waiting().filter(pk=task_id).select_for_update(skip_locked=True, of=("self",))
        task = idle.select_related("association", "by").first()
        if task is None:
            return None
        if task.attempt == MOST_ATTEMPTS:
            close(_mine(task), reason=Trouble.GIVEN_UP)
            return None
        _mine(task).update(attempt=task.attempt + 1, seen_at=Now(), done=0, total=0)
        task.attempt += 1
    return task


def _mine(task: Task) -> "QuerySet[Task]":
    """As long as nobody closed it or took it over."""
    return Task.objects.filter(pk=task.pk, attempt=task.attempt, over_at=None)


def _ask_whether_allowed(task: Task) -> None:
    if task.by is None or not _may or not all(may(task.by, task.association) for may in _may):
        raise NotAllowed


def _said(trouble: Exception) -> tuple[str, dict[str, str]]:
    match trouble:
        case Refused(faults=(fault, *_)):
            return fault.reason, dict(fault.params)
        case FileRefused():
            return trouble.reason, dict(trouble.params)
        case Differs():
            return Trouble.DIFFERS, {}
        case Applied():
            return Trouble.APPLIED, {}
        case KeyLost():
            return Trouble.UNREADABLE, {}
        case NotAllowed():
            return Trouble.NOT_ALLOWED, {}
        case _:
            return Trouble.BROKEN, {}


class Beat(threading.Thread):
    """Tells the rest of the world, on a session of its own, that this worker lives and how far it is."""

    def __init__(self, task: Task) -> None:
        super().__init__(name="beat", daemon=True)
        self._task = task
        self._far = (0, 0)
        self._ended = threading.Event()
        self._lost = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.end()

    def tell(self, done: int, total: int) -> None:
        self._far = (done, total)
        if CLOSING.is_set():
            raise Closing
        if self._lost:
            raise Lost

    def end(self) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        try:
            while not self._ended.wait(SEEN_EVERY):
                done, total = self._far
                self._lost = not _mine(self._task).update(seen_at=Now(), done=done, total=total)
        except (OperationalError, InterfaceError):
            log.warning("how far a task is could not be told")
        finally:
            connection.close()
