"""A running Exact Online sandbox: what tests start, and what the command runs in the foreground.

It puts world, house and server together and stops them again; nothing else.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT
from ledenbrug.bookkeeping.exact_online.sandbox.house import ExactHouse
from ledenbrug.bookkeeping.exact_online.sandbox.switches import Switches
from ledenbrug.bookkeeping.exact_online.sandbox.world import World, new_world
from ledenbrug.stage.limit import Limit, parse_limit
from ledenbrug.stage.oauth import Application
from ledenbrug.stage.running import Running

CLIENT_ID = "1ede0b12-0000-4000-8000-000000000001"
CLIENT_SECRET = "ledenbrug-sandbox-secret"  # noqa: S105  printed in the README, opens only invented data
USUAL_LIMIT = "60/60"
USUAL_DAY_LIMIT = "5000/86400"


class Sandbox(Running):
    def __init__(self, world: World, house: ExactHouse, host: str, port: int) -> None:
        super().__init__(house, host, port)
        self.world = world
        world.origin = self.url

    def stop(self) -> None:
        super().stop()
        self.world.webhooks.stop()


def start(
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    token: str | Iterable[str] | None = None,
    administrations: Iterable[str] = (),
    limit: str | Limit | None = None,
    day_limit: str | Limit | None = None,
    delay: float = 0.0,
    clock: Callable[[], float] = time.time,
    client_id: str = CLIENT_ID,
    client_secret: str = CLIENT_SECRET,
    redirect_uris: Iterable[str] = (),
    contacts: int = 0,
    switches: Switches | None = None,
    **switched: Any,
) -> Sandbox:
    """In a thread of its own. There are no limits here unless given; a switch may be given by its name."""
    world = new_world(
        clock=clock,
        switches=switches or Switches(**switched),
        client_id=client_id,
        administrations=administrations,
        tokens=(token,) if isinstance(token, str) else tuple(token or ()),
    )
    world.desk.register(Application(client_id, client_secret, "Ledenbrug", tuple(redirect_uris)))
    _fill(world, contacts)
    house = ExactHouse(world, clock=clock, limit=_limit(limit), day=_limit(day_limit), delay=delay)
    return Sandbox(world, house, host, port).open()


def _limit(given: str | Limit | None) -> Limit | None:
    return parse_limit(given) if isinstance(given, str) else given


def _fill(world: World, contacts: int) -> None:
    """Invented relations in the first division, so that there is something to find."""
    books, owner = world.books(), world.owner()
    for n in range(1, contacts + 1):
        values = {"Name": f"Voornaam{n} Achternaam{n}", "Email": f"persoon{n}@sandbox.example", "Status": "C"}
        books.create(ACCOUNT, {**values, "Code": str(1_000 + n)}, owner)
