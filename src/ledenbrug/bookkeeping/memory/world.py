"""The administrations of the reference package, with what a person may do there by hand and what may go wrong.

Reachable by name from every thread of the process. It must know nothing of the engine.
"""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ledenbrug.core.errors import Rejected
from ledenbrug.core.port import Papers
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Field, Values


@dataclass(slots=True)
class Fault:
    """The next `times` calls of `on` end in `error`; with `carried_out` only the answer is lost.

    Any exception will do, also one that stands for a process that dies.
    """

    error: BaseException | None = None
    on: str = "*"
    carried_out: bool = False
    times: int = 1
    skip: int = 0
    seconds: float = 0
    """How long the call takes."""


@dataclass(frozen=True, slots=True)
class Contact:
    values: Values
    version: int
    archived: bool = False


@dataclass
class World:
    name: str
    contacts: dict[ContactId, Contact] = field(default_factory=dict)
    papers: dict[ContactId, Papers] = field(default_factory=dict)
    refuses: dict[tuple[Field, str], Reason] = field(default_factory=dict)
    """Values that this administration does not take."""
    keeps_used: bool = True
    """A contact with papers is archived when somebody deletes it; False: deleting it is refused."""
    faults: list[Fault] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _last: int = 0

    def fail(
        self,
        error: BaseException | None,
        *,
        on: str = "*",
        carried_out: bool = False,
        times: int = 1,
        skip: int = 0,
        seconds: float = 0,
    ) -> None:
        """`times=-1`: until the faults are cleared."""
        self.faults.append(Fault(error, on, carried_out, times, skip, seconds))

    def add(self, values: Values) -> ContactId:
        """By hand or by a request: the number is given when there is none."""
        with self.lock:
            self._last += 1
            contact = ContactId(f"c{self._last}")
            numbers = {each.values[Field.CUSTOMER_NUMBER] for each in self.contacts.values()}
            free = next(str(n) for n in range(1, len(numbers) + 2) if str(n) not in numbers)
            full = {**dict.fromkeys(Field, ""), **values}
            full[Field.CUSTOMER_NUMBER] = full[Field.CUSTOMER_NUMBER] or free
            self.contacts[contact] = Contact(full, self._last)
            return contact

    def edit(self, contact: ContactId, values: Values) -> None:
        with self.lock:
            before = self.contacts[contact]
            after = {**before.values, **values}
            if after != before.values:
                self._put(contact, replace(before, values=after))

    def archive(self, contact: ContactId, *, archived: bool = True) -> None:
        with self.lock:
            if self.contacts[contact].archived != archived:
                self._put(contact, replace(self.contacts[contact], archived=archived))

    def delete(self, contact: ContactId) -> None:
        """Also what is left of the loser when two contacts are merged."""
        with self.lock:
            del self.contacts[contact]

    def check(self, values: Values, *, of: ContactId | None = None) -> None:
        """What a package refuses: numbers and mandates that are taken (archived contacts keep theirs), bad values."""
        for unique, reason in (
            (Field.CUSTOMER_NUMBER, Reason.NUMBER_TAKEN),
            (Field.MANDATE_REFERENCE, Reason.MANDATE_TAKEN),
        ):
            value = values.get(unique, "")
            if value and any(each.values[unique] == value for key, each in self.contacts.items() if key != of):
                raise Rejected(reason, field=unique)
        bad = [Rejected(self.refuses[each], field=each[0]) for each in values.items() if each in self.refuses]
        bad += [
            Rejected(Reason.TOO_LONG, field=each, length="255") for each, value in values.items() if len(value) > 255
        ]
        if bad:
            raise Rejected(bad[0].reason, field=bad[0].field, more=tuple(bad[1:]), **bad[0].params)

    def snapshot(self) -> Mapping[ContactId, Contact]:
        with self.lock:
            return dict(self.contacts)

    def _put(self, contact: ContactId, after: Contact) -> None:
        self._last += 1
        self.contacts[contact] = replace(after, version=self._last)


worlds: dict[str, World] = {}


def of(name: str) -> World:
    return worlds.setdefault(name, World(name))
