"""Members from a file: choose it, see row by row what it would do, say yes. Nothing is written before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ledenbrug.manager import chronicle, many, sent
from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.forms.imports import UploadForm
from ledenbrug.manager.pages import go, page, warn
from ledenbrug.manager.sentences import of_file, of_record, of_task
from ledenbrug.manager.views.member_changes import asked
from ledenbrug.members import custom, tasks
from ledenbrug.members.models import (
    Association,
    FinancialAdministration,
    ImportProposal,
    Mandate,
    Member,
    MemberStatus,
    TaskKind,
    Verdict,
)
from ledenbrug.members.refusals import Fault, Reason, Refused
from ledenbrug.members.sources import spreadsheet
from ledenbrug.members.sources.spreadsheet.applying import Applied
from ledenbrug.wire.sealing import KeyLost

ROWS = 50
MOST_LYING = 20


@screen(May.CHANGE_MEMBERS)
def upload(request: Request) -> HttpResponse:
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        association=request.here.association,
        initial={"match_by": "number"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _read(request, form)
        except spreadsheet.FileRefused as refused:
            form.add_error("file", of_file(refused.reason, refused.params))
    return page(request, "import", status=asked(request), form=form, **_left_lying(request))


def _read(request: Request, form: UploadForm) -> HttpResponse:
    given = form.cleaned_data
    file, content = given["file"], given["file"].read()
    spreadsheet.fits(content)
    spreadsheet.room_for_another(request.here.association, now=timezone.now())
    what = tasks.ReadFile(
        file_name=file.name, match_by=given["match_by"], status=given["status"].pk, clear_empty=given["clear_empty"]
    )
    return many.done(request, what, large=tasks.is_large(len(content), of_file=True), name=file.name, content=content)


def _left_lying(request: Request) -> dict[str, Any]:
    """What somebody began and did not finish."""
    lying = _lying(request).select_related("by").order_by("-id")
    return {
        "tasks": tasks.unfinished(request.here.association, TaskKind.READ, TaskKind.WRITE),
        "previews": lying.filter(applied_at=None)[:MOST_LYING],
        "refused": _refused(request).select_related("by").order_by("-id")[:MOST_LYING],
    }


def _lying(request: Request) -> QuerySet[ImportProposal]:
    rows = ImportProposal.objects.of(request.here.association)
    return rows.filter(ready_at__isnull=False, expires_at__gt=timezone.now())


def _refused(request: Request) -> QuerySet[ImportProposal]:
    return spreadsheet.with_refused(request.here.association, now=timezone.now())


@screen(May.CHANGE_MEMBERS)
def preview(request: Request, proposal: Any) -> HttpResponse:
    it = own(_lying(request), request.here.association, pk=proposal)
    if it.applied_at is not None:
        return _after(request, it)
    what = tasks.WriteImport(proposal=it.pk)
    if under_way := tasks.under_way(request.here.association, what):
        return go(request, "task", task=under_way.pk)
    if "forget" in request.POST:
        it.delete()
        return go(request, "import", said=_("Nothing was written. The file is thrown away."))
    try:
        return _write(request, it, what) if request.method == "POST" else _look(request, it)
    except KeyLost:
        it.delete()
        warn(request, of_task(tasks.Trouble.UNREADABLE, {}))
        return go(request, "import")


def _after(request: Request, it: ImportProposal) -> HttpResponse:
    """What was refused is there to be mended; nothing is written twice."""
    if request.method == "POST" or not _refused(request).filter(pk=it.pk).exists():
        return _written_already(request)
    at = _page(request)
    try:
        entries = spreadsheet.entries(it, Verdict.REFUSED, start=(at - 1) * ROWS, count=ROWS)
    except KeyLost:
        return _written_already(request)
    rows, more = _rows(request, it, entries), at * ROWS < it.counts.get(Verdict.REFUSED, 0)
    return page(request, "import_refused", it=it, verdict=Verdict.REFUSED, rows=rows, at=at, more=more)


def _written_already(request: Request) -> HttpResponse:
    many.say_it_was_written(request)
    return go(request, "members")


def _page(request: Request) -> int:
    return sent.number(request.GET.get("page", "")) or 1


def _write(request: Request, it: ImportProposal, what: tasks.WriteImport) -> HttpResponse:
    try:
        return many.done(request, what, large=tasks.is_large(_writes(it)), name=it.file_name)
    except Applied:
        return _written_already(request)
    except Refused as refused:
        warn(request, of_record(refused.faults[0]))
        return go(request, "import_preview", proposal=it.pk)


def _look(request: Request, it: ImportProposal) -> HttpResponse:
    verdict, at = _verdict(request, it), _page(request)
    entries = spreadsheet.entries(it, verdict, start=(at - 1) * ROWS, count=ROWS)
    return page(
        request,
        "import_preview",
        it=it,
        verdict=verdict,
        tabs=[(each, it.counts.get(each.value, 0)) for each in (Verdict.NEW, Verdict.CHANGED, Verdict.REFUSED)],
        unchanged=it.counts.get(Verdict.UNCHANGED, 0),
        writes=_writes(it),
        rows=_rows(request, it, entries),
        at=at,
        more=at * ROWS < it.counts.get(verdict.value, 0),
        left_out=[each["name"] for each in it.columns if each["use"] != "taken" and each["name"]],
    )


def _writes(it: ImportProposal) -> int:
    return int(it.counts.get(Verdict.NEW, 0) + it.counts.get(Verdict.CHANGED, 0))


def _verdict(request: Request, it: ImportProposal) -> Verdict:
    """What was asked for, else what a person should look at first."""
    given = request.GET.get("show", "")
    if given in (Verdict.NEW, Verdict.CHANGED, Verdict.REFUSED):
        return Verdict(given)
    if given:
        raise Http404
    return next(
        (each for each in (Verdict.REFUSED, Verdict.NEW, Verdict.CHANGED) if it.counts.get(each.value)), Verdict.NEW
    )


def _rows(request: Request, it: ImportProposal, entries: list[spreadsheet.Entry]) -> list[dict[str, Any]]:
    names = dict(MemberStatus.objects.of(request.here.association).values_list("id", "name"))
    fields = custom.fields_of(request.here.association, archived=True)
    signed = _Signed.of(request.here.association, entries)
    return [
        {
            "row": each.row,
            "name": _name(each.values),
            "number": each.values.get("number", ""),
            "member": each.member,
            "lines": _lines(each, fields) + _mandates(each, signed),
            "status": names.get(each.status or 0, ""),
            "since": each.since,
            "periods": [(start, names.get(status, "")) for start, status in each.periods],
            "faults": [
                (_column(fault.column, it, fields), of_record(Fault(Reason(fault.reason), "", fault.params)))
                for fault in each.faults
            ],
        }
        for each in entries
    ]


def _column(named: str, it: ImportProposal, fields: custom.Own) -> str:
    """As the file names it, or as we name what the file has no column for."""
    in_file = {each["name"] for each in it.columns}
    return named if named in in_file or not named else chronicle.label(named.removeprefix("mandate_"), fields)


def _name(values: dict[str, Any]) -> str:
    return str(Member(**{each: str(values.get(each) or "") for each in Member.NAMED_BY}))


def _lines(entry: spreadsheet.Entry, fields: custom.Own) -> list[dict[str, Any]]:
    """Of a new member what would stand there, of another what would change."""
    shown = [name for name, value in entry.values.items() if value not in ("", None) or name in entry.before]
    return [
        {
            "field": chronicle.label(name, fields),
            "before": chronicle.plain(name, entry.before.get(name), fields),
            "after": chronicle.plain(name, entry.values[name], fields),
        }
        for name in shown
    ]


@dataclass(frozen=True)
class _Signed:
    administrations: Mapping[int, str]
    references: Mapping[int, str]
    """Of mandates that a row ends."""

    @classmethod
    def of(cls, association: Association, entries: list[spreadsheet.Entry]) -> "_Signed":
        ending = [mandate for entry in entries for mandate, _ended in entry.ends]
        return cls(
            dict(FinancialAdministration.objects.of(association).values_list("id", "name")),
            dict(Mandate.objects.of(association).filter(pk__in=ending).values_list("id", "reference")),
        )


def _mandates(entry: spreadsheet.Entry, signed: _Signed) -> list[dict[str, Any]]:
    said = [
        _("%(reference)s ends on %(ended)s")
        % {"reference": signed.references.get(mandate, ""), "ended": date_format(ended, "SHORT_DATE_FORMAT")}
        for mandate, ended in entry.ends
    ]
    for administration, reference, day, ended in entry.mandates:
        told = {
            "reference": reference,
            "administration": signed.administrations.get(administration, ""),
            "day": date_format(day, "SHORT_DATE_FORMAT"),
        }
        if ended is None:
            said.append(_("%(reference)s (%(administration)s), signed on %(day)s") % told)
        else:
            told["ended"] = date_format(ended, "SHORT_DATE_FORMAT")
            said.append(_("%(reference)s (%(administration)s), signed on %(day)s, ended on %(ended)s") % told)
    return [{"field": _("Mandate"), "said": each} for each in said]
