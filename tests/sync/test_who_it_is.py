"""A contact that may be a member's: shown beside the record, confirmed, made anew, left out, and asked for again."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection as database

from ledenbrug.core.errors import Temporary
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Field
from ledenbrug.members.models import Member
from ledenbrug.sync import look, notices, operations, pairs, runs, settle, undo
from ledenbrug.sync.models import Journal, Link, Problem
from ledenbrug.sync.refusals import Refused
from tests.members.factories import a_member, a_user
from tests.sync.stage import Stage, enable

pytestmark = pytest.mark.django_db


def a_likely(stage: Stage, given: str = "Bram", there: str = "Bram", **more: str) -> ContactId:
    """A member, and a contact with the same name and e-mail address under another number."""
    mail = f"{given}-{more.get('last', 'Verzonnen')}@brug.example".lower()
    last = more.pop("last", "Verzonnen")
    a_member(stage.association, status=stage.status, given_name=given, last_name=last, email=mail, city="Adorp")
    values = {Field.FIRST_NAME: there, Field.LAST_NAME: last, Field.EMAIL: mail}
    return stage.world.add({**values, **{Field(name): value for name, value in more.items()}})


def questions(stage: Stage, reason: str = Reason.LOOKS_LIKE) -> list[Problem]:
    return list(settle.waiting(stage.connection, reason=reason))


def test_the_record_stands_beside_the_contact_field_by_field(off: Stage) -> None:
    a_likely(off, there="B.", customer_number="20017", postcode="1234 AB", phone="0612345678")
    enable(off)
    (pair,) = pairs.of(off.connection, questions(off), now=off.now)
    (candidate,) = pair.candidates
    assert [(each.field, each.theirs, each.sign) for each in candidate.lines] == [
        ("first_name", "B.", "differs"),
        ("last_name", "Verzonnen", "same"),
        ("postcode", "1234 AB", "theirs"),
        ("city", "", "ours"),
        ("country", "", "ours"),
        ("email", "bram-verzonnen@brug.example", "same"),
        ("customer_number", "20017", "stays"),
    ]
    assert {"email", "name"} <= set(pair.why)


def test_what_is_empty_there_is_said_to_be_filled_where_it_will_be(off: Stage) -> None:
    a_likely(off)
    enable(off)
    (pair,) = pairs.of(off.connection, questions(off), now=off.now)
    assert {each.field for each in pair.candidates[0].lines if each.sign == "filled"} == {"city", "country"}


def test_looking_keeps_nothing_of_the_contact(off: Stage) -> None:
    a_likely(off, last="Onbekendeling", phone="0612345678", city="Vreemdestad")
    enable(off)
    Member.objects.all().delete()
    pairs.of(off.connection, questions(off), now=off.now)
    with database.cursor() as cursor:
        tables = [each for each in database.introspection.table_names() if each.startswith("sync_")]
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', ["%vreemdestad%"])
            assert (table, cursor.fetchone()[0]) == (table, 0)


def test_a_contact_with_a_very_long_number_can_be_the_member(off: Stage) -> None:
    contact = a_likely(off, customer_number="9" * 200)
    enable(off)
    settle.settle(questions(off)[0], action="same", user=a_user(off.association), now=off.now)
    off.turn()
    assert Link.objects.get().contact == contact
    assert not questions(off)


def test_many_are_read_with_one_request(off: Stage) -> None:
    for number in range(8):
        a_likely(off, last=f"Verzonnen{number}")
    enable(off)
    before = off.world.requests["read"]
    assert len(pairs.of(off.connection, questions(off), now=off.now)) == 8
    assert off.world.requests["read"] == before + 1


def test_when_the_package_does_not_answer_a_person_is_told_why(off: Stage) -> None:
    a_likely(off)
    enable(off)
    off.world.fail(Temporary(Reason.UNREACHABLE), times=-1)
    with pytest.raises(Refused) as refused:
        pairs.of(off.connection, questions(off), now=off.now)
    assert refused.value.reason == Reason.UNREACHABLE


def test_together_takes_exactly_those_whose_first_names_agree_and_whose_record_is_as_it_was(off: Stage) -> None:
    sure = a_likely(off, "Bram")
    a_likely(off, "Carice", "C.", last="Grap")
    a_likely(off, "Daan", last="Droomer")
    enable(off)
    Member.objects.filter(given_name="Daan").update(given_name="Dirk")
    named = settle.together(off.connection, questions(off), action=settle.SAME, user=a_user(), now=off.now)
    assert [each.contact for each in named] == [sure]
    user = a_user(off.association)
    done = settle.settle_all(off.connection, reason=Reason.LOOKS_LIKE, action=settle.SAME, user=user, now=off.now)
    assert (done, len(questions(off))) == (1, 2)


def test_together_leaves_open_what_is_gone_there_in_the_meantime(off: Stage) -> None:
    a_likely(off, "Bram")
    gone = a_likely(off, "Daan", last="Droomer")
    enable(off)
    off.world.delete(gone)
    user = a_user(off.association)
    assert settle.settle_all(off.connection, reason=Reason.LOOKS_LIKE, action="same", user=user, now=off.now) == 1
    assert [each.contact for each in questions(off)] == [gone]
    (pair,) = pairs.of(off.connection, questions(off), now=off.now)
    assert pair.candidates == []


def test_one_of_several_can_be_pointed_at_and_is_no_longer_offered_to_others(off: Stage) -> None:
    one = a_likely(off, customer_number="20017")
    other = off.world.add(
        {Field.FIRST_NAME: "Bram", Field.LAST_NAME: "Verzonnen", Field.EMAIL: "bram-verzonnen@brug.example"}
    )
    enable(off)
    (question,) = questions(off, Reason.AMBIGUOUS)
    user = a_user(off.association)
    with pytest.raises(Refused):
        settle.settle(question, action="same", contact="c99", user=user, now=off.now)
    settle.settle(question, action="same", contact=other, user=user, now=off.now)
    assert Link.objects.get().contact == other
    asked = Problem(
        connection=off.connection, payer="m1", reason=Reason.AMBIGUOUS, params={"contacts": f"{one} {other}"}
    )
    (pair,) = pairs.of(off.connection, [asked], now=off.now)
    assert [each.contact for each in pair.candidates] == [one]


def test_an_answer_is_one_to_what_was_shown(off: Stage) -> None:
    a_likely(off)
    enable(off)
    (question,) = questions(off)
    seen, user = settle.shown([question]), a_user(off.association)
    Problem.objects.filter(id=question.id).update(source=b"something else")
    question.refresh_from_db()
    with pytest.raises(Refused):
        settle.settle(question, action="make_again", user=user, now=off.now, seen=seen)
    a_likely(off, "Daan", last="Droomer")
    with pytest.raises(Refused):
        settle.settle_all(
            off.connection, reason=Reason.LOOKS_LIKE, action="leave_out", user=user, now=off.now, seen=seen
        )
    assert len(questions(off)) == 1


def test_what_was_left_out_does_not_go_over_and_can_be_asked_for_again(off: Stage) -> None:
    a_likely(off)
    enable(off)
    (question,) = questions(off)
    user = a_user(off.association)
    settle.settle(question, action="leave_out", user=user, now=off.now)
    operations.sync_now(off.connection, user=user, now=off.now)
    off.turn()
    assert (len(off.contacts()), questions(off), list(settle.left_out(off.connection))) == (1, [], [question])
    settle.take_back(question)
    assert questions(off) == [question]
    with pytest.raises(Refused):
        settle.take_back(question)


def test_a_to_do_that_was_ticked_off_is_not_left_out(off: Stage) -> None:
    done = {"association": off.association, "connection": off.connection, "opened_at": off.now, "dismissed": True}
    Problem.objects.create(**done, payer="m1", reason=Reason.LEFT)
    assert not settle.left_out(off.connection).exists()


def test_what_a_person_confirmed_is_a_run_of_its_own_and_can_be_taken_back(off: Stage) -> None:
    there = a_likely(off)
    enable(off)
    (question,) = questions(off)
    user = a_user(off.association)
    settle.settle(question, action="same", user=user, now=off.now)
    off.later(seconds=1).turn()
    assert not Journal.objects.filter(run=None).exists()
    (told,) = [each for each in runs.listed(off.connection) if each.run.cause == "decision"]
    assert (told.run.by, told.counts) == (user, {"adopt": 1, "update": 1})
    assert told.run.__class__.objects.get(id=told.run.id).ended_at is not None
    undo.start(told.run, user=user, now=off.now + timedelta(minutes=1))
    off.later(minutes=1).turn()
    assert not Link.objects.exists()
    assert {field: value for field, value in off.world.contacts[there].values.items() if value} == {
        Field.FIRST_NAME: "Bram",
        Field.LAST_NAME: "Verzonnen",
        Field.EMAIL: "bram-verzonnen@brug.example",
        Field.CUSTOMER_NUMBER: "1",
    }


def test_a_sudden_fall_that_is_looked_at_again_stays_asked_until_it_is_over(off: Stage) -> None:
    members = [a_member(off.association, status=off.status) for _ in range(60)]
    enable(off)
    Member.objects.filter(id__in=[each.id for each in members[:40]]).update(deleted_at=off.now)
    off.turn()
    (fell,) = [each.problem for each in look.problems(off.connection)]
    assert (fell.reason, fell.params) == (Reason.MEMBERS_FELL, {"before": "60", "now": "20"})
    settle.settle(fell, action="retry", user=a_user(off.association), now=off.now)
    off.turn()
    assert [each.problem.reason for each in look.problems(off.connection)] == [Reason.MEMBERS_FELL]
    Member.objects.update(deleted_at=None)
    settle.settle(fell, action="retry", user=a_user(off.association), now=off.now)
    off.turn()
    assert look.problems(off.connection) == []


def test_a_sudden_fall_is_mailed_once_too(off: Stage) -> None:
    a_user(off.association, "treasurer", email="penningmeester@brug.example")
    fell = {"association": off.association, "connection": off.connection, "opened_at": off.now}
    Problem.objects.create(**fell, reason=Reason.CONTACTS_FELL, params={"before": "3000", "now": "0"})
    for _ in range(2):
        notices.note(now=off.now)
        notices.send(now=off.now)
    assert [each.to for each in mail.outbox] == [["penningmeester@brug.example"]]
