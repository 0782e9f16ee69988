"""Every switch does what its two values say; the first one is the default."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import httpx2
import pytest

from ledenbrug.bookkeeping.moneybird.sandbox import Sandbox, Switches, start
from ledenbrug.bookkeeping.moneybird.tests.sandbox_visitors import (
    BOOKS,
    CLIENT,
    PLAIN,
    REDIRECT,
    Person,
    Program,
    exchange,
    program,
)

NOW = 1_790_000_200.0  # 2026-09-21, an afternoon in Amsterdam
TODAY = "2026-09-21"
ASK = {"client_id": "ledenbrug-sandbox", "redirect_uri": REDIRECT, "response_type": "code", "scope": "time_entries"}
Look = Callable[[Sandbox, Program, Callable[[float], None]], object]


def archived(api: Program) -> str:
    contact = str(api.create(lastname="Bakker")["id"])
    api.ask("PATCH", f"/contacts/{contact}/archive")
    return contact


def bump(api: Program, wait: Callable[[float], None], **change: object) -> int:
    contact = api.create(lastname="Bakker")
    wait(1)
    return int(api.patch(contact["id"], **change).json()["version"]) - int(contact["version"])


def custom_bump(sandbox: Sandbox, api: Program, wait: Callable[[float], None]) -> int:
    field = next(iter(sandbox.world.administrations[BOOKS].custom_fields))
    return bump(api, wait, custom_fields_attributes=[{"id": field, "value": "1"}])


def merged_number(sandbox: Sandbox, api: Program) -> object:
    kept, lost = api.create(lastname="A", customer_id="kept"), api.create(lastname="B", customer_id="lost")
    sandbox.arm("merged", administration=BOOKS, kept=kept["id"], lost=lost["id"])
    return api.read(kept["id"])["customer_id"]


def in_use(sandbox: Sandbox, api: Program) -> int:
    books, contact = sandbox.world.administrations[BOOKS], api.create(lastname="Bakker")
    books.add_document(books.contacts[contact["id"]], "subscriptions", state="active", price="25.0")
    return api.ask("DELETE", f"/contacts/{contact['id']}").status_code


def allowed(sandbox: Sandbox) -> dict[str, str]:
    return Person(sandbox.url).open("/oauth/authorize", **ASK).press("login").press("allow").elsewhere


def narrow(sandbox: Sandbox) -> Program:
    return program(sandbox, exchange(sandbox, allowed(sandbox)["code"]).json()["access_token"])


def refreshed(sandbox: Sandbox) -> bool:
    old = exchange(sandbox, allowed(sandbox)["code"]).json()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": old, **CLIENT}
    return bool(PLAIN.post(f"{sandbox.url}/oauth/token", data=form).json()["refresh_token"] == old)


def consent(sandbox: Sandbox) -> object:
    page = Person(sandbox.url).open("/oauth/authorize", **ASK).page
    return page.status_code if page.status_code == 200 else "code=" in page.headers["location"]


def hook(api: Program, url: str) -> int:
    return api.ask("POST", "/webhooks", {"url": url}).status_code


def limited(api: Program) -> httpx2.Response:
    return [api.ask("GET", "/contacts") for _ in range(6)][-1]


LOOKS: dict[str, tuple[Look, dict[str, object]]] = {
    "delete": (lambda s, a, w: in_use(s, a), {"archive": 204, "refuse": 422}),
    "archived_get": (lambda s, a, w: a.ask("GET", f"/contacts/{archived(a)}").status_code, {"hide": 404, "show": 200}),
    "archived_patch": (lambda s, a, w: a.patch(archived(a), city="Breda").status_code, {"allow": 200, "refuse": 404}),
    "sync_archived": (
        lambda s, a, w: len(a.ask("POST", "/contacts/synchronization", {"ids": [archived(a)]}).json()),
        {"return": 1, "omit": 0},
    ),
    "sync_paging": (
        lambda s, a, w: (
            [a.create(lastname="Bakker") for _ in range(2)]
            and len(a.ask("GET", "/contacts/synchronization", per_page=1).json())
        ),
        {"honour": 1, "ignore": 2},
    ),
    "page_size": (
        lambda s, a, w: [a.create(lastname="Bakker") for _ in range(60)] and len(a.ask("GET", "/contacts").json()),
        {"100": 60, "50": 50},
    ),
    "same_update": (lambda s, a, w: bump(a, w, lastname="Bakker"), {"keep": 0, "bump": 1}),
    "custom_field_update": (custom_bump, {"bump": 1, "keep": 0}),
    "people_on_create": (
        lambda s, a, w: len(a.create(company_name="Bakkerij", lastname="Smit")["contact_people"]),
        {"add": 1, "none": 0},
    ),
    "merge_number": (lambda s, a, w: merged_number(s, a), {"kept": "kept", "lost": "lost"}),
    "mandate_today": (
        lambda s, a, w: (
            a.ask("POST", "/contacts", {"contact": {"lastname": "Bakker", "sepa_mandate_date": TODAY}}).status_code
        ),
        {"allow": 201, "refuse": 422},
    ),
    "foreign": (lambda s, a, w: program(s, books="9").ask("GET", "/contacts").status_code, {"404": 404, "401": 401}),
    "scope_refusal": (lambda s, a, w: narrow(s).ask("GET", "/contacts").status_code, {"401": 401, "403": 403}),
    "read_only_refusal": (
        lambda s, a, w: program(s, "look").ask("POST", "/contacts", {}).status_code,
        {"403": 403, "401": 401},
    ),
    "invalid_grant": (lambda s, a, w: exchange(s, "guess").status_code, {"400": 400, "401": 401}),
    "refresh": (lambda s, a, w: refreshed(s), {"rotate": False, "keep": True}),
    "revoke": (
        lambda s, a, w: PLAIN.post(f"{s.url}/oauth/revoke", data={"token": "x", **CLIENT}).status_code,
        {"yes": 200, "no": 404},
    ),
    "grant": (
        lambda s, a, w: len(narrow(s).http.get("/api/v2/administrations").json()),
        {"one": 1, "several": 2},
    ),
    "consent": (lambda s, a, w: consent(s), {"page": 200, "allow": True, "refuse": False}),
    "remaining": (
        lambda s, a, w: a.ask("GET", "/contacts").headers["ratelimit-remaining"],
        {"seconds": "200", "requests": "4"},
    ),
    "retry_after": (
        lambda s, a, w: limited(a).headers["retry-after"],
        {"epoch": str(int(NOW // 300 + 1) * 300), "seconds": "200"},
    ),
    "retry_later": (lambda s, a, w: limited(a).text.strip(), {"text": "Retry later", "json": '"Retry later"'}),
    "next_link": (
        lambda s, a, w: (
            [a.create(lastname="Bakker") for _ in range(2)] and len(a.ask("GET", "/contacts", per_page=1).links)
        ),
        {"yes": 1, "no": 0},
    ),
    "webhook_check": (lambda s, a, w: hook(a, "http://127.0.0.1:9/"), {"yes": 400, "no": 201}),
    # Nothing outside is visited: without the check, an address outside is only noted.
    "webhook_hosts": (lambda s, a, w: hook(a, "http://localhost:9/"), {"loopback": 400, "any": 400}),
}
AMOUNTS = {"search_lag", "fresh_token_lag", "token_lifetime", "webhook_speed"}  # each has a test of its own
LIMITED = {"remaining", "retry_after", "retry_later"}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, (_, seen) in LOOKS.items() for value in seen])
def test_a_switch_does_what_it_says(name: str, value: str) -> None:
    now = [NOW]

    def wait(seconds: float) -> None:
        now[0] += seconds

    limit = "5/300" if name in LIMITED else None
    assert next(iter(LOOKS[name][1])) == getattr(Switches(), name)
    chosen: dict[str, Any] = {name: value}
    switches = replace(Switches(), **chosen)
    with start(token="secret", read_only_token="look", clock=lambda: now[0], limit=limit, switches=switches) as sandbox:
        look, seen = LOOKS[name]
        assert look(sandbox, program(sandbox), wait) == seen[value]


def test_every_switch_is_tried() -> None:
    assert set(LOOKS) | AMOUNTS == {one.name for one in fields(Switches)}
    choices = {one.name: set(one.metadata["values"]) for one in fields(Switches) if one.name in LOOKS}
    assert {name: set(seen) for name, (_, seen) in LOOKS.items()} == choices
