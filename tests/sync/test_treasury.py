"""What a treasurer sees and decides: what goes over and what stays, to-dos, the journal. Over the reference package."""

from datetime import date, timedelta

import pytest

from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ALWAYS, ContactId, Group
from ledenbrug.members.models import Mandate, Member
from ledenbrug.sync import instance, look, operations, settle
from ledenbrug.sync.models import Connection, Grant, GrantState, Instance, Link, Problem, Touched
from ledenbrug.sync.refusals import Refused
from tests.members.factories import IBAN, OTHER_IBAN, a_member, a_status, a_user, an_association
from tests.sync.stage import Stage, a_stage, enable, problem

pytestmark = pytest.mark.django_db
ANNA = {"number": "1042", "given_name": "Anna", "infix": "de", "last_name": "Vries", "email": "anna@brug.example"}


def test_a_disabled_connection_sends_nothing_and_finds_everything_again_on_enable(off: Stage) -> None:
    anna = a_member(off.association, status=off.status, **ANNA)
    enable(off)
    Member.objects.filter(id=anna.id).update(city="Adorp")
    operations.disable(off.connection, user=a_user(), now=off.now)
    Member.objects.filter(id=anna.id).update(city="Bedum")
    assert not Touched.objects.exists()
    off.turn()
    assert "city" not in off.contacts()[0]
    enable(off)
    assert off.contacts()[0]["city"] == "Bedum"


@pytest.mark.parametrize("granted", [{"state": GrantState.WITHDRAWN}, None])
def test_without_a_permission_nothing_is_switched_on(off: Stage, granted: dict[str, str] | None) -> None:
    if granted:
        Grant.objects.update(**granted)
    else:
        Connection.objects.update(grant=None)
    with pytest.raises(Refused, match="login_needed"):
        operations.enable(off.connection, user=a_user(off.association), now=off.now)
    off.connection.refresh_from_db()
    assert not off.connection.enabled


def test_what_is_held_until_an_hour_goes_over_at_that_hour(off: Stage) -> None:
    anna = a_member(off.association, status=off.status, **ANNA)
    enable(off)
    operations.hold(off.connection, until=off.now + timedelta(hours=2), user=a_user(), now=off.now)
    Member.objects.filter(id=anna.id).update(city="Bedum")
    off.later(hours=1).turn()
    assert "city" not in off.contacts()[0]
    off.later(hours=1, seconds=1).turn()
    assert off.contacts()[0]["city"] == "Bedum"


def test_a_status_that_is_added_brings_its_members_over(off: Stage) -> None:
    youth = a_status(off.association, "Jeugdlid")
    a_member(off.association, status=youth, **ANNA)
    enable(off)
    assert off.contacts() == []
    draft = operations.Draft(
        administration=off.connection.administration,
        financial_administration=off.connection.financial_administration_id,
        statuses=frozenset({off.status.id, youth.id}),
        groups=frozenset(ALWAYS),
        prefix="LID-",
        choices={},
    )
    operations.change(off.connection, draft=draft, user=a_user(), now=off.now)
    off.turn()
    assert [each["customer_number"] for each in off.contacts()] == ["LID-1042"]


def test_a_field_that_is_switched_on_goes_over_for_everybody(off: Stage) -> None:
    a_member(off.association, status=off.status, phone="+31612345678", **ANNA)
    enable(off)
    assert "phone" not in off.contacts()[0]
    draft = operations.Draft(
        administration=off.connection.administration,
        financial_administration=off.connection.financial_administration_id,
        statuses=frozenset({off.status.id}),
        groups=frozenset({*ALWAYS, Group.PHONE}),
        prefix="LID-",
        choices={},
    )
    operations.change(off.connection, draft=draft, user=a_user(), now=off.now)
    off.turn()
    assert off.contacts()[0]["phone"] == "+31612345678"


def test_a_member_who_leaves_keeps_the_contact_and_is_one_to_do_that_can_be_ticked_off(off: Stage) -> None:
    anna = a_member(off.association, status=off.status, **ANNA)
    enable(off)
    before = off.contacts()
    Member.objects.filter(id=anna.id).update(status=a_status(off.association, "Oud-lid"))
    off.turn()
    assert off.contacts() == before
    assert (problem(off).reason, settle.actions(problem(off))) == (Reason.LEFT, ("dismiss",))
    settle.settle(problem(off), action="dismiss", user=a_user(off.association), now=off.now)
    Member.objects.filter(id=anna.id).update(city="Bedum")
    off.turn()
    assert not Problem.objects.filter(closed_at=None, dismissed=False).exists()

    Member.objects.filter(id=anna.id).update(status=off.status)
    off.turn()
    assert [each["city"] for each in off.contacts()] == ["Bedum"]
    assert not Problem.objects.filter(closed_at=None).exists()


def test_a_contact_that_is_gone_is_made_again_only_when_a_person_says_so(off: Stage) -> None:
    anna = a_member(off.association, status=off.status, **ANNA)
    enable(off)
    off.world.delete(ContactId(Link.objects.get().contact or ""))
    Member.objects.filter(id=anna.id).update(city="Bedum")
    off.turn()
    assert (off.contacts(), problem(off).reason) == ([], Reason.GONE)
    settle.settle(problem(off), action="make_again", user=a_user(off.association), now=off.now)
    off.turn()
    assert [each["city"] for each in off.contacts()] == ["Bedum"]


def test_the_members_page_tells_where_a_member_stands(off: Stage) -> None:
    anna = a_member(off.association, status=off.status, **ANNA)
    other = a_member(off.association, status=a_status(off.association, "Oud-lid"))
    assert [each.state for each in look.of_member(anna, now=off.now)] == ["waiting"]
    enable(off)
    anna.refresh_from_db()
    (standing,) = look.of_member(anna, now=off.now)
    assert (standing.state, standing.sent_at) == ("in_step", off.now)
    assert [each.state for each in look.of_member(other, now=off.now)] == ["not_selected"]


def test_the_journal_says_what_was_done_in_words_of_the_record(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    enable(off)
    (entry,) = look.journal(off.connection)
    assert (entry.title, entry.step.kind, entry.step.outcome) == ("Anna de Vries", "create", "done")
    assert ("email", "", "anna@brug.example") in entry.lines


def test_a_restored_backup_starts_with_every_connection_off(off: Stage) -> None:
    here, elsewhere = "0b0e6b5c-0000-4000-8000-000000000001", "0b0e6b5c-0000-4000-8000-000000000002"
    assert instance.recognise(here)
    enable(off)
    assert instance.recognise(here)
    off.connection.refresh_from_db()
    assert off.connection.enabled
    assert not instance.recognise(elsewhere)
    off.connection.refresh_from_db()
    assert (off.connection.enabled, problem(off).reason) == (False, Reason.RESTORED)
    assert str(Instance.objects.get().uuid) == elsewhere


def test_what_was_decided_already_cannot_be_decided_again(off: Stage) -> None:
    anna = a_member(off.association, status=off.status, **ANNA)
    enable(off)
    Member.objects.filter(id=anna.id).update(status=a_status(off.association, "Uit"))
    off.turn()
    seen = problem(off)
    Problem.objects.update(closed_at=off.now)
    with pytest.raises(Refused):
        settle.settle(seen, action="dismiss", user=a_user(off.association), now=off.now)


def test_another_association_sees_nothing_of_it(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    enable(off)
    stranger = a_member(an_association(), status=None)
    assert look.of_member(stranger, now=off.now) == []


def test_a_brake_is_answered_with_yes_or_left_out_and_a_sudden_fall_with_yes_or_another_look(off: Stage) -> None:
    def offered(reason: str, payer: str) -> tuple[str, ...]:
        return settle.actions(Problem(connection=off.connection, reason=reason, payer=payer))

    assert offered(Reason.MANY_CREATED, "m1") == ("approve", "leave_out")
    assert offered(Reason.MEMBERS_FELL, "") == ("approve", "retry")
    assert offered(Reason.WITHDRAWN, "") == ()


def test_a_sudden_fall_of_the_list_concludes_nothing_until_a_person_says_that_it_is_right(off: Stage) -> None:
    members = [a_member(off.association, status=off.status) for _ in range(120)]
    enable(off)
    gone = a_status(off.association, "Oud-lid")
    Member.objects.filter(id__in=[each.id for each in members[:100]]).update(status=gone)
    off.turn()
    assert problem(off).reason == Reason.MEMBERS_FELL
    settle.settle(problem(off), action="approve", user=a_user(off.association), now=off.now)
    off.turn()
    assert Problem.objects.filter(closed_at=None, reason=Reason.LEFT).count() == 100


def test_a_bank_account_that_waits_is_shown_before_somebody_says_yes() -> None:
    stage = a_stage(groups=[*ALWAYS, Group.SEPA])
    anna = a_member(stage.association, status=stage.status, iban=IBAN, account_holder="A. de Vries", **ANNA)
    books = stage.connection.financial_administration
    Mandate.objects.create(
        association=stage.association,
        member=anna,
        financial_administration=books,
        reference="M1",
        signed=date(2024, 1, 1),
    )
    operations.sync_now(stage.connection, user=a_user(stage.association), now=stage.now)
    stage.turn()
    Member.objects.filter(id=anna.id).update(iban=OTHER_IBAN)
    stage.turn()
    (waiting,) = look.problems(stage.connection)
    assert (waiting.problem.reason, waiting.lines) == (Reason.IBAN_WAITS, [("iban", IBAN, OTHER_IBAN)])
