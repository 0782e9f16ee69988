"""Notices while the mail server is away, or refuses some of them."""

from datetime import timedelta
from typing import Any

import pytest

from ledenbrug.core.reasons import Reason
from ledenbrug.members.models import User
from ledenbrug.sync import notices
from ledenbrug.sync.models import Connection, Notified
from tests.mail_server import GREETING, MailServer, mail_server
from tests.members.factories import a_user
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db


def stopped(email: str) -> Stage:
    stage = a_stage()
    a_user(stage.association, "treasurer", email=email)
    Connection.objects.filter(id=stage.connection.id).update(waiting=Reason.WITHDRAWN)
    return stage


@pytest.fixture
def now() -> Any:
    stages = [stopped(f"{name}@brug.example") for name in ("pim", "ans", "wim")]
    notices.note(now=stages[0].now)
    return stages[0].now


def send(server: MailServer, settings: Any, **at: Any) -> int:
    for name, value in server.settings().items():
        setattr(settings, name, value)
    return notices.send(**at)


def unsent() -> int:
    return notices.unsent().count()


def test_many_notices_go_in_one_visit(now: Any, settings: Any) -> None:
    with mail_server() as server:
        assert send(server, settings, now=now) == 3
        assert send(server, settings, now=now) == 0
        assert (sorted(server.taken), server.visits) == (
            ["ans@brug.example", "pim@brug.example", "wim@brug.example"],
            1,
        )


@pytest.mark.parametrize("says", ["421 too busy", ""])
def test_a_mail_server_that_is_away_is_asked_once_and_again_the_next_minute(now: Any, settings: Any, says: str) -> None:
    """It was asked for every notice, and each one waited for it."""
    with mail_server(answers={GREETING: says}) as server:
        assert (send(server, settings, now=now), server.visits, unsent()) == (0, 1, 3)
    with mail_server() as server:
        assert (send(server, settings, now=now + timedelta(minutes=1)), unsent()) == (3, 0)


def test_an_address_that_nobody_has_holds_up_nobody_and_is_given_up_after_a_day(now: Any, settings: Any) -> None:
    with mail_server(nobody="ans@brug.example") as server:
        assert (send(server, settings, now=now), unsent()) == (2, 1)
        assert (send(server, settings, now=now + timedelta(hours=23)), unsent()) == (0, 1)
        assert (send(server, settings, now=now + timedelta(hours=24)), unsent()) == (0, 0)
        assert sorted(server.taken) == ["pim@brug.example", "wim@brug.example"]
    assert Notified.objects.filter(sent_at=now + timedelta(hours=24)).count() == 1


def test_what_is_no_address_holds_up_nobody(now: Any, settings: Any) -> None:
    User.objects.filter(email="ans@brug.example").update(email="ans@brug@example")
    with mail_server() as server:
        assert (send(server, settings, now=now), unsent()) == (2, 1)


def test_a_letter_that_is_refused_for_now_goes_later(now: Any, settings: Any) -> None:
    with mail_server(answers={"DATA": "451 in a while"}) as server:
        assert (send(server, settings, now=now), unsent(), server.visits) == (0, 3, 1)
    with mail_server() as server:
        assert send(server, settings, now=now) == 3
