"""Figures and lists over the whole association: members per status, and what the calendar will bring.

It only reads, in one query or two each.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ledenbrug.members.models import Association, Member, MemberStatus, Period


@dataclass(frozen=True, slots=True)
class PaidFor:
    """Of so many members: for how many somebody else pays."""

    members: int
    by_others: int


@dataclass(frozen=True, slots=True)
class Day:
    """On that day so many members get that status."""

    start: date
    status: str
    members: int


def statuses(association: Association) -> QuerySet[MemberStatus]:
    """In their order, each with the `number` of its members; deleted members do not count."""
    present = Member.objects.of(association).filter(status=OuterRef("pk"), deleted_at=None).order_by()
    number = Subquery(present.values("status").values(number=Count("pk")))
    return MemberStatus.objects.of(association).annotate(number=Coalesce(number, 0))


def paid_for(association: Association, selected: QuerySet[MemberStatus]) -> PaidFor:
    """Of the members who have one of these."""
    members = Member.objects.of(association).filter(status__in=selected, deleted_at=None)
    somebody_else = Q(payer_member__isnull=False) | Q(payer_details__isnull=False)
    return PaidFor(members=members.count(), by_others=members.filter(somebody_else).count())


def coming(association: Association, *, after: date) -> QuerySet[Period]:
    """Changes of status that the calendar will bring, day by day, each with the name of the status `before` it."""
    earlier = Period.objects.filter(member=OuterRef("member"), start__lt=OuterRef("start")).order_by("-start")
    return (
        _ahead(association, after=after)
        .annotate(before=Subquery(earlier.values("status__name")[:1]))
        .select_related("member", "status")
        .order_by("start", "member__sort_key", "id")
    )


def coming_days(association: Association, *, after: date) -> list[Day]:
    """How many get which status, per day."""
    rows = _ahead(association, after=after).values_list("start", "status__name").annotate(members=Count("id"))
    return [Day(*each) for each in rows.order_by("start", "status__order", "status__name")]


def _ahead(association: Association, *, after: date) -> QuerySet[Period]:
    return Period.objects.of(association).filter(start__gt=after, member__deleted_at__isnull=True)


def contactable(association: Association) -> Q:
    """Whom mail and bulk actions may reach: nobody who died, nobody deleted."""
    died = MemberStatus.objects.of(association).filter(deceased=True)
    return Q(association=association, deleted_at__isnull=True) & ~Q(status__in=died.values("pk"))
