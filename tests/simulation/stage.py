"""One association on a stage that is cleared in milliseconds: records, connection and package of a schedule."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection as database
from django.db import transaction

from ledenbrug.core.records import ALWAYS, Group
from ledenbrug.members.models import Association, FinancialAdministration, Mandate, Member, MemberStatus
from ledenbrug.sync.models import Connection, ConnectionStatus, Grant, GrantState
from ledenbrug.wire import sealing
from tests.simulation import far_side, permission
from tests.simulation.far_side import FarSide
from tests.simulation.schedule import MEMBERS, Schedule

IBANS = ("NL91ABNA0417164300", "NL20INGB0001234567", "NL69INGB0123456789", "")
SIGNED = date(2026, 2, 1)
_TABLES = (
    "sync_drift", "sync_approval", "sync_problem", "sync_reading", "sync_journal", "sync_run", "sync_touched",
    "sync_link", "sync_connectionstatus", "sync_connection", "sync_grant", "sync_spent", "members_mandate",
    "members_issuednumber", "members_memberevent", "members_mandateevent", "pghistory_context", "members_member",
    "members_memberstatus", "members_financialadministration", "members_assignment", "members_user",
    "members_association", "procrastinate_jobs",
)  # fmt: skip
_HISTORY = ("members_memberevent", "members_mandateevent", "pghistory_context")
_IN_ORDER = (*(each for each in _TABLES if each not in _HISTORY), *_HISTORY)
"""Deleting records writes history: that goes last."""
_NO_ID = (*_HISTORY, "procrastinate_jobs")


@dataclass
class Stage:
    association: Association
    statuses: dict[str, MemberStatus]
    books: FinancialAdministration
    connection_id: int
    far: FarSide
    members: list[int] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.far.now()

    def clock(self) -> datetime:
        return self.far.now()

    def later(self, seconds: float) -> None:
        self.far.hands.clock.wait(max(seconds, 0))

    @property
    def connection(self) -> Connection:
        return Connection.objects.get(id=self.connection_id)


def clear(*, thoroughly: bool) -> None:
    """Rows of the schedule before; now and then the tables as a whole, so that what is dead does not slow us down."""
    with database.cursor() as cursor:
        if thoroughly:
            cursor.execute(f"TRUNCATE {', '.join(_TABLES)} RESTART IDENTITY CASCADE")
            return
        with transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL DEFERRED; " + "; ".join(f"DELETE FROM {each}" for each in _IN_ORDER))
        cursor.execute(
            """SELECT setval(pg_get_serial_sequence(name, 'id'), 1, false) FROM unnest(%s::text[]) AS name
               WHERE pg_get_serial_sequence(name, 'id') IS NOT NULL""",
            [[each for each in _TABLES if each not in _NO_ID]],
        )


@contextmanager
def staged(plan: Schedule) -> Iterator[Stage]:
    with far_side.staged(plan.package, limited=plan.limited) as far:
        stage = _filled(plan, far)
        add_members(stage, MEMBERS, sepa=plan.sepa)
        yield stage


def _filled(plan: Schedule, far: FarSide) -> Stage:
    hands, now = far.hands, far.now()
    association = Association.objects.create(name="Simulated", slug="simulated")
    statuses = MemberStatus.objects.bulk_create(
        MemberStatus(association=association, name=name, deceased=name == "deceased")
        for name in ("member", "former", "deceased")
    )
    books = FinancialAdministration.objects.create(association=association, name="Books")
    grant = permission.begin(association, far) if plan.rotates else _personal(association, far)
    groups = [*ALWAYS, *([Group.SEPA] if plan.sepa else [])]
    connection = Connection.objects.create(
        association=association, package=plan.package, grant=grant, administration=hands.administration,
        administration_name="Books", financial_administration=books, groups=sorted(groups), enabled=True,
        prefix=far.prefixes[0], created_at=now, round_due_at=now, round_cause="enable",
    )  # fmt: skip
    ConnectionStatus.objects.create(association=association, connection=connection, status=statuses[0])
    return Stage(association, {each.name: each for each in statuses}, books, connection.id, far)


def _personal(association: Association, far: FarSide) -> Grant:
    tokens = json.dumps({"access": far.hands.token, "refresh": "", "expires": "", "scope": ""})
    return Grant.objects.create(
        association=association, package=far.package.name, url=far.hands.url, personal=True,
        tokens=sealing.seal(tokens), state=GrantState.GIVEN, created_at=far.now(),
    )  # fmt: skip


def add_members(stage: Stage, count: int, *, sepa: bool) -> None:
    first = len(stage.members) + 1
    rows = [
        Member(
            association=stage.association, number=str(n), given_name=f"Given{n}", last_name=f"Invented{n}",
            email=f"m{n}@members.example", city="Brugge", status=stage.statuses["member"],
            iban=IBANS[n % 2] if sepa else "",
        )
        for n in range(first, first + count)
    ]  # fmt: skip
    made = Member.objects.bulk_create(rows)
    if sepa:
        Mandate.objects.bulk_create(
            Mandate(
                association=stage.association, member=each, financial_administration=stage.books,
                reference=f"MANDATE-{each.number}", signed=SIGNED - timedelta(days=each.id % 5),
            )
            for each in made
        )  # fmt: skip
    stage.members.extend(each.id for each in made)
