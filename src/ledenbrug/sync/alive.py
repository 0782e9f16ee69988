"""Permissions that nobody used for a week are renewed: there are packages where an idle one dies after some weeks.

What is in daily use renews itself (`lines`). Nothing here reads or writes anything at a package.
"""

from datetime import timedelta

from ledenbrug.core.errors import LoginNeeded, Temporary
from ledenbrug.sync import lines, state
from ledenbrug.sync.models import Grant, GrantState

IDLE = timedelta(days=7)


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
        return False
    except LoginNeeded as needed:
        state.ask_for_login(connection, needed, now=clock())
        return False
    return True
