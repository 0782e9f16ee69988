"""Contacts at the package that look like one and the same, for somebody to merge there. They are read when shown."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone

from ledenbrug.manager.access import May, Request, screen
from ledenbrug.manager.pages import go, page, warn
from ledenbrug.manager.views.connection import find
from ledenbrug.manager.views.wizard import said
from ledenbrug.sync import doubles
from ledenbrug.sync.refusals import Refused

ROWS = 10


@screen(May.CONNECT)
def contacts(request: Request, package: str, connection: int) -> HttpResponse:
    """Shows them on GET, takes one group off the list on POST."""
    found, it = find(request, package, connection)
    if request.method == "POST":
        doubles.seen(it, request.POST.get("seen", "").split())
        return go(request, "doubles", package=package, connection=it.pk)
    shown = Paginator(it.doubles, ROWS).get_page(request.GET.get("page"))
    rows: list[doubles.Double] = []
    try:
        rows = doubles.of(it, list(shown), clock=timezone.now)
    except Refused as refused:
        warn(request, said(refused, found))
    return page(request, "doubles", package=found, it=it, shown=shown, rows=rows)
