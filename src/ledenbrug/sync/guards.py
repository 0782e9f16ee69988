"""Holds steps that a person has not seen: brings what `core.guard` needs and keeps what it says."""

from collections.abc import Sequence
from datetime import datetime

from ledenbrug.core.records import Fingerprinter
from ledenbrug.sync.models import Connection
from ledenbrug.sync.notes import Work
from ledenbrug.sync.problems import Found


def hold(
    connection: Connection, works: Sequence[Work], *, fingerprint: Fingerprinter, now: datetime
) -> tuple[Sequence[Work], Sequence[Found]]:
    """Which steps go, and what is held for which reason."""
    return works, []
