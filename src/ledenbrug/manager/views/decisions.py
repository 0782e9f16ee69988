"""The parts of a connection's page that change by themselves or are settled one by one.

Progress, preview, journal, problems and drift. What an answer does is decided by `sync.operations`.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ledenbrug.core.port import Package
from ledenbrug.manager import sent, words
from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.pages import address, as_file, go, page, warn
from ledenbrug.manager.sentences import sentence
from ledenbrug.manager.views.connection import beside, find, going
from ledenbrug.manager.views.wizard import said
from ledenbrug.members import calendar
from ledenbrug.members.sources import spreadsheet
from ledenbrug.sync import look, nightly, packages
from ledenbrug.sync import preview as previews
from ledenbrug.sync import settle as settling
from ledenbrug.sync.models import Connection, Problem
from ledenbrug.sync.previewed import HELD
from ledenbrug.sync.refusals import Refused

ROWS = 50
KINDS = ("create", "update", "adopt", "archive", "note", HELD)


@require_GET
@screen(May.SEE_CONNECTIONS)
def progress(request: Request, package: str, connection: int) -> HttpResponse:
    found, it = find(request, package, connection)
    told = going(it)
    if not it.enabled or ("busy" in request.GET and not told["busy"]):
        return HttpResponse(headers={"HX-Refresh": "true"})  # the rest of the page has changed too
    entries = look.journal(it, count=8) if told["busy"] and request.here.may(May.SEE_JOURNAL) else []
    return page(request, "parts/progress", package=found, it=it, journal=entries, polled=True, **told)


@screen(May.CONNECT)
def preview(request: Request, package: str, connection: int) -> HttpResponse:
    """Makes one on POST, shows the one there is on GET: whole, or a page of rows for htmx."""
    found, it = find(request, package, connection)
    refusal, made = "", None
    try:
        now = timezone.now()
        if packages.module_on(it.association, package):
            made = previews.make(it, now=now) if request.method == "POST" else _stored(request, it, now=now)
    except Refused as refused:
        refusal = said(refused, found)
    if request.htmx and request.method == "POST":
        return page(
            request,
            "parts/preview_summary",
            package=found,
            it=it,
            preview=made,
            refusal=refusal,
            **beside(found, it, made),
        )
    if request.method == "POST" and made is not None:
        return go(request, "preview", package=package, connection=it.pk)
    context = {"package": found, "it": it, "preview": made, "refusal": refusal, **_rows(request, found, made)}
    if request.htmx:
        return page(request, "parts/preview_rows", **context)
    return page(request, "preview", **context, **beside(found, it, made))


def _stored(request: Request, it: Connection, *, now: datetime) -> previews.Preview | None:
    """With the rows that are asked for."""
    return previews.stored(it, now=now, kind=request.GET.get("kind", ""), query=request.GET.get("q", ""))


def _rows(request: Request, package: Package, made: previews.Preview | None) -> dict[str, Any]:
    query, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    shown = Paginator(made.rows if made else (), ROWS).get_page(request.GET.get("page"))
    told = [(row, _note(package, row)) for row in shown]
    return {"rows": shown, "told": told, "query": query, "kind": kind, "kinds": _kinds(made)}


def _note(package: Package, row: previews.PreviewRow) -> str:
    """What a person is asked, or why it waits."""
    if row.held:
        group = words.group(row.held_group) if row.held_group else ""
        return f"{group}: {sentence(HELD)}" if group else sentence(HELD)
    return sentence(row.note, package=package.label) if row.note else ""


def _kinds(made: previews.Preview | None) -> list[tuple[str, Any, int]]:
    return [(kind, words.KINDS[kind], made.counts[kind]) for kind in KINDS if made and made.counts.get(kind)]


@require_POST
@screen(May.CONNECT)
def preview_export(request: Request, package: str, connection: int) -> HttpResponse:
    """The rows that are shown, all pages of them, as a file."""
    found, it = find(request, package, connection)
    now = timezone.now()
    made = _stored(request, it, now=now)
    if made is None:
        return go(request, "preview", package=package, connection=it.pk)
    rows = list(made.rows)
    spreadsheet.log(
        request.here.association,
        members=[row.member_id for row in rows if row.member_id],
        fields=sorted({field for row in rows for field, *_ in row.lines}),
        chosen={"preview": f"{found.label} · {it.administration_name}"},
        by=request.user,
        now=now,
    )
    name = f"{request.here.slug}-{package}-{calendar.today(request.here.association, now):%Y-%m-%d}"
    return as_file(_table(found, rows), kind=request.POST.get("kind", ""), name=name, sheet=_("What would happen"))


def _table(package: Package, rows: Iterable[previews.PreviewRow]) -> Iterator[list[str]]:
    """A line per field; a line of its own for who is only asked about."""
    yield [_("What"), _("Who"), _("Field"), _("Before"), _("After"), _("Note")]
    for row in rows:
        what, note = str(words.KINDS.get(row.kind, row.kind)), _note(package, row)
        for field, before, after in row.lines or (("", "", ""),):
            told = (
                (words.field(field), words.value(field, before), words.value(field, after)) if field else ("", "", "")
            )
            yield [what, row.title, *told, note]


@require_GET
@screen(May.SEE_JOURNAL)
def journal(request: Request, package: str, connection: int) -> HttpResponse:
    found, it = find(request, package, connection)
    entries = look.journal(it, before_id=sent.number(request.GET.get("before", "")), count=ROWS)
    older = entries[-1].step.pk if len(entries) == ROWS else None
    return page(request, "journal", package=found, it=it, entries=entries, older=older, days=nightly.kept().days)


@require_POST
@screen(May.CONNECT)
def settle(request: Request, package: str, connection: int, problem: int) -> HttpResponse:
    """One problem, or (`all`) every problem of the same cause."""
    found, it = find(request, package, connection)
    row = own(Problem.objects.filter(connection=it), request.here.association, pk=problem)
    action, contact = request.POST.get("action", ""), request.POST.get("contact", "")
    if row.closed_at is None and not settling.fits(row, action, contact=contact):
        raise Http404
    how: dict[str, Any] = {
        "action": action,
        "user": request.user,
        "now": timezone.now(),
        "seen": request.POST.get("seen", ""),
    }
    number = 1
    try:
        if "all" in request.POST:
            number = settling.settle_all(it, reason=row.reason, group=row.group, **how)
        else:
            settling.settle(row, contact=contact, **how)
    except Refused as refused:
        warn(request, said(refused, found))
    else:
        messages.success(request, _("Settled: %(number)s.") % {"number": number} if number > 1 else _("Settled."))
    return _back(request, it, row)


def _back(request: Request, it: Connection, row: Problem) -> HttpResponse:
    """To where the answer was given: the connection's own page, or the one of this cause."""
    if "from" not in request.POST:
        return go(request, "connection", package=it.package, connection=it.pk)
    there = address(request, "questions", package=it.package, connection=it.pk, reason=row.reason)
    return redirect(f"{there}?{urlencode({'group': row.group, 'page': request.POST['from']})}")
