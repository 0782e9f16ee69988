"""The demo: told twice it adds nothing, links books to every package, and what it puts there is recognised."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from ledenbrug.bookkeeping.exact_online import sandbox as exact
from ledenbrug.bookkeeping.moneybird import sandbox as moneybird
from ledenbrug.core.records import ALWAYS
from ledenbrug.demo import association, far_side, links
from ledenbrug.demo.people import Stage
from ledenbrug.members.models import Association, Mandate, Member, MemberStatus, Period, User
from ledenbrug.sync import connecting, engine, operations, preview
from ledenbrug.sync.models import Connection, Link, Problem
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


@contextmanager
def sandboxes(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[moneybird.Sandbox, exact.Sandbox]]:
    """As `ledenbrug demo` starts them."""
    client, secret = "ledenbrug-demo", "a-secret-of-the-demo"
    with (
        moneybird.start(token=TOKEN, client_id=client, client_secret=secret) as one,
        exact.start(token=TOKEN, client_id=client, client_secret=secret) as other,
    ):
        for name, there in (("MONEYBIRD", one), ("EXACT_ONLINE", other)):
            monkeypatch.setenv(f"LEDENBRUG_{name}_URL", there.url)
            monkeypatch.setenv(f"LEDENBRUG_{name}_LIMIT", "none")
            monkeypatch.setenv(f"LEDENBRUG_{name}_CLIENT_ID", client)
            monkeypatch.setenv(f"LEDENBRUG_{name}_CLIENT_SECRET", secret)
        monkeypatch.setenv(far_side.TOKEN, TOKEN)
        yield one, other


def tell() -> None:
    association.make(now=NOW)
    far_side.prepare()
    links.link_all(now=NOW)


def settle() -> None:
    """Everything that is due at once, as the worker of the demo does it."""
    for connection in Connection.objects.filter(removed_at=None, enabled=True):
        while engine.run(connection.id, clock=lambda: NOW) == NOW:
            pass


def test_contacts_of_the_demo_are_recognised_in_every_way(monkeypatch: pytest.MonkeyPatch) -> None:
    association.make(now=NOW)
    here, user = Association.objects.get(slug=association.SLUG), User.objects.get(email=association.USERS[0][0])
    with sandboxes(monkeypatch) as (there, _):
        far_side.prepare()
        far_side.prepare()
        assert len(there.world.contacts()) == 7
        connection = connect(here, user)
        found = preview.make(connection, now=NOW)
        payers = Member.objects.filter(payer_member=None, payer_details=None, status__archived=False).count() + 1
        assert found.counts == {"create": payers - 5, "adopt": 2, "note": 3, "unchanged": 0}
        assert sorted(row.note for row in found.rows if row.note) == ["ambiguous", "looks_like", "looks_like"]


@pytest.mark.django_db(transaction=True)
def test_both_packages_are_linked_to_books_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with sandboxes(monkeypatch) as (one, other):
        tell()
        settle()
        linked = Connection.objects.filter(enabled=True, waiting="").order_by("package")
        assert list(linked.values_list("package", "financial_administration__name")) == [
            ("exact_online", "Jeugd"),
            ("moneybird", "Activiteiten"),
        ]
        assert len(one.world.contacts(linked[1].administration)) == 18
        accounts = other.world.accounts(int(linked[0].administration)).values()
        payers = {each.payer_member_id or each.id for each in Member.objects.filter(status__name="Jeugdlid")}
        assert sum(each["Code"].strip().startswith("700") for each in accounts) == len(payers)
        assert Problem.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_was_linked_is_linked_again_when_the_sandboxes_forgot(monkeypatch: pytest.MonkeyPatch) -> None:
    with sandboxes(monkeypatch):
        tell()
        settle()
        linked = list(Connection.objects.order_by("package").values("id", "administration", "enabled"))
        sent = Link.objects.count()
    with sandboxes(monkeypatch) as (one, _):
        tell()
        settle()
        assert list(Connection.objects.order_by("package").values("id", "administration", "enabled")) == linked
        assert set(Connection.objects.values_list("waiting", "grant__state")) == {("", "given")}
        assert (Link.objects.count(), Problem.objects.filter(closed_at=None).count()) == (sent, 0)
        assert len(one.world.contacts(linked[1]["administration"])) == 18


def test_what_somebody_took_away_stays_away(monkeypatch: pytest.MonkeyPatch) -> None:
    with sandboxes(monkeypatch):
        tell()
        user = User.objects.get(email=association.USERS[0][0])
        taken = Connection.objects.get(package="moneybird")
        assert links.told()[0] == "Activiteiten goes to Moneybird."
        operations.remove(taken, user=user, now=NOW)
    with sandboxes(monkeypatch):
        tell()
        assert [each.package for each in Connection.objects.filter(removed_at=None)] == ["exact_online"]
        assert links.told() == [
            "Activiteiten is yours to link.",
            "Algemeen is yours to link.",
            "Jeugd goes to Exact Online.",
        ]


def test_what_no_longer_reaches_its_books_is_taken_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with sandboxes(monkeypatch):
        tell()
        Connection.objects.filter(package="exact_online").update(administration="123456")
        tell()
        assert [each.package for each in Connection.objects.filter(removed_at=None)] == ["moneybird"]
    assert "No longer linked: Stichting Vrienden van De Brug (sandbox) (2)" in capsys.readouterr().err


def test_nobody_pays_for_the_dead_or_the_gone() -> None:
    association.make(now=NOW)
    payers = Member.objects.filter(pays_for__isnull=False)
    assert {each.status.name for each in payers if each.status} == {"Lid"}
    assert len(Stage) == MemberStatus.objects.count()
