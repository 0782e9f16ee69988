"""How people come to a sandbox's consent page: they log in, and who asks for access must be known.

The same for every package; its words, its people and what is consented to come in.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from ledenbrug.stage import pages
from ledenbrug.stage.messages import Request, Response, redirect
from ledenbrug.stage.oauth import TokenDesk
from ledenbrug.stage.routes import Routes

Text = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Visitor:
    id: str
    email: str
    label: str
    barred: bool = False


class Door:
    def __init__(
        self,
        routes: Routes,
        desk: TokenDesk,
        *,
        brand: str,
        text: Text,
        password: str,
        visitors: Callable[[str], Iterable[Visitor]],
    ) -> None:
        """`text` takes a language and a key; `visitors` a language."""
        self._desk, self._brand, self._text = desk, brand, text
        self._password, self._visitors = password, visitors
        self._sessions: dict[str, str] = {}
        routes.add("GET", "/login", self._login_page, counted=False)
        routes.add("POST", "/login", self._login, counted=False)
        routes.add("POST", "/logout", self._logout, counted=False)

    def visitor(self, request: Request) -> str:
        """The id of who logged in; empty for nobody."""
        return self._sessions.get(request.cookie(_cookie_name(request)), "")

    def login_first(self, then: str) -> Response:
        return redirect("/login?" + urlencode({"return_to": then}))

    def stranger(self, request: Request, asked: dict[str, str]) -> Response | None:
        """A page for who must not be answered: nothing goes to an address that is not registered."""
        application = self._desk.application(asked.get("client_id", ""))
        if application is None:
            complaint = "unknown_client"
        elif not application.accepts(asked.get("redirect_uri", "")):
            complaint = "bad_redirect"
        else:
            return None
        words = escape(self._text(pages.language_of(request), complaint))
        return self.page(request, "bad_request", f'<p class="card">{words}</p>', status=400)

    def page(self, request: Request, title: str, body: str, *, status: int = 200, target: str = "") -> Response:
        """`title` is a key; `target` where a form of it leads to by redirect."""
        language = pages.language_of(request)
        return pages.page(
            title=self._text(language, title),
            body=body,
            language=language,
            brand=self._brand,
            banner=self._text(language, "banner"),
            status=status,
            narrow=True,
            form_targets=(target,),
        )

    def who(self, request: Request, name: str, then: str) -> str:
        """Who is logged in, with a way to be somebody else."""
        language = pages.language_of(request)
        return (
            '<form class="row line" method="post" action="/logout">'
            + pages.hidden("return_to", then)
            + f"<span>{escape(self._text(language, 'logged_in_as'))} <b>{escape(name)}</b></span>"
            + pages.button(self._text(language, "logout"), key="logout", look="quiet")
            + "</form>"
        )

    def _login_page(self, request: Request, _parameters: dict[str, str], complaint: str = "") -> Response:
        language = pages.language_of(request)
        choices = {each.email: each.label for each in self._visitors(language)}
        chosen = request.form().get("email", "") if request.method == "POST" else ""
        note = escape(self._text(language, "login_note"))
        body = (
            f'<form class="card" method="post" action="/login"><p class="soft">{note}</p>'
            + pages.hidden("return_to", _return_to(request))
            + pages.choice_field("email", self._text(language, "user"), choices, chosen)
            + pages.text_field(
                "password", self._text(language, "password"), self._password, kind="password", hint=complaint
            )
            + f'<div class="row">{pages.button(self._text(language, "login"), key="login", look="go")}</div></form>'
        )
        return self.page(request, "login", body, status=403 if complaint else 200)

    def _login(self, request: Request, _parameters: dict[str, str]) -> Response:
        form, language = request.form(), pages.language_of(request)
        found = next((each for each in self._visitors(language) if each.email == form.get("email")), None)
        wrong = form.get("password") != self._password or pages.from_another_site(request)
        if found is None or found.barred or wrong:
            return self._login_page(request, {}, self._text(language, "wrong_password"))
        key = secrets.token_hex(16)
        self._sessions[key] = found.id
        return redirect(_return_to(request), [_cookie(request, key)])

    def _logout(self, request: Request, _parameters: dict[str, str]) -> Response:
        self._sessions.pop(request.cookie(_cookie_name(request)), None)
        gone = self.login_first(_return_to(request))
        gone.headers.append(_cookie(request, "", "; Max-Age=0"))
        return gone


def carried_back(asked: dict[str, str], **answer: str) -> Response:
    """To the application, at the address it asked with."""
    if asked.get("state"):
        answer["state"] = asked["state"]
    address = asked["redirect_uri"]
    return redirect(address + ("&" if "?" in address else "?") + urlencode(answer))


def _return_to(request: Request) -> str:
    """Only to a page of this server."""
    wanted = (request.form() if request.method == "POST" else request.query()).get("return_to", "")
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else "/"


def _cookie(request: Request, value: str, more: str = "") -> tuple[str, str]:
    return "Set-Cookie", f"{_cookie_name(request)}={value}; Path=/{more}; HttpOnly; SameSite=Lax"


def _cookie_name(request: Request) -> str:
    # Cookies do not keep ports apart, sandboxes side by side have to.
    return "sandbox_" + request.headers.get("host", "").rpartition(":")[2].strip("]")
