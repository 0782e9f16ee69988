import re
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client, RequestFactory

from ledenbrug.members.models import User
from ledenbrug.site.accounts import address_of

PASSWORD = "zeven eenden op een rij"
HERE, ELSEWHERE, AWAY = "192.0.2.1", "192.0.2.2", "192.0.2.3"


@pytest.fixture
def treasurer(db: None) -> User:
    return User.objects.create_user("Penningmeester@brug.example", PASSWORD, name="Pim")


def log_in(client: Client, password: str, *, address: str = HERE, spelled: str = "penningmeester@brug.example") -> int:
    said = {"login": spelled, "password": password}
    return client.post("/account/login/", said, REMOTE_ADDR=address).status_code


def test_one_logs_in_with_an_address_in_any_spelling(client: Client, treasurer: User) -> None:
    assert log_in(client, PASSWORD, spelled="PENNINGMEESTER@Brug.example") == 302
    assert client.session["_auth_user_id"] == str(treasurer.pk)


def test_eight_failures_lock_that_name_from_that_address_and_nobody_else(client: Client, treasurer: User) -> None:
    spellings = ["Penningmeester@brug.example", "penningmeester@brug.example"] * 4
    answers = [log_in(client, "guessed", spelled=name) for name in spellings]
    assert answers[:-1] == [200] * 7
    assert log_in(client, PASSWORD) == 429
    assert log_in(Client(), PASSWORD, address=ELSEWHERE) == 302
    User.objects.create_user("secretaris@brug.example", PASSWORD)
    assert log_in(Client(), PASSWORD, spelled="secretaris@brug.example") == 302


def test_a_success_forgets_the_failures_before_it(client: Client, treasurer: User) -> None:
    for _ in range(2):
        assert [log_in(Client(), "guessed") for _ in range(6)] == [200] * 6
        assert log_in(Client(), PASSWORD) == 302


def test_failures_leave_no_name_in_the_log(client: Client, treasurer: User, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(9):
        log_in(client, "guessed")
    assert "brug.example" not in caplog.text
    assert "guessed" not in caplog.text


def test_who_has_the_password_cannot_try_every_code_of_the_second_step(client: Client, treasurer: User) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(treasurer, secret)
    assert log_in(client, PASSWORD, address=AWAY) == 302
    right = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for code in [wrong] * 5 + [right]:
        assert client.post("/account/2fa/authenticate/", {"code": code}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_the_second_step_is_taken_with_the_right_code(client: Client, treasurer: User) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(treasurer, secret)
    log_in(client, PASSWORD, address=AWAY)
    right = totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    assert client.post("/account/2fa/authenticate/", {"code": right}).status_code == 302
    assert client.session["_auth_user_id"] == str(treasurer.pk)


@pytest.mark.parametrize(("language", "said"), [("en", "Stay logged in"), ("nl", "Ingelogd blijven")])
def test_the_page_speaks_as_the_others_do(client: Client, db: None, language: str, said: str) -> None:
    assert said in client.get("/account/login/", headers={"accept-language": language}).content.decode()


def test_a_password_that_is_too_short_is_refused_in_dutch(client: Client, treasurer: User) -> None:
    log_in(client, PASSWORD, address=AWAY)
    form = {"oldpassword": PASSWORD, "password1": "kort", "password2": "kort"}
    told = client.post("/account/password/change/", form, headers={"accept-language": "nl"}).content.decode()
    assert "Dit wachtwoord is te kort: minstens 10 tekens." in told


def test_who_comes_too_late_for_an_invitation_asks_for_a_new_link(client: Client, db: None) -> None:
    invited = User.objects.create_user("laat@brug.example")
    told = client.get("/account/password/reset/key/1-abc/", headers={"accept-language": "nl"}).content.decode()
    assert '<a href="/account/password/reset/">Vraag een nieuwe aan</a>' in told
    client.post("/account/password/reset/", {"email": invited.email})
    (letter,) = mail.outbox
    assert letter.to == [invited.email]
    assert "/account/password/reset/key/" in letter.body


def test_what_is_typed_over_into_the_app_stands_there_to_be_marked(client: Client, treasurer: User) -> None:
    client.force_login(treasurer)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/").content.decode()
    field = re.search(r'<input[^>]*id="authenticator_secret"[^>]*>', page)
    assert field
    assert re.search(r'value="[A-Z2-7]{32}"', field[0])
    assert "readonly" in field[0]
    assert "disabled" not in field[0]


def test_nobody_signs_up_by_themselves(client: Client, treasurer: User) -> None:
    page = client.get("/account/signup/")
    assert "password1" not in page.content.decode()
    form = {"email": "vreemd@elders.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/account/signup/", form)
    assert not User.objects.filter(email="vreemd@elders.example").exists()


def test_nobody_takes_the_address_at_which_somebody_else_will_be_invited(client: Client, treasurer: User) -> None:
    client.force_login(treasurer, "allauth.account.auth_backends.AuthenticationBackend")
    for press in ("action_add", "action_primary"):
        form = {press: "", "email": "voorzitter@elders.example"}
        assert client.post("/account/email/", form).status_code == 404
    treasurer.refresh_from_db()
    assert treasurer.email == "penningmeester@brug.example"


def test_every_page_asks_to_log_in_first(client: Client, treasurer: User) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (302, "/account/login/?next=/")


def test_one_chooses_a_language_before_logging_in(client: Client) -> None:
    answer = client.post("/language/setlang/", {"language": "en", "next": "/account/login/"}, follow=True)
    assert answer.redirect_chain == [("/account/login/", 302)]
    assert '<html lang="en"' in answer.content.decode()


def test_asking_for_a_password_does_not_tell_who_has_an_account(client: Client, treasurer: User) -> None:
    answers = [
        client.post("/account/password/reset/", {"email": email})
        for email in ("penningmeester@brug.example", "vreemd@elders.example")
    ]
    assert [(answer.status_code, answer.headers["location"]) for answer in answers] == [
        (302, "/account/password/reset/done/")
    ] * 2


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.9", HERE),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 192.0.2.7", "203.0.113.9"),
        (1, "", HERE),
        (2, "203.0.113.9", HERE),
    ],
)
def test_only_the_operators_own_proxies_say_where_somebody_comes_from(
    settings: Any, proxies: int, forwarded: str, seen: str
) -> None:
    settings.LEDENBRUG_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=HERE, HTTP_X_FORWARDED_FOR=forwarded)
    assert address_of(request) == seen


@pytest.mark.parametrize(
    ("page", "goes_on"),
    [
        ("http://testserver/de-brug/members/?page=2", "/de-brug/members/%3Fpage%3D2"),
        ("http://testserver/de-brug/members/7/edit/", "/de-brug/members/7/edit/"),
        ("https://elsewhere.example/de-brug/", "/de-brug/members/bulk/5/undo/"),
        ("", "/de-brug/members/bulk/5/undo/"),
    ],
)
def test_who_sends_a_form_without_being_logged_in_comes_back_to_the_page_of_the_form(
    client: Client, db: None, page: str, goes_on: str
) -> None:
    answer = client.post("/de-brug/members/bulk/5/undo/", headers={"referer": page} if page else {})
    assert answer["Location"] == f"/account/login/?next={goes_on}"
