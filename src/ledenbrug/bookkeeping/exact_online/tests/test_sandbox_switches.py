"""Every switch does what its values say; the first one is the default."""

from collections.abc import Callable
from dataclasses import fields

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox import Sandbox, Switches, start
from ledenbrug.bookkeeping.exact_online.tests.sandbox_visitors import (
    ASK,
    DIVISION,
    FULL,
    OTHER,
    Person,
    Program,
    program,
    refresh,
    tokens,
)
from ledenbrug.stage.messages import Response
from tests.wire.far_side import far_side

ACCOUNTS, BANKS, HOOKS, IBAN = "crm/Accounts", "BankAccounts", "webhooks/WebhookSubscriptions", "NL91ABNA0417164300"
Look = Callable[[Sandbox, Program, Callable[[float], None]], object]


def old_refresh(sandbox: Sandbox, wait: Callable[[float], None]) -> int:
    old = tokens(sandbox)["refresh_token"]
    wait(570)
    refresh(sandbox, old)
    return refresh(sandbox, old).status_code


def first_after_second(sandbox: Sandbox, wait: Callable[[float], None]) -> int:
    first = tokens(sandbox)["refresh_token"]
    tokens(sandbox)
    wait(570)
    return refresh(sandbox, first).status_code


def consent(sandbox: Sandbox) -> object:
    page = Person(sandbox.url).open("/api/oauth2/auth", **ASK).page
    return page.status_code if page.status_code == 200 else "code=" in page.headers["location"]


def registered(sandbox: Sandbox) -> int:
    person = Person(sandbox.url).open("/keys")
    return person.press("register", name="X", redirect_uri="http://127.0.0.1:9/", terms="true").page.status_code


def shown(api: Program, name: str, **values: object) -> object:
    return api.one(ACCOUNTS, api.account(**values))[name]


def moved_contact(api: Program) -> bool:
    first, second = api.account(), api.account()
    contact = api.post("crm/Contacts", Account=first, LastName="Bakker")["ID"]
    api.put("crm/Contacts", contact, Account=second)
    return bool(api.one("crm/Contacts", contact)["Account"] == second)


def other_iban(api: Program) -> int:
    key = api.account()
    bank = api.post("crm/BankAccounts", Account=key, BankAccount=IBAN)["ID"]
    api.post("cashflow/DirectDebitMandates", Account=key, BankAccount=bank)
    return api.put("crm/BankAccounts", bank, BankAccount="NL39RABO0300065264").status_code


def called_elsewhere(sandbox: Sandbox, api: Program) -> int:
    program(sandbox, division=OTHER).rows("hrm/Divisions")
    return int(api.me()["CurrentDivision"])


def hook(api: Program, *, status: int = 200) -> int:
    with far_side(Response(status)) as there:
        return api.ask("POST", HOOKS, {"CallbackURL": there.url, "Topic": "Accounts"}).status_code


LOOKS: dict[str, tuple[Look, dict[str, object]]] = {
    "country": (
        lambda sandbox, _api, _wait: tokens(sandbox)["refresh_token"][5:7],
        {each: each.upper() for each in ("nl", "be", "de", "fr", "es", "uk", "us")},
    ),
    "refresh_grace": (lambda sandbox, _api, wait: old_refresh(sandbox, wait), {"strict": 401, "grace": 200}),
    "early_refresh_status": (
        lambda sandbox, _api, _wait: refresh(sandbox, tokens(sandbox)["refresh_token"]).status_code,
        {"400": 400, "401": 401},
    ),
    "second_grant": (lambda sandbox, _api, wait: first_after_second(sandbox, wait), {"ends_first": 400, "beside": 200}),
    "consent": (lambda sandbox, _api, _wait: consent(sandbox), {"page": 200, "allow": True, "refuse": False}),
    "redirect_rule": (lambda sandbox, _api, _wait: registered(sandbox), {"loopback": 200, "https": 422}),
    "mandatory_filter": (
        lambda _sandbox, api, _wait: api.ask("GET", ACCOUNTS).status_code,
        {"strict": 400, "off": 200},
    ),
    "unknown_property": (
        lambda _sandbox, api, _wait: api.ask("POST", ACCOUNTS, {"Name": "X", "Nmae": "X"}).status_code,
        {"refuse": 400, "ignore": 201},
    ),
    "too_long": (
        lambda _sandbox, api, _wait: (
            api.ask("POST", ACCOUNTS, {"Name": "x" * 51}, FULL).json().get("d", {}).get("Name")
        ),
        {"refuse": None, "truncate": "x" * 50},
    ),
    "padding": (
        lambda _sandbox, api, _wait: shown(api, "State", Country="NL", State="UT"),
        {"recorded": "UT", "older": "UT "},
    ),
    "timestamp": (
        lambda _sandbox, api, _wait: type(api.rows("sync/CRM/Accounts")[0]["Timestamp"]),
        {"text": str, "number": int},
    ),
    "put_prefer": (
        lambda _sandbox, api, _wait: (
            api.ask("PUT", f"{ACCOUNTS}(guid'{api.account()}')", {"City": "Zeist"}, FULL).status_code
        ),
        {"ignore": 204, "honour": 200},
    ),
    "expand": (
        lambda _sandbox, api, _wait: [*api.rows(ACCOUNTS, filter="Status eq 'C'", expand="BankAccounts")[0][BANKS]],
        {"rows": ["results"], "link": ["__deferred"]},
    ),
    "contact_number": (
        lambda _sandbox, api, _wait: api.post("crm/Contacts", Account=api.account(), LastName="X", HID=7000)["HID"],
        {"given": 7000, "own": 1},
    ),
    "hrm_divisions": (
        lambda _sandbox, api, _wait: api.ask("GET", "hrm/Divisions").status_code,
        {"allow": 200, "403": 403, "404": 404},
    ),
    "current_division": (
        lambda sandbox, api, _wait: called_elsewhere(sandbox, api),
        {"selected": int(DIVISION), "used": int(OTHER)},
    ),
    "auto_code": (
        lambda _sandbox, api, _wait: shown(api, "Code"),
        {"plain": "2".rjust(18), "zeros": "0000002".rjust(18)},
    ),
    "default_country": (lambda _sandbox, api, _wait: shown(api, "Country"), {"division": "NL ", "none": None}),
    "contact_account": (lambda _sandbox, api, _wait: moved_contact(api), {"ignore": False, "change": True}),
    "iban_with_mandate": (lambda _sandbox, api, _wait: other_iban(api), {"refuse": 500, "allow": 204}),
    "fresh": (
        lambda sandbox, _api, _wait: len(sandbox.world.accounts()),
        {"system": 2, "lived_in": 5, "empty": 0},
    ),
    "webhook_check": (lambda _sandbox, api, _wait: hook(api, status=503), {"yes": 500, "no": 201}),
    "webhook_scheme": (lambda _sandbox, api, _wait: hook(api), {"any": 201, "https": 500}),
}
ELSEWHERE = {"webhook_hosts", "error_limit", "access_seconds", "earliest_refresh"}  # numbers, and calls to outside
CASES = [(name, value) for name, (_, values) in LOOKS.items() for value in values]


@pytest.mark.parametrize(("name", "value"), CASES)
def test_a_switch_does_what_its_value_says(name: str, value: str) -> None:
    now = [1_790_000_200.0]
    look, meant = LOOKS[name]

    def wait(seconds: float) -> None:
        now[0] += seconds

    with start(token="secret", clock=lambda: now[0], switches=Switches(**{name: value})) as sandbox:  # type: ignore[arg-type]
        assert look(sandbox, program(sandbox), wait) == meant[value]


def test_every_switch_is_tried_in_all_its_values() -> None:
    known = {one.name: list(one.metadata["values"]) for one in fields(Switches)}
    assert {name: list(values) for name, (_, values) in LOOKS.items()} == {
        name: values for name, values in known.items() if name not in ELSEWHERE
    }


def test_the_numbers_of_tokens_and_refusals_can_be_chosen() -> None:
    now = [1_790_000_200.0]
    switches = Switches(access_seconds=60, earliest_refresh=0, error_limit=1)
    with start(clock=lambda: now[0], switches=switches) as sandbox:
        pair = tokens(sandbox)
        assert pair["expires_in"] == "60"
        pair = refresh(sandbox, pair["refresh_token"]).json()
        api = program(sandbox, pair["access_token"])
        assert [api.ask("GET", ACCOUNTS).status_code for _ in range(3)] == [400, 400, 429]
        now[0] += 60
        assert api.ask("GET", "hrm/Divisions").status_code == 401
