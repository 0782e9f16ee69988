"""The operations on contacts: list, filter, synchronization, get, by customer number, create, update, archive, delete.

Each reads what was asked, asks the books, and shows the outcome; the rules are elsewhere.
"""

from collections.abc import Iterable

from ledenbrug.bookkeeping.moneybird.sandbox import answers, reading
from ledenbrug.bookkeeping.moneybird.sandbox.calls import Api, Call
from ledenbrug.bookkeeping.moneybird.sandbox.listing import asked_for, page_of, versions_of
from ledenbrug.bookkeeping.moneybird.sandbox.records import Contact
from ledenbrug.bookkeeping.moneybird.sandbox.refusals import not_found
from ledenbrug.bookkeeping.moneybird.sandbox.search import filtered, queried
from ledenbrug.bookkeeping.moneybird.sandbox.stamps import version
from ledenbrug.stage.messages import Response, json_response


def register(api: Api) -> None:
    api.add("GET", "/contacts", list_contacts)
    api.add("POST", "/contacts", create)
    api.add("GET", "/contacts/filter", filter_contacts)
    api.add("GET", "/contacts/synchronization", versions)
    api.add("POST", "/contacts/synchronization", several)
    api.add("GET", "/contacts/customer_id/{customer_id}", by_number)
    api.add("GET", "/contacts/{id}", get)
    api.add("PATCH", "/contacts/{id}", update)
    api.add("DELETE", "/contacts/{id}", delete)
    api.add("PATCH", "/contacts/{id}/archive", archive)


def list_contacts(call: Call) -> Response:
    return _page(call, _wanted(call))


def filter_contacts(call: Call) -> Response:
    return _page(call, filtered(_wanted(call), call.request.query().get("filter", "")))


def versions(call: Call) -> Response:
    contacts = filtered(_listed(call), call.request.query().get("filter", ""))
    return versions_of(call, [(contact.id, version(contact.updated_at)) for contact in contacts])


def several(call: Call) -> Response:
    archived = call.world.switches.sync_archived == "return"
    found = [contact for one in asked_for(call) if (contact := call.books.find(one, archived=archived))]
    return json_response(200, [answers.contact(call.books, contact) for contact in found])


def get(call: Call) -> Response:
    archived = _with_archived(call) or call.world.switches.archived_get == "show"
    contact = call.books.find(call.parameters["id"], archived=archived)
    if contact is None:
        raise not_found()
    return json_response(200, answers.contact(call.books, contact))


def by_number(call: Call) -> Response:
    contact = call.books.by_number(call.parameters["customer_id"])
    if contact is None:
        raise not_found("customer_id")
    return json_response(200, answers.contact(call.books, contact))


def create(call: Call) -> Response:
    sent = reading.root(reading.body_of(call.request), "contact")
    values, custom = reading.contact_values(sent), reading.custom_values(sent)
    person = None
    if isinstance(sent.get("contact_person"), dict):
        person = reading.person_names(sent["contact_person"])
    contact = call.books.create(values, custom, person, call.bearer.user_id)
    return json_response(201, answers.contact(call.books, contact))


def update(call: Call) -> Response:
    contact = _existing(call, archived=call.world.switches.archived_patch == "allow")
    sent = reading.root(reading.body_of(call.request), "contact")
    values, custom = reading.contact_values(sent), reading.custom_values(sent)
    call.books.update(contact, values, custom, call.bearer.user_id)
    return json_response(200, answers.contact(call.books, contact))


def archive(call: Call) -> Response:
    call.books.archive(_existing(call), call.bearer.user_id)
    return Response(204)


def delete(call: Call) -> Response:
    call.books.delete(_existing(call), call.bearer.user_id)
    return Response(204)


def _existing(call: Call, *, archived: bool = True) -> Contact:
    contact = call.books.find(call.parameters["id"], archived=archived)
    if contact is None:
        raise not_found()
    return contact


def _with_archived(call: Call) -> bool:
    return reading.truth(call.request.query().get("include_archived", ""))


def _listed(call: Call) -> Iterable[Contact]:
    return call.books.listed(archived=_with_archived(call))


def _wanted(call: Call) -> Iterable[Contact]:
    query = call.request.query().get("query", "").strip()
    contacts = _listed(call)
    return queried(contacts, query, call.world.clock()) if query else contacts


def _page(call: Call, contacts: Iterable[Contact]) -> Response:
    return page_of(call, list(contacts), lambda contact: answers.contact(call.books, contact))
