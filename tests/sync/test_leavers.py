"""Who leaves keeps the contact: what the to-do says of it, and when it is archived after all."""

import pytest

from ledenbrug.core.errors import Rejected, Temporary
from ledenbrug.core.port import Papers
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Field
from ledenbrug.manager.sentences import sentence
from ledenbrug.members.models import Member, MemberStatus, Period
from ledenbrug.sync import nightly, operations, settle
from ledenbrug.sync.models import Connection, Journal, Link, Problem
from tests.members.factories import a_member, a_status, a_user
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db
C1 = ContactId("c1")


def with_leavers(number: int, *, days: int | None = None, **papers: Papers) -> Stage:
    """So many went over and then left."""
    stage = a_stage()
    Connection.objects.filter(id=stage.connection.id).update(archive_after_days=days, looked_at=stage.now)
    members = [a_member(stage.association, status=stage.status) for _ in range(number)]
    stage.turn()
    stage.world.papers.update({ContactId(contact): each for contact, each in papers.items()})
    move(members, a_status(stage.association, "Oud-lid"))
    stage.turn()
    return stage


def move(members: list[Member], status: MemberStatus, **fields: str) -> None:
    Period.objects.filter(member__in=members).update(status=status)
    Member.objects.filter(id__in=[each.id for each in members]).update(status=status, **fields)


def nights(stage: Stage, number: int) -> None:
    for _ in range(number):
        stage.later(days=1)
        nightly.if_due(now=stage.now)
        stage.turn()


def said(problem: Problem) -> str:
    return sentence(problem.reason, package="Package", **problem.params)


def archived(stage: Stage) -> int:
    return sum(each.archived for each in stage.world.contacts.values())


def test_the_to_do_of_a_leaver_says_what_is_open_and_recurring() -> None:
    with_leavers(1, c1=Papers(open=2, recurring=1))
    found = Problem.objects.get(closed_at=None)
    assert (found.reason, found.params["open"], found.params["recurring"]) == (Reason.LEFT, "2", "1")
    assert "2; " in said(found)
    assert said(found).endswith(": 1.")


def test_a_few_are_asked_about_at_a_time_and_none_twice() -> None:
    stage = with_leavers(8)
    assert stage.world.requests["papers"] == 8
    nights(stage, 2)
    assert stage.world.requests["papers"] == 8
    nights(stage, 6)
    assert stage.world.requests["papers"] == 16


def test_what_is_known_stays_when_the_to_do_is_found_again() -> None:
    stage = with_leavers(1, c1=Papers(open=2))
    Link.objects.update(source=None)
    nights(stage, 1)
    assert Problem.objects.get(closed_at=None).params["open"] == "2"
    assert stage.world.requests["papers"] == 1


def test_where_the_package_does_not_let_us_count_the_to_do_says_so() -> None:
    stage = with_leavers(1, c1=Papers(known=False))
    found = Problem.objects.get(closed_at=None)
    assert "open" not in found.params
    assert said(found) == sentence(Reason.LEFT, package="Package", papers_unknown="yes")
    assert said(found) != sentence(Reason.LEFT, package="Package")
    nights(stage, 2)
    assert stage.world.requests["papers"] == 1


def test_a_contact_that_cannot_be_asked_about_stops_nobody() -> None:
    stage = with_leavers(0)
    stage.world.fail(Rejected(Reason.REFUSED), on="papers")
    stage.world.fail(Temporary(Reason.LIMITED), on="papers", skip=1)
    member = a_member(stage.association, status=stage.status)
    stage.turn()
    move([member], a_status(stage.association, "Vertrokken"))
    stage.turn()
    assert Problem.objects.filter(reason=Reason.LEFT, closed_at=None).count() == 1


def test_nobody_is_archived_unless_the_association_wants_it() -> None:
    stage = with_leavers(1)
    nights(stage, 40)
    assert archived(stage) == 0


def test_an_unused_contact_of_a_leaver_is_archived_after_the_days_that_were_chosen() -> None:
    stage = with_leavers(2, days=30, c2=Papers(recurring=1))
    nights(stage, 29)
    assert archived(stage) == 0
    nights(stage, 2)
    assert [stage.world.contacts[ContactId(each)].archived for each in ("c1", "c2")] == [True, False]
    assert [each.contact for each in Problem.objects.filter(closed_at=None)] == ["c2"]
    assert Journal.objects.latest("id").kind == "archive"
    stage.world.papers.clear()
    nights(stage, 2)
    assert archived(stage) == 2
    assert not Problem.objects.filter(closed_at=None).exists()


def test_a_to_do_that_was_seen_is_archived_all_the_same() -> None:
    stage = with_leavers(1, days=30)
    settle.settle(Problem.objects.get(), action="dismiss", user=a_user(), now=stage.now)
    nights(stage, 31)
    assert archived(stage) == 1


def test_an_adopted_contact_is_never_archived() -> None:
    stage = with_leavers(1, days=30)
    Link.objects.update(adopted=True)
    nights(stage, 40)
    assert archived(stage) == 0


def test_more_than_three_at_once_wait_for_a_person() -> None:
    stage = with_leavers(5, days=30)
    nights(stage, 32)
    held = Problem.objects.filter(closed_at=None, reason=Reason.MANY_ARCHIVED)
    assert archived(stage) + held.count() == 5
    assert archived(stage) <= 3
    settle.settle_all(stage.connection, reason=Reason.MANY_ARCHIVED, action="approve", user=a_user(), now=stage.now)
    stage.turn()
    assert archived(stage) == 5


def test_who_died_is_never_archived() -> None:
    stage = a_stage()
    Connection.objects.filter(id=stage.connection.id).update(archive_after_days=30, looked_at=stage.now)
    member = a_member(stage.association, status=stage.status)
    stage.turn()
    move([member], a_status(stage.association, "Overleden", deceased=True))
    nights(stage, 40)
    assert Problem.objects.get(closed_at=None).params["open"] == "0"
    assert archived(stage) == 0


def test_who_comes_back_after_being_archived_gets_the_same_contact_once_somebody_takes_it_out_there() -> None:
    stage = with_leavers(1, days=30)
    nights(stage, 31)
    move(list(Member.objects.all()), stage.status, email="terug@brug.example")
    stage.turn()
    assert Problem.objects.get(closed_at=None).reason == Reason.ARCHIVED
    assert len(stage.world.contacts) == 1
    stage.world.archive(C1, archived=False)
    nights(stage, 1)
    assert stage.world.contacts[C1].values[Field.EMAIL] == "terug@brug.example"
    assert not Problem.objects.filter(closed_at=None).exists()


def test_the_choice_is_kept_with_the_connection() -> None:
    stage = with_leavers(1)
    draft = operations.Draft(
        administration=stage.connection.administration,
        financial_administration=stage.connection.financial_administration_id,
        statuses=frozenset({stage.status.id}),
        groups=frozenset(stage.connection.groups),
        prefix="LID-",
        choices={},
        archive_after_days=90,
    )
    operations.change(stage.connection, draft=draft, user=a_user(), now=stage.now)
    assert Connection.objects.get(id=stage.connection.id).archive_after_days == 90
