"""What the sandbox remembers: contacts, their people, notes and events, and the few other things around them.

Plain records; the rules between them are in `rules` and `books`, the way they are shown in `answers`.
"""

from dataclasses import dataclass, field
from typing import Any

Text = str | None


@dataclass(frozen=True, slots=True)
class Event:
    user_id: str
    action: str
    data: dict[str, Any]
    at: float


@dataclass(slots=True)
class Person:
    id: str
    created_at: float
    updated_at: float
    firstname: Text = None
    lastname: Text = None
    phone: Text = None
    email: Text = None
    department: Text = None


@dataclass(slots=True)
class Note:
    id: str
    user_id: str
    note: str
    todo: bool
    assignee_id: Text
    at: float


@dataclass(slots=True)
class Contact:
    """Untouched texts are "" as on contacts made through the API; the rest starts null as there."""

    id: str
    administration_id: str
    created_at: float
    updated_at: float
    company_name: Text = ""
    firstname: Text = ""
    lastname: Text = ""
    address1: Text = ""
    address2: Text = ""
    zipcode: Text = ""
    city: Text = ""
    country: Text = ""
    phone: Text = ""
    delivery_method: Text = "Email"
    customer_id: Text = ""
    tax_number: Text = ""
    chamber_of_commerce: Text = ""
    bank_account: Text = ""
    email_ubl: bool = True
    send_invoices_to_attention: Text = ""
    send_invoices_to_email: Text = ""
    send_estimates_to_attention: Text = ""
    send_estimates_to_email: Text = ""
    direct_debit: bool = False
    sepa_active: bool = False
    sepa_iban: Text = ""
    sepa_iban_account_name: Text = ""
    sepa_bic: Text = ""
    sepa_mandate_id: Text = ""
    sepa_mandate_date: Text = None
    sepa_sequence_type: Text = "RCUR"
    invoice_workflow_id: Text = None
    estimate_workflow_id: Text = None
    si_identifier: Text = ""
    si_identifier_type: Text = None
    archived: bool = False
    custom_values: dict[str, str] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    searchable_at: float = 0.0
    searched_before: Text = None  # what `query` still sees until then

    def name(self) -> str:
        return self.company_name or " ".join(part for part in (self.firstname, self.lastname) if part) or "-"


TEXTS = (
    "company_name", "firstname", "lastname", "address1", "address2", "zipcode", "city", "country", "phone",
    "delivery_method", "customer_id", "tax_number", "chamber_of_commerce", "bank_account", "send_invoices_to_attention",
    "send_invoices_to_email", "send_estimates_to_attention", "send_estimates_to_email", "sepa_iban",
    "sepa_iban_account_name", "sepa_bic", "sepa_mandate_id", "sepa_mandate_date", "sepa_sequence_type",
    "invoice_workflow_id", "estimate_workflow_id", "si_identifier", "si_identifier_type",
)  # fmt: skip
TICKS = ("email_ubl", "direct_debit", "sepa_active")
# In the order of the answer; the type of a Peppol identifier is not listed among the changes of an event.
TRACKED = tuple(name for name in Contact.__dataclass_fields__ if name in {*TEXTS, *TICKS})
UNTRACKED_IN_EVENTS = frozenset({"si_identifier_type"})


@dataclass(frozen=True, slots=True)
class CustomField:
    id: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Workflow:
    id: str
    step_id: str
    type: str
    at: float


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    email: str
    user_type: str  # owner, employee, accountant, api_user
    at: float


@dataclass(slots=True)
class Document:
    """An invoice, a recurring invoice or a subscription, as much as shows that a contact still has one."""

    id: str
    kind: str  # sales_invoices, recurring_sales_invoices, subscriptions
    contact_id: str
    number: str
    state: str
    date: str
    price: str
    at: float
    until: Text = None
    sent_at: float | None = None
