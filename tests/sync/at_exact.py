"""A treasurer with an Exact Online to connect by a key of the association's own, and a clock to wait by."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from ledenbrug.bookkeeping.exact_online.sandbox import Sandbox, start
from ledenbrug.members.models import Association, FinancialAdministration, MemberStatus, User
from ledenbrug.sync import connecting, engine, lines, operations
from ledenbrug.sync.models import Connection, Grant
from ledenbrug.sync.operations import Draft
from tests.members.factories import a_status, a_user, an_association

BACK = "http://127.0.0.1:8000/settings/integrations/exact_online/authorize"
KEY, SECRET = "1ede0b12-0000-4000-8000-000000000001", "ledenbrug-sandbox-secret"
FIRST, SECOND = "900001", "900002"


@dataclass
class Treasury:
    there: Sandbox
    at: datetime = datetime(2026, 5, 1, 12, tzinfo=UTC)
    association: Association = field(default_factory=an_association)

    def __post_init__(self) -> None:
        self.user: User = a_user(self.association, "treasurer")
        self.status: MemberStatus = a_status(self.association, "Lid")

    def clock(self) -> datetime:
        return self.at

    def wait(self, **passed: float) -> None:
        self.at += timedelta(**passed)

    def connect(self, *, secret: str = SECRET, reconnects: Connection | None = None) -> Grant:
        address = connecting.begin(
            association=self.association, package="exact_online", user=self.user, redirect_uri=BACK, now=self.at,
            client_id=KEY, client_secret=secret, reconnects=reconnects,
        )  # fmt: skip
        return connecting.come_back(package="exact_online", params=say_yes(address), user=self.user, now=self.at)

    def save(self, grant: Grant, administration: str) -> Connection:
        books = FinancialAdministration.objects.create(association=self.association, name=f"Boeken {administration}")
        draft = Draft(
            administration, books.id, frozenset({self.status.id}), frozenset({"address", "email"}), "7000000", {}
        )
        return operations.save(association=self.association, grant=grant, draft=draft, user=self.user, now=self.at)

    def asks(self, connection: Connection) -> int:
        """How many relations the connection sees, as a worker that knows nothing yet."""
        fresh = Connection.objects.select_related("grant").get(id=connection.id)
        with lines.books(fresh, urgent=lambda: True, clock=self.clock) as books:
            return len(books.heads())

    def go_on(self, connection: Connection) -> None:
        """Until there is nothing to do but what the night brings."""
        for _ in range(500):
            due = engine.run(connection.id, clock=self.clock)
            if due is None or due > self.at + timedelta(hours=2):
                return
            self.at = max(self.at, due)
        raise AssertionError("it never ends")

    def token_requests(self) -> int:
        return self.there.requests().get("POST /api/oauth2/token", 0)


def say_yes(address: str) -> dict[str, str]:
    with httpx2.Client(follow_redirects=False) as browser:
        target = browser.get(address).headers["Location"]
    assert target.startswith(BACK)
    return {key: values[0] for key, values in parse_qs(urlsplit(target).query).items()}


def a_treasury(monkeypatch: pytest.MonkeyPatch, **switches: Any) -> Iterator[Treasury]:
    found: list[Treasury] = []
    clock = lambda: (found[0].at if found else datetime(2026, 5, 1, 12, tzinfo=UTC)).timestamp()  # noqa: E731
    with start(clock=clock, consent="allow", **switches) as there:
        monkeypatch.setenv("LEDENBRUG_EXACT_ONLINE_URL", there.url)
        monkeypatch.setenv("LEDENBRUG_EXACT_ONLINE_LIMIT", "none")
        found.append(Treasury(there))
        yield found[0]
