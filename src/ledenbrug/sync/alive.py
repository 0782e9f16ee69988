"""Permissions that nobody used for a week are renewed: there are packages where an idle one dies after some weeks.

What is in daily use renews itself (`lines`). Nothing here reads or writes anything at a package.
"""

from datetime import datetime, timedelta

from ledenbrug.core.errors import LoginNeeded, Temporary
from ledenbrug.core.reasons import Reason
from ledenbrug.sync import lines, packages, problems, state
from ledenbrug.sync.models import Grant, GrantState

IDLE = timedelta(days=7)
WARNED = 2 / 3
"""Part of its life after which one that cannot be renewed is told to a person."""


def renew_idle(*, clock: lines.Clock) -> int:
    """Returns how many were renewed. One that cannot be for the moment is tried again at the next round."""
    idle = Grant.objects.filter(state=GrantState.GIVEN, personal=False, renewed_at__lt=clock() - IDLE)
    return sum(_renew(grant, clock=clock) for grant in idle.filter(connections__removed_at=None).distinct())


def _renew(grant: Grant, *, clock: lines.Clock) -> bool:
    connection = grant.connections.filter(removed_at=None).first()
    if connection is None:
        return False
    try:
        held = lines.tokens(grant)
        if held.expires_at is None:  # it lives until somebody withdraws it
            return False
        lines.renewed(grant, used=held.access, clock=clock)
    except Temporary:
        _warn(grant, now=clock())
        return False
    except LoginNeeded as needed:
        state.ask_for_login(connection, needed, now=clock())
        return False
    for each in grant.connections.all():
        problems.settled(each, Reason.LAPSES, now=clock())
    return True


def _warn(grant: Grant, *, now: datetime) -> None:
    oauth = packages.get(grant.package).oauth
    if oauth is None or oauth.lapses_days is None or grant.renewed_at is None:
        return
    life = timedelta(days=oauth.lapses_days)
    if now >= grant.renewed_at + WARNED * life:
        day = f"{grant.renewed_at + life:%d-%m-%Y}"
        for each in grant.connections.filter(removed_at=None):
            problems.of_connection(each, Reason.LAPSES, now=now, params={"day": day})
