"""What of a run goes back at the package, for one payer: over what was written and what stands there now.

It never restores what somebody changed since, here or there, nor anything of a person who is no longer selected.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ledenbrug.core.compare import differing
from ledenbrug.core.plan import Kind, Step
from ledenbrug.core.port import Remote
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import FIELDS, GROUP_OF, ContactId, Desired, Field, Group, PayerKey, Standing, Values


@dataclass(frozen=True, slots=True)
class Deed:
    """One step of the run, as the journal has it."""

    kind: Kind
    contact_id: ContactId | None
    fields: frozenset[Field]
    before: Values
    after: Values
    """Both are empty where they are no longer known."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did to one contact, its steps taken together."""

    fields: frozenset[Field] = frozenset()
    before: Values = field(default_factory=dict)
    """What stood there before the run first wrote the field, where that is known."""
    after: Values = field(default_factory=dict)
    created: bool = False
    adopted: bool = False


def together(deeds: Iterable[Deed]) -> Done:
    """`deeds` from the oldest to the newest."""
    fields: set[Field] = set()
    before: dict[Field, str] = {}
    after: dict[Field, str] = {}
    kinds: set[Kind] = set()
    for deed in deeds:
        kinds.add(deed.kind)
        if deed.kind is Kind.ADOPT:
            continue  # nothing was written
        before.update({each: deed.before[each] for each in deed.fields - fields if each in deed.before})
        fields |= deed.fields
        after.update(deed.after)
    return Done(frozenset(fields), before, after, created=Kind.CREATE in kinds, adopted=Kind.ADOPT in kinds)


@dataclass(frozen=True, slots=True)
class Standings:
    """How it stands today."""

    contact_id: ContactId | None
    """The payer's contact according to our link."""
    now: Remote | None
    """That contact as it stands there."""
    version: str
    """As it was after we wrote it last."""
    made: bool
    """By us: it is nobody else's that was found there."""
    unsure: bool
    since: frozenset[Field]
    """Written again by us, after the run."""
    desired: Desired


@dataclass(frozen=True, slots=True)
class Back:
    """What goes back, and what does not and why."""

    payer: PayerKey
    step: Step | None = None
    unlink: bool = False
    """Afterwards the payer has no contact any more; the contact itself stays."""
    kept: Mapping[Group | None, Reason] = field(default_factory=dict)
    """Under None: the contact as a whole."""


def decide(payer: PayerKey, done: Done, stands: Standings) -> Back:
    if stands.contact_id is None:
        lost = done.created and stands.unsure
        return Back(payer, Step(payer, Kind.FIND, look_first=True) if lost else None)
    if stands.now is None or stands.now.archived:
        return Back(payer, kept={None: Reason.ARCHIVED if stands.now else Reason.GONE})
    if done.created and stands.made:
        return _away(payer, done, stands, stands.now)
    values: dict[Field, str] = {}
    kept: dict[Group | None, Reason] = {}
    for group in sorted({GROUP_OF[each] for each in done.fields} - {Group.CUSTOMER_NUMBER}):
        mine = [each for each in FIELDS[group] if each in done.fields]
        before = {each: done.before[each] for each in mine if each in done.before}
        if len(before) == len(mine) and not differing(before, stands.now.values):
            continue  # it stands there again
        if reason := _why_not(mine, done, stands, stands.now.values):
            kept[group] = reason
        else:
            values.update(before)
    step = Step(payer, Kind.UPDATE, stands.contact_id, values, look_first=stands.unsure) if values else None
    return Back(payer, step, unlink=(done.adopted or done.created) and not stands.made, kept=kept)


def _away(payer: PayerKey, done: Done, stands: Standings, now: Remote) -> Back:
    """A contact that the run made goes, as long as nobody but us touched it."""
    derived = {Field.BIC} if not done.after.get(Field.BIC) else set()  # the package fills that in by itself
    ours = {each: value for each, value in done.after.items() if each not in stands.since | derived}
    if now.version != stands.version or differing(ours, now.values):
        return Back(payer, kept={None: Reason.CHANGED_THERE})
    return Back(payer, Step(payer, Kind.DELETE, now.contact_id))


def _why_not(mine: list[Field], done: Done, stands: Standings, there: Values) -> Reason | None:
    if any(each not in done.before or each not in done.after for each in mine):
        return Reason.UNKNOWN_BEFORE
    before, after = ({each: values[each] for each in mine} for values in (done.before, done.after))
    if stands.since & set(mine):
        return Reason.WRITTEN_SINCE
    if differing(after, there):
        return Reason.CHANGED_THERE
    if stands.desired.standing is not Standing.SELECTED:
        return Reason.DECEASED if stands.desired.standing is Standing.DECEASED else Reason.LEFT
    ours = {each: stands.desired.values[each] for each in mine if each in stands.desired.values}
    if differing(ours, after) and differing(ours, before):
        return Reason.CHANGED_HERE
    return None
