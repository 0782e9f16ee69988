"""The limits of the service: per minute and per day for a key in a division, and ten refusals an hour per endpoint.

It counts and says which headers tell of it; who is asking is said by the caller.
"""

import threading
from dataclasses import dataclass

from ledenbrug.stage.limit import Limit, Limiter, Verdict

DAY = 86_400
HOUR = 3_600
COUNTED_ERRORS = (400, 401, 403, 404)
Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TwoVerdicts(Verdict):
    """The minute's verdict unless the day said no."""

    minute: Verdict | None = None
    day: Verdict | None = None


class TwoLimits(Limiter):
    def __init__(self, minute: Limit | None, day: Limit | None) -> None:
        super().__init__(minute)
        self.minute, self.day = Limiter(minute), Limiter(day)

    def take(self, caller: str, now: float, *, requests: int = 1) -> TwoVerdicts | None:
        """A request that one of them refuses is not counted by the other."""
        if not caller:
            return None
        day = self.day.take(caller, now, requests=0)
        if day and day.left < requests:
            return TwoVerdicts(allowed=False, limit=day.limit, left=0, reset=day.reset, day=day)
        minute = self.minute.take(caller, now, requests=requests)
        if minute and not minute.allowed:
            return TwoVerdicts(allowed=False, limit=minute.limit, left=0, reset=minute.reset, minute=minute)
        day = self.day.take(caller, now, requests=requests)
        shown = minute or day
        if shown is None:
            return None
        return TwoVerdicts(allowed=True, limit=shown.limit, left=shown.left, reset=shown.reset, minute=minute, day=day)

    def spend(self, caller: str, now: float, *, per: str, requests: int) -> None:
        (self.day if per == "day" else self.minute).take(caller, now, requests=requests)


def headers(verdict: Verdict) -> list[Header]:
    """Reset is an epoch in milliseconds. On a refusal only the trio of the limit that refused is there."""
    told: list[Header] = []
    for name, one in (("", getattr(verdict, "day", None)), ("Minutely-", getattr(verdict, "minute", None))):
        if one is not None:
            told += [
                (f"X-RateLimit-{name}Limit", str(one.limit)),
                (f"X-RateLimit-{name}Remaining", str(one.left)),
                (f"X-RateLimit-{name}Reset", str(one.reset * 1000)),
            ]
    return told


class ErrorLimit:
    """More than so many refusals within an hour block the key for the endpoint, an hour longer every time."""

    def __init__(self, most: float) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._errors: dict[str, list[float]] = {}
        self._blocked: dict[str, tuple[float, int]] = {}  # until, how often

    def is_blocked(self, place: str, now: float) -> bool:
        return now < self._blocked.get(place, (0.0, 0))[0]

    def note(self, place: str, status: int, now: float, *, times: int = 1) -> None:
        if status not in COUNTED_ERRORS or not place:
            return
        with self._lock:
            recent = [at for at in self._errors.get(place, ()) if at > now - HOUR] + [now] * times
            self._errors[place] = recent
            if len(recent) > self.most:
                often = self._blocked.get(place, (0.0, 0))[1] + 1
                self._blocked[place], self._errors[place] = (now + HOUR * often, often), []
