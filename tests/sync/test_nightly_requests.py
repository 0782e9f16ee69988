"""What a night costs at Moneybird, which does not say in its list who is archived."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from ledenbrug.bookkeeping.moneybird.sandbox import Sandbox
from ledenbrug.core.reasons import Reason
from ledenbrug.members import operations as records
from ledenbrug.members.models import Member
from ledenbrug.sync import connecting, engine, nightly, operations
from ledenbrug.sync.models import Connection, Link, Problem
from tests.members.factories import a_member, a_status
from tests.sync.at_moneybird import FIRST, Treasury

pytestmark = pytest.mark.django_db
LIST = "GET /api/v2/{administration_id}/contacts/synchronization"


@pytest.mark.parametrize(("hour", "night"), [(0, 1), (2, 2)])
def test_a_night_is_not_over_before_its_hour(hour: int, night: int) -> None:
    now = datetime(2026, 5, 2, hour, 30, tzinfo=UTC)  # in Amsterdam it is two hours later
    assert nightly.last_night("Europe/Amsterdam", now=now) == datetime(2026, 5, night, 1, tzinfo=UTC)


class Nights:
    def __init__(self, of: Treasury, there: Sandbox) -> None:
        self.of, self.there = of, there
        self.at = datetime.now(UTC)
        self.members = [
            a_member(of.association, status=of.status, number=str(n), email=f"lid{n}@leden.example") for n in range(3)
        ]
        grant = connecting.paste(
            association=of.association, package="moneybird", token="a-personal-token", user=of.user, now=self.at
        )
        self.connection = of.save(grant)
        operations.enable(self.connection, user=of.user, now=self.at)
        self.work()
        self.night()  # what was written within the last second is read once more

    def work(self) -> None:
        for _ in range(20):
            due = engine.run(self.connection.id, clock=lambda: self.at)
            if due is None or due > self.at:
                return
        raise AssertionError("it never ends")

    def night(self) -> int:
        """How often the list was asked for."""
        self.at += timedelta(days=1)
        Connection.objects.update(round_due_at=self.at, round_cause="nightly", check_due_at=self.at)
        before = self.there.requests().get(LIST, 0)
        self.work()
        return self.there.requests()[LIST] - before

    def contact(self, member: Member) -> str:
        return Link.objects.get(payer=f"m{member.pk}").contact or ""

    def ask(self, method: str, path: str) -> None:
        address = f"{self.there.url}/api/v2/{FIRST}/{path}"
        answer = httpx2.request(method, address, headers={"Authorization": "Bearer a-personal-token"})
        assert answer.status_code < 300, answer.text

    def leaves(self, member: Member) -> None:
        member.refresh_from_db()
        left = a_status(self.of.association, "Oud-lid")
        records.set_status(member, status=left, start=self.at.date() - timedelta(days=1), by=None, now=self.at)
        self.work()

    def reasons(self) -> list[str]:
        return sorted(Problem.objects.filter(closed_at=None).values_list("reason", flat=True))


@pytest.fixture
def nights(treasury: Treasury, there: Sandbox) -> Nights:
    return Nights(treasury, there)


def test_a_leaver_who_was_archived_there_costs_a_request_in_one_night_only(nights: Nights) -> None:
    leaver = nights.members[0]
    nights.leaves(leaver)
    assert nights.night() == 1
    nights.ask("PATCH", f"contacts/{nights.contact(leaver)}/archive.json")
    assert [nights.night() for _ in range(3)] == [2, 1, 1]


def test_who_must_be_taken_out_of_the_archive_is_looked_for_until_that_is_done(nights: Nights) -> None:
    stays = nights.members[0]
    nights.ask("PATCH", f"contacts/{nights.contact(stays)}/archive.json")
    assert [nights.night() for _ in range(2)] == [2, 2]
    assert nights.reasons() == [Reason.ARCHIVED]
    nights.there.world.administrations[FIRST].contacts[nights.contact(stays)].archived = False
    assert [nights.night() for _ in range(2)] == [1, 1]
    assert nights.reasons() == []


def test_an_archived_contact_that_was_deleted_there_is_told_when_somebody_asks_for_it(nights: Nights) -> None:
    leaver = nights.members[0]
    nights.leaves(leaver)
    nights.ask("PATCH", f"contacts/{nights.contact(leaver)}/archive.json")
    nights.night()
    del nights.there.world.administrations[FIRST].contacts[nights.contact(leaver)]
    assert nights.night() == 1
    leaver.refresh_from_db()
    records.set_status(leaver, status=nights.of.status, start=nights.at.date(), by=None, now=nights.at)
    nights.work()
    assert Reason.ARCHIVED in nights.reasons()
    assert nights.night() == 2
    assert Reason.GONE in nights.reasons()
