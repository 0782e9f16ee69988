"""What is too much at once is held and asked; one person's own work never is."""

import pytest

from ledenbrug.core.reasons import Reason
from ledenbrug.members import cause
from ledenbrug.members.models import Member
from ledenbrug.sync.models import Problem
from tests.members.factories import a_status
from tests.sync.stage import Stage, calls, edit, members, night, open_reasons

pytestmark = pytest.mark.django_db


def test_an_import_that_overwrites_very_many_is_held_as_a_whole_before_its_first_step(stage: Stage) -> None:
    members(stage, 30)
    stage.turn()
    calls(stage)
    cause.set(cause.Cause.IMPORT)
    Member.objects.filter(association=stage.association).update(city="Gent")
    stage.turn()
    assert calls(stage) == {}
    assert {reason for _, _, reason in open_reasons(stage)} == {Reason.MANY_OVERWRITTEN}
    assert Problem.objects.filter(closed_at=None).first().params["count"] == "30"  # type: ignore[union-attr]


def test_an_import_that_drips_through_does_not_slip_by(stage: Stage) -> None:
    made = members(stage, 30)
    stage.turn()
    for each in made[:15]:
        cause.set(cause.Cause.IMPORT)
        Member.objects.filter(id=each.id).update(city="Gent")
        stage.turn()
    assert sum(each["city"] == "Gent" for each in stage.contacts()) == 10
    assert len(open_reasons(stage)) == 5
    stage.later(hours=25)
    Member.objects.filter(id=made[20].id).update(city="Gent")
    stage.turn()
    assert sum(each["city"] == "Gent" for each in stage.contacts()) == 11


def test_a_secretary_who_edits_all_day_is_never_held(stage: Stage) -> None:
    made = members(stage, 15)
    stage.turn()
    for each in made:
        edit(each, city="Gent")
        stage.turn()
    assert sum(each["city"] == "Gent" for each in stage.contacts()) == 15
    assert open_reasons(stage) == []


def test_nothing_is_concluded_from_a_list_of_contacts_that_is_suddenly_empty(stage: Stage) -> None:
    members(stage, 25)
    stage.turn()
    kept, stage.world.contacts = stage.world.contacts, {}
    night(stage)
    assert open_reasons(stage) == [("", "", Reason.CONTACTS_FELL)]
    stage.world.contacts = kept
    night(stage)
    assert open_reasons(stage) == []


def test_a_member_list_that_falls_suddenly_asks_one_question(stage: Stage) -> None:
    members(stage, 30)
    stage.turn()
    Member.objects.filter(association=stage.association).update(status=a_status(stage.association))
    stage.turn()
    assert open_reasons(stage) == [("", "", Reason.MEMBERS_FELL)]
