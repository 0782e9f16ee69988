"""What a package brings so that the contract can be held against it: its books, and the hands of a person there.

Each package has a `tests/contract.py` with `staged()`, a context manager that gives a `Stage`, `UNABLE`: the names of
promises it cannot keep, with the reason, and, where an operation costs more requests than is usual, `COSTS`.
"""

import importlib
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, cast

from ledenbrug.core.port import Administration, Books
from ledenbrug.core.records import ContactId, Field, Values
from ledenbrug.stage.oauth import TokenDesk


class Clock(Protocol):
    """What the package's own clock shows; waiting takes no time."""

    def now(self) -> datetime: ...
    def wait(self, seconds: float) -> None: ...


class Stage(Protocol):
    """One empty administration. Whatever is not `books` goes past the client and costs no request."""

    books: Books
    page: int
    """How many contacts the package gives in one request."""
    url: str
    token: str
    administration: str
    clock: Clock
    refuses: Collection[Field]
    """Of which fields a value can be refused."""
    desk: TokenDesk | None
    """Where tokens are given, of a package that asks for consent."""

    def administrations(self) -> list[Administration]: ...
    def requests(self) -> int: ...
    def there(self) -> Mapping[ContactId, Values]:
        """Every contact with every field as it stands there, archived ones too; several addresses with commas."""

    def archived(self) -> Collection[ContactId]: ...
    def add(self, values: Values) -> ContactId: ...
    def edit(self, contact: ContactId, values: Values) -> None: ...
    def archive(self, contact: ContactId) -> None: ...
    def unarchive(self, contact: ContactId) -> None: ...
    def delete(self, contact: ContactId) -> None: ...
    def bill(self, contact: ContactId, *, open: int, recurring: int) -> None: ...

    def refuse(self, field: Field, value: str) -> None:
        """From now on the package does not take this value."""

    def lose_request(self) -> None:
        """The next request does not arrive, and nobody can tell."""

    def lose_answer(self) -> None:
        """The next request is carried out, its answer never comes."""

    def say_too_many(self) -> None:
        """The next request is refused for the limit's sake."""

    def withdraw(self) -> None:
        """Somebody takes the permission back."""

    def say_yes(self, redirect_uri: str) -> str:
        """The owner allows the one application that is registered: the code that comes back."""


class Script(Protocol):
    UNABLE: Mapping[str, str]

    def staged(self, *, limited: bool = False) -> AbstractContextManager[Stage]:
        """`limited`: the package counts our requests as it really does."""


def costs(package: str) -> Mapping[str, int]:
    """How many requests an operation takes at most, where that is not one."""
    usual = {"heads": 2, "not found": 2, "papers": 3, "page": 0, "remove": 2}
    return {**usual, **getattr(script(package), "COSTS", {})}


def script(package: str) -> Script:
    return cast(Script, importlib.import_module(f"ledenbrug.bookkeeping.{package}.tests.contract"))
