"""What the engine expects of a bookkeeping package, and what a package tells about itself as data.

A package is a folder in `bookkeeping/` whose `__init__` holds one `PACKAGE: Package`; nothing here may name one.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from ledenbrug.core.hooks import Hooks
from ledenbrug.core.line import Answer, Limit, Line, OAuth, Refusals
from ledenbrug.core.records import ContactId, Field, Group, Values

ID_LENGTH, VERSION_LENGTH = 64, 40
"""Most characters that are remembered of a contact's id and of its version, with a mark before it."""


@dataclass(frozen=True, slots=True)
class Administration:
    """One set of books at the package."""

    id: str
    name: str
    usable: bool = True
    """False for a suspended or archived set of books; it is shown and cannot be chosen."""


@dataclass(frozen=True, slots=True)
class Head:
    """The little that the package tells about every contact at once."""

    version: str
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Remote:
    """A contact as it stands at the package, translated to our fields."""

    contact_id: ContactId
    version: str
    """Another one after every change; `young` says where that does not hold."""
    values: Values
    """Every field the package can hold, empty ones too."""
    archived: bool = False
    several_emails: bool = False
    """The package holds more addresses than the one in `values`; only the one we sent may be replaced."""
    emails: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """With `several_emails`: every address, per place where the package keeps them, the place of the invoices first.
    Ours may be any of them."""
    young: bool = False
    """Changed so short ago that its version may come to stand for another change too: it is to be read once more."""
    told: str = field(default="", compare=False, repr=False)
    """It all as the package told it, for an update that follows."""

    def __post_init__(self) -> None:
        """Raises `ValueError` for what could not be remembered: then it is no answer that can be used."""
        if not 0 < len(self.contact_id) <= ID_LENGTH or len(self.version) >= VERSION_LENGTH:
            raise ValueError("the id or the version of a contact is none")


class PaperKind(StrEnum):
    """What a paper is, as far as it matters to who must see to it."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    COLLECTED = "collected"  # on its way through the bank
    RECURRING = "recurring"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True, slots=True)
class Paper:
    kind: PaperKind
    number: str
    """As people know it; empty where it has none."""
    page: str


@dataclass(frozen=True, slots=True)
class Papers:
    """What still hangs on a contact."""

    open: int = 0
    recurring: int = 0
    known: bool = True
    """False where the package does not let us count."""
    listed: tuple[Paper, ...] = field(default=(), compare=False)
    """The same one by one, where the package has a page for each."""


class Removal(StrEnum):
    """What became of a contact that was asked to be deleted."""

    DELETED = "deleted"
    ARCHIVED = "archived"


class Books(Protocol):
    """One administration at the package. Every call is one request unless it says otherwise.

    Every method raises `Temporary`, `Rejected` or `LoginNeeded` and nothing else. A write to a contact that is not
    there raises `Rejected("gone")`, to an archived one that the package refuses `Rejected("archived")`.
    """

    def everyone(self) -> Collection[ContactId]:
        """Every contact, archived ones too, in as few requests as the package allows: which is archived, `read` tells.

        One that `read` then leaves out is adopted by nobody; a number that it holds is refused when it is asked for.
        """

    def heads(self, *, known: Collection[ContactId] = ()) -> Mapping[ContactId, Head]:
        """The same with the little that is told of everyone at once.

        Archived ones may be left out while none of `known` is among them, where to tell them costs a request more.
        """

    def read(self, ids: Sequence[ContactId]) -> Iterator[Remote]:
        """Those that still exist, in any order, in bulk: one request per page of the package's size."""

    def find(self, number: str) -> Remote | None:
        """By customer number, archived ones too, with every value: how a create without an answer is found back."""

    def create(self, values: Values) -> Remote:
        """Not repeatable: after `Temporary` with `reached`, `find` first."""

    def update(
        self, contact_id: ContactId, values: Values, *, seen: Remote | None = None, ours: Callable[[Field, str], bool]
    ) -> Remote:
        """Writes `values` and nothing else. `ours(field, value)` tells whether we sent that value; `seen` is the
        contact as it was read shortly before, alone or among others: given where that was done, and always where it
        holds more addresses than ours."""

    def archive(self, contact_id: ContactId) -> None:
        """Also fine when it was archived already."""

    def remove(self, contact_id: ContactId) -> Removal:
        """Deletes an unused contact; the package archives or refuses (`Rejected("in_use")`) a used one."""

    def papers(self, contact_id: ContactId) -> Papers: ...

    def page(self, contact_id: ContactId) -> str:
        """Address of the contact's page for people. No request."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A setting of a connection that only this package has, drawn by the generic form."""

    key: str
    label: str
    help: str = ""
    default: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """The possible values with their labels, the default among them."""
    fetch: bool = False
    """The possible values come from `Package.choices` with the connection's line; free text otherwise."""
    group: Group | None = None
    """What cannot go over without it."""


@dataclass(frozen=True, slots=True)
class Host:
    """One of the sites of a package that keeps its customers apart by country."""

    code: str
    label: str
    url: str


def _always(_: Answer) -> bool:
    return True


def _one(new: bool, values: Values) -> int:
    return 1


def _no_look(contacts: int, groups: frozenset[Group]) -> int:
    return 0


def _one_after_the_other(prefix: str, number: str) -> str:
    return f"{prefix}{number}"


@dataclass(frozen=True, slots=True)
class Package:
    """Everything a screen or the engine must know of a package before it speaks to it."""

    name: str
    label: str
    url: str
    """Default address; `LEDENBRUG_<NAME>_URL` overrides it."""
    oauth: OAuth | None
    personal_token: bool
    limits: tuple[Limit, ...]
    groups: frozenset[Group]
    """What can go over at all."""
    translation: int
    """Raised by one whenever the same record would be sent differently."""
    administrations: Callable[[Line], Sequence[Administration]]
    books: Callable[[Line, str, Mapping[str, str], frozenset[Group]], Books]
    """Line, administration id, the connection's own choices, the groups that go over: what else stands in a contact
    need not be read."""
    refusals: Refusals | None = None
    one_by_one: Callable[[str], str] | None = None
    """Path → what may be asked one thing at a time only, whoever asks; empty where that does not matter."""
    beside: frozenset[Group] = frozenset()
    """Kept beside a contact, with requests of their own: a long load makes every contact first and then brings these.
    Written to a contact that was just read, each takes no more requests than when the contact is made with it."""
    requests: Callable[[bool, Values], int] = _one
    """How many a step takes: whether the contact is new, and what is written. For saying when all will be there."""
    look: Callable[[int, frozenset[Group]], int] = _no_look
    """How many it takes to read so many contacts on which nothing hangs, with these groups of `beside`."""
    too_long: Mapping[Field, int] = field(default_factory=dict)
    """Most characters the package takes, per field."""
    settings: tuple[Choice, ...] = ()
    choices: Callable[[Line, str, str], Sequence[tuple[str, str]]] | None = None
    """Line, administration id, setting key → (value, label) pairs."""
    can_archive: bool = True
    hidden: bool = False
    """Not offered on any screen: the reference package of the tests."""
    is_login_problem: Callable[[Answer], bool] = _always
    """Whether a 401 means that the token is no good (renew it) or something else that the client must judge."""
    only_owner: bool = False
    """Only an owner of the administration there can say yes; the page says so before *Connect*."""
    hosts: tuple[Host, ...] = ()
    """Where a person chooses between several sites; `url` is then the first one's."""
    who: Callable[[Line], str] | None = None
    """Whose permission it is, where one user of one key has one chain of tokens: saying yes again ends the earlier."""
    prefix: str = "LID-"
    """Proposed for the customer numbers of a new connection."""
    prefix_label: str = ""
    prefix_help: str = ""
    """Where it is something else there than what numbers begin with; translated like everything of the package."""
    prefix_shape: str = ".*"
    """Expression that the whole of it must match."""
    number: Callable[[str, str], str] = _one_after_the_other
    """Prefix and payer's number → customer number."""
    hooks: Callable[[], Hooks] | None = None
    """Of a package that can tell of changes by itself."""
