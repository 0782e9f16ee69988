"""Waits for what another thread or process does; how long a busy machine takes over it is no reason to fail."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def until(holds: Callable[[], Found], what: str = "it did not happen in time", *, step: float = 0.02) -> Found:
    """What it found; nobody waits longer than it takes, so there is patience for a machine with much else to do."""
    end = time.monotonic() + 120
    while not (found := holds()):
        assert time.monotonic() < end, what
        time.sleep(step)
    return found
