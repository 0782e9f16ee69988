"""The demo: told twice it adds nothing, and what it puts into a sandbox is recognised in every way there is."""

from datetime import UTC, datetime

import pytest

from ledenbrug.bookkeeping.moneybird import sandbox
from ledenbrug.core.records import ALWAYS
from ledenbrug.demo import association, far_side
from ledenbrug.demo.people import Stage
from ledenbrug.members.models import Association, Mandate, Member, MemberStatus, Period, User
from ledenbrug.sync import connecting, operations, preview
from ledenbrug.sync.models import Connection
from ledenbrug.sync.operations import Draft

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TOKEN = "a-token-of-the-demo"


def rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Member, Mandate, Period, MemberStatus, User)}


def connect(here: Association, user: User) -> Connection:
    grant = connecting.paste(association=here, package="moneybird", token=TOKEN, user=user, now=NOW)
    statuses = MemberStatus.objects.of(here).filter(archived=False)
    draft = Draft(
        administration=connecting.administrations(grant, now=NOW)[0].id,
        financial_administration=here.financial_administrations.get(name="Algemeen").pk,
        statuses=frozenset(statuses.values_list("pk", flat=True)),
        groups=frozenset(each.value for each in ALWAYS),
        prefix="LID-",
        choices={},
    )
    return operations.save(association=here, grant=grant, draft=draft, user=user, now=NOW)


def test_a_demo_told_twice_adds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert association.make(now=NOW) is True
    told = rows()
    assert association.make(now=NOW) is False
    assert rows() == told
    assert told["Member"] == 250
    dead = Member.objects.get(status__deceased=True)
    assert dead.status is not None
    assert dead.status.archived
    assert Period.objects.filter(start__gt=NOW.date()).count() == 3


def test_contacts_of_the_demo_are_recognised_in_every_way(monkeypatch: pytest.MonkeyPatch) -> None:
    association.make(now=NOW)
    here, user = Association.objects.get(slug=association.SLUG), User.objects.get(email=association.USERS[0][0])
    with sandbox.start(token=TOKEN) as there:
        monkeypatch.setenv("LEDENBRUG_MONEYBIRD_URL", there.url)
        monkeypatch.setenv("LEDENBRUG_MONEYBIRD_LIMIT", "none")
        monkeypatch.setenv(far_side.TOKEN, TOKEN)
        far_side.prepare(now=NOW)
        far_side.prepare(now=NOW)
        assert len(there.world.contacts()) == 7
        connection = connect(here, user)
        found = preview.make(connection, now=NOW)
        payers = Member.objects.filter(payer_member=None, payer_details=None, status__archived=False).count() + 1
        assert found.counts == {"create": payers - 5, "adopt": 2, "note": 3, "unchanged": 0}
        assert sorted(row.note for row in found.rows if row.note) == ["ambiguous", "looks_like", "looks_like"]
        far_side.prepare(now=NOW)
        connection.refresh_from_db()
        assert connection.removed_at == NOW


def test_nobody_pays_for_the_dead_or_the_gone() -> None:
    association.make(now=NOW)
    payers = Member.objects.filter(pays_for__isnull=False)
    assert {each.status.name for each in payers if each.status} == {"Lid"}
    assert len(Stage) == MemberStatus.objects.count()
