"""How a connection as a whole stands: may it run, does it wait, and for what. One notice per cause, on every change."""

from datetime import datetime, timedelta

from ledenbrug.core.errors import LoginNeeded, Temporary
from ledenbrug.core.reasons import Reason
from ledenbrug.sync import loaded, packages, problems, queue, runs
from ledenbrug.sync.models import Connection, Grant, GrantState

PATIENCE = timedelta(seconds=30)
"""How long to wait when the package did not say; longer when it goes on."""
PASSING = frozenset({Reason.BUDGET, Reason.LIMITED})
"""Waiting that is no trouble."""
OF_THE_GRANT = frozenset(
    {Reason.WITHDRAWN, Reason.KEY_LOST, Reason.KEY_REFUSED, Reason.SCOPE_MISSING, Reason.CONSENT_REFUSED}
)
"""Concern everyone who uses the grant; any other need to log in concerns one administration."""


def ready(connection_id: int, *, now: datetime) -> Connection | datetime | None:
    """The connection, when it may run now; else when it may, or None when a person must do something first."""
    connection = loaded.connection(connection_id)
    if connection is None or not packages.module_on(connection.association, connection.package):
        return None
    if not connection.enabled and runs.undoing(connection) is None:
        return None
    if connection.hold_until and connection.hold_until > now:
        return connection.hold_until
    if connection.waiting and not connection.waiting_until:
        return None
    if connection.waiting_until and connection.waiting_until > now and not _may_all_the_same(connection, now=now):
        return connection.waiting_until
    return connection


def _may_all_the_same(connection: Connection, *, now: datetime) -> bool:
    """What is kept for people's edits is there for them while a bulk load waits."""
    return connection.waiting == Reason.BUDGET and queue.edits_wait(connection, now=now)


def well(connection: Connection, *, now: datetime) -> None:
    """Calls went through, or there was nothing to call for."""
    if connection.waiting:
        Connection.objects.filter(id=connection.id, waiting=connection.waiting).update(waiting="", waiting_until=None)
    problems.over(connection, now=now)


def wait(connection: Connection, trouble: Temporary, *, now: datetime) -> datetime:
    again = connection.waiting == trouble.reason
    until = max(trouble.until or now + PATIENCE * (4 if again else 1), now)
    Connection.objects.filter(id=connection.id).update(waiting=trouble.reason, waiting_until=until)
    if trouble.reason in PASSING:
        problems.over(connection, now=now)
    elif again:
        problems.of_connection(connection, trouble.reason, now=now, params=trouble.params)
    return until


def ask_for_login(connection: Connection, needed: LoginNeeded, *, now: datetime) -> None:
    """Stands still until somebody connects again. Where it is about the grant, every connection of it does, unless it
    has other tokens by now than those that were refused: the next turn tries with these.
    """
    concerned = [connection]
    if connection.grant is not None and needed.reason in OF_THE_GRANT:
        same = Grant.objects.filter(id=connection.grant.id, tokens=connection.grant.tokens)
        if not same.update(state=GrantState.WITHDRAWN):
            return
        concerned = list(Connection.objects.filter(grant=connection.grant, removed_at=None))
    for each in concerned:
        Connection.objects.filter(id=each.id).update(waiting=needed.reason, waiting_until=None)
        problems.of_connection(each, needed.reason, now=now, params=needed.params)


def let_in(grant: Grant) -> None:
    """The package gave tokens, so nobody has to log in whatever was thought of the pair before."""
    Grant.objects.filter(id=grant.id, state=GrantState.WITHDRAWN).update(state=GrantState.GIVEN)
    missed = Connection.objects.filter(grant_id=grant.id, removed_at=None, waiting__in=OF_THE_GRANT)
    missed.update(waiting="", waiting_until=None)
