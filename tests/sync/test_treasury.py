"""What a treasurer sees and decides: preview, progress, problems, drift, notices. Over the reference package."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.test import override_settings

from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ALWAYS, ContactId, Field, Group
from ledenbrug.members.models import Mandate, Member
from ledenbrug.sync import instance, look, notices, operations, preview, previewed, secrets, settle
from ledenbrug.sync.models import (
    Connection,
    Drift,
    Grant,
    GrantState,
    Instance,
    Link,
    Problem,
    Reading,
    StoredPreview,
    Touched,
)
from ledenbrug.sync.refusals import Refused
from ledenbrug.wire import sealing
from tests.members.factories import IBAN, OTHER_IBAN, a_member, a_status, a_user, an_association
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db
ANNA = {"number": "1042", "given_name": "Anna", "infix": "de", "last_name": "Vries", "email": "anna@brug.example"}


@pytest.fixture
def off() -> Stage:
    """A saved connection that was never enabled."""
    return a_stage(enabled=False)


def enable(stage: Stage) -> None:
    operations.enable(stage.connection, user=a_user(stage.association), now=stage.now)
    stage.turn()


def problem(stage: Stage) -> Problem:
    return Problem.objects.get(connection=stage.connection, closed_at=None, dismissed=False)


def test_the_preview_shows_per_field_what_would_stand_there_and_writes_nothing(off: Stage) -> None:
    anna = a_member(off.association, status=off.status, **ANNA)
    shown = preview.make(off.connection, now=off.now)
    assert shown.counts == {"create": 1, "unchanged": 0}
    row = shown.rows[0]
    assert (row.title, row.member_id, row.kind) == ("Anna de Vries", anna.id, "create")
    assert row.lines == (
        ("first_name", "", "Anna"),
        ("last_name", "", "de Vries"),
        ("country", "", "NL"),
        ("email", "", "anna@brug.example"),
        ("customer_number", "", "LID-1042"),
    )
    assert off.contacts() == []


def test_what_happens_on_enable_is_what_the_preview_showed(off: Stage) -> None:
    for _ in range(3):
        a_member(off.association, status=off.status)
    a_member(off.association, status=a_status(off.association, "Oud-lid"))
    shown = preview.make(off.connection, now=off.now)
    enable(off)
    there = [[(name, value) for name, value in each.items()] for each in off.contacts()]
    told = [[(name, after) for name, _, after in row.lines] for row in shown.rows]
    assert sorted(map(sorted, there)) == sorted(map(sorted, told))


def test_a_preview_of_a_change_shows_what_stands_there_now(off: Stage) -> None:
    anna = a_member(off.association, status=off.status, **ANNA)
    enable(off)
    operations.disable(off.connection, user=a_user(), now=off.now)
    Member.objects.filter(id=anna.id).update(email="nieuw@brug.example")
    shown = preview.make(off.connection, now=off.now)
    assert [(row.kind, row.lines) for row in shown.rows] == [
        ("update", (("email", "anna@brug.example", "nieuw@brug.example"),))
    ]


def shown_again(off: Stage, *, now: datetime) -> preview.Preview | None:
    kept = preview.stored(off.connection, now=now)
    return replace(kept, rows=list(kept.rows)) if kept else None


def test_of_a_preview_no_more_is_opened_than_is_shown(off: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewed, "PART", 2)
    for number in range(5):
        a_member(off.association, status=off.status, last_name=f"Lid{number}", number=f"{number}")
    made = preview.make(off.connection, now=off.now)
    kept = preview.stored(off.connection, now=off.now)
    assert kept is not None
    assert [kept.rows[at:] for at in range(6)] == [made.rows[at:] for at in range(6)]
    assert (kept.rows[3], len(kept.rows)) == (made.rows[3], 5)
    StoredPreview.objects.update(sealed=sealing.seal("{}"))
    assert preview.stored(off.connection, now=off.now) is None  # as an earlier release kept it
    preview.make(off.connection, now=off.now)
    last = StoredPreview.objects.get().sealed.rpartition("\n")
    StoredPreview.objects.update(sealed=f"{last[0]}\nno longer what it was")
    again = preview.stored(off.connection, now=off.now)
    assert again is not None
    assert again.rows[:4] == made.rows[:4]
    with pytest.raises(sealing.KeyLost):
        list(again.rows)


def test_what_is_looked_for_in_a_preview_is_all_that_is_opened(off: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewed, "PART", 2)
    for number in range(5):
        city = "Den Haag" if number % 2 else "Elders"
        a_member(off.association, status=off.status, last_name=f"Lid{number}", number=f"{number}", city=city)
    made = preview.make(off.connection, now=off.now)

    def titles(**asked: str) -> list[str]:
        kept = preview.stored(off.connection, now=off.now, **asked)
        assert kept is not None
        assert (len(kept.rows), kept.counts) == (len(list(kept.rows)), made.counts)
        assert kept.rows[1:] == list(kept.rows)[1:]
        return [each.title for each in kept.rows]

    assert titles(kind="create") == titles(query="lid") == ["Lid0", "Lid1", "Lid2", "Lid3", "Lid4"]
    assert titles(query="denHAAG") == titles(kind="create", query="haag") == ["Lid1", "Lid3"]
    assert titles(kind="update") == titles(kind="held") == titles(kind="cre") == titles(query="no such") == []
    parts = StoredPreview.objects.get().sealed.split("\n")
    StoredPreview.objects.update(sealed="\n".join([*parts[:-1], "no longer what it was"]))
    assert titles(query="lid3") == ["Lid3"]


def test_a_preview_outlives_a_new_key(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    made = preview.make(off.connection, now=off.now)
    before = StoredPreview.objects.get().sealed
    assert secrets.reencrypt_all() > 0
    assert StoredPreview.objects.get().sealed != before
    assert shown_again(off, now=off.now) == made


def test_a_preview_is_kept_for_a_day_and_sealed(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    made = preview.make(off.connection, now=off.now)
    assert shown_again(off, now=off.now) == made
    assert preview.stored(off.connection, now=off.now + timedelta(days=1, seconds=1)) is None
    kept = StoredPreview.objects.get().sealed + Reading.objects.first().sealed  # type: ignore[union-attr]
    assert "brug.example" not in kept


def test_a_contact_with_the_same_number_and_name_is_adopted_and_only_filled(off: Stage) -> None:
    a_member(off.association, status=off.status, city="Adorp", **ANNA)
    there = off.world.add(
        {Field.CUSTOMER_NUMBER: "LID-1042", Field.LAST_NAME: "Vries", Field.EMAIL: "oud@brug.example"}
    )
    enable(off)
    assert off.contacts() == [
        {
            "last_name": "Vries",
            "city": "Adorp",
            "country": "NL",
            "email": "oud@brug.example",
            "customer_number": "LID-1042",
        }
    ]
    assert Link.objects.get().contact == there
    assert {each.group for each in Drift.objects.all()} >= {"email"}


def test_what_would_happen_is_forgotten_once_it_happened(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    preview.make(off.connection, now=off.now)
    enable(off)
    operations.disable(off.connection, user=a_user(off.association), now=off.now)
    assert preview.stored(off.connection, now=off.now) is None


def test_a_contact_that_only_looks_like_the_member_is_asked_about_and_nothing_is_made(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    there = off.world.add({Field.FIRST_NAME: "A.", Field.LAST_NAME: "Vries", Field.EMAIL: "anna@brug.example"})
    enable(off)
    assert len(off.contacts()) == 1
    assert (problem(off).reason, problem(off).contact) == (Reason.LOOKS_LIKE, there)

    settle.settle(problem(off), action="same", user=a_user(off.association), now=off.now)
    off.turn()
    assert Link.objects.get().contact == there
    assert len(off.contacts()) == 1


def test_when_it_is_somebody_else_a_contact_is_made(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    off.world.add({Field.FIRST_NAME: "A.", Field.LAST_NAME: "Vries", Field.EMAIL: "anna@brug.example"})
    enable(off)
    settle.settle(problem(off), action="make_again", user=a_user(off.association), now=off.now)
    off.turn()
    assert len(off.contacts()) == 2


def test_nothing_of_contacts_that_were_not_linked_is_kept_after_the_comparison(off: Stage) -> None:
    off.world.add({Field.LAST_NAME: "Vreemdeling", Field.EMAIL: "vreemd@elders.example"})
    preview.make(off.connection, now=off.now)
    enable(off)
    assert not Reading.objects.exists()
    assert not Link.objects.exists()


def test_links_survive_removal_so_that_a_later_connection_makes_nothing_twice(off: Stage) -> None:
    a_member(off.association, status=off.status, **ANNA)
    enable(off)
    user = a_user(off.association)
    operations.remove(off.connection, user=user, now=off.now)
    assert Connection.objects.filter(removed_at=None).count() == 0
    old = off.connection
    again = Connection.objects.create(
        association=off.association,
        package="memory",
        grant=Grant.objects.create(
            association=off.association,
            package="memory",
            url="memory:",
            personal=True,
            tokens=sealing.seal('{"access": "t", "refresh": "", "expires": "", "scope": ""}'),
            state=GrantState.GIVEN,
            created_at=off.now,
        ),
        administration=old.administration,
        administration_name=old.administration_name,
        financial_administration=old.financial_administration,
        groups=old.groups,
        created_at=off.now,
    )
    again.statuses.add(off.status, through_defaults={"association": off.association})
    off.connection = again
    enable(off)
    assert len(off.contacts()) == 1


def test_a_disabled_connection_sends_nothing_and_finds_everything_again_on_enable(off: Stage) -> None:
    anna = a_member(off.association, status=off.status, **ANNA)
    enable(off)
    operations.disable(off.connection, user=a_user(), now=off.now)
    Member.objects.filter(id=anna.id).update(city="Bedum")
    assert not Touched.objects.exists()
    off.turn()
    assert "city" not in off.contacts()[0]
    enable(off)
    assert off.contacts()[0]["city"] == "Bedum"


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


def test_one_notice_goes_out_per_cause_and_one_when_it_is_over(off: Stage) -> None:
    a_user(off.association, "treasurer", email="penningmeester@brug.example")
    Connection.objects.filter(id=off.connection.id).update(enabled=True, waiting=Reason.WITHDRAWN)
    for _ in range(2):
        notices.note(now=off.now)
        notices.send(now=off.now)
    assert [each.to for each in mail.outbox] == [["penningmeester@brug.example"]]
    Connection.objects.filter(id=off.connection.id).update(waiting="")
    for _ in range(2):
        notices.note(now=off.now)
        notices.send(now=off.now)
    assert len(mail.outbox) == 2


def test_a_mail_server_that_is_down_loses_no_notice(off: Stage) -> None:
    a_user(off.association, "treasurer")
    Connection.objects.filter(id=off.connection.id).update(enabled=True, waiting=Reason.WITHDRAWN)
    notices.note(now=off.now)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_PORT=1):
        assert notices.send(now=off.now) == 0
    assert notices.send(now=off.now) == 1
    assert len(mail.outbox) == 1


def test_a_notice_names_no_member(off: Stage) -> None:
    a_user(off.association, "treasurer")
    anna = a_member(off.association, status=off.status, **ANNA)
    enable(off)
    Member.objects.filter(id=anna.id).update(status=a_status(off.association, "Oud-lid"))
    off.turn()
    notices.note(now=off.now)
    notices.send(now=off.now)
    (message,) = mail.outbox
    assert "Vries" not in f"{message.subject}{message.body}"
    assert f"/{off.association.slug}/settings/integrations/memory/{off.connection.id}/" in message.body


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


def test_a_likely_contact_that_is_confirmed_is_filled_where_it_is_empty_and_differences_are_listed(off: Stage) -> None:
    a_member(off.association, status=off.status, city="Adorp", **ANNA)
    off.world.add({Field.LAST_NAME: "Vriesema", Field.EMAIL: "anna@brug.example"})
    enable(off)
    settle.settle(problem(off), action="same", user=a_user(off.association), now=off.now)
    off.turn()
    assert [(each["last_name"], each["city"], each["email"]) for each in off.contacts()] == [
        ("Vriesema", "Adorp", "anna@brug.example")
    ]
    assert [each.group for each in Drift.objects.filter(verdict="")] == ["name"]


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
