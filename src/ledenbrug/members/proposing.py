"""The one thing the membership record may say of a proposed change: it was decided, yes or no.

It does not know who proposed it. `sync` hangs itself in at start-up, within the transaction that decides.
"""

from collections.abc import Callable

from ledenbrug.members.models import ProposedChange

Listener = Callable[[ProposedChange], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    if listener not in _listeners:
        _listeners.append(listener)


def tell(decided: ProposedChange) -> None:
    for listener in _listeners:
        listener(decided)
