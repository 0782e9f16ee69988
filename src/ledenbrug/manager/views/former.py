"""Once a year: who left longer ago than is kept, whom a person may have erased, and what holds others back."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledenbrug.manager import sent
from ledenbrug.manager.access import May, Request, screen
from ledenbrug.manager.pages import go, page, warn
from ledenbrug.manager.sentences import of_record
from ledenbrug.members import former, operations
from ledenbrug.members.models import ErasureProposal
from ledenbrug.members.refusals import Fault, Refused
from ledenbrug.sync import selecting

MOST = 100


@screen(May.CHANGE_MEMBERS)
def proposed(request: Request) -> HttpResponse:
    association, now = request.here.association, timezone.now()
    proposal = operations.open_erasure(association)
    if request.method == "POST" and proposal is not None:
        if "erase" not in request.POST or request.POST.get("sure"):
            return _settled(request, proposal)
        warn(request, _("Tick that you are sure: there is no way back."))
    found, every = former.listed(association, now=now, most=MOST) if proposal else ([], 0)
    linked = selecting.with_contact(association, [each.member for each in found])
    return page(
        request,
        "former",
        status=422 if request.method == "POST" and proposal else 200,
        proposal=proposal,
        rows=[{"it": each, "held": _why(each), "linked": each.member.pk in linked} for each in found],
        ticked=request.POST.getlist("member"),
        more=every - len(found),
        linked=len(linked),
    )


def _settled(request: Request, proposal: ErasureProposal) -> HttpResponse:
    association, now, erases = request.here.association, timezone.now(), "erase" in request.POST
    chosen = sent.numbers(request.POST.getlist("member")) if erases else []
    last = not erases or former.may_go(association, now=now) <= MOST
    try:
        gone = operations.settle_erasure(proposal, members=chosen, closes=last, by=request.user, now=now)
    except Refused as refused:
        warn(request, of_record(refused.faults[0]))
        return go(request, "members")
    if not erases:
        return go(request, "members", said=_("Everybody is kept. You are asked again in a year."))
    if gone.stayed:
        names = ", ".join(f"{each.number} ({of_record(Fault(reason))})" for each, reason in gone.stayed[:20])
        warn(request, _("Not erased: %(names)s") % {"names": names})
    said = ngettext("%(number)s member is erased for good.", "%(number)s members are erased for good.", gone.erased)
    asked = _("The others are asked about again in a year.") if last else ""
    return go(request, "members" if last else "former", said=f"{said % {'number': gone.erased}} {asked}".strip())


def _why(each: former.Former) -> str:
    return of_record(Fault(each.held, "", {"count": str(each.pays_for)})) if each.held else ""
