"""Giving a key access, as its user walks through it: login, consent, and back to where the key says.

What a code is worth afterwards is the token desk's business (`oauth_operations`).
"""

from html import escape
from urllib.parse import urlencode

from ledenbrug.bookkeeping.exact_online.sandbox.people import User
from ledenbrug.bookkeeping.exact_online.sandbox.texts import text
from ledenbrug.bookkeeping.exact_online.sandbox.world import PASSWORD, World
from ledenbrug.stage import pages
from ledenbrug.stage.door import Door, Visitor, carried_back
from ledenbrug.stage.messages import Request, Response
from ledenbrug.stage.oauth import Application
from ledenbrug.stage.routes import Routes

AUTHORIZE_PATH = "/api/oauth2/auth"
_ASKED = ("client_id", "redirect_uri", "response_type", "state", "force_login")


class OAuthPages:
    def __init__(self, world: World, routes: Routes) -> None:
        self.world = world
        self._door = Door(
            routes, world.desk, brand="Exact Online", text=text, password=PASSWORD, visitors=self._visitors
        )
        routes.add("GET", AUTHORIZE_PATH, self.ask)
        routes.add("POST", AUTHORIZE_PATH, self.decide)

    def ask(self, request: Request, _parameters: dict[str, str]) -> Response:
        asked = {name: value for name, value in request.query().items() if name in _ASKED}
        refused = self._refused(request, asked)
        if refused:
            return refused
        consent = self.world.switches.consent
        if consent == "refuse":
            return carried_back(asked, error="access_denied")
        if consent == "allow":
            return self._allowed(asked, self.world.owner())
        user = self._user(request)
        if user is None or asked.get("force_login") == "1":
            after = {name: value for name, value in asked.items() if name != "force_login"}
            return self._door.login_first(f"{AUTHORIZE_PATH}?{urlencode(after)}")
        return self._consent_page(request, asked, user)

    def decide(self, request: Request, _parameters: dict[str, str]) -> Response:
        if pages.from_another_site(request):
            return self._door.page(request, "bad_request", "", status=403)
        form = request.form()
        asked = {name: value for name, value in form.items() if name in _ASKED}
        refused = self._refused(request, asked)
        if refused:
            return refused
        if form.get("decision") != "allow":
            return carried_back(asked, error="access_denied")
        user = self._user(request)
        if user is None:
            return self._door.login_first(f"{AUTHORIZE_PATH}?{urlencode(asked)}")
        return self._allowed(asked, user)

    def _visitors(self, _language: str) -> list[Visitor]:
        return [Visitor(user.id, user.email, user.name, bool(user.blocked)) for user in list(self.world.users.values())]

    def _user(self, request: Request) -> User | None:
        return self.world.users.get(self._door.visitor(request))

    def _refused(self, request: Request, asked: dict[str, str]) -> Response | None:
        """What must not go back to the application stays here; the rest is told to it."""
        if stranger := self._door.stranger(request, asked):
            return stranger
        if asked.get("response_type") != "code":
            return carried_back(asked, error="unsupported_response_type")
        return None

    def _allowed(self, asked: dict[str, str], user: User) -> Response:
        desk = self.world.desk
        with self.world.lock:
            reach = [str(code) for code in user.divisions]  # a key of one's own reaches all that its user reaches
            client_id = self._application(asked).client_id
            grant = desk.allow(client_id=client_id, user_id=user.id, scopes=(), reach=reach)
            return carried_back(asked, code=desk.code_for(grant, asked["redirect_uri"]))

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
            self._door.who(request, user.name, f"{AUTHORIZE_PATH}?{urlencode(asked)}")
            + f'<form class="card" method="post" action="{AUTHORIZE_PATH}">'
            + "".join(pages.hidden(name, value) for name, value in asked.items())
            + f'<p><b id="application">{escape(application.name)}</b> {escape(text(language, "wants"))}</p>'
            + f"<ul>{''.join(f'<li>{escape(name)}</li>' for name in names)}</ul><div class=row>"
            + pages.button(text(language, "allow"), key="allow", name="decision", value="allow", look="go")
            + pages.button(text(language, "refuse"), key="refuse", name="decision", value="refuse")
            + "</div></form>"
        )
        return self._door.page(request, "authorize", body, target=asked["redirect_uri"])
