"""Everything one sandbox remembers: users, tokens, administrations, and the books of each.

It says who a bearer is and what it reaches; how requests look is not its business. One lock guards it all.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ledenbrug.bookkeeping.moneybird.sandbox.books import Administration
from ledenbrug.bookkeeping.moneybird.sandbox.records import Contact, CustomField, Person, User, Workflow
from ledenbrug.bookkeeping.moneybird.sandbox.refusals import token_invalid, token_revoked
from ledenbrug.bookkeeping.moneybird.sandbox.stamps import Ids
from ledenbrug.bookkeeping.moneybird.sandbox.switches import Switches
from ledenbrug.bookkeeping.moneybird.sandbox.webhooks import Webhooks
from ledenbrug.stage.oauth import Application, Grant, Policy, TokenDesk

SCOPES = ("sales_invoices", "documents", "estimates", "bank", "time_entries", "settings")
NAMES = ("Voorbeeldvereniging De Brug (sandbox)", "Stichting Vrienden van De Brug (sandbox)")
USUAL_IDS = ("400000000000000001", "400000000000000002")
CANNOT_RECEIVE = ("invalid", "example.org", "example.net")
PASSWORD = "zandbak"  # noqa: S105  it opens nothing, and the login page has it filled in
_USERS = (
    ("Anna de Boer", "anna@debrug.example", "owner"),
    ("Bram Visser", "bram@debrug.example", "owner"),
    ("Carla Kramer", "carla@kantoor.example", "accountant"),
)


@dataclass(frozen=True, slots=True)
class PersonalToken:
    user_id: str
    read_only: bool


@dataclass(frozen=True, slots=True)
class Bearer:
    user_id: str
    scopes: tuple[str, ...]
    reach: tuple[str, ...]
    read_only: bool


@dataclass
class World:
    clock: Callable[[], float]
    switches: Switches
    desk: TokenDesk
    ids: Ids = field(default_factory=Ids)
    administrations: dict[str, Administration] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    api_users: dict[str, str] = field(default_factory=dict)  # grant → its user
    personal: dict[str, PersonalToken] = field(default_factory=dict)
    bad_domains: set[str] = field(default_factory=lambda: set(CANNOT_RECEIVE))
    lock: threading.RLock = field(default_factory=threading.RLock)
    webhooks: Webhooks = field(init=False)
    listeners: list[Callable[[Administration, str, str, Contact, Person | None], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.webhooks = Webhooks(self.switches, self.clock)
        self.listeners.append(self.webhooks.hear)

    def contacts(self, administration_id: str = "") -> dict[str, Contact]:
        """Of one administration; of the only or first one when none is named."""
        return self.administrations[administration_id or next(iter(self.administrations))].contacts

    def owner(self) -> User:
        return next(iter(self.users.values()))

    def bearer(self, value: str) -> Bearer:
        personal = self.personal.get(value)
        if personal:
            return Bearer(personal.user_id, SCOPES, tuple(self.administrations), personal.read_only)
        token = self.desk.tokens.get(value)
        now = self.clock()
        if token is None or now < token.created_at + self.switches.fresh_token_lag:
            raise token_invalid()
        if not token.usable(now):
            raise token_revoked() if token.revoked or token.grant.withdrawn else token_invalid()
        grant = token.grant
        return Bearer(self.api_users[grant.id], grant.scopes, grant.reach, read_only=False)

    def allow(self, application: Application, user: User, scopes: Iterable[str], reach: Iterable[str]) -> Grant:
        grant = self.desk.allow(client_id=application.client_id, user_id=user.id, scopes=scopes, reach=reach)
        now = self.clock()
        api_user = User(self.ids.next(now), application.name, f"api+{grant.id}@moneybird.example", "api_user", now)
        self.users[api_user.id] = api_user
        self.api_users[grant.id] = api_user.id
        return grant

    def cannot_receive(self, domain: str) -> bool:
        return any(domain == bad or domain.endswith("." + bad) for bad in self.bad_domains)

    def open_administration(self, administration_id: str, name: str) -> Administration:
        now = self.clock()
        books = Administration(
            administration_id, name, self.clock, self.ids, self.switches, self._tell, self.cannot_receive
        )
        books.opened_at = now
        for label, source in (("Lidnummer", "contact"), ("Lidstatus", "contact"), ("Project", "sales_invoice")):
            custom = CustomField(self.ids.next(now), label, source)
            books.custom_fields[custom.id] = custom
        for kind in ("EstimateWorkflow", "InvoiceWorkflow"):
            workflow = Workflow(self.ids.next(now), self.ids.next(now), kind, now)
            books.workflows[workflow.id] = workflow
        self.administrations[administration_id] = books
        return books

    def _tell(self, books: Administration, action: str, user_id: str, contact: Contact, person: Person | None) -> None:
        for listener in self.listeners:
            listener(books, action, user_id, contact, person)


def new_world(
    *,
    clock: Callable[[], float],
    switches: Switches,
    administrations: Iterable[str] = (),
    tokens: Iterable[str] = (),
    read_only_tokens: Iterable[str] = (),
    bad_domains: Iterable[str] = (),
) -> World:
    policy = Policy(access_seconds=switches.token_lifetime, rotate=switches.refresh == "rotate")
    world = World(clock=clock, switches=switches, desk=TokenDesk(clock, policy))
    world.bad_domains.update(domain.lower() for domain in bad_domains)
    now = clock()
    for name, email, kind in _USERS:
        user = User(world.ids.next(now), name, email, kind, now)
        world.users[user.id] = user
    for position, administration_id in enumerate(tuple(administrations) or USUAL_IDS):
        name = NAMES[position] if position < len(NAMES) else f"Administratie {position + 1} (sandbox)"
        world.open_administration(administration_id, name)
    owner = world.owner().id
    world.personal |= {token: PersonalToken(owner, read_only=False) for token in tokens}
    world.personal |= {token: PersonalToken(owner, read_only=True) for token in read_only_tokens}
    return world
