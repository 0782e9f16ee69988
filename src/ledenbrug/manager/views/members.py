"""The list of members and the page of one: to look, not to change."""

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from ledenbrug.core.port import Package
from ledenbrug.manager import chronicle, listing, selection, spelling, standing
from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.pages import page
from ledenbrug.manager.sentences import sentence
from ledenbrug.members import calendar, custom, filling, operations, overview
from ledenbrug.members.models import CustomField, Member, MemberStatus, Period, ProposedChange
from ledenbrug.sync import look, packages


def find(request: Request, member: int, *, deleted: bool = False) -> Member:
    rows = Member.objects.filter(deleted_at__isnull=not deleted, merged_into=None).select_related(
        "association", "status", "payer_member", "payer_details"
    )
    return own(rows, request.here.association, pk=member)


@require_GET
@screen(May.SEE_MEMBERS)
def members(request: Request) -> HttpResponse:
    """Whole page, or only the rows for who is typing."""
    selected = selection.of(request)
    rows = listing.of(request, selected)
    if request.htmx:
        return page(request, "parts/member_rows", selected=selected, **rows)
    return page(
        request,
        "members",
        proposed=_proposed(request).count(),
        selected=selected,
        statuses=list(MemberStatus.objects.of(request.here.association)),
        saved=listing.saved(request),
        **selection.choices(request, selected.own),
        **rows,
    )


def _proposed(request: Request) -> "QuerySet[ProposedChange]":
    every = operations.open_proposals(request.here.association)
    return every if request.here.may(May.CHANGE_MEMBERS) else every.none()


def _about(it: Member) -> Q:
    """The member, or whoever pays for it."""
    return Q(member=it) | Q(payer_details__isnull=False, payer_details=it.payer_details_id)


@require_GET
@screen(May.SEE_MEMBERS)
def member(request: Request, member: int) -> HttpResponse:
    it, here, now = find(request, member), request.here, timezone.now()
    today = calendar.today(here.association, now)
    mandates = list(it.mandates.select_related("financial_administration").order_by("-signed", "-id"))
    return page(
        request,
        "member",
        it=it,
        today=today,
        periods=_periods(it),
        mandates=[{"it": each, "live": each.ended is None or each.ended > today} for each in mandates],
        pays_for=list(it.pays_for.filter(deleted_at=None).order_by("sort_key")),
        proposed=[chronicle.of_proposal(each) for each in _proposed(request).filter(_about(it))],
        connections=_connections(request, it) if here.may(May.SEE_CONNECTIONS) else [],
        notes=_notes(request, it) if here.may(May.SEE_PRIVATE) else [],
        history=chronicle.of_member(it, private=here.may(May.SEE_PRIVATE)),
        own=_own_fields(request, it),
        **(_asked(it, today) if here.may(May.CHANGE_MEMBERS) else {}),
    )


def _asked(it: Member, today: date) -> dict[str, Any]:
    """Whether the member can be asked to fill in fields, and was."""
    rows = filling.told(it.association, today=today).select_related("round__by")
    asked = rows.filter(pk=it.pk).first()
    return {
        "asks": bool(filling.fields_of(it)),
        "asked": asked,
        "asked_doubtful": asked is not None and rows.filter(filling.in_doubt(now=timezone.now()), pk=it.pk).exists(),
        "asked_badge": standing.ASKED[filling.State(asked.state)] if asked else None,
    }


def _own_fields(request: Request, it: Member) -> list[tuple[CustomField, str]]:
    """What stands in the association's own fields, as far as this person may see it."""
    fields = custom.fields_of(request.here.association)
    private = request.here.may(May.SEE_PRIVATE)
    return [(each, spelling.own(each, it.custom[key])) for key, each in fields.items()
            if key in it.custom and (private or not each.private)]  # fmt: skip


def _periods(it: Member) -> list[dict[str, Any]]:
    """Newest first, each up to and including the day before the next."""
    rows: list[dict[str, Any]] = []
    later: Period | None = None
    for each in it.periods.select_related("status").order_by("-start"):
        rows.append({"it": each, "until": later.start - timedelta(days=1) if later else None})
        later = each
    return rows


def _notes(request: Request, it: Member) -> list[dict[str, Any]]:
    rows = it.notes.select_related("by")
    return [{"it": each, "open": request.here.may_remove(each.by_id)} for each in rows]


def _connections(request: Request, it: Member) -> list[dict[str, Any]]:
    rows = []
    for each in look.of_member(it, now=timezone.now()):
        package = packages.get(each.connection.package)
        rows.append(
            {
                "it": each,
                "package": package,
                "badge": standing.MEMBER[each.state],
                "sentence": _why(each, package),
            }
        )
    return rows


def _why(standing: look.Standing, package: Package) -> str:
    if not standing.reason:
        return ""
    return sentence(standing.reason, package=package.label, package_name=package.name, **(standing.params or {}))


@require_GET
@screen(May.SEE_MEMBERS)
def coming(request: Request) -> HttpResponse:
    """What the calendar will do by itself: per day in figures, then who."""
    association = request.here.association
    today = calendar.today(association, timezone.now())
    ahead = overview.coming(association, after=today)
    shown = Paginator(ahead, listing.ROWS).get_page(request.GET.get("page"))
    return page(request, "coming", shown=shown, days=overview.coming_days(association, after=today))


@require_GET
@screen(May.CHANGE_MEMBERS)
def deleted(request: Request) -> HttpResponse:
    gone = Member.objects.of(request.here.association).filter(deleted_at__isnull=False, merged_into=None)
    shown = Paginator(gone.order_by("-deleted_at", "-id"), listing.ROWS).get_page(request.GET.get("page"))
    return page(request, "deleted", shown=shown)
