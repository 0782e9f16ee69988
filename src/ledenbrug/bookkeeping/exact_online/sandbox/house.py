"""Habits that every answer of the service shares: paths in any case, keys in brackets, limits, faults of its own.

It wires routes together; no operation is carried out here.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote

from ledenbrug.bookkeeping.exact_online.sandbox import (
    bulk_operations,
    division_operations,
    entity_operations,
    limits,
    webhook_operations,
)
from ledenbrug.bookkeeping.exact_online.sandbox.calls import PREFIX, Api, forbidden_for, place_of, value_of
from ledenbrug.bookkeeping.exact_online.sandbox.key_pages import KeyPages
from ledenbrug.bookkeeping.exact_online.sandbox.oauth_operations import OAuthOperations
from ledenbrug.bookkeeping.exact_online.sandbox.oauth_pages import OAuthPages
from ledenbrug.bookkeeping.exact_online.sandbox.refusals import error, unauthorized
from ledenbrug.bookkeeping.exact_online.sandbox.screen import Screen
from ledenbrug.bookkeeping.exact_online.sandbox.screen_actions import ScreenActions
from ledenbrug.bookkeeping.exact_online.sandbox.trouble import OWN_FAULTS, Trouble
from ledenbrug.bookkeeping.exact_online.sandbox.world import World
from ledenbrug.stage import pages
from ledenbrug.stage.faults import Fault, Faults
from ledenbrug.stage.limit import Limit, Limiter, Verdict
from ledenbrug.stage.messages import Request, Response, json_response, text_response
from ledenbrug.stage.record import Record
from ledenbrug.stage.routes import Missing, Routes

_OPERATIONS = (division_operations, entity_operations, bulk_operations, webhook_operations)
_PATH = re.compile(
    r"/api/v1/(?P<division>\w+)/(?P<path>[A-Za-z]+(?:/[A-Za-z]+)*)(?:\((?P<key>[^)]*)\)(?P<below>/[A-Za-z]+)?)?"
    r"(?P<count>/\$count)?/*"
)


class ExactHouse:
    def __init__(
        self, world: World, *, clock: Callable[[], float], limit: Limit | None, day: Limit | None, delay: float
    ) -> None:
        self.world, self.clock, self.delay = world, clock, delay
        self.routes, self.record = Routes(), Record()
        two = limits.TwoLimits(limit, day)
        self.limiter: Limiter = two
        self.faults = Faults(PREFIX, OWN_FAULTS)
        self._api = Api(world, self.routes)
        for operations in _OPERATIONS:
            operations.register(self._api)
        OAuthPages(world, self.routes)
        OAuthOperations(world, self.routes)
        screen = Screen(world, self.routes)
        ScreenActions(screen, self.routes)
        KeyPages(screen, self.routes)
        self._trouble = Trouble(world, self.faults, two)
        self.routes.add("GET", "/_sandbox/remarks", self._remarks, counted=False)
        self.routes.add("GET", pages.STYLE_PATH, pages.style, counted=False)

    def plain_path(self, path: str) -> str:
        """Large and small letters alike: `/API/v1/1/CRM/accounts(guid'…')/` as `/api/v1/1/crm/Accounts/…`."""
        found = _PATH.fullmatch(unquote(path).replace("/API/", "/api/", 1)) if path[:5].lower() == "/api/" else None
        if not found:
            return path
        known = self._api.paths.get(found["path"].lower(), found["path"])
        key = (found["key"] or "").strip().removeprefix("guid").strip("'")
        return (
            f"/api/v1/{found['division'].lower()}/{known}"
            + (f"/{key or '-'}" if found["key"] is not None else "")
            + (found["below"] or "")
            + (found["count"] or "")
        )

    def is_limited(self, path: str) -> bool:
        return path.startswith("/api/v1/") and not path.startswith(division_operations.ME_PATH)

    def caller(self, request: Request, path: str) -> str:
        """Limits count per key and division; whoever has no key is refused before anything is counted."""
        holder = self.world.holder(value_of(request))
        return f"{holder.client_id}/{path.split('/')[3]}" if holder else ""

    def limit_headers(self, verdict: Verdict, now: float) -> list[tuple[str, str]]:
        return limits.headers(verdict)

    def too_many(self, verdict: Verdict, now: float) -> Response:
        """Without a body, without Retry-After."""
        return Response(429, b"", limits.headers(verdict))

    def missing(self, request: Request, missing: Missing) -> Response:
        if not self.is_limited(request.path):
            return text_response(404, "Not found\n")
        if self.world.bearer(value_of(request)) is None:
            return unauthorized().response("en")
        response = error(405, "Method not allowed.") if missing.allowed else error(404, "Resource not found.")
        if missing.allowed:
            response.headers.append(("Allow", ", ".join(sorted(missing.allowed))))
        self._note(request, response)
        return response

    def own_fault(self, fault: Fault, request: Request) -> Response | None:
        value = value_of(request)
        response = None
        if fault.kind in ("unauthorized", "withdrawn"):
            response = unauthorized().response("en")
        elif fault.kind == "forbidden":
            response = forbidden_for(str(fault.facts.get("reason", "NoDivisionAccess"))).response("en")
        elif fault.kind == "refused":
            response = error(500, str(fault.facts.get("text", "Ongeldig: Naam")))
        if fault.kind == "withdrawn":
            self._trouble.withdraw(value)
        if response:
            self._note(request, response)
        return response

    def arm_own(self, fault: Fault) -> None:
        self._trouble.arm(fault)

    def _note(self, request: Request, response: Response) -> None:
        """Refusals count wherever they are decided."""
        holder = self.world.holder(value_of(request))
        segments = self.plain_path(request.path).split("/")
        if holder and len(segments) > 4:
            place = place_of(holder, segments[3], "/".join(segments[4:6]))
            self.world.errors.note(place, response.status, self.clock())

    def _remarks(self, _request: Request, _parameters: dict[str, str]) -> Response:
        return json_response(200, {**self.world.remarks, "at the same time": self.record.most_together()})
