"""The stage of the contract suite: a world of its own for every test."""

import itertools
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ledenbrug.bookkeeping.memory import PACKAGE, client, world
from ledenbrug.core.errors import LoginNeeded, Temporary
from ledenbrug.core.port import Administration, Papers
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Field, Values

UNABLE: Mapping[str, str] = {}

_names = (f"contract {n}" for n in itertools.count())


@dataclass
class Clock:
    at: datetime = datetime(2026, 3, 2, 11, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class MemoryStage:
    page = 100
    url = "memory:"
    token = "t"
    refuses = tuple(Field)
    desk = None

    def __init__(self, name: str) -> None:
        self.world = world.of(name)
        self.administration, self.clock = name, Clock()
        self.books = client.MemoryBooks(self.world)

    def administrations(self) -> list[Administration]:
        found = PACKAGE.administrations(None)  # type: ignore[arg-type]  # it needs no line
        return [each for each in found if each.id == self.world.name]

    def requests(self) -> int:
        return self.world.requests.total()

    def there(self) -> Mapping[ContactId, Values]:
        return {key: each.values for key, each in self.world.snapshot().items()}

    def archived(self) -> Collection[ContactId]:
        return [key for key, each in self.world.snapshot().items() if each.archived]

    def add(self, values: Values) -> ContactId:
        return self.world.add(values)

    def edit(self, contact: ContactId, values: Values) -> None:
        self.world.edit(contact, values)

    def archive(self, contact: ContactId) -> None:
        self.world.archive(contact)

    def unarchive(self, contact: ContactId) -> None:
        self.world.archive(contact, archived=False)

    def delete(self, contact: ContactId) -> None:
        self.world.delete(contact)

    def bill(self, contact: ContactId, *, open: int, recurring: int) -> None:
        self.world.papers[contact] = Papers(open, recurring)

    def refuse(self, field: Field, value: str) -> None:
        self.world.refuses[field, value] = Reason.INVALID

    def lose_request(self) -> None:
        self.world.fail(Temporary(Reason.UNREACHABLE))

    def lose_answer(self) -> None:
        self.world.fail(Temporary(Reason.NO_ANSWER, reached=True), carried_out=True)

    def say_too_many(self) -> None:
        self.world.fail(Temporary(Reason.LIMITED, until=datetime(2026, 11, 1, tzinfo=UTC)))

    def withdraw(self) -> None:
        self.world.fail(LoginNeeded(Reason.WITHDRAWN), times=-1)

    def say_yes(self, redirect_uri: str) -> str:
        raise AssertionError("there is nobody to ask")


@contextmanager
def staged(*, limited: bool = False) -> Iterator[MemoryStage]:
    stage = MemoryStage(next(_names))
    yield stage
    del world.worlds[stage.world.name]
