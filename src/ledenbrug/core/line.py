"""What a package is spoken to over, and what it tells of that as data: its limits, and who says yes and how.

It must not know what is said (`port`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Answer(Protocol):
    """The part of an HTTP answer that clients read."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...
    def json(self) -> Any:
        """Decoded body; raises `Temporary("not_json")` when it is something else."""


class Kept(Protocol):
    """What was read of lists that take more requests than some limit leaves: the next turn reads on, not anew."""

    def parts(self) -> Iterable[bytes]:
        """None where what stands there may be something else by now."""

    def add(self, part: bytes) -> None: ...


class Line(Protocol):
    """An authenticated way to the package: adds the token, renews it once on 401, spends the budget, times out.

    Raises `Temporary` for an empty budget or a 429 (`reached=False`), a broken connection or a time-out (`reached` as
    far as can be known), and `LoginNeeded` when renewing does not help. Any other status is returned for the client to
    judge.
    """

    url: str
    kept: Kept

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer: ...

    def room(self, requests: int) -> None:
        """Asked before what takes several requests and is better not begun than broken off: `Temporary`, not reached,
        where so many are not left of some limit."""

    def now(self) -> datetime: ...


class Scope(StrEnum):
    """What a limit is counted over."""

    EGRESS = "egress"  # everything behind one outgoing address
    ADMINISTRATION = "administration"


@dataclass(frozen=True, slots=True)
class Limit:
    requests: int
    seconds: int
    scope: Scope
    left_header: str = ""
    """Names the answer's header that holds how many requests are left."""
    resets_header: str = ""
    """Names the header that holds when the window ends: seconds from now, or an epoch in seconds or milliseconds."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """Where too many refusals of one kind of request shut us out of it: when to stop before that.

    They are counted per window of the clock, so within any such time there are at most twice as many.
    """

    most: int
    seconds: int
    statuses: frozenset[int]
    of: Callable[[str], str]
    """Path → what they are counted over; empty where nobody counts."""


@dataclass(frozen=True, slots=True)
class OAuth:
    """Where and how the package's owner says yes. Paths are relative to the package's address."""

    authorize: str
    token: str
    revoke: str | None
    scopes: tuple[str, ...]
    own_key: bool = False
    """The association registers an application of its own there and pastes id and secret."""
    key_steps: tuple[str, ...] = ()
    """With `own_key`: how a person does that there, step by step; translated like everything of the package."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of the authorize address."""
    lapses_days: int | None = None
    """A permission that was not renewed for so long is over."""
