"""Where the treasurer registers an API key, sees its id and secret, and takes access back.

It keeps keys at the token desk; what a key may do is decided there.
"""

import secrets
from dataclasses import replace
from html import escape
from urllib.parse import urlsplit

from ledenbrug.bookkeeping.exact_online.sandbox.guids import new_guid
from ledenbrug.bookkeeping.exact_online.sandbox.screen import Screen, card, not_found
from ledenbrug.bookkeeping.exact_online.sandbox.texts import text
from ledenbrug.stage import pages
from ledenbrug.stage.messages import Request, Response, redirect
from ledenbrug.stage.oauth import Application
from ledenbrug.stage.routes import Routes

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class KeyPages:
    def __init__(self, screen: Screen, routes: Routes) -> None:
        self.screen, self.world = screen, screen.world
        routes.add("GET", "/keys", self.keys, counted=False)
        routes.add("POST", "/keys", self.register, counted=False)
        routes.add("GET", "/keys/{key}", self.key, counted=False)
        routes.add("POST", "/keys/{key}/secret", self.new_secret, counted=False)
        routes.add("POST", "/keys/{key}/withdraw/{grant}", self.withdraw, counted=False)

    def keys(self, request: Request, _parameters: dict[str, str], complaints: dict[str, str] | None = None) -> Response:
        language = pages.language_of(request)
        known = [
            (f'<a href="/keys/{escape(one.client_id)}">{escape(one.name)}</a>', escape(", ".join(one.redirect_uris)))
            for one in self.world.desk.applications.values()
        ]
        table = pages.table((text(language, "name"), text(language, "redirect_url")), known)
        wrong, typed = complaints or {}, request.form() if complaints else {}
        form = (
            f'<form class="card" method="post" action="/keys"><h2>{text(language, "register_key")}</h2>'
            + pages.text_field("name", text(language, "key_name"), typed.get("name", ""), hint=wrong.get("name", ""))
            + pages.text_field(
                "redirect_uri",
                text(language, "redirect_url"),
                typed.get("redirect_uri", ""),
                hint=wrong.get("redirect_uri", ""),
            )
            + pages.tick_field("terms", text(language, "terms"), ticked="terms" in typed)
            + (f'<p class="bad">{escape(wrong["terms"])}</p>' if "terms" in wrong else "")
            + f'<div class="row">{pages.button(text(language, "register"), key="register", look="go")}</div></form>'
        )
        return self.screen.page(request, text(language, "keys"), card(table) + form, status=422 if wrong else 200)

    def register(self, request: Request, _parameters: dict[str, str]) -> Response:
        if pages.from_another_site(request):
            return not_found()
        form, language = request.form(), pages.language_of(request)
        name, address = form.get("name", "").strip(), form.get("redirect_uri", "").strip()
        complaints = {}
        if not name:
            complaints["name"] = text(language, "needs_name")
        if not self._may_return_to(address):
            complaints["redirect_uri"] = text(language, "needs_https")
        if "terms" not in form:
            complaints["terms"] = text(language, "needs_terms")
        if complaints:
            return self.keys(request, {}, complaints)
        key = Application(new_guid(), secrets.token_urlsafe(9), name, (address,))
        with self.world.lock:
            self.world.desk.register(key)
        return redirect(f"/keys/{key.client_id}")

    def key(self, request: Request, parameters: dict[str, str]) -> Response:
        application = self.world.desk.applications.get(parameters["key"])
        if application is None:
            return not_found()
        language, key = pages.language_of(request), application.client_id
        facts = (
            ("client_id", "client-id", key),
            ("client_secret", "client-secret", application.client_secret),
            ("redirect_url", "redirect-url", ", ".join(application.redirect_uris)),
            ("webhook_secret", "webhook-secret", self.world.webhook_secret(key)),
        )
        rows = [(text(language, label), f'<code id="{name}">{escape(value)}</code>') for label, name, value in facts]
        body = card(f"<h2>{text(language, 'authorization_information')}</h2>{pages.table(('', ''), rows)}")
        button = pages.button(text(language, "new_secret"), key="new-secret")
        body += f'<form method="post" action="/keys/{escape(key)}/secret">{button}</form>'
        grants = [self._grant(language, one.id) for one in self.world.desk.grants.values() if one.client_id == key]
        body += card(pages.table((text(language, "given_by"), ""), grants)) if grants else ""
        return self.screen.page(request, application.name, body)

    def new_secret(self, request: Request, parameters: dict[str, str]) -> Response:
        application = self.world.desk.applications.get(parameters["key"])
        if application is None or pages.from_another_site(request):
            return not_found()
        with self.world.lock:
            self.world.desk.register(replace(application, client_secret=secrets.token_urlsafe(9)))
        return redirect(f"/keys/{application.client_id}")

    def withdraw(self, request: Request, parameters: dict[str, str]) -> Response:
        if pages.from_another_site(request):
            return not_found()
        with self.world.lock:
            self.world.desk.withdraw(parameters["grant"])
        return redirect(f"/keys/{parameters['key']}")

    def _grant(self, language: str, grant_id: str) -> tuple[str, str]:
        grant = self.world.desk.grants[grant_id]
        name = escape(self.world.users[grant.user_id].name)
        if grant.withdrawn:
            return name, f'<span class="tag">{text(language, "withdrawn")}</span>'
        button = pages.button(text(language, "withdraw"), key=f"withdraw-{grant.id}")
        return name, f'<form method="post" action="/keys/{escape(grant.client_id)}/withdraw/{grant.id}">{button}</form>'

    def _may_return_to(self, address: str) -> bool:
        parts = urlsplit(address)
        host = parts.hostname or ""
        if host in _LOOPBACK:
            return self.world.switches.redirect_rule == "loopback" and parts.scheme in ("http", "https")
        return parts.scheme == "https" and "." in host
