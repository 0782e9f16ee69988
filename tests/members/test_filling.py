"""Members are asked to fill in fields themselves: who gets a link, what it opens, and what ends it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from ledenbrug.members import filling, history, operations, retention
from ledenbrug.members.filling import State
from ledenbrug.members.models import Association, CustomField, FillRequest, FillRound, Kind, Member, User
from ledenbrug.members.operations import AskingForeseen, Differs, Ended
from ledenbrug.members.refusals import ChangedMeanwhile, Fault, FieldChange, Reason, Refused
from tests.members.choir import ask, everybody, mailed, opens, states, the_request
from tests.members.factories import NOW, TODAY, a_custom_field, a_member, a_status, an_association

pytestmark = pytest.mark.django_db
pytest_plugins = ("tests.members.choir",)


def test_who_died_left_or_has_no_address_is_left_out_and_counted_before(
    here: Association, anna: Member, shirt: CustomField
) -> None:
    gone = a_status(here, archived=True)
    others = [
        a_member(here, status=a_status(here, deceased=True, archived=True), email="overleden@leden.example"),
        a_member(here, status=gone, email="weg@leden.example"),
        a_member(here, status=a_status(here, hidden=True), email="verborgen@leden.example"),
        a_member(here, status=a_status(here, fields={shirt.key: "hidden"}), email="niets@leden.example"),
        a_member(here, status=anna.status, invoice_email="facturen@leden.example"),
    ]
    a_member(an_association(), email="elders@leden.example")
    a_member(here, email="verwijderd@leden.example", deleted_at=NOW)
    found = Member.objects.filter(association=here)
    assert operations.foresee_asking(here, found.filter(deleted_at=None), now=NOW) == AskingForeseen(
        mails=1, deceased=1, status=3, unreachable=1, again=0, first=[anna]
    )
    assert ask(here, found=found).asked == 1
    assert len(mailed()) == 1
    assert mail.outbox[0].to == ["anna@leden.example"]
    assert not FillRequest.objects.filter(member__in=others).exists()


def test_other_numbers_than_were_shown_send_nothing(here: Association, anna: Member) -> None:
    with pytest.raises(Differs):
        ask(here, seen=2)
    assert mailed() == []


def test_without_a_field_that_is_open_nobody_is_asked(here: Association, anna: Member, shirt: CustomField) -> None:
    operations.change_custom_field(shirt, by_members=False, by=None)
    with pytest.raises(Refused) as refused:
        ask(here)
    assert refused.value.faults == (Fault(Reason.NOTHING_TO_FILL_IN),)


@pytest.mark.parametrize(
    ("why", "reason"),
    [("x" * 501, Reason.TOO_LONG), ("BSN 111222333", Reason.CITIZEN_NUMBER), ("\x07", Reason.CONTROL_CHARACTER)],
)
def test_what_cannot_stand_in_a_mail_is_refused(here: Association, anna: Member, why: str, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        ask(here, why=why)
    assert [(each.reason, each.field) for each in refused.value.faults] == [(reason, "why")]


def test_a_link_opens_for_two_weeks_by_the_calendar_of_the_association(here: Association, anna: Member) -> None:
    ask(here)
    (token,) = mailed()
    assert [opens(token, days=each) for each in (0, 14, 15)] == [True, True, False]
    last_evening = NOW.replace(day=15, hour=21, minute=59)  # in Amsterdam it is two hours later
    digest = filling.digest_of(token)
    assert filling.opened(digest, now=last_evening) is not None
    assert filling.opened(digest, now=last_evening + timedelta(minutes=1)) is None


def test_asked_again_the_newer_link_opens_and_the_older_does_not(here: Association, anna: Member) -> None:
    ask(here)
    (older,) = mailed()
    assert operations.foresee_asking(here, everybody(here), now=NOW).again == 1
    FillRequest.objects.update(failed=True)
    assert operations.foresee_asking(here, everybody(here), now=NOW).again == 0
    ask(here)
    assert not opens(older)
    _, newer = mailed()
    assert (opens(older), opens(newer), FillRequest.objects.count()) == (False, True, 1)


def test_nothing_stays_of_what_came_of_an_earlier_request(
    here: Association, anna: Member, shirt: CustomField, secretary: User
) -> None:
    ask(here, why="Toen.")
    (token,) = mailed()
    operations.fill_in(the_request(token), seen_version=anna.version, values={shirt.key: "M"}, now=NOW)
    FillRequest.objects.update(failed=True, ended_at=NOW)
    ask(here, secretary, why="Nu.", language="nl")
    asks = FillRound.objects.get()
    assert (asks.by, asks.at, asks.until, asks.language, asks.why, asks.asked) == (
        secretary, NOW, TODAY + timedelta(days=14), "nl", "Nu.", 1,
    )  # fmt: skip
    assert FillRequest.objects.values().get() == {
        "member_id": anna.pk, "association_id": here.pk, "round_id": asks.pk, "digest": None, "tried_at": None,
        "sent_at": None, "failed": False, "answered_at": None, "ended_at": None,
    }  # fmt: skip


def test_a_secret_is_long_new_every_time_and_nowhere_in_the_database(here: Association, anna: Member) -> None:
    from tests.sync.everywhere import cells

    for each in range(20):
        a_member(here, email=f"lid{each}@leden.example")
    ask(here, seen=21)
    tokens = mailed()
    assert len({*tokens}) == 21
    assert {len(each) for each in tokens} == {43}
    everything = "\n".join(text for _, text in cells())
    assert [each for each in tokens if each in everything] == []
    assert all(filling.digest_of(each) in everything for each in tokens)


def test_nothing_that_is_nearly_the_link_opens(here: Association, anna: Member) -> None:
    ask(here)
    (token,) = mailed()
    nearly = {token[:at] + other + token[at + 1 :] for at in range(len(token)) for other in ("", "A", "-", "\x00", "é")}
    nearly |= {token[::-1], token.swapcase(), token + "=", " " + token, filling.digest_of(token), ""}
    assert [each for each in nearly - {token} if opens(each)] == []


def ended_by(here: Association, anna: Member) -> Iterator[tuple[str, Any]]:
    other = a_member(here, last_name="Dubbel")
    gone = a_status(here, archived=True)

    def died() -> None:
        deceased = operations.add_status(association=here, name="Overleden", deceased=True, by=None)
        operations.set_status(anna, status=deceased, start=TODAY, by=None, now=NOW)

    def merged() -> None:
        operations.merge_members(other, anna, seen=(other.version, anna.version), by=None, now=NOW)

    yield "deleted", lambda: operations.delete_member(anna, by=None, now=NOW)
    yield "died", died
    yield "left", lambda: operations.set_status(anna, status=gone, start=TODAY, by=None, now=NOW)
    yield "merged", merged
    yield (
        "another address",
        lambda: operations.change_member(
            anna, seen_version=anna.version, values={"email": "beter@leden.example"}, by=None, now=NOW
        ),
    )
    yield "plain SQL", lambda: Member.objects.filter(pk=anna.pk).update(deleted_at=NOW)
    yield "withdrawn", lambda: operations.withdraw_request(anna.fill_request, by=None, now=NOW)


ENDED = ("deleted", "died", "left", "merged", "another address", "plain SQL", "withdrawn")


@pytest.mark.parametrize("how", ENDED)
def test_what_ends_a_link_ends_it_for_good(here: Association, anna: Member, how: str) -> None:
    ask(here)
    (token,) = mailed()
    dict(ended_by(here, anna))[how]()
    assert not opens(token)
    Member.objects.filter(pk=anna.pk).update(deleted_at=None, merged_into=None, email="anna@leden.example")
    asked = FillRequest.objects.get(member=anna)
    assert (asked.digest, states(here)) == (None, {"anna@leden.example": State.ENDED})
    with pytest.raises(Ended):
        operations.fill_in(asked, seen_version=anna.version, values={}, now=NOW)


@pytest.mark.parametrize("how", ENDED)
def test_a_mail_that_waits_does_not_leave_any_more(here: Association, anna: Member, how: str) -> None:
    ask(here)
    dict(ended_by(here, anna))[how]()
    assert mailed() == []


def test_another_change_of_the_member_leaves_the_link_as_it_is(here: Association, anna: Member) -> None:
    ask(here)
    (token,) = mailed()
    operations.change_member(anna, seen_version=anna.version, values={"city": "Bedum"}, by=None, now=NOW)
    assert opens(token)


def test_a_status_that_becomes_an_archived_one_closes_the_links(here: Association, anna: Member) -> None:
    ask(here)
    (token,) = mailed()
    assert anna.status is not None
    operations.change_status(anna.status, archived=True, by=None)
    assert not opens(token)


def test_what_a_member_fills_in_is_written_and_told_as_the_members_own(
    here: Association, anna: Member, shirt: CustomField
) -> None:
    ask(here)
    (token,) = mailed()
    asked = the_request(token)
    written = operations.fill_in(asked, seen_version=anna.version, values={shirt.key: "l"}, now=NOW)
    assert written.custom == {shirt.key: "L"}
    newest = history.history_of(anna)[0]
    assert (newest.cause, newest.by, newest.changes) == ("member", None, (FieldChange(shirt.key, "M", "L"),))
    asked.refresh_from_db()
    assert (asked.answered_at, states(here)) == (NOW, {"anna@leden.example": State.ANSWERED})
    assert opens(token)


def test_that_all_is_right_is_an_answer_too_and_no_change(here: Association, anna: Member, shirt: CustomField) -> None:
    ask(here)
    (token,) = mailed()
    operations.fill_in(the_request(token), seen_version=anna.version, values={shirt.key: "M"}, now=NOW)
    anna.refresh_from_db()
    assert (anna.version, anna.fill_request.answered_at) == (1, NOW)


@pytest.mark.parametrize("name", ["email", "iban", "memo", "number", "c999999", "archived", "closed"])
def test_no_other_field_is_written_whoever_asks(here: Association, anna: Member, name: str) -> None:
    fields = {"closed": a_custom_field(here), "archived": a_custom_field(here, by_members=True, archived=True)}
    key = fields[name].key if name in fields else name
    ask(here)
    (token,) = mailed()
    with pytest.raises(Refused) as refused:
        operations.fill_in(the_request(token), seen_version=anna.version, values={key: "x"}, now=NOW)
    assert refused.value.faults == (Fault(Reason.UNKNOWN_FIELD, key),)
    anna.refresh_from_db()
    assert (anna.version, anna.fill_request.answered_at) == (1, None)


def test_a_field_that_was_changed_since_it_was_seen_is_not_written_over(
    here: Association, anna: Member, shirt: CustomField
) -> None:
    ask(here)
    (token,) = mailed()
    seen = anna.version
    operations.change_member(anna, seen_version=seen, values={shirt.key: "S"}, by=None, now=NOW)
    with pytest.raises(ChangedMeanwhile) as meanwhile:
        operations.fill_in(the_request(token), seen_version=seen, values={shirt.key: "L"}, now=NOW)
    assert meanwhile.value.changes == (FieldChange(shirt.key, "M", "S"),)


def test_a_change_of_what_the_member_does_not_see_is_not_in_the_way(
    here: Association, anna: Member, shirt: CustomField
) -> None:
    ask(here)
    (token,) = mailed()
    seen = anna.version
    operations.change_member(anna, seen_version=seen, values={"city": "Bedum"}, by=None, now=NOW)
    written = operations.fill_in(the_request(token), seen_version=seen, values={shirt.key: "L"}, now=NOW)
    assert (written.custom, written.city) == ({shirt.key: "L"}, "Bedum")


def test_a_citizen_number_is_refused_as_it_is_of_a_secretary(here: Association, anna: Member) -> None:
    remark = a_custom_field(here, "Opmerking", Kind.LONG, by_members=True)
    ask(here)
    (token,) = mailed()
    with pytest.raises(Refused) as refused:
        operations.fill_in(
            the_request(token), seen_version=anna.version, values={remark.key: "mijn bsn is 111222333"}, now=NOW
        )
    assert refused.value.faults == (Fault(Reason.CITIZEN_NUMBER, remark.key),)


def test_requests_go_with_the_retention_time_and_with_the_person(here: Association, anna: Member) -> None:
    ask(here)
    assert retention.drop_old(here, now=NOW + timedelta(days=730)) >= 0
    assert FillRequest.objects.exists()
    retention.drop_old(here, now=NOW + timedelta(days=731))
    assert not FillRequest.objects.exists()
    assert not FillRound.objects.exists()
    ask(here, why="Anna, is je maat nog goed?")
    operations.delete_member(anna, by=None, now=NOW)
    operations.erase_member(anna, by=None, now=NOW)
    assert not FillRequest.objects.exists()
    assert not FillRound.objects.exists()


def test_what_a_mail_to_many_said_goes_where_it_names_who_is_erased(here: Association, anna: Member) -> None:
    a_member(here, email="bram@leden.example")
    for why in ("Wie neemt het over van mevrouw geheim?", "Nieuwe shirts."):
        ask(here, why=why, seen=2)
    operations.delete_member(anna, by=None, now=NOW)
    operations.erase_member(anna, by=None, now=NOW)
    assert list(FillRound.objects.order_by("id").values_list("why", "asked")) == [("", 2), ("Nieuwe shirts.", 2)]
