"""Real workers and a real sandbox as processes of their own, to be killed."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

from django.db import connection as database

from ledenbrug.core.records import ALWAYS
from ledenbrug.members.models import Association, FinancialAdministration, Member, MemberStatus, Period
from ledenbrug.sync.models import Connection, ConnectionStatus, Grant, GrantState
from ledenbrug.wire import sealing
from tests.members.factories import an_association

ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = "invented-token"
BOOKS = "400000000000000001"


class Worker:
    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._log = log.open("ab")
        environment = {**environment, "LEDENBRUG_MONEYBIRD_LIMIT": "none"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ledenbrug.site.work"],
            cwd=ROOT,
            env=environment,
            stdout=self._log,
            stderr=self._log,
        )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()


@contextmanager
def a_sandbox(*options: str) -> Iterator[str]:
    """Its address."""
    command = [sys.executable, "-m", "ledenbrug", "sandbox", "moneybird", "--port", "0", "--token", TOKEN]
    process = subprocess.Popen(
        [*command, "--administration", BOOKS, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split(": ", 1)[1].strip()
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


def a_connection(
    url: str, *, members: int, administration: str = BOOKS, association: Association | None = None
) -> Connection:
    now = datetime.now(UTC)
    association = association or an_association()
    status = MemberStatus.objects.create(association=association, name="Lid")
    since = date(2020, 9, 1)
    made = Member.objects.bulk_create(
        Member(
            association=association, number=str(n), given_name="Given", last_name=f"Invented{n}",
            email=f"m{n}@members.example", address=f"Brugweg {n}", postcode="1234 AB", city="Brugge", status=status,
            since=since,
        )
        for n in range(1, members + 1)
    )  # fmt: skip
    Period.objects.bulk_create(Period(association=association, member=m, status=status, start=since) for m in made)
    books = FinancialAdministration.objects.create(association=association, name="Books")
    tokens = json.dumps({"access": TOKEN, "refresh": "", "expires": "", "scope": ""})
    grant = Grant.objects.create(
        association=association, package="moneybird", url=url, personal=True, tokens=sealing.seal(tokens),
        state=GrantState.GIVEN, created_at=now,
    )  # fmt: skip
    connection = Connection.objects.create(
        association=association, package="moneybird", grant=grant, administration=administration,
        administration_name="Books", financial_administration=books, groups=sorted(ALWAYS), enabled=True,
        created_at=now, round_due_at=now, round_cause="enable",
    )  # fmt: skip
    ConnectionStatus.objects.create(association=association, connection=connection, status=status)
    return connection


def everyone_there(url: str, administration: str = BOOKS) -> list[dict[str, Any]]:
    """Every contact in the sandbox, as it tells."""
    contacts = f"{url}/api/v2/{administration}/contacts/synchronization.json"
    ids = [each["id"] for each in _get(f"{contacts}?include_archived=true")]
    found: list[dict[str, Any]] = []
    for start in range(0, len(ids), 100):
        found += _get(contacts, json.dumps({"ids": ids[start : start + 100]}).encode())
    return found


def numbers_there(url: str, administration: str = BOOKS) -> list[str]:
    """Customer numbers of every contact in the sandbox."""
    return sorted(each["customer_id"] for each in everyone_there(url, administration))


def asks(what: str) -> bool:
    """Whether this is the last that some session of this database said."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            """SELECT EXISTS (SELECT 1 FROM pg_stat_activity
                              WHERE datname = current_database() AND query LIKE %s)""",
            [f"{what}%"],
        )
        return bool(cursor.fetchone()[0])


def cut_every_session() -> None:
    with database.cursor() as cursor:
        cursor.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()"""
        )


def _get(url: str, body: bytes | None = None) -> Any:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers), timeout=30) as answer:
        return json.load(answer)
