"""What the sandbox refuses, and in which words."""

from collections.abc import Iterator

import pytest

from ledenbrug.bookkeeping.moneybird.sandbox import Sandbox, start
from ledenbrug.bookkeeping.moneybird.tests.sandbox_visitors import BOOKS, Program, program


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start(token="secret", search_lag=0) as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Program:
    return program(sandbox)


def test_a_contact_without_any_name_is_refused_with_all_three_named(api: Program) -> None:
    response = api.ask("POST", "/contacts", {"contact": {"city": "Utrecht", "company_name": " "}})
    required = ["is required"]
    assert (response.status_code, response.json()) == (
        422,
        {
            "error": {"firstname": required, "lastname": required, "company_name": required},
            "details": {key: [{"error": "is required"}] for key in ("firstname", "lastname", "company_name")},
        },
    )


def test_a_body_without_contact_is_refused(api: Program) -> None:
    response = api.ask("POST", "/contacts", {"firstname": "Anna"})
    assert (response.status_code, response.json()) == (
        400,
        {"error": "Contact is required", "symbolic": {"contact": "required"}},
    )


def test_a_customer_number_in_use_is_refused_also_when_its_holder_is_archived(api: Program) -> None:
    holder = api.create(lastname="Bakker", customer_id="LID-1")
    for _ in range(2):
        response = api.ask("POST", "/contacts", {"contact": {"lastname": "Smit", "customer_id": "LID-1"}})
        assert (response.status_code, response.json()["error"]) == (422, {"customer_id": ["is already in use"]})
        api.ask("PATCH", f"/contacts/{holder['id']}/archive")
    assert api.ask("GET", "/contacts/customer_id/LID-1").json()["symbolic"] == {"customer_id": "not_found"}


def test_a_mandate_reference_in_use_is_refused_also_when_its_holder_is_archived(api: Program) -> None:
    holder = api.create(lastname="Bakker", sepa_mandate_id="M-1")
    api.ask("PATCH", f"/contacts/{holder['id']}/archive")
    response = api.ask("POST", "/contacts", {"contact": {"lastname": "Smit", "sepa_mandate_id": "M-1"}})
    assert (response.status_code, list(response.json()["error"])) == (422, ["sepa_mandate_id"])


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"send_invoices_to_email": "anna@geen-post.invalid"}, "send_invoices_to_email"),
        ({"send_invoices_to_email": "anna"}, "send_invoices_to_email"),
        ({"sepa_iban": "NL91ABNA0417164301"}, "sepa_iban"),
        ({"country": "XX"}, "country"),
        ({"delivery_method": "Pigeon"}, "delivery_method"),
        ({"address1": "a" * 256}, "address1"),
        ({"sepa_mandate_date": "2999-01-01"}, "sepa_mandate_date"),
        ({"sepa_active": True, "sepa_iban": "DE02120300000000202051"}, "sepa_bic"),
        ({"invoice_workflow_id": "1"}, "invoice_workflow_id"),
        ({"direct_debit": True}, "sepa_iban"),
        ({"tax_number": "NL1"}, "tax_number"),
        ({"chamber_of_commerce": "1"}, "chamber_of_commerce"),
        ({"sepa_iban": "DE02120300000000202051", "sepa_bic": "?"}, "sepa_bic"),
    ],
)
def test_a_bad_value_is_refused_by_its_field_and_nothing_is_kept(
    api: Program, sent: dict[str, object], field: str
) -> None:
    response = api.ask("POST", "/contacts", {"contact": {"lastname": "Bakker", **sent}})
    assert response.status_code == 422
    assert field in response.json()["error"], response.text
    assert api.ask("GET", "/contacts").json() == []


def test_custom_fields_come_as_array_or_object_and_unknown_ones_refuse_the_whole(api: Program) -> None:
    fields = {one["name"]: one["id"] for one in api.ask("GET", "/custom_fields").json()}
    number, status = fields["Lidnummer"], fields["Lidstatus"]
    contact = api.create(lastname="Bakker", custom_fields_attributes=[{"id": number, "value": 1042}])
    assert contact["custom_fields"] == [{"id": number, "name": "Lidnummer", "value": "1042"}]
    attributes = {"0": {"id": int(status), "value": "Lid"}, "1": {"id": number, "value": ""}}
    changed = api.patch(contact["id"], custom_fields_attributes=attributes).json()
    assert [one["name"] for one in changed["custom_fields"]] == ["Lidstatus"]
    for wrong in ("1234", fields["Project"]):
        refused = api.patch(contact["id"], city="Breda", custom_fields_attributes=[{"id": wrong, "value": "x"}])
        assert (refused.status_code, refused.json()["symbolic"]) == (404, {"custom_fields_attributes": "not_found"})
    assert api.read(contact["id"])["city"] == ""


def test_trust_cannot_be_written(api: Program) -> None:
    response = api.ask("POST", "/contacts", {"contact": {"lastname": "Bakker", "is_trusted": True}})
    assert (response.status_code, response.json()["symbolic"]) == (400, {"is_trusted": "permission"})


def test_unknown_paths_methods_formats_and_bodies_are_refused_as_documented(api: Program) -> None:
    http = api.http
    answers = [
        http.get("/api/v2/contacts.json"),
        http.get(f"/api/v2/{BOOKS}/nothing.json"),
        http.post(f"/api/v2/{BOOKS}/contacts/filter.json"),
        http.get(f"/api/v2/{BOOKS}/contacts/1.xml"),
        http.post(f"/api/v2/{BOOKS}/contacts.json", content=b"{", headers={"Content-Type": "application/json"}),
        http.get("/api/v2/123/contacts.json"),
    ]
    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [
        (404, "404 Not Found"),
        (404, "404 Not Found"),
        (405, "405 Not Allowed"),
        (406, "The requested format 'xml' is not supported."),
        (400, "message body does not match declared format"),
        (404, "record not found"),
    ]
