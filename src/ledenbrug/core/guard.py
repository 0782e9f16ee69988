"""Which steps a person must see first: brakes against a bad import, a wrong click or somebody else's bank account.

It holds only the steps concerned, never the rest, and keeps no count of its own: what happened before comes in.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ledenbrug.core.plan import Kind, Step
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import GROUP_OF, NOTHING_KNOWN, Field, Fingerprinter, Group, Known, PayerKey


class Effect(StrEnum):
    """What a step does that can do harm in numbers, the worst first."""

    ARCHIVE = "archive"
    IBAN = "iban"  # another bank account on a contact that is there
    CLEAR = "clear"  # empties a field that we filled
    OVERWRITE = "overwrite"  # another value where we sent one
    CREATE = "create"


@dataclass(frozen=True, slots=True)
class Brake:
    """Holds when more contacts than `least`, and more than `share` of all, would undergo it within a day."""

    reason: Reason
    least: int
    share: float = 0.0
    first_run: bool = True
    """Whether it holds during a connection's first run too."""

    def limit(self, contacts: int) -> int:
        return max(self.least, int(self.share * contacts))


Brakes = Mapping[Effect, Brake]
BRAKES: Brakes = {
    Effect.ARCHIVE: Brake(Reason.MANY_ARCHIVED, least=3),
    Effect.IBAN: Brake(Reason.MANY_IBANS, least=3),
    Effect.CLEAR: Brake(Reason.MANY_CLEARED, least=5),
    Effect.OVERWRITE: Brake(Reason.MANY_OVERWRITTEN, least=10, share=0.05),
    Effect.CREATE: Brake(Reason.MANY_CREATED, least=10, share=0.10, first_run=False),
}

Tally = Mapping[Effect, int]
"""How many contacts underwent it."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a step, or one group of it, waits for a person."""

    reason: Reason
    params: Mapping[str, str] = field(default_factory=dict)
    group: Group | None = None
    """Only this group waits; the rest of the step goes on. None: the whole step waits."""

    def rest(self, step: Step) -> Step | None:
        """What goes on of `step`."""
        if self.group is None:
            return None
        values = {each: value for each, value in step.values.items() if GROUP_OF[each] is not self.group}
        return replace(step, values=values) if values else None


Approved = Callable[[PayerKey, Group | None], bool]
"""Whether a person said yes to these very values of this payer: of one group, or (None) of the whole step."""


def effects(step: Step, known: Known, *, fingerprint: Fingerprinter) -> frozenset[Effect]:
    match step.kind:
        case Kind.ARCHIVE:
            return frozenset({Effect.ARCHIVE})
        case Kind.CREATE:
            return frozenset({Effect.CREATE})
        case Kind.UPDATE | Kind.ADOPT:
            return frozenset(_of_update(step, known, fingerprint))
        case Kind.FIND | Kind.DELETE | Kind.UNLINK:  # a look; an undo, which was previewed
            return frozenset()


def count(steps: Iterable[Step], known: Mapping[PayerKey, Known], *, fingerprint: Fingerprinter) -> Counter[Effect]:
    return Counter(
        effect
        for step in steps
        for effect in effects(step, known.get(step.payer, NOTHING_KNOWN), fingerprint=fingerprint)
    )


def unseen(step: Step, known: Known, approved: Approved, fingerprint: Fingerprinter) -> frozenset[Effect]:
    """The effects of a step that no person said yes to."""
    found = effects(step, known, fingerprint=fingerprint)
    return found - _seen(step.payer, approved) if found else found


def weigh(
    steps: Iterable[Step],
    known: Mapping[PayerKey, Known],
    *,
    contacts: int,
    beside: Tally,
    approved: Approved,
    fingerprint: Fingerprinter,
    brakes: Brakes = BRAKES,
    first_run: bool = False,
) -> dict[PayerKey, Hold]:
    """The steps that wait, each with its gravest reason; `contacts` is how many the connection has.

    `beside` is what counts with these steps: what went by itself in the last 24 hours (not what a person said yes to),
    and what else the same plan will do. Of bank accounts, those that a person was asked about in that day.
    """
    left = {step.payer: unseen(step, known.get(step.payer, NOTHING_KNOWN), approved, fingerprint) for step in steps}
    totals = Counter(beside) + Counter(effect for each in left.values() for effect in each)
    holds = {
        effect: hold
        for effect in Effect  # the gravest first
        if (hold := _hold(effect, brakes[effect], totals[effect], contacts=contacts, first_run=first_run))
    }
    return {payer: hold for payer, each in left.items() if (hold := _gravest(each, holds))}


def fall(reason: Reason, *, before: int, now: int, least: int = 20, share: float = 0.5) -> Hold | None:
    """Holds the connection as a whole when from at least `least` fewer than `share` are left."""
    if before < least or now >= share * before:
        return None
    return Hold(reason, {"before": str(before), "now": str(now)})


def _of_update(step: Step, known: Known, fingerprint: Fingerprinter) -> Iterator[Effect]:
    empty = {each: fingerprint(each, "") for each in step.values}
    before = {each: known.sent.get(each, empty[each]) for each in step.values}
    differ = {each for each, value in step.values.items() if before[each] != fingerprint(each, value)}
    if Field.IBAN in differ and step.values[Field.IBAN]:
        yield Effect.IBAN
        differ = {each for each in differ if GROUP_OF[each] is not Group.SEPA}  # it waits as a bank account
    replaced = {each for each in differ if before[each] != empty[each]}
    if any(not step.values[each] for each in replaced):
        yield Effect.CLEAR
    if any(step.values[each] for each in replaced):
        yield Effect.OVERWRITE


def _seen(payer: PayerKey, approved: Approved) -> frozenset[Effect]:
    """A yes to the step is none to its bank account, which has one of its own."""
    step = frozenset(Effect) - {Effect.IBAN} if approved(payer, None) else frozenset[Effect]()
    return step | {Effect.IBAN} if approved(payer, Group.SEPA) else step


def _hold(effect: Effect, brake: Brake, total: int, *, contacts: int, first_run: bool) -> Hold | None:
    group, limit = Group.SEPA if effect is Effect.IBAN else None, brake.limit(contacts)
    if total > limit and (brake.first_run or not first_run):
        return Hold(brake.reason, {"count": str(total), "limit": str(limit), "contacts": str(contacts)}, group)
    return Hold(Reason.IBAN_WAITS, group=group) if effect is Effect.IBAN else None


def _gravest(unseen: frozenset[Effect], holds: Mapping[Effect, Hold]) -> Hold | None:
    """One that holds the whole step before one that holds a group of it."""
    concerned = [hold for effect, hold in holds.items() if effect in unseen]
    return min(concerned, key=lambda hold: hold.group is not None, default=None)
