"""The pages a treasurer knows: divisions, relations, one relation, the users and where they are.

They only show; what a button does is in `screen_actions`, the keys of applications are in `key_pages`.
"""

from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode

from ledenbrug.bookkeeping.exact_online.sandbox.condition import plain
from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT, BANK_ACCOUNT, CONTACT
from ledenbrug.bookkeeping.exact_online.sandbox.division import Division
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import MANDATE, SUBSCRIPTION
from ledenbrug.bookkeeping.exact_online.sandbox.shape import Row
from ledenbrug.bookkeeping.exact_online.sandbox.texts import text
from ledenbrug.bookkeeping.exact_online.sandbox.world import World
from ledenbrug.stage import pages
from ledenbrug.stage.messages import Request, Response, redirect, text_response
from ledenbrug.stage.routes import Routes

ON_A_PAGE = 100
EDITED = (
    "Code", "Name", "AddressLine1", "AddressLine2", "Postcode", "City", "State", "Country", "Email", "Phone", "Status",
    "EndDate", "Remarks",
)  # fmt: skip
TICKED = ("Blocked",)
_SEARCHED = ("Code", "Name", "Email", "City")


class Screen:
    def __init__(self, world: World, routes: Routes) -> None:
        self.world = world
        for path, page in (
            ("/", self.divisions),
            ("/users", self.users),
            ("/{division}", self.to_relations),
            ("/{division}/relations", self.relations),
            ("/{division}/relations/{id}", self.relation),
            ("/docs/CRMAccountCard.aspx", self.card),
        ):
            routes.add("GET", path, page, counted=False)

    def divisions(self, request: Request, _parameters: dict[str, str]) -> Response:
        language = pages.language_of(request)
        rows = [
            (
                f'<a href="/{books.code}/relations">{escape(books.name)}</a>',
                str(books.hid),
                f"<code>{books.code}</code>",
                str(len(books.accounts)),
            )
            for books in self.world.divisions.values()
        ]
        heads = (text(language, "name"), text(language, "number"), text(language, "code"), text(language, "relations"))
        return self.page(request, text(language, "divisions"), card(pages.table(heads, rows)))

    def to_relations(self, _request: Request, parameters: dict[str, str]) -> Response:
        books = self.books(parameters)
        return redirect(f"/{books.code}/relations") if books else not_found()

    def card(self, request: Request, _parameters: dict[str, str]) -> Response:
        """The address that people know a relation's page by."""
        query = request.query()
        code, account = query.get("_Division_", ""), query.get("AccountID") or query.get("ID", "")
        return redirect(f"/{code}/relations/{account.strip('{}').lower()}") if code.isdigit() else not_found()

    def relations(self, request: Request, parameters: dict[str, str]) -> Response:
        books = self.books(parameters)
        if books is None:
            return not_found()
        language, query = pages.language_of(request), request.query()
        wanted = query.get("query", "").strip()
        with self.world.lock:
            found = [row for row in books.accounts.values() if _matches(row, wanted)]
        start = int(query.get("from", "0")) if query.get("from", "0").isdigit() else 0
        body = _search_form(language, wanted)
        body += card(_relation_table(language, books, found[start : start + ON_A_PAGE]))
        body += _more(language, query, start, len(found))
        return self.page(request, f"{text(language, 'relations')} · {books.name}", body, books=books)

    def relation(
        self, request: Request, parameters: dict[str, str], complaints: dict[str, str] | None = None
    ) -> Response:
        books = self.books(parameters)
        account = books.row(ACCOUNT, parameters["id"]) if books else None
        if books is None or account is None:
            return not_found()
        language = pages.language_of(request)
        body = f'<p class="notice" role="status">{text(language, "saved")}</p>' if request.query().get("saved") else ""
        if complaints and "" in complaints:
            body += f'<p class="bad" role="alert">{escape(complaints[""])}</p>'
        with self.world.lock:
            body += _edit_form(language, account, request, complaints or {})
            body += _buttons(language, books, account, ("bill", "subscribe", "delete"))
            body += _outstanding(language, books, account) + _belongings(language, books, account)
        return self.page(request, account["Name"], body, books=books, status=422 if complaints else 200)

    def users(self, request: Request, _parameters: dict[str, str]) -> Response:
        language = pages.language_of(request)
        body = ""
        for number, user in enumerate(self.world.users.values(), start=1):
            names = {str(code): self.world.divisions[code].name for code in user.divisions}
            key = "unblock" if user.blocked else "block"
            body += (
                f'<form class="card" method="post" action="/users/{user.id}"><h2>{escape(user.name)}</h2>'
                f'<p class="soft">{escape(user.email)}{" · " + text(language, "blocked") if user.blocked else ""}</p>'
                f'<div class="pair">{_choice("division", number, language, names, str(user.current))}'
                f"{_choice('language', number, language, {'nl': 'Nederlands', 'en': 'English'}, user.language)}</div>"
                f'<div class="row">{pages.button(text(language, "save"), key=f"save-{number}", look="go")}'
                f"{pages.button(text(language, key), key=f'{key}-{number}', name='decision', value=key)}</div></form>"
            )
        return self.page(request, text(language, "users"), body)

    def books(self, parameters: dict[str, str]) -> Division | None:
        code = parameters["division"]
        return self.world.divisions.get(int(code)) if code.isdigit() else None

    def page(
        self, request: Request, title: str, body: str, *, books: Division | None = None, status: int = 200
    ) -> Response:
        language = pages.language_of(request)
        links = [("/", "divisions"), ("/users", "users"), ("/keys", "keys")]
        if books:
            links.insert(1, (f"/{books.code}/relations", "relations"))
        shown = "".join(f'<a href="{href}">{text(language, key)}</a>' for href, key in links)
        name = f"<b>{escape(books.name)}</b>" if books else ""
        return pages.page(
            title=title,
            body=f'<nav class="row">{name}{shown}</nav>{body}',
            language=language,
            brand="Exact Online",
            banner=text(language, "banner"),
            status=status,
        )


def card(inner: str) -> str:
    return f'<div class="card">{inner}</div>'


def not_found() -> Response:
    return text_response(404, "Not found\n")


def shown_value(row: Row, name: str) -> str:
    value = row.get(name, ACCOUNT.unset(name))
    if value is None:
        return ""
    return str(value.date()) if name == "EndDate" else str(value).strip()


def _matches(row: Row, wanted: str) -> bool:
    there = " ".join(plain(row.get(name) or "") for name in _SEARCHED)
    return all(word in there for word in wanted.lower().split())


def _choice(kind: str, number: int, language: str, choices: dict[str, str], chosen: str) -> str:
    label = text(language, "current_division" if kind == "division" else kind)
    return pages.choice_field(kind, label, choices, chosen, key=f"{kind}-{number}")


def _search_form(language: str, wanted: str) -> str:
    field = pages.text_field("query", text(language, "search"), wanted)
    button = pages.button(text(language, "search"), key="search")
    return f'<form class="row" method="get"><div class="grow">{field}</div>{button}</form>'


def _relation_table(language: str, books: Division, rows: Iterable[Row]) -> str:
    lines = [
        (
            escape(row["Code"].strip()),
            f'<a href="/{books.code}/relations/{row["ID"]}">{escape(row["Name"])}</a>',
            escape(row.get("Email") or ""),
            escape(row.get("City") or ""),
            str(row["Modified"])[:19],
        )
        for row in rows
    ]
    heads = [text(language, key) for key in ("code", "name", "email", "city", "changed")]
    return pages.table(heads, lines) if lines else f"<p>{text(language, 'nothing')}</p>"


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


def _edit_form(language: str, account: Row, request: Request, complaints: dict[str, str]) -> str:
    typed = request.form() if complaints and request.method == "POST" else {}
    fields = "".join(
        pages.text_field(
            name,
            text(language, "field." + name),
            typed.get(name, shown_value(account, name)),
            hint=complaints.get(name, ""),
        )
        for name in EDITED
    )
    ticks = "".join(
        pages.tick_field(name, text(language, "field." + name), ticked=bool(account.get(name))) for name in TICKED
    )
    save = f'<div class="row">{pages.button(text(language, "save"), key="save", look="go")}</div>'
    return f'<form class="card" method="post"><div class="pair">{fields}</div>{ticks}{save}</form>'


def _buttons(language: str, books: Division, account: Row, keys: Iterable[str]) -> str:
    forms = "".join(
        f'<form method="post" action="/{books.code}/relations/{account["ID"]}/{key}">'
        f"{pages.button(text(language, key), key=key)}</form>"
        for key in keys
    )
    return f'<div class="card row">{forms}</div>'


def _outstanding(language: str, books: Division, account: Row) -> str:
    rows = []
    for one in books.receivables.values():
        if one["AccountId"] == account["ID"]:
            button = pages.button(text(language, "settle"), key=f"settle-{one['Id']}")
            form = f'<form method="post" action="/{books.code}/receivables/{one["Id"]}">{button}</form>'
            rows.append((str(one["InvoiceNumber"]), f"€ {one['Amount']:.2f}", form))
    for one in books.tables[SUBSCRIPTION.path].rows.values():
        if one["OrderedBy"] == account["ID"]:
            rows.append((escape(one["Description"]), str(one["StartDate"].date()), ""))
    shown = pages.table((text(language, "number"), text(language, "amount"), ""), rows) if rows else "<p>-</p>"
    return card(f"<h2>{text(language, 'receivables')}</h2>{shown}")


def _belongings(language: str, books: Division, account: Row) -> str:
    banks = books.of_account(BANK_ACCOUNT, account["ID"])
    ibans = {one["ID"]: one["BankAccount"] for one in banks}
    tables = (
        (
            "bank_accounts",
            ("IBAN", "BIC", text(language, "holder"), text(language, "main")),
            [
                (one["BankAccount"], one.get("BICCode"), one.get("BankAccountHolderName"), _tick(one.get("Main")))
                for one in banks
            ],
        ),
        (
            "mandates",
            (text(language, "reference"), "IBAN", text(language, "date"), text(language, "ended")),
            [
                (
                    one.get("Reference"),
                    ibans.get(one["BankAccount"]),
                    _day(one.get("SignatureDate")),
                    _day(one.get("CancellationDate")),
                )
                for one in books.of_account(MANDATE, account["ID"])
            ],
        ),
        (
            "contacts",
            (text(language, "name"), text(language, "email")),
            [
                (" ".join(filter(None, (one.get("FirstName"), one.get("LastName")))), one.get("Email"))
                for one in books.of_account(CONTACT, account["ID"])
            ],
        ),
    )
    shown = ""
    for key, heads, rows in tables:
        if rows:
            lines = [[escape(str(cell or "")) for cell in row] for row in rows]
            shown += card(f"<h2>{text(language, key)}</h2>{pages.table(heads, lines)}")
    return shown


def _tick(value: object) -> str:
    return "✓" if value else ""


def _day(value: object) -> str:
    return str(value)[:10] if value else ""
