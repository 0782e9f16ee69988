"""What is refused before a request is spent on it, every field by its name."""

from collections.abc import Mapping
from datetime import date

import pytest

from ledenbrug.bookkeeping.moneybird import PACKAGE, TOO_LONG, translate
from ledenbrug.bookkeeping.moneybird.tests.bench import ANNA, MANDATE
from ledenbrug.core.errors import Rejected
from ledenbrug.core.records import FIELDS, Field, Values

WHOLE: Values = {**ANNA, **MANDATE}


def refusals(values: Values) -> list[tuple[str, Field | None, Mapping[str, str]]]:
    try:
        translate.check(values, today=date(2026, 3, 2))
    except Rejected as refused:
        return [(each.reason, each.field, each.params) for each in (refused, *refused.more)]
    return []


def test_good_values_pass() -> None:
    assert refusals(WHOLE) == []
    assert refusals(dict.fromkeys(set(TOO_LONG) - {Field.LAST_NAME}, "")) == []
    assert refusals({Field.EMAIL: ""}) == []


@pytest.mark.parametrize("field", [field for group in sorted(PACKAGE.groups) for field in FIELDS[group]])
def test_a_value_may_be_as_long_as_the_table_says_and_no_longer(field: Field) -> None:
    checked = {Field.EMAIL, Field.IBAN, Field.BIC, Field.COUNTRY, Field.DIRECT_DEBIT, Field.MANDATE_SIGNED}
    if field not in checked:
        assert refusals({field: "ü" * TOO_LONG[field]}) == []
    length = {"length": str(TOO_LONG[field])}
    assert refusals({field: "ü" * (TOO_LONG[field] + 1)}) == [("too_long", field, length)]


@pytest.mark.parametrize(
    ("field", "bad", "good"),
    [
        (
            Field.EMAIL,
            ["anna", "anna@", "@x.example", "a b@x.example", "a@x", "a@x..example", "a@x.example,b@x.example", "a@x.1"],
            ["a@x.example", "anna+lid@sub.x.example", "ünlü@post.example", "a'b@x.example"],
        ),
        (Field.COUNTRY, ["Nederland", "N", "1A", "31"], ["NL", "nl", "BE"]),
        (
            Field.IBAN,
            ["NL91ABNA0417164301", "NL00", "417164300", "XX91ABNA0417164300"],
            ["NL91ABNA0417164300", "nl91 abna 0417 1643 00", "BE68 5390 0754 7034"],
        ),
        (Field.BIC, ["ABNA", "ABNANL2A1", "12345678"], ["ABNANL2A", "abna nl 2a", "ABNANL2AXXX"]),
        (Field.DIRECT_DEBIT, ["no", "true"], ["yes", ""]),
        (Field.MANDATE_SIGNED, ["5-1-2026", "2026-02-30", "20260105"], ["2026-01-05", "2026-03-02"]),
    ],
)
def test_malformed_values_are_named(field: Field, bad: list[str], good: list[str]) -> None:
    whole = WHOLE if field is Field.DIRECT_DEBIT else {}
    assert {each: refusals({**whole, field: each}) for each in bad} == {each: [("invalid", field, {})] for each in bad}
    assert {each: refusals({**whole, field: each}) for each in good} == {each: [] for each in good}


def test_a_mandate_of_tomorrow_is_too_early() -> None:
    assert refusals({Field.MANDATE_SIGNED: "2026-03-03"}) == [("mandate_in_future", Field.MANDATE_SIGNED, {})]


@pytest.mark.parametrize("field", [Field.IBAN, Field.ACCOUNT_HOLDER, Field.MANDATE_REFERENCE, Field.MANDATE_SIGNED])
def test_direct_debit_takes_everything_that_belongs_to_it(field: Field) -> None:
    assert refusals({**WHOLE, field: ""})[0] == ("invalid", field, {})
    assert refusals({**WHOLE, field: "", Field.DIRECT_DEBIT: ""}) == []


def test_a_foreign_account_takes_a_bic() -> None:
    foreign = {**WHOLE, Field.IBAN: "BE68 5390 0754 7034"}
    assert refusals(foreign) == [("invalid", Field.BIC, {})]
    assert refusals({**foreign, Field.BIC: "GKCCBEBB"}) == []
    assert refusals({**foreign, Field.DIRECT_DEBIT: ""}) == []


def test_one_name_is_enough_and_none_is_too_few() -> None:
    nobody = {Field.COMPANY: "", Field.FIRST_NAME: "", Field.LAST_NAME: ""}
    assert refusals(nobody) == [("name_missing", Field.LAST_NAME, {})]
    for name in nobody:
        assert refusals({**nobody, name: "Cher"}) == []
