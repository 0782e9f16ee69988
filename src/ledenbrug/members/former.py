"""Who left longer ago than the association keeps former members, and what holds an erasure back. It only reads."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate

from ledenbrug.members import calendar
from ledenbrug.members.models import Association, Mandate, Member, MemberStatus, Period
from ledenbrug.members.refusals import Reason


@dataclass(frozen=True, slots=True)
class Former:
    member: Member
    since: date
    held: Reason | None
    """Why this member is not erased yet."""
    pays_for: int = 0


def past_keeping(association: Association, *, now: datetime) -> QuerySet[Member]:
    """In an archived status, or deleted, since longer than is kept. `left` is that day; the longest gone first."""
    today = calendar.today(association, now)
    archived = MemberStatus.objects.of(association).filter(archived=True)
    gone = Q(deleted_at__isnull=False) | Q(status__in=archived.values("pk"))
    found = Member.objects.of(association).filter(gone, merged_into=None)
    found = found.annotate(left=Coalesce(TruncDate("deleted_at"), "since"))
    last = today - timedelta(days=association.keeps_former_days)
    return found.filter(left__lt=last).order_by(F("left"), "id").select_related("status")


def listed(association: Association, *, now: datetime, most: int) -> tuple[list[Former], int]:
    """The longest gone, and how many there are of all. In two statements, whatever their number."""
    today = calendar.today(association, now)
    live = Mandate.objects.filter(Q(ended=None) | Q(ended__gt=today), member=OuterRef("pk"))
    paid_for = Member.objects.filter(payer_member=OuterRef("pk"), deleted_at=None).order_by()
    others = paid_for.values("payer_member").values(number=Count("pk"))
    coming = Period.objects.filter(member=OuterRef("pk"), start__gt=today, status__archived=False)
    found = past_keeping(association, now=now)
    everybody = list(found.values_list("pk", flat=True))
    rows: QuerySet[Any] = found.filter(pk__in=everybody[:most]).annotate(
        live=Exists(live), pays=Coalesce(Subquery(others), 0), coming=Exists(coming)
    )
    return [Former(each, each.left, _held(each), each.pays) for each in rows], len(everybody)


def comes_back(member: Member, *, now: datetime) -> bool:
    today = calendar.today(member.association, now)
    return member.periods.filter(start__gt=today, status__archived=False).exists()


def _held(row: Member) -> Reason | None:
    checks = {"live": Reason.LIVE_MANDATE, "pays": Reason.PAYS_FOR_OTHERS, "coming": Reason.COMES_BACK}
    return next((reason for name, reason in checks.items() if getattr(row, name)), None)
