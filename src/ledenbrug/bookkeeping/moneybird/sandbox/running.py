"""A running Moneybird sandbox: what tests start, and what the command runs in the foreground.

It puts world, house and server together and stops them again; nothing else.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from ledenbrug.bookkeeping.moneybird.sandbox.house import MoneybirdHouse
from ledenbrug.bookkeeping.moneybird.sandbox.switches import Switches
from ledenbrug.bookkeeping.moneybird.sandbox.world import World, new_world
from ledenbrug.stage.limit import Limit, parse_limit
from ledenbrug.stage.oauth import Application
from ledenbrug.stage.running import Running

CLIENT_ID = "ledenbrug-sandbox"
CLIENT_SECRET = "ledenbrug-sandbox-secret"  # noqa: S105  printed in the README, opens only invented data
USUAL_LIMIT = "150/300"


class Sandbox(Running):
    def __init__(self, world: World, house: MoneybirdHouse, host: str, port: int) -> None:
        super().__init__(house, host, port)
        self.world = world

    def stop(self) -> None:
        super().stop()
        self.world.webhooks.stop()


def start(
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    token: str | Iterable[str] | None = None,
    read_only_token: str | Iterable[str] | None = None,
    administrations: Iterable[str] = (),
    limit: str | Limit | None = None,
    delay: float = 0.0,
    clock: Callable[[], float] = time.time,
    client_id: str = CLIENT_ID,
    client_secret: str = CLIENT_SECRET,
    redirect_uris: Iterable[str] = (),
    bad_domains: Iterable[str] = (),
    contacts: int = 0,
    switches: Switches | None = None,
    **switched: Any,
) -> Sandbox:
    """In a thread of its own. `limit` is none here unless given; a switch may be given by its name."""
    world = new_world(
        clock=clock,
        switches=switches or Switches(**switched),
        administrations=administrations,
        tokens=_several(token),
        read_only_tokens=_several(read_only_token),
        bad_domains=bad_domains,
    )
    world.desk.register(Application(client_id, client_secret, "Ledenbrug", tuple(redirect_uris)))
    _fill(world, contacts)
    chosen = parse_limit(limit) if isinstance(limit, str) else limit
    return Sandbox(world, MoneybirdHouse(world, clock=clock, limit=chosen, delay=delay), host, port).open()


def _several(value: str | Iterable[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _fill(world: World, contacts: int) -> None:
    """Invented contacts in the first administration, so that there is something to find."""
    if contacts:
        books, owner = next(iter(world.administrations.values())), world.owner().id
        for n in range(1, contacts + 1):
            values: dict[str, str | bool | None] = {
                "firstname": f"Voornaam{n}",
                "lastname": f"Achternaam{n}",
                "send_invoices_to_email": f"persoon{n}@sandbox.example",
            }
            books.create(values, {}, None, owner)
