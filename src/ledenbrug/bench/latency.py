"""From the commit of a person's edit to the moment its request reaches the sandbox; a real worker, one edit at a time.

It reads the sandbox's log only afterwards: asking would be in the way.
"""

import time
from functools import partial

from ledenbrug.bench.far_side import BOOKS, OTHER_BOOKS, Ground, a_worker, connect, edit, leave, log, round_due, until
from ledenbrug.bench.figure import Figure, at_most, percentile, told
from ledenbrug.members.models import Member
from ledenbrug.sync import wake
from ledenbrug.sync.models import Connection, Journal, Link

EDITS = 200
PAUSE = 0.12
SLOW = 20.0


def measure(ground: Ground) -> list[Figure]:
    return [*_idle(ground), *_busy(ground)]


def _idle(ground: Ground) -> list[Figure]:
    edits = ground.some(EDITS)
    with ground.sandbox() as url, a_worker():
        connection = _loaded(url, members=edits)
        took, late = _edits(url, connection)
        leave(connection)
    return [
        told(f"edit saved → request, median of {edits}", percentile(took, 0.5), "ms"),
        at_most(f"edit saved → request, p95 of {edits}", percentile(took, 0.95), "ms", 50),
        told("… how late this machine woke a mere sleeper meanwhile, p95", percentile(late, 0.95), "ms"),
    ]


def _busy(ground: Ground) -> list[Figure]:
    """Every answer takes as long as one over the internet would, so the load lasts while the edits are made."""
    edits = ground.some(EDITS)
    with ground.sandbox(delay=SLOW, administrations=(BOOKS, OTHER_BOOKS)) as url, a_worker():
        connection = _loaded(url, members=edits)
        bulk = connect(url, members=ground.some(6000, least=300), administration=OTHER_BOOKS, matched=True)
        round_due(bulk, "enable")
        wake.connection(bulk.id)
        links = Link.objects.filter(association=bulk.association).exclude(contact=None)
        until(lambda: links.count() > 10)
        before, began = links.count(), time.monotonic()
        took, late = _edits(url, connection)
        beside = (links.count() - before) / (time.monotonic() - began)
        leave(connection, bulk)
    return [
        told(f"… the same during a load by another connection, {SLOW:g} ms a call", percentile(took, 0.5), "ms"),
        at_most("… p95 during that load", percentile(took, 0.95), "ms", 1000),
        told("… how late a mere sleeper was woken meanwhile, p95", percentile(late, 0.95), "ms"),
        told("… contacts a second that the load went on with", beside, "contacts/s"),
    ]


def _loaded(url: str, *, members: int) -> Connection:
    """By the worker itself, which so has done its first of everything."""
    connection = connect(url, members=members, matched=True)
    round_due(connection, "enable")
    wake.connection(connection.id)
    done = Journal.objects.filter(connection=connection, outcome="done")
    until(lambda: done.count() == members)
    time.sleep(1)
    return connection


def _edits(url: str, connection: Connection) -> tuple[list[float], list[float]]:
    """Milliseconds; and how late sleep ended in between, which is the machine's own part. The requests leave in the
    order of the edits, so the nth belongs to the nth."""
    committed, late = [], []
    for n, member in enumerate(Member.objects.filter(association=connection.association_id).order_by("id")):
        committed.append(edit(member, city=f"Stad {n}")[1])
        asleep = time.perf_counter()
        time.sleep(PAUSE)
        late.append((time.perf_counter() - asleep - PAUSE) * 1000)
    until(partial(_arrived, url, len(committed)))
    at = sorted(each["at"] for each in log(url, method="PATCH"))
    return [(then - saved) * 1000 for saved, then in zip(committed, at, strict=True)], late


def _arrived(url: str, count: int) -> bool:
    return len(log(url, method="PATCH")) >= count
