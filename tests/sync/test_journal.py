"""What the journal tells of every step: before and after as they were, and for how long it keeps them."""

import json
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from ledenbrug.core.errors import Temporary
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ALWAYS, ContactId, Field, Group
from ledenbrug.members.models import Member
from ledenbrug.sync import nightly, operations, verdicts
from ledenbrug.sync.models import Approval, Drift, Journal, Outcome, Reading, StoredPreview
from ledenbrug.wire import sealing
from tests.members.factories import a_member, a_user
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db
ANNA = {"number": "1042", "given_name": "Anna", "last_name": "Vries", "email": "anna@brug.example"}
C1 = ContactId("c1")


def edit(stage: Stage, **fields: str) -> None:
    Member.objects.filter(association=stage.association).update(**fields)
    stage.later(minutes=1).turn()


def opened(text: str) -> dict[str, str]:
    return dict(json.loads(sealing.unseal(text))) if text else {}


def last(stage: Stage) -> tuple[dict[str, str], dict[str, str]]:
    step = Journal.objects.filter(connection=stage.connection).latest("id")
    return opened(step.before), opened(step.after)


def check_there(stage: Stage) -> None:
    operations.sync_now(stage.connection, user=a_user(), now=stage.now)
    stage.later(minutes=1).turn()


def test_a_change_tells_what_stood_there_without_asking_for_it(stage: Stage) -> None:
    a_member(stage.association, status=stage.status, **ANNA)
    stage.turn()
    edit(stage, email="nieuw@brug.example")
    assert last(stage) == ({"email": "anna@brug.example"}, {"email": "nieuw@brug.example"})
    edit(stage, email="")
    assert last(stage) == ({"email": "nieuw@brug.example"}, {"email": ""})
    assert (stage.world.requests["update"], stage.world.requests["read"]) == (2, 0)


def test_what_somebody_changed_there_is_what_stood_there(stage: Stage) -> None:
    a_member(stage.association, status=stage.status, **ANNA)
    stage.turn()
    stage.world.edit(C1, {Field.EMAIL: "elders@brug.example"})
    check_there(stage)
    verdicts.settle_drift(Drift.objects.get(verdict=""), verdict="ours", user=a_user(), now=stage.now)
    stage.turn()
    assert last(stage) == ({"email": "elders@brug.example"}, {"email": "anna@brug.example"})


def test_what_is_put_back_by_itself_tells_what_stood_there(stage: Stage) -> None:
    a_member(stage.association, status=stage.status, **ANNA)
    type(stage.connection).objects.filter(id=stage.connection.id).update(put_back=True)
    stage.turn()
    stage.world.edit(C1, {Field.EMAIL: "elders@brug.example"})
    check_there(stage)
    assert last(stage) == ({"email": "elders@brug.example"}, {"email": "anna@brug.example"})


def test_after_a_lost_answer_it_tells_what_was_read(stage: Stage) -> None:
    a_member(stage.association, status=stage.status, **ANNA)
    stage.turn()
    stage.world.fail(Temporary("no_answer", reached=True), on="update")
    edit(stage, email="een@brug.example")
    stage.world.edit(C1, {Field.EMAIL: "elders@brug.example", Field.PHONE: "0201234567"})
    stage.later(minutes=1).turn()
    assert last(stage) == ({"email": "elders@brug.example"}, {"email": "een@brug.example"})


def test_where_the_last_word_was_lost_it_claims_nothing(stage: Stage) -> None:
    a_member(stage.association, status=stage.status, **ANNA)
    stage.turn()
    Journal.objects.update(outcome=Outcome.LOST)
    edit(stage, email="een@brug.example")
    assert last(stage) == ({}, {"email": "een@brug.example"})


def test_a_group_that_was_refused_is_not_told_as_written(stage: Stage) -> None:
    a_member(stage.association, status=stage.status, **ANNA)
    stage.turn()
    stage.world.refuses[Field.EMAIL, "fout@brug.example"] = Reason.INVALID
    edit(stage, email="fout@brug.example", last_name="Bakker")
    assert last(stage) == (
        {"company": "", "first_name": "Anna", "last_name": "Vries", "email": "anna@brug.example"},
        {"company": "", "first_name": "Anna", "last_name": "Bakker"},
    )


def test_an_adopted_contact_is_told_with_what_stood_there_of_what_goes_over() -> None:
    stage = a_stage(groups=[*ALWAYS], enabled=False)
    a_member(stage.association, status=stage.status, city="Nergenshuizen", **ANNA)
    there = {Field.CUSTOMER_NUMBER: "LID-1042", Field.FIRST_NAME: "Anna", Field.LAST_NAME: "Vries"}
    stage.world.add({**there, Field.PHONE: "0201234567"})
    operations.enable(stage.connection, user=a_user(stage.association), now=stage.now)
    stage.turn()
    found, filled = Journal.objects.order_by("id")
    assert (found.kind, found.outcome, filled.kind) == ("adopt", Outcome.UNCHANGED, "update")
    assert found.run_id == filled.run_id is not None
    assert opened(found.before)["last_name"] == "Vries"
    assert Field.PHONE not in opened(found.before)
    before, after = last(stage)
    assert before == dict.fromkeys(after, "")
    assert (after["city"], after["email"]) == ("Nergenshuizen", "anna@brug.example")


def test_nothing_of_what_stood_there_stays_longer_than_promised() -> None:
    stage = a_stage(groups=[*ALWAYS, Group.PHONE])
    a_member(stage.association, status=stage.status, **ANNA)
    stage.turn()
    edit(stage, email="nieuw@brug.example")
    stage.world.edit(C1, {Field.EMAIL: "elders@brug.example"})
    check_there(stage)
    own = {"association": stage.association, "connection": stage.connection}
    verdicts.settle_drift(Drift.objects.get(verdict=""), verdict="ignore", user=a_user(), now=stage.now)
    Reading.objects.create(**own, page=0, sealed=sealing.seal("x"), at=stage.now)
    StoredPreview.objects.create(**own, sealed=sealing.seal("x"), at=stage.now)
    Approval.objects.create(**own, payer="m1", source=b"x", at=stage.now)
    nightly.throw_away(now=stage.now + timedelta(days=1, minutes=1))
    assert [Reading.objects.count(), StoredPreview.objects.count()] == [0, 0]
    assert Drift.objects.get().theirs == ""
    assert Journal.objects.exclude(before="", after="").count() == 2
    nightly.throw_away(now=stage.now + timedelta(days=31))
    assert Journal.objects.exclude(before="", after="").count() == 0
    assert [(each.kind, each.fields) for each in Journal.objects.order_by("-id")[:1]] == [("update", ["email"])]
    assert Approval.objects.count() == 1
    nightly.throw_away(now=stage.now + timedelta(days=366))
    assert Approval.objects.count() == 0


def test_a_login_that_lapsed_is_thrown_away_and_one_that_holds_is_not(stage: Stage) -> None:
    for key, days in (("lapsed", -1), ("holds", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=stage.now + timedelta(days=days))
    nightly.throw_away(now=stage.now)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["holds"]


def test_the_operator_says_how_long_the_journal_keeps_values(stage: Stage, settings: object) -> None:
    a_member(stage.association, status=stage.status, **ANNA)
    stage.turn()
    settings.LEDENBRUG_JOURNAL_DAYS = 3  # type: ignore[attr-defined]
    nightly.throw_away(now=stage.now + timedelta(days=4))
    assert Journal.objects.get().after == ""
