"""Finds members the way people type, filters them, and cuts the outcome in pages that stay quick at the far end.

It must not show anybody of another association: every query starts from one. Rights are the screens' business.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Func, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT

from ledenbrug.members import ordering
from ledenbrug.members.custom import Value as Kept
from ledenbrug.members.custom import is_key
from ledenbrug.members.models import Association, Kind, Member
from ledenbrug.members.ordering import status_since

PHONE = re.compile(r"\+?[\d ()./-]+")
SHORTEST_PHONE = 5
MOST_WORDS = 8
EMPTY = Q()
NAME = ordering.place(ordering.NAME, today=date.min)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Everything that is given must hold."""

    text: str = ""
    statuses: frozenset[int] = frozenset()
    deleted: bool = False
    city: str = ""
    missing: frozenset[str] = frozenset()
    """Fields that are empty."""
    custom: Mapping[str, Kept] = field(default_factory=dict)
    """Fields of the association's own that hold exactly this."""
    custom_parts: Mapping[str, str] = field(default_factory=dict)
    """… of which this is a part."""
    custom_between: tuple["Between", ...] = ()
    since_from: date | None = None
    """In the status of today since this day or later."""
    since_until: date | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """A day, number or amount in a field of the association's own: from and up to and including, as it is kept."""

    key: str
    kind: Kind
    least: str = ""
    most: str = ""


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
    for key, part in wanted.custom_parts.items():
        found = found.alias(**{f"folded_{key}": _folded_own(key)}).filter(**{f"folded_{key}__contains": _folded(part)})
    for each in wanted.custom_between:
        found = _between(found, each)
    if wanted.since_from or wanted.since_until:
        found = found.annotate(status_since=status_since(today))
        if wanted.since_from:
            found = found.filter(status_since__gte=wanted.since_from)
        if wanted.since_until:
            found = found.filter(status_since__lte=wanted.since_until)
    return found


def page(
    found: QuerySet[Member],
    *,
    association: Association,
    place: Combinable = NAME,
    descending: bool = False,
    after: int | None = None,
    before: int | None = None,
    size: int = 50,
) -> Page:
    """The members that follow the one with id `after`, or come before `before`. An id says no name in an address."""
    backwards = before is not None
    rising = descending == backwards
    mark = before if backwards else after
    rows: QuerySet[Any] = found.annotate(place=place)
    at = _place_of(association, mark, place) if mark is not None else None
    if at is not None:
        rows = _past(rows, at, mark, rising=rising)
    keys = ("place", "id") if rising else ("-place", "-id")
    members = list(rows.order_by(*keys)[: size + 1])
    more, members = len(members) > size, members[:size]
    if backwards:
        members.reverse()
    last, first = (members[-1].pk, members[0].pk) if members else (None, None)
    return Page(
        members=members,
        after=last if (backwards or more) else None,
        before=first if (more if backwards else at is not None) else None,
    )


def _place_of(association: Association, mark: int, place: Combinable) -> str | None:
    """Of a member of this association, found by the filters or not."""
    row = Member.objects.of(association).filter(pk=mark).annotate(place=place).values_list("place", flat=True)
    return row.first()


def _past(rows: QuerySet[Any], at: str, mark: int | None, *, rising: bool) -> QuerySet[Any]:
    if rising:
        return rows.filter(place__gte=at).exclude(place=at, id__lte=mark)
    return rows.filter(place__lte=at).exclude(place=at, id__gte=mark)


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


def _folded_own(key: str) -> Func:
    return Func(KT(f"custom__{key}"), function="members_fold", output_field=TextField())


def _between(found: QuerySet[Member], wanted: Between) -> QuerySet[Member]:
    place = f"place_{wanted.key}"
    found = found.alias(**{place: ordering.rising(wanted.key, wanted.kind)})
    if wanted.least:
        found = found.filter(**{f"{place}__gte": ordering.risen(wanted.least, wanted.kind)})
    if wanted.most:
        found = found.filter(**{f"{place}__lte": ordering.risen(wanted.most, wanted.kind)})
    return found


def _empty(name: str) -> Q:
    if is_key(name):
        return ~Q(custom__has_key=name)
    column = Member._meta.get_field(name)
    return Q(**{f"{name}__isnull": True}) if column.null else Q(**{name: ""})
