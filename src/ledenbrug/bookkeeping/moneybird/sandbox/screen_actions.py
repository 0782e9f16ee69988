"""What the buttons on the treasurer's pages do: edit, archive, un-archive, delete, merge, give an invoice, withdraw.

Everything here is done by a person, an owner; the pages themselves are in `screen`.
"""

from collections.abc import Callable

from ledenbrug.bookkeeping.moneybird.sandbox.books import Administration
from ledenbrug.bookkeeping.moneybird.sandbox.records import Contact
from ledenbrug.bookkeeping.moneybird.sandbox.refusals import Refusal
from ledenbrug.bookkeeping.moneybird.sandbox.screen import EDITED, GIVEN, Screen
from ledenbrug.bookkeeping.moneybird.sandbox.texts import text
from ledenbrug.stage import pages
from ledenbrug.stage.messages import Request, Response, redirect, text_response
from ledenbrug.stage.routes import Action, Routes

Done = str | dict[str, str]  # where to go next, or the complaints to show on the contact's page
Deed = Callable[[Request, Administration, Contact], Done]
_LAST_STATE = {"sales_invoices": "paid", "recurring_sales_invoices": "inactive", "subscriptions": "ended"}


class ScreenActions:
    def __init__(self, screen: Screen, routes: Routes) -> None:
        self.screen, self.world = screen, screen.world
        one = "/{administration_id}/contacts/{id}"
        for path, deed in (
            (one, self._save),
            (one + "/archive", self._archive),
            (one + "/activate", self._activate),
            (one + "/delete", self._delete),
            (one + "/merge", self._merge),
            (one + "/documents", self._add_document),
        ):
            routes.add("POST", path, self._on_contact(deed), counted=False)
        for path, action in (
            ("/{administration_id}/documents/{id}/settle", self.settle),
            ("/{administration_id}/applications/{grant}/withdraw", self.withdraw),
            ("/{administration_id}/suspend", self.suspend),
            ("/{administration_id}/resume", self.resume),
        ):
            routes.add("POST", path, action, counted=False)

    def _on_contact(self, deed: Deed) -> Action:
        def action(request: Request, parameters: dict[str, str]) -> Response:
            books = self._books(request, parameters)
            contact = books.contacts.get(parameters["id"]) if books else None
            if books is None or contact is None:
                return text_response(404, "Not found\n")
            with self.world.lock:
                try:
                    done = deed(request, books, contact)
                except Refusal as refusal:
                    done = _complaints(refusal)
            return self.screen.contact(request, parameters, done) if isinstance(done, dict) else redirect(done)

        return action

    def _save(self, request: Request, books: Administration, contact: Contact) -> Done:
        form = request.form()
        values: dict[str, str | bool | None] = {
            name: form[name] for name in EDITED if name in form and form[name] != (getattr(contact, name) or "")
        }
        if (form.get("sepa_active") == "true") != contact.sepa_active:
            values["sepa_active"] = not contact.sepa_active
        books.update(contact, values, {}, self._me())
        return _page_of(contact) + "?saved=yes"

    def _archive(self, _request: Request, books: Administration, contact: Contact) -> Done:
        books.archive(contact, self._me())
        return _page_of(contact)

    def _activate(self, _request: Request, books: Administration, contact: Contact) -> Done:
        books.activate(contact, self._me())
        return _page_of(contact)

    def _delete(self, _request: Request, books: Administration, contact: Contact) -> Done:
        books.delete(contact, self._me())
        return _page_of(contact) if contact.id in books.contacts else f"/{books.id}/contacts"

    def _merge(self, request: Request, books: Administration, contact: Contact) -> Done:
        wanted = request.form().get("other", "").strip()
        other = books.contacts.get(wanted) or books.contacts.get(books.holders["customer_id"].get(wanted, ""))
        if other is None or other is contact:
            return {"other": text(pages.language_of(request), "unknown_contact")}
        books.merge(contact, other, self._me())
        return _page_of(contact)

    def _add_document(self, request: Request, books: Administration, contact: Contact) -> Done:
        given = request.form().get("kind", "")
        if given in GIVEN:
            kind, _, state = given.partition(":")
            books.add_document(contact, kind, state=state, price="25.0")
        return _page_of(contact)

    def settle(self, request: Request, parameters: dict[str, str]) -> Response:
        books = self._books(request, parameters)
        document = books.documents.get(parameters["id"]) if books else None
        if books is None or document is None:
            return text_response(404, "Not found\n")
        document.state = _LAST_STATE[document.kind]
        document.until = books.today().isoformat()
        return redirect(f"/{books.id}/contacts/{document.contact_id}")

    def withdraw(self, request: Request, parameters: dict[str, str]) -> Response:
        books = self._books(request, parameters)
        if books is None:
            return text_response(404, "Not found\n")
        with self.world.lock:
            self.world.desk.withdraw(parameters["grant"])
        return redirect(f"/{books.id}/applications")

    def suspend(self, request: Request, parameters: dict[str, str]) -> Response:
        return self._suspended(request, parameters, True)

    def resume(self, request: Request, parameters: dict[str, str]) -> Response:
        return self._suspended(request, parameters, False)

    def _suspended(self, request: Request, parameters: dict[str, str], value: bool) -> Response:
        books = self._books(request, parameters)
        if books is None:
            return text_response(404, "Not found\n")
        books.suspended = value
        return redirect(f"/{books.id}/applications")

    def _books(self, request: Request, parameters: dict[str, str]) -> Administration | None:
        if pages.from_another_site(request):
            return None
        return self.world.administrations.get(parameters["administration_id"])

    def _me(self) -> str:
        return self.world.owner().id


def _page_of(contact: Contact) -> str:
    return f"/{contact.administration_id}/contacts/{contact.id}"


def _complaints(refusal: Refusal) -> dict[str, str]:
    error = refusal.body.get("error") if isinstance(refusal.body, dict) else None
    if isinstance(error, dict):
        return {name: ", ".join(messages) for name, messages in error.items()}
    return {"other": str(error)}
