"""The pages a treasurer knows: administrations, contacts, one contact, the applications that were given access.

They only show; what a button does is in `screen_actions`.
"""

from html import escape
from urllib.parse import urlencode

from ledenbrug.bookkeeping.moneybird.sandbox.books import CLOSED, Administration
from ledenbrug.bookkeeping.moneybird.sandbox.records import Contact, Document
from ledenbrug.bookkeeping.moneybird.sandbox.search import searched_text
from ledenbrug.bookkeeping.moneybird.sandbox.stamps import timestamp
from ledenbrug.bookkeeping.moneybird.sandbox.texts import text
from ledenbrug.bookkeeping.moneybird.sandbox.world import World
from ledenbrug.stage import pages
from ledenbrug.stage.messages import Request, Response, redirect, text_response
from ledenbrug.stage.routes import Routes

ON_A_PAGE = 100
KINDS = ("sales_invoices", "recurring_sales_invoices", "subscriptions")
EDITED = (
    "company_name", "firstname", "lastname", "address1", "address2", "zipcode", "city", "country", "phone",
    "customer_id", "send_invoices_to_email", "delivery_method", "sepa_iban", "sepa_iban_account_name", "sepa_bic",
    "sepa_mandate_id", "sepa_mandate_date",
)  # fmt: skip
GIVEN = (
    "sales_invoices:open", "sales_invoices:draft", "sales_invoices:scheduled", "sales_invoices:pending_payment",
    "recurring_sales_invoices:active", "subscriptions:active",
)  # fmt: skip


class Screen:
    def __init__(self, world: World, routes: Routes) -> None:
        self.world = world
        for path, page in (
            ("/", self.administrations),
            ("/{administration_id}", self.to_contacts),
            ("/{administration_id}/contacts", self.contacts),
            ("/{administration_id}/contacts/{id}", self.contact),
            ("/{administration_id}/applications", self.applications),
        ):
            routes.add("GET", path, page, counted=False)
        for kind in KINDS:
            routes.add("GET", f"/{{administration_id}}/{kind}/{{id}}", self.to_contact_of, counted=False)

    def administrations(self, request: Request, _parameters: dict[str, str]) -> Response:
        language, rows = pages.language_of(request), []
        for books in list(self.world.administrations.values()):
            with self.world.lock:
                count = sum(1 for _ in books.listed(archived=False))
            link = f'<a href="/{books.id}/contacts">{escape(books.name)}</a>'
            state = _tag(language, "suspended") if books.suspended else ""
            rows.append((link, f"<code>{books.id}</code>", str(count), state))
        heads = (text(language, "name"), "id", text(language, "contacts"), "")
        return self.page(request, text(language, "administrations"), _card(pages.table(heads, rows)))

    def to_contacts(self, request: Request, parameters: dict[str, str]) -> Response:
        if parameters["administration_id"] not in self.world.administrations:
            return text_response(404, "Not found\n")
        return redirect(f"/{parameters['administration_id']}/contacts")

    def to_contact_of(self, _request: Request, parameters: dict[str, str]) -> Response:
        """An invoice has no page of its own here; it stands on that of its contact."""
        books = self.world.administrations.get(parameters["administration_id"])
        document = books.documents.get(parameters["id"]) if books else None
        if document is None:
            return text_response(404, "Not found\n")
        return redirect(f"/{parameters['administration_id']}/contacts/{document.contact_id}")

    def contacts(self, request: Request, parameters: dict[str, str]) -> Response:
        books = self.world.administrations.get(parameters["administration_id"])
        if books is None:
            return text_response(404, "Not found\n")
        language, query = pages.language_of(request), request.query()
        archived, wanted = query.get("archived") == "yes", query.get("query", "").strip()
        with self.world.lock:
            found = [one for one in books.contacts.values() if one.archived == archived]
        if wanted:
            words = wanted.lower().split()
            found = [one for one in found if all(word in searched_text(one) for word in words)]
        start = max(0, int(query.get("from", "0")) if query.get("from", "0").isdigit() else 0)
        body = _tabs(language, books, "archived" if archived else "contacts") + _search_form(language, wanted, archived)
        body += _card(_contact_table(language, books, found[start : start + ON_A_PAGE]))
        body += _more(language, query, start, len(found))
        return self.page(request, f"{text(language, 'contacts')} · {books.name}", body)

    def contact(
        self, request: Request, parameters: dict[str, str], complaints: dict[str, str] | None = None
    ) -> Response:
        books = self.world.administrations.get(parameters["administration_id"])
        contact = books.contacts.get(parameters["id"]) if books else None
        if books is None or contact is None:
            return text_response(404, "Not found\n")
        language = pages.language_of(request)
        body = _tabs(language, books, "")
        if request.query().get("saved"):
            body += f'<p class="notice" role="status">{text(language, "saved")}</p>'
        with self.world.lock:
            body += _edit_form(language, contact, request, complaints or {}) + _contact_actions(language, contact)
            body += _documents(language, books, contact) + _merge_form(language, contact, complaints or {})
            body += _history(self.world, language, contact)
        title = contact.name() + (f" ({text(language, 'archived')})" if contact.archived else "")
        return self.page(request, title, body, status=422 if complaints else 200)

    def applications(self, request: Request, parameters: dict[str, str]) -> Response:
        books = self.world.administrations.get(parameters["administration_id"])
        if books is None:
            return text_response(404, "Not found\n")
        language, rows = pages.language_of(request), []
        for grant in list(self.world.desk.grants.values()):
            if books.id not in grant.reach:
                continue
            form = (
                f'<form method="post" action="/{books.id}/applications/{grant.id}/withdraw">'
                + pages.button(text(language, "withdraw"), key=f"withdraw-{grant.id}")
                + "</form>"
            )
            rows.append(
                (
                    escape(self.world.desk.applications[grant.client_id].name),
                    escape(self.world.users[grant.user_id].name),
                    timestamp(grant.created_at)[:16].replace("T", " "),
                    _tag(language, "withdrawn") if grant.withdrawn else form,
                )
            )
        heads = (text(language, "name"), text(language, "given_by"), text(language, "date"), "")
        body = _card(pages.table(heads, rows)) if rows else _card(f"<p>{text(language, 'nothing')}</p>")
        key = "resume" if books.suspended else "suspend"
        form = f'<form method="post" action="/{books.id}/{key}">{pages.button(text(language, key), key=key)}</form>'
        return self.page(
            request,
            f"{text(language, 'applications')} · {books.name}",
            _tabs(language, books, "applications") + body + form,
        )

    def page(self, request: Request, title: str, body: str, *, status: int = 200) -> Response:
        language = pages.language_of(request)
        banner = text(language, "banner")
        return pages.page(title=title, body=body, language=language, brand="Moneybird", banner=banner, status=status)


def _card(inner: str) -> str:
    return f'<div class="card">{inner}</div>'


def _tag(language: str, key: str) -> str:
    return f'<span class="tag">{escape(text(language, key))}</span>'


def _tabs(language: str, books: Administration, here: str) -> str:
    links = (
        ("contacts", f"/{books.id}/contacts", "contacts"),
        ("archived", f"/{books.id}/contacts?archived=yes", "archived_contacts"),
        ("applications", f"/{books.id}/applications", "applications"),
    )
    shown = "".join(
        f'<a href="{href}"{" aria-current=page" if key == here else ""}>{text(language, label)}</a>'
        for key, href, label in links
    )
    return f'<nav class="row"><b>{escape(books.name)}</b>{shown}</nav>'


def _search_form(language: str, wanted: str, archived: bool) -> str:
    return (
        '<form class="row" method="get">'
        + (pages.hidden("archived", "yes") if archived else "")
        + f'<div class="grow">{pages.text_field("query", text(language, "search"), wanted)}</div>'
        + pages.button(text(language, "search"), key="search")
        + "</form>"
    )


def _contact_table(language: str, books: Administration, contacts: list[Contact]) -> str:
    if not contacts:
        return f"<p>{text(language, 'nothing')}</p>"
    heads = [text(language, key) for key in ("number", "name", "email", "city", "changed")]
    rows = [
        (
            escape(one.customer_id or ""),
            f'<a href="/{books.id}/contacts/{one.id}">{escape(one.name())}</a>',
            escape(one.send_invoices_to_email or ""),
            escape(one.city or ""),
            timestamp(one.updated_at)[:19].replace("T", " "),
        )
        for one in contacts
    ]
    return pages.table(heads, rows)


def _more(language: str, query: dict[str, str], start: int, found: int) -> str:
    links = []
    for key, to, there in (
        ("back", start - ON_A_PAGE, start > 0),
        ("more", start + ON_A_PAGE, found > start + ON_A_PAGE),
    ):
        if there:
            links.append(f'<a href="?{escape(urlencode(query | {"from": max(0, to)}))}">{text(language, key)}</a>')
    shown = f"{start + 1 if found else 0}-{min(found, start + ON_A_PAGE)} / {found}"
    return f'<p class="row">{" ".join(links)} <span class="soft" id="count">{shown}</span></p>'


def _edit_form(language: str, contact: Contact, request: Request, complaints: dict[str, str]) -> str:
    typed = request.form() if complaints and request.method == "POST" else {}
    fields = "".join(
        pages.text_field(
            name,
            text(language, "field." + name),
            typed.get(name, getattr(contact, name) or ""),
            hint=complaints.get(name, ""),
        )
        for name in EDITED
    )
    active = pages.tick_field("sepa_active", text(language, "field.sepa_active"), ticked=contact.sepa_active)
    save = f'<div class="row">{pages.button(text(language, "save"), key="save", look="go")}</div>'
    return f'<form class="card" method="post"><div class="pair">{fields}</div>{active}{save}</form>'


def _contact_actions(language: str, contact: Contact) -> str:
    action = "activate" if contact.archived else "archive"
    forms = "".join(
        f'<form method="post" action="/{contact.administration_id}/contacts/{contact.id}/{key}">'
        f"{pages.button(text(language, key), key=key)}</form>"
        for key in (action, "delete")
    )
    return f'<div class="card row">{forms}</div>'


def _documents(language: str, books: Administration, contact: Contact) -> str:
    documents = books.documents_of(contact)
    rows = [(*_document_cells(language, one), _settle_form(language, books, one)) for one in documents]
    heads = [text(language, key) for key in ("kind", "document_number", "state", "date", "amount")]
    shown = pages.table([*heads, ""], rows) if rows else f"<p>{text(language, 'nothing')}</p>"
    kinds = {given: _kind_and_state(language, given) for given in GIVEN}
    form = (
        f'<form class="row" method="post" action="/{books.id}/contacts/{contact.id}/documents">'
        f'<div class="grow">{pages.choice_field("kind", text(language, "kind"), kinds)}</div>'
        f"{pages.button(text(language, 'add'), key='add-document')}</form>"
    )
    return _card(f"<h2>{text(language, 'documents')}</h2>{shown}{form}")


def _kind_and_state(language: str, given: str) -> str:
    kind, _, state = given.partition(":")
    return f"{text(language, kind)} ({text(language, 'state.' + state)})"


def _document_cells(language: str, one: Document) -> tuple[str, ...]:
    return (
        text(language, one.kind),
        escape(one.number),
        text(language, "state." + one.state),
        one.date,
        f"€ {one.price}",
    )


def _settle_form(language: str, books: Administration, one: Document) -> str:
    if one.state in CLOSED:
        return ""
    button = pages.button(text(language, "close"), key=f"settle-{one.id}")
    return f'<form method="post" action="/{books.id}/documents/{one.id}/settle">{button}</form>'


def _merge_form(language: str, contact: Contact, complaints: dict[str, str]) -> str:
    return (
        f'<form class="card" method="post" action="/{contact.administration_id}/contacts/{contact.id}/merge">'
        f"<h2>{text(language, 'merge')}</h2><p>{text(language, 'merge_note')}</p>"
        + pages.text_field("other", text(language, "merge_with"), hint=complaints.get("other", ""))
        + f'<div class="row">{pages.button(text(language, "merge"), key="merge")}</div></form>'
    )


def _history(world: World, language: str, contact: Contact) -> str:
    people = "".join(f"<li>{escape(' '.join(filter(None, (p.firstname, p.lastname))))}</li>" for p in contact.people)
    rows = []
    for event in reversed(contact.events):
        user = world.users.get(event.user_id)
        changes = event.data.get("changes", {})
        told = "<br>".join(
            f"{escape(name)}: {escape(str(old))} → {escape(str(new))}" for name, (old, new) in changes.items()
        )
        rows.append(
            (timestamp(event.at)[:19].replace("T", " "), escape(user.name if user else ""), escape(event.action), told)
        )
    table = pages.table([text(language, "date"), text(language, "user"), "", ""], rows)
    shown = f"<h2>{text(language, 'people')}</h2><ul>{people}</ul>" if people else ""
    return _card(f"{shown}<h2>{text(language, 'history')}</h2>{table}")
