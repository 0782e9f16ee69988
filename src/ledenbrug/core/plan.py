"""What must change at the bookkeeping package for one payer or for all.

It only decides: no I/O, no clock, no Django. Preview and engine both read what comes out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ledenbrug.core.compare import claimed, doubtful
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import (
    ESSENTIAL,
    GROUP_OF,
    NOTHING_KNOWN,
    ContactId,
    Desired,
    Field,
    Fingerprint,
    Fingerprinter,
    Group,
    Known,
    PayerKey,
    Standing,
    Values,
    Whereabouts,
)


class Kind(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    ADOPT = "adopt"
    ARCHIVE = "archive"
    FIND = "find"  # look for the contact of a create whose answer was lost, for a payer who is no longer wanted
    DELETE = "delete"  # undo only
    UNLINK = "unlink"  # undo only: the contact was there before us


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do at the package."""

    payer: PayerKey
    kind: Kind
    contact_id: ContactId | None = None
    values: Values = field(default_factory=dict)
    """What is written; of the fields that we own only those that differ, groups whole."""
    look_first: bool = False
    """An earlier answer was lost, or the contact is unfinished: look up by reference before creating, read before
    updating."""

    @property
    def groups(self) -> frozenset[Group]:
        return frozenset(GROUP_OF[each] for each in self.values)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know or decide; the link does nothing about it by itself."""

    payer: PayerKey
    reason: Reason
    contact_id: ContactId | None = None


Decision = Step | Notice | None


def decide(desired: Desired, known: Known, *, fingerprint: Fingerprinter) -> Decision:
    """The decision table of the product. What stands in no row stays as it is."""
    payer, contact = desired.payer, known.contact_id
    lost_create = known.unsure and contact is None
    match desired.standing, contact and known.whereabouts:
        case Standing.SELECTED, None if values := _creatable(desired.values, known):
            return Step(payer, Kind.CREATE, None, values, look_first=lost_create)
        case _, None if lost_create:
            return Step(payer, Kind.FIND, look_first=True)
        case Standing.SELECTED, Whereabouts.HERE if values := changed(desired.values, known, fingerprint=fingerprint):
            return Step(payer, Kind.UPDATE, contact, values, look_first=known.unsure or known.unfinished)
        case Standing.SELECTED, Whereabouts.ARCHIVED:
            return Notice(payer, Reason.ARCHIVED, contact)
        case Standing.SELECTED, Whereabouts.GONE:
            return Notice(payer, Reason.GONE, contact)
        case Standing.LEFT, Whereabouts.HERE if desired.mandate_ended and _collects(known, fingerprint):
            return Step(payer, Kind.UPDATE, contact, {Field.DIRECT_DEBIT: ""}, look_first=known.unsure)
        case Standing.LEFT, Whereabouts.HERE if known.unused and not known.unsure:
            return Step(payer, Kind.ARCHIVE, contact)
        case Standing.LEFT, Whereabouts.HERE:
            return Notice(payer, Reason.LEFT, contact)
        case Standing.DECEASED, Whereabouts.HERE:
            return Notice(payer, Reason.DECEASED, contact)
    return None


def changed(values: Values, known: Known, *, fingerprint: Fingerprinter) -> Values:
    """The part of `values` that is not at the package yet, or may not be, groups whole.

    An empty field counts as sent when we never sent one: it clears theirs only where a person emptied ours.
    """
    before = known.sent
    differ = {
        GROUP_OF[each]
        for each, value in values.items()
        if ((value or each in before) and before.get(each) != fingerprint(each, value))
        or doubtful(each, value, known, fingerprint=fingerprint)
    }
    return _whole(ownable(values, known), differ) if differ else {}


def ownable(values: Values, known: Known) -> Values:
    """The part of `values` that may be written to a contact that is there, groups whole.

    The customer number stays what it was when the contact was made: it stands on invoices.
    """
    return _whole(values, set(Group) - {Group.CUSTOMER_NUMBER} - _waiting(known))


def sent(values: Values, *, fingerprint: Fingerprinter) -> dict[Field, Fingerprint]:
    """What a link remembers of values that stand at the package."""
    return {each: fingerprint(each, value) for each, value in values.items()}


def first_part(step: Step, beside: frozenset[Group]) -> Step:
    """Of a create what the contact itself takes, without the groups that the package keeps `beside` it."""
    filled = {GROUP_OF[each] for each, value in step.values.items() if value}
    later = filled & beside
    return replace(step, values=_whole(step.values, set(Group) - later)) if later else step


def plan(
    desired: Iterable[Desired], known: Mapping[PayerKey, Known], *, fingerprint: Fingerprinter
) -> Iterator[Step | Notice]:
    """Everything that must happen or be said, in the order of `desired`."""
    for each in desired:
        decision = decide(each, known.get(each.payer, NOTHING_KNOWN), fingerprint=fingerprint)
        if decision is not None:
            yield decision


def _creatable(values: Values, known: Known) -> Values:
    """What a new contact starts with; empty while something waits that it cannot be made without."""
    waiting = _waiting(known)
    return {} if waiting & ESSENTIAL else _whole(values, set(Group) - waiting)


def _collects(known: Known, fingerprint: Fingerprinter) -> bool:
    """Whether direct debit may be on there through us."""
    if Field.DIRECT_DEBIT in known.withheld:
        return False
    return any(test(Field.DIRECT_DEBIT, "", known, fingerprint=fingerprint) for test in (claimed, doubtful))


def _waiting(known: Known) -> set[Group]:
    return {GROUP_OF[each] for each in known.withheld}


def _whole(values: Values, groups: set[Group]) -> Values:
    return {each: value for each, value in values.items() if GROUP_OF[each] in groups}
