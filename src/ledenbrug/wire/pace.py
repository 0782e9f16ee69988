"""How fast we may ask: slots of a limit, and what the package's answers say about it.

It counts and tells until when to wait; it never sleeps, and keeps no database.
"""

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from ledenbrug.core.errors import Temporary
from ledenbrug.core.line import Limit, Refusals, Scope
from ledenbrug.core.reasons import Reason

_EPOCH = 1_000_000_000  # anything from here on is a moment, not a number of seconds to wait
_EPOCH_MILLISECONDS = 1_000_000_000_000
_FALLBACK = Limit(1, 60, Scope.EGRESS)  # for a package that states no limit and refuses all the same


class Pace(Protocol):
    """The slots of one limit."""

    def take(self, *, now: datetime) -> None:
        """One slot, or `Temporary("budget", until=…)`."""

    def room(self, requests: int, *, now: datetime) -> None:
        """The same for so many together, without taking one."""

    def heard(self, *, left: int | None, resets: datetime | None, now: datetime) -> None:
        """What an answer said; `None` where it said nothing."""


class Patience(Protocol):
    """How many refusals there were of each kind of request."""

    def ask(self, path: str, *, now: datetime) -> None:
        """`Temporary("limited", until=…)` where one more may shut us out."""

    def heard(self, path: str, status: int, *, now: datetime) -> None:
        """What an answer was."""


class Window:
    """The slots of one clock-aligned window after another, counted in this process alone."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._length = timedelta(seconds=limit.seconds)
        self._lock = threading.Lock()
        self._ends: datetime | None = None
        self._taken = 0

    def take(self, *, now: datetime) -> None:
        with self._lock:
            ends = self._turn(now)
            if self._taken >= self._limit.requests:
                raise Temporary(Reason.BUDGET, until=ends)
            self._taken += 1

    def room(self, requests: int, *, now: datetime) -> None:
        with self._lock:
            ends = self._turn(now)
            if self._taken + together(requests, self._limit) > self._limit.requests:
                raise Temporary(Reason.BUDGET, until=ends)

    def heard(self, *, left: int | None, resets: datetime | None, now: datetime) -> None:
        with self._lock:
            ends = self._turn(now)
            if resets is not None:
                if not now < resets <= now + self._length:
                    return  # a late answer about a window that is over
                if resets > ends:
                    self._taken = 0
                self._ends = resets  # theirs counts
            if left is not None:
                self._taken = max(self._taken, self._limit.requests - left)

    def _turn(self, now: datetime) -> datetime:
        ends = self._ends or window_end(self._limit, now=now)
        if ends <= now:
            ends += ((now - ends) // self._length + 1) * self._length
            self._taken = 0
        self._ends = ends
        return ends


class OwnPatience:
    """Refusals counted in this process alone."""

    def __init__(self, refusals: Refusals) -> None:
        self._refusals = refusals
        self._counts: Counter[tuple[str, datetime]] = Counter()

    def ask(self, path: str, *, now: datetime) -> None:
        end = window_end(self._refusals, now=now)
        if self._counts[self._refusals.of(path), end] >= self._refusals.most:
            raise Temporary(Reason.LIMITED, until=end)

    def heard(self, path: str, status: int, *, now: datetime) -> None:
        what = self._refusals.of(path)
        if what and status in self._refusals.statuses:
            self._counts[what, window_end(self._refusals, now=now)] += 1


def together(requests: int, limit: Limit) -> int:
    """How many slots are waited for at once: of a narrow limit not all there are, or it might never come to that."""
    return min(requests, max(limit.requests // 2, 1))


def window_end(limit: Limit | Refusals, *, now: datetime) -> datetime:
    passed = int(now.timestamp()) // limit.seconds
    return datetime.fromtimestamp((passed + 1) * limit.seconds, tz=UTC)


def announced(limit: Limit, headers: Mapping[str, str], *, now: datetime) -> tuple[int | None, datetime | None]:
    """What an answer's headers say of this limit: requests left, end of the window."""
    left = headers.get(limit.left_header, "") if limit.left_header else ""
    resets = headers.get(limit.resets_header, "") if limit.resets_header else ""
    return (int(left) if _is_number(left) else None), moment(resets, limit=limit, now=now)


def wait_until(limits: tuple[Limit, ...], headers: Mapping[str, str], *, now: datetime) -> datetime:
    """When to come back after a 429.

    The limits that say so themselves and are empty; else `Retry-After`; else the end of the shortest window, as if it
    were aligned to the clock. Never further away than the window is long, never at once.
    """
    soonest = now + timedelta(seconds=1)
    said = [(limit, *announced(limit, headers, now=now)) for limit in limits]
    ends = [resets for _, left, resets in said if resets is not None and not left]
    if ends:
        return max(soonest, *ends)
    longest = max(limits, key=lambda limit: limit.seconds, default=_FALLBACK)
    shortest = min(limits, key=lambda limit: limit.seconds, default=_FALLBACK)
    after = moment(headers.get("Retry-After", ""), limit=longest, now=now)
    return max(soonest, after or window_end(shortest, now=now))


def moment(text: str, *, limit: Limit, now: datetime) -> datetime | None:
    """Seconds from now, an epoch, an epoch in milliseconds or an HTTP date, within the limit's window."""
    text = text.strip()
    try:
        found = _counted(int(text), limit=limit, now=now) if _is_number(text) else _dated(text)
    except (ValueError, TypeError, OverflowError):  # nothing, or what no calendar holds
        return None
    return min(max(found, now), now + timedelta(seconds=limit.seconds))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15


def _counted(number: int, *, limit: Limit, now: datetime) -> datetime:
    if number >= _EPOCH_MILLISECONDS:
        return datetime.fromtimestamp(number / 1000, tz=UTC)
    if number >= _EPOCH:
        return datetime.fromtimestamp(number, tz=UTC)
    return now + timedelta(seconds=min(number, limit.seconds))


def _dated(text: str) -> datetime:
    found = parsedate_to_datetime(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
