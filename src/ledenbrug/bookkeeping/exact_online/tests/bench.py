"""A client and a sandbox on one clock, joined by real HTTP."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ledenbrug.bookkeeping.exact_online import PACKAGE, client
from ledenbrug.bookkeeping.exact_online.sandbox import Sandbox, start
from ledenbrug.core.records import ALWAYS, Group
from ledenbrug.wire.http import HttpLine, open_client
from ledenbrug.wire.pace import OwnPatience, Window

DIVISION = "900001"
TOKEN = "token-of-the-tests"
WITH_SEPA = ALWAYS | {Group.SEPA}
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)  # in Amsterdam


@dataclass
class Clock:
    at: float = NOON.timestamp()

    def __call__(self) -> float:
        return self.at

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at, tz=UTC)

    def wait(self, seconds: float) -> None:
        self.at += seconds


@dataclass
class Bench:
    sandbox: Sandbox
    clock: Clock
    line: HttpLine
    books: client.ExactBooks
    opened: Callable[..., client.ExactBooks]
    """Books of another turn, that remember nothing."""


@contextmanager
def bench(
    *,
    choices: Mapping[str, str] | None = None,
    groups: frozenset[Group] = WITH_SEPA,
    token: str = TOKEN,
    read_seconds: float = 30,
    limited: bool = False,
    **how: Any,
) -> Iterator[Bench]:
    clock = Clock()
    with (
        start(token=TOKEN, clock=clock, **{"administrations": [DIVISION], "fresh": "empty", **how}) as sandbox,
        open_client(read_seconds=read_seconds) as http,
    ):
        line = HttpLine(
            url=sandbox.url,
            client=http,
            token=lambda: token,
            renew=None,
            pace={limit: Window(limit) for limit in PACKAGE.limits if limited},
            clock=clock.now,
            user_agent="Ledenbrug (tests)",
            is_login_problem=PACKAGE.is_login_problem,
            patience=OwnPatience(PACKAGE.refusals) if PACKAGE.refusals else None,
        )

        def opened(**different: Any) -> client.ExactBooks:
            return client.ExactBooks(line, DIVISION, choices or {}, **{"groups": groups, **different})

        yield Bench(sandbox, clock, line, opened(), opened)
