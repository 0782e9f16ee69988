"""Keeps what an import would do between preview and yes, and what it refused: compressed, sealed, in parts, for a day.

It must not judge rows (`comparing`) nor write members (`applying`).
"""

import zlib
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import msgspec
from django.db.models import Exists, OuterRef, QuerySet

from ledenbrug.members.models import Association, ImportPart, ImportProposal, Task, TaskKind, User, Verdict
from ledenbrug.members.sources.spreadsheet.files import FileReason, FileRefused
from ledenbrug.members.sources.spreadsheet.reading import Sheet
from ledenbrug.wire.sealing import seal, unseal

KEPT = timedelta(days=1)
PART = 500
MOST_WAITING = 10
"""Files of one association."""

Value = str | bool | None
"""Of a field of a member: text, yes or no, dates as ISO text; None is an empty date."""


class CellFault(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a row is refused. `column` is the name of the column as it stands in the file; without one, the field."""

    reason: str
    column: str = ""
    params: dict[str, str] = {}


class Entry(msgspec.Struct, omit_defaults=True):
    """One row of the file and what it would do."""

    row: int
    member: int | None = None
    version: int | None = None
    values: dict[str, Value] = {}
    """All fields of a new member; of one that is there only those that change; of a refused row who it is about."""
    before: dict[str, Value] = {}
    status: int | None = None
    since: date | None = None
    periods: list[tuple[date, int]] = []
    """First day and status, where the row tells the whole course; `status` and `since` are then those of today."""
    corrects: int | None = None
    """The period whose first day is corrected to `since`."""
    mandates: list[tuple[int, str, date, date | None]] = []
    """New ones: administration, reference, signed, ended."""
    ends: list[tuple[int, date]] = []
    """Mandates that are there, and their first day without."""
    mandates_seen: list[tuple[int, date | None]] | None = None
    """All of this member and when they end, where what the row does hangs on them."""
    faults: list[CellFault] = []

    @property
    def writes(self) -> bool:
        """Whether anything of a member who is there changes."""
        return bool(self.values or self.status or self.periods or self.corrects or self.mandates or self.ends)


def begun(association: Association, sheet: Sheet, *, file_name: str, by: User | None, now: datetime) -> ImportProposal:
    return ImportProposal.objects.create(
        association=association,
        by=by,
        file_name=file_name[:200],
        columns=[{"name": each.name, "field": each.field, "use": each.use.value} for each in sheet.columns],
        created_at=now,
        expires_at=now + KEPT,
    )


class Writing:
    """Puts entries away as they come, a part at a time."""

    def __init__(self, proposal: ImportProposal) -> None:
        self.proposal = proposal
        self.counts: Counter[str] = Counter({verdict.value: 0 for verdict in Verdict})
        self.fields: set[str] = set()
        self._waiting: dict[str, list[Entry]] = {}
        self._places: Counter[str] = Counter()

    def put(self, verdict: Verdict, entry: Entry) -> None:
        self.counts[verdict.value] += 1
        if verdict is Verdict.UNCHANGED:
            return
        if verdict is not Verdict.REFUSED:
            self.fields.update(entry.values)
        waiting = self._waiting.setdefault(verdict.value, [])
        waiting.append(entry)
        if len(waiting) >= PART:
            self._flush(verdict.value)

    def close(self, *, now: datetime) -> None:
        for verdict in list(self._waiting):
            self._flush(verdict)
        self.proposal.counts = dict(self.counts)
        self.proposal.fields = sorted(self.fields)
        self.proposal.ready_at = now
        self.proposal.save(update_fields=["counts", "fields", "ready_at"])

    def _flush(self, verdict: str) -> None:
        waiting = self._waiting.pop(verdict, [])
        if waiting:
            ImportPart.objects.create(
                association_id=self.proposal.association_id,
                proposal=self.proposal,
                verdict=verdict,
                place=self._places[verdict],
                sealed=_seal(waiting),
            )
            self._places[verdict] += 1


def parts(proposal: ImportProposal, verdict: Verdict) -> Iterator[list[Entry]]:
    for sealed in proposal.parts.filter(verdict=verdict).values_list("sealed", flat=True).iterator(chunk_size=4):
        yield _unseal(sealed)


def entries(proposal: ImportProposal, verdict: Verdict, *, start: int = 0, count: int = 50) -> list[Entry]:
    """For a page of the preview: only the parts it needs are opened."""
    first, last = start // PART, (start + count - 1) // PART
    chosen = proposal.parts.filter(verdict=verdict, place__range=(first, last)).order_by("place")
    found = [entry for part in chosen for entry in _unseal(part.sealed)]
    return found[start - first * PART :][:count]


def forget(proposal: ImportProposal) -> None:
    """But for the refused rows: somebody mends them after the rest was written."""
    proposal.parts.exclude(verdict=Verdict.REFUSED).delete()


def room_for_another(association: Association, *, now: datetime) -> None:
    """Each may hold a hundred thousand members, for a day."""
    previews = ImportProposal.objects.of(association).filter(applied_at=None, expires_at__gt=now).count()
    if previews + Task.objects.of(association).filter(kind=TaskKind.READ, over_at=None).count() >= MOST_WAITING:
        raise FileRefused(FileReason.MANY_WAIT, most=MOST_WAITING)


def with_refused(association: Association, *, now: datetime) -> QuerySet[ImportProposal]:
    """Of which the rest was written, while somebody may still mend these rows."""
    written = ImportProposal.objects.of(association).filter(applied_at__isnull=False, expires_at__gt=now)
    return written.filter(Exists(ImportPart.objects.filter(proposal=OuterRef("pk"), verdict=Verdict.REFUSED)))


def drop_expired(*, now: datetime) -> int:
    """What was never said yes to goes whole; of an applied import the counts stay."""
    ImportPart.objects.filter(proposal__expires_at__lte=now).delete()
    gone, _ = ImportProposal.objects.filter(expires_at__lte=now, applied_at=None).delete()
    return gone


def _seal(waiting: Sequence[Entry]) -> str:
    return seal(b64encode(zlib.compress(msgspec.json.encode(waiting), 1)).decode("ascii"))


def _unseal(sealed: str) -> list[Entry]:
    return msgspec.json.decode(zlib.decompress(b64decode(unseal(sealed))), type=list[Entry])
