"""What must change at the bookkeeping package for one payer or for all.

It only decides: no I/O, no clock, no Django. Preview and engine both read what comes out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import (
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
    FIND = "find"  # settle what became of a create whose answer was lost, for a payer who is no longer wanted
    DELETE = "delete"  # undo only


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do at the package."""

    payer: PayerKey
    kind: Kind
    contact_id: ContactId | None = None
    values: Values = field(default_factory=dict)
    """What is written; of the fields that we own only those that differ, groups whole."""
    look_first: bool = False
    """An earlier answer was lost: look up by reference before creating, read before updating."""

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
    """The decision table of the product."""
    lost_create = known.unsure and known.contact_id is None
    match desired.standing, known.contact_id, known.whereabouts:
        case Standing.SELECTED, None, _:
            return Step(desired.payer, Kind.CREATE, None, desired.values, look_first=lost_create)
        case _, None, _:
            return Step(desired.payer, Kind.FIND, look_first=True) if lost_create else None
        case _, contact, Whereabouts.GONE:
            return Notice(desired.payer, Reason.GONE, contact) if desired.standing is Standing.SELECTED else None
        case Standing.SELECTED, contact, Whereabouts.ARCHIVED:
            return Notice(desired.payer, Reason.ARCHIVED, contact)
        case Standing.SELECTED, contact, Whereabouts.HERE:
            values = (
                ownable(desired.values, known)
                if known.unsure
                else changed(desired.values, known, fingerprint=fingerprint)
            )
            return Step(desired.payer, Kind.UPDATE, contact, values, look_first=known.unsure) if values else None
        case Standing.LEFT, contact, Whereabouts.HERE if desired.mandate_ended and _collects(known, fingerprint):
            return Step(desired.payer, Kind.UPDATE, contact, {Field.DIRECT_DEBIT: ""}, look_first=known.unsure)
        case Standing.LEFT, contact, Whereabouts.HERE:
            return Notice(desired.payer, Reason.LEFT, contact)
        case Standing.DECEASED, contact, _:
            return Notice(desired.payer, Reason.DECEASED, contact)
        case _:  # left and archived there: as it should be
            return None


def changed(values: Values, known: Known, *, fingerprint: Fingerprinter) -> Values:
    """The part of `values` that is not at the package yet, groups whole.

    The customer number stays what it was when the contact was made: it stands on invoices. An empty field counts as
    sent when we never sent one: it clears theirs only where a person emptied ours.
    """
    mine = ownable(values, known)
    differ: set[Group] = set()
    for each, value in mine.items():
        before = known.sent.get(each)
        if (before is not None or value) and before != fingerprint(each, value):
            differ.add(GROUP_OF[each])
    return {each: value for each, value in mine.items() if GROUP_OF[each] in differ}


def ownable(values: Values, known: Known) -> Values:
    """The part of `values` that may be written to a contact that is there."""
    return {
        each: value
        for each, value in values.items()
        if each is not Field.CUSTOMER_NUMBER and each not in known.withheld
    }


def sent(values: Values, *, fingerprint: Fingerprinter) -> dict[Field, Fingerprint]:
    """What a link remembers of values that stand at the package."""
    return {each: fingerprint(each, value) for each, value in values.items()}


def plan(
    desired: Iterable[Desired], known: Mapping[PayerKey, Known], *, fingerprint: Fingerprinter
) -> Iterator[Step | Notice]:
    """Everything that must happen or be said, in the order of `desired`."""
    for each in desired:
        decision = decide(each, known.get(each.payer, NOTHING_KNOWN), fingerprint=fingerprint)
        if decision is not None:
            yield decision


def _collects(known: Known, fingerprint: Fingerprinter) -> bool:
    return known.sent.get(Field.DIRECT_DEBIT) == fingerprint(Field.DIRECT_DEBIT, "yes")
