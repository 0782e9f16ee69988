"""The operations on contacts: list, filter, synchronization, get, by customer number, create, update, archive, delete.

Each reads what was asked, asks the books, and shows the outcome; the rules are elsewhere.
"""

from collections.abc import Iterable
from urllib.parse import quote, urlencode

from ledenbrug.bookkeeping.moneybird.sandbox import answers, reading
from ledenbrug.bookkeeping.moneybird.sandbox.calls import Api, Call
from ledenbrug.bookkeeping.moneybird.sandbox.records import Contact
from ledenbrug.bookkeeping.moneybird.sandbox.refusals import not_found, plain, required
from ledenbrug.bookkeeping.moneybird.sandbox.search import filtered, queried
from ledenbrug.bookkeeping.moneybird.sandbox.stamps import version
from ledenbrug.stage.messages import Response, json_response

MOST_AT_ONCE = 100


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
    query = call.request.query()
    contacts = filtered(_listed(call), query.get("filter", ""))
    found = [{"id": contact.id, "version": version(contact.updated_at)} for contact in contacts]
    if call.world.switches.sync_paging == "honour" and ("page" in query or "per_page" in query):
        page, size = reading.paging(query, MOST_AT_ONCE)
        found = found[(page - 1) * size : page * size]
    return json_response(200, found)


def several(call: Call) -> Response:
    ids = reading.body_of(call.request).get("ids")
    if ids is None:
        raise required("ids")
    if not isinstance(ids, list):
        raise plain(400, "ids is invalid")
    archived = call.world.switches.sync_archived == "return"
    wanted = dict.fromkeys(str(one) for one in ids[:MOST_AT_ONCE])
    found = [contact for one in wanted if (contact := call.books.find(one, archived=archived))]
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
    query = call.request.query()
    page, size = reading.paging(query, int(call.world.switches.page_size))
    found = list(contacts)
    shown = found[(page - 1) * size : page * size]
    links = []
    if call.world.switches.next_link == "yes":
        if len(found) > page * size:
            links.append(_link(call, query, page + 1, size, "next"))
        if page > 1:
            links.append(_link(call, query, page - 1, size, "prev"))
    headers = [("Link", ", ".join(links))] if links else []
    return json_response(200, [answers.contact(call.books, contact) for contact in shown], headers)


def _link(call: Call, query: dict[str, str], page: int, size: int, relation: str) -> str:
    address = call.request.origin() + quote(call.request.path, safe="/%")
    others = {name: value for name, value in query.items() if name not in ("page", "per_page")}
    return f'<{address}?{urlencode({"page": page, "per_page": size} | others)}>; rel="{relation}"'
