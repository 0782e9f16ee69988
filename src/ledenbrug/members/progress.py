"""How whoever does something to many says how far it is. Whoever hears it may stop it by raising."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Gets how many are done, and of how many."""


def unheard(done: int, total: int) -> None:
    """Nobody listens."""
