"""Where a contact says something else than the record: page by page, per field group, settled one by one or a column
at once. What an answer does is decided by `sync.verdicts`.
"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ledenbrug.manager import blocks, words
from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.pages import address, go, page, warn
from ledenbrug.manager.sentences import of_record
from ledenbrug.manager.views.connection import find
from ledenbrug.manager.views.wizard import said
from ledenbrug.members.refusals import Refused as Unfit
from ledenbrug.sync import look, verdicts
from ledenbrug.sync.models import Connection, Drift
from ledenbrug.sync.proposing import PROPOSABLE
from ledenbrug.sync.refusals import Refused

ROWS = 50
TOGETHER = (verdicts.OURS, verdicts.THEIRS)
"""What may be said of a whole column."""


@require_GET
@screen(May.CONNECT)
def differences(request: Request, package: str, connection: int) -> HttpResponse:
    found, it = find(request, package, connection)
    counts = look.drift_counts(it)
    group = request.GET.get("group", "")
    every = verdicts.open_drifts(it, group=group if group in counts else "").order_by("link__payer", "id")
    shown = Paginator(every, ROWS).get_page(request.GET.get("page"))
    columns = [_column(it, each, number) for each, number in counts.items()]
    told = blocks.differing(look.differences(it, shown, now=timezone.now()))
    return page(
        request, "differences", package=found, it=it, shown=shown, columns=columns, drifts=told, group=group,
        total=sum(counts.values()),
    )  # fmt: skip


def _column(it: Connection, group: str, number: int) -> dict[str, Any]:
    may = [each for each in TOGETHER if each != verdicts.THEIRS or group in PROPOSABLE]
    seen = verdicts.shown(verdicts.open_drifts(it, group=group))
    return {"group": group, "name": words.group(group), "number": number, "verdicts": may, "seen": seen}


@require_POST
@screen(May.CONNECT)
def settle_drift(request: Request, package: str, connection: int, drift: int) -> HttpResponse:
    found, it = find(request, package, connection)
    row = own(Drift.objects.filter(connection=it), request.here.association, pk=drift)
    verdict, seen = request.POST.get("verdict", ""), request.POST.get("seen")
    try:
        verdicts.settle_drift(row, verdict=verdict, user=request.user, now=timezone.now(), seen=seen)
    except Refused as refused:
        warn(request, said(refused, found))
    except Unfit as unfit:
        why = of_record(unfit.faults[0])
        warn(request, _("What stands there cannot be taken over into the membership records. %(why)s") % {"why": why})
    else:
        messages.success(request, _proposed(1) if verdict == verdicts.THEIRS else _("Settled."))
    return _back(request, it)


@require_POST
@screen(May.CONNECT)
def settle_column(request: Request, package: str, connection: int) -> HttpResponse:
    found, it = find(request, package, connection)
    group, verdict = request.POST.get("group", ""), request.POST.get("verdict", "")
    try:
        if not group or verdict not in TOGETHER:
            raise Refused("not_now")
        settled = verdicts.settle_drifts(
            it, group=group, verdict=verdict, user=request.user, now=timezone.now(), seen=request.POST.get("seen", "")
        )
    except Refused as refused:
        warn(request, said(refused, found))
        return _back(request, it)
    told = _("Settled: %(number)s.") % {"number": settled.done}
    messages.success(request, _proposed(settled.done) if verdict == verdicts.THEIRS else told)
    if settled.stayed:
        stayed = _("%(number)s stay here: what stands there cannot be taken over into the membership records.")
        warn(request, stayed % {"number": settled.stayed})
    return _back(request, it)


def _proposed(number: int) -> str:
    return ngettext(
        "Proposed to the member secretary. Until that is decided it stays as it is there.",
        "Proposed to the member secretary: %(number)s. Until that is decided they stay as they are there.",
        number,
    ) % {"number": number}


def _back(request: Request, it: Connection) -> HttpResponse:
    if "from" not in request.POST:
        return go(request, "connection", package=it.package, connection=it.pk)
    there = address(request, "differences", package=it.package, connection=it.pk)
    shown = {"group": request.POST.get("shown", ""), "page": request.POST["from"]}
    return redirect(f"{there}?{urlencode(shown)}")
