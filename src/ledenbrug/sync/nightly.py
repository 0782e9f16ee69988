"""What the clock asks for: statuses that take effect today, nightly rounds, throwing away what is old.

It only notes what is due; the engine does it.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from ledenbrug.sync.models import Cause, Connection, Grant, Reading, Spent

EVERY = timedelta(hours=24)


def if_due(*, now: datetime) -> None:
    """Cheap when nothing is: two statements."""
    Connection.objects.filter(Q(looked_at__lt=now - EVERY), enabled=True, removed_at=None, round_due_at=None).update(
        round_due_at=now, round_cause=Cause.NIGHTLY
    )
    throw_away(now=now)


def throw_away(*, now: datetime) -> None:
    Grant.objects.filter(expires_at__lt=now, connections=None).delete()
    Reading.objects.filter(at__lt=now - timedelta(days=1)).delete()
    Spent.objects.filter(starts_at__lt=now - timedelta(days=2)).delete()
