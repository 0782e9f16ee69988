"""A load of many windows on a clock of its own: what it costs beside its writes, and when it was said to be done."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ledenbrug.core.records import ALWAYS, Group
from ledenbrug.sync import engine, nightly, operations, planner, progress
from ledenbrug.sync.models import Connection, Problem, Reading
from tests.members.factories import a_mandate, a_member
from tests.sync.at_exact import FIRST, Treasury, a_treasury

pytestmark = pytest.mark.django_db(transaction=True)
MEMBERS, SLOTS = 135, 60
LOOKS = (
    6 + 2
)  # 125 relations, 25 at a time, then 10; and each time whether there may be bank accounts that we cannot see
MINUTE = timedelta(minutes=1)


@pytest.fixture
def treasury(monkeypatch: pytest.MonkeyPatch) -> Iterator[Treasury]:
    for found in a_treasury(monkeypatch, fresh="empty", limit=f"{SLOTS}/60", day_limit="5000/86400"):
        monkeypatch.delenv("LEDENBRUG_EXACT_ONLINE_LIMIT")
        yield found


def a_connection(treasury: Treasury, *, members: int = 0) -> Connection:
    connection = treasury.save(treasury.connect(), FIRST)
    connection.groups = [*(each.value for each in ALWAYS), Group.SEPA.value]
    connection.save()
    for number in range(1, members + 1):
        member = a_member(
            treasury.association, status=treasury.status, number=str(number), given_name="Anna", last_name="Lid",
            iban="NL91ABNA0417164300", account_holder="A. Lid",
        )  # fmt: skip
        a_mandate(member, connection.financial_administration, reference=f"M-{number}")
    treasury.wait(minutes=5)
    return connection


def turns(treasury: Treasury, connection: Connection) -> Iterator[datetime]:
    """The moments at which a turn is over, until there is nothing to do but what the night brings."""
    due: datetime | None = treasury.at
    while due is not None and due < treasury.at + timedelta(hours=2):
        treasury.at = max(treasury.at, due)
        due = engine.run(connection.id, clock=treasury.clock)
        yield treasury.at


def test_what_is_looked_at_before_the_second_pass_is_looked_at_once(treasury: Treasury) -> None:
    connection = a_connection(treasury, members=MEMBERS)
    operations.enable(connection, user=treasury.user, now=treasury.at)
    for _ in turns(treasury, connection):
        pass
    asked = [each for each in treasury.there.record.since(0) if "{division}" in each.path]
    wrote = [at for at, each in enumerate(asked) if each.method == "POST"]
    assert len(wrote) == 3 * MEMBERS
    between = asked[wrote[0] : wrote[-1] + 1]
    assert sum(each.method == "GET" for each in between) == LOOKS
    assert {each.status for each in asked} == {200, 201}
    assert not Problem.objects.exists()
    assert Reading.objects.filter(connection=connection).exists()
    nightly.throw_away(now=treasury.at + timedelta(days=2))
    assert not Reading.objects.exists()


def test_it_is_never_said_to_be_done_before_it_is(treasury: Treasury) -> None:
    """At most a few in a hundred of what it takes, at any moment of the load, and at most a minute late."""
    connection = a_connection(treasury, members=MEMBERS)
    operations.enable(connection, user=treasury.user, now=treasury.at)
    said = [(at, progress.of(connection, now=at).ready_at) for at in turns(treasury, connection)]
    told = [(at, ready) for at, ready in said if ready]
    done = min(at for at, ready in said if not ready)
    assert len(told) > 10
    early = [(done - ready) / (done - at) for at, ready in told if at < done]
    late = [ready - done for _, ready in told]
    assert max(early) <= 0.03
    assert max(late) <= MINUTE


@pytest.mark.parametrize(
    ("begins", "requests", "ready"),
    [
        ("12:00:00", 50, "12:00"),
        ("12:00:00", 58, "12:00:54"),  # a tenth is kept for people's edits until the last tenth of a minute
        ("12:00:57", 58, "12:00:57"),
        ("12:00:00", 100, "12:01"),
        ("12:00:00", 120, "12:01:54"),
        ("12:00:00", 4_400, "13:13"),
        ("12:00:00", 4_600, "21:37"),  # of the day too
        ("12:00:00", 6_000, "24:16"),
        ("23:00:00", 6_000, "24:39:54"),  # what the minutes let through by midnight is less than the day would
        ("12:00:00", 15_000, "69:44"),
    ],
)
def test_it_is_ready_when_the_last_window_lets_the_last_through(
    treasury: Treasury, begins: str, requests: int, ready: str
) -> None:
    connection = a_connection(treasury)
    noon = datetime(2026, 5, 4, tzinfo=UTC)
    hours, *rest = (int(each) for each in ready.split(":"))
    now = datetime.combine(noon.date(), datetime.strptime(begins, "%H:%M:%S").time(), UTC)  # noqa: DTZ007
    found = planner.ready_at(connection, requests, now=now)
    assert found is not None
    expected = noon + timedelta(hours=hours, minutes=rest[0], seconds=sum(rest[1:]))
    assert timedelta() <= found - expected <= timedelta(seconds=60 * planner.SECONDS_PER_REQUEST)
