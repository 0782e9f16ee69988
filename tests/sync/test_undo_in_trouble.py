"""A run is taken back in spite of crashes, lost answers, refusals and a closed door; and when it cannot be."""

from datetime import timedelta

import pytest

from ledenbrug.core.errors import LoginNeeded, Temporary
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import Field
from ledenbrug.sync import operations, preview, progress, undo
from ledenbrug.sync.models import Cause, Connection, Journal, Link, Outcome, Problem, Run
from ledenbrug.sync.refusals import Refused
from tests.members.factories import a_member, a_user
from tests.sync.stage import Stage
from tests.sync.taken_back import ANNA, change, edits, email, enable, kept, take_back, the_day_after

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(off: Stage) -> Stage:
    return the_day_after(off)


def test_a_crash_in_the_middle_is_no_end(off: Stage) -> None:
    for _ in range(4):
        a_member(off.association, status=off.status)
    run = enable(off)
    off.world.fail(KeyboardInterrupt(), on="remove", skip=1)
    off.world.fail(KeyboardInterrupt(), on="remove", skip=2, carried_out=True)
    undo.start(run, user=a_user(), now=off.now)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            off.turn()
    off.turn()
    run.refresh_from_db()
    assert off.contacts() == []
    assert run.undone_at is not None
    assert not Link.objects.filter(unsure=True).exists()
    assert set(Link.objects.values_list("contact", flat=True)) == {None}


@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("on", ["remove", "update"])
def test_after_a_lost_answer_it_looks_and_goes_on(stage: Stage, carried_out: bool, on: str) -> None:
    run = Run.objects.get(cause=Cause.ENABLE)
    if on == "update":
        change(stage, email="nieuw@brug.example")
        run = edits(stage)
    stage.world.fail(Temporary("no_answer", reached=True), on=on, carried_out=carried_out)
    take_back(run, stage)
    stage.later(minutes=1).turn()
    run.refresh_from_db()
    assert run.undone_at == stage.now
    assert [each["email"] for each in stage.contacts()] == ([] if on == "remove" else ["anna@brug.example"])
    link = Link.objects.get()
    assert (link.unsure, link.contact) == (False, None if on == "remove" else "c1")
    assert len(preview.make(stage.connection, now=stage.now).rows) == 1


def test_a_create_whose_answer_was_lost_is_found_and_deleted(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    off.world.fail(Temporary("no_answer", reached=True), on="create", carried_out=True)
    run = enable(off)
    assert Link.objects.get().unsure
    take_back(run, off)
    assert off.contacts() == []


def test_an_old_value_that_is_refused_now_is_told_in_the_journal_and_asks_nothing(stage: Stage) -> None:
    change(stage, email="nieuw@brug.example")
    stage.world.refuses[Field.EMAIL, "anna@brug.example"] = Reason.INVALID
    take_back(edits(stage), stage)
    assert email(stage) == "nieuw@brug.example"
    step = Journal.objects.filter(run__cause=Cause.UNDO).get()
    assert (step.outcome, step.reason) == (Outcome.REFUSED, Reason.INVALID)
    assert not Problem.objects.filter(closed_at=None).exists()
    assert Run.objects.get(cause=Cause.UNDO).ended_at is not None


def test_while_a_run_is_taken_back_nobody_can_enable_and_disabling_stops_it(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    run = enable(off)
    undo.start(run, user=a_user(), now=off.now)
    far = progress.of(off.connection, now=off.now)
    assert (far.done, far.to_do) == (0, 1)
    for refused in (
        lambda: operations.enable(off.connection, user=a_user(), now=off.now),
        lambda: undo.start(run, user=a_user(), now=off.now),
    ):
        with pytest.raises(Refused, match="undoing"):
            refused()
    operations.disable(off.connection, user=a_user(), now=off.now)
    off.turn()
    assert len(off.contacts()) == 1
    run.refresh_from_db()
    assert run.undone_at is None
    enable(off)


def test_where_nobody_lets_us_in_it_waits_and_goes_on_afterwards(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    run = enable(off)
    off.world.fail(LoginNeeded("withdrawn"), on="remove")
    take_back(run, off)
    assert off.connection.waiting == "withdrawn"
    assert len(off.contacts()) == 1
    Connection.objects.update(waiting="")
    type(off.connection.grant).objects.update(state="given")  # type: ignore[union-attr]
    off.turn()
    assert off.contacts() == []


def test_a_run_whose_values_are_gone_cannot_be_taken_back(stage: Stage) -> None:
    change(stage, email="nieuw@brug.example")
    run = edits(stage)
    assert undo.may(run, now=stage.now)
    Journal.objects.update(before="", after="")
    assert kept(run, stage) == [("Anna Vries", Reason.UNKNOWN_BEFORE)]
    with pytest.raises(Refused, match="too_old"):
        undo.start(run, user=a_user(), now=stage.now + timedelta(days=30))


def test_an_undo_is_not_undone_and_no_run_twice(stage: Stage) -> None:
    change(stage, email="nieuw@brug.example")
    run = edits(stage)
    take_back(run, stage)
    run.refresh_from_db()
    assert not undo.may(run, now=stage.now)
    assert not undo.may(Run.objects.get(cause=Cause.UNDO), now=stage.now)
