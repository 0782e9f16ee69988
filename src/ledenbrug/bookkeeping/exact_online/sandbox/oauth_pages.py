"""Giving a key access, as its user walks through it: login, consent, and back to where the key says.

What a code is worth afterwards is the token desk's business (`oauth_operations`).
"""

import secrets
from html import escape
from urllib.parse import urlencode

from ledenbrug.bookkeeping.exact_online.sandbox.people import User
from ledenbrug.bookkeeping.exact_online.sandbox.texts import text
from ledenbrug.bookkeeping.exact_online.sandbox.world import PASSWORD, World
from ledenbrug.stage import pages
from ledenbrug.stage.messages import Request, Response, redirect
from ledenbrug.stage.oauth import Application
from ledenbrug.stage.routes import Routes

AUTHORIZE_PATH = "/api/oauth2/auth"
_ASKED = ("client_id", "redirect_uri", "response_type", "state", "force_login")


class OAuthPages:
    def __init__(self, world: World, routes: Routes) -> None:
        self.world = world
        self._sessions: dict[str, str] = {}
        routes.add("GET", AUTHORIZE_PATH, self.ask)
        routes.add("POST", AUTHORIZE_PATH, self.decide)
        routes.add("GET", "/login", self.login_page, counted=False)
        routes.add("POST", "/login", self.login, counted=False)
        routes.add("POST", "/logout", self.logout, counted=False)

    def ask(self, request: Request, _parameters: dict[str, str]) -> Response:
        asked = {name: value for name, value in request.query().items() if name in _ASKED}
        refused = self._refused(request, asked)
        if refused:
            return refused
        consent = self.world.switches.consent
        if consent == "refuse":
            return _back(asked, error="access_denied")
        if consent == "allow":
            return self._allowed(asked, self.world.owner())
        user = self._user(request)
        if user is None or asked.get("force_login") == "1":
            after = {name: value for name, value in asked.items() if name != "force_login"}
            return redirect("/login?" + urlencode({"return_to": f"{AUTHORIZE_PATH}?{urlencode(after)}"}))
        return self._consent_page(request, asked, user)

    def decide(self, request: Request, _parameters: dict[str, str]) -> Response:
        if pages.from_another_site(request):
            return self._page(request, "bad_request", "", status=403)
        form = request.form()
        asked = {name: value for name, value in form.items() if name in _ASKED}
        refused = self._refused(request, asked)
        if refused:
            return refused
        if form.get("decision") != "allow":
            return _back(asked, error="access_denied")
        user = self._user(request)
        if user is None:
            return redirect("/login?" + urlencode({"return_to": f"{AUTHORIZE_PATH}?{urlencode(asked)}"}))
        return self._allowed(asked, user)

    def login_page(self, request: Request, _parameters: dict[str, str], complaint: str = "") -> Response:
        language = pages.language_of(request)
        choices = {user.email: user.name for user in list(self.world.users.values())}
        chosen = request.form().get("email", "") if request.method == "POST" else ""
        note = escape(text(language, "login_note"))
        body = (
            f'<form class="card" method="post" action="/login"><p class="soft">{note}</p>'
            + pages.hidden("return_to", _return_to(request))
            + pages.choice_field("email", text(language, "user"), choices, chosen)
            + pages.text_field("password", text(language, "password"), PASSWORD, kind="password", hint=complaint)
            + f'<div class="row">{pages.button(text(language, "login"), key="login", look="go")}</div></form>'
        )
        return self._page(request, "login", body, status=403 if complaint else 200)

    def login(self, request: Request, _parameters: dict[str, str]) -> Response:
        form = request.form()
        user = self.world.user_by_email(form.get("email", ""))
        if user is None or form.get("password") != PASSWORD or user.blocked or pages.from_another_site(request):
            return self.login_page(request, {}, text(pages.language_of(request), "wrong_password"))
        key = secrets.token_hex(16)
        self._sessions[key] = user.id
        cookie = f"{_cookie_name(request)}={key}; Path=/; HttpOnly; SameSite=Lax"
        return redirect(_return_to(request), [("Set-Cookie", cookie)])

    def logout(self, request: Request, _parameters: dict[str, str]) -> Response:
        self._sessions.pop(request.cookie(_cookie_name(request)), None)
        cookie = f"{_cookie_name(request)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
        return redirect("/login?" + urlencode({"return_to": _return_to(request)}), [("Set-Cookie", cookie)])

    def _user(self, request: Request) -> User | None:
        return self.world.users.get(self._sessions.get(request.cookie(_cookie_name(request)), ""))

    def _refused(self, request: Request, asked: dict[str, str]) -> Response | None:
        """What must not go back to the application stays here; the rest is told to it."""
        application = self.world.desk.application(asked.get("client_id", ""))
        for complaint, wrong in (
            ("unknown_client", application is None),
            ("bad_redirect", application is None or not application.accepts(asked.get("redirect_uri", ""))),
        ):
            if wrong:
                words = escape(text(pages.language_of(request), complaint))
                return self._page(request, "bad_request", f'<p class="card">{words}</p>', status=400)
        if asked.get("response_type") != "code":
            return _back(asked, error="unsupported_response_type")
        return None

    def _allowed(self, asked: dict[str, str], user: User) -> Response:
        desk = self.world.desk
        with self.world.lock:
            reach = [str(code) for code in user.divisions]  # a key of one's own reaches all that its user reaches
            client_id = self._application(asked).client_id
            grant = desk.allow(client_id=client_id, user_id=user.id, scopes=(), reach=reach)
            return _back(asked, code=desk.code_for(grant, asked["redirect_uri"]))

    def _application(self, asked: dict[str, str]) -> Application:
        found = self.world.desk.application(asked["client_id"])
        if found is None:
            raise LookupError("no such key")  # `_refused` came first
        return found

    def _consent_page(self, request: Request, asked: dict[str, str], user: User) -> Response:
        language = pages.language_of(request)
        application = self._application(asked)
        names = [books.name for code, books in self.world.divisions.items() if code in user.divisions]
        body = (
            '<form class="row" method="post" action="/logout">'
            + pages.hidden("return_to", f"{AUTHORIZE_PATH}?{urlencode(asked)}")
            + f"<span>{escape(text(language, 'logged_in_as'))} <b>{escape(user.name)}</b></span>"
            + pages.button(text(language, "logout"), key="logout", look="quiet")
            + f'</form><form class="card" method="post" action="{AUTHORIZE_PATH}">'
            + "".join(pages.hidden(name, value) for name, value in asked.items())
            + f'<p><b id="application">{escape(application.name)}</b> {escape(text(language, "wants"))}</p>'
            + f"<ul>{''.join(f'<li>{escape(name)}</li>' for name in names)}</ul><div class=row>"
            + pages.button(text(language, "allow"), key="allow", name="decision", value="allow", look="go")
            + pages.button(text(language, "refuse"), key="refuse", name="decision", value="refuse")
            + "</div></form>"
        )
        return self._page(request, "authorize", body, target=asked["redirect_uri"])

    def _page(self, request: Request, title: str, body: str, *, status: int = 200, target: str = "") -> Response:
        language = pages.language_of(request)
        return pages.page(
            title=text(language, title),
            body=body,
            language=language,
            brand="Exact Online",
            banner=text(language, "banner"),
            status=status,
            narrow=True,
            form_targets=(target,),
        )


def _back(asked: dict[str, str], **answer: str) -> Response:
    if asked.get("state"):
        answer["state"] = asked["state"]
    address = asked["redirect_uri"]
    return redirect(address + ("&" if "?" in address else "?") + urlencode(answer))


def _return_to(request: Request) -> str:
    """Only to a page of this server."""
    wanted = (request.form() if request.method == "POST" else request.query()).get("return_to", "")
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else "/"


def _cookie_name(request: Request) -> str:
    # Cookies do not keep ports apart, sandboxes side by side have to.
    return "exact_sandbox_" + request.headers.get("host", "").rpartition(":")[2].strip("]") or "0"
