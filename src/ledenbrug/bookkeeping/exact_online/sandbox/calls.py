"""What happens before any operation of the API: the bearer, the division, rights, the error limit, the lock.

The operations themselves are in the `*_operations` files; each gets a `Call` and says what it answers.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from ledenbrug.bookkeeping.exact_online.sandbox.division import Division
from ledenbrug.bookkeeping.exact_online.sandbox.refusals import Refusal, forbidden, unauthorized
from ledenbrug.bookkeeping.exact_online.sandbox.shape import Shape
from ledenbrug.bookkeeping.exact_online.sandbox.views import View, view_of
from ledenbrug.bookkeeping.exact_online.sandbox.world import Bearer, World
from ledenbrug.stage.messages import Request, Response, json_response
from ledenbrug.stage.routes import Routes

PREFIX = "/api/v1/{division}"
_JSON = "application/json;charset=utf-8"
_REASONS = {
    "BlockedUser": "The user is blocked",
    "InactiveUser": "The user is inactive",
    "BlockedCustomer": "The customer is blocked",
    "LicenseExpired": "Customer's license expired",
    "DivisionBlocked": "The division is blocked",
    "NoDivisionAccess": "User division is not within division scope",
    "ApplicationScopeViolated": "Application Scope Violated. Requested scope 'crm.accounts' is not allowed",
}


@dataclass(frozen=True, slots=True)
class Call:
    world: World
    books: Division
    bearer: Bearer
    request: Request
    parameters: dict[str, str]

    def root(self) -> str:
        return f"{self.request.origin()}/api/v1/{self.books.code}"

    def view(self, shape: Shape, *, path: str = "", sync: bool = False) -> View:
        return view_of(self.books, shape, self.root(), path=path, sync=sync)

    def prefers_representation(self) -> bool:
        return "return=representation" in self.request.headers.get("prefer", "").replace(" ", "")


Operation = Callable[[Call], Response]


class Api:
    def __init__(self, world: World, routes: Routes) -> None:
        self.world, self.routes = world, routes
        self.paths: dict[str, str] = {}  # lower case → as the service writes it

    def add(self, method: str, path: str, operation: Operation, *, suffix: str = "", locked: bool = True) -> None:
        self.paths[path.lower()] = path

        def action(request: Request, parameters: dict[str, str]) -> Response:
            with self.world.lock if locked else nullcontext():
                return self._answer(request, parameters, path, operation)

        self.routes.add(method, f"{PREFIX}/{path}{suffix}", action)

    def _answer(self, request: Request, parameters: dict[str, str], path: str, operation: Operation) -> Response:
        bearer, place = None, ""
        now = self.world.clock()
        try:
            code = parameters.pop("division")
            if holder := self.world.holder(value_of(request)):
                place = place_of(holder, code, path)
            bearer = bearer_of(self.world, request)
            if self.world.errors.is_blocked(place, now):
                return Response(429)
            books = self._reached(bearer, code)
            accepts_json(request)
            response = operation(Call(self.world, books, bearer, request, parameters))
        except Refusal as refusal:
            response = refusal.response(bearer.user.language if bearer else "en")
        self.world.errors.note(place, response.status, now)
        return response

    def _reached(self, bearer: Bearer, code: str) -> Division:
        books = self.world.divisions.get(int(code)) if code.isdigit() else None
        if books is None or books.code not in bearer.user.divisions:
            raise forbidden_for("NoDivisionAccess")
        if bearer.user.blocked:
            raise forbidden_for(bearer.user.blocked)
        if books.blocking:
            raise forbidden_for("DivisionBlocked")
        if self.world.switches.current_division == "used":
            bearer.user.current = books.code
        return books


def value_of(request: Request) -> str:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def bearer_of(world: World, request: Request) -> Bearer:
    bearer = world.bearer(value_of(request))
    if bearer is None:
        raise unauthorized()
    return bearer


def place_of(bearer: Bearer, division: str, path: str) -> str:
    """Where errors are counted."""
    return f"{bearer.client_id}/{bearer.user.id}/{division}/{path.lower()}"


def accepts_json(request: Request) -> None:
    """Atom XML is what the service gives by default; this one speaks JSON only."""
    if "json" not in request.headers.get("accept", ""):
        raise Refusal(406, "Ask for JSON: Accept: application/json")


def forbidden_for(reason: str) -> Refusal:
    return forbidden(reason, _REASONS.get(reason, reason))


def data(status: int, value: Any, headers: list[tuple[str, str]] | None = None) -> Response:
    """JSON with the slashes of dates escaped, as the service writes them."""
    response = json_response(status, value, headers)
    response.headers[0] = ("Content-Type", _JSON)
    if b"/Date(" in response.body:
        response.body = response.body.replace(b'"/Date(', b'"\\/Date(').replace(b')/"', b')\\/"')
    return response
