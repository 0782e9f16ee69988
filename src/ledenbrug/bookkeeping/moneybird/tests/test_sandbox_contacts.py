"""The operations on contacts, asked over HTTP as any program would."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from ledenbrug.bookkeeping.moneybird.sandbox import Sandbox, start
from ledenbrug.bookkeeping.moneybird.tests.sandbox_visitors import BOOKS, OTHER_BOOKS, Program, program

KEYS = (
    "id administration_id company_name firstname lastname address1 address2 zipcode city country phone "
    "delivery_method customer_id tax_number chamber_of_commerce bank_account is_trusted max_transfer_amount attention "
    "email email_ubl send_invoices_to_attention send_invoices_to_email send_estimates_to_attention "
    "send_estimates_to_email direct_debit sepa_active sepa_iban sepa_iban_account_name sepa_bic sepa_mandate_id "
    "sepa_mandate_date sepa_sequence_type credit_card_number credit_card_reference credit_card_type "
    "tax_number_validated_at tax_number_valid invoice_workflow_id estimate_workflow_id si_identifier "
    "si_identifier_type moneybird_payments_mandate created_at updated_at version sales_invoices_url notes "
    "custom_fields contact_people archived events"
)
NULL_FROM_THE_START = {
    "max_transfer_amount", "sepa_mandate_date", "credit_card_type", "tax_number_validated_at", "tax_number_valid",
    "invoice_workflow_id", "estimate_workflow_id", "si_identifier_type",
}  # fmt: skip
NOT_FOUND = {"error": "record not found", "symbolic": {"id": "not_found"}}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start(token="secret", search_lag=0) as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Program:
    return program(sandbox)


def test_a_new_contact_is_shown_with_every_key_in_the_order_of_the_service(api: Program) -> None:
    contact = api.create(firstname="Anna", lastname="de Vries", send_invoices_to_email="anna@debrug.example")
    assert list(contact) == KEYS.split()
    assert {key for key, value in contact.items() if value is None} == NULL_FROM_THE_START
    assert contact["email"] == contact["send_invoices_to_email"] == "anna@debrug.example"
    assert (contact["company_name"], contact["country"], contact["customer_id"]) == ("", "NL", "1")
    assert [event["action"] for event in contact["events"]] == ["contact_created"]


def test_ids_are_text_and_the_version_is_the_second_of_the_last_change(api: Program) -> None:
    contact = api.create(lastname="Bakker")
    assert contact["id"].isdigit()
    assert len(contact["id"]) == 18
    assert contact["created_at"] == contact["updated_at"]
    assert contact["created_at"].endswith("Z")
    assert contact["version"] == int(datetime.fromisoformat(contact["updated_at"]).timestamp())


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_paths_work_with_and_without_json(sandbox: Sandbox, api: Program, suffix: str) -> None:
    contact = api.create(lastname="Bakker", customer_id="LID-7")
    for path in (f"/contacts{suffix}", f"/contacts/{contact['id']}{suffix}", f"/contacts/customer_id/LID-7{suffix}"):
        assert api.ask("GET", path).status_code == 200
    assert api.http.get(f"/api/v2/administrations{suffix}").json()[0]["id"] == BOOKS


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


def test_a_deleted_contact_gives_its_number_and_reference_back(api: Program) -> None:
    first = api.create(lastname="Bakker", customer_id="LID-1", sepa_mandate_id="M-1")
    assert api.ask("DELETE", f"/contacts/{first['id']}").status_code == 204
    assert api.create(lastname="Smit", customer_id="LID-1", sepa_mandate_id="M-1")["customer_id"] == "LID-1"
    assert api.ask("GET", f"/contacts/{first['id']}").json() == NOT_FOUND


def test_a_contact_that_gets_another_number_gives_the_old_one_back(api: Program) -> None:
    first = api.create(lastname="Bakker", customer_id="LID-1")
    assert api.patch(first["id"], customer_id="LID-2").status_code == 200
    assert api.create(lastname="Smit", customer_id="LID-1")["customer_id"] == "LID-1"


def test_automatic_numbers_count_up_and_skip_what_is_in_use(api: Program) -> None:
    api.create(lastname="A", customer_id="2")
    assert [api.create(lastname=name)["customer_id"] for name in "BCD"] == ["1", "3", "4"]


def test_an_update_changes_what_was_sent_and_lists_the_changes(api: Program) -> None:
    contact = api.create(firstname="Anna", lastname="Bakker", city="Utrecht")
    response = api.patch(contact["id"], city="Breda", email_ubl="false", firstname="Anna")
    changed = response.json()
    assert response.status_code == 200
    assert (changed["city"], changed["email_ubl"], changed["lastname"]) == ("Breda", False, "Bakker")
    assert changed["events"][-1]["action"] == "contact_changed"
    assert changed["events"][-1]["data"] == {"changes": {"city": ["Utrecht", "Breda"], "email_ubl": [True, False]}}


def test_an_update_of_nothing_keeps_the_version_and_adds_no_event() -> None:
    now = [1_790_000_000.0]
    with start(token="secret", clock=lambda: now[0]) as sandbox:
        api = program(sandbox)
        contact = api.create(lastname="Bakker")
        now[0] += 5
        assert api.patch(contact["id"], lastname="Bakker").json() == contact
        assert api.patch(contact["id"], lastname="Smit").json()["version"] == contact["version"] + 5


def test_archived_contacts_are_left_out_of_lists_unless_asked_for(api: Program) -> None:
    kept, gone = api.create(lastname="Bakker"), api.create(lastname="Smit")
    assert api.ask("PATCH", f"/contacts/{gone['id']}/archive").content == b""
    for path in ("/contacts", "/contacts/filter", "/contacts/synchronization"):
        assert [one["id"] for one in api.ask("GET", path).json()] == [kept["id"]]
        assert len(api.ask("GET", path, include_archived="true").json()) == 2
    assert api.ask("GET", "/contacts/filter", filter="archived:true").json()[0]["id"] == kept["id"]
    assert api.ask("GET", f"/contacts/{gone['id']}").json() == NOT_FOUND
    assert api.read(gone["id"])["archived"] is True


def test_archiving_twice_is_refused(api: Program) -> None:
    contact = api.create(lastname="Bakker")
    path = f"/contacts/{contact['id']}/archive"
    assert api.ask("PATCH", path).status_code == 204
    response = api.ask("PATCH", path)
    assert (response.status_code, response.json()) == (
        400,
        {"error": "Contact can not be archived", "symbolic": {"id": "can_not_be_archived"}},
    )


def test_synchronization_lists_versions_and_gives_at_most_a_hundred_contacts(api: Program) -> None:
    ids = [api.create(lastname=f"Lid {n}")["id"] for n in range(103)]
    listed = api.ask("GET", "/contacts/synchronization").json()
    assert [one["id"] for one in listed] == ids
    assert set(listed[0]) == {"id", "version"}
    found = api.ask("POST", "/contacts/synchronization", {"ids": [*ids[:99], "1", *ids[99:]]}).json()
    assert [one["id"] for one in found] == ids[:99]
    assert list(found[0]) == KEYS.split()


def test_synchronization_without_ids_is_refused(api: Program) -> None:
    response = api.ask("POST", "/contacts/synchronization", {})
    assert (response.status_code, response.json()) == (
        400,
        {"error": "Ids is required", "symbolic": {"ids": "required"}},
    )


def test_pages_are_linked_and_too_large_ones_refused(api: Program) -> None:
    for n in range(5):
        api.create(lastname=f"Lid {n}")
    first = api.ask("GET", "/contacts", per_page=2)
    assert len(first.json()) == 2
    assert "page=2&per_page=2" in first.links["next"]["url"]
    second = api.http.get(first.links["next"]["url"])
    assert set(second.links) == {"next", "prev"}
    assert second.json()[0]["lastname"] == "Lid 2"
    assert "next" not in api.ask("GET", "/contacts", per_page=2, page=3).links
    refused = {"per_page": 101}, {"per_page": "many"}, {"page": 0}
    errors = [api.ask("GET", "/contacts", **query).json()["error"] for query in refused]
    assert errors == [
        "per_page does not have a valid value",
        "per_page is invalid",
        "page does not have a valid value",
    ]


def test_search_does_not_see_a_contact_at_once() -> None:
    now = [1_790_000_000.0]
    with start(token="secret", clock=lambda: now[0]) as sandbox:
        api = program(sandbox)
        contact = api.create(lastname="Bakker")
        assert api.ask("GET", "/contacts", query="bakker").json() == []
        now[0] += 2
        assert [one["id"] for one in api.ask("GET", "/contacts", query="bakker").json()] == [contact["id"]]
        api.patch(contact["id"], lastname="Smit")
        assert len(api.ask("GET", "/contacts", query="bakker").json()) == 1
        now[0] += 2
        assert len(api.ask("GET", "/contacts", query="smit").json()) == 1


def test_filters_narrow_and_unknown_ones_are_ignored(api: Program) -> None:
    api.create(firstname="Piet", lastname="Bakker")
    api.create(company_name="Bakkerij Smit")
    names = {
        text: [one["lastname"] or one["company_name"] for one in api.ask("GET", "/contacts/filter", filter=text).json()]
        for text in ("first_name:piet", "contact_type:company", "updated_after:2020-01-01 00:00:00 UTC", "nonsense:1")
    }
    both = ["Bakker", "Bakkerij Smit"]
    assert list(names.values()) == [["Bakker"], ["Bakkerij Smit"], both, both]


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
    ],
)
def test_a_bad_value_is_refused_by_its_field_and_nothing_is_kept(
    api: Program, sent: dict[str, object], field: str
) -> None:
    response = api.ask("POST", "/contacts", {"contact": {"lastname": "Bakker", **sent}})
    assert response.status_code == 422
    assert field in response.json()["error"], response.text
    assert api.ask("GET", "/contacts").json() == []


def test_the_bic_of_a_dutch_account_is_filled_in_and_the_account_echoed(api: Program) -> None:
    contact = api.create(
        lastname="Bakker",
        sepa_active=True,
        sepa_iban="NL91 ABNA 0417 1643 00",
        sepa_iban_account_name="A. Bakker",
        sepa_mandate_id="M-1",
        sepa_mandate_date="2017-6-30",
    )
    keys = ("sepa_bic", "bank_account", "sepa_mandate_date", "sepa_sequence_type")
    assert [contact[key] for key in keys] == ["ABNANL2A", "NL91ABNA0417164300", "2017-06-30", "RCUR"]


def test_company_and_person_name_together_add_a_contact_person(api: Program) -> None:
    contact = api.create(company_name="Bakkerij Smit")
    assert contact["contact_people"] == []
    for name in ("Jan", "Jan", "Piet"):
        changed = api.patch(contact["id"], firstname=name).json()
    assert [(one["firstname"], one["lastname"]) for one in changed["contact_people"]] == [("Jan", None), ("Piet", None)]


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


def test_form_fields_are_read_as_well_as_json(api: Program) -> None:
    form = {"contact[firstname]": "Anna", "contact[lastname]": "Bakker"}
    response = api.http.post(f"/api/v2/{BOOKS}/contacts.json", data=form)
    assert (response.status_code, response.json()["firstname"]) == (201, "Anna")


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


def test_administrations_do_not_see_each_others_contacts(sandbox: Sandbox, api: Program) -> None:
    contact = api.create(lastname="Bakker", customer_id="LID-1")
    other = program(sandbox, books=OTHER_BOOKS)
    assert other.ask("GET", f"/contacts/{contact['id']}").json() == NOT_FOUND
    assert other.create(lastname="Smit", customer_id="LID-1")["customer_id"] == "LID-1"
