"""When it will be done: so many requests under the package's limits, counting what others behind them have spent."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from ledenbrug.core.line import Limit, Scope
from ledenbrug.core.plan import Kind, Step
from ledenbrug.core.port import Package
from ledenbrug.core.records import FIELDS, GROUP_OF, Group, Values
from ledenbrug.sync import budget, packages
from ledenbrug.sync.models import Connection
from ledenbrug.wire.pace import window_end

SECONDS_PER_REQUEST = 0.15
"""A guess at the far side, for packages and amounts that no limit holds back."""
AHEAD = 125
"""Contacts that a load looks at together before its second pass."""


def requests(connection: Connection, steps: Sequence[Step]) -> int:
    """How many these steps take there, with the looks of a load that goes in two passes."""
    package = packages.get(connection.package)
    writes = sum(_of_step(package, each) for each in steps)
    later = [each for each in steps if each.kind is Kind.CREATE and _filled(each) & package.beside]
    return writes + (_looks(connection, len(later)) if outlasts_a_window(connection, len(steps)) else 0)


def affordable(connection: Connection, steps: Sequence[Step], *, urgent: bool, now: datetime) -> int:
    """How many of these, in this order, the windows of now let through; one at least, for only asking tells."""
    package, limits = packages.get(connection.package), _limits(connection)
    if not limits or len(steps) < 2:
        return len(steps)
    free = min(budget.free(each, scope=_scope(connection, each), urgent=urgent, now=now) for each in limits)
    takes = accumulate(_of_step(package, each) for each in steps)
    return max(1, sum(each <= free for each in takes))


def at_most(connection: Connection, payers: int, *, unfinished: int = 0, planned: int = 0) -> int:
    """Of so many payers who must be looked at, where nobody has worked out what will be written, and so many whose
    contact a load has made already, of a plan of so many steps."""
    writes = payers * _of_one(connection) + unfinished * (_of_one(connection) - contacts(connection, 1))
    long = unfinished or outlasts_a_window(connection, planned)
    return writes + (_looks(connection, payers + unfinished) if long else 0)


def contacts(connection: Connection, payers: int) -> int:
    """Of as many, without what the package keeps beside a contact."""
    return payers * _of_one(connection, without=packages.get(connection.package).beside)


def _of_one(connection: Connection, *, without: frozenset[Group] = frozenset()) -> int:
    groups = {Group(each) for each in connection.groups} - without
    whole: Values = {each: "yes" for group in groups for each in FIELDS[group]}
    return packages.get(connection.package).requests(True, whole)


def outlasts_a_window(connection: Connection, payers: int) -> bool:
    """Whether so many cannot all go over before some limit has to begin anew."""
    return any(payers * _of_one(connection) > limit.requests for limit in _limits(connection))


def ready_at(connection: Connection, requests: int, *, now: datetime) -> datetime | None:
    """None when there is nothing to do."""
    if requests <= 0:
        return None
    limits = sorted(_limits(connection), key=lambda each: each.seconds, reverse=True)
    return max(_after(connection, limits[at:], requests, now=now) for at in range(len(limits) + 1))


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


def _after(connection: Connection, limits: Sequence[Limit], requests: int, *, now: datetime) -> datetime:
    """The longest first: what is left for its last window goes under the shorter ones."""
    at = now
    for limit in limits:
        spent = budget.spent(limit, scope=_scope(connection, limit), now=at) if at == now else 0
        at, requests = _last_window(limit, requests, spent=spent, now=at)
    return at + timedelta(seconds=requests * SECONDS_PER_REQUEST)


def _last_window(limit: Limit, requests: int, *, spent: int, now: datetime) -> tuple[datetime, int]:
    """When the last of so many may begin, and how many of them those are: the reserve opens late in a window."""
    over, end = requests - max(limit.requests - spent, 0), window_end(limit, now=now)
    if over > 0:
        whole = math.ceil(over / limit.requests) - 1
        spent, requests = 0, over - whole * limit.requests
        now = end + timedelta(seconds=whole * limit.seconds)
        end = now + timedelta(seconds=limit.seconds)
    opens = budget.reserve_opens(limit, end=end)
    first = max(budget.for_everyone(limit) - spent, 0)
    return (now, requests) if requests <= first or opens <= now else (opens, requests - first)


def _of_step(package: Package, step: Step) -> int:
    """What is brought beside a contact that was just looked at takes no more than with a new one."""
    if not step.values:
        return 1
    if step.look_first and step.groups <= package.beside:
        return package.requests(True, step.values) - package.requests(True, {})
    return package.requests(step.kind is Kind.CREATE, step.values)


def _filled(step: Step) -> set[Group]:
    return {GROUP_OF[each] for each, value in step.values.items() if value}


def _looks(connection: Connection, contacts: int) -> int:
    """Before the second pass of a load."""
    package = packages.get(connection.package)
    groups = package.beside & {Group(each) for each in connection.groups}
    whole, rest = divmod(contacts, AHEAD)
    return whole * package.look(AHEAD, groups) + package.look(rest, groups) if groups else 0


def _limits(connection: Connection) -> tuple[Limit, ...]:
    return packages.limits(connection.package)


def _scope(connection: Connection, limit: Limit) -> str:
    url = connection.grant.url if connection.grant else packages.url(connection.package)
    return budget.scope_of(limit, connection.package, url, connection.administration)
