"""Getting in and being kept out: consent, codes, tokens, scopes, withdrawal."""

from collections.abc import Iterator

import httpx2
import pytest

from ledenbrug.bookkeeping.moneybird.sandbox import Sandbox, start
from ledenbrug.bookkeeping.moneybird.tests.sandbox_visitors import (
    BOOKS,
    CLIENT,
    OTHER_BOOKS,
    PLAIN,
    REDIRECT,
    Person,
    exchange,
    program,
)

ASK = {"client_id": "ledenbrug-sandbox", "redirect_uri": REDIRECT, "response_type": "code", "state": "s1"}
INVALID = {"error": "token is invalid", "symbolic": {"request": "invalid_grant"}}
OOB = "urn:ietf:wg:oauth:2.0:oob"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start() as running:
        yield running


def allowed(sandbox: Sandbox, **ask: str) -> dict[str, str]:
    person = Person(sandbox.url).open("/oauth/authorize", **(ASK | ask)).press("login")
    return person.press("allow").elsewhere


def tokens(sandbox: Sandbox, **ask: str) -> dict[str, str]:
    return dict(exchange(sandbox, allowed(sandbox, **ask)["code"]).json())


def refresh(sandbox: Sandbox, value: str) -> httpx2.Response:
    form = {"grant_type": "refresh_token", "refresh_token": value, **CLIENT}
    return PLAIN.post(f"{sandbox.url}/oauth/token/", data=form)


def test_an_owner_allows_and_the_code_gives_a_token_without_lifetime(sandbox: Sandbox) -> None:
    person = Person(sandbox.url).open("/oauth/authorize", **ASK, scope="sales_invoices settings")
    assert "wachtwoord" in person.page.text.lower()
    person.press("login")
    assert '<b id="application">Ledenbrug</b>' in person.page.text
    assert "Voorbeeldvereniging De Brug (sandbox)" in person.page.text
    person.press("allow", administration=OTHER_BOOKS)
    assert person.page.headers["location"].startswith(REDIRECT + "?")
    assert person.elsewhere["state"] == "s1"
    answer = exchange(sandbox, person.elsewhere["code"]).json()
    assert list(answer) == ["access_token", "token_type", "refresh_token", "scope", "created_at"]
    assert (len(answer["access_token"]), answer["scope"]) == (64, "sales_invoices settings")
    reached = program(sandbox, answer["access_token"]).http.get("/api/v2/administrations").json()
    assert [one["id"] for one in reached] == [OTHER_BOOKS]


def test_a_refusal_goes_back_as_access_denied(sandbox: Sandbox) -> None:
    person = Person(sandbox.url).open("/oauth/authorize", **ASK).press("login").press("refuse")
    assert (person.elsewhere["error"], person.elsewhere["state"]) == ("access_denied", "s1")


def test_only_an_owner_can_allow(sandbox: Sandbox) -> None:
    person = Person(sandbox.url).open("/oauth/authorize", **ASK).press("login", email="carla@kantoor.example")
    assert 'id="only-owner"' in person.page.text
    assert 'id="allow"' not in person.page.text
    person.press("refuse", decision="allow", administration=BOOKS)
    assert (person.page.status_code, sandbox.world.desk.grants) == (200, {})


def test_another_person_logs_in_and_allows_the_same_administration(sandbox: Sandbox) -> None:
    person = Person(sandbox.url).open("/oauth/authorize", **ASK).press("login").press("allow")
    person.open("/oauth/authorize", **ASK).press("logout").press("login", email="bram@debrug.example")
    assert "<b>Bram Visser</b>" in person.page.text
    second = exchange(sandbox, person.press("allow").elsewhere["code"])
    assert second.status_code == 200
    assert [grant.reach for grant in sandbox.world.desk.grants.values()] == [(BOOKS,), (BOOKS,)]


def test_a_wrong_password_does_not_let_in(sandbox: Sandbox) -> None:
    person = Person(sandbox.url).open("/oauth/authorize", **ASK).press("login", password="guess")
    assert person.page.status_code == 403


def test_the_login_page_never_leads_to_another_site(sandbox: Sandbox) -> None:
    person = Person(sandbox.url).open("/login", return_to="//evil.example/").press("login")
    assert str(person.page.url) == sandbox.url + "/"


def test_a_code_works_once(sandbox: Sandbox) -> None:
    code = allowed(sandbox)["code"]
    answers = [exchange(sandbox, code) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 400]
    assert answers[1].json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"redirect_uri": REDIRECT + "/"}, 400, "invalid_grant"),
        ({"client_secret": "guess"}, 401, "invalid_client"),
        ({"client_id": "somebody"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"code": "guess"}, 400, "invalid_grant"),
        ({"code": ""}, 400, "invalid_request"),
    ],
)
def test_a_wrong_exchange_is_refused(sandbox: Sandbox, change: dict[str, str], status: int, error: str) -> None:
    code = allowed(sandbox)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, **CLIENT}
    answer = PLAIN.post(f"{sandbox.url}/oauth/token", data=form | change)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_client_may_also_name_itself_in_the_header(sandbox: Sandbox) -> None:
    code = allowed(sandbox)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    auth = (CLIENT["client_id"], CLIENT["client_secret"])
    assert PLAIN.post(f"{sandbox.url}/oauth/token", data=form, auth=auth).status_code == 200


def test_what_is_asked_of_the_token_address_may_stand_in_the_address(sandbox: Sandbox) -> None:
    code = allowed(sandbox)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, **CLIENT}
    assert PLAIN.post(f"{sandbox.url}/oauth/token", params=form).status_code == 200


def test_a_code_expires() -> None:
    now = [1_790_000_000.0]
    with start(clock=lambda: now[0]) as sandbox:
        code = allowed(sandbox)["code"]
        now[0] += 601
        assert exchange(sandbox, code).json()["error"] == "invalid_grant"


def test_an_unregistered_return_address_stays_on_the_page() -> None:
    with start(redirect_uris=["https://leden.example/done"]) as sandbox:
        for address in (REDIRECT, "https://leden.example/done/", "https://leden.example/done?x=1"):
            person = Person(sandbox.url).open("/oauth/authorize", **(ASK | {"redirect_uri": address}))
            assert person.page.status_code == 400
        good = Person(sandbox.url).open("/oauth/authorize", **(ASK | {"redirect_uri": "https://leden.example/done"}))
        assert good.press("login").page.status_code == 200


@pytest.mark.parametrize(
    ("change", "error"),
    [({"response_type": "token"}, "unsupported_response_type"), ({"scope": "all"}, "invalid_scope")],
)
def test_a_wrong_request_goes_back_with_its_error(sandbox: Sandbox, change: dict[str, str], error: str) -> None:
    assert Person(sandbox.url).open("/oauth/authorize", **(ASK | change)).elsewhere["error"] == error


def test_the_code_is_shown_when_there_is_no_address_to_return_to(sandbox: Sandbox) -> None:
    person = Person(sandbox.url).open("/oauth/authorize", **(ASK | {"redirect_uri": OOB})).press("login").press("allow")
    code = person.page.text.split('<code id="code">')[1].split("<")[0]
    assert exchange(sandbox, code, OOB).status_code == 200


def test_a_refresh_ends_the_old_pair(sandbox: Sandbox) -> None:
    old = tokens(sandbox)
    new = refresh(sandbox, old["refresh_token"])
    assert new.status_code == 200
    assert program(sandbox, old["access_token"]).ask("GET", "/contacts").status_code == 401
    assert program(sandbox, new.json()["access_token"]).ask("GET", "/contacts").status_code == 200
    assert refresh(sandbox, old["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_refresh_may_keep_the_refresh_token_and_tokens_may_expire() -> None:
    now = [1_790_000_000.0]
    with start(clock=lambda: now[0], refresh="keep", token_lifetime=60) as sandbox:
        old = exchange(sandbox, allowed(sandbox)["code"]).json()
        assert old["expires_in"] == 60
        now[0] += 61
        assert program(sandbox, old["access_token"]).ask("GET", "/contacts").json() == INVALID
        assert refresh(sandbox, old["refresh_token"]).json()["refresh_token"] == old["refresh_token"]


def test_a_revoked_token_is_refused_and_revoking_the_unknown_is_fine(sandbox: Sandbox) -> None:
    pair = tokens(sandbox)
    for value in (pair["access_token"], "guess"):
        assert PLAIN.post(f"{sandbox.url}/oauth/revoke", data={"token": value, **CLIENT}).status_code == 200
    answer = program(sandbox, pair["access_token"]).ask("GET", "/contacts")
    assert (answer.status_code, answer.json()["error"]) == (401, "access token revoked")
    assert refresh(sandbox, pair["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_treasurer_withdraws_the_application(sandbox: Sandbox) -> None:
    pair = tokens(sandbox)
    grant = next(iter(sandbox.world.desk.grants))
    page = Person(sandbox.url).open(f"/{BOOKS}/applications").press(f"withdraw-{grant}").page
    assert "ingetrokken" in page.text
    assert program(sandbox, pair["access_token"]).ask("GET", "/contacts").status_code == 401
    assert refresh(sandbox, pair["refresh_token"]).status_code == 400


def test_a_fresh_token_may_be_refused_for_a_moment() -> None:
    now = [1_790_000_000.0]
    with start(clock=lambda: now[0], fresh_token_lag=2) as sandbox:
        api = program(sandbox, exchange(sandbox, allowed(sandbox)["code"]).json()["access_token"])
        assert api.http.get("/api/v2/administrations").json() == INVALID
        now[0] += 2
        assert api.http.get("/api/v2/administrations").status_code == 200


def test_a_missing_or_unknown_token_is_refused(sandbox: Sandbox) -> None:
    for headers in ({}, {"Authorization": "Bearer guess"}, {"Authorization": "Basic Og=="}):
        answer = PLAIN.get(f"{sandbox.url}/api/v2/{BOOKS}/contacts", headers=headers)
        assert (answer.status_code, answer.json()) == (401, INVALID)


def test_a_token_without_the_scope_is_refused_with_the_scopes_named(sandbox: Sandbox) -> None:
    api = program(sandbox, tokens(sandbox, scope="time_entries")["access_token"])
    answer = api.ask("GET", "/contacts")
    assert answer.status_code == 401
    assert answer.json()["error"].startswith("No access to estimates, sales_invoices")
    other = program(sandbox, tokens(sandbox)["access_token"])
    assert other.ask("GET", "/users").json() == {"error": "No access to settings"}


def test_an_administration_that_was_not_chosen_is_not_reached(sandbox: Sandbox) -> None:
    api = program(sandbox, tokens(sandbox)["access_token"], OTHER_BOOKS)
    assert api.ask("GET", "/contacts").status_code == 404


def test_one_authorisation_may_open_several_administrations() -> None:
    with start(grant="several") as sandbox:
        token = exchange(sandbox, allowed(sandbox)["code"]).json()["access_token"]
        assert len(program(sandbox, token).http.get("/api/v2/administrations").json()) == 2


def test_a_program_without_browser_is_answered_at_once_when_asked_for() -> None:
    with start(consent="allow") as sandbox:
        assert (
            exchange(sandbox, Person(sandbox.url).open("/oauth/authorize", **ASK).elsewhere["code"]).status_code == 200
        )


def test_a_read_only_token_reads_and_does_not_write() -> None:
    with start(read_only_token="look") as sandbox:
        api = program(sandbox, "look")
        assert api.ask("GET", "/contacts").status_code == 200
        assert api.ask("POST", "/contacts", {"contact": {"lastname": "Bakker"}}).status_code == 403


def test_what_a_program_did_is_told_apart_from_what_a_person_did(sandbox: Sandbox) -> None:
    api = program(sandbox, tokens(sandbox, scope="settings")["access_token"])
    contact = api.create(lastname="Bakker")
    users = api.ask("GET", "/users", include_api_users="true").json()
    by = next(user for user in users if user["id"] == contact["events"][0]["user_id"])
    assert (by["name"], by["user_type"]) == ("Ledenbrug", "api_user")
    assert [user["user_type"] for user in api.ask("GET", "/users").json()] == ["owner", "owner"]


def test_pages_forbid_scripts_and_frames(sandbox: Sandbox) -> None:
    page = Person(sandbox.url).open("/oauth/authorize", **ASK).press("login").page
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:9;" in policy
    assert "<script" not in page.text
    assert Person(sandbox.url).http.get("/login", headers={"Accept-Language": "en-GB"}).text.count("Log in") >= 2
