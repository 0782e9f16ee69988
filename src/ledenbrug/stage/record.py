"""What was asked of a sandbox: a count per method and path pattern, and the latest requests one by one.

It keeps no bodies, no tokens and no ids, so that it can be shown anywhere.
"""

import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

KEPT = 200_000


@dataclass(frozen=True, slots=True)
class Entry:
    n: int
    at: float
    method: str
    path: str
    status: int
    answered: bool


class Record:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._last = 0
        self._busy: Counter[str] = Counter()
        self._most = 0

    @contextmanager
    def during(self, caller: str) -> Iterator[None]:
        """While a request of this caller is answered."""
        if not caller:
            yield
            return
        with self._lock:
            self._busy[caller] += 1
            self._most = max(self._most, self._busy[caller])
        try:
            yield
        finally:
            with self._lock:
                self._busy[caller] -= 1

    def most_together(self) -> int:
        """How many requests of one caller were ever answered at the same time."""
        return self._most

    def note(self, *, at: float, method: str, path: str, status: int, answered: bool) -> None:
        with self._lock:
            self._last += 1
            self._counts[f"{method} {path}"] += 1
            self._entries.append(Entry(self._last, at, method, path, status, answered))

    def counts(self) -> dict[str, int]:
        with self._lock:
            return dict(sorted(self._counts.items()))

    def since(self, n: int) -> list[Entry]:
        with self._lock:
            return [entry for entry in self._entries if entry.n > n]

    def reset(self) -> None:
        """Forgets counts and entries; numbering goes on, so that a reader's `since` stays good."""
        with self._lock:
            self._most = 0
            self._counts.clear()
            self._entries.clear()
