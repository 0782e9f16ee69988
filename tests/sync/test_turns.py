"""What one connection does with what happens to it, one rule a test, over the reference package."""

from datetime import timedelta

import pytest

from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ALWAYS, ContactId, Field, Group
from ledenbrug.members.models import Member
from ledenbrug.sync import engine, notes, queue, state
from ledenbrug.sync.models import Approval, Connection, Drift, Journal, Link, Problem, Run, Touched
from tests.members.factories import IBAN, OTHER_IBAN, a_mandate
from tests.sync.stage import Stage, a_stage, calls, edit, members, night, open_reasons

pytestmark = pytest.mark.django_db


def test_every_member_costs_one_request_when_new_or_changed_and_none_when_not(stage: Stage) -> None:
    made = members(stage, 3)
    stage.turn()
    assert calls(stage) == {"heads": 2, "create": 3, "read": 1}  # compared before and after
    edit(made[0], city="Gent")
    stage.turn()
    assert calls(stage) == {"update": 1}
    night(stage)
    assert calls(stage) == {"heads": 1, "read": 1}  # what we wrote is read once more
    night(stage)
    assert calls(stage) == {"heads": 1}


def test_a_member_saved_three_times_is_sent_once(stage: Stage) -> None:
    made = members(stage, 1)
    stage.turn()
    for city in ("Gent", "Luik", "Aalst"):
        edit(made[0], city=city)
    calls(stage)
    stage.turn()
    assert calls(stage) == {"update": 1}
    assert stage.contacts()[0]["city"] == "Aalst"


def test_a_lost_answer_to_a_create_is_looked_up_and_made_once(stage: Stage) -> None:
    members(stage, 1)
    stage.world.fail(Temporary(Reason.NO_ANSWER, reached=True), on="create", carried_out=True)
    stage.turn()
    stage.later(minutes=5).turn()
    assert len(stage.world.contacts) == 1
    assert list(Journal.objects.order_by("id").values_list("kind", "outcome")) == [
        ("create", "lost"),
        ("create", "unchanged"),
    ]


def test_somebody_elses_contact_with_our_number_is_not_taken_over_after_a_lost_answer(stage: Stage) -> None:
    members(stage, 1)
    stage.world.fail(Temporary(Reason.NO_ANSWER, reached=True), on="create")
    stage.turn()
    stage.world.add({Field.CUSTOMER_NUMBER: "LID-1", Field.LAST_NAME: "Stranger"})
    stage.later(minutes=5).turn()
    assert [each["last_name"] for each in stage.contacts()] == ["Stranger"]
    assert [reason for _, _, reason in open_reasons(stage)] == [Reason.NUMBER_TAKEN]


def test_refused_fields_are_told_and_the_rest_goes(stage: Stage) -> None:
    made = members(stage, 1, email="bad@refused.example", phone="x")
    stage.world.refuses = {
        (Field.EMAIL, "bad@refused.example"): Reason.INVALID,
        (Field.CITY, "Brugge"): Reason.REFUSED,
    }
    stage.turn()
    assert [(each["last_name"], "email" in each, "city" in each) for each in stage.contacts()] == [
        ("Invented1", False, False)
    ]
    payer = f"m{made[0].id}"
    assert open_reasons(stage) == [(payer, "address", "refused"), (payer, "email", "invalid")]
    edit(made[0], email="good@mended.example")
    stage.turn()
    assert open_reasons(stage) == [(payer, "address", "refused")]
    assert stage.contacts()[0]["email"] == "good@mended.example"


def test_what_was_refused_is_tried_again_when_a_person_asks_and_not_before(stage: Stage) -> None:
    members(stage, 1, email="bad@refused.example")
    stage.world.refuses = {(Field.EMAIL, "bad@refused.example"): Reason.INVALID}
    stage.turn()
    stage.world.refuses = {}
    night(stage)
    assert "email" not in stage.contacts()[0]
    Connection.objects.filter(id=stage.connection.id).update(round_due_at=stage.now, round_cause="sync_now")
    stage.turn()
    assert stage.contacts()[0]["email"] == "bad@refused.example"
    assert open_reasons(stage) == []


def test_a_refusal_that_passes_by_itself_is_tried_again_at_its_time(stage: Stage) -> None:
    members(stage, 1, email="a@tomorrow.example")
    again = (stage.now + timedelta(hours=8)).isoformat()
    refusal = Rejected(Reason.MANDATE_TODAY, field=Field.EMAIL, again=again)
    stage.world.fail(refusal, on="create")
    stage.turn()
    assert "email" not in stage.contacts()[0]
    stage.later(hours=9).turn()
    assert stage.contacts()[0]["email"] == "a@tomorrow.example"
    assert open_reasons(stage) == []


def test_another_bank_account_waits_for_a_yes_and_the_rest_goes(stage: Stage) -> None:
    stage = a_stage(groups=[*ALWAYS, Group.SEPA])
    (anna,) = members(stage, 1, iban=IBAN)
    a_mandate(anna, stage.connection.financial_administration, reference="MANDATE-A")
    stage.turn()
    edit(anna, iban=OTHER_IBAN, city="Gent")
    stage.turn()
    assert [(each["iban"], each["city"]) for each in stage.contacts()] == [(IBAN, "Gent")]
    (problem,) = Problem.objects.filter(closed_at=None)
    assert (problem.group, problem.reason) == ("sepa", Reason.IBAN_WAITS)
    yes = {"payer": problem.payer, "source": problem.source, "at": stage.now}
    Approval.objects.create(association=stage.association, connection=stage.connection, **yes)
    Problem.objects.update(closed_at=stage.now)
    queue.put(stage.connection, [problem.payer], urgent=True)
    stage.turn()
    assert stage.contacts()[0]["iban"] == OTHER_IBAN


def test_a_bank_account_that_waits_goes_on_waiting_when_the_name_of_its_holder_changes_and_goes_over() -> None:
    stage = a_stage(groups=[*ALWAYS, Group.SEPA])
    (anna,) = members(stage, 1, given_name="Anna", iban=IBAN)
    a_mandate(anna, stage.connection.financial_administration)
    stage.turn()
    edit(anna, iban=OTHER_IBAN)
    stage.turn()
    edit(anna, given_name="Anneke")
    stage.turn()
    assert [(each["iban"], each["first_name"]) for each in stage.contacts()] == [(IBAN, "Anneke")]
    assert open_reasons(stage) == [(f"m{anna.id}", "sepa", Reason.IBAN_WAITS)]


def test_what_somebody_changed_there_is_shown_and_not_undone(stage: Stage) -> None:
    members(stage, 1)
    stage.turn()
    contact = ContactId(Link.objects.get().contact or "")
    stage.world.edit(contact, {Field.CITY: "There"})
    night(stage)
    assert stage.contacts()[0]["city"] == "There"
    assert list(Drift.objects.values_list("group", "verdict")) == [("address", "")]


def test_ours_goes_over_when_it_changes_later_and_settles_the_drift(stage: Stage) -> None:
    (anna,) = members(stage, 1)
    stage.turn()
    stage.world.edit(ContactId(Link.objects.get().contact or ""), {Field.CITY: "There"})
    night(stage)
    edit(anna, city="Gent")
    stage.turn()
    assert stage.contacts()[0]["city"] == "Gent"
    assert list(Drift.objects.values_list("verdict", flat=True)) == ["ours"]


def test_records_lead_puts_it_back_until_something_else_writes_it_again_and_again(stage: Stage) -> None:
    members(stage, 1)
    Connection.objects.update(put_back=True)
    stage.turn()
    contact = ContactId(Link.objects.get().contact or "")
    for _ in range(4):
        stage.world.edit(contact, {Field.CITY: "Other application"})
        night(stage)
    assert stage.contacts()[0]["city"] == "Other application"
    assert [reason for _, _, reason in open_reasons(stage)] == [Reason.TWO_MASTERS]
    assert list(Drift.objects.order_by("id").values_list("verdict", flat=True)) == ["ours", "ours", "ours", ""]


def test_an_archived_contact_goes_on_by_itself_once_it_is_back(stage: Stage) -> None:
    (anna,) = members(stage, 1)
    stage.turn()
    contact = ContactId(Link.objects.get().contact or "")
    stage.world.archive(contact)
    night(stage)
    assert open_reasons(stage) == [(f"m{anna.id}", "", Reason.ARCHIVED)]
    edit(anna, city="Gent")
    stage.turn()
    stage.world.archive(contact, archived=False)
    night(stage)
    assert open_reasons(stage) == []
    assert stage.contacts()[0]["city"] == "Gent"


def test_a_login_that_is_needed_stops_every_connection_of_the_grant_and_no_other(stage: Stage) -> None:
    other = a_stage()
    members(stage, 1)
    stage.world.fail(LoginNeeded(Reason.WITHDRAWN))
    stage.turn()
    assert open_reasons(stage) == [("", "", Reason.WITHDRAWN)]
    other.connection.refresh_from_db()
    assert (other.connection.waiting, open_reasons(other)) == ("", [])
    assert engine.run(stage.connection.id, clock=stage.clock) is None
    stage.connection.grant.__class__.objects.filter(id=stage.connection.grant_id).update(state="given")  # type: ignore[union-attr]
    Connection.objects.update(waiting="")
    stage.turn()
    assert (open_reasons(stage), len(stage.contacts())) == ([], 1)


def test_one_member_that_never_answers_becomes_a_problem_while_the_others_pass(stage: Stage) -> None:
    members(stage, 2)
    stage.turn()
    for n in range(8):
        edit(Member.objects.get(number="1"), city=f"City {n}")
        stage.world.fail(Temporary(Reason.NO_ANSWER, reached=True), on="update")
        stage.world.fail(Temporary(Reason.NO_ANSWER, reached=True), on="read")
        engine.run(stage.connection.id, clock=stage.clock)
        stage.world.faults.clear()
        edit(Member.objects.get(number="2"), city=f"City {n}")
        member = Member.objects.get(number="1")
        Touched.objects.filter(payer=f"m{member.id}").update(not_before=stage.now + timedelta(hours=1))
        stage.turn()
        stage.later(hours=2)
    assert Reason.STUCK in [reason for _, _, reason in open_reasons(stage)]


def test_a_worker_that_lost_the_connection_can_note_nothing(stage: Stage) -> None:
    members(stage, 1)
    old = Connection.objects.get(id=stage.connection.id)
    notes.begin(old)
    stage.turn()
    with pytest.raises(notes.LostConnection), notes.mine(old):
        pass


def test_a_worker_that_slept_before_it_took_the_connection_in_hand_leaves_it_to_whoever_did(stage: Stage) -> None:
    sleeper = state.ready(stage.connection.id, now=stage.now)
    assert isinstance(sleeper, Connection)
    Connection.objects.update(prefix="NEW-")
    stage.turn()
    epoch = Connection.objects.get(id=stage.connection.id).epoch
    with pytest.raises(notes.LostConnection):
        notes.begin(sleeper)
    assert Connection.objects.get(id=stage.connection.id).epoch == epoch


def test_edits_of_a_day_are_one_run_and_keep_it_when_put_off(stage: Stage) -> None:
    made = members(stage, 2)
    stage.turn()
    edit(made[0], city="Gent")
    stage.world.fail(Temporary(Reason.UNREACHABLE), on="update")
    stage.turn()
    assert {*Touched.objects.values_list("urgency", flat=True)} == {queue.Urgency.EDIT}
    edit(made[1], city="Gent")
    stage.later(minutes=2).turn()
    assert sorted(Run.objects.values_list("cause", flat=True)) == ["edit", "enable"]
    assert Journal.objects.filter(run__cause="edit", outcome="done").count() == 2


def test_edits_go_before_a_bulk_load_and_retries_between(stage: Stage) -> None:
    for payer, urgency, delay in (("m1", 0, 0), ("m2", 1, -9), ("m3", 1, -99), ("m4", 3, 0), ("m5", 2, 0)):
        at = stage.now + timedelta(seconds=delay) if delay else None
        queue.put(stage.connection, [payer], urgency=queue.Urgency(urgency), not_before=at)  # type: ignore[list-item]
    taken = queue.take(stage.connection, most=9, now=stage.now)
    assert [each.payer for each in taken] == ["m4", "m5", "m3", "m2", "m1"]
