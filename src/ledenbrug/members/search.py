"""Finds members the way people type, filters them, and cuts the outcome in pages that stay quick at the far end.

It must not show anybody of another association: every query starts from one. Rights are the screens' business.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Expression, F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, LPad

from ledenbrug.members.models import Association, Member, Period

PHONE = re.compile(r"\+?[\d ()./-]+")
SHORTEST_PHONE = 5
MOST_WORDS = 8
EMPTY = Q()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Everything that is given must hold."""

    text: str = ""
    statuses: frozenset[int] = frozenset()
    deleted: bool = False
    city: str = ""
    missing: frozenset[str] = frozenset()
    """Fields that are empty."""
    custom: Mapping[str, str] = field(default_factory=dict)
    since_from: date | None = None
    """In the status of today since this day or later."""
    since_until: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    members: list[Member]
    after: int | None
    """Where the next page begins; None at the end."""
    before: int | None


def find(association: Association, wanted: Wanted, *, today: date) -> QuerySet[Member]:
    """Not sorted yet: a screen may filter on, counts it or asks for a `page`."""
    found = Member.objects.of(association).filter(deleted_at__isnull=not wanted.deleted, merged_into=None)
    found = found.select_related("status").filter(_text(wanted.text))
    if wanted.statuses:
        found = found.filter(status__in=wanted.statuses)
    if wanted.city:
        found = found.filter(city__iexact=wanted.city.strip())
    for name in sorted(wanted.missing):
        found = found.filter(_empty(name))
    for key, value in wanted.custom.items():
        found = found.filter(custom__contains={key: value})
    if wanted.since_from or wanted.since_until:
        found = found.annotate(status_since=status_since(today))
        if wanted.since_from:
            found = found.filter(status_since__gte=wanted.since_from)
        if wanted.since_until:
            found = found.filter(status_since__lte=wanted.since_until)
    return found


def status_since(today: date) -> Subquery:
    """First day of the period that holds today."""
    begun = Period.objects.filter(member=OuterRef("pk"), start__lte=today).order_by("-start")
    return Subquery(begun.values("start")[:1])


def page(
    found: QuerySet[Member],
    *,
    order: str = "name",
    descending: bool = False,
    after: int | None = None,
    before: int | None = None,
    size: int = 50,
) -> Page:
    """The members that follow the one with id `after`, or come before `before`. An id says no name in an address."""
    backwards = before is not None
    rising = descending == backwards
    rows: QuerySet[Any] = found.annotate(place=ORDERS[order])
    mark = before if backwards else after
    if mark is not None:
        rows = _past(rows, mark, rising=rising)
    keys = ("place", "id") if rising else ("-place", "-id")
    members = list(rows.order_by(*keys)[: size + 1])
    more, members = len(members) > size, members[:size]
    if backwards:
        members.reverse()
    last, first = (members[-1].pk, members[0].pk) if members else (None, None)
    return Page(
        members=members,
        after=last if (backwards or more) else None,
        before=first if (more if backwards else after is not None) else None,
    )


ORDERS: Mapping[str, Expression | F] = {
    "name": F("sort_key"),
    "number": LPad("number", 40, Value("0")),
    "email": F("email"),
    "city": F("city"),
    "postcode": F("postcode"),
    "status": Coalesce(F("status__order"), Value(-1)),
}


def _past(rows: QuerySet[Any], mark: int, *, rising: bool) -> QuerySet[Any]:
    place: QuerySet[Any] = rows.model._base_manager.filter(pk=mark).annotate(place_of=rows.query.annotations["place"])
    at = Subquery(place.values("place_of")[:1])
    if rising:
        return rows.filter(place__gte=at).exclude(Q(place=at) & Q(id__lte=mark))
    return rows.filter(place__lte=at).exclude(Q(place=at) & Q(id__gte=mark))


def _text(text: str) -> Q:
    words = [word for word in re.split(r"[\s,;]+", text.replace("\x00", "")) if word][:MOST_WORDS]
    if not words:
        return EMPTY
    all_words = EMPTY
    for word in words:
        all_words &= Q(searched__text__contains=_folded(word))
    digits = re.sub(r"\D", "", text).lstrip("0")
    if PHONE.fullmatch(text.strip()) and len(digits) >= SHORTEST_PHONE:
        return all_words | Q(searched__text__contains=digits)
    return all_words


def _folded(word: str) -> Func:
    """By the function that made the column, so that both sides are folded alike."""
    return Func(Value(word), function="members_fold", output_field=TextField())


def _empty(name: str) -> Q:
    column = Member._meta.get_field(name)
    return Q(**{f"{name}__isnull": True}) if column.null else Q(**{name: ""})
