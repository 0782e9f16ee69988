"""The one thing the membership record may say to the rest of the house: somebody's record changed, look at it.

It does not know who listens. `sync` hangs itself in at start-up; without a listener ringing does nothing.
"""

from collections.abc import Callable

Listener = Callable[[int], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """`listener` gets the association's id, inside the transaction that changed the record."""
    if listener not in _listeners:
        _listeners.append(listener)


def ring(association_id: int) -> None:
    for listener in _listeners:
        listener(association_id)
