"""Habits that every answer of the service shares: `.json` on paths, limit headers, unknown paths, faults of its own.

It wires routes together; no operation is carried out here.
"""

import re
from collections.abc import Callable

from ledenbrug.bookkeeping.moneybird.sandbox import (
    answers,
    contact_operations,
    document_operations,
    lookup_operations,
    payment_operations,
    people_operations,
    webhook_operations,
)
from ledenbrug.bookkeeping.moneybird.sandbox.calls import PREFIX, Api, bearer_of
from ledenbrug.bookkeeping.moneybird.sandbox.oauth_operations import OAuthOperations
from ledenbrug.bookkeeping.moneybird.sandbox.oauth_pages import OAuthPages
from ledenbrug.bookkeeping.moneybird.sandbox.refusals import Refusal, plain, token_revoked
from ledenbrug.bookkeeping.moneybird.sandbox.screen import Screen
from ledenbrug.bookkeeping.moneybird.sandbox.screen_actions import ScreenActions
from ledenbrug.bookkeeping.moneybird.sandbox.world import World
from ledenbrug.stage import pages
from ledenbrug.stage.faults import Fault, Faults, UnknownFault
from ledenbrug.stage.limit import Limit, Limiter, Verdict
from ledenbrug.stage.messages import Request, Response, json_response, text_response
from ledenbrug.stage.record import Record
from ledenbrug.stage.routes import Missing, Routes

OWN_FAULTS = {
    "withdrawn": "the caller's authorisation is withdrawn for good, 401 from then on",
    "suspended": "at once: the `administration` is suspended (`value` false: no longer)",
    "bad_domain": "at once: e-mail at `domain` cannot be received (`value` false: can again)",
    "merged": "at once: contact `lost` is merged into `kept` in `administration`",
    "others": "at once: somebody else behind `address` (127.0.0.1) spends `requests` of the limit",
}
_OPERATIONS = (
    contact_operations,
    people_operations,
    payment_operations,
    document_operations,
    lookup_operations,
    webhook_operations,
)
_AT_ONCE = ("suspended", "bad_domain", "merged", "others")


class MoneybirdHouse:
    def __init__(self, world: World, *, clock: Callable[[], float], limit: Limit | None, delay: float) -> None:
        self.world, self.clock, self.delay = world, clock, delay
        self.routes, self.record, self.limiter = Routes(), Record(), Limiter(limit)
        self.faults = Faults(PREFIX, OWN_FAULTS)
        self.routes.add("GET", "/api/v2/administrations", self._administrations)
        api = Api(world, self.routes)
        for operations in _OPERATIONS:
            operations.register(api)
        OAuthPages(world, self.routes)
        OAuthOperations(world, self.routes)
        ScreenActions(Screen(world, self.routes), self.routes)
        self.routes.add("GET", pages.STYLE_PATH, pages.style, counted=False)

    def plain_path(self, path: str) -> str:
        """Slashes twice are one, as for the web server before it: many a library has one at the end of its address."""
        path = re.sub(r"/{2,}", "/", path)
        if path.startswith("/api/"):
            if path.endswith(".json"):
                return path[:-5]
            if path.endswith(".xml"):
                return "/api/xml"  # no route: refused in `missing`, whatever the path
        return path

    def is_limited(self, path: str) -> bool:
        return path.startswith("/api/")

    def caller(self, request: Request, _path: str) -> str:
        return request.address

    def limit_headers(self, verdict: Verdict, now: float) -> list[tuple[str, str]]:
        """`Remaining` is the seconds until the reset, whatever its name says."""
        seconds = max(0, int(verdict.reset - now))
        remaining = verdict.left if self.world.switches.remaining == "requests" else seconds
        return [
            ("RateLimit-Limit", str(verdict.limit)),
            ("RateLimit-Remaining", str(remaining)),
            ("RateLimit-Reset", str(verdict.reset)),
            ("RateLimit-RequestsRemaining", str(verdict.left)),
        ]

    def too_many(self, verdict: Verdict, now: float) -> Response:
        switches = self.world.switches
        if switches.retry_later == "json":
            response = json_response(429, "Retry later")
        else:
            response = text_response(429, "Retry later\n", "text/plain")
        after = verdict.reset if switches.retry_after == "epoch" else max(1, int(verdict.reset - now))
        response.headers += [*self.limit_headers(verdict, now), ("Retry-After", str(after))]
        return response

    def missing(self, request: Request, missing: Missing) -> Response:
        if not self.is_limited(request.path):
            return text_response(404, "Not found\n")
        if request.path.endswith(".xml"):
            return plain(406, "The requested format 'xml' is not supported.").response()
        if missing.allowed:
            response = plain(405, "405 Not Allowed").response()
            response.headers.append(("Allow", ", ".join(sorted(missing.allowed))))
            return response
        return plain(404, "404 Not Found").response()

    def own_fault(self, fault: Fault, request: Request) -> Response | None:
        if fault.kind == "withdrawn":
            value = request.headers.get("authorization", "").partition(" ")[2].strip()
            with self.world.lock:
                self.world.personal.pop(value, None)
                if token := self.world.desk.tokens.get(value):
                    self.world.desk.withdraw(token.grant.id)
            return token_revoked().response()
        return None

    def arm_own(self, fault: Fault) -> None:
        if fault.kind not in _AT_ONCE:
            return
        self.faults.disarm(fault)
        facts, on = fault.facts, bool(fault.facts.get("value", True))
        try:
            with self.world.lock:
                if fault.kind == "suspended":
                    self.world.administrations[str(facts["administration"])].suspended = on
                elif fault.kind == "bad_domain":
                    domain = str(facts["domain"]).lower()
                    (self.world.bad_domains.add if on else self.world.bad_domains.discard)(domain)
                elif fault.kind == "merged":
                    books = self.world.administrations[str(facts["administration"])]
                    kept, lost = books.contacts[str(facts["kept"])], books.contacts[str(facts["lost"])]
                    books.merge(kept, lost, self.world.owner().id)
                else:
                    caller = str(facts.get("address", "127.0.0.1"))
                    self.limiter.take(caller, self.clock(), requests=int(facts["requests"]))
        except KeyError as unknown:
            raise UnknownFault(f"missing or unknown: {unknown}") from None

    def _administrations(self, request: Request, _parameters: dict[str, str]) -> Response:
        with self.world.lock:
            try:
                bearer = bearer_of(self.world, request)
            except Refusal as refusal:
                return refusal.response()
            known = [books for books in self.world.administrations.values() if books.id in bearer.reach]
            return json_response(200, [answers.administration(books, "user") for books in known])
