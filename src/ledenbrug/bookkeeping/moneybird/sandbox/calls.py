"""What happens before any operation of the API: the bearer, the administration, the scope, the lock.

The operations themselves are in the `*_operations` files; each gets a `Call` and says what it answers.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

from ledenbrug.bookkeeping.moneybird.sandbox.books import Administration
from ledenbrug.bookkeeping.moneybird.sandbox.refusals import Refusal, plain, symbolic, token_invalid
from ledenbrug.bookkeeping.moneybird.sandbox.world import Bearer, World
from ledenbrug.stage.messages import Request, Response
from ledenbrug.stage.routes import Routes

PREFIX = "/api/v2/{administration_id}"
CONTACT_SCOPES = ("estimates", "sales_invoices", "documents", "bank", "settings")


@dataclass(frozen=True, slots=True)
class Call:
    world: World
    books: Administration
    bearer: Bearer
    request: Request
    parameters: dict[str, str]


Operation = Callable[[Call], Response]


class Api:
    def __init__(self, world: World, routes: Routes) -> None:
        self.world, self.routes = world, routes

    def add(
        self,
        method: str,
        path: str,
        operation: Operation,
        *,
        scopes: tuple[str, ...] = CONTACT_SCOPES,
        locked: bool = True,
    ) -> None:
        def action(request: Request, parameters: dict[str, str]) -> Response:
            with self.world.lock if locked else nullcontext():
                try:
                    bearer = bearer_of(self.world, request)
                    books = self._reached(bearer, parameters.pop("administration_id"))
                    self._allowed(bearer, method, scopes)
                    return operation(Call(self.world, books, bearer, request, parameters))
                except Refusal as refusal:
                    return refusal.response()

        self.routes.add(method, PREFIX + path, action)

    def _reached(self, bearer: Bearer, administration_id: str) -> Administration:
        books = self.world.administrations.get(administration_id) if administration_id in bearer.reach else None
        if books is None:
            if self.world.switches.foreign == "401":
                raise token_invalid()
            raise symbolic(404, "record not found", administration_id="not_found")
        if books.suspended:
            raise symbolic(403, "Administration is suspended", administration="suspended")
        return books

    def _allowed(self, bearer: Bearer, method: str, scopes: tuple[str, ...]) -> None:
        switches = self.world.switches
        if not set(scopes) & set(bearer.scopes):
            wanted = " or ".join(filter(None, (", ".join(scopes[:-1]), scopes[-1])))
            raise plain(int(switches.scope_refusal), f"No access to {wanted}")
        if bearer.read_only and method != "GET":
            raise plain(int(switches.read_only_refusal), "Token is read-only")


def bearer_of(world: World, request: Request) -> Bearer:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise token_invalid()
    return world.bearer(value.strip())
