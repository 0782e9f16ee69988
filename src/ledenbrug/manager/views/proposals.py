"""Proposed changes, to which the member secretary says yes or no. The rules stand in `members.operations`."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ledenbrug.manager import chronicle, sent, words
from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.forms.proposal import AcceptForm, DeclineForm
from ledenbrug.manager.pages import go, page, warn
from ledenbrug.manager.sentences import of_record
from ledenbrug.manager.views.member_changes import asked
from ledenbrug.members import calendar, operations
from ledenbrug.members.models import Association, Member, ProposedChange
from ledenbrug.members.operations.members import live_mandates
from ledenbrug.members.refusals import ChangedMeanwhile, Fault, Reason, Refused

ROWS = 50


@require_GET
@screen(May.CHANGE_MEMBERS)
def proposals(request: Request) -> HttpResponse:
    of, counts = request.here.association, operations.parts(request.here.association)
    part = request.GET.get("part", "")
    part = part if part in counts else ""
    every = operations.open_proposals(of, part=part)
    shown = Paginator(every, ROWS).get_page(request.GET.get("page"))
    return page(
        request,
        "proposals",
        shown=shown,
        rows=[chronicle.of_proposal(each) for each in shown],
        part=part,
        columns=[_column(of, each, number) for each, number in counts.items()],
        whole=_column(of, "", sum(counts.values())) if len(counts) > 1 else None,
        no=DeclineForm(),
    )


def _column(association: Association, part: str, number: int) -> dict[str, Any]:
    """How many of it one yes accepts, and all that one no declines."""
    yes = list(operations.acceptable(association, part=part))
    every = yes if len(yes) == number else list(operations.open_proposals(association, part=part))
    return {
        "part": part,
        "name": words.PARTS[part],
        "number": len(every),
        "acceptable": len(yes),
        "seen": {"accept": operations.shown(yes), "decline": operations.shown(every)},
    }


@require_POST
@screen(May.CHANGE_MEMBERS)
def answer(request: Request) -> HttpResponse:
    """Yes or no to all, or to all of one part of the record."""
    part, form = request.POST.get("part", ""), DeclineForm(request.POST)
    association, declines = request.here.association, request.POST.get("answer") == "decline"
    named: Any = {"part": part, "seen": request.POST.get("seen", ""), "by": request.user, "now": timezone.now()}
    if part not in words.PARTS or not form.is_valid():
        raise Http404
    try:
        if declines:
            done = operations.decline_changes(association, why=form.cleaned_data["why"], **named).done
            return go(request, "proposals", said=_("Declined: %(number)s. The treasurer is told.") % {"number": done})
        answered = operations.accept_changes(association, **named)
    except Refused as refused:
        warn(request, of_record(refused.faults[0]))
        return go(request, "proposals")
    if answered.stayed:
        stayed = ngettext(
            "%(number)s stays here: the record does not take it. Look at it by itself.",
            "%(number)s stay here: the record does not take them. Look at each by itself.",
            answered.stayed,
        )
        warn(request, stayed % {"number": answered.stayed})
    return go(request, "proposals", said=_("Accepted: %(number)s.") % {"number": answered.done})


@screen(May.CHANGE_MEMBERS)
def proposal(request: Request, proposed: int) -> HttpResponse:
    """Yes or no to one."""
    found = ProposedChange.objects.select_related("association", "member", "payer_details", "by", "decided_by")
    it, now = own(found, request.here.association, pk=proposed), timezone.now()
    needs_how = not it.outcome and operations.needs_how(it, now=now)
    declines = request.method == "POST" and request.POST.get("answer") == "decline"
    no = DeclineForm(request.POST if declines else None)
    yes = AcceptForm(
        request.POST if request.method == "POST" and not declines else None,
        needs_how=needs_how,
        initial={"signed": calendar.today(request.here.association, now)},
    )
    if it.outcome and request.method == "POST":
        warn(request, of_record(Fault(Reason.DECIDED)))
        return go(request, "proposals")
    if declines and no.is_valid():
        return _declined(request, it, no.cleaned_data["why"])
    if request.method == "POST" and not declines and yes.is_valid() and _accepted(request, it, yes):
        return go(request, "proposals", said=_("Accepted: the record is changed."))
    version = it.member.version if it.member else ""
    told = {"it": it, "row": chronicle.of_proposal(it), "needs_how": needs_how, "version": version}
    return page(request, "proposal", status=asked(request), **told, yes=yes, no=no)


def _declined(request: Request, it: ProposedChange, why: str) -> HttpResponse:
    try:
        operations.decline_change(it, why=why, by=request.user, now=timezone.now())
    except Refused as refused:
        warn(request, of_record(refused.faults[0]))
        return go(request, "proposals")
    return go(request, "proposals", said=_("Declined. The treasurer is told and decides again."))


def _accepted(request: Request, it: ProposedChange, form: AcceptForm) -> bool:
    now = timezone.now()
    live = live_mandates(it.member, calendar.today(it.association, now)) if isinstance(it.member, Member) else []
    try:
        operations.accept_change(
            it,
            seen_version=sent.number(request.POST.get("seen", "")),
            how=form.meant,
            mandates=form.mandates(each.financial_administration for each in live) if form.meant else [],
            by=request.user,
            now=now,
        )
    except Refused as refused:
        form.refuse(refused)
    except ChangedMeanwhile as meanwhile:
        fields = ", ".join(chronicle.label(name) for name in meanwhile.fields)
        form.add_error(
            None, _("Somebody else changed this member just now (%(fields)s). Look again.") % {"fields": fields}
        )
    else:
        return True
    return False
