"""Both ways of the translation, without a request."""

from datetime import date
from typing import Any

import pytest

from ledenbrug.bookkeeping.exact_online import PACKAGE, beside, translate
from ledenbrug.core.compare import differing
from ledenbrug.core.errors import Rejected
from ledenbrug.core.port import Remote
from ledenbrug.core.records import FIELDS, Field, Values

TODAY = date(2026, 3, 2)
ANNA: Values = {
    Field.COMPANY: "",
    Field.FIRST_NAME: "Anna Maria",
    Field.LAST_NAME: "van den Berg",
    Field.ADDRESS: "Dorpsstraat 12 bis",
    Field.ADDRESS_EXTRA: "",
    Field.POSTCODE: "1234 AB",
    Field.CITY: "'s-Gravenhage",
    Field.COUNTRY: "NL",
    Field.EMAIL: "anna@leden.example",
    Field.PHONE: "+31 6 12345678",
    Field.CUSTOMER_NUMBER: "7001042",
}
ACCOUNT: dict[str, Any] = {
    "ID": "11111111-2222-4333-8444-555555555555",
    "Code": "           7001042",
    "Name": "Anna Maria van den Berg",
    "AddressLine1": "Dorpsstraat 12 bis",
    "AddressLine2": None,
    "Postcode": "1234 AB",
    "City": "'s-Gravenhage",
    "Country": "NL ",
    "Email": "anna@leden.example",
    "Phone": "+31 6 12345678",
    "Blocked": False,
    "EndDate": None,
    "Modified": "/Date(1772452800123)/",
}


def ours(_field: Field, value: str) -> bool:
    return value == ANNA[Field.EMAIL]


def remote(**different: Any) -> Remote:
    return translate.remote({**ACCOUNT, **different}, more={}, beside="", today=TODAY)


def refusals(values: Values) -> list[tuple[str, Field | None]]:
    try:
        translate.check(values)
    except Rejected as refused:
        return [(each.reason, each.field) for each in (refused, *refused.more)]
    return []


def test_a_person_goes_over_as_a_customer_without_empty_values() -> None:
    assert translate.for_create(ANNA, choices={}) == {
        "Code": "7001042",
        "Name": "Anna Maria van den Berg",
        "Status": "C",
        "AddressLine1": "Dorpsstraat 12 bis",
        "Postcode": "1234 AB",
        "City": "'s-Gravenhage",
        "Country": "NL",
        "Email": "anna@leden.example",
        "Phone": "+31 6 12345678",
    }


def test_what_went_over_comes_back_without_a_difference() -> None:
    assert differing(ANNA, remote().values) == {}
    assert set(remote().values) == {each for group in PACKAGE.groups - beside.GROUPS for each in FIELDS[group]}


def test_the_code_is_never_in_an_update_and_nothing_is_cleared_with_null() -> None:
    properties = translate.for_update({**ANNA, Field.PHONE: "", Field.COUNTRY: ""}, seen=None, ours=ours)
    assert "Code" not in properties
    assert (properties["Phone"], properties["Country"]) == (None, None)


def test_an_update_holds_what_is_given_and_nothing_else() -> None:
    assert translate.for_update({Field.CITY: "Utrecht"}, seen=None, ours=ours) == {"City": "Utrecht"}
    assert translate.for_update({Field.CUSTOMER_NUMBER: "7001042"}, seen=None, ours=ours) == {}


@pytest.mark.parametrize(
    ("whole", "first", "last"),
    [
        ("Anna de Vries", "Anna", "de Vries"),
        ("Anna Maria van den Berg-de Vries", "Anna Maria", "van den Berg-de Vries"),
        ("Bram Ünlü", "Bram", "Ünlü"),
        ("De Vries", "De", "Vries"),
        ("Zon", "", "Zon"),
        ("", "", ""),
    ],
)
def test_a_name_is_divided_before_its_prefix_or_after_its_first_word(whole: str, first: str, last: str) -> None:
    values = remote(Name=whole).values
    assert (values[Field.COMPANY], values[Field.FIRST_NAME], values[Field.LAST_NAME]) == ("", first, last)


@pytest.mark.parametrize("name", [{Field.COMPANY: "Stichting Zon"}, {Field.LAST_NAME: "Zon"}])
def test_one_name_is_enough(name: Values) -> None:
    assert refusals(name) == []


def test_no_name_is_too_few_and_a_name_counts_as_a_whole() -> None:
    assert refusals({Field.COMPANY: "", Field.FIRST_NAME: "", Field.LAST_NAME: ""}) == [
        ("name_missing", Field.LAST_NAME)
    ]
    assert refusals({Field.FIRST_NAME: "A" * 25, Field.LAST_NAME: "B" * 24}) == []
    assert refusals({Field.FIRST_NAME: "A" * 25, Field.LAST_NAME: "B" * 25}) == [("too_long", Field.LAST_NAME)]


@pytest.mark.parametrize(
    "field", [each for each in Field if each not in (Field.MEMBER_NUMBER, Field.STATUS, Field.DIRECT_DEBIT)]
)
def test_a_value_may_be_as_long_as_the_table_says_and_no_longer(field: Field) -> None:
    most = PACKAGE.too_long[field]
    assert ("too_long", field) in refusals({Field.LAST_NAME: "Vries", field: "1" * (most + 1)})
    assert ("too_long", field) not in refusals({Field.LAST_NAME: "Vries", field: "1" * most})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Field.CUSTOMER_NUMBER, "LID-1042"),
        (Field.CUSTOMER_NUMBER, ""),
        (Field.CUSTOMER_NUMBER, "007"),
        (Field.EMAIL, "anna.leden.example"),
        (Field.EMAIL, "a@leden.example, b@leden.example"),
        (Field.COUNTRY, "N1"),
        (Field.IBAN, "NL92ABNA0417164300"),
        (Field.BIC, "ABNA"),
        (Field.DIRECT_DEBIT, "no"),
        (Field.MANDATE_SIGNED, "5 januari"),
    ],
)
def test_malformed_values_are_named(field: Field, value: str) -> None:
    assert refusals({field: value}) == [("invalid", field)]


@pytest.mark.parametrize("missing", [Field.IBAN, Field.MANDATE_REFERENCE, Field.MANDATE_SIGNED])
def test_direct_debit_needs_an_account_and_a_mandate(missing: Field) -> None:
    mandate = {
        Field.DIRECT_DEBIT: "yes",
        Field.IBAN: "NL91 ABNA 0417 1643 00",
        Field.MANDATE_REFERENCE: "M-1",
        Field.MANDATE_SIGNED: "2026-01-05",
    }
    assert refusals(mandate) == []
    assert refusals({**mandate, missing: ""}) == [("invalid", missing)]


def test_null_absent_empty_and_spaces_are_the_same() -> None:
    for nothing in (None, "", "   "):
        assert remote(City=nothing).values[Field.CITY] == ""
    assert translate.text({}, "City") == ""


@pytest.mark.parametrize(
    ("different", "archived"),
    [
        ({}, False),
        ({"Blocked": True}, True),
        ({"EndDate": "/Date(1772409600000)/"}, True),  # today
        ({"EndDate": "/Date(1772496000000)/"}, False),  # tomorrow
    ],
)
def test_a_relation_that_is_blocked_or_ended_is_archived(different: dict[str, Any], archived: bool) -> None:
    assert remote(**different).archived is archived


def test_a_day_is_the_one_on_the_wall_there() -> None:
    assert translate.day("/Date(1782404464260)/") == date(2026, 6, 25)
    assert translate.day("/Date(-86400000)/") == date(1969, 12, 31)
    assert translate.day("2026-01-05") == date(2026, 1, 5)
    assert translate.day(None) is None


@pytest.mark.parametrize("stamp", ["/Date(99999999999999999)/", "2026-02-30", "soon", 7, [None], {"x": 1}])
def test_what_is_no_day_is_none_and_stands_in_nobodys_way(stamp: object) -> None:
    assert translate.day(stamp) is None


def test_of_several_addresses_only_ours_is_replaced_or_taken_away() -> None:
    seen = remote(Email="kas@ouders.example; anna@leden.example")
    assert (seen.values[Field.EMAIL], seen.several_emails) == ("kas@ouders.example", True)
    for email, there in (
        ("anna@nieuw.example", "kas@ouders.example, anna@nieuw.example"),
        ("", "kas@ouders.example"),
    ):
        assert translate.for_update({Field.EMAIL: email}, seen=seen, ours=ours) == {"Email": there}


def test_a_value_that_was_dropped_without_a_word_is_noticed() -> None:
    sent = {"City": "Utrecht", "Country": "XX", "Email": None}
    assert translate.dropped(sent, {**ACCOUNT, "Country": "   "}) is not None
    assert translate.dropped(sent, {**ACCOUNT, "City": "UTRECHT"}) is None


def test_a_version_differs_when_something_beside_the_account_does() -> None:
    old, new = {"Modified": "/Date(1772452800123)/"}, {"Modified": "/Date(1772452800124)/"}
    versions = [translate.version_of(rows) for rows in ([], [old], [new], [old, new], [old, old])]
    assert len({*versions}) == 4 + 1
