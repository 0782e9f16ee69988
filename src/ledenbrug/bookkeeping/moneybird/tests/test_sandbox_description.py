"""The examples of the vendor's own description are asked of the sandbox again, and every answer is held to its schema.

Skipped, visibly, where that file is not beside the checkout.
"""

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest

from ledenbrug.bookkeeping.moneybird.sandbox import Sandbox, start
from ledenbrug.bookkeeping.moneybird.sandbox.records import Contact, Event, Person
from ledenbrug.bookkeeping.moneybird.tests.sandbox_description import Description, load
from ledenbrug.bookkeeping.moneybird.tests.sandbox_visitors import BOOKS, Program, program

ROOT = "/{administration_id}"
LIST, ONE, PEOPLE = f"{ROOT}/contacts", f"{ROOT}/contacts/{{id}}", f"{ROOT}/contacts/{{contact_id}}/contact_people"
PERSON, NOTES, SYNC = f"{PEOPLE}/{{id}}", f"{ROOT}/contacts/{{contact_id}}/notes", f"{LIST}/synchronization"
ARCHIVE, NUMBER = f"{ONE}/archive", f"{LIST}/customer_id/{{customer_id}}"
CHARGES, HOOKS = f"{LIST}/{{id}}/additional_charges", f"{ROOT}/webhooks"
VOLATILE = {"id", "user_id", "administration_id", "contact_id", "entity_id", "created_at", "updated_at", "version",
            "sales_invoices_url", "customer_id", "token", "secret", "assignee_id", "deactivated_at"}  # fmt: skip
FACTORY_MADE = {"credit_card_number", "credit_card_reference"}  # null on contacts that no API made; "" here, always

# Refusals: operation, example, and how to bring it about.
REFUSALS: tuple[tuple[str, str, str, str, object], ...] = (
    ("GET", NUMBER, "Returns404WhenContactDoesNotExist", "/contacts/customer_id/LID-1", None),
    ("POST", SYNC, "ReturnsA400StatusWhenIdsAreNotProvided", "/contacts/synchronization", {}),
    ("GET", PERSON, "Returns404WhenContactPersonDoesNotExist", "/contacts/{contact}/contact_people/1", None),
    ("PATCH", PERSON, "ReturnsA404StatusWhenTheContactPersonIsNotFound", "/contacts/{contact}/contact_people/1",
     {"contact_person": {"firstname": "John"}}),
    ("PATCH", PERSON, "ReturnsA422StatusWhenWrongParamsAreProvided", "/contacts/{contact}/contact_people/{person}",
     {"contact_person": {"firstname": "", "lastname": ""}}),
    ("DELETE", PERSON, "ReturnsA404StatusWhenTheContactPersonIsNotFound", "/contacts/{contact}/contact_people/1", None),
    ("POST", PEOPLE, "ReturnsA422StatusWhenWrongParamsAreProvided", "/contacts/{contact}/contact_people",
     {"contact_person": {}}),
    ("POST", PEOPLE, "ReturnsA422StatusWhenAWrongContactPersonIdIsProvided", "/contacts/1/contact_people",
     {"contact_person": {"firstname": "John", "lastname": "Doe"}}),
    ("POST", NOTES, "ReturnsA400StatusWhenAWrongContactIdIsProvided", "/contacts/1/notes", {"note": {"note": "x"}}),
    ("POST", NOTES, "ReturnsA422StatusWhenWrongParamsAreProvided", "/contacts/{contact}/notes", {"note": {}}),
    ("POST", CHARGES, "ReturnsA400StatusWhenASubscriptionIdIsProvided", "/contacts/{contact}/additional_charges",
     {"subscription_id": "1"}),
    ("POST", CHARGES, "ReturnsA404StatusWhenAWrongProductIdIsProvided", "/contacts/{contact}/additional_charges",
     {"product_id": "1"}),
    ("PATCH", ARCHIVE, "ReturnsA400StatusWhenTheContactIsAlreadyArchived", "/contacts/{archived}/archive", None),
    ("PATCH", ARCHIVE, "ReturnsA404StatusWhenTheContactIsNotFound", "/contacts/1/archive", None),
    ("GET", ONE, "Returns404WhenContactDoesNotExist", "/contacts/1", None),
    ("PATCH", ONE, "DoesNotAllowMakingTheContactTrustedThroughTheApi", "/contacts/{contact}",
     {"contact": {"is_trusted": True}}),
    ("PATCH", ONE, "ReturnsA404StatusWhenTheContactIsNotFound", "/contacts/1", {"contact": {"city": "Delft"}}),
    ("PATCH", ONE, "ReturnsAnErrorWhenRecordIsInvalid", "/contacts/{contact}",
     {"contact": {"company_name": "", "firstname": "", "lastname": ""}}),
    ("DELETE", ONE, "ReturnsA404StatusWhenTheContactIsNotFound", "/contacts/1", None),
    ("GET", LIST, "ReturnsAnErrorWhenTooManyContactsAreRequested", "/contacts?per_page=101", None),
    ("POST", LIST, "ReturnsAnErrorWhenFieldsAreNotProvided", "/contacts", {}),
    ("POST", LIST, "ReturnsAnErrorWhenCustomFieldCannotBeFound", "/contacts",
     {"contact": {"company_name": "Test", "custom_fields_attributes": {"0": {"id": 1234, "value": "x"}}}}),
    ("POST", LIST, "DoesNotCreateContactWhenMandateDateIsFutureInAdministrationTimezone", "/contacts",
     {"contact": {"company_name": "Test", "sepa_mandate_date": "2999-01-01"}}),
    ("POST", LIST, "ReturnsAnErrorWhenRecordIsInvalid", "/contacts", {"contact": {"city": "Delft"}}),
    ("PATCH", f"{HOOKS}/{{id}}/activate", "ReturnsA404WhenTheWebhookCannotBeFound", "/webhooks/1/activate", None),
    ("PATCH", f"{HOOKS}/{{id}}/deactivate", "ReturnsA404WhenTheWebhookCannotBeFound", "/webhooks/1/deactivate", None),
    ("POST", HOOKS, "ReturnsAnErrorWhenEventsIsProvided", "/webhooks", {"url": "http://a.example/", "events": []}),
    ("POST", HOOKS, "ReturnsAnErrorWhenFieldsAreNotProvided", "/webhooks", {}),
    ("GET", f"{ROOT}/workflows/{{id}}", "Returns404WhenWorkflowDoesNotExist", "/workflows/1", None),
    ("GET", f"{ROOT}/identities/{{id}}", "Returns404WhenIdentityDoesNotExist", "/identities/1", None),
)  # fmt: skip


def is_there(method: str, path: str) -> bool:
    """Identities are only read, as the package's README says."""
    return method == "GET" or "identities" not in path.split("/")


@pytest.fixture(scope="module")
def description() -> Description:
    return load()


@pytest.fixture
def sandbox(description: Description) -> Iterator[Sandbox]:
    with start(token="secret", search_lag=0, webhook_check="no") as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Program:
    return program(sandbox)


def placed(sandbox: Sandbox, example: dict[str, Any]) -> str:
    """Puts the contact of an example into the books, as it was before the changes that its events list."""
    example = {**example, "events": list(example["events"])}
    while example["events"] and example["events"][-1]["action"] == "contact_changed":
        last = example["events"].pop()["data"]["changes"]
        example |= {name: old for name, (old, _) in last.items()}
        if "si_identifier" in last:
            example["si_identifier_type"] = None
        there, added = example["contact_people"], _added(example, last)
        example["contact_people"] = [one for one in there if (one["firstname"], one["lastname"]) != added]
    books = sandbox.world.administrations[BOOKS]
    own = {one.name for one in fields(Contact)} - {"notes", "events", "custom_fields"}
    contact = Contact(**{name: value for name, value in example.items() if name in own and name not in VOLATILE},
                      id=example["id"], administration_id=BOOKS, created_at=_moment(example["created_at"]),
                      updated_at=_moment(example["updated_at"]), customer_id=example["customer_id"])  # fmt: skip
    contact.bank_account = "" if example["sepa_iban"] else example["bank_account"]
    contact.people = [_person(one) for one in example["contact_people"]]
    contact.events = [Event(one["user_id"], one["action"], one["data"], _moment(one["created_at"]))
                      for one in example["events"]]  # fmt: skip
    books.contacts[contact.id] = contact
    return contact.id


def _added(example: dict[str, Any], changed: dict[str, Any]) -> tuple[str | None, str | None]:
    def now(name: str) -> str | None:
        value: str | None = changed[name][1] if name in changed else example[name]
        return value

    return now("firstname"), now("lastname")


def _person(one: dict[str, Any]) -> Person:
    names = ("firstname", "lastname", "phone", "email", "department")
    moments = _moment(one["created_at"]), _moment(one["updated_at"])
    return Person(one["id"], *moments, **{name: one[name] for name in names})


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).astimezone(UTC).timestamp()


def steady(value: Any) -> Any:
    """Without what differs from one run to the next, but with every key in its place."""
    if isinstance(value, list):
        return [steady(one) for one in value]
    if isinstance(value, dict):
        return {name: "…" if name in VOLATILE | FACTORY_MADE else steady(one) for name, one in value.items()}
    return value


def assert_same(mine: Any, theirs: Any) -> None:
    assert steady(mine) == steady(theirs)
    assert json.dumps(steady(mine)) == json.dumps(steady(theirs))  # dicts do not care for order, this does


@pytest.mark.parametrize(("method", "path", "name", "asked", "body"), REFUSALS, ids=lambda one: str(one)[-60:])
def test_a_refusal_is_the_one_of_the_description(
    description: Description, api: Program, method: str, path: str, name: str, asked: str, body: object
) -> None:
    contact, archived = api.create(company_name="Test B.V."), api.create(company_name="Archived")
    api.ask("PATCH", f"/contacts/{archived['id']}/archive")
    person = {"contact_person": {"firstname": "A", "lastname": "B"}}
    people = api.ask("POST", f"/contacts/{contact['id']}/contact_people", person)
    asked = asked.format(contact=contact["id"], archived=archived["id"], person=people.json()["id"])
    answer = api.ask(method, asked, body)
    assert (answer.status_code, answer.json()) == description.answer(method, path, name)
    assert description.complaints(method, path, answer.status_code, answer.json()) == []


def test_every_contact_shown_in_the_description_is_shown_the_same(
    description: Description, sandbox: Sandbox, api: Program
) -> None:
    examples = [
        ("GET", ONE, "ReturnAContact"),
        ("GET", ONE, "ReturnsSepaIbanAsBankAccount"),
        ("GET", NUMBER, "ReturnAContact"),
    ]
    for method, path, name in examples:
        _, theirs = description.answer(method, path, name)
        changes = [event for event in theirs["events"] if event["action"] == "contact_changed"]
        contact_id = placed(sandbox, theirs)
        if not changes:
            mine = api.read(contact_id)
            assert_same(mine, theirs)
            exact = ("id", "created_at", "updated_at", "version")
            assert {key: mine[key] for key in exact} == {key: theirs[key] for key in exact}
        assert description.complaints(method, path, 200, api.read(contact_id)) == []


@pytest.mark.parametrize(
    "name",
    [
        "UpdateAContactThatHasSepaActivated",
        "UpdateAContact",
        "UpdateTheSepaSequenceType",
        "UpdatesAContactWithGivenSiIdentifier",
        "CreatesAContactPersonWhenCompanyNameFirstnameAndLastnameExistTogether",
    ],
)
def test_an_update_of_the_description_ends_the_same(
    description: Description, sandbox: Sandbox, api: Program, name: str
) -> None:
    _, theirs = description.answer("PATCH", ONE, name)
    contact_id = placed(sandbox, theirs)
    answer = api.ask("PATCH", f"/contacts/{contact_id}", description.sent("PATCH", ONE, name))
    assert answer.status_code == 200
    assert_same(answer.json(), theirs)
    assert description.complaints("PATCH", ONE, 200, answer.json()) == []


@pytest.mark.parametrize(
    "name",
    [
        "CreateANewContact",
        "AddingValuesForCustomFields",
        "CreateANewContactWithGivenSiIdentifier",
        "CreateANewContactWithMandateDateInTimezoneGap",
    ],
)
def test_a_contact_made_as_in_the_description_looks_the_same(
    description: Description, sandbox: Sandbox, api: Program, name: str
) -> None:
    _, theirs = description.answer("POST", LIST, name)
    sent = description.sent("POST", LIST, name)["contact"]
    field = next(iter(sandbox.world.administrations[BOOKS].custom_fields.values()))
    for entry in sent.get("custom_fields_attributes", {}).values():
        entry["id"] = int(field.id)
        theirs["custom_fields"][0]["name"] = field.name
    mine = api.create(**sent)
    assert_same(mine, theirs)
    assert description.complaints("POST", LIST, 201, mine) == []


def test_people_notes_and_webhooks_made_as_in_the_description_look_the_same(
    description: Description, api: Program
) -> None:
    contact = api.create(company_name="Test B.V.")["id"]
    for path, name, asked in (
        (PEOPLE, "CreateANewContactPersonWithAllParams", f"/contacts/{contact}/contact_people"),
        (PEOPLE, "CreateANewContactPersonWithMinimumParams", f"/contacts/{contact}/contact_people"),
        (NOTES, "CreateANote", f"/contacts/{contact}/notes"),
        (HOOKS, "CreatesAWebhook", "/webhooks"),
        (HOOKS, "CreatesAWebhookThatIsSubscribedToEnabledEvents", "/webhooks"),
    ):
        status, theirs = description.answer("POST", path, name)
        answer = api.ask("POST", asked, description.sent("POST", path, name))
        assert answer.status_code == status
        assert_same(answer.json(), theirs)
        assert description.complaints("POST", path, status, answer.json()) == []


def test_every_answer_fits_its_schema(description: Description, sandbox: Sandbox, api: Program) -> None:
    contact = api.create(company_name="Test B.V.", contact_person={"firstname": "A", "lastname": "B"})
    other = api.create(lastname="Bakker")
    hook = api.ask("POST", "/webhooks", {"url": "http://a.example/"}).json()
    person = contact["contact_people"][0]["id"]
    note = api.ask("POST", f"/contacts/{contact['id']}/notes", {"note": {"note": "Bellen"}}).json()
    books = sandbox.world.administrations[BOOKS]
    values = {
        "{customer_id}": contact["customer_id"],
        f"{PERSON}": f"{PEOPLE}/{person}",
        f"{NOTES}/{{id}}": f"{NOTES}/{note['id']}",
        f"{HOOKS}/{{id}}": f"{HOOKS}/{hook['id']}",
        f"{ROOT}/workflows/{{id}}": f"{ROOT}/workflows/{next(iter(books.workflows))}",
        f"{ROOT}/identities/{{id}}": f"{ROOT}/identities/{int(BOOKS) + 1}",
        ARCHIVE: f"{LIST}/{other['id']}/archive",
        "{contact_id}": contact["id"],
        "{id}": contact["id"],
    }
    bodies: dict[str, object] = {
        LIST: {"contact": {"lastname": "Smit"}},
        ONE: {"contact": {"city": "Delft"}},
        PEOPLE: {"contact_person": {"firstname": "C", "lastname": "D"}},
        PERSON: {"contact_person": {"firstname": "E"}},
        NOTES: {"note": {"note": "Bellen"}},
        SYNC: {"ids": [contact["id"]]},
        HOOKS: {"url": "http://b.example/"},
        CHARGES: {"product_id": "1"},
    }
    asked = [one for one in description.operations() if is_there(*one)]
    assert len(asked) >= 30
    wrong = {}
    for method, path in sorted(asked, key=lambda one: (one[0] == "DELETE", one[1] == ONE, -one[1].count("/"))):
        concrete = path
        for pattern, value in values.items():
            concrete = concrete.replace(pattern, value)
        address = "/api/v2" + concrete.replace("{administration_id}", BOOKS)
        answer = api.http.request(method, address, json=bodies.get(path) if method in ("POST", "PATCH") else None)
        value = answer.json() if answer.content else None
        if complaints := description.complaints(method, path, answer.status_code, value):
            wrong[method, path] = complaints
    assert wrong == {}


def test_every_refusal_of_the_description_is_replayed_or_listed_as_not_done(description: Description) -> None:
    known = {(method, path, name) for method, path, name, _, _ in REFUSALS}
    known |= {
        ("GET", f"{ROOT}/users", "Returns429WhenExceedingTheRateLimit"),  # test_sandbox_trouble
        ("DELETE", f"{NOTES}/{{id}}", "ReturnsA400StatusWhenUserHasNoPermissionsToNotes"),  # every user here may
    }
    missing = []
    for method, path in description.operations():
        for status, response in description.operation(method, path)["responses"].items():
            for content in response.get("content", {}).values():
                if int(status) >= 400 and is_there(method, path):
                    missing += [(method, path, name) for name in content.get("examples", {})]
    assert set(missing) - known == set()
