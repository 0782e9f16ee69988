"""Brings records and links of some payers together and lets `core.plan` decide, for engine and preview alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ledenbrug.core.plan import Notice, Step, decide
from ledenbrug.core.records import Fingerprinter, PayerKey
from ledenbrug.sync import links
from ledenbrug.sync.links import NOT_LINKED, Linked, stamp
from ledenbrug.sync.models import Connection
from ledenbrug.sync.problems import Cause, Found
from ledenbrug.sync.reading import Read


@dataclass(frozen=True, slots=True)
class Decided:
    """What is to be done, what is to be said, and for whom there is nothing to do."""

    reads: Mapping[PayerKey, Read]
    linked: Mapping[PayerKey, Linked]
    steps: list[Step]
    found: list[Found]
    idle: list[Read]

    def link(self, payer: PayerKey) -> Linked:
        return self.linked.get(payer, NOT_LINKED)

    def standing(self) -> set[tuple[PayerKey, Cause]]:
        """Every problem that is one still."""
        found = {(each.payer, each.cause) for each in self.found if each.payer}
        return found | {(payer, cause) for payer, link in self.linked.items() for cause in link.standing}

    def mended(self) -> list[PayerKey]:
        """Payers without a step of whom some problem may be over."""
        return [each.desired.payer for each in self.idle if self.link(each.desired.payer).troubled]


def decide_all(
    connection: Connection, reads: Mapping[PayerKey, Read], *, fingerprint: Fingerprinter, now: datetime
) -> Decided:
    linked = links.of(connection, reads, fingerprint=fingerprint, now=now)
    decided = Decided(reads, linked, steps=[], found=[], idle=[])
    for payer, read in reads.items():
        link = linked.get(payer, NOT_LINKED)
        match None if link.waits else decide(read.desired, link.known, fingerprint=fingerprint):
            case Step() as step:
                decided.steps.append(step)
            case Notice(reason=reason, contact_id=contact):
                about = stamp(read.desired, fingerprint=fingerprint)
                decided.found.append(Found(payer, reason, stamp=about, contact=contact))
                decided.idle.append(read)
            case None:
                decided.idle.append(read)
    return decided
