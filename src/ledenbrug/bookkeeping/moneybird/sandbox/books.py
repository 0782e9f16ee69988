"""One administration: its contacts and the rules between requests (numbers, uniqueness, archive, merge, events).

It takes values that were read and checked for shape; it knows nothing of HTTP, tokens or who may do what.
"""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ledenbrug.bookkeeping.moneybird.sandbox import rules
from ledenbrug.bookkeeping.moneybird.sandbox.records import (
    TRACKED,
    UNTRACKED_IN_EVENTS,
    Contact,
    CustomField,
    Document,
    Event,
    Person,
    Workflow,
)
from ledenbrug.bookkeeping.moneybird.sandbox.refusals import can_not_be_archived, symbolic, unprocessable
from ledenbrug.bookkeeping.moneybird.sandbox.search import searched_text
from ledenbrug.bookkeeping.moneybird.sandbox.stamps import Ids
from ledenbrug.bookkeeping.moneybird.sandbox.switches import Switches

Values = dict[str, str | bool | None]
Told = Callable[["Administration", str, str, Contact, Person | None], None]
EVENTS_KEPT = 100  # a contact edited by a benchmark would else grow without end
CLOSED = frozenset({"paid", "uncollectible", "inactive", "ended"})


@dataclass(slots=True)
class Administration:
    id: str
    name: str
    clock: Callable[[], float]
    ids: Ids
    switches: Switches
    tell: Told
    cannot_receive: Callable[[str], bool]
    language: str = "nl"
    country: str = "NL"
    currency: str = "EUR"
    time_zone: str = "Europe/Amsterdam"
    suspended: bool = False
    opened_at: float = 0.0
    contacts: dict[str, Contact] = field(default_factory=dict)
    custom_fields: dict[str, CustomField] = field(default_factory=dict)
    workflows: dict[str, Workflow] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    holders: dict[str, dict[str, str]] = field(default_factory=lambda: {"customer_id": {}, "sepa_mandate_id": {}})
    _last_number: int = 0

    def find(self, contact_id: str, *, archived: bool) -> Contact | None:
        contact = self.contacts.get(contact_id)
        return contact if contact and (archived or not contact.archived) else None

    def by_number(self, customer_id: str) -> Contact | None:
        """Archived contacts keep their number but are not found by it."""
        holder = self.holders["customer_id"].get(customer_id)
        return self.find(holder, archived=False) if holder else None

    def listed(self, *, archived: bool) -> Iterator[Contact]:
        return (contact for contact in self.contacts.values() if archived or not contact.archived)

    def create(self, values: Values, custom: dict[str, str], person: dict[str, str] | None, user_id: str) -> Contact:
        self._check_fields(custom)
        now = self.clock()
        contact = Contact(self.ids.next(now), self.id, now, now, searchable_at=now + self.switches.search_lag)
        self._apply(contact, values)
        self._check(contact, values)
        contact.customer_id = contact.customer_id or self._free_number()
        self._hold(contact)
        self._set_custom(contact, custom)
        self.contacts[contact.id] = contact
        if person is not None:
            contact.people.append(Person(self.ids.next(now), now, now, person["firstname"], person["lastname"]))
        if self.switches.people_on_create == "add":
            self._add_person_of_company(contact)
        self.note(contact, "contact_created", user_id)
        return contact

    def update(self, contact: Contact, values: Values, custom: dict[str, str], user_id: str) -> None:
        self._check_fields(custom)
        changed = copy(contact)
        self._apply(changed, values)
        self._check(changed, values)
        changed.customer_id = changed.customer_id or self._free_number()
        changes = {
            name: [getattr(contact, name), getattr(changed, name)]
            for name in TRACKED
            if getattr(contact, name) != getattr(changed, name)
        }
        before = searched_text(contact) if changes else ""
        self._release(contact)
        for name, (_, new) in changes.items():
            setattr(contact, name, new)
        self._hold(contact)
        custom_changed = self._set_custom(contact, custom)
        if changes:
            self._search_later(contact, before)
        bumps = custom_changed and self.switches.custom_field_update == "bump"
        if changes or bumps or self.switches.same_update == "bump":
            contact.updated_at = self.clock()
        if changes or bumps:
            shown = {name: pair for name, pair in changes.items() if name not in UNTRACKED_IN_EVENTS}
            self.note(contact, "contact_changed", user_id, {"changes": shown})
        self._add_person_of_company(contact)

    def archive(self, contact: Contact, user_id: str) -> None:
        if contact.archived:
            raise can_not_be_archived()
        contact.archived, contact.updated_at = True, self.clock()
        self.note(contact, "contact_archived", user_id)

    def activate(self, contact: Contact, user_id: str) -> None:
        contact.archived, contact.updated_at = False, self.clock()
        self.note(contact, "contact_activated", user_id)

    def delete(self, contact: Contact, user_id: str) -> None:
        """A contact in use is not destroyed: it is archived, or refused."""
        if not self.documents_of(contact):
            self._forget(contact)
            self.note(contact, "contact_destroyed", user_id)
        elif self.switches.delete == "refuse":
            raise symbolic(422, "Contact can not be deleted because it is still in use", id="in_use")
        else:
            self.archive(contact, user_id)

    def merge(self, kept: Contact, lost: Contact, user_id: str) -> None:
        """Only people can do this. The lost id vanishes; what it had and the other lacks is taken over."""
        self._forget(lost)
        self._release(kept)
        for name in TRACKED:
            if getattr(kept, name) in ("", None):
                setattr(kept, name, getattr(lost, name))
        if self.switches.merge_number == "lost":
            kept.customer_id = lost.customer_id
        self._hold(kept)
        kept.people += lost.people
        for document in self.documents_of(lost):
            document.contact_id = kept.id
        kept.updated_at = self.clock()
        self.note(kept, "contact_merged", user_id)

    def add_document(self, contact: Contact, kind: str, *, state: str, price: str) -> Document:
        now = self.clock()
        year, number = self.today().year, len(self.documents) + 1
        named = f"{year}-{number:04d}"
        document = Document(
            self.ids.next(now), kind, contact.id, named, state, self.today().isoformat(), price, now, sent_at=now
        )
        self.documents[document.id] = document
        return document

    def documents_of(self, contact: Contact) -> list[Document]:
        return [document for document in self.documents.values() if document.contact_id == contact.id]

    def note(self, contact: Contact, action: str, user_id: str, data: dict[str, object] | None = None) -> None:
        contact.events.append(Event(user_id, action, data or {}, self.clock()))
        del contact.events[:-EVENTS_KEPT]
        self.tell(self, action, user_id, contact, None)

    def today(self) -> date:
        return datetime.fromtimestamp(self.clock(), UTC).astimezone(ZoneInfo(self.time_zone)).date()

    def _apply(self, contact: Contact, values: Values) -> None:
        for name, value in values.items():
            setattr(contact, name, value)
        rules.fill_in(contact, values, self.country)

    def _check(self, contact: Contact, values: Values) -> None:
        faults = rules.broken(
            contact,
            sent=values,
            today=self.today() if values.get("sepa_mandate_date") else date.max,
            mandate_today=self.switches.mandate_today == "allow",
            cannot_receive=self.cannot_receive,
            is_taken=lambda name, value: self.holders[name].get(value, contact.id) != contact.id,
            workflows=self.workflows,
        )
        if faults:
            raise unprocessable(faults)

    def _check_fields(self, custom: dict[str, str]) -> None:
        for field_id in custom:
            known = self.custom_fields.get(field_id)
            if known is None or known.source != "contact":
                message = f"Custom field with id {field_id} not found for administration"
                raise symbolic(404, message, custom_fields_attributes="not_found")

    def _set_custom(self, contact: Contact, custom: dict[str, str]) -> bool:
        before = dict(contact.custom_values)
        contact.custom_values.update(custom)
        contact.custom_values = {key: value for key, value in contact.custom_values.items() if value}
        return before != contact.custom_values

    def _hold(self, contact: Contact) -> None:
        for name, held in self.holders.items():
            if value := getattr(contact, name):
                held[value] = contact.id

    def _release(self, contact: Contact) -> None:
        for name, held in self.holders.items():
            held.pop(getattr(contact, name) or "", None)

    def _forget(self, contact: Contact) -> None:
        del self.contacts[contact.id]
        self._release(contact)

    def _free_number(self) -> str:
        held = self.holders["customer_id"]
        while True:
            self._last_number += 1
            if str(self._last_number) not in held:
                return str(self._last_number)

    def _search_later(self, contact: Contact, before: str) -> None:
        now = self.clock()
        if now >= contact.searchable_at:
            contact.searched_before, contact.searchable_at = before, now + self.switches.search_lag

    def _add_person_of_company(self, contact: Contact) -> None:
        first, last = contact.firstname or None, contact.lastname or None
        if not contact.company_name or not (first or last):
            return
        if not any((one.firstname, one.lastname) == (first, last) for one in contact.people):
            now = self.clock()
            contact.people.append(Person(self.ids.next(now), now, now, first, last))
