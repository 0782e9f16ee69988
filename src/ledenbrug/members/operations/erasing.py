"""Erases a person for good: the record, its history and every copy that waits somewhere. Only the number stays issued.

There is no way back, so it begins at *Deleted members*. What stands at a bookkeeping package or in a backup is out of
reach here; the screen says so before.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Func, Value

from ledenbrug.members import calendar, cause, erasing
from ledenbrug.members.models import (
    Export,
    ImportProposal,
    MandateEvent,
    Member,
    MemberEvent,
    PayerDetails,
    PayerDetailsEvent,
    PeriodEvent,
    User,
)
from ledenbrug.members.operations.members import live_mandates
from ledenbrug.members.operations.writing import held, held_association, writing
from ledenbrug.members.refusals import Reason, Refused


def erase_member(member: Member, *, by: User | None, now: datetime) -> None:
    """With the registrations that became part of it, and a payer that stood here for this member alone."""
    with writing(member.association_id, by=by, why=cause.Cause.ERASE):
        held_association(member.association_id)
        found = held(member, deleted=True)
        _may_go(found, now)
        ids = [found.pk, *found.merged.order_by("id").values_list("pk", flat=True)]
        payers = payers_of(found)
        details = [int(each[1:]) for each in payers if each.startswith("d")]
        _proposals(found)
        Member.objects.filter(payer_member__in=ids).exclude(pk__in=ids).update(
            payer_member=None  # deleted ones: nobody else is paid for by somebody who is deleted
        )
        _rows(member.association_id, ids, details)
        _history(ids, details)
        _exports(member.association_id, ids)
        erasing.everywhere(member.association_id, payers)


def payers_of(member: Member) -> list[str]:
    """As whom this person stands at packages: itself, what it was merged from, details that are its own only."""
    ids = [member.pk, *member.merged.values_list("pk", flat=True)]
    known = MemberEvent.objects.filter(pgh_obj_id__in=ids, payer_details__isnull=False)
    details = set(known.values_list("payer_details_id", flat=True)) | {member.payer_details_id}
    shared = Member.objects.of(member.association_id).exclude(pk__in=ids).filter(payer_details__in=details - {None})
    own = details - {None} - set(shared.values_list("payer_details_id", flat=True))
    return [*(f"m{each}" for each in ids), *(f"d{each}" for each in sorted(each for each in own if each))]


def _may_go(member: Member, now: datetime) -> None:
    if member.deleted_at is None or member.merged_into_id is not None:
        raise Refused.because(Reason.NOT_DELETED)
    if live_mandates(member, calendar.today(member.association, now)):
        raise Refused.because(Reason.LIVE_MANDATE)
    others = member.pays_for.filter(deleted_at=None).count()
    if others:
        raise Refused.because(Reason.PAYS_FOR_OTHERS, count=others)


def _proposals(member: Member) -> None:
    """Files that wait for a yes are sealed as a whole: the person may stand in any of them."""
    proposals = ImportProposal.objects.of(member.association_id)
    proposals.filter(applied_at=None).delete()
    proposals.exclude(file_name="").update(file_name="")


def _rows(association_id: int, members: Sequence[int], details: Sequence[int]) -> None:
    rows = Member.objects.of(association_id).filter(pk__in=members)
    rows.update(merged_into=None, payer_member=None)
    rows.delete()
    PayerDetails.objects.of(association_id).filter(pk__in=details).delete()


def _exports(association_id: int, members: Sequence[int]) -> None:
    """That a list was taken stays, and how many were in it."""
    for each in members:
        rows = Export.objects.of(association_id).filter(members__contains=[each])
        rows.update(members=Func(F("members"), Value(each), function="array_remove"))


def _history(members: Sequence[int], details: Sequence[int]) -> None:
    """After the rows, for their end is written down too."""
    MemberEvent.objects.filter(pgh_obj_id__in=members).delete()
    PeriodEvent.objects.filter(member_id__in=members).delete()
    MandateEvent.objects.filter(member_id__in=members).delete()
    PayerDetailsEvent.objects.filter(pgh_obj_id__in=details).delete()
