"""Who works for an association is invited, chooses a password, and can be replaced; somebody keeps the keys."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from ledenbrug.members.models import Role, User
from tests.manager.front import Front, a_front, logged_in

pytestmark = pytest.mark.django_db(transaction=True)
USERS = "settings/users/"
CHOSEN = "a long invented sentence"


def invite(client: Client, front: Front, email: str, role: str = Role.TREASURER) -> int:
    form = {"email": email, "name": "Nieuw", "role": role}
    return client.post(f"{front.root}{USERS}invite/", form).status_code


def test_who_is_invited_chooses_a_password_and_is_in(front: Front) -> None:
    assert invite(front.as_(Role.ADMIN), front, "nieuw@bestuur.example") == 302
    (letter,) = mail.outbox
    assert letter.to == ["nieuw@bestuur.example"]
    found = re.search(r"https?://[^/\s]+(/\S+)", letter.body)
    assert found
    newcomer = Client()
    page = newcomer.get(found[1], follow=True)
    form = {"password1": CHOSEN, "password2": CHOSEN}
    newcomer.post(page.redirect_chain[-1][0], form)
    assert newcomer.login(request=page.wsgi_request, email="nieuw@bestuur.example", password=CHOSEN)
    assert newcomer.get(front.link).status_code == 200


def test_who_has_an_account_keeps_the_password_and_gets_the_role(front: Front) -> None:
    other = a_front()
    known = other.user(Role.ADMIN)
    password = known.password
    invite(front.as_(Role.ADMIN), front, known.email.upper(), Role.AUDITOR)
    known.refresh_from_db()
    assert known.password == password
    assert "password/reset" not in mail.outbox[0].body
    assert logged_in(known).get(front.link).status_code == 200
    assert logged_in(known).get(front.person).status_code == 403


def test_an_address_that_is_longer_than_we_keep_is_refused_at_its_field(front: Front) -> None:
    far_too_long = f"nieuw@{'deelvandenaam.' * 20}example"
    assert invite(front.as_(Role.ADMIN), front, far_too_long) == 422
    assert not User.objects.filter(name="Nieuw").exists()
    assert mail.outbox == []


def test_a_mail_server_that_is_away_is_said_and_the_invitation_is_sent_again_later(front: Front, settings: Any) -> None:
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    client, form = front.as_(Role.ADMIN), {"email": "nieuw@bestuur.example", "name": "Nieuw", "role": Role.TREASURER}
    told = client.post(f"{front.root}{USERS}invite/", form, follow=True).content.decode()
    assert "The role is given, but the invitation could not be sent." in told
    theirs = f"{front.root}{USERS}{User.objects.get(email='nieuw@bestuur.example').assignments.get().pk}/"
    assert "could not be sent" in client.post(theirs, {"send": "1"}).content.decode()
    settings.EMAIL_BACKEND = backend
    assert client.post(theirs, {"send": "1"}).status_code == 302
    assert [letter.to for letter in mail.outbox] == [["nieuw@bestuur.example"]]


def test_a_name_of_two_lines_does_not_get_into_the_head_of_a_letter(front: Front) -> None:
    front.association.name = "Koor\nBcc: vreemd@elders.example"
    front.association.save()
    assert invite(front.as_(Role.ADMIN), front, "nieuw@bestuur.example") == 302
    assert mail.outbox[0].subject == "Invitation for Koor Bcc: vreemd@elders.example"
    assert mail.outbox[0].recipients() == ["nieuw@bestuur.example"]


def test_nobody_is_invited_twice(front: Front) -> None:
    client = front.as_(Role.ADMIN)
    invite(client, front, "nieuw@bestuur.example")
    assert invite(client, front, "nieuw@bestuur.example") == 422
    assert User.objects.filter(email="nieuw@bestuur.example").count() == 1


def test_the_last_administrator_stays_one(front: Front) -> None:
    admin = front.user(Role.ADMIN)
    client, mine = logged_in(admin), f"{front.root}{USERS}{admin.assignments.get().pk}/"
    for press in ({"remove": "1"}, {"role": Role.AUDITOR}):
        told = client.post(mine, press)
        assert "This is the only administrator" in told.content.decode()
        assert admin.assignments.get().role == Role.ADMIN
    front.user(Role.ADMIN)
    assert client.post(mine, {"remove": "1"}).status_code == 302
    assert client.get(front.root).status_code == 404
