"""What can go wrong at a bookkeeping package, named by what happens next.

There are three; a client turns every answer it cannot use into one of them, and nothing else leaves it.
"""

from collections.abc import Mapping
from datetime import datetime

from ledenbrug.core.records import Field


class Trouble(Exception):
    """`reason` is a code that a screen turns into a sentence with `params`; never text with personal data."""

    def __init__(self, reason: str, /, **params: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params: Mapping[str, str] = params


class Temporary(Trouble):
    """Try later, at `until` when the package said when.

    `reached` tells whether the request may have been carried out all the same: the answer was lost, not the request.
    """

    def __init__(self, reason: str, /, *, until: datetime | None = None, reached: bool = False, **params: str) -> None:
        super().__init__(reason, **params)
        self.until = until
        self.reached = reached


class Rejected(Trouble):
    """Not as it is: a person must change something. `field` names what the package refused, where it said so;
    `more` holds what else was refused in the same breath."""

    def __init__(
        self, reason: str, /, *, field: Field | None = None, more: "tuple[Rejected, ...]" = (), **params: str
    ) -> None:
        super().__init__(reason, **params)
        self.field = field
        self.more = more


class LoginNeeded(Trouble):
    """The package no longer lets us in: somebody must connect again. Nothing was carried out."""
