"""Whom the packages are told of."""

from ledenbrug.core.records import ContactId, Field, Values

ANNA: Values = {
    Field.COMPANY: "",
    Field.FIRST_NAME: "Anna",
    Field.LAST_NAME: "van den Berg-de Vries",
    Field.ADDRESS: "Dorpsstraat 12 bis",
    Field.ADDRESS_EXTRA: "",
    Field.POSTCODE: "1234 AB",
    Field.CITY: "'s-Gravenhage",
    Field.COUNTRY: "NL",
    Field.EMAIL: "anna@leden.example",
    Field.PHONE: "+31 6 12345678",
    Field.CUSTOMER_NUMBER: "7001042",
}
BRAM: Values = {Field.COMPANY: "", Field.FIRST_NAME: "Bram", Field.LAST_NAME: "Ünlü", Field.CUSTOMER_NUMBER: "7000007"}
MANDATE: Values = {
    Field.DIRECT_DEBIT: "yes",
    Field.IBAN: "NL91ABNA0417164300",
    Field.ACCOUNT_HOLDER: "A. van den Berg",
    Field.BIC: "",
    Field.MANDATE_REFERENCE: "M-1042-1",
    Field.MANDATE_SIGNED: "2026-01-05",
}
PERSON: Values = {
    Field.PERSON_FIRST_NAME: "Anna",
    Field.PERSON_LAST_NAME: "van den Berg-de Vries",
    Field.PERSON_EMAIL: "anna@leden.example",
}
NOBODY = ContactId("504486707544900000")


def ours(_field: Field, value: str) -> bool:
    return value == ANNA[Field.EMAIL]


def without_empty(values: Values) -> Values:
    return {field: value for field, value in values.items() if value}
