"""Members are asked to fill in fields: shown first who gets a mail, done on a press, followed by round, withdrawn."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ledenbrug.manager import many
from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.forms.bulk import AskForm, language
from ledenbrug.manager.pages import go, page, warn
from ledenbrug.manager.selection import Selection
from ledenbrug.manager.sentences import of_record
from ledenbrug.manager.views.bulk import ids, of_selection, say_it_differs, seen_by
from ledenbrug.manager.views.member_changes import asked
from ledenbrug.manager.views.members import find
from ledenbrug.members import calendar, filling, operations, tasks
from ledenbrug.members.models import FillRequest, FillRound
from ledenbrug.members.refusals import Refused
from ledenbrug.sync import wake


@screen(May.CHANGE_MEMBERS)
@of_selection
def ask(request: Request, selected: Selection) -> HttpResponse:
    association, now = request.here.association, timezone.now()
    form = AskForm(request.POST or None, initial=_as_before(request, selected))
    alone = selected.ticked[0] if len(selected.ticked) == 1 and not selected.everyone else None
    if request.method == "POST" and form.is_valid():
        seen = seen_by(request)
        what = tasks.AskToFillIn(
            members=ids(selected.chosen(request)), seen=seen, again=seen_by(request, "again"), **form.cleaned_data
        )
        try:
            answer = many.done(request, what, large=tasks.is_large(seen))
        except operations.Differs:
            say_it_differs(request)
        except Refused as refused:
            form.refuse(refused)
        else:
            wake.for_letters()
            return answer
    foreseen = operations.foresee_asking(association, selected.chosen(request), now=now)
    return page(
        request, "bulk_ask", status=asked(request), selected=selected, form=form, foreseen=foreseen, alone=alone
    )


def _as_before(request: Request, selected: Selection) -> dict[str, Any]:
    """Who asks the members of a round again, asks the same."""
    earlier = _rounds(request).filter(pk=selected.wanted.round).first()
    return {"why": earlier.why, "language": earlier.language} if earlier else {"language": language()}


def _rounds(request: Request) -> "QuerySet[FillRound]":
    return FillRound.objects.of(request.here.association).select_related("by")


@require_GET
@screen(May.CHANGE_MEMBERS)
def rounds(request: Request) -> HttpResponse:
    rows = filling.rounds(request.here.association)
    figures = filling.figures(request.here.association, rows, today=_today(request))
    return page(request, "rounds", rows=[{"it": each, "figures": figures[each.pk]} for each in rows])


@require_GET
@screen(May.CHANGE_MEMBERS)
def round_of(request: Request, round: int) -> HttpResponse:
    """Whole, or for htmx the part that changes while mail leaves."""
    it, today = own(_rounds(request), request.here.association, pk=round), _today(request)
    rows = filling.told(it.association, today=today).filter(round=it)
    return page(
        request,
        "parts/round" if request.htmx else "round",
        it=it,
        figures=filling.figures(it.association, [it], today=today)[it.pk],
        doubtful=rows.filter(filling.in_doubt(now=timezone.now())).count(),
        lasts=it.until >= today,
        opens=rows.filter(opens=True).exists(),
        an_hour=settings.LEDENBRUG_MAILS_AN_HOUR,
    )


def _today(request: Request) -> date:
    return calendar.today(request.here.association, timezone.now())


@screen(May.CHANGE_MEMBERS)
@of_selection
def withdraw_many(request: Request, selected: Selection) -> HttpResponse:
    """At once, also where they are thousands: a mail that waits must not leave any more."""
    association, now = request.here.association, timezone.now()
    if request.method == "POST":
        try:
            count = operations.withdraw_requests(
                association, selected.chosen(request), seen=seen_by(request), by=request.user, now=now
            )
        except operations.Differs:
            say_it_differs(request)
        except Refused as refused:
            warn(request, of_record(refused.faults[0]))
        else:
            said = ngettext(
                "Withdrawn: %(number)s link opens no more.", "Withdrawn: %(number)s links open no more.", count
            )
            said %= {"number": count}
            known = _rounds(request).filter(pk=selected.wanted.round).first()
            return go(request, "round", said=said, round=known.pk) if known else go(request, "rounds", said=said)
    foreseen = operations.foresee_withdrawing(association, selected.chosen(request), now=now)
    return page(request, "bulk_withdraw", selected=selected, foreseen=foreseen)


@require_POST
@screen(May.CHANGE_MEMBERS)
def withdraw(request: Request, member: int) -> HttpResponse:
    it = find(request, member)
    row = own(FillRequest.objects.all(), request.here.association, pk=it.pk)
    operations.withdraw_request(row, by=request.user, now=timezone.now())
    return go(request, "member", said=_("Withdrawn. The link opens no more."), member=it.pk)
