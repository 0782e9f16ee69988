"""Giving an application access, as its user walks through it: login, consent, code shown or carried back.

What a code is worth afterwards is the token desk's business (`oauth_operations`).
"""

from html import escape
from urllib.parse import urlencode

from ledenbrug.bookkeeping.moneybird.sandbox.records import User
from ledenbrug.bookkeeping.moneybird.sandbox.texts import text
from ledenbrug.bookkeeping.moneybird.sandbox.world import PASSWORD, SCOPES, World
from ledenbrug.stage import pages
from ledenbrug.stage.door import Door, Visitor, carried_back
from ledenbrug.stage.messages import Request, Response, redirect
from ledenbrug.stage.oauth import OUT_OF_BAND, Application
from ledenbrug.stage.routes import Routes

USUAL_SCOPE = "sales_invoices"
_ASKED = ("client_id", "redirect_uri", "response_type", "scope", "state")


class OAuthPages:
    def __init__(self, world: World, routes: Routes) -> None:
        self.world = world
        self._door = Door(routes, world.desk, brand="Moneybird", text=text, password=PASSWORD, visitors=self._visitors)
        routes.add("GET", "/oauth/authorize", self.ask)
        routes.add("POST", "/oauth/authorize", self.decide)
        routes.add("GET", "/oauth/authorize/native", self.show_code, counted=False)

    def ask(self, request: Request, _parameters: dict[str, str]) -> Response:
        asked = {name: value for name, value in request.query().items() if name in _ASKED}
        refused = self._refused(request, asked)
        if refused:
            return refused
        consent = self.world.switches.consent
        if consent == "refuse":
            return _back(asked, error="access_denied", error_description=_DENIED)
        if consent == "allow":
            reach = tuple(self.world.administrations)
            return self._allowed(asked, self.world.owner(), reach if self._several() else reach[:1])
        user = self._user(request)
        if user is None:
            return self._door.login_first("/oauth/authorize?" + urlencode(asked))
        return self._consent_page(request, asked, user)

    def decide(self, request: Request, _parameters: dict[str, str]) -> Response:
        if pages.from_another_site(request):
            return self._door.page(request, "bad_request", "", status=403)
        form = request.form_pairs()
        asked = {name: value for name, value in form if name in _ASKED}
        refused = self._refused(request, asked)
        if refused:
            return refused
        if ("decision", "refuse") in form:
            return _back(asked, error="access_denied", error_description=_DENIED)
        user = self._user(request)
        if user is None:
            return self._door.login_first("/oauth/authorize?" + urlencode(asked))
        chosen = [value for name, value in form if name == "administration" and value in self.world.administrations]
        if user.user_type != "owner" or not chosen:
            return self._consent_page(request, asked, user, complaint="pick_one")
        return self._allowed(asked, user, tuple(chosen) if self._several() else tuple(chosen[:1]))

    def show_code(self, request: Request, _parameters: dict[str, str]) -> Response:
        language = pages.language_of(request)
        code = escape(request.query().get("code", ""))
        body = (
            f'<div class="card"><p>{escape(text(language, "code_note"))}</p><p><code id="code">{code}</code></p></div>'
        )
        return self._door.page(request, "code_title", body)

    def _visitors(self, language: str) -> list[Visitor]:
        people = [user for user in list(self.world.users.values()) if user.user_type != "api_user"]
        return [Visitor(user.id, user.email, f"{user.name} ({text(language, user.user_type)})") for user in people]

    def _user(self, request: Request) -> User | None:
        return self.world.users.get(self._door.visitor(request))

    def _several(self) -> bool:
        return self.world.switches.grant == "several"

    def _refused(self, request: Request, asked: dict[str, str]) -> Response | None:
        """What must not go back to the application stays here; the rest is told to it."""
        if stranger := self._door.stranger(request, asked):
            return stranger
        if asked.get("response_type") != "code":
            return _back(asked, error="unsupported_response_type", error_description="Only code is supported.")
        if not set(_scopes(asked)) <= set(SCOPES):
            return _back(asked, error="invalid_scope", error_description="The requested scope is invalid or unknown.")
        return None

    def _allowed(self, asked: dict[str, str], user: User, reach: tuple[str, ...]) -> Response:
        application = self.world.desk.applications[asked["client_id"]]
        with self.world.lock:
            grant = self.world.allow(application, user, _scopes(asked), reach)
            code = self.world.desk.code_for(grant, asked["redirect_uri"])
        if asked["redirect_uri"] == OUT_OF_BAND:
            return redirect("/oauth/authorize/native?" + urlencode({"code": code}))
        return _back(asked, code=code)

    def _consent_page(self, request: Request, asked: dict[str, str], user: User, complaint: str = "") -> Response:
        language = pages.language_of(request)
        application = self.world.desk.applications[asked["client_id"]]
        body = (
            self._door.who(request, user.name, "/oauth/authorize?" + urlencode(asked))
            + '<form class="card" method="post" action="/oauth/authorize">'
        )
        body += "".join(pages.hidden(name, value) for name, value in asked.items())
        if user.user_type == "owner":
            body += self._request_shown(language, asked, application)
            body += self._choice(language) + (f'<p class="bad">{text(language, complaint)}</p>' if complaint else "")
        else:
            body += f'<p class="notice" id="only-owner">{escape(text(language, "only_owner"))}</p>'
        buttons = ""
        if user.user_type == "owner":
            buttons = pages.button(text(language, "allow"), key="allow", name="decision", value="allow", look="go")
        buttons += pages.button(text(language, "refuse"), key="refuse", name="decision", value="refuse")
        body += f'<div class="row">{buttons}</div></form>'
        return self._door.page(request, "authorize", body, target=asked["redirect_uri"])

    def _request_shown(self, language: str, asked: dict[str, str], application: Application) -> str:
        scopes = "".join(f"<li>{escape(text(language, 'scope.' + scope))}</li>" for scope in _scopes(asked))
        return (
            f'<p><b id="application">{escape(application.name)}</b> {escape(text(language, "wants"))}</p>'
            f"<p>{escape(text(language, 'may'))}</p><ul>{scopes}</ul>"
        )

    def _choice(self, language: str) -> str:
        names = {books.id: books.name for books in self.world.administrations.values()}
        if not self._several():
            return pages.choice_field("administration", text(language, "administration"), names)
        ticks = "".join(
            pages.tick_field("administration", name, ticked=True, value=one, key=f"administration-{one}")
            for one, name in names.items()
        )
        return f"<fieldset><legend>{escape(text(language, 'administrations'))}</legend>{ticks}</fieldset>"


_DENIED = "The resource owner or authorization server denied the request."


def _scopes(asked: dict[str, str]) -> list[str]:
    return asked.get("scope", "").replace("+", " ").split() or [USUAL_SCOPE]


def _back(asked: dict[str, str], **answer: str) -> Response:
    if asked["redirect_uri"] == OUT_OF_BAND:
        return redirect("/oauth/authorize/native?" + urlencode({"code": answer.get("error", "")}))
    return carried_back(asked, **answer)
