"""The one thing the membership record may say of proposed changes: they were decided, yes or no, or have lapsed.

It does not know who proposed it. `sync` hangs itself in at start-up, within the transaction that decides.
"""

from collections.abc import Callable, Collection
from datetime import datetime

Listener = Callable[[int, Collection[int], datetime], None]
"""Association, proposals, when they were decided."""
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    if listener not in _listeners:
        _listeners.append(listener)


def tell(association_id: int, decided: Collection[int], *, at: datetime) -> None:
    for listener in _listeners:
        listener(association_id, decided, at)
