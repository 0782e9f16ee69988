"""Does one step at the package and says what stands there now. It decides nothing, stores nothing, and never sleeps."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ledenbrug.core.compare import differing, same, same_name
from ledenbrug.core.errors import Rejected, Temporary
from ledenbrug.core.plan import Kind, Step
from ledenbrug.core.port import Books, Remote, Removal
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ESSENTIAL, GROUP_OF, ContactId, Field, Group, Values

Recognise = Callable[[Remote], bool]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a step."""

    contact: Remote | None
    written: Values
    """Values that stand at the package now, as far as the step concerned them."""
    called: bool
    """Whether something was written."""
    refused: tuple[Rejected, ...] = ()
    """Groups that the package did not take; the rest went over."""
    removal: Removal | None = None
    before: Values | None = None
    """What stood there, where it was read."""
    adopted: bool = False
    """The contact was there before us."""


@dataclass(slots=True)
class Performer:
    """`ours(field, value)` tells whether `value` is what we sent to this contact last, `recognise` whether a contact
    found by its number is the one that we were making."""

    books: Books
    number: str
    several_emails: bool
    ours: Callable[[Field, str], bool]
    recognise: Recognise
    looked_at: dict[ContactId, Remote] = field(default_factory=dict)
    """Contacts that were read just now, with others; each is good for one step."""
    writes: bool = False
    """A request that changes something may have left."""

    def perform(self, step: Step) -> Done:
        match step.kind:
            case Kind.CREATE:
                return self._create(step)
            case Kind.UPDATE | Kind.ADOPT:
                return self._update(step)
            case Kind.FIND:
                return Done(self._found(), {}, called=False)
            case Kind.ARCHIVE:
                self.writes = True
                self.books.archive(_of(step))
                return Done(None, {}, called=True, removal=Removal.ARCHIVED)
            case Kind.DELETE:
                return Done(None, {}, called=True, removal=self._remove(_of(step)))
            case Kind.UNLINK:
                return Done(None, {}, called=False)

    def _remove(self, contact: ContactId) -> Removal:
        """Out of the way: archived where the package does not delete what is in use."""
        self.writes = True
        try:
            return self.books.remove(contact)
        except Rejected as refusal:
            if refusal.reason != Reason.IN_USE:
                raise
            self.books.archive(contact)
            return Removal.ARCHIVED

    def _create(self, step: Step) -> Done:
        found = self._found() if step.look_first else None
        if found is None:
            return self._make(step.values)
        if found.archived:
            return Done(found, {}, called=False)
        return self._bring_up(found, step.values)

    def _make(self, values: Values) -> Done:
        self.writes = True
        try:
            return self._without_refused(values, self.books.create, needs=ESSENTIAL)
        except Rejected as refusal:
            if refusal.reason != Reason.NUMBER_TAKEN:
                raise
            return self._held_by(refusal)

    def _held_by(self, refusal: Rejected) -> Done:
        """Whose the number is: a member who comes back has an archived contact that holds on to it."""
        try:
            holder = self.books.find(self.number)
        except Temporary:
            holder = None  # nothing was made, that much is sure
        if holder is None:
            raise refusal
        if holder.archived and self.recognise(holder):
            return Done(holder, {}, called=False, before=holder.values, adopted=True)
        told = {"contact": holder.contact_id, **({"archived": "yes"} if holder.archived else {})}
        raise Rejected(refusal.reason, field=refusal.field, more=refusal.more, **told) from None

    def _found(self) -> Remote | None:
        """The contact of a create whose answer was lost. Somebody else's with our number is not touched."""
        found = self.books.find(self.number) if self.number else None
        if found is not None and not self.recognise(found):
            raise Rejected(Reason.NUMBER_TAKEN, contact=found.contact_id)
        return found

    def _made_late(self) -> Remote | None:
        """What a worker that was taken for dead made after all, when the contact that was linked meanwhile is gone."""
        found = self.books.find(self.number) if self.number else None
        return found if found is not None and self.recognise(found) else None

    def _update(self, step: Step) -> Done:
        several = self.several_emails and Field.EMAIL in step.values
        if not step.look_first and not several:
            return self._write(step.values, _of(step), None)
        seen = self.looked_at.pop(_of(step), None) or next(iter(self.books.read([_of(step)])), None)
        if seen is None and step.look_first:
            seen = self._made_late()
        if seen is None:
            raise Rejected(Reason.GONE)
        if seen.archived:
            raise Rejected(Reason.ARCHIVED)
        return self._bring_up(seen, step.values) if step.look_first else self._write(step.values, _of(step), seen)

    def _bring_up(self, seen: Remote, wanted: Values) -> Done:
        """After a lost answer: writes what is not there yet. Whatever is refused, what was found is known for sure."""
        missing = {each: value for each, value in differing(wanted, seen.values).items() if each in wanted}
        missing.pop(Field.CUSTOMER_NUMBER, None)
        if not missing:
            return Done(seen, wanted, called=False)
        try:
            done = self._write(missing, seen.contact_id, seen)
        except Rejected as refusal:
            if refusal.field is None:
                raise
            done = Done(seen, {}, called=False, refused=(refusal, *refusal.more))
        refused = {GROUP_OF[each.field] for each in done.refused if each.field}
        stands = {
            each: seen.values.get(each, "") if GROUP_OF[each] in refused else value for each, value in wanted.items()
        }
        return replace(done, written=stands, before=seen.values)

    def _write(self, values: Values, contact: ContactId, seen: Remote | None) -> Done:
        self.writes = True
        done = self._without_refused(values, lambda part: self.books.update(contact, part, seen=seen, ours=self.ours))
        return replace(done, before=seen.values) if seen else done

    def _without_refused(
        self, values: Values, write: Callable[[Values], Remote], *, needs: frozenset[Group] = frozenset()
    ) -> Done:
        """One bad field: the rest goes, without its whole group. Raises when nothing of worth is left."""
        refused: tuple[Rejected, ...] = ()
        rest = values
        while True:
            try:
                return Done(write(rest), rest, called=True, refused=refused)
            except Rejected as refusal:
                now = (refusal, *refusal.more)
                bad = {GROUP_OF[each.field] for each in now if each.field}
                rest = {each: value for each, value in rest.items() if GROUP_OF[each] not in bad}
                if not bad or not rest or bad & needs:
                    raise _together((*refused, *now)) from None
                refused = (*refused, *now)


def alike(ours: Values, theirs: Values) -> bool:
    """The same number is not enough: the name, the e-mail address or the bank account must agree as well."""
    if any(ours.get(each) and same(each, ours[each], theirs.get(each, "")) for each in (Field.EMAIL, Field.IBAN)):
        return True
    named = [each for each in (Field.COMPANY, Field.LAST_NAME) if ours.get(each)]
    return bool(named) and (
        same_name(ours, theirs) or all(same(each, ours[each], theirs.get(each, "")) for each in named)
    )


def _together(refused: tuple[Rejected, ...]) -> Rejected:
    first = next((each for each in refused if each.field is None), refused[-1])
    more = tuple(each for each in refused if each is not first)
    return Rejected(first.reason, field=first.field, more=more, **first.params)


def _of(step: Step) -> ContactId:
    assert step.contact_id is not None
    return step.contact_id
