"""What a treasurer does on the pages, and what programs see of it."""

import re
from collections.abc import Iterator

import pytest

from ledenbrug.bookkeeping.moneybird.sandbox import Sandbox, start
from ledenbrug.bookkeeping.moneybird.tests.sandbox_visitors import BOOKS, PLAIN, Person, Program, program


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start(token="secret", search_lag=0) as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Program:
    return program(sandbox)


def test_a_contact_in_use_is_archived_instead_of_deleted_and_then_refused(sandbox: Sandbox, api: Program) -> None:
    contact = api.create(lastname="Bakker")
    page = f"/{BOOKS}/contacts/{contact['id']}"
    Person(sandbox.url).open(page).press("add-document", kind="recurring_sales_invoices:active")
    path = f"/contacts/{contact['id']}"
    assert api.ask("DELETE", path).status_code == 204
    assert api.read(contact["id"])["archived"] is True
    assert api.ask("DELETE", path).json()["symbolic"] == {"id": "can_not_be_archived"}


def test_a_contact_in_use_may_also_be_refused() -> None:
    with start(token="secret", delete="refuse") as sandbox:
        api = program(sandbox)
        contact = api.create(lastname="Bakker")
        Person(sandbox.url).open(f"/{BOOKS}/contacts/{contact['id']}").press("add-document")
        assert api.ask("DELETE", f"/contacts/{contact['id']}").status_code == 422
        assert api.read(contact["id"])["archived"] is False


def test_open_scheduled_and_recurring_invoices_of_a_contact_are_listed(sandbox: Sandbox, api: Program) -> None:
    contact, other = api.create(lastname="Bakker"), api.create(lastname="Smit")
    page = Person(sandbox.url).open(f"/{BOOKS}/contacts/{contact['id']}")
    for given in ("sales_invoices:open", "sales_invoices:scheduled", "recurring_sales_invoices:active"):
        page.press("add-document", kind=given)
    Person(sandbox.url).open(f"/{BOOKS}/contacts/{other['id']}").press("add-document", kind="subscriptions:active")
    wanted = f"contact_id:{contact['id']}"
    lists = {
        "open": api.ask("GET", "/sales_invoices", filter=f"{wanted},state:open").json(),
        "open or scheduled": api.ask("GET", "/sales_invoices", filter=f"{wanted},state:open|scheduled").json(),
        "recurring": api.ask("GET", "/recurring_sales_invoices", filter=f"{wanted},state:active").json(),
        "subscriptions": api.ask("GET", "/subscriptions", contact_id=contact["id"]).json(),
        "all subscriptions": api.ask("GET", "/subscriptions").json(),
    }
    shown = PLAIN.get(f"{sandbox.url}/{BOOKS}/recurring_sales_invoices/{lists['recurring'][0]['id']}")
    assert shown.headers["location"] == f"/{BOOKS}/contacts/{contact['id']}"
    assert {name: len(found) for name, found in lists.items()} == {
        "open": 1,
        "open or scheduled": 2,
        "recurring": 1,
        "subscriptions": 0,
        "all subscriptions": 1,
    }
    assert "events" not in lists["open"][0]["contact"]
    invoice = lists["open"][0]["id"]
    page.open(f"/{BOOKS}/contacts/{contact['id']}").press(f"settle-{invoice}")
    assert api.ask("GET", f"/sales_invoices/{invoice}").json()["state"] == "paid"


def test_an_edit_by_hand_is_an_event_of_that_person(sandbox: Sandbox, api: Program) -> None:
    contact = api.create(firstname="Anna", lastname="Bakker", city="Utrecht")
    page = Person(sandbox.url).open(f"/{BOOKS}/contacts/{contact['id']}").press("save", city="Breda")
    assert "Opgeslagen." in page.page.text
    changed = api.read(contact["id"])
    assert (changed["city"], changed["firstname"], changed["company_name"]) == ("Breda", "Anna", "")
    assert changed["events"][-1]["data"] == {"changes": {"city": ["Utrecht", "Breda"]}}


def test_a_refused_edit_by_hand_says_why_and_keeps_what_was_typed(sandbox: Sandbox, api: Program) -> None:
    contact = api.create(lastname="Bakker")
    page = Person(sandbox.url).open(f"/{BOOKS}/contacts/{contact['id']}").press("save", lastname="", city="<Breda>")
    assert page.page.status_code == 422
    assert "is required" in page.page.text
    assert "&lt;Breda&gt;" in page.page.text
    assert api.read(contact["id"])["city"] == ""


def test_merging_keeps_one_contact_and_the_other_vanishes(sandbox: Sandbox, api: Program) -> None:
    kept = api.create(lastname="Bakker", customer_id="LID-1")
    lost = api.create(lastname="Backer", customer_id="LID-2", city="Breda", sepa_mandate_id="M-2")
    Person(sandbox.url).open(f"/{BOOKS}/contacts/{lost['id']}").press("add-document")
    page = Person(sandbox.url).open(f"/{BOOKS}/contacts/{kept['id']}")
    assert page.press("merge", other="LID-9").page.status_code == 422
    page.press("merge", other="LID-2")
    assert api.patch(lost["id"], city="Delft").status_code == 404
    assert api.ask("GET", "/contacts/customer_id/LID-2").status_code == 404
    merged = api.read(kept["id"])
    assert (merged["customer_id"], merged["city"], merged["sepa_mandate_id"]) == ("LID-1", "Breda", "M-2")
    assert merged["events"][-1]["action"] == "contact_merged"
    assert api.ask("GET", "/sales_invoices", filter=f"contact_id:{kept['id']}").json()


def test_only_a_person_takes_a_contact_out_of_the_archive(sandbox: Sandbox, api: Program) -> None:
    contact = api.create(lastname="Bakker")
    api.ask("PATCH", f"/contacts/{contact['id']}/archive")
    assert api.patch(contact["id"], archived=False).json()["archived"] is True
    page = Person(sandbox.url).open(f"/{BOOKS}/contacts", archived="yes")
    assert "Bakker" in page.page.text
    page.open(f"/{BOOKS}/contacts/{contact['id']}").press("activate")
    assert [event["action"] for event in api.read(contact["id"])["events"]] == [
        "contact_created",
        "contact_archived",
        "contact_activated",
    ]


def test_the_screen_leads_from_the_administrations_to_a_contact(sandbox: Sandbox, api: Program) -> None:
    for n in range(101):
        api.create(lastname=f"Lid{n:03}")
    page = Person(sandbox.url).open("/")
    assert f'href="/{BOOKS}/contacts"' in page.page.text
    assert "1-100 / 101" in page.open(f"/{BOOKS}/contacts").page.text
    assert "Lid100" in page.open(f"/{BOOKS}/contacts", **{"from": "100"}).page.text
    found = page.open(f"/{BOOKS}/contacts", query="lid042").page.text
    link = re.search(rf"/{BOOKS}/contacts/\d+", found)
    assert link
    assert "Lid042" in page.open(link[0]).page.text
    assert page.open(f"/{BOOKS}/contacts/1").page.status_code == 404


def test_a_form_from_another_site_is_not_carried_out(sandbox: Sandbox, api: Program) -> None:
    contact = api.create(lastname="Bakker")
    address = f"{sandbox.url}/{BOOKS}/contacts/{contact['id']}/delete"
    assert PLAIN.post(address, headers={"Origin": "http://evil.example"}).status_code == 404
    assert api.read(contact["id"])
