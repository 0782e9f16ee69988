"""Requests are leased in small lots from the database, so that every worker behind one address shares one limit.

It never sleeps: an empty budget is a `Temporary` with the time. Lots lost in a crash count as spent.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection as database

from ledenbrug.core.errors import Temporary
from ledenbrug.core.line import Limit, Refusals, Scope
from ledenbrug.core.reasons import Reason
from ledenbrug.sync import prepared
from ledenbrug.wire.pace import together, window_end

RESERVE = 0.1
"""Part of every window that a bulk load leaves to people's edits, until the window's last seconds."""
LAST_PART = 0.1
LOT = 5
SKEW = timedelta(seconds=2)
"""How far the package's clock may be from ours for its window to be the same one."""


class Slots:
    """The slots of one limit for one turn of one worker: a `wire.pace.Pace` over the database."""

    def __init__(self, limit: Limit, *, scope: str, urgent: Callable[[], bool]) -> None:
        self._limit = limit
        self._scope = scope
        self._urgent = urgent
        self._lot = 0
        self._ends = datetime.min.replace(tzinfo=UTC)

    def take(self, *, now: datetime) -> None:
        if self._lot == 0 or now >= self._ends:
            self._lot = _lease(self._scope, self._limit, now=now, urgent=self._urgent())
            self._ends = window_end(self._limit, now=now)
        self._lot -= 1

    def room(self, requests: int, *, now: datetime) -> None:
        if now >= self._ends:
            self._lot, self._ends = 0, window_end(self._limit, now=now)
        while self._lot < together(requests, self._limit):
            self._lot += _lease(self._scope, self._limit, now=now, urgent=self._urgent())

    def heard(self, *, left: int | None, resets: datetime | None, now: datetime) -> None:
        """What the package says is left counts when it is less than what we thought."""
        if left is None or (resets is not None and abs(resets - window_end(self._limit, now=now)) > SKEW):
            return  # a late answer about a window that is over
        if _told(self._scope, self._limit, left=left, held=self._lot, now=now):
            self._lot = min(self._lot, left)

    def give_back(self, *, now: datetime) -> None:
        """Slots of this window that were leased and not used."""
        if self._lot and now < self._ends:
            with prepared.cursor() as cursor:
                cursor.execute(
                    "UPDATE sync_spent SET slots = slots - %s WHERE scope = %s AND starts_at = %s",
                    [self._lot, self._scope, window_start(self._limit, now)],
                )
        self._lot = 0


class Patience:
    """Refusals per kind of request, counted together by every process: a `wire.pace.Patience` over the database.

    What others count is looked at once a turn, for one worker at a time has a connection in hand.
    """

    def __init__(self, refusals: Refusals, *, scope: str) -> None:
        self._refusals = refusals
        self._scope = scope
        self._counts: dict[tuple[str, datetime], int] = {}

    def ask(self, path: str, *, now: datetime) -> None:
        what, start = self._refusals.of(path), window_start(self._refusals, now)
        if not what:
            return
        if (what, start) not in self._counts:
            self._counts[what, start] = spent(self._refusals, scope=self._of(what), now=now)
        if self._counts[what, start] >= self._refusals.most:
            raise Temporary(Reason.LIMITED, until=window_end(self._refusals, now=now))

    def heard(self, path: str, status: int, *, now: datetime) -> None:
        what, start = self._refusals.of(path), window_start(self._refusals, now)
        if not what or status not in self._refusals.statuses:
            return
        with prepared.cursor() as cursor:
            cursor.execute(
                """INSERT INTO sync_spent AS s (scope, starts_at, slots) VALUES (%s, %s, 1)
                   ON CONFLICT (scope, starts_at) DO UPDATE SET slots = s.slots + 1 RETURNING slots""",
                [self._of(what), start],
            )
            self._counts[what, start] = cursor.fetchone()[0]

    def _of(self, what: str) -> str:
        return f"{self._scope} refused {what}"[:200]


def scope_of(limit: Limit, package: str, url: str, administration: str) -> str:
    over = settings.LEDENBRUG_EGRESS if limit.scope is Scope.EGRESS else administration
    return f"{package} {url} {limit.seconds}s {over}"[:200]


def window_start(limit: Limit | Refusals, now: datetime) -> datetime:
    seconds = int(now.timestamp())
    return datetime.fromtimestamp(seconds - seconds % limit.seconds, UTC)


def spent(limit: Limit | Refusals, *, scope: str, now: datetime) -> int:
    with prepared.cursor() as cursor:
        cursor.execute(
            "SELECT slots FROM sync_spent WHERE scope = %s AND starts_at = %s", [scope, window_start(limit, now)]
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def free(limit: Limit, *, scope: str, urgent: bool, now: datetime) -> int:
    """How many may still be leased in the window of now."""
    late = now >= reserve_opens(limit, end=window_end(limit, now=now))
    return max((limit.requests if late or urgent else for_everyone(limit)) - spent(limit, scope=scope, now=now), 0)


def for_everyone(limit: Limit) -> int:
    """Without the reserve."""
    return limit.requests - int(limit.requests * RESERVE)


def reserve_opens(limit: Limit, *, end: datetime) -> datetime:
    return end - timedelta(seconds=limit.seconds * LAST_PART)


def most_spent(limit: Limit, package: str, *, now: datetime) -> dict[str, int]:
    """Per outgoing address; by the one that spent most, under an empty name, where administrations count apart."""
    egress = limit.scope is Scope.EGRESS
    with database.cursor() as cursor:
        cursor.execute(
            """SELECT CASE WHEN %(egress)s THEN substring(scope FROM %(shape)s) ELSE '' END, max(slots) FROM sync_spent
               WHERE starts_at = %(start)s AND scope ~ %(shape)s GROUP BY 1""",
            {
                "egress": egress, "start": window_start(limit, now),
                "shape": rf"^{package} \S+ {limit.seconds}s (.*)$",
            },
        )  # fmt: skip
        return {settings.LEDENBRUG_EGRESS if egress else "": 0, **dict(cursor.fetchall())}


def _lease(scope: str, limit: Limit, *, now: datetime, urgent: bool) -> int:
    """Raises `Temporary` until the next window when nothing is left for this urgency."""
    end = window_end(limit, now=now)
    opens = reserve_opens(limit, end=end)
    everyone = limit.requests if now >= opens else for_everyone(limit)
    attempts = [(LOT, everyone), (1, everyone)]
    if urgent and everyone < limit.requests:
        attempts.append((1, limit.requests))  # one at a time: what is left of a lot would go to a bulk load
    for lot, most in attempts:
        if lot <= most and _leased(scope, window_start(limit, now), lot=lot, most=most):
            return lot
    until = end if urgent or everyone == limit.requests else opens
    raise Temporary(Reason.BUDGET, until=until)


def _leased(scope: str, start: datetime, *, lot: int, most: int) -> bool:
    with prepared.cursor() as cursor:
        cursor.execute(
            """INSERT INTO sync_spent AS s (scope, starts_at, slots) VALUES (%(scope)s, %(start)s, %(lot)s)
               ON CONFLICT (scope, starts_at) DO UPDATE SET slots = s.slots + excluded.slots
               WHERE s.slots + excluded.slots <= %(most)s RETURNING 1""",
            {"scope": scope, "start": start, "lot": lot, "most": most},
        )
        return cursor.fetchone() is not None


def _told(scope: str, limit: Limit, *, left: int, held: int, now: datetime) -> bool:
    with prepared.cursor() as cursor:
        cursor.execute(
            """UPDATE sync_spent SET slots = LEAST(%(total)s, %(total)s - %(left)s + %(held)s)
               WHERE scope = %(scope)s AND starts_at = %(start)s AND slots < %(total)s - %(left)s""",
            {
                "total": limit.requests, "left": left, "held": min(held, left),
                "scope": scope, "start": window_start(limit, now),
            },
        )  # fmt: skip
        return bool(cursor.rowcount)
