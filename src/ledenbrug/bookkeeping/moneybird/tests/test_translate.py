"""Our fields and Moneybird's attributes, both ways."""

from collections.abc import Mapping
from typing import Any

import pytest

from ledenbrug.bookkeeping.moneybird import MEMBER_NUMBER, PACKAGE, STATUS, translate
from ledenbrug.core.errors import Rejected
from ledenbrug.core.port import Remote
from ledenbrug.core.records import GROUP_OF, Field, Group, Values

CHOICES = {MEMBER_NUMBER: "777", STATUS: "888"}
ANNA: Values = {
    Field.COMPANY: "",
    Field.FIRST_NAME: "Anna",
    Field.LAST_NAME: "van den Berg-de Vries",
    Field.ADDRESS: "Dorpsstraat 12 bis",
    Field.ADDRESS_EXTRA: "",
    Field.POSTCODE: "1234 AB",
    Field.CITY: "'s-Gravenhage",
    Field.COUNTRY: "nl",
    Field.EMAIL: "anna@leden.example",
    Field.PHONE: "06 12345678",
    Field.CUSTOMER_NUMBER: "LID-1042",
    Field.DIRECT_DEBIT: "yes",
    Field.IBAN: "nl91 abna 0417 1643 00",
    Field.ACCOUNT_HOLDER: "A. van den Berg",
    Field.BIC: "",
    Field.MANDATE_REFERENCE: "M-1042-1",
    Field.MANDATE_SIGNED: "2026-01-05",
    Field.MEMBER_NUMBER: "1042",
    Field.STATUS: "Lid",
}
SENT = {
    "firstname": "Anna",
    "lastname": "van den Berg-de Vries",
    "address1": "Dorpsstraat 12 bis",
    "zipcode": "1234 AB",
    "city": "'s-Gravenhage",
    "country": "NL",
    "phone": "06 12345678",
    "customer_id": "LID-1042",
    "send_invoices_to_email": "anna@leden.example",
    "send_estimates_to_email": "anna@leden.example",
    "sepa_active": True,
    "sepa_iban": "NL91ABNA0417164300",
    "sepa_iban_account_name": "A. van den Berg",
    "sepa_mandate_id": "M-1042-1",
    "sepa_mandate_date": "2026-01-05",
    "sepa_sequence_type": "RCUR",
    "custom_fields_attributes": [{"id": "777", "value": "1042"}, {"id": "888", "value": "Lid"}],
}
CONTACT: Mapping[str, Any] = {
    **SENT,
    "id": "504486707544982546",
    "version": 1772449200,
    "company_name": None,
    "address2": None,
    "sepa_bic": "ABNANL2A",
    "bank_account": "NL91ABNA0417164300",
    "archived": False,
    "custom_fields": [{"id": "777", "name": "Lidnummer", "value": "1042"}, {"id": 888, "name": "x", "value": "Lid"}],
}


def ours(field: Field, value: str) -> bool:
    return (field, value) == (Field.EMAIL, "anna@leden.example")


def update(values: Values, seen: Remote | None = None) -> dict[str, Any]:
    return translate.for_update(values, choices=CHOICES, seen=seen, ours=ours)


def seen(invoices: str | None, estimates: str | None) -> Remote:
    return translate.remote(
        {**CONTACT, "send_invoices_to_email": invoices, "send_estimates_to_email": estimates}, choices=CHOICES
    )


# ours → theirs


def test_a_person_is_created_without_company_without_ubl_and_without_empty_values() -> None:
    assert translate.for_create(ANNA, choices=CHOICES) == {**SENT, "company_name": "", "email_ubl": False}


def test_an_organisation_is_created_without_a_persons_name_and_with_moneybirds_own_ubl() -> None:
    values = {Field.COMPANY: "Stichting Zon", Field.FIRST_NAME: "", Field.LAST_NAME: "", Field.EMAIL: "a@zon.example"}
    assert translate.for_create(values, choices={}) == {
        "company_name": "Stichting Zon",
        "firstname": "",
        "lastname": "",
        "send_invoices_to_email": "a@zon.example",
        "send_estimates_to_email": "a@zon.example",
    }


@pytest.mark.parametrize("email", [{}, {Field.EMAIL: ""}])
def test_without_an_email_address_invoices_are_delivered_by_hand(email: Values) -> None:
    made = translate.for_create({Field.COMPANY: "", Field.LAST_NAME: "Smit", **email}, choices={})
    assert made == {"lastname": "Smit", "company_name": "", "email_ubl": False, "delivery_method": "Manual"}


@pytest.mark.parametrize("group", sorted(PACKAGE.groups))
def test_an_update_holds_the_attributes_of_what_is_given_and_no_other(group: Group) -> None:
    values = {field: value for field, value in ANNA.items() if GROUP_OF[field] is group}
    known = {
        Group.NAME: {"company_name": "", "firstname": "Anna", "lastname": "van den Berg-de Vries"},
        Group.ADDRESS: {
            "address1": "Dorpsstraat 12 bis",
            "address2": "",
            "zipcode": "1234 AB",
            "city": "'s-Gravenhage",
            "country": "NL",
        },
        Group.EMAIL: dict.fromkeys(("send_invoices_to_email", "send_estimates_to_email"), "anna@leden.example"),
        Group.CUSTOMER_NUMBER: {"customer_id": "LID-1042"},
        Group.PHONE: {"phone": "06 12345678"},
        Group.SEPA: {
            "sepa_active": True,
            "sepa_iban": "NL91ABNA0417164300",
            "sepa_iban_account_name": "A. van den Berg",
            "sepa_bic": "",
            "sepa_mandate_id": "M-1042-1",
            "sepa_mandate_date": "2026-01-05",
            "sepa_sequence_type": "RCUR",
        },
        Group.MEMBER_NUMBER: {"custom_fields_attributes": [{"id": "777", "value": "1042"}]},
        Group.STATUS: {"custom_fields_attributes": [{"id": "888", "value": "Lid"}]},
    }
    assert update(values) == known[group]


def test_the_account_that_money_is_paid_out_to_is_never_written() -> None:
    for attributes in (translate.for_create(ANNA, choices=CHOICES), update(ANNA)):
        assert "bank_account" not in attributes


def test_an_organisation_never_keeps_a_persons_name_beside_it() -> None:
    values = {Field.COMPANY: "Stichting Zon", Field.FIRST_NAME: "Anna", Field.LAST_NAME: "Smit"}
    assert update(values) == {"company_name": "Stichting Zon", "firstname": "", "lastname": ""}


def test_the_end_of_direct_debit_leaves_account_and_mandate_on_record() -> None:
    assert update({Field.DIRECT_DEBIT: ""}) == {"sepa_active": False}
    whole = {field: "" for field in ANNA if GROUP_OF[field] is Group.SEPA}
    assert update(whole) == {"sepa_active": False}
    assert update({**whole, Field.IBAN: "NL91ABNA0417164300"}) == {
        "sepa_active": False,
        "sepa_iban": "NL91ABNA0417164300",
    }


def test_a_foreign_account_goes_with_its_bic() -> None:
    sepa = {field: value for field, value in ANNA.items() if GROUP_OF[field] is Group.SEPA}
    sent = update({**sepa, Field.IBAN: "BE68 5390 0754 7034", Field.BIC: "gkccbebb"})
    assert (sent["sepa_iban"], sent["sepa_bic"]) == ("BE68539007547034", "GKCCBEBB")


def test_a_custom_field_that_was_not_chosen_is_said_and_not_skipped() -> None:
    with pytest.raises(Rejected) as refused:
        translate.for_update({Field.STATUS: "Lid"}, choices={MEMBER_NUMBER: "777"}, seen=None, ours=ours)
    assert (refused.value.reason, refused.value.field) == ("no_field", Field.STATUS)


# several addresses


@pytest.mark.parametrize(
    ("invoices", "estimates", "email", "written"),
    [
        # one address, ours or not: both become ours
        ("anna@leden.example", "anna@leden.example", "n@x.example", ("n@x.example", "n@x.example")),
        ("anna@leden.example", "", "n@x.example", ("n@x.example", "n@x.example")),
        (None, None, "n@x.example", ("n@x.example", "n@x.example")),
        # several: ours in its place, the others untouched
        ("a@x.example, anna@leden.example,b@x.example", "anna@leden.example", "n@x.example",
         ("a@x.example,n@x.example,b@x.example", "n@x.example")),
        ("anna@leden.example,a@x.example", "a@x.example", "n@x.example", ("n@x.example,a@x.example", None)),
        ("anna@leden.example,a@x.example", "anna@leden.example", "", ("a@x.example", "")),
        # ours is not among them: added where invoices go
        ("a@x.example,b@x.example", "a@x.example", "n@x.example", ("n@x.example,a@x.example,b@x.example", None)),
        ("", "a@x.example", "n@x.example", ("n@x.example", None)),
        # somebody put another one in the place of ours
        ("x@x.example", "anna@leden.example", "n@x.example", ("n@x.example", "n@x.example")),
        # nobody gets it twice
        ("anna@leden.example,N@x.example", "anna@leden.example", "n@x.example", ("n@x.example", "n@x.example")),
    ],
)  # fmt: skip
def test_only_our_address_is_replaced(
    invoices: str | None, estimates: str | None, email: str, written: tuple[str, str | None]
) -> None:
    expected = dict(zip(("send_invoices_to_email", "send_estimates_to_email"), written, strict=True))
    sent = update({Field.EMAIL: email}, seen(invoices, estimates))
    assert sent == {place: value for place, value in expected.items() if value is not None}


def test_addresses_are_several_when_one_of_them_is_not_the_one_shown() -> None:
    assert not seen("anna@leden.example", "Anna@leden.example").several_emails
    assert not seen("Anna@leden.example", "anna@leden.example").several_emails
    assert not seen("anna@leden.example", "").several_emails
    assert seen("anna@leden.example", "b@x.example").several_emails
    assert seen("", "b@x.example").several_emails
    both = seen("anna@leden.example , b@x.example", "b@x.example")
    assert both.values[Field.EMAIL] == "anna@leden.example"
    assert both.emails == {
        "send_invoices_to_email": ("anna@leden.example", "b@x.example"),
        "send_estimates_to_email": ("b@x.example",),
    }


# theirs → ours


def test_a_contact_reads_back_as_it_was_sent_notation_aside() -> None:
    found = translate.remote(CONTACT, choices=CHOICES)
    assert found == Remote(
        contact_id="504486707544982546",  # type: ignore[arg-type]
        version="1772449200",
        values={**ANNA, Field.COUNTRY: "NL", Field.IBAN: "NL91ABNA0417164300"},
    )


def test_null_absent_and_empty_are_the_same() -> None:
    empty = {**dict.fromkeys(CONTACT, ""), "id": "1", "version": 1, "custom_fields": [], "sepa_active": False}
    bare = {"id": 1, "version": 1, "custom_fields": None}
    null = {**dict.fromkeys(CONTACT), "id": "1", "version": 1}
    expected = Remote("1", "1", dict.fromkeys(ANNA, ""))  # type: ignore[arg-type]
    assert [translate.remote(each, choices=CHOICES) for each in (empty, bare, null)] == [expected] * 3


def test_the_account_that_money_is_paid_out_to_is_not_read_as_the_mandates() -> None:
    contact = {**CONTACT, "sepa_iban": "", "bank_account": "NL91ABNA0417164300"}
    assert translate.remote(contact, choices=CHOICES).values[Field.IBAN] == ""


def test_a_foreign_bic_is_read_and_a_dutch_one_is_moneybirds_own_finding() -> None:
    foreign = {**CONTACT, "sepa_iban": "BE68539007547034", "sepa_bic": "GKCCBEBB"}
    assert translate.remote(foreign, choices=CHOICES).values[Field.BIC] == "GKCCBEBB"
    assert translate.remote(CONTACT, choices=CHOICES).values[Field.BIC] == ""


def test_custom_fields_that_were_not_chosen_are_not_read() -> None:
    found = translate.remote(CONTACT, choices={MEMBER_NUMBER: "", STATUS: "777"})
    assert (found.values[Field.MEMBER_NUMBER], found.values[Field.STATUS]) == ("", "1042")
