"""Getting in and being kept out: keys, consent, codes, the short lives of tokens, rights."""

from collections.abc import Iterator

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox import Sandbox, start
from ledenbrug.bookkeeping.exact_online.tests.sandbox_visitors import (
    ASK,
    CLIENT,
    DIVISION,
    OTHER,
    PLAIN,
    REDIRECT,
    Person,
    allowed,
    exchange,
    program,
    refresh,
    tokens,
)

NOON = 1_790_000_200.0
CHAIN = {
    "error": "invalid_grant",
    "error_description": "Token is not allowed, because of invalid or empty chainId",
}


class Clock:
    at = NOON

    def __call__(self) -> float:
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with start(clock=clock) as running:
        yield running


def test_a_treasurer_registers_a_key_and_it_opens_what_the_treasurer_reaches(sandbox: Sandbox) -> None:
    person = Person(sandbox.url).open("/keys")
    person.press("register", name="De Brug", redirect_uri=REDIRECT, terms="true")
    shown = {
        name: person.page.text.split(f'<code id="{name}">')[1].split("<")[0] for name in ("client-id", "client-secret")
    }
    assert shown["client-id"].count("-") == 4
    code = allowed(sandbox, client_id=shown["client-id"])["code"]
    key = {"client_id": shown["client-id"], "client_secret": shown["client-secret"]}
    token = exchange(sandbox, code, **key).json()["access_token"]
    divisions = program(sandbox, token).rows("system/Divisions", select="Code,Description")
    assert [(one["Code"], one["Description"]) for one in divisions] == [
        (900001, "Voorbeeldvereniging De Brug (sandbox)"),
        (900002, "Stichting Vrienden van De Brug (sandbox)"),
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Vul een naam in."),
        ({"redirect_uri": "http://leden.example/terug"}, "Het adres moet met https:// beginnen"),
        ({"redirect_uri": "https://leden/terug"}, "Het adres moet met https:// beginnen"),
        ({"terms": ""}, ""),
    ],
)
def test_a_key_that_cannot_be_registered_is_explained(sandbox: Sandbox, typed: dict[str, str], said: str) -> None:
    good = {"name": "De Brug", "redirect_uri": "https://leden.example/terug"}
    person = Person(sandbox.url).open("/keys")
    terms = {} if "terms" in typed else {"terms": "true"}
    person.press("register", **(good | typed | terms) if "terms" not in typed else good)
    assert person.page.status_code == 422
    assert (said or "Ga akkoord met de voorwaarden.") in person.page.text


def test_a_user_allows_and_the_code_gives_ten_minutes(sandbox: Sandbox) -> None:
    person = Person(sandbox.url).open("/api/oauth2/auth", **ASK).press("login")
    assert '<b id="application">Ledenbrug</b>' in person.page.text
    person.press("allow")
    assert person.page.headers["location"].startswith(REDIRECT + "?")
    assert person.elsewhere["state"] == "s1"
    code = person.elsewhere["code"]
    assert code.startswith("stampNL001.")
    assert "!" in code
    answer = exchange(sandbox, code)
    assert list(answer.json()) == ["access_token", "token_type", "expires_in", "refresh_token"]
    assert (answer.json()["expires_in"], answer.json()["token_type"]) == ("600", "Bearer")
    assert len(answer.json()["access_token"]) > 500
    assert program(sandbox, answer.json()["access_token"]).me()["FullName"] == "Anna de Boer"


def test_a_refusal_goes_back_as_access_denied(sandbox: Sandbox) -> None:
    person = Person(sandbox.url).open("/api/oauth2/auth", **ASK).press("login").press("refuse")
    assert person.elsewhere == {"error": "access_denied", "state": "s1"}


def test_a_live_session_is_used_unless_a_login_is_forced(sandbox: Sandbox) -> None:
    person = Person(sandbox.url).open("/api/oauth2/auth", **ASK).press("login")
    assert 'id="allow"' in person.open("/api/oauth2/auth", **ASK, force_login="0").page.text
    assert 'id="login"' in person.open("/api/oauth2/auth", **ASK, force_login="1").page.text
    assert "<b>Bram Visser</b>" in person.press("login", email="bram@debrug.example").page.text


@pytest.mark.parametrize("change", [{"client_id": "somebody"}, {"redirect_uri": "https://elsewhere.example/"}])
def test_a_wrong_request_stays_on_the_page(sandbox: Sandbox, change: dict[str, str]) -> None:
    page = Person(sandbox.url).open("/api/oauth2/auth", **(ASK | change)).page
    assert (page.status_code, "location" in page.headers) == (400, False)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"redirect_uri": REDIRECT + "/"}, "invalid_request"),
        ({"client_secret": "guess"}, "invalid_request"),
        ({"client_id": "somebody"}, "invalid_request"),
        ({"code": "guess"}, "invalid_request"),
        ({"code": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_exchange_is_refused(sandbox: Sandbox, change: dict[str, str], error: str) -> None:
    answer = exchange(sandbox, **{"code": allowed(sandbox)["code"], **change})
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_a_code_works_once_and_for_three_minutes(sandbox: Sandbox, clock: Clock) -> None:
    code = allowed(sandbox)["code"]
    assert [exchange(sandbox, code).status_code for _ in range(2)] == [200, 400]
    late = allowed(sandbox)["code"]
    clock.wait(180)
    assert exchange(sandbox, late).status_code == 400


def test_a_client_may_also_name_itself_in_the_header(sandbox: Sandbox) -> None:
    form = {"grant_type": "authorization_code", "code": allowed(sandbox)["code"], "redirect_uri": REDIRECT}
    auth = (CLIENT["client_id"], CLIENT["client_secret"])
    assert PLAIN.post(f"{sandbox.url}/api/oauth2/token", data=form, auth=auth).status_code == 200


def test_a_key_may_be_written_with_braces_around_it(sandbox: Sandbox) -> None:
    braced = f"{{{CLIENT['client_id'].upper()}}}"
    code = allowed(sandbox, client_id=braced)["code"]
    assert exchange(sandbox, code, client_id=braced).status_code == 200


def test_an_access_token_dies_after_ten_minutes_and_a_refresh_rotates_both(sandbox: Sandbox, clock: Clock) -> None:
    old = tokens(sandbox)
    clock.wait(575)
    new = refresh(sandbox, old["refresh_token"]).json()
    assert {old["access_token"], old["refresh_token"]}.isdisjoint({new["access_token"], new["refresh_token"]})
    assert program(sandbox, old["access_token"]).me()
    clock.wait(25)
    answer = program(sandbox, old["access_token"]).ask("GET", "hrm/Divisions")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert program(sandbox, new["access_token"]).me()


def test_a_refresh_before_570_seconds_is_refused_and_the_old_token_goes_on(sandbox: Sandbox, clock: Clock) -> None:
    old = tokens(sandbox)
    clock.wait(569)
    answer = refresh(sandbox, old["refresh_token"])
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "access_denied", "error_description": "Rate limit exceeded: access_token not expired"},
    )
    assert answer.headers["reason"].startswith("TooEarlyToRefreshTokens")
    assert program(sandbox, old["access_token"]).me()
    clock.wait(1)
    assert refresh(sandbox, old["refresh_token"]).status_code == 200


def test_an_old_refresh_token_is_told_so(sandbox: Sandbox, clock: Clock) -> None:
    old = tokens(sandbox)["refresh_token"]
    clock.wait(570)
    refresh(sandbox, old)
    clock.wait(570)
    answer = refresh(sandbox, old)
    told = {"error": "unauthorized_client", "error_description": "Old refresh token used."}
    assert (answer.status_code, answer.json()) == (401, told)


def test_with_grace_the_old_refresh_token_lives_until_the_new_pair_is_used(clock: Clock) -> None:
    with start(clock=clock, refresh_grace="grace") as sandbox:
        old = tokens(sandbox)["refresh_token"]
        clock.wait(570)
        lost = refresh(sandbox, old).json()
        again = refresh(sandbox, old).json()
        assert lost["access_token"] != again["access_token"]
        assert program(sandbox, again["access_token"]).me()
        assert refresh(sandbox, old).json()["error_description"] == "Old refresh token used."


def test_a_refresh_token_dies_after_thirty_idle_days(sandbox: Sandbox, clock: Clock) -> None:
    old = tokens(sandbox)["refresh_token"]
    clock.wait(30 * 86_400)
    answer = refresh(sandbox, old)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.json()["error_description"] == (
        "The refresh token expired at 2026-10-21T14:16:40Z and it is now 2026-10-21T14:16:40Z"
    )


def test_a_withdrawn_chain_is_told_so(sandbox: Sandbox, clock: Clock) -> None:
    pair = tokens(sandbox)
    person = Person(sandbox.url).open(f"/keys/{CLIENT['client_id']}")
    person.press(f"withdraw-{next(iter(sandbox.world.desk.grants))}")
    assert "ingetrokken" in person.page.text
    assert program(sandbox, pair["access_token"]).ask("GET", "hrm/Divisions").status_code == 401
    clock.wait(570)
    answer = refresh(sandbox, pair["refresh_token"])
    assert (answer.status_code, answer.json()) == (400, CHAIN)


def test_a_second_grant_of_the_same_user_ends_the_first(sandbox: Sandbox, clock: Clock) -> None:
    anna, bram = tokens(sandbox), tokens(sandbox, "bram@debrug.example")
    second = tokens(sandbox)
    clock.wait(570)
    assert refresh(sandbox, anna["refresh_token"]).json() == CHAIN
    assert refresh(sandbox, bram["refresh_token"]).status_code == 200
    assert refresh(sandbox, second["refresh_token"]).status_code == 200


def test_a_new_secret_ends_what_the_old_one_could_do(sandbox: Sandbox, clock: Clock) -> None:
    pair = tokens(sandbox)
    Person(sandbox.url).open(f"/keys/{CLIENT['client_id']}").press("new-secret")
    clock.wait(570)
    assert refresh(sandbox, pair["refresh_token"]).json() == {"error": "invalid_request"}


def test_me_is_a_list_with_one_row(sandbox: Sandbox) -> None:
    me = program(sandbox, tokens(sandbox)["access_token"]).me()
    assert len(me) == 40
    assert (me["CurrentDivision"], me["Legislation"], me["CustomerCode"]) == (900001, "1", "           1234567")
    assert (me["ServerTime"], me["ServerUtcOffset"]) == ("2026-09-21T16:16:40", 7200)
    assert me["__metadata"]["type"] == "Exact.Web.Api.Models.System.Me"


def test_both_lists_of_divisions_show_number_and_code(sandbox: Sandbox) -> None:
    api = program(sandbox, tokens(sandbox)["access_token"])
    system, hrm = api.rows("system/Divisions")[0], api.rows("hrm/Divisions")[0]
    assert (system["Code"], system["Hid"], system["Country"], system["Status"]) == (900001, "1", "NL ", 1)
    assert (hrm["Code"], hrm["HID"], hrm["Main"]) == (900001, "1", True)
    assert system["__metadata"]["uri"] == f"{sandbox.url}/api/v1/900001/system/Divisions(900001)"
    assert api.ask("GET", "system/Divisions(900002)").json()["d"]["Hid"] == "2"
    assert api.ask("GET", "system/Divisions(1)").status_code == 404


def test_a_division_that_the_user_does_not_reach_is_forbidden(sandbox: Sandbox) -> None:
    sandbox.arm("reach", user="bram@debrug.example", division=OTHER)
    api = program(sandbox, tokens(sandbox, "bram@debrug.example")["access_token"], OTHER)
    answer = api.ask("GET", "crm/BankAccounts")
    assert (answer.status_code, answer.headers["reason"]) == (403, "NoDivisionAccess")
    assert [one["Code"] for one in program(sandbox, api.http.headers["authorization"][7:]).rows("hrm/Divisions")] == [
        900001
    ]
    assert len(program(sandbox, api.http.headers["authorization"][7:]).rows("system/AllDivisions")) == 2


def test_missing_rights_look_like_an_empty_list(sandbox: Sandbox) -> None:
    anna = program(sandbox, tokens(sandbox)["access_token"])
    key = anna.account()
    carla = program(sandbox, tokens(sandbox, "carla@kantoor.example")["access_token"])
    assert carla.rows("crm/Accounts", filter="Status eq 'C'") == []
    assert carla.rows("bulk/CRM/Accounts", select="ID") == []
    assert carla.rows("sync/CRM/Accounts", filter="Timestamp gt 1L") == []
    assert carla.ask("GET", f"crm/Accounts(guid'{key}')").status_code == 404
    assert carla.ask("POST", "crm/Accounts", {"Name": "X"}).status_code == 403
    question = "users/UserHasRights?endpoint='crm/Accounts'&action='GET'"
    assert [one.ask("GET", question).json() for one in (anna, carla)] == [
        {"d": {"UserHasRights": True}},
        {"d": {"UserHasRights": False}},
    ]


def test_a_missing_or_unknown_token_is_refused(sandbox: Sandbox) -> None:
    for headers in ({}, {"Authorization": "Bearer guess"}, {"Authorization": "Basic Og=="}):
        answer = PLAIN.get(f"{sandbox.url}/api/v1/{DIVISION}/hrm/Divisions", headers=headers)
        assert answer.status_code == 401
