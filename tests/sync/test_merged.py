"""What the link makes of two registrations that became one."""

import pytest

from ledenbrug.core.records import Group
from ledenbrug.members import operations
from ledenbrug.members.models import Member
from ledenbrug.sync.models import Link, Problem
from tests.members.factories import a_member
from tests.sync.stage import a_stage

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_survivor_keeps_its_contact_and_the_other_contact_becomes_one_to_do() -> None:
    stage = a_stage(groups=[Group.NAME, Group.CUSTOMER_NUMBER, Group.EMAIL])
    ours = a_member(stage.association, status=stage.status, last_name="Vries")
    other = a_member(stage.association, status=stage.status, last_name="Vries", email="jan@leden.example")
    child = a_member(stage.association, status=stage.status, last_name="Kind", payer_member=other)
    stage.turn()
    contacts = dict(Link.objects.values_list("payer", "contact"))
    assert set(contacts) == {f"m{ours.pk}", f"m{other.pk}"}
    operations.merge_members(ours, other, seen=(ours.version, other.version), by=None, now=stage.now)
    stage.later(minutes=1).turn()
    assert dict(Link.objects.values_list("payer", "contact")) == contacts
    assert [each.get("email") for each in stage.contacts()] == ["jan@leden.example", "jan@leden.example"]
    assert list(Problem.objects.filter(closed_at=None).values_list("payer", "reason")) == [(f"m{other.pk}", "left")]
    assert Member.objects.get(pk=child.pk).payer_member == ours
    stage.later(days=1).turn()
    assert Problem.objects.count() == 1
