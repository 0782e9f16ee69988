"""What every part of one turn of the engine needs, and how the turn goes. It does nothing itself."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ledenbrug.core.port import Books, Remote
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Fingerprinter
from ledenbrug.sync import guards, lines
from ledenbrug.sync.models import Connection

STEPS, SECONDS = 25, 5.0
"""A turn ends after so many steps or so long, so that others get theirs."""
TOGETHER = 8
"""Steps noted together before it is known how fast the package is: what an edit by a person may have to wait for, and
what is looked up again if this worker dies."""

IN_A_ROW = 3
"""Temporary troubles on different payers, until the connection as a whole waits."""

log = logging.getLogger(__name__)


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
    seen_runs: frozenset[int] | None = None
    """Runs whose plan a person saw."""
    long_runs: dict[int, bool] = field(default_factory=dict)
    """Whether a run goes in two passes (`loads`)."""
    looked_at: dict[ContactId, Remote] = field(default_factory=dict)
    """Contacts that were looked at before they are written to next."""
    edits: int | None = None
    """The run of today's single edits, once there is one."""
    troubles: int = 0
    """Temporary troubles in a row."""
    reason: str = Reason.NO_ANSWER
    together: int = TOGETHER
    """Steps noted together."""
    at_once: int = TOGETHER
    """Payers looked at together."""
    done: int = 0
    began: datetime = field(default=datetime.min.replace(tzinfo=UTC))
    unkept: Callable[[], None] | None = None
    """Keeps the answer that came last. It waits for the next request to leave, and for nothing after that."""

    @property
    def over(self) -> bool:
        return self.done >= STEPS or (self.clock() - self.began).total_seconds() >= SECONDS

    def keep(self) -> None:
        """Before anything else is stored, and at most one request after the answer came."""
        keep, self.unkept = self.unkept, None
        if keep is not None:
            keep()

    def defect(self, error: Exception) -> None:
        """A mistake of ours or of a client: told to the operator without the error's text, which may name a person."""
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        log.error(
            "a defect: %s at %s", type(error).__name__, where, extra={"connection": self.connection.id, "where": where}
        )
