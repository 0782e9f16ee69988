"""How far a connection is, when it will be done and what it waits for. It only reads."""

import math
from dataclasses import dataclass
from datetime import datetime

from ledenbrug.core.line import Scope
from ledenbrug.sync import planner, queue
from ledenbrug.sync.models import Connection, Run


@dataclass(frozen=True, slots=True)
class Progress:
    """`used`, `left` and `resets_at` are of the package's tightest limit, None without one."""

    done: int
    to_do: int
    ready_at: datetime | None
    waiting: str
    waiting_until: datetime | None
    used: int | None
    left: int | None
    resets_at: datetime | None
    shared: bool = True
    """With every other connection here."""
    unfinished: int = 0
    """Of those to do: how many have a contact, made by a load that brings the rest when every contact is there."""
    contacts_at: datetime | None = None
    """When that is, where some have none yet."""
    percent: int = 100
    """Of the requests."""


def of(connection: Connection, *, now: datetime) -> Progress:
    to_make, unfinished = queue.lengths(connection)
    to_do = to_make + unfinished
    latest = Run.objects.filter(connection=connection, ended_at=None).exclude(planned=0).order_by("-id").first()
    done = max(latest.planned - to_do, 0) if latest else 0
    planned = latest.planned if latest else 0
    takes = planner.at_most(connection, to_make, unfinished=unfinished, planned=planned)
    alone = planner.contacts(connection, to_make) if unfinished else 0
    budget = planner.used(connection, now=now)
    used, left, resets, scope = budget if budget else (None, None, None, None)
    return Progress(
        done=done,
        to_do=to_do,
        ready_at=planner.ready_at(connection, takes, now=now),
        waiting=connection.waiting,
        waiting_until=connection.waiting_until,
        used=used,
        left=left,
        resets_at=resets,
        shared=scope is Scope.EGRESS,
        unfinished=unfinished,
        contacts_at=planner.ready_at(connection, alone, now=now),
        percent=100 - math.ceil(100 * takes / max(planner.at_most(connection, done + to_do, planned=planned), 1)),
    )
