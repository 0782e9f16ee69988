"""How the service shows things: every key, in its order, with its null-or-empty habits.

Pure: records in, plain values out.
"""

import hashlib
from typing import Any

from ledenbrug.bookkeeping.moneybird.sandbox.books import Administration
from ledenbrug.bookkeeping.moneybird.sandbox.records import Contact, CustomField, Event, Note, Person, User, Workflow
from ledenbrug.bookkeeping.moneybird.sandbox.stamps import timestamp, version

_PERMISSIONS = ["sales_invoices", "documents", "estimates", "bank", "settings"]


def administration(one: Administration, access: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "language": one.language,
        "currency": one.currency,
        "country": one.country,
        "time_zone": one.time_zone,
        "access": access,
        "suspended": one.suspended,
        "period_locked_until": None,
        "period_start_date": f"{one.today().year}-01-01",
    }


def contact(books: Administration, one: Contact, *, events: bool = True) -> dict[str, Any]:
    shown = {
        "id": one.id,
        "administration_id": books.id,
        "company_name": one.company_name,
        "firstname": one.firstname,
        "lastname": one.lastname,
        "address1": one.address1,
        "address2": one.address2,
        "zipcode": one.zipcode,
        "city": one.city,
        "country": one.country,
        "phone": one.phone,
        "delivery_method": one.delivery_method,
        "customer_id": one.customer_id,
        "tax_number": one.tax_number,
        "chamber_of_commerce": one.chamber_of_commerce,
        "bank_account": one.bank_account or one.sepa_iban,
        "is_trusted": False,
        "max_transfer_amount": None,
        "attention": one.send_invoices_to_attention,
        "email": one.send_invoices_to_email,
        "email_ubl": one.email_ubl,
        "send_invoices_to_attention": one.send_invoices_to_attention,
        "send_invoices_to_email": one.send_invoices_to_email,
        "send_estimates_to_attention": one.send_estimates_to_attention,
        "send_estimates_to_email": one.send_estimates_to_email,
        "direct_debit": one.direct_debit,
        "sepa_active": one.sepa_active,
        "sepa_iban": one.sepa_iban,
        "sepa_iban_account_name": one.sepa_iban_account_name,
        "sepa_bic": one.sepa_bic,
        "sepa_mandate_id": one.sepa_mandate_id,
        "sepa_mandate_date": one.sepa_mandate_date,
        "sepa_sequence_type": one.sepa_sequence_type,
        "credit_card_number": "",
        "credit_card_reference": "",
        "credit_card_type": None,
        "tax_number_validated_at": None,
        "tax_number_valid": None,
        "invoice_workflow_id": one.invoice_workflow_id,
        "estimate_workflow_id": one.estimate_workflow_id,
        "si_identifier": one.si_identifier,
        "si_identifier_type": one.si_identifier_type,
        "moneybird_payments_mandate": False,
        "created_at": timestamp(one.created_at),
        "updated_at": timestamp(one.updated_at),
        "version": version(one.updated_at),
        "sales_invoices_url": _public_address(books.id, one.id),
        "notes": [note(books.id, one.id, each) for each in one.notes],
        "custom_fields": _custom_values(books, one),
        "contact_people": [person(books.id, one.id, each) for each in one.people],
        "archived": one.archived,
    }
    if events:
        shown["events"] = [_event(books.id, each) for each in one.events]
    return shown


def person(administration_id: str, contact_id: str, one: Person) -> dict[str, Any]:
    return {
        "id": one.id,
        "contact_id": contact_id,
        "administration_id": administration_id,
        "firstname": one.firstname,
        "lastname": one.lastname,
        "phone": one.phone,
        "email": one.email,
        "department": one.department,
        "created_at": timestamp(one.created_at),
        "updated_at": timestamp(one.updated_at),
        "version": version(one.updated_at),
    }


def note(administration_id: str, contact_id: str, one: Note) -> dict[str, Any]:
    return {
        "id": one.id,
        "administration_id": administration_id,
        "entity_id": contact_id,
        "entity_type": "Contact",
        "user_id": one.user_id,
        "assignee_id": one.assignee_id,
        "todo": one.todo,
        "note": one.note,
        "completed_at": None,
        "completed_by_id": None,
        "todo_type": None,
        "data": {},
        "created_at": timestamp(one.at),
        "updated_at": timestamp(one.at),
    }


def custom_field(administration_id: str, one: CustomField) -> dict[str, Any]:
    return {"id": one.id, "administration_id": administration_id, "name": one.name, "source": one.source}


def workflow(administration_id: str, one: Workflow) -> dict[str, Any]:
    at = timestamp(one.at)
    return {
        "id": one.id,
        "administration_id": administration_id,
        "type": one.type,
        "name": "Standaard",
        "default": True,
        "currency": "EUR",
        "language": "nl",
        "active": True,
        "prices_are_incl_tax": False,
        "payment_methods": [],
        "collection_method": None,
        "number_of_collections": 0,
        "show_qr_code": True,
        "created_at": at,
        "updated_at": at,
        "steps": [
            {
                "id": one.step_id,
                "administration_id": administration_id,
                "step_order": 0,
                "due_interval": 14,
                "reminder_delay": 0,
                "reminder_text": None,
                "reminder_auto_send": False,
                "action": None,
                "created_at": at,
                "updated_at": at,
            }
        ],
    }


def user(one: User) -> dict[str, Any]:
    extra = {"owner": ["ownership", "time_entries"], "accountant": ["time_entries"]}.get(one.user_type, [])
    return {
        "id": one.id,
        "name": one.name,
        "created_at": timestamp(one.at),
        "updated_at": timestamp(one.at),
        "email": one.email,
        "email_validated": True,
        "language": "nl",
        "time_zone": "Europe/Amsterdam",
        "user_type": one.user_type,
        "permissions": _PERMISSIONS + extra,
    }


def identity(books: Administration) -> dict[str, Any]:
    """The association's own details; only the name and the country are known here."""
    opened = timestamp(books.opened_at)
    return {
        "id": str(int(books.id) + 1),
        "administration_id": books.id,
        "company_name": books.name,
        "city": "Utrecht",
        "country": books.country,
        "zipcode": "3511 AA",
        "address1": "Brugstraat 1",
        "address2": None,
        "email": "bestuur@debrug.example",
        "phone": None,
        "bank_account_name": None,
        "bank_account_number": "NL91ABNA0417164300",
        "bank_account_bic": None,
        "custom_fields": [],
        "updated_at": opened,
        "created_at": opened,
        "chamber_of_commerce": None,
        "tax_number": None,
    }


def _event(administration_id: str, one: Event) -> dict[str, Any]:
    at = timestamp(one.at)
    return {
        "administration_id": administration_id,
        "user_id": one.user_id,
        "action": one.action,
        "link_entity_id": None,
        "link_entity_type": None,
        "data": one.data,
        "created_at": at,
        "updated_at": at,
    }


def _custom_values(books: Administration, one: Contact) -> list[dict[str, str]]:
    return [
        {"id": field_id, "name": books.custom_fields[field_id].name, "value": value}
        for field_id, value in one.custom_values.items()
    ]


def _public_address(administration_id: str, contact_id: str) -> str:
    key = hashlib.sha256(f"{administration_id}/{contact_id}".encode()).hexdigest()
    return f"https://moneybird.dev/{administration_id}/sales_invoices/{key}/all"
