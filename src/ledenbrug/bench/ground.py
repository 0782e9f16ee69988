"""What is measured on: a sandbox as a process of its own, an invented association of any size, real workers."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from ledenbrug.core.records import ALWAYS
from ledenbrug.members.models import Association, FinancialAdministration, Member, MemberStatus, Period
from ledenbrug.sync import engine
from ledenbrug.sync.models import Connection, ConnectionStatus, Grant, GrantState
from ledenbrug.wire import sealing

TOKEN = "invented-token"  # noqa: S105  opens only the sandbox
BOOKS = "400000000000000001"
_numbers = count(1)


@dataclass(frozen=True)
class Ground:
    limit: str
    delay: float
    members: int

    @contextmanager
    def sandbox(self, *, delay: float | None = None) -> Iterator[str]:
        milliseconds = self.delay if delay is None else delay
        command = [sys.executable, "-m", "ledenbrug", "sandbox", "moneybird", "--port", "0", "--token", TOKEN]
        options = ["--administration", BOOKS, "--limit", self.limit, "--delay", str(milliseconds)]
        process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split(": ", 1)[1].strip()
        finally:
            process.terminate()
            process.wait(10)
            process.stdout.close()


@contextmanager
def a_worker() -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "ledenbrug.site.work"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def an_association(members: int) -> tuple[Association, MemberStatus]:
    number = next(_numbers)
    association = Association.objects.create(name=f"Invented {number}", slug=f"invented-{number}")
    status = MemberStatus.objects.create(association=association, name="Lid")
    for start in range(0, members, 5000):
        made = Member.objects.bulk_create(
            Member(
                association=association, number=str(n), given_name="Given", last_name=f"Invented{n}", status=status,
                email=f"m{n}@members.example", address=f"Brugweg {n}", postcode="1234 AB", city="Brugge",
            )
            for n in range(start + 1, min(start + 5000, members) + 1)
        )  # fmt: skip
        since = date(2020, 9, 1)
        Period.objects.bulk_create(Period(association=association, member=m, status=status, start=since) for m in made)
    return association, status


def a_connection(url: str, *, members: int) -> Connection:
    now = datetime.now(UTC)
    association, status = an_association(members)
    books = FinancialAdministration.objects.create(association=association, name="Books")
    tokens = json.dumps({"access": TOKEN, "refresh": "", "expires": "", "scope": ""})
    grant = Grant.objects.create(
        association=association, package="moneybird", url=url, personal=True, tokens=sealing.seal(tokens),
        state=GrantState.GIVEN, created_at=now,
    )  # fmt: skip
    Connection.objects.filter(administration=BOOKS, removed_at=None).update(removed_at=now, enabled=False)
    connection = Connection.objects.create(
        association=association, package="moneybird", grant=grant, administration=BOOKS, administration_name="Books",
        financial_administration=books, groups=sorted(ALWAYS), enabled=True, created_at=now,
    )  # fmt: skip
    ConnectionStatus.objects.create(association=association, connection=connection, status=status)
    return connection


def round_due(connection: Connection, cause: str) -> None:
    Connection.objects.filter(id=connection.id).update(round_due_at=datetime.now(UTC), round_cause=cause)


def turn(connection: Connection) -> float:
    """Turns the engine in this process until there is nothing to do now. Seconds it took."""
    began = time.perf_counter()
    while True:
        due = engine.run(connection.id, clock=lambda: datetime.now(UTC))
        if due is None or due > datetime.now(UTC):
            return time.perf_counter() - began


def until(true: Callable[[], bool], *, seconds: float = 60, step: float = 0.01) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("it did not happen in time")
        time.sleep(step)


def asked(url: str) -> dict[str, int]:
    """Requests so far, per method and path pattern."""
    found: dict[str, int] = _get(f"{url}/_sandbox/requests")
    return found


def log(url: str, *, since: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _get(f"{url}/_sandbox/log?since={since}")
    return found


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310  our own sandbox
        return json.load(answer)
