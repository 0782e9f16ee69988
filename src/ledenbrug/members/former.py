"""Who left longer ago than the association keeps former members, and what holds an erasure back. It only reads."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
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
    found = found.annotate(left=Coalesce(TruncDate("deleted_at", tzinfo=ZoneInfo(association.time_zone)), "since"))
    last = today - timedelta(days=association.keeps_former_days)
    return found.filter(left__lt=last).order_by(F("left"), "id").select_related("status")


def listed(association: Association, *, now: datetime, most: int) -> tuple[list[Former], int]:
    """First those who may go, the longest gone before the others; and how many there are of all. In two statements."""
    found, pays = _told(association, now), _paid_for(association).order_by().values("payer_member")
    number = Coalesce(Subquery(pays.values(number=Count("pk"))), 0)
    first = list(found.order_by("held", "left", "id").values_list("pk", Window(Count("*")))[:most])
    rows = found.filter(pk__in=[pk for pk, _ in first]).annotate(pays=number).in_bulk()
    told = [
        Former(each, each.left, Reason(each.held) if each.held else None, each.pays)
        for each in (rows[pk] for pk, _ in first if pk in rows)
    ]
    return told, first[0][1] if first else 0


def may_go(association: Association, *, now: datetime) -> int:
    """How many nothing holds back."""
    return _told(association, now).filter(held="").count()


def comes_back(member: Member, *, now: datetime) -> bool:
    today = calendar.today(member.association, now)
    return member.periods.filter(start__gt=today, status__archived=False).exists()


def _told(association: Association, now: datetime) -> QuerySet[Any]:
    """Each with what holds it back, if anything does."""
    today, it = calendar.today(association, now), OuterRef("pk")
    live = Mandate.objects.of(association).filter(Q(ended=None) | Q(ended__gt=today), member=it)
    coming = Period.objects.of(association).filter(start__gt=today, status__archived=False, member=it)
    held = Case(
        When(Exists(live), then=Value(Reason.LIVE_MANDATE)),
        When(Exists(_paid_for(association)), then=Value(Reason.PAYS_FOR_OTHERS)),
        When(Exists(coming), then=Value(Reason.COMES_BACK)),
        default=Value(""),
        output_field=CharField(),
    )
    return past_keeping(association, now=now).annotate(held=held)


def _paid_for(association: Association) -> QuerySet[Member]:
    rows = Member.objects.of(association).filter(payer_member__isnull=False, deleted_at=None)
    return rows.filter(payer_member=OuterRef("pk"))
