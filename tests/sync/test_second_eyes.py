"""Another bank account on a contact waits for the yes of somebody else than who changed it, where there is somebody."""

from datetime import date

import pytest

from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ALWAYS, ContactId, Field, Group
from ledenbrug.members import operations as records
from ledenbrug.members.models import Assignment, Member, PayerDetails, Role, User
from ledenbrug.members.operations import IbanChange, NewMandate
from ledenbrug.sync import second_eyes, settle, verdicts
from ledenbrug.sync.models import Approval, Drift, Problem
from ledenbrug.sync.refusals import Refused
from tests.members.factories import IBAN, OTHER_IBAN, a_member, a_user
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db
THIRD_IBAN = "NL02ABNA0123456789"


@pytest.fixture
def stage() -> Stage:
    """Anna went over with an account and a mandate, that nobody here wrote."""
    stage = a_stage(groups=[*ALWAYS, Group.SEPA])
    anna = a_member(stage.association, status=stage.status, last_name="Voorbeeld", iban=IBAN)
    mandate = NewMandate(
        financial_administration=stage.connection.financial_administration, reference="M1", signed=date(2024, 1, 1)
    )
    records.add_mandate(anna, mandate=mandate, by=None, now=stage.now)
    stage.turn()
    return stage


def change(stage: Stage, by: User, *, iban: str = OTHER_IBAN) -> Problem:
    anna = Member.objects.get()
    records.change_iban(anna, seen_version=anna.version, iban=iban, how=IbanChange.SAME_MANDATE, by=by, now=stage.now)
    stage.turn()
    return Problem.objects.get(closed_at=None)


def there(stage: Stage) -> str:
    return stage.world.contacts[ContactId("c1")].values[Field.IBAN]


def approve(stage: Stage, problem: Problem, user: User) -> str:
    settle.settle(problem, action="approve", user=user, now=stage.now)
    stage.turn()
    return there(stage)


def test_who_changed_an_account_does_not_approve_it_while_somebody_else_may(stage: Stage) -> None:
    one, other = a_user(stage.association, Role.TREASURER), a_user(stage.association, Role.ADMIN, name="Bea Beheer")
    problem = change(stage, one)
    with pytest.raises(Refused) as refused:
        approve(stage, problem, one)
    assert (refused.value.reason, refused.value.params) == ("somebody_else", {"who": "Bea Beheer"})
    assert (there(stage), Approval.objects.count()) == (IBAN, 0)
    assert approve(stage, problem, other) == OTHER_IBAN


def test_what_the_member_secretary_changed_the_treasurer_approves(stage: Stage) -> None:
    treasurer = a_user(stage.association, Role.TREASURER)
    problem = change(stage, a_user(stage.association, Role.SECRETARY))
    assert approve(stage, problem, treasurer) == OTHER_IBAN


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.AUDITOR])
def test_where_nobody_else_may_who_changed_it_approves_it_alone(stage: Stage, role: Role) -> None:
    treasurer = a_user(stage.association, Role.TREASURER)
    a_user(stage.association, role)
    gone = a_user(stage.association, Role.TREASURER, is_active=False)
    elsewhere = a_stage().association
    Assignment.objects.create(association=elsewhere, user=a_user(), role=Role.ADMIN)
    assert gone.is_active is False
    assert approve(stage, change(stage, treasurer), treasurer) == OTHER_IBAN


def test_who_had_it_changed_by_another_since_is_free_to_approve(stage: Stage) -> None:
    one, other = a_user(stage.association, Role.TREASURER), a_user(stage.association, Role.ADMIN)
    change(stage, one)
    problem = change(stage, other, iban=THIRD_IBAN)
    with pytest.raises(Refused):
        approve(stage, problem, other)
    assert approve(stage, problem, one) == THIRD_IBAN


def test_an_edit_of_something_else_makes_nobody_the_author_of_the_account(stage: Stage) -> None:
    treasurer, secretary = a_user(stage.association, Role.TREASURER), a_user(stage.association, Role.SECRETARY)
    a_user(stage.association, Role.ADMIN)
    problem = change(stage, secretary)
    anna = Member.objects.get()
    records.change_member(anna, seen_version=anna.version, values={"city": "Bedum"}, by=treasurer, now=stage.now)
    assert approve(stage, problem, treasurer) == OTHER_IBAN


def test_who_added_the_mandate_had_a_hand_in_it_too(stage: Stage) -> None:
    treasurer = a_user(stage.association, Role.TREASURER)
    a_user(stage.association, Role.ADMIN)
    anna, day = Member.objects.get(), date(2026, 1, 1)
    records.end_mandate(anna.mandates.get(), ended=day, by=None)
    stage.turn()
    change_of = {"seen_version": anna.version, "values": {"iban": OTHER_IBAN}, "now": stage.now}
    records.change_member(anna, by=a_user(stage.association, Role.SECRETARY), **change_of)  # type: ignore[arg-type]
    books = stage.connection.financial_administration
    mandate = NewMandate(financial_administration=books, reference="M2", signed=day)
    records.add_mandate(anna, mandate=mandate, by=treasurer, now=stage.now)
    stage.turn()
    with pytest.raises(Refused):
        approve(stage, Problem.objects.get(closed_at=None), treasurer)


def test_the_account_of_a_payer_who_is_no_member_has_an_author_too(stage: Stage) -> None:
    treasurer = a_user(stage.association, Role.TREASURER)
    other = a_user(stage.association, Role.ADMIN)
    parent = PayerDetails.objects.create(association=stage.association, last_name="Ouder", iban=IBAN)
    records.change_payer_details(parent, values={"iban": OTHER_IBAN}, by=treasurer, now=stage.now)
    assert second_eyes.others(stage.connection, {f"d{parent.id}"}, treasurer) == {f"d{parent.id}": [other]}  # type: ignore[arg-type]


def test_all_at_once_takes_only_those_of_others(stage: Stage) -> None:
    treasurer = a_user(stage.association, Role.TREASURER)
    a_user(stage.association, Role.ADMIN)
    problem = change(stage, treasurer)
    asked = list(settle.waiting(stage.connection, reason=Reason.IBAN_WAITS, group="sepa"))
    assert asked == [problem]
    said = {"action": "approve", "user": treasurer, "now": stage.now}
    assert settle.together(stage.connection, asked, **said) == []  # type: ignore[arg-type]
    assert settle.settle_all(stage.connection, reason=Reason.IBAN_WAITS, group="sepa", **said) == 0  # type: ignore[arg-type]
    assert Problem.objects.get(closed_at=None) == problem


def test_who_says_that_our_account_holds_has_said_yes_unless_it_is_somebody_elses_to_say(stage: Stage) -> None:
    treasurer = a_user(stage.association, Role.TREASURER)

    def ours(user: User) -> list[str]:
        stage.world.edit(ContactId("c1"), {Field.IBAN: THIRD_IBAN})
        stage.connection.__class__.objects.update(check_due_at=stage.later(hours=1).now)
        stage.turn()
        verdicts.settle_drift(Drift.objects.get(verdict=""), verdict="ours", user=user, now=stage.now)
        stage.turn()
        return [there(stage), *Problem.objects.filter(closed_at=None).values_list("reason", flat=True)]

    assert ours(treasurer) == [IBAN]
    other = a_user(stage.association, Role.ADMIN)
    approve(stage, change(stage, other), treasurer)
    Approval.objects.all().delete()
    assert ours(other) == [THIRD_IBAN, Reason.IBAN_WAITS]
