"""A step without an answer, and then its field no longer goes over: nobody will ever answer for it."""

import pytest

from ledenbrug.core.errors import Temporary
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ALWAYS, ContactId, Field, Group
from ledenbrug.members.models import Mandate, Member
from ledenbrug.sync.models import Connection, Drift, Link, Problem
from tests.members.factories import a_mandate, a_member, a_status
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db
C1 = ContactId("c1")


@pytest.fixture
def stage() -> Stage:
    """The phone number that was on its way may be there; phone numbers no longer go over."""
    stage = a_stage(groups=[Group.NAME, Group.EMAIL, Group.PHONE, Group.CUSTOMER_NUMBER])
    member = a_member(stage.association, status=stage.status, phone="06-12345678", email="anna@leden.example")
    stage.turn()
    Member.objects.filter(id=member.id).update(phone="06-87654321")
    stage.world.fail(Temporary(Reason.NOT_JSON, reached=True), on="update", carried_out=True)
    stage.turn()
    assert Link.objects.get().doubt == ["phone"]
    _map(stage, Group.NAME, Group.EMAIL, Group.CUSTOMER_NUMBER)
    return stage


def _map(stage: Stage, *groups: Group) -> None:
    Connection.objects.filter(id=stage.connection.id).update(
        groups=sorted(groups), round_due_at=stage.now, round_cause="settings"
    )
    stage.turn()


def _night(stage: Stage) -> None:
    stage.later(days=1)
    Connection.objects.filter(id=stage.connection.id).update(round_due_at=stage.now, round_cause="nightly")
    stage.turn()


def test_a_contact_of_which_an_unmapped_field_is_in_doubt_was_never_looked_at_again(stage: Stage) -> None:
    assert not Link.objects.get().unsure
    stage.world.edit(C1, {Field.EMAIL: "ander@there.example"})
    _night(stage)
    assert [each.group for each in Drift.objects.all()] == ["email"]


def test_nothing_is_asked_for_a_field_that_no_longer_goes_over(stage: Stage) -> None:
    stage.world.requests.clear()
    stage.later(minutes=10)
    stage.turn()
    assert "update" not in stage.world.requests


@pytest.mark.parametrize("ours", ["06-12345678", "06-87654321", ""])
def test_when_it_goes_over_again_ours_is_written_whatever_stands_there(stage: Stage, ours: str) -> None:
    Member.objects.update(phone=ours)
    _map(stage, Group.NAME, Group.EMAIL, Group.PHONE, Group.CUSTOMER_NUMBER)
    assert stage.world.contacts[C1].values[Field.PHONE] == ours
    assert not Drift.objects.exists()


def test_of_who_left_with_a_mandate_in_doubt_it_was_told_that_the_contact_is_archived() -> None:
    stage = a_stage(groups=[*ALWAYS, Group.SEPA])
    member = a_member(stage.association, status=stage.status, iban="NL91ABNA0417164300")
    mandate = a_mandate(member, stage.connection.financial_administration)
    stage.turn()
    stage.world.fail(Temporary(Reason.NOT_JSON, reached=True), on="update")
    Mandate.objects.update(reference="M-2")
    stage.turn()
    assert Link.objects.get().unsure
    stage.world.archive(C1)
    Member.objects.update(status=a_status(stage.association, "Oud-lid"))
    Mandate.objects.update(ended=mandate.signed)
    stage.later(minutes=10).turn()
    assert not Link.objects.get().unsure
    assert not Problem.objects.filter(closed_at=None).exists()
