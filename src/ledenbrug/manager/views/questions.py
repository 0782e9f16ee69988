"""What waits for a person's decision: in blocks per cause, page by page, and side by side where it is about who
somebody is. It decides nothing: `sync.settle` does.
"""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ledenbrug.core.port import Package
from ledenbrug.manager import blocks, words
from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.pages import go, page, warn
from ledenbrug.manager.views.connection import find
from ledenbrug.manager.views.wizard import said
from ledenbrug.sync import look, pairs
from ledenbrug.sync import settle as settling
from ledenbrug.sync.models import Connection, Problem
from ledenbrug.sync.refusals import Refused

SIDE_BY_SIDE, ROWS = 10, 50
"""On one page."""


@require_GET
@screen(May.CONNECT)
def questions(request: Request, package: str, connection: int, reason: str) -> HttpResponse:
    """Every open question of one cause."""
    found, it = find(request, package, connection)
    group, compared = request.GET.get("group", "").replace("\x00", ""), reason in pairs.ASKED
    every = settling.waiting(it, reason=reason, group=group)
    shown = Paginator(every, SIDE_BY_SIDE if compared else ROWS).get_page(request.GET.get("page"))
    asked = look.causes(it).get((reason, group))
    if asked is None:
        return go(request, "connection", package=package, connection=it.pk)
    told = look.troubles(it, shown)
    cause = blocks.block(found, it, told, asked=asked, user=request.user, now=timezone.now())
    beside = _pairs(request, found, it, list(shown)) if compared else []
    return page(request, "questions", package=found, it=it, shown=shown, cause=cause, pairs=beside)


def _pairs(request: Request, package: Package, it: Connection, shown: list[Problem]) -> list[dict[str, Any]]:
    """Without an answer of the package our own side is shown all the same."""
    try:
        found = pairs.of(it, shown, now=timezone.now())
    except Refused as refused:
        warn(request, said(refused, package))
        return []
    return [
        {
            "it": each,
            "likeness": words.likeness(each.score) if each.why else "",
            "why": [words.SIGNS[sign] for sign in each.why if sign in words.SIGNS and sign not in words.AGAINST],
            "against": [words.SIGNS[sign] for sign in each.why if sign in words.AGAINST],
            "sentence": blocks.sentence_of(package, each.problem),
            "seen": settling.shown([each.problem]),
        }
        for each in found
    ]


@require_GET
@screen(May.CONNECT)
def left_out(request: Request, package: str, connection: int) -> HttpResponse:
    found, it = find(request, package, connection)
    every = settling.left_out(it).select_related("closed_by").order_by("-id")
    shown = Paginator(every, ROWS).get_page(request.GET.get("page"))
    rows = blocks.rows(found, look.troubles(it, shown))
    return page(request, "left_out", package=found, it=it, shown=shown, rows=rows)


@require_POST
@screen(May.CONNECT)
def take_back(request: Request, package: str, connection: int, problem: int) -> HttpResponse:
    found, it = find(request, package, connection)
    row = own(Problem.objects.filter(connection=it), request.here.association, pk=problem)
    try:
        settling.take_back(row)
    except Refused as refused:
        warn(request, said(refused, found))
        return go(request, "left_out", package=package, connection=it.pk)
    return go(request, "connection", said=_("It waits for your decision again."), package=package, connection=it.pk)
