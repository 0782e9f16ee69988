"""*Theirs holds*: which field of the record it is proposed for, and what has no place there."""

from datetime import date

import pytest

from ledenbrug.core.records import ALWAYS, Field, Group
from ledenbrug.members import operations as records
from ledenbrug.members.models import Mandate, Member, PayerDetails, ProposedChange
from ledenbrug.members.refusals import Refused as Unfit
from ledenbrug.sync import look, settle
from ledenbrug.sync.models import Link, Problem
from ledenbrug.sync.refusals import Refused
from tests.members.factories import IBAN, OTHER_IBAN, a_member, a_user
from tests.sync.differing import ANNA, C1, a_changed_contact, drift, open_drifts, theirs, told
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db


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
        (
            {**ANNA, "second_last_name": "Brug", "name_use": "first"},
            {"last_name": "de Vries"},
            {"infix": "de", "last_name": "Vries"},
        ),
        (
            {**ANNA, "second_last_name": "Brug", "name_use": "second"},
            {"last_name": "de Vries"},
            {"second_infix": "de", "second_last_name": "Vries"},
        ),
        (
            {**ANNA, "second_last_name": "Brug", "name_use": "reversed"},
            {"last_name": "Brug-de Vries"},
            {"infix": "de", "last_name": "Vries"},
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
