"""*Theirs holds*: what somebody changed at the package is proposed to the member secretary, who says yes or no."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.core import mail

from ledenbrug.core.records import ALWAYS, ContactId, Field, Group
from ledenbrug.members import operations as records
from ledenbrug.members.history import history_of
from ledenbrug.members.models import Mandate, Member, MemberStatus, PayerDetails, ProposedChange
from ledenbrug.members.refusals import Refused as Unfit
from ledenbrug.sync import before, look, nightly, notices, operations, preview, settle, verdicts
from ledenbrug.sync.models import Drift, Journal, Link, Problem
from ledenbrug.sync.refusals import Refused
from ledenbrug.wire import sealing
from tests.members.factories import IBAN, OTHER_IBAN, a_member, a_user
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db
C1 = ContactId("c1")
ANNA = {"given_name": "Anna", "infix": "van", "last_name": "Voorbeeld", "email": "anna@brug.example"}


def a_changed_contact(group: Group = Group.EMAIL, *, anna: dict[str, str] | None = None, **there: str) -> Stage:
    """Anna went over, and somebody changed her contact since."""
    stage = a_stage(groups=[*ALWAYS, Group.PHONE, Group.STATUS])
    a_member(stage.association, status=stage.status, **(anna or ANNA))
    stage.turn()
    drift(stage, **there)
    assert [each.group for each in Drift.objects.filter(verdict="")] == [group.value]
    return stage


def drift(stage: Stage, **there: str) -> None:
    stage.world.edit(C1, {Field(name): value for name, value in there.items()})
    operations.sync_now(stage.connection, user=a_user(stage.association), now=stage.later(hours=1).now)
    stage.turn()


def theirs(stage: Stage) -> ProposedChange:
    """The treasurer says that theirs holds."""
    verdicts.settle_drift(
        Drift.objects.get(verdict=""), verdict="theirs", user=a_user(stage.association, "treasurer"), now=stage.now
    )
    return ProposedChange.objects.latest("id")


def told(proposal: ProposedChange) -> list[tuple[str, object, object]]:
    return [(each.field, each.before, each.after) for each in records.proposed(proposal)]


def open_drifts(stage: Stage) -> list[str]:
    return [each.group for each in Drift.objects.filter(connection=stage.connection, verdict="")]


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


@pytest.mark.parametrize(
    ("anna", "there", "proposed"),
    [
        (ANNA, {"last_name": "de Vries"}, {"infix": "de", "last_name": "Vries"}),
        (ANNA, {"first_name": "Anneke"}, {"given_name": "Anneke"}),
        ({**ANNA, "given_name": "", "initials": "A."}, {"first_name": "B."}, {"initials": "B."}),
        (
            {**ANNA, "second_last_name": "Brug"},
            {"last_name": "de Vries-Brug"},
            {"infix": "de", "last_name": "Vries"},
        ),
        (
            {**ANNA, "second_last_name": "Brug"},
            {"last_name": "Vries"},
            {"infix": "", "last_name": "Vries", "second_infix": "", "second_last_name": ""},
        ),
    ],
)
def test_a_name_is_taken_apart_again(anna: dict[str, str], there: dict[str, str], proposed: dict[str, str]) -> None:
    stage = a_changed_contact(Group.NAME, anna=anna, **there)
    assert {field: after for field, _, after in told(theirs(stage))} == proposed
    before = stage.world.requests["update"]
    records.accept_change(ProposedChange.objects.get(), by=None, now=stage.now)
    stage.turn()
    assert stage.world.requests["update"] == before


def test_an_address_for_invoices_is_what_an_address_there_is_compared_with() -> None:
    anna = {**ANNA, "invoice_email": "ouders@brug.example"}
    stage = a_changed_contact(anna=anna, email="nieuw@brug.example")
    assert told(theirs(stage)) == [("invoice_email", "ouders@brug.example", "nieuw@brug.example")]


@pytest.mark.parametrize(
    ("group", "there"),
    [(Group.STATUS, {"status": "Erelid"}), (Group.NAME, {"company": "Bedrijf B.V.", "last_name": "Anders"})],
)
def test_what_has_no_place_in_the_record_is_not_proposed(group: Group, there: dict[str, str]) -> None:
    stage = a_changed_contact(group, **there)
    with pytest.raises(Refused) as refused:
        theirs(stage)
    assert refused.value.reason == "not_proposable"
    assert open_drifts(stage) == [group.value]


def test_a_value_that_is_none_is_not_proposed() -> None:
    stage = a_changed_contact(email="geen adres")
    with pytest.raises(Unfit):
        theirs(stage)
    assert (open_drifts(stage), ProposedChange.objects.count()) == (["email"], 0)


def test_details_of_a_payer_who_is_no_member_are_proposed_too() -> None:
    stage = a_stage()
    member = a_member(stage.association, status=stage.status, **ANNA)
    parent = PayerDetails.objects.create(association=stage.association, last_name="Ouder", email="ouder@brug.example")
    Member.objects.filter(id=member.id).update(payer_details=parent)
    stage.turn()
    drift(stage, email="nieuw@brug.example")
    records.accept_change(theirs(stage), by=None, now=stage.now)
    parent.refresh_from_db()
    assert parent.email == "nieuw@brug.example"


def test_who_is_erased_takes_the_proposal_along() -> None:
    stage = a_changed_contact(email="nieuw@brug.example")
    theirs(stage)
    member = Member.objects.get()
    records.delete_member(member, by=None, now=stage.now)
    assert not records.open_proposals(stage.association).exists()
    stage.turn()
    records.erase_member(member, by=None, now=stage.now)
    assert (ProposedChange.objects.count(), Drift.objects.count()) == (0, 0)


def with_a_mandate(there: dict[str, str]) -> tuple[Stage, Member]:
    stage = a_stage(groups=[*ALWAYS, Group.SEPA])
    anna = a_member(stage.association, status=stage.status, iban=IBAN, account_holder="A. Voorbeeld", **ANNA)
    books = stage.connection.financial_administration
    signed = date(2024, 1, 1)
    Mandate.objects.create(
        association=stage.association, member=anna, financial_administration=books, reference="M1", signed=signed
    )
    stage.turn()
    drift(stage, **there)
    return stage, anna


def test_an_account_with_a_mandate_is_only_taken_when_it_is_said_how_it_is_meant() -> None:
    stage, anna = with_a_mandate({"iban": OTHER_IBAN})
    proposal, secretary = theirs(stage), a_user(stage.association, "secretary")
    assert records.needs_how(proposal, now=stage.now)
    with pytest.raises(Unfit):
        records.accept_change(proposal, by=secretary, now=stage.now)
    records.accept_change(proposal, how=records.IbanChange.SAME_MANDATE, by=secretary, now=stage.now)
    stage.turn()
    anna.refresh_from_db()
    assert (anna.iban, anna.account_holder, anna.bic) == (OTHER_IBAN, "A. Voorbeeld", "INGBNL2A")
    assert not Problem.objects.filter(closed_at=None).exists()
    assert bytes(Link.objects.get().source or b"") != b""


def test_an_account_that_is_edited_after_the_proposal_waits_for_its_yes() -> None:
    stage, anna = with_a_mandate({"iban": OTHER_IBAN})
    proposal, third = theirs(stage), "NL02ABNA0123456789"
    records.change_iban(
        anna, seen_version=anna.version, iban=third, how=records.IbanChange.SAME_MANDATE, by=None, now=stage.now
    )
    stage.turn()
    proposal.refresh_from_db()
    assert (proposal.outcome, stage.world.contacts[C1].values[Field.IBAN]) == ("superseded", OTHER_IBAN)
    (asked,) = look.problems(stage.connection)
    assert asked.problem.reason == "iban_waits"
    assert ("iban", OTHER_IBAN, third) in asked.lines
    settle.settle(asked.problem, action="approve", user=a_user(stage.association), now=stage.now)
    stage.turn()
    assert stage.world.contacts[C1].values[Field.IBAN] == third


def test_direct_debit_that_was_switched_off_there_is_not_proposed() -> None:
    stage, _ = with_a_mandate({"direct_debit": ""})
    with pytest.raises(Refused):
        theirs(stage)


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
