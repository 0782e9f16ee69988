"""Erases a person for good: the record, its history and every copy that waits somewhere. Only the number stays issued.

There is no way back, so it begins at *Deleted members*. What stands at a bookkeeping package or in a backup is out of
reach here; the screen says so before.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl

from django.db.models import F, Func, QuerySet, Value
from django.db.models.functions import Now

from ledenbrug.members import calendar, cause, custom, erasing
from ledenbrug.members.models import (
    Export,
    FillRound,
    ImportPart,
    ImportProposal,
    Kind,
    MandateEvent,
    Member,
    MemberEvent,
    PayerDetails,
    PayerDetailsEvent,
    PeriodEvent,
    SavedSelection,
    Task,
    TaskPart,
    User,
)
from ledenbrug.members.operations.filling import drop_single
from ledenbrug.members.operations.members import live_mandates
from ledenbrug.members.operations.writing import held, held_association, writing
from ledenbrug.members.refusals import Reason, Refused, Trouble

CONTACTS = ("email", "invoice_email", "phone", "phone_home", "iban")


def erase_member(member: Member, *, by: User | None, now: datetime) -> None:
    """With the registrations that became part of it, and a payer that stood here for this member alone."""
    with writing(member.association_id, by=by, why=cause.Cause.ERASE):
        held_association(member.association_id)
        found = held(member, deleted=True)
        _may_go(found, now)
        ids = [found.pk, *found.merged.order_by("id").values_list("pk", flat=True)]
        payers = payers_of(found)
        details = [int(each[1:]) for each in payers if each.startswith("d")]
        _tasks(member.association_id)
        _proposals(found)
        _selections(found, ids)
        Member.objects.filter(payer_member__in=ids).exclude(pk__in=ids).update(
            payer_member=None  # deleted ones: nobody else is paid for by somebody who is deleted
        )
        _rounds(member.association_id, ids)
        _rows(member.association_id, ids, details)
        drop_single(member.association_id)
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


def _tasks(association_id: int) -> None:
    """The person may stand in any of them: what is open comes to nothing, also where a worker is at it. First the tasks
    by number, then their parts, as whoever closes one does: otherwise each may wait for the other."""
    tasks = Task.objects.of(association_id)
    list(tasks.order_by("id").select_for_update().values_list("pk"))
    tasks.filter(over_at=None).update(over_at=Now(), sealed="", name="", reason=Trouble.ERASED)
    TaskPart.objects.of(association_id).delete()
    tasks.exclude(reason=Trouble.ERASED).delete()


def _proposals(member: Member) -> None:
    """Files that wait for a yes, and rows that were refused, are sealed as a whole: the person may stand in any."""
    proposals = ImportProposal.objects.of(member.association_id)
    proposals.filter(applied_at=None).delete()
    ImportPart.objects.of(member.association_id).delete()
    proposals.exclude(file_name="", columns=[]).update(file_name="", columns=[])


def _selections(member: Member, ids: Sequence[int]) -> None:
    """Kept filters in which somebody typed what nobody else has: they would find nobody any more."""
    kept = SavedSelection.objects.of(member.association_id)
    fields = custom.fields_of(member.association_id, archived=True)
    texts = {key for key, field in fields.items() if field.kind in (Kind.TEXT, Kind.LONG)}
    own, contacts = _said_of(ids)
    others: Any = Member.objects.of(member.association_id).exclude(pk__in=ids)

    def theirs(key: str, typed: str) -> bool:
        text = typed.casefold()
        said = any(text in each for each in own.get(key, ())) or any(each in text for each in contacts)
        return said and not others.filter(**{f"custom__{key}__icontains": typed}).exists()

    of_them = [
        each.pk for each in kept if any(key in texts and theirs(key, typed) for key, typed in parse_qsl(each.query))
    ]
    kept.filter(pk__in=of_them).delete()


def _rounds(association_id: int, ids: Sequence[int]) -> None:
    """What stood in a mail to many, where it names the person."""
    said = Member.objects.filter(pk__in=ids).values_list("last_name", *CONTACTS)
    for each in {text for texts in said for text in texts if len(text) > 1}:
        FillRound.objects.of(association_id).filter(why__icontains=each).update(why="")


def selections_named_after(member: Member) -> QuerySet[SavedSelection]:
    """A name somebody gave is not ours to change: perhaps another of that name is meant."""
    kept = SavedSelection.objects.of(member.association_id)
    return kept.filter(name__icontains=member.last_name) if len(member.last_name) > 1 else kept.none()


def _said_of(ids: Sequence[int]) -> tuple[Mapping[str, set[str]], set[str]]:
    """What stands or stood in the fields of the association's own, by key; and what is one person's anyway."""
    own: dict[str, set[str]] = {}
    contacts: set[str] = set()
    rows = (Member.objects.filter(pk__in=ids), MemberEvent.objects.filter(pgh_obj_id__in=ids))
    for kept, *values in chain.from_iterable(each.values_list("custom", *CONTACTS) for each in rows):
        contacts |= {value.casefold() for value in values if value}
        for key, value in kept.items():
            own.setdefault(key, set()).add(str(value).casefold())
    return own, contacts


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
