"""A client and a sandbox on one clock, joined by real HTTP."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ledenbrug.bookkeeping.moneybird import PACKAGE, client
from ledenbrug.bookkeeping.moneybird.sandbox import Sandbox, start
from ledenbrug.core.records import ContactId, Field, Values
from ledenbrug.wire.http import HttpLine, open_client
from ledenbrug.wire.pace import Window

ADMINISTRATION = "400000000000000001"
TOKEN = "personal-token-of-the-tests"
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)  # in Amsterdam

ANNA: Values = {
    Field.COMPANY: "",
    Field.FIRST_NAME: "Anna",
    Field.LAST_NAME: "de Vries",
    Field.EMAIL: "anna@leden.example",
    Field.CUSTOMER_NUMBER: "LID-1042",
}
MANDATE: Values = {
    Field.DIRECT_DEBIT: "yes",
    Field.IBAN: "NL91ABNA0417164300",
    Field.ACCOUNT_HOLDER: "A. de Vries",
    Field.BIC: "",
    Field.MANDATE_REFERENCE: "M-1042-1",
    Field.MANDATE_SIGNED: "2026-01-05",
}


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
    books: client.MoneybirdBooks


@contextmanager
def bench(
    *, choices: Mapping[str, str] | None = None, token: str = TOKEN, read_seconds: float = 30, **how: Any
) -> Iterator[Bench]:
    clock = Clock()
    with (
        start(token=TOKEN, clock=clock, **{"administrations": [ADMINISTRATION], **how}) as sandbox,
        open_client(read_seconds=read_seconds) as http,
    ):
        line = HttpLine(
            url=sandbox.url,
            client=http,
            token=lambda: token,
            renew=None,
            pace={limit: Window(limit) for limit in PACKAGE.limits},
            clock=clock.now,
            user_agent="Ledenbrug (tests)",
            is_login_problem=PACKAGE.is_login_problem,
        )
        yield Bench(sandbox, clock, line, client.MoneybirdBooks(line, ADMINISTRATION, choices or {}))


def nobodys(_field: Field, _value: str) -> bool:
    return False


def requests(at: Bench) -> dict[str, int]:
    return {path.replace("/api/v2/{administration_id}", ""): n for path, n in at.sandbox.requests().items()}


def changes(at: Bench, contact: ContactId) -> list[object]:
    """What Moneybird's own log says that each update changed."""
    events = at.sandbox.world.contacts()[contact].events
    return [each.data["changes"] for each in events if each.action == "contact_changed"]
