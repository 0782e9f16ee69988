"""Everything one sandbox remembers: users, keys, tokens, divisions and what each of them holds.

It says who a bearer is and what it reaches; how requests look is not its business. One lock guards it all.
"""

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ledenbrug.bookkeeping.exact_online.sandbox import facts, wall
from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT
from ledenbrug.bookkeeping.exact_online.sandbox.desk import Desk
from ledenbrug.bookkeeping.exact_online.sandbox.division import Division
from ledenbrug.bookkeeping.exact_online.sandbox.guids import new_guid
from ledenbrug.bookkeeping.exact_online.sandbox.limits import ErrorLimit
from ledenbrug.bookkeeping.exact_online.sandbox.other_shapes import (
    CLASSIFICATION,
    CLASSIFICATION_NAME,
    CONDITION,
    STATE,
)
from ledenbrug.bookkeeping.exact_online.sandbox.people import User
from ledenbrug.bookkeeping.exact_online.sandbox.shape import Row, Shape
from ledenbrug.bookkeeping.exact_online.sandbox.switches import Switches
from ledenbrug.bookkeeping.exact_online.sandbox.webhooks import Webhooks

NAMES = ("Voorbeeldvereniging De Brug (sandbox)", "Stichting Vrienden van De Brug (sandbox)")
USUAL_CODES = ("900001", "900002")
PASSWORD = "zandbak"  # noqa: S105  it opens nothing, and the login page has it filled in
_NO_RELATIONS = frozenset({"crm/accounts", "crm/contacts", "crm/addresses", "crm/bankaccounts"})
_USERS: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    ("Anna de Boer", "anna@debrug.example", "nl", frozenset()),
    ("Bram Visser", "bram@debrug.example", "nl", frozenset()),
    ("Carla Kramer", "carla@kantoor.example", "en", _NO_RELATIONS),
)
Listener = Callable[[Division, str, Shape, Row], None]


@dataclass(frozen=True, slots=True)
class Bearer:
    user: User
    client_id: str


@dataclass
class World:
    clock: Callable[[], float]
    switches: Switches
    desk: Desk
    errors: ErrorLimit
    divisions: dict[int, Division] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    personal: dict[str, Bearer] = field(default_factory=dict)
    remarks: Counter[str] = field(default_factory=Counter)  # what a good client never does, and how often it was seen
    lock: threading.RLock = field(default_factory=threading.RLock)
    listeners: list[Listener] = field(default_factory=list)
    origin: str = ""  # where the sandbox listens
    webhooks: Webhooks = field(init=False)
    _webhook_secrets: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.webhooks = Webhooks(self.switches, self.clock, self.webhook_secret, lambda: self.origin)
        self.listeners.append(self.webhooks.hear)

    def accounts(self, division: int = 0) -> dict[str, Row]:
        """Of one division; of the only or first one when none is named."""
        return self.books(division).accounts

    def books(self, division: int | str = 0) -> Division:
        return self.divisions[int(division) if division else next(iter(self.divisions))]

    def owner(self) -> User:
        return next(iter(self.users.values()))

    def user_by_email(self, email: str) -> User | None:
        return next((user for user in self.users.values() if user.email == email), None)

    def bearer(self, value: str) -> Bearer | None:
        if personal := self.personal.get(value):
            return personal
        token = self.desk.bearer(value)
        return Bearer(self.users[token.grant.user_id], token.grant.client_id) if token else None

    def holder(self, value: str) -> Bearer | None:
        """Whose token it is, also when it has expired."""
        if personal := self.personal.get(value):
            return personal
        token = self.desk.tokens.get(value)
        return Bearer(self.users[token.grant.user_id], token.grant.client_id) if token else None

    def webhook_secret(self, client_id: str) -> str:
        return self._webhook_secrets.setdefault(client_id, secrets.token_urlsafe(12))

    def open_division(self, code: int, name: str) -> Division:
        books = Division(code, len(self.divisions) + 1, name, self.clock, self.switches, self.users, self._tell)
        self.divisions[code] = books
        for user in self.users.values():
            user.divisions.append(code)
            user.current = user.current or code
        _furnish(books, self.owner())
        return books

    def _tell(self, books: Division, action: str, shape: Shape, row: Row) -> None:
        for listener in self.listeners:
            listener(books, action, shape, row)


def _furnish(books: Division, owner: User) -> None:
    """What a division holds before anybody worked in it."""
    for code, description, method, days in (*facts.CONDITIONS, facts.COLLECTION):
        condition = {"Code": code, "Description": description, "PaymentMethod": method, "PaymentDays": days}
        books.create(CONDITION, condition, owner)
    for number, name in enumerate(facts.CLASSIFICATION_NAMES, start=1):
        named = books.create(CLASSIFICATION_NAME, {"Description": name, "SequenceNumber": number}, owner)
        for code, description in facts.CLASSIFICATIONS if number == 1 else ():
            values = {"Code": code, "Description": description, "AccountClassificationName": named["ID"]}
            books.create(CLASSIFICATION, {**values, "AccountClassificationNameDescription": name}, owner)
    for (country, state), name in facts.STATES.items():
        shown = {"Country": country, "State": state, "Name": name, "DisplayValue": f"{state} {name}"}
        books.create(STATE, shown, owner)
    if books.switches.fresh == "empty":
        return
    for code, name, status in facts.SYSTEM_RELATIONS:
        books.create(ACCOUNT, {"Code": code, "Name": name, "Status": status, "IsSupplier": True, "Source": 4}, owner)
    for code, name, email, city in facts.HAND_MADE if books.switches.fresh == "lived_in" else ():
        values = {"Code": code, "Name": name, "Email": email, "City": city, "Status": "C", "Source": 4}
        books.create(ACCOUNT, values, owner)


def new_world(
    *,
    clock: Callable[[], float],
    switches: Switches,
    client_id: str,
    administrations: Iterable[str] = (),
    tokens: Iterable[str] = (),
) -> World:
    world = World(clock, switches, Desk(clock, switches), ErrorLimit(switches.error_limit))
    for name, email, language, unread in _USERS:
        user = User(new_guid(), name, email, language, unread=set(unread))
        world.users[user.id] = user
    for position, code in enumerate(tuple(administrations) or USUAL_CODES):
        name = NAMES[position] if position < len(NAMES) else f"Administratie {position + 1} (sandbox)"
        world.open_division(int(code), name)
    world.personal |= {token: Bearer(world.owner(), client_id) for token in tokens}
    return world


def server_time(world: World) -> str:
    return wall.wall(world.clock()).isoformat(timespec="seconds")
