"""When it will be done: so many requests under the package's limits, counting what others behind them have spent."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

from ledenbrug.core.line import Limit, Scope
from ledenbrug.core.plan import Kind, Step
from ledenbrug.core.records import FIELDS, Group, Values
from ledenbrug.sync import budget, packages
from ledenbrug.sync.models import Connection
from ledenbrug.wire.pace import window_end

SECONDS_PER_REQUEST = 0.15
"""A guess at the far side, for packages and amounts that no limit holds back."""


def requests(connection: Connection, steps: Iterable[Step]) -> int:
    """How many these steps take there."""
    takes = packages.get(connection.package).requests
    return sum(takes(each.kind is Kind.CREATE, each.values) for each in steps)


def at_most(connection: Connection, payers: int, *, unfinished: int = 0) -> int:
    """Of so many payers who must be looked at, where nobody has worked out what will be written, and so many whose
    contact a load has made already."""
    return payers * _of_one(connection) + unfinished * (_of_one(connection) - contacts(connection, 1))


def contacts(connection: Connection, payers: int) -> int:
    """Of as many, without what the package keeps beside a contact."""
    return payers * _of_one(connection, without=packages.get(connection.package).beside)


def _of_one(connection: Connection, *, without: frozenset[Group] = frozenset()) -> int:
    groups = {Group(each) for each in connection.groups} - without
    whole: Values = {each: "yes" for group in groups for each in FIELDS[group]}
    return packages.get(connection.package).requests(True, whole)


def outlasts_a_window(connection: Connection, payers: int) -> bool:
    """Whether so many cannot all go over before some limit has to begin anew."""
    return any(at_most(connection, payers) > limit.requests for limit in _limits(connection))


def ready_at(connection: Connection, requests: int, *, now: datetime) -> datetime | None:
    """None when there is nothing to do."""
    if requests <= 0:
        return None
    soonest = now + timedelta(seconds=requests * SECONDS_PER_REQUEST)
    return max([soonest, *(_under(connection, limit, requests, now=now) for limit in _limits(connection))])


def used(connection: Connection, *, now: datetime) -> tuple[int, int, datetime, Scope] | None:
    """Of the tightest limit: spent, left, when the window ends and what it is counted over. None without limits."""
    found = []
    for limit in _limits(connection):
        spent = budget.spent(limit, scope=_scope(connection, limit), now=now)
        found.append((limit.requests - spent, spent, window_end(limit, now=now), limit.scope))
    if not found:
        return None
    left, spent, end, scope = min(found)
    return spent, max(left, 0), end, scope


def _under(connection: Connection, limit: Limit, requests: int, *, now: datetime) -> datetime:
    left = max(limit.requests - budget.spent(limit, scope=_scope(connection, limit), now=now), 0)
    if requests <= left:
        return now
    windows = math.ceil((requests - left) / limit.requests)
    return window_end(limit, now=now) + timedelta(seconds=(windows - 1) * limit.seconds)


def _limits(connection: Connection) -> tuple[Limit, ...]:
    return packages.limits(connection.package)


def _scope(connection: Connection, limit: Limit) -> str:
    url = connection.grant.url if connection.grant else packages.url(connection.package)
    return budget.scope_of(limit, connection.package, url, connection.administration)
