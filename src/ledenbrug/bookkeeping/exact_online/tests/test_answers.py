"""What every answer means, as one table; the rows of the README."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledenbrug.bookkeeping.exact_online import answers, asking
from ledenbrug.bookkeeping.exact_online.answers import Entity
from ledenbrug.core.errors import LoginNeeded, Rejected, Temporary
from ledenbrug.core.records import Field
from ledenbrug.wire.http import HttpAnswer

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
ACCOUNT, BANK, MANDATE = Entity.ACCOUNT, Entity.BANK_ACCOUNT, Entity.MANDATE


@dataclass(frozen=True)
class Case:
    said: str
    entity: Entity
    outcome: list[tuple[str, Field | None]] = field(default_factory=list)


REFUSED = [
    Case("Verplicht: Naam", ACCOUNT, [("name_missing", Field.LAST_NAME)]),
    Case("Mandatory: Name", ACCOUNT, [("name_missing", Field.LAST_NAME)]),
    Case("Ongeldige referentie: Land", ACCOUNT, [("invalid", Field.COUNTRY)]),
    Case("Invalid reference: Country", ACCOUNT, [("invalid", Field.COUNTRY)]),
    Case("Ongeldig: E-mail", ACCOUNT, [("invalid", Field.EMAIL)]),
    Case("Invalid: E-mail address", ACCOUNT, [("invalid", Field.EMAIL)]),
    Case("Te lang: Plaats", ACCOUNT, [("too_long", Field.CITY)]),
    Case("Too long: Address 2", ACCOUNT, [("too_long", Field.ADDRESS_EXTRA)]),
    Case("Postcode: te lang", ACCOUNT, [("too_long", Field.POSTCODE)]),
    Case("Gegeven bestaat reeds.", ACCOUNT, [("number_taken", Field.CUSTOMER_NUMBER)]),
    Case("Data already exists.", ACCOUNT, [("number_taken", Field.CUSTOMER_NUMBER)]),
    Case("Bestaat reeds: Code", ACCOUNT, [("number_taken", Field.CUSTOMER_NUMBER)]),
    Case("Gegeven bestaat reeds.", MANDATE, [("mandate_taken", Field.MANDATE_REFERENCE)]),
    Case("Ongeldig: Bankrekening", BANK, [("invalid", Field.IBAN)]),
    Case("Invalid: BIC code", BANK, [("invalid", Field.BIC)]),
    Case("Ongeldig: Naam rekeninghouder", BANK, [("invalid", Field.ACCOUNT_HOLDER)]),
    Case("Iets anders met deze rekening.", BANK, [("refused", Field.IBAN)]),
    Case("Verplicht: Bankrekening", MANDATE, [("invalid", Field.IBAN)]),
    Case("Invalid: Signature date", MANDATE, [("invalid", Field.MANDATE_SIGNED)]),
    Case("Iets anders.", MANDATE, [("refused", Field.MANDATE_REFERENCE)]),
    Case("Iets anders.", ACCOUNT, [("refused", None)]),
    Case(
        "Verplicht: Naam\r\nOngeldige referentie: Land",
        ACCOUNT,
        [("name_missing", Field.LAST_NAME), ("invalid", Field.COUNTRY)],
    ),
    Case("Iets anders.\r\nOngeldig: Telefoon", ACCOUNT, [("invalid", Field.PHONE), ("refused", None)]),
]


def answer(status: int, body: object = b"", headers: Mapping[str, str] | None = None) -> HttpAnswer:
    return HttpAnswer(status, headers or {}, body if isinstance(body, bytes) else json.dumps(body).encode())


def error(status: int, said: str, **headers: str) -> HttpAnswer:
    return answer(status, {"error": {"code": "", "message": {"lang": "", "value": said}}}, headers)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case.entity}: {case.said!r}")
def test_a_text_names_the_field_and_what_is_wrong_with_it(case: Case) -> None:
    refused = answers.verdict(error(500, case.said), now=NOW, entity=case.entity)
    assert isinstance(refused, Rejected)
    assert [(each.reason, each.field) for each in (refused, *refused.more)] == case.outcome


def test_the_value_that_was_refused_is_not_kept() -> None:
    refused = answers.refused("Kan niet: anna@leden.example", ACCOUNT)
    assert refused.params == {"attribute": ""}


@pytest.mark.parametrize(
    ("given", "kind", "reason", "reached", "until"),
    [
        (answer(500, b"<html>Runtime Error</html>"), Temporary, "package_error", True, None),
        (answer(500), Temporary, "package_error", True, None),
        (answer(503), Temporary, "package_error", True, None),
        (answer(408), Temporary, "package_error", True, None),
        (answer(302), Temporary, "package_error", True, None),
        (answer(404), Temporary, "package_error", False, timedelta(hours=1)),
        (answer(405), Temporary, "package_error", False, timedelta(hours=1)),
        (answer(401), LoginNeeded, "withdrawn", None, None),
        (answer(403), LoginNeeded, "no_access", None, None),
        (error(403, "Forbidden - Application Scope Violated: crm.accounts"), LoginNeeded, "scope_missing", None, None),
        (
            error(403, "Forbidden - User division is not within division scope"),
            LoginNeeded, "administration_gone", None, None,
        ),
        (error(403, "Forbidden - Customer's license expired"), Temporary, "suspended", False, timedelta(hours=6)),
        (error(403, "x", Reason="DivisionBlocked: since today"), Temporary, "suspended", False, timedelta(hours=1)),
        (error(403, "x", Reason="BlockedUser"), LoginNeeded, "no_access", None, None),
    ],
)  # fmt: skip
def test_an_answer_has_one_outcome(
    given: HttpAnswer, kind: type[Exception], reason: str, reached: bool | None, until: timedelta | None
) -> None:
    trouble = answers.verdict(given, now=NOW, entity=ACCOUNT)
    assert (type(trouble), trouble.reason) == (kind, reason)
    if isinstance(trouble, Temporary):
        assert (trouble.reached, trouble.until) == (reached, NOW + until if until else None)


def test_a_bad_request_is_this_contacts_problem_when_writing_and_nobodys_when_reading() -> None:
    assert isinstance(answers.verdict(error(400, "Bad"), now=NOW, entity=ACCOUNT), Rejected)
    reading = answers.verdict(error(400, "Bad"), now=NOW)
    assert isinstance(reading, Temporary)
    assert reading.until == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("d", "rows", "following"),
    [
        ({"results": [{"ID": "1"}]}, 1, None),
        ({"results": [{"ID": "1"}], "__next": "https://x/api/v1/1/crm/Accounts?$select=ID&$skiptoken=guid'1'"},
         1, {"$select": "ID", "$skiptoken": "guid'1'"}),
        ({"results": [], "__count": "0"}, 0, None),
        ([{"ID": "1"}, {"ID": "2"}], 2, None),
    ],
)  # fmt: skip
def test_every_envelope_is_opened(d: Any, rows: int, following: dict[str, str] | None) -> None:
    found, more = asking.page(answer(200, {"d": d}))
    assert (len(found), more) == (rows, following)


@pytest.mark.parametrize("body", [{"d": 1}, {"d": {"ID": "1"}}, {"e": []}, [], {"d": [1]}])
def test_what_was_not_asked_for_is_not_an_answer(body: object) -> None:
    with pytest.raises(Temporary, match="not_json"):
        asking.page(answer(200, body))
