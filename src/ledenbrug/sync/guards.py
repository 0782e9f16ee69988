"""Holds steps that a person has not seen: brings what `core.guard` needs and keeps what it says.

It knows no limit itself: those stand in `core.guard` as data.
"""

import hashlib
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ledenbrug.core.guard import BRAKES, Brakes, Effect, Hold, fall, unseen, weigh
from ledenbrug.core.plan import Step
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import Fingerprinter, Group, PayerKey
from ledenbrug.sync import prepared, problems
from ledenbrug.sync.deciding import Decided
from ledenbrug.sync.links import stamp
from ledenbrug.sync.models import Approval, Connection, Outcome
from ledenbrug.sync.problems import Found

DAY = timedelta(hours=24)
FEW = 20
"""`core.guard.fall` asks nothing about fewer."""


BY_HAND = frozenset({Effect.CLEAR, Effect.OVERWRITE, Effect.CREATE})
"""What a person who edits one record after another may do any number of times."""
ONE_BY_ONE: Brakes = {
    effect: replace(brake, least=sys.maxsize) if effect in BY_HAND else brake for effect, brake in BRAKES.items()
}


@dataclass(slots=True)
class Scales:
    """What counts beside the steps at hand: read once per turn or plan, kept up to date by whoever adds steps."""

    contacts: int
    beside: Counter[Effect] = field(default_factory=Counter)


def scales(connection: Connection, *, now: datetime) -> Scales:
    """What went by itself in the last day; of bank accounts those that a person was asked about."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT effect, count(DISTINCT payer) FROM sync_journal, unnest(effects) AS effect
               WHERE connection_id = %(connection)s AND noted_at > %(since)s AND effects <> '{}'
                 AND outcome <> ALL(%(not_done)s) GROUP BY effect
               UNION ALL
               SELECT 'iban', count(DISTINCT payer) FROM sync_problem
               WHERE connection_id = %(connection)s AND opened_at > %(since)s AND reason = ANY(%(asked)s)
               UNION ALL
               SELECT '', count(*) FROM sync_link
               WHERE association_id = %(association)s AND package = %(package)s
                 AND administration = %(administration)s AND contact IS NOT NULL""",
            {
                "connection": connection.id, "since": now - DAY, "association": connection.association_id,
                "package": connection.package, "administration": connection.administration,
                "not_done": [Outcome.PUT_OFF, Outcome.REFUSED, Outcome.UNCHANGED],
                "asked": [Reason.IBAN_WAITS, Reason.MANY_IBANS],
            },
        )  # fmt: skip
        found = dict(cursor.fetchall())
    return Scales(found.pop(""), Counter({Effect(effect): count for effect, count in found.items()}))


def hold(
    decided: Decided, on: Scales, *, first_run: bool, fingerprint: Fingerprinter, by_hand: bool = False
) -> dict[PayerKey, frozenset[Effect]]:
    """Takes out of `decided` what waits for a person, as problems; says what goes without one having seen it.

    `by_hand`: a person edited these records one by one, which is no import gone wrong, however many there are in a day.
    """
    known = {step.payer: decided.link(step.payer).known for step in decided.steps}
    approved = _Approved(decided, fingerprint)
    holds = weigh(
        decided.steps,
        known,
        contacts=on.contacts,
        beside=on.beside,
        approved=approved,
        fingerprint=fingerprint,
        brakes=ONE_BY_ONE if by_hand else BRAKES,
        first_run=first_run,
    )
    steps = [_held(decided, step, holds.get(step.payer), fingerprint) for step in decided.steps]
    decided.steps[:] = [step for step in steps if step]
    goes = {step.payer: unseen(step, known[step.payer], approved, fingerprint) for step in decided.steps}
    uncounted = BY_HAND if by_hand else frozenset({Effect.CREATE} if first_run else ())
    return {payer: each - uncounted for payer, each in goes.items()}


def unseen_effects(decided: Decided, *, fingerprint: Fingerprinter) -> dict[PayerKey, frozenset[Effect]]:
    approved = _Approved(decided, fingerprint)
    return {step.payer: unseen(step, decided.link(step.payer).known, approved, fingerprint) for step in decided.steps}


def fell(connection: Connection, reason: Reason, *, before: int, after: int, now: datetime) -> bool:
    """Whether so many are suddenly missing that nothing is concluded from it before a person said that it is right."""
    found: Hold | None = fall(reason, before=before, now=after)
    if found is None and before < FEW:
        return False  # there never was a question
    if found is None:
        problems.settled(connection, reason, now=now)
        return False
    about = hashlib.blake2b(f"{reason}:{before}".encode(), digest_size=16).digest()
    if Approval.objects.filter(connection=connection, payer="", source=about).exists():
        problems.settled(connection, reason, now=now)
        return False
    problems.of_connection(connection, reason, now=now, stamp=about, params=found.params)
    return True


@dataclass(frozen=True, slots=True)
class _Approved:
    decided: Decided
    fingerprint: Fingerprinter

    def __call__(self, payer: PayerKey, group: Group | None) -> bool:
        link = self.decided.link(payer)
        if not link.approved and link.promised is None:
            return False
        about = stamp(self.decided.reads[payer].desired, fingerprint=self.fingerprint, group=group)
        return about in link.approved or about == link.promised


def _held(decided: Decided, step: Step, held: Hold | None, fingerprint: Fingerprinter) -> Step | None:
    if held is None:
        return step
    read = decided.reads[step.payer]
    about = stamp(read.desired, fingerprint=fingerprint, group=held.group)
    params: Mapping[str, str] = held.params
    decided.found.append(Found(step.payer, held.reason, held.group, about, step.contact_id, params))
    rest = held.rest(step)
    if rest is None:
        decided.idle.append(read)
    return rest
