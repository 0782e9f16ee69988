"""*Theirs holds*: what somebody changed at the package is proposed to the member secretary, who says yes or no."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail

from ledenbrug.core.records import Field
from ledenbrug.members import operations as records
from ledenbrug.members.history import history_of
from ledenbrug.members.models import Member, MemberStatus, ProposedChange
from ledenbrug.members.refusals import Refused as Unfit
from ledenbrug.sync import before, nightly, notices, operations, preview, verdicts
from ledenbrug.sync.models import Drift, Journal, Link
from ledenbrug.wire import sealing
from tests.members.factories import a_user
from tests.sync.differing import C1, a_changed_contact, drift, open_drifts, theirs, told
from tests.sync.stage import Stage

pytestmark = pytest.mark.django_db


def test_what_stands_there_is_proposed_and_the_record_stays_as_it_is() -> None:
    stage = a_changed_contact(email="nieuw@brug.example")
    proposal = theirs(stage)
    assert told(proposal) == [("email", "anna@brug.example", "nieuw@brug.example")]
    assert proposal.origin == f"Memory · {stage.connection.administration_name}"
    assert Member.objects.get().email == "anna@brug.example"
    assert "nieuw" not in proposal.sealed


def test_until_it_is_decided_it_is_no_drift_and_another_field_goes_over_beside_it() -> None:
    stage = a_changed_contact(email="nieuw@brug.example")
    theirs(stage)
    drift(stage, email="nog.nieuwer@brug.example")
    Member.objects.update(city="Bedum")
    stage.turn()
    there = stage.world.contacts[C1].values
    assert (there[Field.EMAIL], there[Field.CITY]) == ("nog.nieuwer@brug.example", "Bedum")
    assert (open_drifts(stage), records.open_proposals(stage.association).count()) == ([], 1)


def by_hand(member: Member, now: datetime) -> None:
    records.change_member(member, seen_version=member.version, values={"email": "ons@brug.example"}, by=None, now=now)


def by_sql(member: Member, now: datetime) -> None:
    Member.objects.update(email="ons@brug.example")


def by_another_field(member: Member, now: datetime) -> None:
    """What was proposed is about the e-mail address; this is where invoices go now."""
    Member.objects.update(invoice_email="ons@brug.example")


@pytest.mark.parametrize("edit", [by_hand, by_sql, by_another_field])
def test_a_record_that_is_edited_after_the_proposal_leads_at_once(edit: Callable[[Member, datetime], None]) -> None:
    stage = a_changed_contact(email="nieuw@brug.example")
    proposal = theirs(stage)
    edit(Member.objects.get(), stage.now)
    stage.turn()
    assert stage.world.contacts[C1].values[Field.EMAIL] == "ons@brug.example"
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.decided_by, proposal.sealed) == ("superseded", None, "")
    told, step = Journal.objects.filter(reason="superseded").get(), Journal.objects.latest("id")
    assert (told.payer, told.fields, told.outcome) == (step.payer, ["email"], "unchanged")
    assert (step.outcome, before.opened(step.before)) == ("done", {Field.EMAIL: "nieuw@brug.example"})
    with pytest.raises(Unfit):
        records.accept_change(proposal, by=None, now=stage.now)
    drift(stage, email="weer.anders@brug.example")
    assert open_drifts(stage) == ["email"]


def test_a_member_who_left_and_comes_back_finds_the_proposal_as_it_was() -> None:
    stage = a_changed_contact(email="nieuw@brug.example")
    theirs(stage)
    other = MemberStatus.objects.create(association=stage.association, name="Oud-lid")
    Member.objects.update(status=other)
    stage.turn()
    Member.objects.update(status=stage.status)
    stage.turn()
    assert records.open_proposals(stage.association).count() == 1
    assert stage.world.contacts[C1].values[Field.EMAIL] == "nieuw@brug.example"


def test_what_was_proposed_before_an_answer_was_lost_is_not_written_over() -> None:
    stage = a_changed_contact(email="nieuw@brug.example")
    theirs(stage)
    Link.objects.update(unsure=True, doubt=["email"], source=None)
    operations.sync_now(stage.connection, user=a_user(stage.association), now=stage.now)
    stage.turn()
    assert stage.world.contacts[C1].values[Field.EMAIL] == "nieuw@brug.example"


def test_looking_at_a_preview_lets_nothing_lapse() -> None:
    stage = a_changed_contact(email="nieuw@brug.example")
    theirs(stage)
    Member.objects.update(email="ons@brug.example")
    preview.make(stage.connection, now=stage.now)
    assert records.open_proposals(stage.association).count() == 1


def test_what_the_secretary_accepts_is_written_under_her_name_and_needs_no_call() -> None:
    stage = a_changed_contact(email="nieuw@brug.example")
    proposal, secretary = theirs(stage), a_user(stage.association, "secretary")
    before = stage.world.requests["update"]
    records.accept_change(proposal, by=secretary, now=stage.now)
    stage.turn()
    member = Member.objects.get()
    assert (member.email, history_of(member)[0].by) == ("nieuw@brug.example", secretary)
    assert (stage.world.requests["update"], open_drifts(stage)) == (before, [])
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.decided_by, proposal.sealed) == ("accepted", secretary, "")
    drift(stage, email="weer.anders@brug.example")
    assert open_drifts(stage) == ["email"]


def test_what_the_secretary_declines_is_the_treasurers_to_decide_again() -> None:
    stage = a_changed_contact(email="nieuw@brug.example")
    proposal, secretary = theirs(stage), a_user(stage.association, "secretary")
    records.decline_change(proposal, why="  Zij belde: dit klopt niet.", by=secretary, now=stage.now)
    (again,) = Drift.objects.filter(verdict="").select_related("proposal")
    assert again.proposal is not None
    assert (again.proposal.outcome, again.proposal.why) == ("declined", "Zij belde: dit klopt niet.")
    assert "nieuw@brug.example" in sealing.unseal(again.theirs)
    verdicts.settle_drift(again, verdict="ours", user=a_user(stage.association), now=stage.now)
    stage.turn()
    assert stage.world.contacts[C1].values[Field.EMAIL] == "anna@brug.example"


def test_it_is_decided_once() -> None:
    stage = a_changed_contact(email="nieuw@brug.example")
    proposal, secretary = theirs(stage), a_user(stage.association, "secretary")
    records.decline_change(proposal, by=secretary, now=stage.now)
    with pytest.raises(Unfit):
        records.accept_change(proposal, by=secretary, now=stage.now)
    assert Member.objects.get().email == "anna@brug.example"


def test_days_may_pass_before_it_is_decided() -> None:
    stage = a_changed_contact(email="nieuw@brug.example")
    proposal = theirs(stage)
    nightly.throw_away(now=stage.now + timedelta(days=20))
    records.decline_change(proposal, by=None, now=stage.now)
    assert "nieuw@brug.example" in sealing.unseal(Drift.objects.get(verdict="").theirs)


def test_a_record_that_changed_meanwhile_is_said_to_have() -> None:
    stage = a_changed_contact(email="nieuw@brug.example")
    proposal = theirs(stage)
    assert not records.changed_since(proposal)
    Member.objects.update(email="van.ons@brug.example")
    proposal = ProposedChange.objects.get()
    assert records.changed_since(proposal)
    assert told(proposal) == [("email", "van.ons@brug.example", "nieuw@brug.example")]


def test_who_is_erased_takes_the_proposal_along() -> None:
    stage = a_changed_contact(email="nieuw@brug.example")
    theirs(stage)
    member = Member.objects.get()
    records.delete_member(member, by=None, now=stage.now)
    assert not records.open_proposals(stage.association).exists()
    stage.turn()
    records.erase_member(member, by=None, now=stage.now)
    assert (ProposedChange.objects.count(), Drift.objects.count()) == (0, 0)


def mailed(stage: Stage) -> list[tuple[str, str]]:
    """Who was mailed about what just now."""
    before = len(mail.outbox)
    notices.note(now=stage.now)
    notices.send(now=stage.now)
    return [(each.to[0], str(each.body)) for each in mail.outbox[before:]]


def test_the_secretary_is_mailed_about_a_proposal_and_the_treasurer_about_a_no_without_a_name() -> None:
    stage = a_changed_contact(email="nieuw@brug.example")
    for role in ("treasurer", "secretary"):
        a_user(stage.association, role, email=f"{role}@brug.example")
    proposal = theirs(stage)
    ((to, body),) = mailed(stage)
    assert to == "secretary@brug.example"
    assert f"/{stage.association.slug}/members/proposed/" in body
    records.decline_change(proposal, by=None, now=stage.now)
    told = mailed(stage)
    assert ("treasurer@brug.example") in {to for to, _ in told}
    assert not any("Voorbeeld" in body or "nieuw@" in body for _, body in [(to, body), *told])
    assert mailed(stage) == []
