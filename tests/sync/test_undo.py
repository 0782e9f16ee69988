"""A run is taken back: what goes back, what stays and why, and what a crash or a lost answer leaves of it."""

import pytest

from ledenbrug.core.port import Papers
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import Field, Group
from ledenbrug.sync import look, operations, preview, undoing
from ledenbrug.sync.models import Cause, Journal, Link, Outcome, Problem
from tests.members.factories import a_member, a_status, a_user
from tests.sync.stage import Stage, a_stage
from tests.sync.taken_back import ANNA, C1, change, edits, email, enable, kept, take_back, the_day_after, there

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(off: Stage) -> Stage:
    return the_day_after(off)


def test_what_a_first_run_made_is_deleted_and_enabling_again_shows_the_same_plan(off: Stage) -> None:
    for _ in range(3):
        a_member(off.association, status=off.status)
    before = preview.make(off.connection, now=off.now)
    run = enable(off)
    told = undoing.make(run, now=off.now)
    assert (told.delete, told.update, told.unlink, told.kept) == (3, 0, 0, 0)
    assert len(off.contacts()) == 3
    take_back(run, off)
    assert off.contacts() == []
    assert not off.connection.enabled
    run.refresh_from_db()
    assert run.undone_at == off.now
    assert off.world.requests["remove"] == 3
    assert off.world.requests["read"] == 3  # the check after enable, the preview, the undo
    again = preview.make(off.connection, now=off.now)
    assert [(each.title, each.kind, each.lines) for each in again.rows] == [
        (each.title, each.kind, each.lines) for each in before.rows
    ]
    enable(off)
    assert len(off.contacts()) == 3


def test_a_changed_field_goes_back_to_what_stood_there(stage: Stage) -> None:
    change(stage, email="nieuw@brug.example", city="Nergenshuizen")
    run = edits(stage)
    told = undoing.make(run, now=stage.now)
    assert [(each.kind, each.lines) for each in told.rows] == [
        (
            "update",
            [("city", "Nergenshuizen", ""), ("email", "nieuw@brug.example", "anna@brug.example")],
        )
    ]
    take_back(run, stage)
    assert email(stage) == "anna@brug.example"
    assert stage.world.contacts[C1].values[Field.CITY] == ""
    step = look.journal(stage.connection)[0]
    assert step.step.run is not None
    assert (step.step.run.cause, step.step.kind, step.step.outcome) == (Cause.UNDO, "update", Outcome.DONE)
    assert ("email", "nieuw@brug.example", "anna@brug.example") in step.lines
    shown = preview.make(stage.connection, now=stage.now)
    assert [(each.kind, ("email", "anna@brug.example", "nieuw@brug.example") in each.lines) for each in shown.rows] == [
        ("update", True)
    ]


def test_of_several_edits_of_a_day_the_first_before_goes_back(stage: Stage) -> None:
    for each in ("een", "twee", "drie"):
        change(stage, email=f"{each}@brug.example")
    take_back(edits(stage), stage)
    assert email(stage) == "anna@brug.example"
    assert stage.world.requests["update"] == 4


def test_a_field_that_somebody_changed_there_stays(stage: Stage) -> None:
    change(stage, email="nieuw@brug.example", city="Nergenshuizen")
    there(stage, email="boekhouder@brug.example")
    run = edits(stage)
    assert kept(run, stage) == [("Anna Vries", Reason.CHANGED_THERE)]
    take_back(run, stage)
    assert email(stage) == "boekhouder@brug.example"
    assert stage.world.contacts[C1].values[Field.CITY] == ""
    left = Journal.objects.get(run__cause=Cause.UNDO, outcome=Outcome.REFUSED)
    assert (left.reason, left.fields) == (Reason.CHANGED_THERE, ["email"])
    assert not Problem.objects.filter(closed_at=None).exists()


def test_a_record_that_was_corrected_since_is_never_restored(stage: Stage) -> None:
    change(stage, email="fout@brug.example")
    run = edits(stage)
    operations.disable(stage.connection, user=a_user(), now=stage.now)
    change(stage, email="goed@brug.example")
    assert kept(run, stage) == [("Anna Vries", Reason.CHANGED_HERE)]
    take_back(run, stage)
    assert email(stage) == "fout@brug.example"


def test_a_value_that_went_over_again_since_stays(stage: Stage) -> None:
    change(stage, email="een@brug.example")
    run = edits(stage)
    stage.later(days=1)
    change(stage, email="twee@brug.example")
    change(stage, email="een@brug.example")
    assert kept(run, stage) == [("Anna Vries", Reason.WRITTEN_SINCE)]
    take_back(run, stage)
    assert email(stage) == "een@brug.example"


def test_nothing_of_somebody_who_left_or_was_erased_comes_back(stage: Stage) -> None:
    change(stage, email="nieuw@brug.example")
    run = edits(stage)
    change(stage, deleted_at=stage.now)
    assert kept(run, stage) == [("Anna Vries", Reason.LEFT)]
    take_back(run, stage)
    assert email(stage) == "nieuw@brug.example"


def test_a_contact_that_the_run_made_for_somebody_who_left_since_is_deleted(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    run = enable(off)
    change(off, status=a_status(off.association, "Oud-lid"))
    take_back(run, off)
    assert off.contacts() == []


def test_a_contact_that_somebody_changed_since_is_not_deleted(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    run = enable(off)
    there(off, phone="0201234567")
    assert kept(run, off) == [("Anna Vries", Reason.CHANGED_THERE)]
    take_back(run, off)
    assert len(off.contacts()) == 1


@pytest.mark.parametrize("keeps_used", [True, False])
def test_a_used_contact_is_archived_where_deleting_is_refused(off: Stage, keeps_used: bool) -> None:
    a_member(off.association, status=off.status, **ANNA)
    run = enable(off)
    off.world.keeps_used = keeps_used
    off.world.papers[C1] = Papers(open=1)
    take_back(run, off)
    assert off.world.contacts[C1].archived
    assert [(each.kind, each.note) for each in preview.make(off.connection, now=off.now).rows] == [
        ("note", Reason.ARCHIVED)
    ]


def test_an_adopted_contact_is_only_unlinked_and_found_again_afterwards(off: Stage) -> None:
    a_member(off.association, status=off.status, city="Nergenshuizen", **ANNA)
    off.world.add({Field.CUSTOMER_NUMBER: "LID-1042", Field.FIRST_NAME: "Anna", Field.LAST_NAME: "Vries"})
    was = off.contacts()
    before = preview.make(off.connection, now=off.now)
    run = enable(off)
    assert off.contacts() != was
    told = undoing.make(run, now=off.now)
    assert (told.update, told.delete) == (1, 0)
    take_back(run, off)
    assert off.contacts() == was
    assert not Link.objects.exists()
    again = preview.make(off.connection, now=off.now)
    assert [(each.kind, each.lines) for each in again.rows] == [(each.kind, each.lines) for each in before.rows]
    enable(off)
    assert len(off.contacts()) == 1
    assert Link.objects.get().adopted


def test_an_adopted_contact_that_needed_nothing_is_told_as_unlinked(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    there_already = {
        Field.FIRST_NAME: "Anna",
        Field.LAST_NAME: "Vries",
        Field.EMAIL: ANNA["email"],
        Field.COUNTRY: "NL",
    }
    off.world.add({Field.CUSTOMER_NUMBER: "LID-1042", **there_already})
    run = enable(off)
    assert [each.kind for each in undoing.make(run, now=off.now).rows] == ["unlink"]
    take_back(run, off)
    assert off.world.requests["update"] == off.world.requests["remove"] == 0
    assert [each.step.kind for each in look.journal(off.connection, count=1)] == ["unlink"]


def test_a_bank_account_goes_back_whole() -> None:
    stage = a_stage(groups=[Group.NAME, Group.CUSTOMER_NUMBER, Group.EMAIL, Group.PHONE])
    a_member(stage.association, status=stage.status, phone="0201234567", **ANNA)
    stage.turn()
    stage.later(days=1)
    change(stage, phone="")
    take_back(edits(stage), stage)
    assert stage.world.contacts[C1].values[Field.PHONE] == "0201234567"
