"""Figures and lists over the whole association: members per status, and what the calendar will bring.

It only reads, in one query each.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from ledenbrug.members.models import Association, Member, MemberStatus, Period


@dataclass(frozen=True, slots=True)
class Counted:
    status: MemberStatus
    members: int


@dataclass(frozen=True, slots=True)
class PaidFor:
    """Of so many members: for how many somebody else pays."""

    members: int
    by_others: int


def counts_per_status(association: Association) -> list[Counted]:
    """In the order of the status list, those without members too; deleted members do not count."""
    present = Count("members", filter=Q(members__deleted_at__isnull=True))
    return [Counted(each, each.present) for each in MemberStatus.objects.of(association).annotate(present=present)]


def paid_for(statuses: Iterable[MemberStatus]) -> PaidFor:
    members = Member.objects.filter(status__in=list(statuses), deleted_at=None)
    somebody_else = Q(payer_member__isnull=False) | Q(payer_details__isnull=False)
    return PaidFor(**members.aggregate(members=Count("id"), by_others=Count("id", filter=somebody_else)))


def coming(association: Association, *, after: date, until: date) -> list[Period]:
    """Changes of status that the calendar brings in those days, with member and status, in their order."""
    return list(
        Period.objects.of(association)
        .filter(start__gt=after, start__lte=until, member__deleted_at__isnull=True)
        .select_related("member", "member__status", "status")
        .order_by("start", "member__sort_key", "id")
    )


def contactable(association: Association) -> Q:
    """Whom mail and bulk actions may reach: nobody who died, nobody deleted."""
    return Q(association=association, deleted_at__isnull=True) & (Q(status__isnull=True) | Q(status__deceased=False))


def without_status(association: Association) -> int:
    return Member.objects.of(association).filter(status=None, deleted_at=None).count()
