"""Trouble of this service's own that tests and newcomers can ask for: what befalls users, divisions, limits, relations.

Carried out at once, through the same doors as everything else; faults that hit a request are answered in `house`.
"""

from collections.abc import Callable
from typing import Any

from ledenbrug.bookkeeping.exact_online.sandbox.crm_shapes import ACCOUNT
from ledenbrug.bookkeeping.exact_online.sandbox.limits import TwoLimits
from ledenbrug.bookkeeping.exact_online.sandbox.people import User
from ledenbrug.bookkeeping.exact_online.sandbox.refusals import Refusal
from ledenbrug.bookkeeping.exact_online.sandbox.world import World
from ledenbrug.stage.faults import Fault, Faults, UnknownFault

OWN_FAULTS = {
    "unauthorized": "not carried out, 401 once",
    "withdrawn": "the caller's authorisation is withdrawn for good, 401 from then on",
    "forbidden": "not carried out, 403 with `reason` (NoDivisionAccess) in the header Reason",
    "refused": "not carried out, 500 with `text` in the JSON shape of a broken rule",
    "aged": "at once: every token is `seconds` older",
    "blocked": "at once: `user` (an e-mail address) is blocked for `reason` (BlockedUser; `value` false: no longer)",
    "rights": "at once: `user` may not read `endpoint` (`value` true: may again); lists are empty then",
    "reach": "at once: `user` does not reach `division` (`value` true: does again)",
    "current": "at once: `user` goes to another `division`",
    "closed": "at once: `division` is blocked (`value` false: no longer)",
    "moved": "at once: `division` is moved, its row versions begin again",
    "edited": "at once: a person changes the `values` of `account` (an id or a code) in `division`",
    "deleted": "at once: a person deletes `account` in `division`",
    "others": "at once: the key has spent `requests` of its limit `per` minute or day in `division`",
    "errors": "at once: `count` refusals are counted for `user`, `division` and `endpoint`",
}
Facts = dict[str, Any]


class Trouble:
    def __init__(self, world: World, faults: Faults, limiter: TwoLimits) -> None:
        self.world, self._faults, self._limiter = world, faults, limiter
        self._deeds: dict[str, Callable[[Facts], None]] = {
            "aged": lambda facts: world.desk.age(float(facts["seconds"])),
            "blocked": self._blocked,
            "rights": self._rights,
            "reach": self._reach,
            "current": self._current,
            "closed": self._closed,
            "moved": lambda facts: world.books(facts.get("division", 0)).move(),
            "edited": self._edited,
            "deleted": self._deleted,
            "others": self._others,
            "errors": self._errors,
        }

    def arm(self, fault: Fault) -> None:
        deed = self._deeds.get(fault.kind)
        if deed is None:
            return
        self._faults.disarm(fault)
        with self.world.lock:
            try:
                deed(fault.facts)
            except (KeyError, ValueError) as unknown:
                raise UnknownFault(f"missing or unknown: {unknown}") from None
            except Refusal as refusal:
                raise UnknownFault(refusal.response("en").body.decode()) from None

    def withdraw(self, value: str) -> None:
        with self.world.lock:
            self.world.personal.pop(value, None)
            if token := self.world.desk.tokens.get(value):
                self.world.desk.withdraw(token.grant.id)

    def _user(self, facts: Facts) -> User:
        if "user" not in facts:
            return self.world.owner()
        user = self.world.user_by_email(str(facts["user"]))
        if user is None:
            raise KeyError(facts["user"])
        return user

    def _blocked(self, facts: Facts) -> None:
        self._user(facts).blocked = str(facts.get("reason", "BlockedUser")) if facts.get("value", True) else ""

    def _rights(self, facts: Facts) -> None:
        unread = self._user(facts).unread
        (unread.discard if facts.get("value") else unread.add)(str(facts.get("endpoint", ACCOUNT.path)).lower())

    def _reach(self, facts: Facts) -> None:
        user, code = self._user(facts), self.world.books(facts.get("division", 0)).code
        user.divisions = [one for one in user.divisions if one != code] + ([code] if facts.get("value") else [])

    def _current(self, facts: Facts) -> None:
        self._user(facts).current = self.world.books(facts["division"]).code

    def _closed(self, facts: Facts) -> None:
        self.world.books(facts.get("division", 0)).blocking = 1 if facts.get("value", True) else 0

    def _edited(self, facts: Facts) -> None:
        books = self.world.books(facts.get("division", 0))
        books.update(ACCOUNT, self._account(facts), dict(facts["values"]), self.world.owner())

    def _deleted(self, facts: Facts) -> None:
        self.world.books(facts.get("division", 0)).delete(ACCOUNT, self._account(facts), self.world.owner())

    def _account(self, facts: Facts) -> dict[str, Any]:
        books, named = self.world.books(facts.get("division", 0)), str(facts["account"])
        row = books.accounts.get(named) or books.account_by_code(named)
        if row is None:
            raise KeyError(named)
        return row

    def _others(self, facts: Facts) -> None:
        code, per = self.world.books(facts.get("division", 0)).code, str(facts.get("per", "minute"))
        for key in self.world.desk.applications:
            self._limiter.spend(f"{key}/{code}", self.world.clock(), per=per, requests=int(facts["requests"]))

    def _errors(self, facts: Facts) -> None:
        user, code = self._user(facts), self.world.books(facts.get("division", 0)).code
        endpoint = str(facts.get("endpoint", ACCOUNT.path)).lower()
        for key in self.world.desk.applications:
            place = f"{key}/{user.id}/{code}/{endpoint}"
            self.world.errors.note(place, 404, self.world.clock(), times=int(facts["count"]))
