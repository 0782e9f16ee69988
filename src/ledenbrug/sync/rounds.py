"""A plan over many: everyone at a full round, or whoever an import touched; only those who differ are queued.

A round is due nightly, after enable and after a change of settings; without differences it needs no call. It decides by
the same table as a single edit, and weighs the whole plan before its first step.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from ledenbrug.core.guard import BRAKES, Effect
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import Fingerprinter, PayerKey
from ledenbrug.sync import guards, notes, prepared, problems, queue, reading, runs
from ledenbrug.sync.deciding import Decided, decide_all
from ledenbrug.sync.models import Cause, Connection
from ledenbrug.sync.queue import Urgency

T = TypeVar("T")
AT_ONCE = 2000
CHECKED = frozenset({Cause.ENABLE, Cause.NIGHTLY, Cause.SYNC_NOW})
"""After these what stands at the package is compared too."""
ASKED_FOR = frozenset({Cause.ENABLE, Cause.SETTINGS, Cause.SYNC_NOW})
"""A person did something: what was refused is tried again."""


@dataclass(slots=True)
class _Plan:
    scales: guards.Scales
    steps: dict[PayerKey, frozenset[Effect]] = field(default_factory=dict)
    left: list[Decided] = field(default_factory=list)
    """Payers who are no longer selected, not told to anybody yet."""


def if_due(connection: Connection, *, fingerprint: Fingerprinter, now: datetime) -> bool:
    """Says whether it was."""
    if connection.round_due_at is None or connection.round_due_at > now:
        return False
    cause = connection.round_cause or Cause.NIGHTLY
    if cause in ASKED_FOR:
        problems.try_again(connection)
    else:
        problems.try_taken(connection, now=now)
    run = runs.begin(connection, cause, by=connection.round_by, now=now)
    runs.take_in_adoptions(run)
    lots = decisions(connection, fingerprint=fingerprint, now=now)
    steps = _plan(connection, lots, run=run.id, cause=cause, fingerprint=fingerprint, now=now)
    runs.planned(run.id, steps=steps, now=now)
    _done(connection, checks=cause in CHECKED, now=now)
    return True


def _done(connection: Connection, *, checks: bool, now: datetime) -> None:
    """Another round that was asked for meanwhile stays due."""
    if checks:
        connection.check_due_at = min(connection.check_due_at or now, now)
    with prepared.cursor() as cursor:
        cursor.execute(
            """UPDATE sync_connection SET
                   looked_at = %(now)s, looked_revision = %(revision)s,
                   check_due_at = CASE WHEN %(checks)s THEN %(check)s::timestamptz ELSE check_due_at END,
                   round_cause = CASE WHEN round_due_at = %(round)s THEN '' ELSE round_cause END,
                   round_by_id = CASE WHEN round_due_at = %(round)s THEN NULL ELSE round_by_id END,
                   round_due_at = NULLIF(round_due_at, %(round)s)
               WHERE id = %(id)s""",
            {
                "id": connection.id, "now": now, "revision": connection.revision, "checks": checks,
                "check": connection.check_due_at, "round": connection.round_due_at,
            },
        )  # fmt: skip


def of_touched(connection: Connection, *, fingerprint: Fingerprinter, now: datetime) -> bool:
    """Many at once are planned as one run, before the first of them is sent. Says whether there were."""
    touched = queue.unplanned(connection)
    if not touched:
        return False
    run = runs.begin(connection, Cause.IMPORT, now=now)
    lots = (
        decide_all(connection, reading.asked(connection, lot, now=now), fingerprint=fingerprint, now=now)
        for lot in _lots(touched)
    )
    steps = _plan(connection, lots, run=run.id, cause=Cause.IMPORT, fingerprint=fingerprint, now=now)
    runs.planned(run.id, steps=steps, now=now)
    queue.forget([row for rows in touched.values() for row in rows])
    return True


def decisions(connection: Connection, *, fingerprint: Fingerprinter, now: datetime) -> Iterator[Decided]:
    """What the plan says of everyone who is not known to be in step, in lots."""
    for lot in _lots(reading.differing(connection, now=now)):
        yield decide_all(connection, {each.desired.payer: each for each in lot}, fingerprint=fingerprint, now=now)


def _plan(
    connection: Connection, lots: Iterable[Decided], *, run: int, cause: str, fingerprint: Fingerprinter, now: datetime
) -> int:
    """Keeps what is said of those without a step, queues the steps that go, holds the others. Returns how many go."""
    plan = _Plan(guards.scales(connection, now=now))
    for decided in lots:
        plan.steps.update(guards.unseen_effects(decided, fingerprint=fingerprint))
        _keep(connection, plan, decided, now=now)
    if plan.left or cause != Cause.IMPORT:  # a question about a sudden fall is over when everyone is back
        _tell_who_left(connection, plan, now=now)
    if not plan.steps:
        return 0
    first = cause == Cause.ENABLE
    if first:
        plan.steps = {payer: each - {Effect.CREATE} for payer, each in plan.steps.items()}
    for lot, part in held(connection, dict(plan.steps), plan.scales, first=first, fingerprint=fingerprint, now=now):
        with notes.mine(connection):
            notes.keep(connection, part, now=now)
        goes = {step.payer for step in part.steps}
        for payer in lot:
            if payer not in goes:
                del plan.steps[payer]
    urgency = Urgency.NOW if cause == Cause.SYNC_NOW else Urgency.BULK
    queue.put(connection, sorted(plan.steps, key=_as_entered), run=run, urgency=urgency)
    return len(plan.steps)


def _as_entered(payer: PayerKey) -> tuple[int, str]:
    """`m9` goes before `m10`, whatever order the database found them in."""
    return len(payer), payer


def held(
    connection: Connection,
    steps: Mapping[PayerKey, frozenset[Effect]],
    scales: guards.Scales,
    *,
    first: bool,
    fingerprint: Fingerprinter,
    now: datetime,
) -> Iterator[tuple[list[PayerKey], Decided]]:
    """Of a whole plan the payers with a step that a brake may hold, in lots: what goes of it, and what waits."""
    total = scales.beside + Counter(effect for each in steps.values() for effect in each)
    tripped = {each for each in total if total[each] > BRAKES[each].limit(scales.contacts)} | {Effect.IBAN}
    for lot in _lots(payer for payer, each in steps.items() if each & tripped):
        part = decide_all(connection, reading.asked(connection, lot, now=now), fingerprint=fingerprint, now=now)
        mine = Counter(effect for payer in lot for effect in steps[payer])
        guards.hold(part, replace(scales, beside=total - mine), first_run=first, fingerprint=fingerprint)
        yield lot, part


def _keep(connection: Connection, plan: _Plan, decided: Decided, *, now: datetime) -> None:
    """Those who left are told apart: very many at once are a mistake rather than news."""
    left = {each.payer for each in decided.found if each.reason == Reason.LEFT}
    rest = decided
    if left:
        rest = replace(
            decided,
            found=[each for each in decided.found if each.payer not in left],
            idle=[each for each in decided.idle if each.desired.payer not in left],
        )
        idle = [each for each in decided.idle if each.desired.payer in left]
        found = [each for each in decided.found if each.payer in left]
        plan.left.append(replace(decided, steps=[], found=found, idle=idle))
    with notes.mine(connection):
        notes.keep(connection, rest, now=now)


def _tell_who_left(connection: Connection, plan: _Plan, *, now: datetime) -> None:
    news = sum(len(each.found) for each in plan.left)
    before = plan.scales.contacts - problems.count(connection, Reason.LEFT)
    if guards.fell(connection, Reason.MEMBERS_FELL, before=before, after=before - news, now=now):
        return  # nobody is marked as seen: the next round finds them again
    for decided in plan.left:
        with notes.mine(connection):
            notes.keep(connection, decided, now=now)


def _lots(items: Iterable[T]) -> Iterator[list[T]]:
    rows = iter(items)
    while lot := list(islice(rows, AT_ONCE)):
        yield lot
