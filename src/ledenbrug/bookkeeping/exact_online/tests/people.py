"""The people and the short questions that the tests of the client share."""

from typing import Any

from ledenbrug.bookkeeping.exact_online.tests.bench import Bench
from ledenbrug.core.records import ContactId, Field, Values

ANNA: Values = {
    Field.COMPANY: "",
    Field.FIRST_NAME: "Anna",
    Field.LAST_NAME: "de Vries",
    Field.COUNTRY: "NL",
    Field.EMAIL: "anna@leden.example",
    Field.CUSTOMER_NUMBER: "7001042",
}
MANDATE_OF_ANNA: Values = {
    Field.DIRECT_DEBIT: "yes",
    Field.IBAN: "NL91ABNA0417164300",
    Field.ACCOUNT_HOLDER: "A. de Vries",
    Field.BIC: "",
    Field.MANDATE_REFERENCE: "M-1042-1",
    Field.MANDATE_SIGNED: "2026-01-05",
}
MOVED: Values = {**MANDATE_OF_ANNA, Field.IBAN: "NL20INGB0001234567", Field.MANDATE_REFERENCE: "M-1042-2"}


def nobodys(_field: Field, _value: str) -> bool:
    return False


def requests(at: Bench) -> dict[str, int]:
    return {path.replace("/api/v1/{division}/", ""): n for path, n in at.sandbox.requests().items()}


def account(at: Bench, contact: ContactId) -> dict[str, Any]:
    return at.sandbox.world.accounts()[contact]
