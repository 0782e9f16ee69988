"""What every part of one turn of the engine needs, and how the turn goes. It does nothing itself."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from ledenbrug.core.port import Books
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import Fingerprinter
from ledenbrug.sync import guards, lines
from ledenbrug.sync.models import Connection

STEPS, SECONDS = 25, 5.0
"""A turn ends after so many steps or so long, so that others get theirs."""
AT_ONCE = 8
"""Steps noted together: what an edit by a person may have to wait for."""


@dataclass(slots=True)
class Turn:
    """What every part of a turn needs, and how it goes."""

    connection: Connection
    books: Books
    clock: lines.Clock
    fingerprint: Fingerprinter
    translation: int
    urgent: list[bool]
    """Whether the step under way may use what is kept for people's edits."""
    scales: guards.Scales | None = None
    seen_runs: frozenset[int] = frozenset()
    edits: int | None = None
    """The run of today's single edits, once there is one."""
    troubles: int = 0
    """Temporary troubles in a row."""
    reason: str = Reason.NO_ANSWER
    at_once: int = AT_ONCE
    done: int = 0
    began: datetime = field(default=datetime.min.replace(tzinfo=UTC))

    @property
    def over(self) -> bool:
        return self.done >= STEPS or (self.clock() - self.began).total_seconds() >= SECONDS
