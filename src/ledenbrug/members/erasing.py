"""The one thing the membership record may ask of the rest of the house about a person: forget them, now.

It does not know who remembers. `sync` hangs itself in at start-up, within the transaction that erases.
"""

from collections.abc import Callable, Sequence

Forgetter = Callable[[int, Sequence[str]], None]
_forgetters: list[Forgetter] = []


def also(forgetter: Forgetter) -> None:
    """`forgetter` gets the association's id and the payers that are no more: `m12` a member, `d3` payer details."""
    if forgetter not in _forgetters:
        _forgetters.append(forgetter)


def everywhere(association_id: int, payers: Sequence[str]) -> None:
    for forgetter in _forgetters:
        forgetter(association_id, payers)
