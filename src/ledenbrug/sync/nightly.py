"""What the clock asks for: statuses that take effect today, nightly rounds, throwing away what is old.

It only notes what is due; the engine does it.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q

from ledenbrug.members import calendar, operations, retention, tasks
from ledenbrug.members.models import Association
from ledenbrug.members.sources import spreadsheet
from ledenbrug.sync.models import (
    Approval,
    Cause,
    Connection,
    Drift,
    Grant,
    Hint,
    Journal,
    Reading,
    Spent,
    StoredPreview,
)

HOUR = 3
"""When a night's round is due, where the association is. After downtime it is made up for."""
A_DAY = timedelta(days=1)
A_YEAR = timedelta(days=365)


def if_due(*, now: datetime) -> None:
    """Cheap when nothing is: two statements, and one more per time zone."""
    for association in calendar.due(now):
        calendar.roll(association, now=now)
        retention.drop_old(association, now=now)
        operations.propose_erasure(association, now=now)
    for zone in Association.objects.order_by("time_zone").values_list("time_zone", flat=True).distinct():
        Connection.objects.filter(
            association__time_zone=zone,
            enabled=True,
            removed_at=None,
            round_due_at=None,
            looked_at__lt=last_night(zone, now=now),
        ).update(round_due_at=now, round_cause=Cause.NIGHTLY)


def last_night(zone: str, *, now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    at = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return at if at <= local else at - A_DAY


def kept() -> timedelta:
    """How long the values in the journal are kept; who, when, which fields and outcome remain."""
    return timedelta(days=settings.LEDENBRUG_JOURNAL_DAYS)


def throw_away(*, now: datetime) -> None:
    """Copies of what stands in somebody else's administration, when they have done their work; lapsed logins."""
    spreadsheet.drop_expired(now=now)
    tasks.drop_expired(now=now)
    Session.objects.filter(expire_date__lt=now).delete()
    broken_off = Q(expires_at=None, created_at__lt=now - A_DAY)  # a removal, before the permission was withdrawn
    Grant.objects.filter(Q(expires_at__lt=now) | broken_off, connections=None).delete()
    Hint.objects.filter(at__lt=now - A_DAY).delete()
    Reading.objects.filter(at__lt=now - A_DAY).delete()
    StoredPreview.objects.filter(at__lt=now - A_DAY).delete()
    Spent.objects.filter(starts_at__lt=now - 2 * A_DAY).delete()
    done = Drift.objects.filter(settled_at__lt=now - A_DAY).exclude(verdict="theirs", proposal__outcome="")
    done.exclude(theirs="").update(theirs="")
    Approval.objects.filter(at__lt=now - A_YEAR).delete()
    Journal.objects.filter(noted_at__lt=now - kept()).exclude(before="", after="").update(before="", after="")
