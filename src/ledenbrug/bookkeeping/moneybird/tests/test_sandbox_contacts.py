"""The operations on contacts, asked over HTTP as any program would."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

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


def test_what_is_not_sent_gets_the_default_of_the_service(api: Program) -> None:
    contact = api.create(lastname="Bakker")
    keys = ("delivery_method", "email_ubl", "sepa_sequence_type", "sepa_active", "direct_debit", "is_trusted")
    assert [contact[key] for key in keys] == ["Email", True, "RCUR", False, False, False]


def test_an_empty_text_clears_and_an_absent_one_stays(api: Program) -> None:
    contact = api.create(lastname="Bakker", city="Utrecht", phone="030")
    changed = api.patch(contact["id"], city="").json()
    assert (changed["city"], changed["phone"]) == ("", "030")


def test_a_contact_may_come_with_its_first_contact_person(api: Program) -> None:
    contact = api.create(company_name="Bakkerij Smit", contact_person={"firstname": "Jan", "lastname": "Smit"})
    assert [(one["firstname"], one["lastname"]) for one in contact["contact_people"]] == [("Jan", "Smit")]


def test_any_text_is_a_customer_number(api: Program) -> None:
    for number in ("LID-1042", "wc_12", "7d1e", "LID 9"):
        contact = api.create(lastname="Bakker", customer_id=number)
        assert api.ask("GET", f"/contacts/customer_id/{quote(number)}").json()["id"] == contact["id"]


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


def test_form_fields_are_read_as_well_as_json(api: Program) -> None:
    form = {"contact[firstname]": "Anna", "contact[lastname]": "Bakker"}
    response = api.http.post(f"/api/v2/{BOOKS}/contacts.json", data=form)
    assert (response.status_code, response.json()["firstname"]) == (201, "Anna")


def test_administrations_do_not_see_each_others_contacts(sandbox: Sandbox, api: Program) -> None:
    contact = api.create(lastname="Bakker", customer_id="LID-1")
    other = program(sandbox, books=OTHER_BOOKS)
    assert other.ask("GET", f"/contacts/{contact['id']}").json() == NOT_FOUND
    assert other.create(lastname="Smit", customer_id="LID-1")["customer_id"] == "LID-1"


def test_contact_people_and_notes_leave_the_version_alone(api: Program) -> None:
    contact = api.create(company_name="Bakkerij Smit")
    people = f"/contacts/{contact['id']}/contact_people"
    person = api.ask("POST", people, {"contact_person": {"firstname": "Jan", "lastname": "Smit"}})
    assert (person.status_code, person.json()["phone"]) == (201, None)
    one = f"{people}/{person.json()['id']}"
    assert api.ask("PATCH", one, {"contact_person": {"phone": "030"}}).json()["phone"] == "030"
    assert api.ask("PATCH", one, {"contact_person": {"lastname": ""}}).json()["error"] == {
        "lastname": ["can't be blank"]
    }
    note = api.ask("POST", f"/contacts/{contact['id']}/notes", {"note": {"note": "Bellen", "todo": "true"}})
    assert (note.status_code, note.json()["todo"]) == (201, True)
    shown = api.read(contact["id"])
    assert (len(shown["contact_people"]), len(shown["notes"]), shown["version"]) == (1, 1, contact["version"])
    assert api.ask("DELETE", one).status_code == 204
    unknown = api.ask("PATCH", one, {"contact_person": {"phone": "1"}}).json()
    assert unknown == {"error": "contact person not found", "symbolic": {"contact_person_id": "not_found"}}
