"""Which members a person means: what the filters of the list find, those ticked in it, or all of them.

It travels in the address, so that every page can be gone back to. It must not decide what may be done with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledenbrug.manager.access import May, Request
from ledenbrug.manager.forms.member import PRIVATE
from ledenbrug.members import calendar, search
from ledenbrug.members.models import Member
from ledenbrug.sync import selecting

MOST_TICKED = 500
MISSING: Mapping[str, Promise] = {
    "email": _("E-mail address"),
    "phone": _("Phone"),
    "address": _("Address"),
    "iban": _("IBAN"),
    "birth_date": _("Date of birth"),
}
CONNECTED: Mapping[str, Promise] = {
    "problem": _("With a problem"),
    "linked": _("With a contact"),
    "unlinked": _("Without a contact"),
}
FILTERS = ("q", "status", "city", "missing", "from", "until", "connected")


@dataclass(frozen=True)
class Selection:
    wanted: search.Wanted
    connected: str
    ticked: tuple[int, ...]
    everyone: bool
    given: QueryDict

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return self.wanted != search.Wanted() or bool(self.connected)

    @property
    def further(self) -> bool:
        """Whether a filter is set that hides behind *More filters*."""
        return any(self.given.get(name) for name in ("city", "missing", "from", "until", "connected"))

    @property
    def some(self) -> bool:
        return bool(self.ticked) or self.everyone

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """For the hidden fields of a form."""
        kept = (*FILTERS, "member", "all")
        return [(name, value) for name in kept for value in self.given.getlist(name) if value]

    @property
    def told(self) -> dict[str, str]:
        """The filters as the log of exports keeps them: what was typed to search may be somebody's name."""
        said = {name: ",".join(self.given.getlist(name)) for name in FILTERS if self.given.get(name)}
        if "q" in said:
            said["q"] = "…"
        return said | ({"ticked": str(len(self.ticked))} if self.ticked and not self.everyone else {})

    @property
    def query(self) -> str:
        kept = QueryDict(mutable=True)
        for name, value in self.pairs:
            kept.appendlist(name, value)
        return kept.urlencode()

    def found(self, request: Request) -> QuerySet[Member]:
        """By the filters alone."""
        association = request.here.association
        members = search.find(association, self.wanted, today=calendar.today(association, timezone.now()))
        return selecting.standing(association, members, self.connected) if self.connected else members

    def chosen(self, request: Request) -> QuerySet[Member]:
        """The ticked ones, or all that the filters find."""
        if self.everyone:
            return self.found(request)
        return self.found(request).filter(pk__in=self.ticked)


def of(request: Request) -> Selection:
    given = request.GET
    private = request.here.may(May.SEE_PRIVATE)
    missing = {name for name in given.getlist("missing") if name in MISSING and (private or name not in PRIVATE)}
    wanted = search.Wanted(
        text=given.get("q", "").strip(),
        statuses=frozenset(_numbers(given.getlist("status"))),
        city=given.get("city", "").strip(),
        missing=frozenset(missing),
        since_from=_day(given.get("from", "")),
        since_until=_day(given.get("until", "")),
    )
    connected = given.get("connected", "")
    return Selection(
        wanted,
        connected if connected in CONNECTED and request.here.may(May.SEE_CONNECTIONS) else "",
        tuple(_numbers(given.getlist("member"))[:MOST_TICKED]),
        given.get("all") == "1",
        given,
    )


def choices(request: Request) -> dict[str, Any]:
    """What the filters offer this person."""
    private = request.here.may(May.SEE_PRIVATE)
    return {
        "missing_choices": [(name, label) for name, label in MISSING.items() if private or name not in PRIVATE],
        "connected_choices": list(CONNECTED.items()) if request.here.may(May.SEE_CONNECTIONS) else [],
    }


def _numbers(given: list[str]) -> list[int]:
    return [int(each) for each in given if each.isascii() and each.isdecimal() and len(each) < 19]


def _day(given: str) -> date | None:
    try:
        return parse_date(given)
    except ValueError:  # no such day
        return None
