"""Counts the members that were found and cuts them in pages that stay quick at the far end.

It must not decide who is found (`search`) nor what an order means (`ordering`).
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import Combinable

from ledenbrug.members import ordering
from ledenbrug.members.models import Association, Member


@dataclass(frozen=True, slots=True)
class Page:
    members: list[Member]
    after: int | None
    """Where the next page begins; None at the end."""
    before: int | None
    total: int | None
    """On all pages together; None when that was not counted: far more than fit on this one."""


@dataclass(frozen=True, slots=True)
class _Cut:
    place: Combinable
    rising: bool
    at: str | None
    """The place, and then the id, past which it begins."""
    mark: int | None
    most: int
    counted: bool


def page(
    found: QuerySet[Any],
    *,
    association: Association,
    place: Combinable = ordering.BY_NAME,
    descending: bool = False,
    after: int | None = None,
    before: int | None = None,
    size: int = 50,
    along: bool = True,
    counted: bool = True,
    shown: QuerySet[Member] | None = None,
) -> Page:
    """The members that follow the one with id `after`, or come before `before`. An id says no name in an address.

    `found` are the members, or rows that have their key and their place. `along`: counting them and meeting the first
    of them is little work each. Else everybody is found once, both to be counted and to be sorted. `counted`: of very
    many only the first may be wanted. `shown` reads those on the page with what the screen needs of them.
    """
    backwards = before is not None
    rising, mark = descending == backwards, before if backwards else after
    at = _place_of(association, mark, place) if mark is not None else None
    cut = _Cut(place, rising, at, mark, size + 1, counted)
    ids, total = _along(found, cut) if along else _at_once(found, cut)
    more, ids = len(ids) > size, ids[:size]
    if backwards:
        ids.reverse()
    rows = (Member.objects.select_related("status") if shown is None else shown).in_bulk(ids)
    last, first = (ids[-1], ids[0]) if ids else (None, None)
    return Page(
        members=[rows[each] for each in ids if each in rows],
        after=last if (backwards or more) else None,
        before=first if (more if backwards else at is not None) else None,
        total=total,
    )


def _along(found: QuerySet[Any], cut: _Cut) -> tuple[list[int], int | None]:
    rows: QuerySet[Any] = found.annotate(place=cut.place)
    if cut.at is not None and cut.rising:
        rows = rows.filter(place__gte=cut.at).exclude(place=cut.at, id__lte=cut.mark)
    elif cut.at is not None:
        rows = rows.filter(place__lte=cut.at).exclude(place=cut.at, id__gte=cut.mark)
    keys = ("place", "id") if cut.rising else ("-place", "-id")
    ids = list(rows.order_by(*keys).values_list("id", flat=True)[: cut.most])
    return ids, found.count() if cut.counted or len(ids) < cut.most else None


def _at_once(found: QuerySet[Any], cut: _Cut) -> tuple[list[int], int]:
    rows: QuerySet[Any] = found.order_by().annotate(place=cut.place).values_list("pk", "place")
    statement, values = rows.query.sql_with_params()
    past, keys = (">", "place, id") if cut.rising else ("<", "place DESC, id DESC")
    begins, at = (f"WHERE (place, id) {past} (%s, %s)", [cut.at, cut.mark]) if cut.at is not None else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH found (id, place) AS MATERIALIZED ({statement})
            SELECT id, (SELECT count(*) FROM found) FROM found {begins} ORDER BY {keys} LIMIT %s
            """,  # noqa: S608 - made by the one that asks and the lines above
            [*values, *at, cut.most],
        )
        told = cursor.fetchall()
    return [member for member, _ in told], told[0][1] if told else 0


def _place_of(association: Association, mark: int, place: Combinable) -> str | None:
    """Of a member of this association, found by the filters or not."""
    row = Member.objects.of(association).filter(pk=mark).annotate(place=place).values_list("place", flat=True)
    return row.first()
