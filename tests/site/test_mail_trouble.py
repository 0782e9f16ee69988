"""The mail server is away, silent, or says no: what the person who waits for a letter sees."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from ledenbrug.members.models import Role, User
from tests.mail_server import GREETING, MailServer, mail_server
from tests.manager.front import a_front

pytestmark = pytest.mark.django_db(transaction=True)
RESET = "/account/password/reset/"
TROUBLE = {
    "it says so": {GREETING: "421 too busy"},
    "it does not know us": {"MAIL": "535 log in first"},
    "it knows no such address": {"RCPT": "550 unknown"},
    "it does not want the letter": {"DATA": "554 no"},
    "it says nothing": {GREETING: ""},
}


@pytest.fixture
def person() -> User:
    return User.objects.create_user("penningmeester@brug.example", "zeven eenden op een rij")


@pytest.fixture(params=[*TROUBLE, "nobody listens"])
def trouble(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    with ExitStack() as stack:
        answers = TROUBLE.get(request.param)
        found = MailServer(1) if answers is None else stack.enter_context(mail_server(answers=answers))
        for name, value in found.settings().items():
            setattr(settings, name, value)
        yield


@pytest.mark.parametrize("email", ["penningmeester@brug.example", "vreemd@elders.example"])
def test_who_asks_for_a_password_reads_that_no_letter_went_and_what_to_do(
    client: Client, person: User, trouble: None, email: str
) -> None:
    """It was an error page; and what it says must not tell who has an account."""
    answer = client.post(RESET, {"email": email}, headers={"accept-language": "en"})
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "The mail could not be sent. Try again in a few minutes." in said
    assert f'value="{email}"' in said


def test_who_invites_somebody_reads_that_no_letter_went_and_what_to_do(trouble: None) -> None:
    front = a_front()
    form = {"email": "nieuw@bestuur.example", "name": "Nieuw", "role": Role.TREASURER}
    answer = front.as_(Role.ADMIN).post(f"{front.root}settings/users/invite/", form, follow=True)
    assert answer.status_code == 200
    assert "The role is given, but the invitation could not be sent." in answer.content.decode()


def test_the_letter_goes_when_the_mail_server_is_back(client: Client, person: User, settings: Any) -> None:
    with mail_server() as server:
        for name, value in server.settings().items():
            setattr(settings, name, value)
        assert client.post(RESET, {"email": person.email}).headers["location"] == f"{RESET}done/"
        assert server.taken == [person.email]
    assert mail.outbox == []
