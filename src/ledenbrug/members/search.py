"""Finds members the way people type, and filters them. `paging` cuts the outcome in pages.

It must not show anybody of another association: every query starts from one. Rights are the screens' business.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import (
    BooleanField,
    Case,
    DecimalField,
    ExpressionWrapper,
    Func,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual, Regex

from ledenbrug.members import filling, ordering
from ledenbrug.members.custom import Value as Kept
from ledenbrug.members.custom import is_key
from ledenbrug.members.models import Association, Kind, Member, SearchText

PHONE = re.compile(r"\+?[\d ()./-]+")
SHORTEST_PHONE = 5
MOST_WORDS = 8
COMMON = 7_000
"""Far more than share a name: these stand together, and are met late when they are not first."""
EMPTY = Q()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Everything that is given must hold."""

    text: str = ""
    statuses: frozenset[int] = frozenset()
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
    asked: str = ""
    """A group of those who were asked to fill in fields."""
    round: int = 0
    """In which they were asked."""


@dataclass(frozen=True, slots=True)
class Between:
    """A day, number or amount in a field of the association's own: from and up to and including, as it is kept."""

    key: str
    kind: Kind
    least: str = ""
    most: str = ""


def find(association: Association, wanted: Wanted, *, today: date) -> QuerySet[Member]:
    """Not sorted yet: a screen may filter on, counts it or asks for a `page`."""
    found = Member.objects.of(association).filter(_text(wanted.text), deleted_at=None)
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
    if wanted.since_from:
        found = found.filter(since__gte=wanted.since_from)
    if wanted.since_until:
        found = found.filter(since__lte=wanted.since_until)
    if wanted.asked or wanted.round:
        asked = filling.asked(association, group=wanted.asked, round_id=wanted.round, today=today)
        found = found.filter(pk__in=asked.values("member"))
    return found


def texts(association: Association, text: str) -> QuerySet[SearchText]:
    """Who is found by a text and nothing else, with what they are sorted by: no record is read."""
    return SearchText.objects.of(association).filter(_text(text, "text"))


def common(association: Association, text: str) -> bool:
    """Whether so many have it that the first ones are soon met along the names."""
    return not text or texts(association, text)[:COMMON].count() == COMMON


def _text(text: str, column: str = "searched__text") -> Q:
    words = [word for word in re.split(r"[\s,;]+", text.replace("\x00", "")) if word][:MOST_WORDS]
    if not words:
        return EMPTY
    all_words = EMPTY
    for word in words:
        all_words &= Q(**{f"{column}__contains": _folded(word)})
    digits = re.sub(r"\D", "", text).lstrip("0")
    if PHONE.fullmatch(text.strip()) and len(digits) >= SHORTEST_PHONE:
        return all_words | Q(**{f"{column}__contains": digits})
    return all_words


def _folded(word: str) -> Func:
    """By the function that made the column, so that both sides are folded alike."""
    return Func(Value(word), function="members_fold", output_field=TextField())


def _folded_own(key: str) -> Func:
    return Func(KT(f"custom__{key}"), function="members_fold", output_field=TextField())


def _between(found: QuerySet[Member], wanted: Between) -> QuerySet[Member]:
    if wanted.kind in (Kind.NUMBER, Kind.MONEY):
        return found.filter(_amount_between(wanted))
    place = f"place_{wanted.key}"
    found = found.alias(**{place: KT(f"custom__{wanted.key}")})
    if wanted.least:
        found = found.filter(**{f"{place}__gte": wanted.least})
    return found.filter(**{f"{place}__lte": wanted.most}) if wanted.most else found


def _amount_between(wanted: Between) -> Case:
    """Looked at once whether it is a number at all: that takes longer than comparing it."""
    value = KT(f"custom__{wanted.key}")
    number = Func(value, template="(%(expressions)s)::numeric", output_field=DecimalField())
    within = Q(GreaterThanOrEqual(number, Decimal(wanted.least))) if wanted.least else EMPTY
    within &= Q(LessThanOrEqual(number, Decimal(wanted.most))) if wanted.most else EMPTY
    return Case(When(Regex(value, ordering.AMOUNT), then=ExpressionWrapper(within, BooleanField())), default=False)


def _empty(name: str) -> Q:
    if is_key(name):
        return ~Q(custom__has_key=name)
    column = Member._meta.get_field(name)
    return Q(**{f"{name}__isnull": True}) if column.null else Q(**{name: ""})
