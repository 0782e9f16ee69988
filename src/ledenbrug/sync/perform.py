"""Does one step at the package and says what stands there now. It decides nothing, stores nothing, and never sleeps."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from ledenbrug.core.compare import differing
from ledenbrug.core.errors import Rejected
from ledenbrug.core.plan import Kind, Step
from ledenbrug.core.port import Books, Remote, Removal
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import GROUP_OF, ContactId, Field, Group, Values

ESSENTIAL = frozenset({Group.NAME, Group.CUSTOMER_NUMBER})
"""Without these a contact cannot go over at all."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a step."""

    contact: Remote | None
    written: Values
    """Values that stand at the package now, as far as the step concerned them."""
    called: bool
    """False when it turned out that nothing had to be written."""
    refused: tuple[Rejected, ...] = ()
    """Groups that the package did not take; the rest went over."""
    removal: Removal | None = None


@dataclass(frozen=True, slots=True)
class Performer:
    """`ours(field, value)` tells whether `value` is what we sent to this contact last."""

    books: Books
    number: str
    several_emails: bool
    ours: Callable[[Field, str], bool]

    def perform(self, step: Step) -> Done:
        match step.kind:
            case Kind.CREATE:
                return self._create(step)
            case Kind.UPDATE | Kind.ADOPT:
                return self._update(step)
            case Kind.FIND:
                return Done(self.books.find(self.number), {}, called=False)
            case Kind.ARCHIVE:
                assert step.contact_id is not None
                self.books.archive(step.contact_id)
                return Done(None, {}, called=True, removal=Removal.ARCHIVED)
            case Kind.DELETE:
                assert step.contact_id is not None
                return Done(None, {}, called=True, removal=self.books.remove(step.contact_id))

    def _create(self, step: Step) -> Done:
        found = self.books.find(self.number) if step.look_first and self.number else None
        if found is None:
            return self._without_refused(step.values, self.books.create)
        if found.archived:
            return Done(found, {}, called=False)
        return self._bring_up(found, step.values)

    def _update(self, step: Step) -> Done:
        assert step.contact_id is not None
        several = self.several_emails and Field.EMAIL in step.values
        if not step.look_first and not several:
            return self._write(step.values, step.contact_id, None)
        seen = next(iter(self.books.read([step.contact_id])), None)
        if seen is None:
            raise Rejected(Reason.GONE)
        if seen.archived:
            raise Rejected(Reason.ARCHIVED)
        return self._bring_up(seen, step.values) if step.look_first else self._write(step.values, step.contact_id, seen)

    def _bring_up(self, seen: Remote, wanted: Values) -> Done:
        """After a lost answer: writes what is not there yet, and knows afterwards that all of it is."""
        missing = {each: value for each, value in differing(wanted, seen.values).items() if each in wanted}
        missing.pop(Field.CUSTOMER_NUMBER, None)
        if not missing:
            return Done(seen, wanted, called=False)
        done = self._write(missing, seen.contact_id, seen)
        refused = {GROUP_OF[each.field] for each in done.refused if each.field}
        return replace(done, written={each: value for each, value in wanted.items() if GROUP_OF[each] not in refused})

    def _write(self, values: Values, contact: ContactId, seen: Remote | None) -> Done:
        return self._without_refused(values, lambda part: self.books.update(contact, part, seen=seen, ours=self.ours))

    def _without_refused(self, values: Values, write: Callable[[Values], Remote]) -> Done:
        """One bad field: the rest goes, once, without its whole group."""
        try:
            return Done(write(values), values, called=True)
        except Rejected as refusal:
            if refusal.field is None or GROUP_OF[refusal.field] in ESSENTIAL:
                raise
            rest = {each: value for each, value in values.items() if GROUP_OF[each] is not GROUP_OF[refusal.field]}
            if not rest:
                raise
            return Done(write(rest), rest, called=True, refused=(refusal,))
