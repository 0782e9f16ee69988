"""Runs of a connection: which there were, what taking one back would do, and how far that is.

What goes back is decided by `core.undo`, and done by the worker.
"""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ledenbrug.core.port import Package
from ledenbrug.manager import words
from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.pages import go, page, warn
from ledenbrug.manager.sentences import of_kept
from ledenbrug.manager.views.connection import find
from ledenbrug.manager.views.wizard import said
from ledenbrug.sync import progress, runs, undo, undoing
from ledenbrug.sync.models import Run
from ledenbrug.sync.refusals import Refused

SHOWN = 500
"""Rows of one preview; the numbers above them are of all."""


@screen(May.CONNECT)
def take_back(request: Request, package: str, connection: int, run: int) -> HttpResponse:
    """Shows on GET what would go back, does it on POST."""
    found, it = find(request, package, connection)
    one = own(Run.objects.filter(connection=it).select_related("by", "connection"), request.here.association, pk=run)
    one.connection = it
    now = timezone.now()
    if request.method == "POST":
        try:
            undo.start(one, user=request.user, now=now)
        except Refused as refused:
            warn(request, said(refused, found))
            return go(request, "connection", package=package, connection=it.pk)
        told = _("The connection is off. The run is being taken back; you can leave this page.")
        return go(request, "connection", said=told, package=package, connection=it.pk)
    refusal, made = "", None
    if not undo.may(one, now=now):
        refusal = said(Refused("too_old"), found)
    else:
        try:
            made = undoing.make(one, now=now)
        except Refused as refused:
            refusal = said(refused, found)
    rows = [_row(found, each) for each in made.rows[:SHOWN]] if made else []
    return page(request, "undo", package=found, it=it, run=one, made=made, refusal=refusal, rows=rows, most=SHOWN)


@require_GET
@screen(May.SEE_CONNECTIONS)
def taking_back(request: Request, package: str, connection: int) -> HttpResponse:
    """How far it is; the whole page is drawn anew when it is over."""
    found, it = find(request, package, connection)
    under_way = runs.undoing(it)
    if under_way is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    far = progress.of(it, now=timezone.now())
    return page(request, "parts/undoing", package=found, it=it, undoing=under_way, progress=far)


def _row(package: Package, row: undoing.Row) -> dict[str, Any]:
    kept = [(words.group(group) if group else "", of_kept(reason, package=package.label)) for group, reason in row.kept]
    return {"it": row, "kept": kept}
