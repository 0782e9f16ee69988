"""What only Exact Online does, over real HTTP against the sandbox; what every package does is in `tests/contract`."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledenbrug.bookkeeping.exact_online import PACKAGE
from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT
from ledenbrug.bookkeeping.exact_online.tests.bench import DIVISION, Bench, bench
from ledenbrug.bookkeeping.exact_online.tests.people import ANNA, MANDATE_OF_ANNA, account, nobodys, requests
from ledenbrug.core.errors import Rejected, Temporary
from ledenbrug.core.port import Removal
from ledenbrug.core.records import ALWAYS, Field


@pytest.fixture
def at() -> Iterator[Bench]:
    with bench() as found:
        yield found


def test_each_operation_asks_the_requests_it_is_written_for() -> None:
    with bench(groups=ALWAYS) as at:
        contact = at.books.create(ANNA).contact_id
        at.books.update(contact, {Field.PHONE: "020-1"}, ours=nobodys)
        assert [*at.books.read([contact])]
        at.books.heads()
        at.books.find("7001042")
        at.books.archive(contact)
        at.books.remove(contact)
        assert requests(at) == {
            "POST crm/Accounts": 1,
            "PUT crm/Accounts/{key}": 2,
            "GET crm/Accounts": 3,
            "GET bulk/CRM/Accounts": 1,
            "DELETE crm/Accounts/{key}": 1,
        }


@pytest.mark.parametrize("mandate", [{}, MANDATE_OF_ANNA])
def test_it_is_known_beforehand_how_many_requests_a_step_takes(mandate: dict[Field, str]) -> None:
    with bench() as at:
        contact = at.books.create({**ANNA, **mandate}).contact_id
        assert sum(requests(at).values()) == PACKAGE.requests(True, mandate)
        before = sum(requests(at).values())
        at.books.update(contact, {Field.PHONE: "020-1"}, ours=nobodys)
        assert sum(requests(at).values()) - before == PACKAGE.requests(False, {Field.PHONE: "020-1"})


def test_a_new_relation_gets_the_payment_condition_that_was_chosen() -> None:
    with bench(choices={"payment_condition": "IN"}) as at:
        assert PACKAGE.choices
        offered = dict(PACKAGE.choices(at.line, DIVISION, "payment_condition"))
        assert offered["IN"] == "Automatische incasso"
        contact = at.books.create(ANNA).contact_id
        assert account(at, contact)["PaymentConditionSales"] == "IN"
        at.sandbox.world.books().update(
            ACCOUNT, account(at, contact), {"PaymentConditionSales": "30"}, at.sandbox.world.owner()
        )
        at.books.update(contact, {Field.PHONE: "020-1"}, ours=nobodys)
        assert account(at, contact)["PaymentConditionSales"] == "30"


def test_thousands_are_compared_in_a_few_requests() -> None:
    with bench(contacts=2100, groups=ALWAYS) as at:
        heads = at.books.heads()
        assert len([*at.books.read([*heads])]) == 2100
        assert requests(at) == {"GET bulk/CRM/Accounts": 3}


def test_what_was_seen_long_ago_is_read_again() -> None:
    with bench(contacts=30, groups=ALWAYS) as at:
        ids = [*at.books.heads()]
        at.clock.wait(61)
        assert len([*at.books.read(ids)]) == 30
        assert requests(at) == {"GET bulk/CRM/Accounts": 1, "GET crm/Accounts": 2}


def test_an_update_sends_what_differs_and_never_the_code(at: Bench) -> None:
    contact = at.books.create(ANNA).contact_id
    at.sandbox.world.books().update(
        ACCOUNT, account(at, contact), {"Remarks": "van de penningmeester"}, at.sandbox.world.owner()
    )
    at.books.update(contact, {**ANNA, Field.PHONE: "020-1"}, ours=nobodys)
    assert account(at, contact)["Remarks"] == "van de penningmeester"
    assert account(at, contact)["Code"].strip() == "7001042"
    assert at.sandbox.world.remarks == {}


def test_values_come_back_without_their_padding(at: Bench) -> None:
    made = at.books.create(ANNA)
    assert (made.values[Field.CUSTOMER_NUMBER], made.values[Field.COUNTRY]) == ("7001042", "NL")


def test_a_name_is_one_text_there(at: Bench) -> None:
    person = at.books.create({**ANNA, Field.LAST_NAME: "van den Berg"}).contact_id
    organisation = at.books.create({Field.COMPANY: "Stichting Zon", Field.CUSTOMER_NUMBER: "7000002"}).contact_id
    assert [account(at, each)["Name"] for each in (person, organisation)] == ["Anna van den Berg", "Stichting Zon"]


def test_a_number_that_is_none_is_refused_before_anything_is_asked(at: Bench) -> None:
    for number in ("LID-1042", "", "0042", "1" * 19):
        with pytest.raises(Rejected) as refused:
            at.books.create({**ANNA, Field.CUSTOMER_NUMBER: number})
        assert refused.value.field is Field.CUSTOMER_NUMBER
    assert requests(at) == {}


def test_a_country_that_is_not_known_there_concerns_the_address_alone(at: Bench) -> None:
    with pytest.raises(Rejected) as refused:
        at.books.create({**ANNA, Field.COUNTRY: "XX"})
    assert (refused.value.reason, refused.value.field) == ("invalid", Field.COUNTRY)


def test_refusals_are_understood_in_the_language_of_whoever_connected(at: Bench) -> None:
    for language in ("nl", "en"):
        at.sandbox.world.owner().language = language
        at.sandbox.world.books().refused.add("anna@leden.example")
        with pytest.raises(Rejected) as refused:
            at.books.create(ANNA)
        assert (refused.value.reason, refused.value.field) == ("invalid", Field.EMAIL)


def test_a_page_instead_of_an_answer_is_no_refusal(at: Bench) -> None:
    at.sandbox.arm("html", status=500)
    with pytest.raises(Temporary) as broken:
        at.books.create(ANNA)
    assert (broken.value.reason, broken.value.reached) == ("package_error", True)


def test_the_division_stays_the_one_that_was_chosen() -> None:
    with bench(administrations=[DIVISION, "900002"]) as at:
        at.sandbox.arm("current", division="900002")
        at.books.create(ANNA)
        assert [len(at.sandbox.world.accounts(int(code))) for code in (DIVISION, "900002")] == [1, 0]


def test_an_archived_relation_is_blocked_or_has_ended() -> None:
    for choices, property in (({}, "Blocked"), ({"leaver": "block"}, "Blocked"), ({"leaver": "end_date"}, "EndDate")):
        with bench(choices=choices) as at:
            contact = at.books.create(ANNA).contact_id
            at.books.archive(contact)
            assert account(at, contact).get(property)
            assert at.books.heads()[contact].archived


def test_a_used_account_is_not_deleted(at: Bench) -> None:
    contact = at.books.create({**ANNA, **MANDATE_OF_ANNA}).contact_id
    at.sandbox.world.books().bill(account(at, contact))
    with pytest.raises(Rejected, match="in_use"):
        at.books.remove(contact)
    spare = at.books.create({**ANNA, Field.CUSTOMER_NUMBER: "7000003"}).contact_id
    assert at.books.remove(spare) is Removal.DELETED


@pytest.mark.parametrize(
    "switches",
    [{"put_prefer": "honour"}, {"padding": "older"}, {"unknown_property": "refuse"}, {"default_country": "none"}],
)
def test_it_does_not_matter_how_the_service_is_where_nobody_knows(switches: dict[str, Any]) -> None:
    with bench(**switches) as at:
        contact = at.books.create({**ANNA, **MANDATE_OF_ANNA}).contact_id
        updated = at.books.update(contact, {Field.CITY: "Utrecht", Field.EMAIL: ""}, ours=nobodys)
        assert (updated.values[Field.CITY], updated.values[Field.EMAIL]) == ("Utrecht", "")
        (read,) = at.books.read([contact])
        assert {**read.values, **updated.values} == read.values


def test_numbers_come_from_a_range_of_ones_own() -> None:
    number = PACKAGE.number
    assert [number("7000000", each) for each in ("1042", "7", "F12")] == ["7001042", "7000007", "7900012"]
    assert number("7000000", "900001") == "7000000900001"
    assert number("", "1042") == "1042"
    assert number("LID-", "1042") == "LID-1042"
    made = [number("7000000", each) for each in (*map(str, range(1, 3000)), *(f"F{n}" for n in range(1, 3000)))]
    assert len(set(made)) == len(made)
