"""What the buttons on the treasurer's pages do: edit, delete, give an invoice, move a user to another division.

Everything here is done by a person; the pages themselves are in `screen`.
"""

from collections.abc import Callable

from ledenbrug.bookkeeping.exact_online.sandbox import reading
from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT
from ledenbrug.bookkeeping.exact_online.sandbox.division import Division
from ledenbrug.bookkeeping.exact_online.sandbox.refusals import Refusal
from ledenbrug.bookkeeping.exact_online.sandbox.screen import EDITED, TICKED, Screen, not_found, shown_value
from ledenbrug.bookkeeping.exact_online.sandbox.shape import Row
from ledenbrug.stage import pages
from ledenbrug.stage.messages import Request, Response, redirect
from ledenbrug.stage.routes import Action, Routes

Deed = Callable[[Request, Division, Row], str]  # gives where to go next


class ScreenActions:
    def __init__(self, screen: Screen, routes: Routes) -> None:
        self.screen, self.world = screen, screen.world
        one = "/{division}/relations/{id}"
        for path, deed in (
            (one, self._save),
            (one + "/delete", self._delete),
            (one + "/bill", self._bill),
            (one + "/subscribe", self._subscribe),
        ):
            routes.add("POST", path, self._on_relation(deed), counted=False)
        routes.add("POST", "/{division}/receivables/{id}", self.settle, counted=False)
        routes.add("POST", "/users/{id}", self.change_user, counted=False)

    def _on_relation(self, deed: Deed) -> Action:
        def action(request: Request, parameters: dict[str, str]) -> Response:
            books = None if pages.from_another_site(request) else self.screen.books(parameters)
            account = books.row(ACCOUNT, parameters["id"]) if books else None
            if books is None or account is None:
                return not_found()
            with self.world.lock:
                try:
                    return redirect(deed(request, books, account))
                except Refusal as refusal:
                    complaints = _complaints(refusal, pages.language_of(request))
            return self.screen.relation(request, parameters, complaints)

        return action

    def _save(self, request: Request, books: Division, account: Row) -> str:
        form = request.form()
        body: reading.Values = {
            name: form[name] for name in EDITED if name in form and form[name] != shown_value(account, name)
        }
        body |= {name: name in form for name in TICKED if (name in form) != bool(account.get(name))}
        values = reading.values_of(body, ACCOUNT, creating=False, unknown="refuse")
        books.update(ACCOUNT, account, values, self.world.owner())
        return _page_of(books, account) + "?saved=yes"

    def _delete(self, _request: Request, books: Division, account: Row) -> str:
        books.delete(ACCOUNT, account, self.world.owner())
        return f"/{books.code}/relations"

    def _bill(self, _request: Request, books: Division, account: Row) -> str:
        books.bill(account)
        return _page_of(books, account)

    def _subscribe(self, _request: Request, books: Division, account: Row) -> str:
        books.subscribe(account, self.world.owner())
        return _page_of(books, account)

    def settle(self, request: Request, parameters: dict[str, str]) -> Response:
        books = None if pages.from_another_site(request) else self.screen.books(parameters)
        receivable = books.receivables.get(parameters["id"]) if books else None
        if books is None or receivable is None:
            return not_found()
        books.settle(parameters["id"])
        return redirect(f"/{books.code}/relations/{receivable['AccountId']}")

    def change_user(self, request: Request, parameters: dict[str, str]) -> Response:
        user = self.world.users.get(parameters["id"])
        if user is None or pages.from_another_site(request):
            return not_found()
        form = request.form()
        with self.world.lock:
            if form.get("decision") in ("block", "unblock"):
                user.blocked = "BlockedUser" if form["decision"] == "block" else ""
            if form.get("division", "").isdigit() and int(form["division"]) in user.divisions:
                user.current = int(form["division"])
            if form.get("language") in ("nl", "en"):
                user.language = form["language"]
        return redirect("/users")


def _page_of(books: Division, account: Row) -> str:
    return f"/{books.code}/relations/{account['ID']}"


def _complaints(refusal: Refusal, language: str) -> dict[str, str]:
    """By field; what belongs to none of the form stands above it."""
    if not refusal.complaints:
        return {"": refusal.text}
    found: dict[str, str] = {}
    for one in refusal.complaints:
        field = one.field if one.field in EDITED else "Code" if one.said == "exists" else ""
        found[field] = one.text(language)
    return found
