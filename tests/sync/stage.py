"""An association with a connection to the reference package, and an engine one can turn by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from ledenbrug.bookkeeping.memory import world
from ledenbrug.bookkeeping.memory.world import World
from ledenbrug.core.records import ALWAYS, Group
from ledenbrug.members import cause
from ledenbrug.members.models import Association, FinancialAdministration, Member, MemberStatus
from ledenbrug.sync import engine, operations
from ledenbrug.sync.models import Connection, ConnectionStatus, Grant, GrantState, Problem
from ledenbrug.wire import sealing
from tests.members.factories import a_member, a_user, an_association

_names = count(1)


@dataclass
class Stage:
    association: Association
    status: MemberStatus
    connection: Connection
    world: World
    now: datetime = field(default_factory=lambda: datetime(2026, 5, 1, 12, tzinfo=UTC))

    def clock(self) -> datetime:
        return self.now

    def turn(self, *, most: int = 200) -> int:
        """Turns until there is nothing to do now; says how often."""
        for turns in range(1, most + 1):
            due = engine.run(self.connection.id, clock=self.clock)
            if due is None or due > self.now:
                return turns
        raise AssertionError("it never ends")

    def later(self, **passed: float) -> "Stage":
        self.now += timedelta(**passed)
        return self

    def contacts(self) -> list[dict[str, str]]:
        """Every contact there, with the fields that are filled."""
        filled = [{str(f): v for f, v in each.values.items() if v} for each in self.world.contacts.values()]
        return sorted(filled, key=lambda each: each.get("customer_number", ""))


def a_stage(*, groups: Sequence[Group] = tuple(ALWAYS), enabled: bool = True) -> Stage:
    association = an_association()
    status = MemberStatus.objects.create(association=association, name="Lid")
    books = FinancialAdministration.objects.create(association=association, name="Algemeen")
    name = f"world-{next(_names)}"
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    tokens = sealing.seal('{"access": "t", "refresh": "", "expires": "", "scope": ""}')
    grant = Grant.objects.create(
        association=association,
        package="memory",
        url="memory:",
        personal=True,
        tokens=tokens,
        state=GrantState.GIVEN,
        created_at=now,
    )
    connection = Connection.objects.create(
        association=association,
        package="memory",
        grant=grant,
        administration=name,
        administration_name=name,
        financial_administration=books,
        groups=[each.value for each in groups],
        enabled=enabled,
        created_at=now,
    )
    ConnectionStatus.objects.create(association=association, connection=connection, status=status)
    return Stage(association, status, connection, world.of(name))


def enable(stage: Stage) -> None:
    operations.enable(stage.connection, user=a_user(stage.association), now=stage.now)
    stage.turn()


def members(stage: Stage, count: int, **fields: object) -> list[Member]:
    made = [
        a_member(
            stage.association, status=stage.status, number=str(n), last_name=f"Invented{n}", city="Brugge", **fields
        )
        for n in range(1, count + 1)
    ]
    Connection.objects.filter(id=stage.connection.id).update(round_due_at=stage.now, round_cause="enable")
    return made


def edit(member: Member, **values: object) -> None:
    cause.set(cause.Cause.EDIT)
    Member.objects.filter(id=member.id).update(**values)


def night(stage: Stage) -> None:
    stage.later(days=1)
    Connection.objects.filter(id=stage.connection.id).update(round_due_at=stage.now, round_cause="nightly")
    stage.turn()


def problem(stage: Stage) -> Problem:
    return Problem.objects.get(connection=stage.connection, closed_at=None, dismissed=False)


def open_reasons(stage: Stage) -> list[tuple[str, str, str]]:
    found = Problem.objects.filter(connection=stage.connection, closed_at=None)
    return sorted(found.values_list("payer", "group", "reason"))


def calls(stage: Stage) -> dict[str, int]:
    counted = dict(stage.world.requests)
    stage.world.requests.clear()
    return counted
