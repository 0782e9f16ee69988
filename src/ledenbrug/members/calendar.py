"""Which status a member has on which day, and how the status of today follows the calendar without anybody editing.

Periods hold a first day only: each lasts until the next begins. It must not decide about anything but statuses.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from ledenbrug.members import bell, cause, keys, plans
from ledenbrug.members.models import Association, Member, Period


def today(association: Association, now: datetime) -> date:
    """The day it is where the association is."""
    return now.astimezone(ZoneInfo(association.time_zone)).date()


class Begins(Protocol):
    @property
    def start(self) -> date: ...


P = TypeVar("P", bound=Begins)


def status_on(periods: Iterable[P], day: date) -> P | None:
    """The one period that holds on this day; None before the first."""
    begun = [each for each in periods if each.start <= day]
    return max(begun, key=lambda each: each.start) if begun else None


def holding(association: Association | int, day: date) -> QuerySet[Period]:
    """Of every member the period that holds on this day."""
    later = Period.objects.filter(member=OuterRef("member"), start__gt=OuterRef("start"), start__lte=day)
    return Period.objects.of(association).filter(start__lte=day).exclude(Exists(later))


def settle(members: Iterable[Member], *, day: date) -> None:
    """Makes today's status of these members, who are held, follow from their periods, in one statement."""
    _follow([each.pk for each in members], day)


def follow_all(association: Association, *, day: date) -> int:
    """The same for everybody; returns how many changed. Whoever changes periods holds their member: those who differ
    are held first, so that what others did to them meanwhile is seen, and not written over."""
    keys.check()
    plans.anew()
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, {"association": association.pk, "day": day})
        behind = [row[0] for row in cursor.fetchall()]
    return _follow(behind, day) if behind else 0


def due(now: datetime) -> list[Association]:
    """Associations whose day has moved since their statuses were last looked at.

    One in which many are being written just now is left to the next look: whoever asks must not wait for that.
    """
    behind = Q()
    for zone in Association.objects.values_list("time_zone", flat=True).distinct():
        day = now.astimezone(ZoneInfo(zone)).date()
        behind |= Q(time_zone=zone) & (Q(calendar_day__lt=day) | Q(calendar_day__isnull=True))
    with transaction.atomic():
        free = Association.objects.filter(behind).order_by("id").select_for_update(skip_locked=True, no_key=True)
        return list(free) if behind else []


def roll(association: Association, *, now: datetime) -> int:
    """Brings everybody's status up to today, however long ago that was last done; returns how many changed."""
    with transaction.atomic():
        locked = Association.objects.select_for_update(no_key=True).get(pk=association.pk)
        day = today(locked, now)
        if locked.calendar_day is not None and locked.calendar_day >= day:
            return 0
        cause.set(cause.Cause.CALENDAR)
        changed = follow_all(locked, day=day)
        Association.objects.filter(pk=locked.pk).update(calendar_day=day)
        if changed:
            bell.ring(locked.pk)
    association.calendar_day = day
    return changed


def _follow(members: list[int], day: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, {"ids": members, "day": day})
        return int(cursor.rowcount)


_OF_THE_DAY = """
LEFT JOIN LATERAL (
    SELECT status_id, start FROM members_period
    WHERE member_id = m.id AND start <= %(day)s ORDER BY start DESC LIMIT 1
) p ON TRUE
"""
_BEHIND = f"""
SELECT m.id FROM members_member m {_OF_THE_DAY}
WHERE m.association_id = %(association)s AND (m.status_id, m.since) IS DISTINCT FROM (p.status_id, p.start)
ORDER BY m.id FOR NO KEY UPDATE OF m
"""  # noqa: S608 - it stands in this file
_SETTLE = f"""
UPDATE members_member member SET status_id = now.status_id, since = now.start
FROM (SELECT m.id, p.status_id, p.start FROM members_member m {_OF_THE_DAY} WHERE m.id = ANY(%(ids)s)) now
WHERE now.id = member.id AND (member.status_id, member.since) IS DISTINCT FROM (now.status_id, now.start)
"""  # noqa: S608 - it stands in this file
