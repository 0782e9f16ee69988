"""Who is perhaps registered twice: a hint while one is added, a list, and two side by side to merge."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ledenbrug.manager import chronicle
from ledenbrug.manager.access import May, Request, screen
from ledenbrug.manager.pages import address, go, page, warn
from ledenbrug.manager.sentences import of_record
from ledenbrug.manager.views.bulk import seen_by
from ledenbrug.manager.views.members import find
from ledenbrug.members import calendar, custom, duplicates, operations
from ledenbrug.members.models import Member
from ledenbrug.members.operations import merging
from ledenbrug.members.refusals import ChangedMeanwhile, Refused
from ledenbrug.sync import selecting

WHY: dict[str, Promise] = {
    "email": gettext_lazy("same e-mail address"),
    "iban": gettext_lazy("same IBAN"),
    "name": gettext_lazy("same name and date of birth"),
}
PARTS: dict[str, Promise] = {
    "address": gettext_lazy("Address"),
    "iban": gettext_lazy("IBAN"),
    "payer": gettext_lazy("Invoice to"),
}


@require_POST  # what is typed stands in no address
@screen(May.CHANGE_MEMBERS)
def alike(request: Request) -> HttpResponse:
    found = duplicates.alike(request.here.association, request.POST.dict())
    return page(request, "parts/alike", found=[(each.member, _why(each.why)) for each in found])


@require_GET
@screen(May.CHANGE_MEMBERS)
def listed(request: Request) -> HttpResponse:
    found = duplicates.pairs(request.here.association)
    everybody = [one for each in found for one in (each.first, each.second)]
    linked = selecting.with_contact(request.here.association, everybody)
    rows = [(*_best_first(each.first, each.second, linked), _why(each.why)) for each in found]
    return page(request, "duplicates", rows=rows, most=len(found) == duplicates.MOST)


@screen(May.CHANGE_MEMBERS)
def merge(request: Request, member: int, other: int) -> HttpResponse:
    """`member` is the one that stays."""
    survivor, double = find(request, member), find(request, other)
    if survivor.pk == double.pk:
        raise Http404
    if "different" in request.POST:
        operations.not_double(survivor, double, by=request.user)
        return go(request, "duplicates", said=_("They stay two members, and are not listed here again."))
    theirs = frozenset(part for part in merging.parts(survivor, double) if request.POST.get(part) == "theirs")
    if request.method == "POST":
        try:
            operations.merge_members(
                survivor, double, seen=_seen(request), theirs=theirs, by=request.user, now=timezone.now()
            )
        except ChangedMeanwhile:
            warn(request, _("Somebody changed one of the two in the meantime. Look once more."))
        except Refused as refused:
            warn(request, of_record(refused.faults[0]))
        else:
            return go(request, "member", said=_("The two are one member now."), member=survivor.pk)
        survivor, double = find(request, member), find(request, other)
    return page(request, "merge", **_side_by_side(request, survivor, double, theirs))


def _side_by_side(request: Request, it: Member, other: Member, theirs: frozenset[str]) -> dict[str, Any]:
    today = calendar.today(request.here.association, timezone.now())
    fields = custom.fields_of(request.here.association, archived=True)
    return {
        "it": it,
        "other": other,
        "linked": selecting.with_contact(request.here.association, [it, other]),
        "choices": [
            {
                "part": each.part,
                "label": str(PARTS[each.part]) if each.part in PARTS else chronicle.label(each.part, fields),
                "ours": _told(it, each, fields),
                "theirs": _told(other, each, fields),
                "other_wins": each.part in theirs,
            }
            for each in merging.choices(it, other)
        ],
        "foreseen": merging.foresee(it, other, theirs=theirs, day=today),
        "paid_for": list(other.pays_for.filter(deleted_at=None).exclude(pk=it.pk).order_by("sort_key")),
        "swapped": address(request, "member_merge", member=other.pk, other=it.pk),
    }


def _told(member: Member, choice: merging.Choice, fields: custom.Own) -> str:
    if choice.part == "payer":
        return str(member.payer_member or member.payer_details or _("The member"))
    names = merging.names_of(choice.part)
    values = (chronicle.plain(name, custom.value_of(member, name), fields) for name in names if name != "bic")
    return (" " if choice.part.endswith("last_name") else ", ").join(each for each in values if each)


def _why(reasons: tuple[str, ...]) -> str:
    return ", ".join(str(WHY[each]) for each in reasons)


def _best_first(one: Member, another: Member, linked: set[int]) -> tuple[Member, Member]:
    """The one with a contact in the books stays: its link is kept. Else the one that was there first."""
    return (another, one) if another.pk in linked and one.pk not in linked else (one, another)


def _seen(request: Request) -> tuple[int, int]:
    return seen_by(request), seen_by(request, "seen_other")
