"""What is measured on: a sandbox as a process of its own, an invented association of any size, real workers.

It must not stand in for anything that is measured.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection as database

from ledenbrug.core.records import ALWAYS, Group
from ledenbrug.members import operations
from ledenbrug.members.models import Association, FinancialAdministration, Member, MemberStatus, Period
from ledenbrug.sync import engine, packages
from ledenbrug.sync.models import Connection, ConnectionStatus, Grant, GrantState
from ledenbrug.wire import sealing

TOKEN = "invented-token"  # noqa: S105  opens only the sandbox
PACKAGE = "moneybird"
BOOKS = "400000000000000001"
OTHER_BOOKS = "400000000000000002"
SINCE = date(2020, 9, 1)
AT_ONCE = 1000
_numbers = count(1)


@dataclass(frozen=True)
class Ground:
    limit: str = "none"
    delay: float = 0
    scale: float = 1
    only: str = ""
    """A pattern in the name of what is measured, where a measure has many of a kind."""

    def some(self, full: int, *, least: int = 3) -> int:
        """So many, or fewer where only the way is tried."""
        return max(min(least, full), round(full * self.scale))

    @contextmanager
    def sandbox(
        self,
        package: str = PACKAGE,
        *,
        delay: float | None = None,
        limit: str | None = None,
        contacts: int = 0,
        administrations: Sequence[str] = (BOOKS,),
    ) -> Iterator[str]:
        command = [sys.executable, "-m", "ledenbrug", "sandbox", package, "--port", "0", "--token", TOKEN]
        command += ["--administration", ",".join(administrations), "--contacts", str(contacts)]
        command += ["--limit", limit or self.limit, "--delay", str(self.delay if delay is None else delay)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split(": ", 1)[1].strip()
        finally:
            process.terminate()
            process.wait(10)
            process.stdout.close()


@contextmanager
def a_worker(**environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "ledenbrug.site.work"],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
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
    for start in range(1, members + 1, AT_ONCE):
        made = Member.objects.bulk_create(
            Member(
                association=association, number=str(n), given_name=f"Given{n % 97}", last_name=f"Invented{n}",
                email=f"m{n}@members.example", address=f"Brugweg {n}", postcode="1234 AB", city="Brugge",
                status=status, since=SINCE,
            )
            for n in range(start, min(start + AT_ONCE, members + 1))
        )  # fmt: skip
        Period.objects.bulk_create(Period(association=association, member=m, status=status, start=SINCE) for m in made)
    if members >= AT_ONCE:
        counted()
    return association, status


def counted() -> None:
    """What an import, or the database by itself within a minute, does after so many rows."""
    with database.cursor() as cursor:
        cursor.execute("ANALYZE")


def swept() -> None:
    """What the database does by itself within a minute after so many rows were written."""
    with database.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def connect(
    url: str,
    package: str = PACKAGE,
    *,
    members: int,
    administration: str = BOOKS,
    groups: Iterable[Group] = ALWAYS,
    matched: bool = False,
) -> Connection:
    """An enabled connection; whoever had these books before is disconnected."""
    now = datetime.now(UTC)
    association, status = an_association(members)
    books = FinancialAdministration.objects.create(association=association, name="Books")
    tokens = json.dumps({"access": TOKEN, "refresh": "", "expires": "", "scope": ""})
    grant = Grant.objects.create(
        association=association, package=package, url=url, personal=True, tokens=sealing.seal(tokens),
        state=GrantState.GIVEN, created_at=now,
    )  # fmt: skip
    Connection.objects.filter(administration=administration, removed_at=None).update(removed_at=now, enabled=False)
    connection = Connection.objects.create(
        association=association, package=package, grant=grant, administration=administration,
        administration_name="Books", financial_administration=books, groups=sorted(groups), enabled=True,
        prefix=packages.get(package).prefix, created_at=now, matched_at=now if matched else None,
    )  # fmt: skip
    ConnectionStatus.objects.create(association=association, connection=connection, status=status)
    return connection


def leave(*connections: Connection) -> None:
    """So that no later worker goes on with it against a sandbox that is no more."""
    ids = [each.id for each in connections]
    Connection.objects.filter(id__in=ids).update(removed_at=datetime.now(UTC), enabled=False)


def a_member_more(connection: Connection, *, now: datetime) -> None:
    status = MemberStatus.objects.get(association_id=connection.association_id)
    operations.add_member(
        association=connection.association, values={"last_name": "Invented", "email": "new@members.example"},
        status=status, start=SINCE, by=None, now=now,
    )  # fmt: skip


def edit(member: Member, *, city: str) -> tuple[Member, float]:
    """As the screen does it. Also when it was committed."""
    now = datetime.now(UTC)
    member = operations.change_member(member, seen_version=member.version, values={"city": city}, by=None, now=now)
    return member, time.time()


def round_due(connection: Connection, cause: str) -> None:
    Connection.objects.filter(id=connection.id).update(round_due_at=datetime.now(UTC), round_cause=cause)


def settle(connection: Connection, *, later: timedelta = timedelta()) -> None:
    """Turns the engine in this process until there is nothing to do; what must wait is not waited for."""
    ahead = later

    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    while (due := engine.run(connection.id, clock=clock)) is not None:
        ahead += max(due - clock(), timedelta())


def until(true: Callable[[], bool], *, seconds: float = 120, step: float = 0.02) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("it did not happen in time")
        time.sleep(step)


def asked(url: str) -> dict[str, int]:
    """Requests so far, per method and path pattern."""
    found: dict[str, int] = _ask(f"{url}/_sandbox/requests")
    return found


def log(url: str, *, method: str = "", since: int = 0) -> list[dict[str, Any]]:
    """One by one, in the order in which they were answered."""
    found: list[dict[str, Any]] = _ask(f"{url}/_sandbox/log?since={since}")
    return [each for each in found if method in ("", each["method"])]


def arm(url: str, fault: Mapping[str, object]) -> None:
    _ask(f"{url}/_sandbox/faults", body=json.dumps(fault).encode())


def _ask(url: str, body: bytes | None = None) -> Any:
    with urllib.request.urlopen(url, data=body, timeout=60) as answer:  # noqa: S310  our own sandbox
        return json.load(answer)
