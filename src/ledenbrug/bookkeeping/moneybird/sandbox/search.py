"""Finding contacts: words of `query`, which lag behind writes; keys of `filter`, of which unknown ones are ignored.

It narrows a list; paging and what is archived are decided by the caller.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from ledenbrug.bookkeeping.moneybird.sandbox.records import Contact

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T +](\d{2}:\d{2}:\d{2}(?:\.\d+)?))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?")


def searched_text(contact: Contact) -> str:
    parts = (
        contact.company_name, contact.send_invoices_to_attention, contact.firstname, contact.lastname, contact.address1,
        contact.address2, contact.zipcode, contact.city, contact.country, contact.send_invoices_to_email, contact.phone,
        contact.customer_id, contact.tax_number, contact.chamber_of_commerce, contact.bank_account or contact.sepa_iban,
    )  # fmt: skip
    return " ".join(part for part in parts if part).lower()


def queried(contacts: Iterable[Contact], query: str, now: float) -> Iterator[Contact]:
    words = query.lower().split()
    for contact in contacts:
        text = contact.searched_before if now < contact.searchable_at else searched_text(contact)
        if text is not None and all(word in text for word in words):
            yield contact


def filtered(contacts: Iterable[Contact], text: str) -> Iterator[Contact]:
    tests: list[Callable[[Contact], bool]] = []
    for part in text.split(","):
        key, _, value = part.partition(":")
        make = _KEYS.get(key.strip())
        if make is not None:
            tests.append(make(value.strip()))
    return (contact for contact in contacts if all(test(contact) for test in tests))


def _after(attribute: str) -> Callable[[str], Callable[[Contact], bool]]:
    def made(value: str) -> Callable[[Contact], bool]:
        moment = _moment(value)
        return lambda contact: moment is None or getattr(contact, attribute) > moment

    return made


def _name(attribute: str) -> Callable[[str], Callable[[Contact], bool]]:
    """People of the contact count too."""

    def made(value: str) -> Callable[[Contact], bool]:
        wanted = value.casefold()
        return lambda contact: any(
            (getattr(one, attribute) or "").casefold() == wanted for one in (contact, *contact.people)
        )

    return made


def _same(attribute: str) -> Callable[[str], Callable[[Contact], bool]]:
    return lambda value: lambda contact: (getattr(contact, attribute) or "") == value


def _delivery(value: str) -> Callable[[Contact], bool]:
    return lambda contact: value == "all" or (contact.delivery_method or "").casefold() == value.casefold()


def _trust(value: str) -> Callable[[Contact], bool]:
    """Nobody can be trusted by way of the API."""
    return lambda contact: value != "trusted"


def _kind(value: str) -> Callable[[Contact], bool]:
    if value == "company":
        return lambda contact: bool(contact.company_name)
    if value == "private_individual":
        return lambda contact: not contact.company_name
    return lambda contact: True


def _moment(value: str) -> float | None:
    match = _MOMENT.fullmatch(value)
    if not match:
        return None
    zone = match[3] if match[3] and match[3] not in ("Z", "UTC") else "+00:00"
    try:
        return datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00:00'}{zone}").astimezone(UTC).timestamp()
    except ValueError:
        return None


_KEYS: dict[str, Callable[[str], Callable[[Contact], bool]]] = {
    "created_after": _after("created_at"),
    "updated_after": _after("updated_at"),
    "first_name": _name("firstname"),
    "last_name": _name("lastname"),
    "invoice_workflow_id": _same("invoice_workflow_id"),
    "estimate_workflow_id": _same("estimate_workflow_id"),
    "delivery_method": _delivery,
    "contact_type": _kind,
    "trusted_type": _trust,
}
