"""Contact persons, over real HTTP against the sandbox: ours is known by its number, no other is ever written."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.request import urlopen

import pytest

from ledenbrug.bookkeeping.exact_online import asking, persons
from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import CONTACT
from ledenbrug.bookkeeping.exact_online.tests.bench import Bench, bench
from ledenbrug.bookkeeping.exact_online.tests.people import ANNA, MANDATE_OF_ANNA, account, nobodys, requests
from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary
from ledenbrug.core.records import ContactId, Field, Group, Values

PERSON: Values = {
    Field.PERSON_FIRST_NAME: "Anna",
    Field.PERSON_LAST_NAME: "van den Berg",
    Field.PERSON_EMAIL: "anna@leden.example",
}
RENAMED: Values = {**PERSON, Field.PERSON_LAST_NAME: "Smit"}


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench(groups=frozenset(Group)) as found:
        yield found


def people(at: Bench, contact: ContactId) -> list[tuple[Any, ...]]:
    told = ("FirstName", "MiddleName", "LastName", "Email")
    return [tuple(each.get(name) for name in told) for each in at.sandbox.world.books().of_account(CONTACT, contact)]


def by_hand(at: Bench, contact: ContactId, values: Mapping[str, Any]) -> Any:
    return at.sandbox.world.books().create(CONTACT, {"Account": contact, **values}, at.sandbox.world.owner())


def shown(at: Bench, contact: ContactId) -> Values:
    (found,) = at.opened().read([contact])
    return {each: found.values[each] for each in PERSON}


def test_account_person_bank_account_and_mandate_are_made_in_that_order(at: Bench) -> None:
    contact = at.books.create({**ANNA, **PERSON, **MANDATE_OF_ANNA}).contact_id
    with urlopen(f"{at.sandbox.url}/_sandbox/log") as answer:
        asked = [(each["method"], each["path"].partition("}/")[2]) for each in json.load(answer)]
    assert asked == [
        ("POST", "crm/Accounts"),
        ("POST", "crm/Contacts"),
        ("POST", "crm/BankAccounts"),
        ("POST", "cashflow/DirectDebitMandates"),
    ]
    assert people(at, contact) == [("Anna", "van den", "Berg", "anna@leden.example")]
    assert shown(at, contact) == PERSON


def test_another_name_is_a_change_to_the_person_alone(at: Bench) -> None:
    contact = at.books.create({**ANNA, **PERSON}).contact_id
    at.books.update(contact, RENAMED, ours=nobodys)
    assert people(at, contact) == [("Anna", None, "Smit", "anna@leden.example")]
    before = requests(at)
    assert before == {
        "POST crm/Accounts": 1, "POST crm/Contacts": 1, "PUT crm/Contacts/{key}": 1,
        "GET crm/Accounts": 1, "GET crm/Contacts": 1,
    }  # fmt: skip
    at.books.update(contact, RENAMED, ours=nobodys)
    assert {key for key, n in requests(at).items() if n != before.get(key)} == {"GET crm/Accounts", "GET crm/Contacts"}


def test_who_was_made_by_hand_is_never_written_and_ours_stands_beside(at: Bench) -> None:
    contact = at.books.create(ANNA).contact_id
    by_hand(
        at,
        contact,
        {"FirstName": "Anna", "MiddleName": "van den", "LastName": "Berg", "Email": PERSON[Field.PERSON_EMAIL]},
    )
    assert shown(at, contact) == PERSON
    at.books.update(contact, PERSON, ours=nobodys)  # there is one already who says the same
    assert len(people(at, contact)) == 1
    at.books.update(contact, RENAMED, ours=nobodys)
    assert people(at, contact) == [
        ("Anna", "van den", "Berg", "anna@leden.example"),
        ("Anna", None, "Smit", "anna@leden.example"),
    ]
    assert shown(at, contact) == RENAMED


def test_the_number_of_another_account_makes_nobody_ours(at: Bench) -> None:
    anna = at.books.create({**ANNA, **PERSON}).contact_id
    bram = at.books.create({**ANNA, Field.CUSTOMER_NUMBER: "7000007"}).contact_id
    by_hand(at, bram, {"LastName": "Iemand", "HID": persons.number(anna) + 1})
    at.books.update(bram, RENAMED, ours=nobodys)
    assert [each[2] for each in people(at, bram)] == ["Iemand", "Smit"]


def test_a_person_without_a_name_ends_and_lives_again(at: Bench) -> None:
    contact = at.books.create({**ANNA, **PERSON}).contact_id
    nobody = dict.fromkeys(PERSON, "")
    at.books.update(contact, nobody, ours=nobodys)
    assert shown(at, contact) == nobody
    at.books.update(contact, PERSON, ours=nobodys)
    assert shown(at, contact) == PERSON
    assert len(people(at, contact)) == 1


@pytest.mark.parametrize("kind", ["lost_answer", "reset"])
def test_a_person_whose_answer_is_lost_is_found_by_number(at: Bench, kind: str) -> None:
    at.sandbox.arm(kind, match="POST /crm/Contacts")
    with pytest.raises(Temporary) as broken:
        at.books.create({**ANNA, **PERSON})
    assert broken.value.reached
    later = at.opened()
    found = later.find("7001042")
    assert found is not None
    later.update(found.contact_id, PERSON, seen=found, ours=nobodys)
    assert people(at, found.contact_id) == [("Anna", "van den", "Berg", "anna@leden.example")]


def test_a_change_by_hand_to_a_person_makes_another_version(at: Bench) -> None:
    contact = at.books.create({**ANNA, **PERSON}).contact_id
    before, there = at.books.heads(), at.sandbox.world.books()
    at.clock.wait(1)
    (person,) = there.of_account(CONTACT, contact)
    there.update(CONTACT, person, {"Email": "anders@leden.example"}, at.sandbox.world.owner())
    assert at.books.heads()[contact] != before[contact]
    assert shown(at, contact) == {**PERSON, Field.PERSON_EMAIL: "anders@leden.example"}
    there.delete(CONTACT, person, at.sandbox.world.owner())
    assert shown(at, contact) == dict.fromkeys(PERSON, "")


def test_persons_that_we_may_not_see_are_not_taken_for_none(at: Bench) -> None:
    contact = at.books.create({**ANNA, **PERSON}).contact_id
    at.sandbox.arm("rights", endpoint="crm/Contacts", value=False)
    books = at.opened()
    for look in (books.heads, lambda: [*books.read([contact])], lambda: books.update(contact, RENAMED, ours=nobodys)):
        with pytest.raises(LoginNeeded, match="no_access"):
            look()
    assert people(at, contact) == [("Anna", "van den", "Berg", "anna@leden.example")]


def test_a_refused_person_leaves_the_account_which_goes_on_without(at: Bench) -> None:
    at.sandbox.world.books().refused.add("Anna")
    with pytest.raises(Rejected) as refused:
        at.books.create({**ANNA, Field.FIRST_NAME: "A.", **PERSON})
    assert refused.value.field in PERSON
    contact = at.books.create({**ANNA, Field.FIRST_NAME: "A."}).contact_id
    assert len(at.sandbox.world.books().accounts) == 1
    assert people(at, contact) == []


@pytest.mark.parametrize("lost", [False, True])
def test_where_exact_numbers_persons_itself_none_of_ours_stays_and_the_member_is_told(*, lost: bool) -> None:
    """Nobody outside knows whether it takes a number that is given."""
    with bench(groups=frozenset(Group), contact_number="own") as at:
        contact = at.books.create(ANNA).contact_id
        for again in range(3):
            if lost and not again:
                at.sandbox.arm("lost_answer", match="POST /crm/Contacts")
            with pytest.raises(Temporary if lost and not again else Rejected):
                at.opened().update(contact, {**PERSON, Field.PERSON_FIRST_NAME: f"Anna {again}"}, ours=nobodys)
            assert len(people(at, contact)) == int(lost)  # the one that nobody knows for ours, and no second
        assert account(at, contact)["Name"] == "Anna de Vries"


def test_a_person_of_whom_the_answer_says_nothing_is_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with bench(groups=frozenset(Group), contact_number="own") as at:
        contact = at.books.create(ANNA).contact_id
        monkeypatch.setattr(asking, "WHOLE", {})
        with pytest.raises(Rejected, match="refused"):
            at.books.update(contact, PERSON, ours=nobodys)
        assert people(at, contact) == []


def test_a_number_that_is_taken_is_a_refusal_of_the_person(at: Bench) -> None:
    bram = at.books.create({**ANNA, Field.CUSTOMER_NUMBER: "7000007"}).contact_id
    anna = at.books.create(ANNA).contact_id
    by_hand(at, bram, {"LastName": "Iemand", "HID": persons.number(anna)})
    with pytest.raises(Rejected, match="refused") as refused:
        at.books.update(anna, PERSON, ours=nobodys)
    assert refused.value.field is Field.PERSON_LAST_NAME
