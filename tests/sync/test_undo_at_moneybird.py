"""A first run into Moneybird's sandbox is taken back: used and unused contacts, one that was there before."""

from datetime import UTC, datetime

import httpx2
import pytest

from ledenbrug.bookkeeping.moneybird import sandbox
from ledenbrug.sync import connecting, engine, operations, undo, undoing
from ledenbrug.sync.models import Connection, Run
from tests.members.factories import a_member
from tests.sync.at_moneybird import FIRST, Treasury

pytestmark = pytest.mark.django_db
TOKEN = "a-personal-token"


def ask(there: sandbox.Sandbox, method: str, path: str, body: object = None) -> httpx2.Response:
    address = f"{there.url}/api/v2/{FIRST}/{path}"
    answer = httpx2.request(method, address, json=body, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code < 300, answer.text
    return answer


def turn(connection: Connection) -> None:
    for _ in range(50):
        due = engine.run(connection.id, clock=lambda: datetime.now(UTC))
        if due is None or due > datetime.now(UTC):
            return
    raise AssertionError("it never ends")


def ours(there: sandbox.Sandbox) -> dict[str, dict[str, object]]:
    found = ask(there, "GET", "contacts.json?include_archived=true&per_page=100").json()
    return {each["customer_id"]: each for each in found if each["customer_id"].startswith("LID-")}


def test_unused_contacts_go_used_ones_are_archived_and_what_was_there_gets_its_fields_back(
    treasury: Treasury,
    there: sandbox.Sandbox,
) -> None:
    early = {"customer_id": "LID-3", "firstname": "Carla", "lastname": "Bos", "city": ""}
    ask(there, "POST", "contacts.json", {"contact": early})
    for number, name in (("1", "Aalders"), ("2", "Bakker"), ("3", "Bos")):
        a_member(
            treasury.association, status=treasury.status, number=number, given_name="Carla", last_name=name,
            email=f"lid{number}@leden.example", address="Dorpsstraat 1", postcode="1234 AB", city="Nergenshuizen",
        )  # fmt: skip
    grant = connecting.paste(
        association=treasury.association, package="moneybird", token=TOKEN, user=treasury.user, now=datetime.now(UTC)
    )
    connection = treasury.save(grant)
    operations.enable(connection, user=treasury.user, now=datetime.now(UTC))
    turn(connection)
    made = ours(there)
    assert [made[f"LID-{each}"]["city"] for each in (1, 2, 3)] == ["Nergenshuizen"] * 3
    ask(there, "POST", "sales_invoices.json", {"sales_invoice": {"contact_id": made["LID-2"]["id"]}})

    run = Run.objects.get()
    told = undoing.make(run, now=datetime.now(UTC))
    assert (told.delete, told.update, told.kept) == (2, 1, 0)
    undo.start(run, user=treasury.user, now=datetime.now(UTC))
    turn(connection)
    left = ours(there)
    assert {number: each["archived"] for number, each in left.items()} == {"LID-2": True, "LID-3": False}
    assert (left["LID-3"]["city"], left["LID-3"]["email"]) == ("", "")
    run.refresh_from_db()
    assert run.undone_at is not None
