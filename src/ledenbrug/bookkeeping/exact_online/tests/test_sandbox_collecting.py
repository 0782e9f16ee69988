"""Bank accounts and mandates: what belongs to what, what is refused, what leads."""

from collections.abc import Iterator

import pytest

from ledenbrug.bookkeeping.exact_online.sandbox import Sandbox, start
from ledenbrug.bookkeeping.exact_online.tests.sandbox_visitors import Program, program

IBAN, OTHER_IBAN = "NL91ABNA0417164300", "NL39RABO0300065264"
NOBODY = "00000000-0000-0000-0000-00000000000a"
BANKS, MANDATES = "crm/BankAccounts", "cashflow/DirectDebitMandates"
TODAY = "/Date(1789948800000)/"  # midnight on the wall


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start(token="secret", error_limit=1000, clock=lambda: 1_790_000_200.0) as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Program:
    return program(sandbox)


def bank(api: Program, account: str, iban: str = IBAN, **values: object) -> str:
    return str(api.post(BANKS, Account=account, BankAccount=iban, **values)["ID"])


def mandate(api: Program, account: str, bank_account: str, **values: object) -> dict[str, object]:
    return api.post(MANDATES, Account=account, BankAccount=bank_account, **values)


def test_a_bank_account_is_an_iban_with_its_bic(api: Program) -> None:
    key = api.account()
    first = api.one(BANKS, bank(api, key, "nl91 abna 0417 1643 00"))
    expected = {
        "BankAccount": IBAN, "IBAN": IBAN, "BICCode": "ABNANL2A", "Main": True, "Format": "IBAN", "Type": "A",
        "AccountName": "S. Bakker", "Blocked": False,
    }  # fmt: skip
    assert {name: first[name] for name in expected} == expected
    second = bank(api, key, OTHER_IBAN, Main=True)
    assert [api.one(BANKS, one)["Main"] for one in (first["ID"], second)] == [False, True]
    assert len(api.rows(BANKS, filter=f"Account eq guid'{key}'")) == 2


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Verplicht: Bankrekening"),
        ({"BankAccount": "NL91ABNA0417164301"}, "Ongeldig: Bankrekening"),
        ({"BankAccount": "DE89370400440532013000", "BICCode": "X"}, "Ongeldig: BIC-code"),
        ({"BankAccount": IBAN, "Account": NOBODY}, "Verplicht: Relatie"),
    ],
)
def test_a_wrong_bank_account_is_refused(api: Program, values: dict[str, str], said: str) -> None:
    assert api.said("POST", BANKS, {"Account": api.account(), **values}) == (500, said)


def test_a_foreign_iban_has_no_bic_of_itself(api: Program) -> None:
    assert api.one(BANKS, bank(api, api.account(), "DE89370400440532013000"))["BICCode"] is None


def test_a_mandate_belongs_to_a_bank_account_of_the_same_relation(api: Program) -> None:
    key, other = api.account(), api.account()
    own, foreign = bank(api, key), bank(api, other, OTHER_IBAN)
    full = mandate(api, key, own, Reference="M-1", SignatureDate="2026-01-15")
    expected = {
        "Reference": "M-1",
        "SignatureDate": "/Date(1768435200000)/",
        "Main": 1,
        "FirstSend": 1,
        "PaymentType": 1,
    }
    assert {name: full[name] for name in expected} == expected
    wrong = {"Account": key, "BankAccount": foreign}
    assert api.said("POST", MANDATES, wrong) == (500, "Verplicht: Bankrekening")
    assert api.said("POST", MANDATES, wrong | {"BankAccount": IBAN})[0] == 400
    assert mandate(api, key, own)["Reference"] == "M00000001"


def test_a_mandate_reference_is_unique_and_one_mandate_leads(api: Program) -> None:
    key = api.account()
    own = bank(api, key)
    first = mandate(api, key, own, Reference="M-1")
    assert api.said("POST", MANDATES, {"Account": key, "BankAccount": own, "Reference": "m-1"}) == (
        500,
        "Gegeven bestaat reeds.",
    )
    second = mandate(api, key, own, Reference="M-2", Main=1)
    assert [api.one(MANDATES, str(one["ID"]))["Main"] for one in (first, second)] == [0, 1]
    assert api.put(MANDATES, str(first["ID"]), CancellationDate="2026-09-21").status_code == 204
    assert api.one(MANDATES, str(first["ID"]))["CancellationDate"] == TODAY


def test_a_bank_account_with_a_mandate_stays_as_it_is(api: Program) -> None:
    key = api.account()
    own = bank(api, key)
    given = mandate(api, key, own)
    path = f"{BANKS}(guid'{own}')"
    told = (500, "Niet toegestaan: bankrekening heeft een machtiging.")
    assert api.said("PUT", path, {"BankAccount": OTHER_IBAN}) == told
    assert api.said("DELETE", path) == (500, "Verwijderen is niet mogelijk: gegeven is in gebruik.")
    assert api.ask("DELETE", f"{MANDATES}(guid'{given['ID']}')").status_code == 204
    assert api.put(BANKS, own, BankAccount=OTHER_IBAN).status_code == 204
    assert api.one(BANKS, own)["BICCode"] == "RABONL2U"
