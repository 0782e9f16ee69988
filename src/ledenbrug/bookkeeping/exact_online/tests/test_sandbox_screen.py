"""The sandbox's pages as a treasurer walks through them: look, edit, delete, bill, go to another division."""

import re
from collections.abc import Iterator

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox import Sandbox, start
from ledenbrug.bookkeeping.exact_online.tests.sandbox_visitors import (
    ASK,
    DIVISION,
    OTHER,
    PLAIN,
    Person,
    Program,
    program,
)

ACCOUNTS = "crm/Accounts"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start(token="secret", fresh="empty") as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Program:
    return program(sandbox)


def test_the_screen_leads_from_the_divisions_to_a_relation(sandbox: Sandbox, api: Program) -> None:
    for n in range(101):
        api.account(Name=f"Lid{n:03}")
    page = Person(sandbox.url).open("/")
    assert f'href="/{DIVISION}/relations"' in page.page.text
    assert "1-100 / 101" in page.open(f"/{DIVISION}").page.text
    assert "Lid100" in page.open(f"/{DIVISION}/relations", **{"from": "100"}).page.text
    found = page.open(f"/{DIVISION}/relations", query="lid042").page.text
    link = re.search(rf"/{DIVISION}/relations/[0-9a-f-]+", found)
    assert link
    assert "Lid042" in page.open(link[0]).page.text
    key = link[0].rpartition("/")[2]
    assert "Lid042" in page.open("/docs/CRMAccountCard.aspx", AccountID=f"{{{key}}}", _Division_=DIVISION).page.text
    for path in (f"/{DIVISION}/relations/1", "/1/relations", "/nothing"):
        assert page.open(path).page.status_code == 404


def test_a_relation_is_edited_by_hand(sandbox: Sandbox, api: Program) -> None:
    key = api.account(Code="20001", City="Utrecht", EndDate="2026-01-31")
    page = Person(sandbox.url).open(f"/{DIVISION}/relations/{key}")
    page.press("save", City="Breda", Blocked="true", EndDate="")
    assert "Opgeslagen." in page.page.text
    full = api.one(ACCOUNTS, key)
    assert (full["City"], full["Blocked"], full["EndDate"], full["Code"].strip()) == ("Breda", True, None, "20001")
    assert (full["Modifier"], full["Name"]) == (sandbox.world.owner().id, "S. Bakker")


def test_what_cannot_be_kept_is_said_at_its_field(sandbox: Sandbox, api: Program) -> None:
    api.account(Code="20002")
    key = api.account(Code="20001")
    page = Person(sandbox.url).open(f"/{DIVISION}/relations/{key}")
    page.press("save", Name="", Country="XX", City="<Breda>")
    assert page.page.status_code == 422
    for said in ("Verplicht: Naam", "Ongeldige referentie: Land", "&lt;Breda&gt;"):
        assert said in page.page.text
    assert "Gegeven bestaat reeds." in page.open(f"/{DIVISION}/relations/{key}").press("save", Code="20002").page.text
    assert "Error processing" in page.open(f"/{DIVISION}/relations/{key}").press("save", EndDate="soon").page.text
    assert api.one(ACCOUNTS, key)["City"] is None


def test_a_relation_shows_what_belongs_to_it_and_is_billed_and_deleted(sandbox: Sandbox, api: Program) -> None:
    key = api.account()
    bank = api.post("crm/BankAccounts", Account=key, BankAccount="NL91ABNA0417164300", BankAccountHolderName="Bakker")
    api.post("cashflow/DirectDebitMandates", Account=key, BankAccount=bank["ID"], Reference="M-1")
    api.post("crm/Contacts", Account=key, FirstName="Sam", LastName="Bakker")
    page = Person(sandbox.url).open(f"/{DIVISION}/relations/{key}").press("bill").press("subscribe")
    for shown in ("NL91ABNA0417164300", "M-1", "Sam Bakker", "€ 25.00", "Lidmaatschap"):
        assert shown in page.page.text
    settle = re.search(r'id="(settle-[^"]+)"', page.page.text)
    assert settle
    assert "€ 25.00" not in page.press(settle[1]).page.text
    assert "gegeven is in gebruik" in page.press("delete").page.text
    other = Person(sandbox.url).open(f"/{DIVISION}/relations/{api.account()}").press("delete")
    assert (str(other.page.url), "1-1 / 1" in other.page.text) == (f"{sandbox.url}/{DIVISION}/relations", True)


def test_a_user_is_moved_to_another_division_speaks_english_and_is_blocked(sandbox: Sandbox, api: Program) -> None:
    page = Person(sandbox.url).open("/users").press("save-1", division=OTHER, language="en")
    assert (api.me()["CurrentDivision"], api.me()["LanguageCode"]) == (int(OTHER), "en-GB")
    assert api.said("POST", ACCOUNTS, {}) == (500, "Mandatory: Name")
    page.press("block-1")
    assert "geblokkeerd" in page.page.text
    assert api.ask("GET", "hrm/Divisions").headers["reason"] == "BlockedUser"
    page.press("unblock-1")
    assert api.ask("GET", "hrm/Divisions").status_code == 200


def test_a_form_from_another_site_is_not_carried_out(sandbox: Sandbox, api: Program) -> None:
    key, user = api.account(), sandbox.world.owner().id
    for path in (f"/{DIVISION}/relations/{key}/delete", f"/users/{user}", "/keys"):
        answer = PLAIN.post(sandbox.url + path, headers={"Origin": "http://evil.example"}, data={"decision": "block"})
        assert answer.status_code == 404
    assert api.one(ACCOUNTS, key)


def test_pages_forbid_scripts_and_frames(sandbox: Sandbox) -> None:
    page = Person(sandbox.url).open("/api/oauth2/auth", **ASK).press("login").page
    assert "form-action 'self' http://127.0.0.1:9;" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert Person(sandbox.url).http.get("/login", headers={"Accept-Language": "en-GB"}).text.count("Log in") >= 2


def test_the_login_page_never_leads_to_another_site(sandbox: Sandbox) -> None:
    person = Person(sandbox.url).open("/login", return_to="//evil.example/").press("login")
    assert str(person.page.url) == sandbox.url + "/"
    assert Person(sandbox.url).open("/login").press("login", password="guess").page.status_code == 403
