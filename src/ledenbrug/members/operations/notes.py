"""Notes about a member. Who may change one that somebody else wrote is the screens' business."""

from datetime import datetime

from ledenbrug.members.models import Member, Note, User
from ledenbrug.members.operations.writing import held, writing
from ledenbrug.members.refusals import Fault, Reason, Refused
from ledenbrug.members.validation import Unfit, note

LONGEST = 10_000


def add_note(member: Member, *, text: str, by: User | None, now: datetime) -> Note:
    with writing(member.association_id, by=by):
        held(member)
        return Note.objects.create(
            association_id=member.association_id, member=member, by=by, at=now, text=_written(text)
        )


def change_note(row: Note, *, text: str, by: User | None, now: datetime) -> Note:
    with writing(row.association_id, by=by):
        row.text, row.changed_at = _written(text), now
        Note.objects.of(row.association_id).filter(pk=row.pk).update(text=row.text, changed_at=now)
    return row


def remove_note(row: Note, *, by: User | None) -> None:
    with writing(row.association_id, by=by):
        Note.objects.of(row.association_id).filter(pk=row.pk).delete()


def _written(text: str) -> str:
    try:
        found = note(text.replace("\r\n", "\n"))
    except Unfit as unfit:
        raise Refused(Fault(unfit.reason, "text", unfit.params)) from None
    if not found:
        raise Refused.because(Reason.REQUIRED, "text")
    if len(found) > LONGEST:
        raise Refused.because(Reason.TOO_LONG, "text", most=LONGEST)
    return found
