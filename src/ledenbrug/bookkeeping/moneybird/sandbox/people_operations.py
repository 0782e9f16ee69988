"""The operations on what hangs on a contact: contact people and notes.

Neither touches the contact's own version.
"""

from ledenbrug.bookkeeping.moneybird.sandbox import answers, reading
from ledenbrug.bookkeeping.moneybird.sandbox.calls import Api, Call
from ledenbrug.bookkeeping.moneybird.sandbox.records import Contact, Note, Person
from ledenbrug.bookkeeping.moneybird.sandbox.refusals import (
    Fault422,
    Refusal,
    blank,
    not_found,
    symbolic,
    unprocessable,
)
from ledenbrug.stage.messages import Response, json_response

FIELDS = ("firstname", "lastname", "phone", "email", "department")


def register(api: Api) -> None:
    people, notes = "/contacts/{contact_id}/contact_people", "/contacts/{contact_id}/notes"
    api.add("POST", people, create)
    api.add("GET", people + "/{id}", get)
    api.add("PATCH", people + "/{id}", update)
    api.add("DELETE", people + "/{id}", delete)
    api.add("POST", notes, create_note)
    api.add("DELETE", notes + "/{id}", delete_note)


def create(call: Call) -> Response:
    contact = call.books.find(call.parameters["contact_id"], archived=True)
    sent = reading.root(reading.body_of(call.request), "contact_person")
    now = call.world.clock()
    person = Person(call.world.ids.next(now), now, now)
    _apply(person, sent, [] if contact else [Fault422("contact", "must exist", {"error": "blank"})])
    if contact is not None:
        contact.people.append(person)
        call.books.tell(call.books, "contact_person_created", call.bearer.user_id, contact, person)
    return json_response(201, answers.person(call.books.id, call.parameters["contact_id"], person))


def get(call: Call) -> Response:
    contact, person = _found(call, not_found())
    return json_response(200, answers.person(call.books.id, contact.id, person))


def update(call: Call) -> Response:
    unknown = symbolic(404, "contact person not found", contact_person_id="not_found")
    contact, person = _found(call, unknown)
    _apply(person, reading.root(reading.body_of(call.request), "contact_person"), [])
    person.updated_at = call.world.clock()
    call.books.tell(call.books, "contact_person_updated", call.bearer.user_id, contact, person)
    return json_response(200, answers.person(call.books.id, contact.id, person))


def delete(call: Call) -> Response:
    contact, person = _found(call, not_found())
    contact.people.remove(person)
    call.books.tell(call.books, "contact_person_destroyed", call.bearer.user_id, contact, person)
    return Response(204)


def create_note(call: Call) -> Response:
    contact = call.books.find(call.parameters["contact_id"], archived=True)
    if contact is None:
        message = "Entity is invalid; User has no permissions to notes for Contact"
        raise symbolic(400, message, entity="not_found", user="insufficient_permissions")
    sent = reading.root(reading.body_of(call.request), "note")
    words = reading.text_value(sent.get("note"), "note[note]") or ""
    if not words.strip():
        raise unprocessable([blank("note"), blank("todo_type")])
    assignee = reading.text_value(sent.get("assignee_id"), "note[assignee_id]")
    now = call.world.clock()
    todo = reading.truth(sent.get("todo", False))
    note = Note(call.world.ids.next(now), call.bearer.user_id, words, todo, assignee, now)
    contact.notes.append(note)
    return json_response(201, answers.note(call.books.id, contact.id, note))


def delete_note(call: Call) -> Response:
    contact = call.books.find(call.parameters["contact_id"], archived=True)
    note = next((one for one in contact.notes if one.id == call.parameters["id"]), None) if contact else None
    if contact is None or note is None:
        raise not_found()
    contact.notes.remove(note)
    return Response(204)


def _found(call: Call, unknown: Refusal) -> tuple[Contact, Person]:
    contact = call.books.find(call.parameters["contact_id"], archived=True)
    for person in contact.people if contact else ():
        if person.id == call.parameters["id"] and contact:
            return contact, person
    raise unknown


def _apply(person: Person, sent: dict[str, object], faults: list[Fault422]) -> None:
    values = {
        name: reading.text_value(sent[name], f"contact_person[{name}]") if name in sent else getattr(person, name)
        for name in FIELDS
    }
    faults += [blank(name) for name in ("firstname", "lastname") if not (values[name] or "").strip()]
    if faults:
        raise unprocessable(faults)
    for name, value in values.items():
        setattr(person, name, value)
