"""Which members a person means: what the filters of the list find, those ticked in it, or all of them.

It travels in the address, so that every page can be gone back to. It must not decide what may be done with them.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledenbrug.manager import sent, standing
from ledenbrug.manager.access import May, Request
from ledenbrug.manager.forms.member import PRIVATE
from ledenbrug.members import calendar, custom, filling, ordering, search
from ledenbrug.members.models import CustomField, Kind, Member
from ledenbrug.members.validation import Unfit
from ledenbrug.sync import selecting

MOST_TICKED = 500
MISSING: Mapping[str, Promise] = {
    "email": _("E-mail address"),
    "phone": _("Phone"),
    "address": _("Address"),
    "iban": _("IBAN"),
    "birth_date": _("Date of birth"),
}
CONNECTED: Mapping[str, Promise] = {state: badge.word for state, badge in standing.MEMBER.items()}
ASKED: Mapping[str, Promise] = {
    "unanswered": _("Not answered"),
    "answered": _("Answered"),
    "waiting": _("Mail on its way"),
    "failed": _("Mail could not be delivered"),
    "ended": _("Link ended without an answer"),
}
"""How it stands with those who were asked to fill in fields."""
RANGED = frozenset({Kind.DATE, Kind.NUMBER, Kind.MONEY})
"""Kinds of fields of which one asks from where to where."""
FILTERS = ("q", "status", "city", "missing", "from", "until", "connected", "asked", "round")
SHOWN = ("sort", "columns")
"""How it is shown; it changes nothing about who is meant."""


@dataclass(frozen=True)
class Selection:
    today: date
    wanted: search.Wanted
    connected: str
    ticked: tuple[int, ...]
    everyone: bool
    order: str
    descending: bool
    given: QueryDict
    own: custom.Own
    """The association's own fields, as far as this person may see them."""

    @property
    def about_asking(self) -> bool:
        """Whether it is narrowed down to members who were asked to fill in fields."""
        return bool(self.wanted.asked or self.wanted.round)

    @property
    def filters(self) -> tuple[str, ...]:
        return filters(self.own)

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return self.wanted != search.Wanted() or bool(self.connected)

    @property
    def further(self) -> bool:
        """Whether a filter is set that hides behind *More filters*."""
        return any(self.given.get(name) for name in self.filters if name not in ("q", "status"))

    @property
    def some(self) -> bool:
        return bool(self.ticked) or self.everyone

    @property
    def open_to_members(self) -> list[CustomField]:
        """What members may be asked to fill in themselves."""
        return [each for each in self.own.values() if each.by_members]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """For the hidden fields of a form."""
        kept = (*self.filters, *SHOWN, "member", "all")
        return [(name, value) for name in kept for value in self.given.getlist(name) if value]

    @property
    def told(self) -> dict[str, str]:
        """The filters as the log of exports keeps them: text that was typed may be about one person."""
        said = {name: ",".join(self.given.getlist(name)) for name in self.filters if self.given.get(name)}
        said |= {name: "…" for name in ("q", *self.wanted.custom_parts) if name in said}
        return said | ({"ticked": str(len(self.ticked))} if self.ticked and not self.everyone else {})

    @property
    def query(self) -> str:
        return _address(self.pairs)

    @property
    def without_address(self) -> str:
        """Those of them whom no mail can reach."""
        return _address([*(each for each in self.pairs if each[0] not in ("member", "all")), ("missing", "email")])

    def lasting(self, columns: Iterable[str]) -> str:
        """What can be kept under a name; empty when nothing was chosen."""
        given = self.given.copy()
        given["columns"] = ",".join(columns)
        return lasting(given, self.own) if self.narrowed or "sort" in given else ""

    def found(self, request: Request) -> QuerySet[Member]:
        """By the filters alone."""
        association = request.here.association
        members = search.find(association, self.wanted, today=self.today)
        return selecting.standing(association, members, self.connected) if self.connected else members

    def chosen(self, request: Request) -> QuerySet[Member]:
        """The ticked ones, or all that the filters find."""
        if self.everyone:
            return self.found(request)
        return self.found(request).filter(pk__in=self.ticked)


def of(request: Request) -> Selection:
    given, association = request.GET, request.here.association
    private, own = request.here.may(May.SEE_PRIVATE), own_fields(request)
    asking = request.here.may(May.CHANGE_MEMBERS)
    missing = {name for name in given.getlist("missing") if name in own or _may_miss(name, private=private)}
    exactly, parts = _custom(given, own)
    wanted = search.Wanted(
        text=given.get("q", "").strip(),
        statuses=frozenset(sent.numbers(given.getlist("status"))),
        city=given.get("city", "").strip().replace("\x00", ""),
        missing=frozenset(missing),
        custom=exactly,
        custom_parts=parts,
        custom_between=tuple(_ranges(given, own)),
        since_from=_day(given.get("from", "")),
        since_until=_day(given.get("until", "")),
        asked=given.get("asked", "") if asking and given.get("asked") in ASKED else "",
        round=(sent.number(given.get("round", "")) or 0) if asking else 0,
    )
    order = given.get("sort", "").removeprefix("-")
    known = ordering.possible(order, own) and (private or order not in PRIVATE)
    connected = given.get("connected", "")
    return Selection(
        calendar.today(association, timezone.now()),
        wanted,
        connected if connected in CONNECTED and request.here.may(May.SEE_CONNECTIONS) else "",
        tuple(sent.numbers(given.getlist("member"))[:MOST_TICKED]),
        given.get("all") == "1",
        order if known else ordering.NAME,
        known and given.get("sort", "").startswith("-"),
        given,
        own,
    )


def filters(own: custom.Own) -> tuple[str, ...]:
    """What every filter is called in the address."""
    return (*FILTERS, *(name for key, each in own.items() for name in _asked(key, each)))


def lasting(given: QueryDict, own: custom.Own) -> str:
    """Not who was ticked, nor what was typed to search: that is mostly somebody's name."""
    return _address(
        [(name, value) for name in (*filters(own), *SHOWN) if name != "q" for value in given.getlist(name) if value]
    )


def _address(pairs: Iterable[tuple[str, str]]) -> str:
    kept = QueryDict(mutable=True)
    for name, value in pairs:
        kept.appendlist(name, value)
    return kept.urlencode()


def _may_miss(name: str, *, private: bool) -> bool:
    return name in MISSING and (private or name not in PRIVATE)


def _custom(given: QueryDict, own: custom.Own) -> tuple[dict[str, custom.Value], dict[str, str]]:
    """What the association's own fields must hold, and what must be part of what they hold."""
    exactly: dict[str, custom.Value] = {}
    parts: dict[str, str] = {}
    for key, each in own.items():
        if each.kind in (Kind.TEXT, Kind.LONG):
            typed = given.get(key, "").strip().replace("\x00", "")
            parts |= {key: typed} if typed else {}
        elif each.kind not in RANGED and (value := _value(each, given.get(key, ""))) is not None:
            exactly[key] = value
    return exactly, parts


def _ranges(given: QueryDict, own: custom.Own) -> Iterator[search.Between]:
    for key, each in own.items():
        if each.kind in RANGED:
            least, most = (str(_value(each, given.get(name, "")) or "") for name in _asked(key, each))
            if least or most:
                yield search.Between(key, Kind(each.kind), least, most)


def _asked(key: str, field: CustomField) -> tuple[str, ...]:
    """What the filters of a field are called in the address."""
    return (f"{key}-from", f"{key}-until") if field.kind in RANGED else (key,)


def _value(field: CustomField, typed: str) -> custom.Value | None:
    with suppress(Unfit):  # half typed
        return custom.cleaned_value(field, typed)
    return None


def own_fields(request: Request) -> custom.Own:
    """As far as this person may see them."""
    private, fields = request.here.may(May.SEE_PRIVATE), custom.fields_of(request.here.association)
    return {key: each for key, each in fields.items() if private or not each.private}


def choices(request: Request, own: custom.Own) -> dict[str, Any]:
    """What the filters offer this person."""
    private = request.here.may(May.SEE_PRIVATE)
    missing = [(name, label) for name, label in MISSING.items() if private or name not in PRIVATE]
    return {
        "own_filters": [
            _filter(each, [request.GET.get(name, "") for name in _asked(key, each)]) for key, each in own.items()
        ],
        "missing_choices": [*missing, *((key, each.name) for key, each in own.items())],
        **_asking_choices(request, own),
        "connected_choices": list(CONNECTED.items()) if request.here.may(May.SEE_CONNECTIONS) else [],
    }


def _asking_choices(request: Request, own: custom.Own) -> dict[str, Any]:
    """Where members are asked to fill in something."""
    open_now = any(each.by_members for each in own.values())
    if not request.here.may(May.CHANGE_MEMBERS) or not (open_now or request.GET.get("asked")):
        return {}
    return {"asked_choices": list(ASKED.items()), "round_choices": filling.rounds(request.here.association)}


def _filter(field: CustomField, given: list[str]) -> dict[str, Any]:
    choices = {Kind.YES_NO: [("yes", _("yes")), ("no", _("no"))], Kind.CHOICE: [(each, each) for each in field.choices]}
    ranged = field.kind in RANGED
    return {
        "field": field,
        "given": given[0],
        "most": given[-1],
        "ranged": ranged,
        "choices": choices.get(Kind(field.kind), []),
    }


def _day(given: str) -> date | None:
    try:
        return parse_date(given)
    except ValueError:  # no such day
        return None
