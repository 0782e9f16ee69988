"""An association with a connection to the reference package, and an engine one can turn by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from ledenbrug.bookkeeping.memory import world
from ledenbrug.bookkeeping.memory.world import World
from ledenbrug.core.records import ALWAYS, Group
from ledenbrug.members.models import Association, FinancialAdministration, MemberStatus
from ledenbrug.sync import engine
from ledenbrug.sync.models import Connection, ConnectionStatus, Grant, GrantState
from ledenbrug.wire import sealing
from tests.members.factories import an_association

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
