"""The package of a simulated life: its real client, and the hands of a person there.

Every package that the contract suite can stage will do. What really happened is remembered on the way (`remembered`).
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

import httpx2

from ledenbrug.bookkeeping import load
from ledenbrug.core import port
from ledenbrug.core.errors import Rejected
from ledenbrug.core.port import Head, Papers, Remote, Removal
from ledenbrug.core.records import FIELDS, GROUP_OF, ContactId, Field, Values
from tests.contract import staging
from tests.simulation.remembered import Remembered, Renewals
from tests.simulation.weather import Transport, Weather, over_http, without_http

T = TypeVar("T")
TICK = 0.05
"""Seconds that pass at either side of a request."""
transport = lru_cache(maxsize=1)(Transport)
"""One per process, as the product has one client."""


@dataclass
class _Call:
    """One call of the port that is under way."""

    name: str
    key: str = ""
    """Whom it writes to: contact or number. Empty where it does not write."""
    contact: ContactId | None = None
    values: Values = field(default_factory=dict)
    reached: bool = False
    renewed: bool = False
    spoilt: bool = False
    """What was given during this call was no good soon after: so may be what is given next."""


class FarSide:
    """One empty administration. What is done here by name is done by a person there, past the client."""

    def __init__(self, package: str, hands: staging.Stage) -> None:
        self.package = load(package)
        self.hands = hands
        self.remembered = Remembered()
        self.renewals = Renewals()
        self.weather = Weather(hands.clock.wait)
        self.point: Callable[[str], None] = lambda name: None
        """Called at either side of every request."""
        self.lately: deque[str] = deque(maxlen=2)
        """Whom we wrote to last: an answer is kept while the next request is under way, so two may be in doubt."""
        self._calls: list[_Call] = []

    @property
    def prefixes(self) -> tuple[str, str]:
        """The one that is proposed, and another."""
        return self.package.prefix, "8000000" if self.package.prefix.isdigit() else "NEW-"

    @property
    def spoilt(self) -> bool:
        return any(each.spoilt for each in self._calls)

    def spoil(self) -> None:
        """The token ends, or seems to, that was given a moment ago to the call under way: it does not ask for ever."""
        for each in self._calls:
            each.spoilt |= each.renewed
        self.renewals.lost |= self.spoilt

    def now(self) -> datetime:
        return self.hands.clock.now()

    def contacts(self) -> Mapping[ContactId, Values]:
        return self.hands.there()

    def here(self, contact: str | None) -> bool:
        return contact in self.contacts() and contact not in self.hands.archived()

    def edit(self, contact: ContactId, values: Values) -> None:
        self.remembered.by_hand |= {(contact, GROUP_OF[each]) for each in values}
        self.hands.edit(contact, values)

    # what passes between the client and the package

    @contextmanager
    def calling(self, call: _Call) -> Iterator[None]:
        self._calls.append(call)
        try:
            yield
        finally:
            self._calls.pop()

    def over_http(self, request: httpx2.Request, carry: Callable[[], httpx2.Response]) -> httpx2.Response:
        if b"grant_type=" in request.content:
            carry = self._giving(carry)
        if b"grant_type=refresh_token" in request.content:
            return self._renewal(carry)

        def changes(answer: httpx2.Response) -> bool:
            self.remembered.foreseeable += answer.status_code == httpx2.codes.TOO_MANY_REQUESTS
            return request.method != "GET" and answer.is_success

        answer = self._passing(lambda: self._carried(carry, changes), over_http)
        if _invented(answer):
            self.spoil()
        return answer

    def _giving(self, carry: Callable[[], httpx2.Response]) -> Callable[[], httpx2.Response]:
        def carried() -> httpx2.Response:
            self.renewals.given_after = self.renewals.taken_back
            return carry()

        return carried

    def _renewal(self, carry: Callable[[], httpx2.Response]) -> httpx2.Response:
        renewals, given, answer = self.renewals, [], None

        def carried() -> httpx2.Response:
            given.append(carry())
            return given[-1]

        renewals.at_once += renewals.under_way
        before, renewals.under_way = renewals.under_way, True
        try:
            self._tick("before refresh")
            answer = self.weather.around("refresh", carried, spoil=over_http)
            self._tick("after refresh")
        finally:
            renewals.under_way = before
            renewals.lost |= [answer] != given and (bool(given) or _invented(answer))
        self._calls[-1].renewed = True
        renewals.went["renewed" if answer.is_success else f"refused with {answer.status_code}"] += 1
        return answer

    def without_http(self, carry: Callable[[], T]) -> T:
        return self._passing(lambda: self._carried(carry, lambda _: True), without_http(self.now))

    def _passing(self, carry: Callable[[], T], spoil: Callable[[str, T | None], T]) -> T:
        name = self._calls[-1].name if self._calls else "access"
        self._tick(f"before {name}")
        answer = self.weather.around(name, carry, spoil=spoil)
        self._tick(f"after {name}")
        return answer

    def _tick(self, name: str) -> None:
        self.hands.clock.wait(TICK)
        self.point(name)

    def _carried(self, carry: Callable[[], T], changes: Callable[[T], bool]) -> T:
        call = self._calls[-1] if self._calls else _Call("access")
        before = self.contacts().keys() if call.key else ()
        answer = carry()
        if call.key and changes(answer):
            self._remember(call, [each for each in self.contacts() if each not in before])
        return answer

    def _remember(self, call: _Call, new: list[ContactId]) -> None:
        truth = self.remembered
        if new and call.contact is None:
            call.contact = new[0]
            truth.made[call.contact] = call.values[Field.CUSTOMER_NUMBER]
        if not call.reached:
            call.reached = True
            truth.writes[call.key] += 1
        if call.contact is None:
            return
        doubtful = {call.contact, truth.made.get(call.contact)} & truth.doubtful
        for group in {GROUP_OF[each] for each in call.values}:
            mine = [each for each in FIELDS[group] if each in call.values]
            same = all(truth.accepted.get((call.contact, each), "") == call.values[each] for each in mine)
            if same and not doubtful and (call.contact, group) in truth.by_hand:
                truth.undone.append(f"{call.contact} {group}")
            truth.by_hand.discard((call.contact, group))
        truth.accepted.update({(call.contact, each): value for each, value in call.values.items()})


def _invented(answer: httpx2.Response | None) -> bool:
    """A token that was just given is said to be none."""
    return answer is not None and answer.status_code == httpx2.codes.UNAUTHORIZED and b"invented" in answer.content


class Books:
    """`core.port.Books`: the real ones, overheard."""

    def __init__(self, books: port.Books, far: FarSide) -> None:
        self._books = books
        self._far = far
        self._http = "://" in far.hands.url

    def everyone(self) -> Collection[ContactId]:
        return self._call(_Call("heads"), lambda: self._books.everyone())

    def heads(self, *, known: Collection[ContactId] = ()) -> Mapping[ContactId, Head]:
        return self._call(_Call("heads"), lambda: self._books.heads(known=known))

    def read(self, ids: Sequence[ContactId]) -> Iterator[Remote]:
        return iter(self._call(_Call("read"), lambda: list(self._books.read(ids))))

    def find(self, number: str) -> Remote | None:
        return self._call(_Call("find"), lambda: self._books.find(number))

    def create(self, values: Values) -> Remote:
        call = _Call("create", values[Field.CUSTOMER_NUMBER], None, values)
        return self._write(call, lambda: self._books.create(values))

    def update(
        self, contact_id: ContactId, values: Values, *, seen: Remote | None = None, ours: Callable[[Field, str], bool]
    ) -> Remote:
        call = _Call("update", contact_id, contact_id, values)
        return self._write(call, lambda: self._books.update(contact_id, values, seen=seen, ours=ours))

    def archive(self, contact_id: ContactId) -> None:
        raise AssertionError("nobody asked for that")

    def remove(self, contact_id: ContactId) -> Removal:
        raise AssertionError("nobody asked for that")

    def papers(self, contact_id: ContactId) -> Papers:
        return self._call(_Call("papers"), lambda: self._books.papers(contact_id))

    def page(self, contact_id: ContactId) -> str:
        return self._books.page(contact_id)

    def _call(self, call: _Call, ask: Callable[[], T]) -> T:
        with self._far.calling(call):
            return ask() if self._http else self._far.without_http(ask)

    def _write(self, call: _Call, ask: Callable[[], Remote]) -> Remote:
        truth = self._far.remembered
        self._far.lately.append(call.key)
        try:
            answer = self._call(call, ask)
        except Rejected as refusal:
            truth.writes[call.key] -= call.reached  # a part was: it goes on without what was refused
            truth.refused |= {(e.field, call.values.get(e.field, "")) for e in (refusal, *refusal.more) if e.field}
            raise
        except BaseException:
            truth.doubtful.add(call.key)
            raise
        if not call.reached:  # nothing had to be sent for it
            truth.writes[call.key] += 1
        return answer


@contextmanager
def staged(package: str, *, limited: bool) -> Iterator[FarSide]:
    """An administration with nobody in it; every request of the process goes there."""
    with staging.script(package).staged(limited=limited) as hands:
        far = FarSide(package, hands)
        transport().passing = far.over_http
        try:
            yield far
        finally:
            transport().passing = None
