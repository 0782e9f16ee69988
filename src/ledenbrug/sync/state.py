"""How a connection as a whole stands: may it run, does it wait, and for what. One notice per cause, on every change."""

from datetime import datetime, timedelta

from ledenbrug.core.errors import LoginNeeded, Temporary
from ledenbrug.core.reasons import Reason
from ledenbrug.sync import packages, problems
from ledenbrug.sync.models import Connection, Grant, GrantState

PATIENCE = timedelta(seconds=30)
"""How long to wait when the package did not say."""
PASSING = frozenset({Reason.BUDGET, Reason.LIMITED})
"""Waiting that is no trouble."""


def ready(connection_id: int, *, now: datetime) -> Connection | None:
    """The connection, when it may run now."""
    connection = (
        Connection.objects.filter(id=connection_id, enabled=True, removed_at=None)
        .select_related("association", "grant")
        .first()
    )
    if connection is None or not packages.module_on(connection.association, connection.package):
        return None
    if connection.hold_until and connection.hold_until > now:
        return None
    if connection.waiting_until and connection.waiting_until > now:
        return None
    if connection.waiting and not connection.waiting_until:
        return None  # for a person
    return connection


def well(connection: Connection, *, now: datetime) -> None:
    """Calls went through, or there was nothing to call for."""
    if connection.waiting:
        Connection.objects.filter(id=connection.id).update(waiting="", waiting_until=None)
        problems.over(connection, now=now)


def wait(connection: Connection, trouble: Temporary, *, now: datetime) -> datetime:
    until = max(trouble.until or now + PATIENCE, now)
    Connection.objects.filter(id=connection.id).update(waiting=trouble.reason, waiting_until=until)
    if trouble.reason not in PASSING and connection.waiting == trouble.reason:
        problems.of_connection(connection, trouble.reason, now=now, **trouble.params)  # the second time in a row
    return until


def ask_for_login(connection: Connection, needed: LoginNeeded, *, now: datetime) -> None:
    """Stands still until somebody connects again. Every connection of the grant does."""
    if connection.grant_id:
        Grant.objects.filter(id=connection.grant_id).update(state=GrantState.WITHDRAWN)
    for each in Connection.objects.filter(grant_id=connection.grant_id, removed_at=None):
        Connection.objects.filter(id=each.id).update(waiting=needed.reason, waiting_until=None)
        problems.of_connection(each, needed.reason, now=now, **needed.params)
