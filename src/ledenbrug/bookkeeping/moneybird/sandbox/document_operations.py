"""Sales invoices, recurring invoices and subscriptions: as much as shows whether a contact still has any.

They are listed and shown; only a draft can be made here, the rest a person gives on the screen.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from ledenbrug.bookkeeping.moneybird.sandbox import answers, reading
from ledenbrug.bookkeeping.moneybird.sandbox.calls import Api, Call, Operation
from ledenbrug.bookkeeping.moneybird.sandbox.listing import asked_for, page_of, versions_of
from ledenbrug.bookkeeping.moneybird.sandbox.records import Document
from ledenbrug.bookkeeping.moneybird.sandbox.refusals import Fault422, not_found, unprocessable
from ledenbrug.bookkeeping.moneybird.sandbox.stamps import timestamp, version
from ledenbrug.stage.messages import Response, json_response

Shown = Callable[[Call, Document], dict[str, Any]]
SCOPES = ("sales_invoices",)


def register(api: Api) -> None:
    for kind, shown in (
        ("sales_invoices", sales_invoice),
        ("recurring_sales_invoices", recurring_invoice),
        ("subscriptions", subscription),
    ):
        api.add("GET", f"/{kind}", _listed(kind, shown), scopes=SCOPES)
        api.add("GET", f"/{kind}/{{id}}", _one(kind, shown), scopes=SCOPES)
        if kind != "subscriptions":
            api.add("GET", f"/{kind}/synchronization", _versions(kind), scopes=SCOPES)
            api.add("POST", f"/{kind}/synchronization", _several(kind, shown), scopes=SCOPES)
    api.add("POST", "/sales_invoices", draft, scopes=SCOPES)


def draft(call: Call) -> Response:
    sent = reading.root(reading.body_of(call.request), "sales_invoice")
    contact = call.books.find(str(sent.get("contact_id") or ""), archived=False)
    if contact is None:
        raise unprocessable([Fault422("contact", "can't be blank", {"error": "blank"})])
    document = call.books.add_document(contact, "sales_invoices", state="draft", price="0.0")
    return json_response(201, sales_invoice(call, document))


def _listed(kind: str, shown: Shown) -> Operation:
    def operation(call: Call) -> Response:
        return page_of(call, _found(call, kind, _criteria(kind, call.request.query())), lambda one: shown(call, one))

    return operation


def _one(kind: str, shown: Shown) -> Operation:
    def operation(call: Call) -> Response:
        document = call.books.documents.get(call.parameters["id"])
        if document is None or document.kind != kind:
            raise not_found()
        return json_response(200, shown(call, document))

    return operation


def _versions(kind: str) -> Operation:
    def operation(call: Call) -> Response:
        found = _found(call, kind, _filter(call.request.query().get("filter", "")))
        return versions_of(call, [(one.id, version(one.at)) for one in found])

    return operation


def _several(kind: str, shown: Shown) -> Operation:
    def operation(call: Call) -> Response:
        found = [one for each in asked_for(call) if (one := call.books.documents.get(each)) and one.kind == kind]
        return json_response(200, [shown(call, one) for one in found])

    return operation


def _found(call: Call, kind: str, wanted: dict[str, str]) -> list[Document]:
    return [one for one in call.books.documents.values() if one.kind == kind and _fits(one, wanted, call)]


def _criteria(kind: str, query: dict[str, str]) -> dict[str, str]:
    """A filter replaces every default; without one, invoices are those of this year."""
    if kind == "subscriptions":
        return {"contact_id": query["contact_id"]} if query.get("contact_id") else {}
    if "filter" not in query:
        return {"period": "this_year"} if kind == "sales_invoices" else {}
    return _filter(query["filter"])


def _filter(text: str) -> dict[str, str]:
    return {key.strip(): value.strip() for key, _, value in (part.partition(":") for part in text.split(","))}


def _fits(one: Document, wanted: dict[str, str], call: Call) -> bool:
    states = set(wanted.get("state", "all").split("|"))
    late = one.state == "open" and date.fromisoformat(one.date).toordinal() + 14 < call.books.today().toordinal()
    has = {one.state, "all"} | ({"late"} if late else set())
    this_year = str(call.books.today().year)
    return (
        bool(states & has)
        and wanted.get("contact_id", one.contact_id) == one.contact_id
        and (wanted.get("period") != "this_year" or one.date.startswith(this_year))
    )


def _contact(call: Call, one: Document) -> dict[str, Any] | None:
    contact = call.books.contacts.get(one.contact_id)
    return answers.contact(call.books, contact, events=False) if contact else None


def _amounts(one: Document) -> dict[str, Any]:
    return {
        "total_price_excl_tax": one.price,
        "total_price_excl_tax_base": one.price,
        "total_price_incl_tax": one.price,
        "total_price_incl_tax_base": one.price,
    }


def sales_invoice(call: Call, one: Document) -> dict[str, Any]:
    paid, at = one.state == "paid", timestamp(one.at)
    is_draft = one.state == "draft"
    due = date.fromordinal(date.fromisoformat(one.date).toordinal() + 14).isoformat()
    return {
        "id": one.id,
        "administration_id": call.books.id,
        "contact_id": one.contact_id,
        "contact": _contact(call, one),
        "contact_person_id": None,
        "contact_person": None,
        "invoice_id": None if is_draft else one.number,
        "recurring_sales_invoice_id": None,
        "subscription_id": None,
        "workflow_id": next(
            (each.id for each in call.books.workflows.values() if each.type == "InvoiceWorkflow"), None
        ),
        "document_style_id": None,
        "identity_id": None,
        "draft_id": one.number if is_draft else None,
        "state": one.state,
        "invoice_date": None if is_draft else one.date,
        "due_date": None if is_draft else due,
        "payment_conditions": None,
        "payment_reference": None,
        "short_payment_reference": None,
        "reference": None,
        "language": call.books.language,
        "currency": call.books.currency,
        "discount": "0.0",
        "original_sales_invoice_id": None,
        "paused": False,
        "paid_at": one.date if paid else None,
        "sent_at": None if one.sent_at is None or is_draft else one.date,
        "created_at": at,
        "updated_at": at,
        "public_view_code": None,
        "public_view_code_expires_at": None,
        "version": version(one.at),
        "details": [],
        "payments": [],
        "total_paid": one.price if paid else "0.0",
        "total_unpaid": "0.0" if paid else one.price,
        "total_unpaid_base": "0.0" if paid else one.price,
        "prices_are_incl_tax": False,
        **_amounts(one),
        "total_discount": "0.0",
        "marked_dubious_on": None,
        "marked_uncollectible_on": None,
        "reminder_count": 0,
        "next_reminder": None,
        "original_estimate_id": None,
        "url": None,
        "payment_url": None,
        "custom_fields": [],
        "notes": [],
        "attachments": [],
        "events": [],
        "tax_totals": [],
    }


def recurring_invoice(call: Call, one: Document) -> dict[str, Any]:
    at = timestamp(one.at)
    return {
        "id": one.id,
        "administration_id": call.books.id,
        "contact_id": one.contact_id,
        "contact": _contact(call, one),
        "contact_person_id": None,
        "contact_person": None,
        "workflow_id": None,
        "start_date": one.date,
        "invoice_date": one.date,
        "last_date": one.until,
        "payment_conditions": None,
        "reference": None,
        "language": call.books.language,
        "currency": call.books.currency,
        "discount": "0.0",
        "first_due_interval": 14,
        "auto_send": False,
        "mergeable": False,
        "sending_scheduled_at": None,
        "sending_scheduled_user_id": None,
        "frequency_type": "year",
        "frequency": 1,
        "has_desired_count": False,
        "desired_count": None,
        "active": one.state == "active",
        "created_at": at,
        "updated_at": at,
        "version": version(one.at),
        "prices_are_incl_tax": False,
        **_amounts(one),
        "custom_fields": [],
        "details": [],
        "notes": [],
        "attachments": [],
        "subscription": None,
    }


def subscription(call: Call, one: Document) -> dict[str, Any]:
    at = timestamp(one.at)
    return {
        "id": one.id,
        "administration_id": call.books.id,
        "contact_id": one.contact_id,
        "contact": _contact(call, one),
        "contact_person_id": None,
        "contact_person": None,
        "start_date": one.date,
        "end_date": one.until,
        "frequency": 1,
        "frequency_type": "year",
        "cancelled_at": one.until,
        "created_at": at,
        "updated_at": at,
        "version": version(one.at),
        "product_id": None,
        "recurring_sales_invoice_id": None,
    }
