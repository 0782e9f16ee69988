"""The package of the simulation: the reference package, with a clock, traps at both sides of a call, and a memory.

What it remembers is the truth that the engine's own words are held against afterwards.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ledenbrug.bookkeeping.memory.client import MemoryBooks
from ledenbrug.bookkeeping.memory.world import World
from ledenbrug.core.errors import Rejected
from ledenbrug.core.port import Head, Papers, Remote, Removal
from ledenbrug.core.records import FIELDS, GROUP_OF, ContactId, Field, Group, Values

T = TypeVar("T")


@dataclass
class Remembered:
    """What was really carried out."""

    made: dict[ContactId, str] = field(default_factory=dict)
    """Contact → the customer number it was made with."""
    writes: dict[str, list[tuple[str, frozenset[Field]]]] = field(default_factory=lambda: defaultdict(list))
    """Number or contact → kind and fields of what we wrote."""
    accepted: dict[tuple[ContactId, Field], str] = field(default_factory=dict)
    by_hand: set[tuple[ContactId, Group]] = field(default_factory=set)
    """Groups that a person there changed after us."""
    doubtful: set[ContactId | str] = field(default_factory=set)
    """Of whom some answer never came: contact or number."""
    undone: list[str] = field(default_factory=list)
    """Writes over what only they had changed: there must be none."""


class Watched(World):
    """Remembers every change that is carried out, whatever becomes of the answer."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.remembered = Remembered()
        self.last = ""
        """Whom we wrote to last."""
        self.caller: str | None = None
        """Who of ours is writing: contact or number. None: somebody there."""

    def add(self, values: Values) -> ContactId:
        contact = super().add(values)
        if self.caller is not None:
            self.remembered.made[contact] = values[Field.CUSTOMER_NUMBER]
            self._ours(contact, "create", values)
        return contact

    def edit(self, contact: ContactId, values: Values) -> None:
        if self.caller is not None:
            self._ours(contact, "update", values)
        else:
            self.remembered.by_hand |= {(contact, GROUP_OF[each]) for each in values}
        super().edit(contact, values)

    def _ours(self, contact: ContactId, kind: str, values: Values) -> None:
        truth, doubtful = self.remembered, {contact, self.remembered.made.get(contact)} & self.remembered.doubtful
        truth.writes[self.caller or ""].append((kind, frozenset(values)))
        for group in {GROUP_OF[each] for each in values}:
            mine = [each for each in FIELDS[group] if each in values]
            same = all(truth.accepted.get((contact, each), "") == values[each] for each in mine)
            if same and not doubtful and (contact, group) in truth.by_hand:
                truth.undone.append(f"{contact} {group}")
            truth.by_hand.discard((contact, group))
        truth.accepted.update({(contact, each): value for each, value in values.items()})


class Books:
    """`core.port.Books`; `point` is called at both sides of every call."""

    def __init__(self, world: "Watched", *, point: Callable[[str], None]) -> None:
        self._books = MemoryBooks(world)
        self._world = world
        self._point = point

    def heads(self) -> Mapping[ContactId, Head]:
        return self._call("heads", self._books.heads)

    def read(self, ids: Sequence[ContactId]) -> Iterator[Remote]:
        return iter(self._call("read", lambda: list(self._books.read(ids))))

    def find(self, number: str) -> Remote | None:
        return self._call("find", lambda: self._books.find(number))

    def create(self, values: Values) -> Remote:
        return self._write("create", None, values, lambda: self._books.create(values))

    def update(
        self, contact_id: ContactId, values: Values, *, seen: Remote | None = None, ours: Callable[[Field, str], bool]
    ) -> Remote:
        return self._write(
            "update", contact_id, values, lambda: self._books.update(contact_id, values, seen=seen, ours=ours)
        )

    def archive(self, contact_id: ContactId) -> None:
        raise AssertionError("nobody asked for that")

    def remove(self, contact_id: ContactId) -> Removal:
        raise AssertionError("nobody asked for that")

    def papers(self, contact_id: ContactId) -> Papers:
        return self._books.papers(contact_id)

    def page(self, contact_id: ContactId) -> str:
        return self._books.page(contact_id)

    def _call(self, name: str, call: Callable[[], T]) -> T:
        self._point(f"before {name}")
        answer = call()
        self._point(f"after {name}")
        return answer

    def _write(self, kind: str, contact: ContactId | None, values: Values, call: Callable[[], Remote]) -> Remote:
        key = contact or values[Field.CUSTOMER_NUMBER]
        self._world.last = key
        self._point(f"before {kind}")
        self._world.caller = key
        try:
            answer = call()
            self._world.caller = None
            self._point(f"after {kind}")
        except Rejected:
            raise
        except BaseException:
            self._world.remembered.doubtful.add(key)
            raise
        finally:
            self._world.caller = None
        return answer
