"""A worker that was taken for dead wakes up in the middle of a call."""

import pytest

from ledenbrug.core.records import ContactId
from ledenbrug.sync.models import Connection, Link, Problem
from tests.members.factories import a_member
from tests.sync.stage import a_stage

pytestmark = pytest.mark.django_db


def test_a_contact_made_late_is_found_though_the_one_that_was_linked_is_gone() -> None:
    stage = a_stage()
    a_member(stage.association, status=stage.status, last_name="Invented")
    stage.turn()
    (first,) = stage.world.contacts
    late = stage.world.contacts.pop(first)  # somebody deletes it there
    second = stage.world.add(late.values)  # and then the sleeper's create arrives
    Link.objects.update(unsure=True)  # as the sleeper's answer says
    Connection.objects.update(round_due_at=stage.now, round_cause="nightly")
    stage.turn()
    assert [ContactId(each) for each in Link.objects.values_list("contact", flat=True)] == [second]
    assert list(stage.world.contacts) == [second]
    assert not Problem.objects.filter(closed_at=None).exists()
