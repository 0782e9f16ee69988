"""What is done to many members at once: shown first with its count, done on a press, taken back on another."""

from datetime import datetime
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ledenbrug.manager import chronicle, many, selection, sent
from ledenbrug.manager.access import May, Request, View, own, screen
from ledenbrug.manager.forms.bulk import BulkStatusForm, ExportForm, language
from ledenbrug.manager.pages import WORKBOOK, go, page, warn
from ledenbrug.manager.selection import Selection
from ledenbrug.manager.sentences import of_record
from ledenbrug.members import calendar, custom, operations, tasks
from ledenbrug.members.models import BulkChange, Member
from ledenbrug.members.operations import bulk
from ledenbrug.members.refusals import Refused
from ledenbrug.members.sources import spreadsheet


def of_selection(view: View) -> View:
    """With nobody chosen there is nothing to show."""

    @wraps(view)
    def answer(request: Request) -> HttpResponse:
        selected = selection.of(request)
        if not selected.some:
            return page(request, "nobody_chosen")
        return view(request, selected)

    return answer


@screen(May.CHANGE_MEMBERS)
@of_selection
def status(request: Request, selected: Selection) -> HttpResponse:
    association, now = request.here.association, timezone.now()
    asked = "to" in request.GET
    form = BulkStatusForm(
        request.GET if asked else None,
        association=association,
        initial={"start": calendar.today(association, now)},
    )
    foreseen = None
    if asked and form.is_valid():
        to, start = form.cleaned_data["to"], form.cleaned_data["start"]
        found = selected.chosen(request)
        if request.method == "POST":
            seen = seen_by(request)
            what = tasks.GiveStatus(members=ids(found), seen=seen, status=to.pk, start=start)
            try:
                return many.done(request, what, large=tasks.is_large(seen))
            except operations.Differs:
                say_it_differs(request)
            except Refused as refused:
                warn(request, of_record(refused.faults[0]))
        foreseen = operations.foresee_status(association, selected.chosen(request), status=to, start=start)
    return page(request, "bulk_status", selected=selected, form=form, foreseen=foreseen)


@screen(May.CHANGE_MEMBERS)
@of_selection
def delete(request: Request, selected: Selection) -> HttpResponse:
    association, now = request.here.association, timezone.now()
    if request.method == "POST":
        seen = seen_by(request)
        what = tasks.Delete(members=ids(selected.chosen(request)), seen=seen)
        try:
            return many.done(request, what, large=tasks.is_large(seen))
        except operations.Differs:
            say_it_differs(request)
        except Refused as refused:
            warn(request, of_record(refused.faults[0]))
    today = calendar.today(association, now)
    foreseen = operations.foresee_delete(association, selected.chosen(request), day=today)
    return page(request, "bulk_delete", selected=selected, foreseen=foreseen)


@screen(May.CHANGE_MEMBERS)
@of_selection
def export(request: Request, selected: Selection) -> HttpResponse:
    association = request.here.association
    private, fields = request.here.may(May.SEE_PRIVATE), custom.fields_of(association)
    form = ExportForm(
        request.POST or None,
        private=private,
        own=fields,
        initial={"kind": "xlsx", "columns": [*spreadsheet.TITLES, *fields]},
    )
    found = selected.chosen(request)
    living = bulk.reached(association, found)
    if request.method == "POST" and form.is_valid():
        chosen = found if form.cleaned_data["deceased"] else living
        return _file(request, chosen, selected, form.cleaned_data["columns"], form.cleaned_data["kind"])
    count = living.count()
    return page(
        request,
        "export",
        status=422 if request.method == "POST" else 200,
        selected=selected,
        form=form,
        count=count,
        deceased=found.order_by().count() - count,
    )


def _file(request: Request, found: Any, selected: Selection, columns: list[str], kind: str) -> HttpResponse:
    association, now = request.here.association, timezone.now()
    members = list(found.order_by("id").values_list("id", flat=True))
    spreadsheet.log(association, members=members, fields=columns, chosen=selected.told, by=request.user, now=now)
    if kind == "csv":
        rows = spreadsheet.csv_file(association, found, fields=columns, language=language())
        answer = HttpResponse(b"".join(rows), content_type="text/csv; charset=utf-8")
    else:
        book = spreadsheet.xlsx_file(association, found, fields=columns, language=language())
        answer = HttpResponse(book, content_type=WORKBOOK)
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(request, now)}.{kind}"'
    return answer


def _file_name(request: Request, now: datetime) -> str:
    return f"{request.here.slug}-{calendar.today(request.here.association, now):%Y-%m-%d}"


def ids(found: QuerySet[Member]) -> list[int]:
    """Whoever was chosen at the press; somebody who fits the filters later is not among them."""
    return list(found.order_by().values_list("pk", flat=True))


def seen_by(request: Request, number: str = "seen") -> int:
    seen = sent.number(request.POST.get(number, ""))
    return -1 if seen is None else seen


def say_it_differs(request: Request) -> None:
    warn(request, _("Members changed in the meantime. Nothing was done: look at the numbers again."))


@require_GET
@screen(May.CHANGE_MEMBERS)
def changes(request: Request) -> HttpResponse:
    rows = BulkChange.objects.of(request.here.association).select_related("by", "status").order_by("-at", "-id")[:100]
    now, own = timezone.now(), custom.fields_of(request.here.association, archived=True)
    told = [{"it": each, "undoable": operations.undoable(each, now=now), "field": _field(each, own)} for each in rows]
    return page(request, "bulk_changes", rows=told, tasks=tasks.unfinished(request.here.association))


def _field(change: BulkChange, own: custom.Own) -> str:
    return chronicle.label(change.field, own) if change.field else ""


@require_GET
@screen(May.CHANGE_MEMBERS)
def change(request: Request, change: int) -> HttpResponse:
    it = _own(request, change)
    field = _field(it, custom.fields_of(request.here.association, archived=True))
    now = timezone.now()
    refused = spreadsheet.with_refused(request.here.association, now=now).filter(applied_at=it.at).first()
    return page(request, "bulk_change", it=it, field=field, refused=refused, undoable=operations.undoable(it, now=now))


@require_POST
@screen(May.CHANGE_MEMBERS)
def undo(request: Request, change: int) -> HttpResponse:
    it = _own(request, change)
    try:
        return many.done(request, tasks.TakeBack(change=it.pk), large=tasks.is_large(it.count))
    except Refused as refused:
        warn(request, of_record(refused.faults[0]))
        return go(request, "bulk_change", change=it.pk)


def _own(request: Request, change: int) -> BulkChange:
    return own(BulkChange.objects.select_related("by", "status"), request.here.association, pk=change)
