"""Contacts that are archived, or that hold on to a number: what is said, and how it goes on by itself."""

import pytest

from ledenbrug.core.errors import Temporary
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ALWAYS, ContactId, Field, Group
from ledenbrug.manager.sentences import sentence
from ledenbrug.members.models import FinancialAdministration, Mandate
from ledenbrug.sync import nightly, operations, settle, undo
from ledenbrug.sync.models import Drift, Journal, Link, Outcome, Problem
from tests.members.factories import IBAN, a_member, a_user
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db
ANNA = {"number": "1042", "given_name": "Anna", "last_name": "Vries", "email": "anna@brug.example"}
C1 = ContactId("c1")


def a_running_stage(**other: object) -> Stage:
    stage = a_stage(enabled=False, **other)  # type: ignore[arg-type]
    operations.enable(stage.connection, user=a_user(stage.association), now=stage.now)
    stage.turn()
    return stage


def night(stage: Stage) -> None:
    stage.later(days=1)
    nightly.if_due(now=stage.now)
    stage.turn()


def there(stage: Stage, **values: str) -> ContactId:
    return stage.world.add({Field(name): value for name, value in values.items()})


def open_problem() -> Problem:
    return Problem.objects.get(closed_at=None)


def nothing_open() -> bool:
    return not Problem.objects.filter(closed_at=None).exists()


def test_whoever_takes_a_contact_out_of_the_archive_need_not_wait_for_the_night() -> None:
    stage = a_running_stage()
    member = a_member(stage.association, status=stage.status, **ANNA)
    stage.turn()
    stage.world.archive(C1)
    night(stage)
    type(member).objects.filter(id=member.id).update(email="nieuw@brug.example")
    stage.world.archive(C1, archived=False)
    stage.later(minutes=59)
    stage.turn()
    assert open_problem().reason == Reason.ARCHIVED
    stage.later(minutes=1)
    stage.turn()
    assert stage.world.contacts[C1].values[Field.EMAIL] == "nieuw@brug.example"
    assert nothing_open()
    stage.later(hours=1)
    stage.turn()
    stage.connection.refresh_from_db()
    assert stage.connection.check_due_at is None


def test_whoever_says_sync_now_need_not_wait_for_a_look_that_is_due_within_the_hour() -> None:
    stage = a_running_stage()
    member = a_member(stage.association, status=stage.status, **ANNA)
    stage.turn()
    stage.world.archive(C1)
    night(stage)
    type(member).objects.filter(id=member.id).update(email="nieuw@brug.example")
    stage.world.archive(C1, archived=False)
    operations.sync_now(stage.connection, user=a_user(stage.association), now=stage.later(minutes=1).now)
    stage.turn()
    assert stage.world.contacts[C1].values[Field.EMAIL] == "nieuw@brug.example"
    assert nothing_open()


def test_a_contact_that_was_archived_there_goes_on_once_somebody_takes_it_back() -> None:
    stage = a_running_stage()
    member = a_member(stage.association, status=stage.status, **ANNA)
    stage.turn()
    stage.world.archive(C1)
    night(stage)
    assert open_problem().reason == Reason.ARCHIVED
    type(member).objects.filter(id=member.id).update(email="nieuw@brug.example")
    stage.turn()
    assert stage.world.contacts[C1].values[Field.EMAIL] == "anna@brug.example"
    stage.world.archive(C1, archived=False)
    night(stage)
    assert stage.world.contacts[C1].values[Field.EMAIL] == "nieuw@brug.example"
    assert nothing_open()


def test_a_member_who_comes_back_is_recognised_in_an_archived_contact_and_nothing_is_made_twice() -> None:
    stage = a_running_stage()
    old = there(stage, customer_number="LID-1042", first_name="Anna", last_name="Vries", email="oud@brug.example")
    stage.world.archive(old)
    a_member(stage.association, status=stage.status, city="Nergenshuizen", **ANNA)
    stage.turn()
    assert (open_problem().reason, open_problem().contact) == (Reason.ARCHIVED, old)
    assert len(stage.world.contacts) == 1
    night(stage)
    assert stage.world.requests["create"] == 1
    stage.world.archive(old, archived=False)
    night(stage)
    values = stage.world.contacts[old].values
    assert (values[Field.CITY], values[Field.EMAIL]) == ("Nergenshuizen", "oud@brug.example")
    assert [each.group for each in Drift.objects.filter(verdict="")] == ["email"]
    assert nothing_open()


def test_what_was_recognised_is_told_as_it_stood_there_and_only_let_go_by_an_undo() -> None:
    stage = a_running_stage()
    old = there(stage, customer_number="LID-1042", first_name="Anna", last_name="Vries", email="oud@brug.example")
    stage.world.archive(old)
    a_member(stage.association, status=stage.status, **ANNA)
    stage.turn()
    step = Journal.objects.get(kind="create")
    assert (step.outcome, step.before, Link.objects.get().adopted) == (Outcome.UNCHANGED, step.before, True)
    stage.world.archive(old, archived=False)
    night(stage)
    stage.later(minutes=1)
    assert step.run is not None
    undo.start(step.run, user=a_user(), now=stage.now)
    stage.turn()
    assert not stage.world.contacts[old].archived
    assert not Link.objects.exists()


def test_somebody_elses_archived_contact_with_the_number_is_one_problem_that_says_what_to_do() -> None:
    stage = a_running_stage()
    other = there(stage, customer_number="LID-1042", last_name="Bakker", email="bakker@brug.example")
    stage.world.archive(other)
    a_member(stage.association, status=stage.status, **ANNA)
    stage.turn()
    found = open_problem()
    assert (found.reason, found.contact, found.params["archived"]) == (Reason.NUMBER_TAKEN, other, "yes")
    told = sentence(found.reason, package="Package", group=found.group, **found.params)
    assert told != sentence(found.reason, package="Package", group=found.group)
    night(stage)
    assert open_problem().id == found.id
    stage.world.edit(other, {Field.CUSTOMER_NUMBER: "oud"})
    night(stage)
    assert nothing_open()
    assert len(stage.world.contacts) == 2


def test_of_many_numbers_that_are_taken_a_few_are_tried_each_night_and_all_in_the_end() -> None:
    stage = a_running_stage()
    for number in range(12):
        there(stage, customer_number=f"LID-{number}", last_name=f"Iemand{number}")
        a_member(stage.association, status=stage.status, number=str(number))
        stage.turn()
    assert Problem.objects.filter(closed_at=None, reason=Reason.NUMBER_TAKEN).count() == 12
    before = stage.world.requests["create"]
    night(stage)
    assert stage.world.requests["create"] == before + 5
    for each in list(stage.world.contacts):
        stage.world.edit(each, {Field.CUSTOMER_NUMBER: f"oud-{each}"})
    for _ in range(4):
        night(stage)
    assert nothing_open()


def test_where_the_look_fails_the_refusal_is_what_is_told() -> None:
    stage = a_running_stage()
    there(stage, customer_number="LID-1042", last_name="Vries", first_name="Anna", email="oud@brug.example")
    stage.world.fail(Temporary("no_answer", reached=True), on="find")
    a_member(stage.association, status=stage.status, **ANNA)
    stage.turn()
    assert open_problem().reason == Reason.NUMBER_TAKEN
    assert not Link.objects.get().unsure
    assert stage.world.contacts[C1].values[Field.EMAIL] == "oud@brug.example"


def test_a_mandate_that_an_archived_contact_holds_stays_behind_and_goes_over_when_it_is_free() -> None:
    stage = a_running_stage(groups=[*ALWAYS, Group.SEPA])
    other = there(stage, customer_number="9", last_name="Bakker", mandate_reference="M-1")
    stage.world.archive(other)
    member = a_member(stage.association, status=stage.status, iban=IBAN, **ANNA)
    Mandate.objects.create(
        association=stage.association,
        member=member,
        financial_administration=FinancialAdministration.objects.get(association=stage.association),
        reference="M-1",
        signed=stage.now.date(),
    )
    stage.turn()
    assert (open_problem().reason, open_problem().group) == (Reason.MANDATE_TAKEN, "sepa")
    mine = ContactId(Link.objects.get().contact or "")
    assert stage.world.contacts[mine].values[Field.IBAN] == ""
    stage.world.edit(other, {Field.MANDATE_REFERENCE: ""})
    night(stage)
    assert open_problem().reason == Reason.IBAN_WAITS
    settle.settle(open_problem(), action="approve", user=a_user(), now=stage.now)
    stage.turn()
    assert stage.world.contacts[mine].values[Field.MANDATE_REFERENCE] == "M-1"
    assert nothing_open()


def test_what_was_changed_there_while_nobody_wanted_the_contact_is_told_when_the_member_is_back() -> None:
    stage = a_running_stage()
    member = a_member(stage.association, status=stage.status, **ANNA)
    everyone = type(member).objects.filter(id=member.id)
    stage.turn()
    night(stage)
    everyone.update(deleted_at=stage.now)
    stage.turn()
    stage.world.edit(C1, {Field.EMAIL: "elders@brug.example"})
    stage.world.requests.clear()
    night(stage)
    assert (dict(stage.world.requests), Drift.objects.count()) == ({"heads": 1}, 0)
    everyone.update(deleted_at=None)
    stage.turn()
    night(stage)
    assert list(Drift.objects.values_list("group", "verdict")) == [("email", "")]
