"""The mails with the links: what stands in them, and that none goes twice or is lost, whatever the mail server does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings

from ledenbrug.members import filling, letters, tasks
from ledenbrug.members.filling import State
from ledenbrug.members.models import Association, CustomField, FillRequest, Member, MemberStatus, User
from tests.mail_server import HANGS_UP, MailServer, mail_server
from tests.members.choir import ask, mailed, members, opens, states
from tests.members.factories import NOW, a_custom_field, a_member, an_association

pytestmark = pytest.mark.django_db
pytest_plugins = ("tests.members.choir",)


def test_a_member_is_mailed_a_link_at_their_own_address(here: Association, anna: Member, secretary: User) -> None:
    ask(here, secretary, why="We bestellen\nnieuwe shirts.", language="nl")
    (token,) = mailed()
    (letter,) = mail.outbox
    assert (letter.to, letter.cc, letter.bcc, letter.reply_to) == (
        ["anna@leden.example"], [], [], ["secretaris@koor.example"],
    )  # fmt: skip
    assert letter.subject == "Vul je je gegevens in bij Koor De Brug?"
    assert letter.body == (
        "Hallo Anna,\n\n"
        "Koor De Brug vraagt je iets in te vullen in de ledenadministratie, of na te kijken of het nog klopt.\n\n"
        "We bestellen\nnieuwe shirts.\n\n"
        "Dat doe je op je eigen pagina, zonder wachtwoord, tot en met 15 mei 2026:\n\n"
        f"http://127.0.0.1:8000/fill-in/{token}\n\n"
        "De link is alleen voor jou: stuur hem niet door. "
        "Verwachtte je deze mail niet, of klopt er iets anders niet? Beantwoord hem dan.\n\n"
    )


def test_the_mail_is_in_the_language_that_was_chosen_and_says_no_more_than_a_name(
    here: Association, anna: Member, secretary: User
) -> None:
    ask(here, secretary, language="en")
    (token,) = mailed()
    (letter,) = mail.outbox
    assert letter.body.startswith("Hello Anna,\n\nKoor De Brug asks you to fill in something")
    assert "up to and including 15 May 2026:" in letter.body
    told = (letter.subject + letter.body).replace(token, "")
    assert [each for each in (anna.last_name, anna.number, "Shirt", "ouders") if each in told] == []


def test_a_name_of_two_lines_stays_out_of_the_head_of_the_mail(shirt: CustomField, here: Association) -> None:
    here.name = "Koor\nBcc: vreemd@elders.example"
    here.save()
    a_member(here, given_name="Anna\r\nBcc: x@elders.example", email="anna@leden.example")
    ask(here)
    mailed()
    assert mail.outbox[0].recipients() == ["anna@leden.example"]
    assert mail.outbox[0].subject == "Do you fill in your details at Koor Bcc: vreemd@elders.example?"


def sent_by(server: MailServer, *, minutes: int = 0) -> int:
    with override_settings(**server.settings()):
        return letters.send(clock=lambda: NOW + timedelta(minutes=minutes))


def test_a_mail_server_that_is_away_is_tried_again_and_no_link_is_kept_meanwhile(
    here: Association, anna: Member
) -> None:
    ask(here)
    assert sent_by(MailServer(port=1)) == 0
    assert FillRequest.objects.filter(digest=None, sent_at=None).exists()
    assert states(here) == {"anna@leden.example": State.WAITING}
    with mail_server() as server:
        assert (sent_by(server), server.taken) == (1, ["anna@leden.example"])


@pytest.mark.parametrize("broken", ["the worker died", "the server said nothing", "the server hung up"])
def test_a_mail_of_which_nobody_knows_whether_it_left_is_not_sent_twice_and_its_link_opens(
    here: Association, anna: Member, broken: str
) -> None:
    ask(here)
    if broken == "the worker died":
        (lost,) = mailed()
        FillRequest.objects.update(sent_at=None)  # before it could write that down
        assert opens(lost)
    else:
        answers = {".": "" if broken == "the server said nothing" else HANGS_UP}
        with mail_server(answers=answers) as server:
            assert (sent_by(server), server.taken) == (0, ["anna@leden.example"])
    with mail_server() as server:
        for minutes in (1, 11, 60 * 24):
            assert sent_by(server, minutes=minutes) == 0
        assert server.taken == []
    assert states(here) == {"anna@leden.example": State.OPEN}
    told = [FillRequest.objects.filter(filling.in_doubt(now=NOW + timedelta(minutes=each))) for each in (1, 3)]
    assert [each.count() for each in told] == [0, 1]


def test_of_two_workers_who_read_the_same_request_one_sends_it(here: Association, anna: Member) -> None:
    ask(here)
    first, second = FillRequest.objects.get(), FillRequest.objects.get()
    assert [letters._noted(each, filling.digest_of(str(each.pk)), now=NOW) for each in (first, second)] == [True, False]


def test_a_mailbox_that_does_not_exist_is_told_and_holds_nobody_else_up(here: Association, anna: Member) -> None:
    for name in ("bram", "carice"):
        a_member(here, email=f"{name}@leden.example")
    ask(here, seen=3)
    with mail_server(nobody="bram@leden.example") as server:
        assert (sent_by(server), sent_by(server, minutes=60), server.visits) == (2, 0, 1)
    assert states(here) == {
        "anna@leden.example": State.OPEN, "bram@leden.example": State.FAILED, "carice@leden.example": State.OPEN,
    }  # fmt: skip


def test_a_mailbox_that_is_full_is_tried_again_later(here: Association, anna: Member) -> None:
    ask(here)
    with mail_server(answers={"RCPT": "450 later"}) as server:
        assert (sent_by(server), sent_by(server, minutes=1), server.visits) == (0, 0, 1)
    with mail_server() as server:
        assert (sent_by(server, minutes=11), states(here)) == (1, {"anna@leden.example": State.OPEN})


def test_a_mail_that_waited_until_its_link_would_not_open_any_more_is_not_sent(here: Association, anna: Member) -> None:
    ask(here)
    assert letters.send(clock=lambda: NOW + timedelta(days=15)) == 0


def test_a_mail_that_waited_past_midnight_where_the_association_is_is_not_sent(here: Association, anna: Member) -> None:
    ask(here)
    last = FillRequest.objects.get().round.until
    midnight = datetime(last.year, last.month, last.day, 22, tzinfo=UTC)
    assert here.time_zone == "Europe/Amsterdam"
    assert letters.unsent(now=midnight - timedelta(seconds=1)).exists()
    assert not letters.unsent(now=midnight).exists()


def test_an_address_that_is_none_holds_nobody_else_up(here: Association, anna: Member) -> None:
    Member.objects.filter(pk=anna.pk).update(email="anna@leden.example\nBcc: x@elders.example")
    bram = a_member(here, email="bram@leden.example")
    ask(here, seen=2)
    assert len(mailed()) == 1
    assert states(here) == {"anna@leden.example\nBcc: x@elders.example": State.FAILED, bram.email: State.OPEN}


def test_a_server_that_takes_some_letters_over_one_line_gets_the_rest_over_the_next(
    here: Association, shirt: CustomField
) -> None:
    found = members(here, "anna", "bram", "carice", "dirk", "emma")
    ask(here, seen=5)
    with mail_server(at_most=2) as server:
        assert (sent_by(server), server.visits) == (4, 2)  # who was next when it hung up waits
        assert sent_by(server, minutes=11) == 1
        assert sorted(server.taken) == sorted(each.email for each in found)


def test_a_server_that_takes_nothing_is_not_asked_for_every_member(
    here: Association, shirt: CustomField, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "AT_ONCE", 2)
    members(here, "anna", "bram", "carice")
    ask(here, seen=3)
    with mail_server(answers={"MAIL": "450 too many of you"}) as server:
        assert (sent_by(server), server.visits) == (0, 1)
    assert FillRequest.objects.filter(tried_at=None).count() == 1
    with mail_server() as server:
        assert (sent_by(server, minutes=1), sent_by(server, minutes=11)) == (1, 2)


def test_no_more_leave_in_an_hour_than_the_server_takes_and_the_rest_goes_on_after_it(
    here: Association, shirt: CustomField, settings: Any
) -> None:
    settings.LEDENBRUG_MAILS_AN_HOUR = 2
    members(here, "anna", "bram", "carice", "dirk", "els")
    ask(here, seen=5)
    with mail_server() as server:
        left = [sent_by(server, minutes=each) for each in (0, 1, 59, 61, 62, 122, 183)]
        assert left == [2, 0, 0, 2, 0, 1, 0]
        assert len(set(server.taken)) == len(server.taken) == 5


def test_thousands_of_one_association_do_not_hold_up_the_letter_of_another(
    here: Association, shirt: CustomField
) -> None:
    members(here, "anna", "bram", "carice")
    ask(here, seen=3)
    other = an_association()
    a_custom_field(other, by_members=True)
    members(other, "zoe")
    ask(other)
    mailed()
    assert [each.to[0] for each in mail.outbox].index("zoe@leden.example") < 2


def test_a_turn_ends_within_its_minute_and_the_next_goes_on(here: Association, shirt: CustomField) -> None:
    members(here, "anna", "bram", "carice", "dirk")
    ask(here, seen=4)
    assert letters.send(clock=slow_clock(seconds=20)) == 1
    assert letters.send(clock=lambda: NOW) == 3


def slow_clock(*, seconds: int) -> Callable[[], datetime]:
    """Every look at it takes so long."""
    moments = (NOW + timedelta(seconds=seconds * at) for at in range(1000))
    return lambda: next(moments)


def test_a_worker_that_is_asked_to_end_begins_no_letter_more(here: Association, anna: Member) -> None:
    ask(here)
    tasks.CLOSING.set()
    try:
        assert letters.send(clock=lambda: NOW) == 0
    finally:
        tasks.CLOSING.clear()
    assert letters.send(clock=lambda: NOW) == 1


@pytest.mark.parametrize("flag", ["archived", "hidden", "deceased"])
def test_to_whom_a_status_means_by_now_that_nobody_asks_no_mail_goes(
    here: Association, anna: Member, flag: str
) -> None:
    ask(here)
    MemberStatus.objects.filter(pk=anna.status_id).update(**{flag: True})
    assert mailed() == []
