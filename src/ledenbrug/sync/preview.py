"""What would happen, per member and per field: the plan itself beside what stands there now. It writes nothing there.

`previewed` keeps it, so that what a person saw can be looked at again.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ledenbrug.core.errors import Trouble
from ledenbrug.core.guard import Effect
from ledenbrug.core.plan import Kind, Step
from ledenbrug.core.port import Books, Remote
from ledenbrug.core.records import ContactId, Field, PayerKey, Standing, Values
from ledenbrug.sync import doubles, guards, lines, matching, people, planner, reading, rounds
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.matching import Adoption
from ledenbrug.sync.models import Connection
from ledenbrug.sync.previewed import Line, Preview, PreviewRow, keep, stored
from ledenbrug.sync.problems import Found
from ledenbrug.sync.refusals import Refused

__all__ = ["Line", "Preview", "PreviewRow", "make", "stored"]
NOTE = "note"


@dataclass(slots=True)
class _Draft:
    """Rows on their way: which contacts must be read first is only known when all decisions are there."""

    steps: list[Step] = field(default_factory=list)
    adoptions: list[Adoption] = field(default_factory=list)
    notes: dict[PayerKey, str] = field(default_factory=dict)
    selected: set[PayerKey] = field(default_factory=set)
    """Of those looked at: who goes over."""
    held: dict[PayerKey, Found] = field(default_factory=dict)


def make(connection: Connection, *, now: datetime) -> Preview:
    """Raises `Refused` when the package cannot be read now."""
    clock = lambda: now  # noqa: E731
    try:
        with lines.books(connection, urgent=lambda: True, clock=clock) as books:
            draft = _draft(connection, books, now=now)
            theirs = _theirs(books, draft)
    except Trouble as trouble:
        raise Refused(trouble.reason, **trouble.params) from None
    made = _preview(connection, draft, theirs, now=now)
    keep(connection, made)
    return made


def _draft(connection: Connection, books: Books, *, now: datetime) -> _Draft:
    fingerprint, draft = fingerprinter(), _Draft()
    if connection.matched_at is None:
        remotes = matching.contacts(connection, books, now=now)
        reads = {each.desired.payer: each for each in reading.differing(connection, now=now)}
        compared = matching.compare(connection, reads, remotes, fingerprint=fingerprint)
        doubles.keep(connection, compared.doubles)
        draft.adoptions.extend(compared.adoptions)
        draft.notes.update({each.payer: each.reason for each in compared.found if each.payer})
    adopted = {each.read.desired.payer for each in draft.adoptions}
    effects: dict[PayerKey, frozenset[Effect]] = {}
    first = not connection.enabled
    for decided in rounds.decisions(connection, fingerprint=fingerprint, now=now):
        effects.update(guards.unseen_effects(decided, fingerprint=fingerprint))
        draft.steps.extend(each for each in decided.steps if each.payer not in adopted | draft.notes.keys())
        draft.notes.update({each.payer: each.reason for each in decided.found if each.payer})
        draft.selected |= {payer for payer, read in decided.reads.items() if read.desired.standing is Standing.SELECTED}
    if first:
        effects = {payer: each - {Effect.CREATE} for payer, each in effects.items()}
    scales = guards.scales(connection, now=now)
    for _, part in rounds.held(connection, effects, scales, first=first, fingerprint=fingerprint, now=now):
        draft.held.update({each.payer: each for each in part.found if each.payer})
    return draft


def _theirs(books: Books, draft: _Draft) -> Mapping[ContactId, Remote]:
    ids = [each.contact_id for each in draft.steps if each.contact_id]
    return {each.contact_id: each for each in books.read(ids)} if ids else {}


def _preview(connection: Connection, draft: _Draft, theirs: Mapping[ContactId, Remote], *, now: datetime) -> Preview:
    payers = [
        *(each.payer for each in draft.steps),
        *(each.read.desired.payer for each in draft.adoptions),
        *draft.notes,
    ]
    named = people.of(connection.association_id, payers)

    def row(payer: PayerKey, kind: str, lines: tuple[Line, ...] = (), note: str = "") -> PreviewRow:
        person, held = named.get(payer, people.UNKNOWN), draft.held.get(payer)
        why = (held.reason, held.group or "") if held else ("", "")
        return PreviewRow(payer, person.title, person.member, kind, lines, note, *why)

    rows = [
        *(row(each.payer, each.kind, tuple(_lines(each, theirs))) for each in draft.steps),
        *(row(each.read.desired.payer, Kind.ADOPT, tuple(_fills(each))) for each in draft.adoptions),
        *(row(payer, NOTE, note=reason) for payer, reason in draft.notes.items()),
    ]
    rows.sort(key=lambda each: each.title.casefold())
    counts = Counter(each.kind for each in rows)
    if draft.held:
        counts["held"] = sum(1 for each in rows if each.held)
    brakes = {each.reason: each.params for each in draft.held.values()}
    filled = [step for each in draft.adoptions if (step := _filling(each)).values]
    requests = planner.requests(connection, draft.steps) + planner.requests(connection, filled)
    counts["unchanged"] = max(reading.selected(connection, now=now) - len(draft.selected.intersection(payers)), 0)
    return Preview(
        now, dict(counts), rows, requests, planner.ready_at(connection, requests, now=now), list(brakes.items())
    )


def _lines(step: Step, theirs: Mapping[ContactId, Remote]) -> Iterator[Line]:
    seen = theirs.get(step.contact_id) if step.contact_id else None
    before: Values = seen.values if seen else {}
    for each, value in step.values.items():
        if value != before.get(each, ""):
            yield each.value, before.get(each, ""), value


def _filling(adoption: Adoption) -> Step:
    values = {Field(field): ours for field, _, ours in _fills(adoption)}
    return Step(adoption.read.desired.payer, Kind.UPDATE, adoption.remote.contact_id, values)


def _fills(adoption: Adoption) -> Iterator[Line]:
    """What is empty there and is filled from the records."""
    theirs = adoption.remote.values
    for each, value in adoption.read.desired.values.items():
        if value and each not in adoption.sent and each is not Field.CUSTOMER_NUMBER:
            yield each.value, theirs.get(each, ""), value
