"""Does what was asked, whoever calls it: a request for a few members, a worker for many.

It must not decide anything: what is asked goes to the operation it is the name of.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from ledenbrug.members import custom
from ledenbrug.members.models import Association, BulkChange, ImportProposal, Member, MemberStatus, User
from ledenbrug.members.operations import bulk, bulk_fields, filling, undoing
from ledenbrug.members.progress import Progress, unheard
from ledenbrug.members.refusals import Reason, Refused
from ledenbrug.members.sources import spreadsheet
from ledenbrug.members.sources.spreadsheet.applying import Applied
from ledenbrug.members.tasks.asking import (
    Asked,
    AskToFillIn,
    Changed,
    Delete,
    GiveStatus,
    Mailing,
    Outcome,
    ReadFile,
    Seen,
    TakeBack,
    TakenBack,
    WriteField,
    WriteImport,
    Written,
)


def do(
    asked: Asked,
    *,
    association: Association,
    by: User | None,
    now: datetime,
    content: bytes = b"",
    progress: Progress = unheard,
) -> Outcome:
    """`Refused`, `FileRefused`, `Differs` and `Applied` mean that nothing was written."""
    match asked:
        case ReadFile():
            return _read(asked, content, association=association, by=by, now=now, progress=progress)
        case WriteImport():
            return _write(asked, association=association, by=by, now=now, progress=progress)
        case GiveStatus():
            found, status = _chosen(association, asked.members), _status(association, asked.status)
            change = bulk.set_status_of(
                association, found, status=status, start=asked.start, seen=asked.seen, by=by, now=now, progress=progress
            )
        case WriteField():
            found, field, value = _chosen(association, asked.members), asked.field, asked.value
            change = bulk_fields.set_field_of(
                association, found, field=field, value=value, seen=asked.seen, by=by, now=now, progress=progress
            )
        case Delete():
            found = _chosen(association, asked.members)
            change = bulk.delete_all(association, found, seen=asked.seen, by=by, now=now, progress=progress)
        case TakeBack():
            done = BulkChange.objects.of(association).get(pk=asked.change)
            undone = undoing.undo(done, by=by, now=now, progress=progress)
            return TakenBack(undone.back, undone.stayed, undone.accounts)
        case AskToFillIn():
            return _ask(asked, association=association, by=by, now=now, progress=progress)
    return Changed(change.pk)


def _read(
    asked: ReadFile, content: bytes, *, association: Association, by: User | None, now: datetime, progress: Progress
) -> Seen:
    proposal = spreadsheet.compare(
        association,
        spreadsheet.read(content, own=custom.fields_of(association)),
        match_by=spreadsheet.MatchBy(asked.match_by),
        status=_status(association, asked.status),
        clear_empty=asked.clear_empty,
        file_name=asked.file_name,
        by=by,
        now=now,
        progress=progress,
    )
    return Seen(proposal.pk)


def _write(
    asked: WriteImport, *, association: Association, by: User | None, now: datetime, progress: Progress
) -> Written:
    proposal = ImportProposal.objects.of(association).filter(pk=asked.proposal).first()
    if proposal is None:
        raise Applied
    done = spreadsheet.apply(proposal, by=by, now=now, progress=progress)
    rows = [row for row, _why in done.left_out]
    return Written(done.new, done.changed, rows, done.change.pk if done.change else None)


def _ask(
    asked: AskToFillIn, *, association: Association, by: User | None, now: datetime, progress: Progress
) -> Mailing:
    asks = filling.ask_to_fill_in(
        association,
        _chosen(association, asked.members),
        why=asked.why,
        language=asked.language,
        seen=asked.seen,
        again=asked.again,
        by=by,
        now=now,
        progress=progress,
    )
    return Mailing(asks.pk)


def _chosen(association: Association, members: Sequence[int]) -> QuerySet[Member]:
    """Not somebody who was deleted since."""
    return Member.objects.of(association).filter(pk__in=members, deleted_at=None)


def _status(association: Association, pk: int) -> MemberStatus:
    found = MemberStatus.objects.of(association).filter(pk=pk).first()
    if found is None:
        raise Refused.because(Reason.NOT_A_CHOICE, "status")
    return found
