"""How many requests a caller may make in a clock-aligned window: the first N pass, the next waits for the next window.

It counts; the headers and the words of a refusal differ per package and are not here.
"""

import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    requests: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Verdict:
    allowed: bool
    limit: int
    left: int
    reset: int  # epoch second at which the window ends


def parse_limit(text: str) -> Limit | None:
    """`150/300` is 150 requests in 300 seconds; `none` is no limit."""
    if text.strip().lower() == "none":
        return None
    requests, slash, seconds = text.partition("/")
    if not (slash and requests.strip().isdigit() and seconds.strip().isdigit() and int(seconds) > 0):
        raise ValueError(f"a limit is written as REQUESTS/SECONDS or none, not {text!r}")
    return Limit(int(requests), int(seconds))


class Limiter:
    def __init__(self, limit: Limit | None) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._window = -1
        self._taken: dict[str, int] = {}

    def take(self, caller: str, now: float, *, requests: int = 1) -> Verdict | None:
        limit = self.limit
        if limit is None:
            return None
        window = int(now // limit.seconds)
        with self._lock:
            if window != self._window:
                self._window, self._taken = window, {}
            taken = self._taken[caller] = self._taken.get(caller, 0) + requests
        return Verdict(
            allowed=taken <= limit.requests,
            limit=limit.requests,
            left=max(0, limit.requests - taken),
            reset=(window + 1) * limit.seconds,
        )
