"""Proposes once a year to erase who left long ago, and erases whom a person says yes to. The clock erases nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from ledenbrug.members import former
from ledenbrug.members.models import Association, ErasureProposal, Member, User
from ledenbrug.members.operations.erasing import erase_member
from ledenbrug.members.operations.members import delete_member
from ledenbrug.members.operations.writing import held_association, in_one_go
from ledenbrug.members.refusals import Reason, Refused

A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Gone:
    erased: int
    stayed: tuple[tuple[Member, Reason], ...]
    """Those who may not go now, with why."""


def open_erasure(association: Association) -> ErasureProposal | None:
    return ErasureProposal.objects.of(association).filter(settled_at=None).first()


def propose_erasure(association: Association, *, now: datetime) -> ErasureProposal | None:
    """By night. Nothing where there is nobody, where a proposal is open, or the last one is less than a year old."""
    with transaction.atomic():
        found = held_association(association.pk)
        if ErasureProposal.objects.of(found).filter(at__gt=now - A_YEAR).exists() or open_erasure(found):
            return None
        if not former.past_keeping(found, now=now).exists():
            return None
        return ErasureProposal.objects.create(association=found, at=now)


def settle_erasure(
    proposal: ErasureProposal, *, members: Iterable[int], closes: bool = True, by: User | None, now: datetime
) -> Gone:
    """Erases these of the former members, each for itself. When it closes, the others wait for next year's."""
    with in_one_go():
        held_association(proposal.association_id)
        if ErasureProposal.objects.select_for_update().get(pk=proposal.pk).settled_at is not None:
            raise Refused.because(Reason.DECIDED)
        erased, stayed = 0, []
        for member in former.past_keeping(proposal.association, now=now).filter(pk__in=set(members)):
            try:
                _erase(member, by=by, now=now)
            except Refused as refused:
                stayed.append((member, refused.faults[0].reason))
            else:
                erased += 1
        proposals = ErasureProposal.objects.filter(pk=proposal.pk)
        proposals.update(settled_at=now if closes else None, by=by, erased=F("erased") + erased)
    return Gone(erased, tuple(stayed))


def _erase(member: Member, *, by: User | None, now: datetime) -> None:
    with transaction.atomic():
        if former.comes_back(member, now=now):
            raise Refused.because(Reason.COMES_BACK)
        if member.deleted_at is None:
            delete_member(member, by=by, now=now)
        erase_member(member, by=by, now=now)
