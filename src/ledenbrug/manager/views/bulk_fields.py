"""One field of many members: shown first with its count and before → after, done on a press."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from ledenbrug.manager import chronicle, many
from ledenbrug.manager.access import May, Request, screen
from ledenbrug.manager.forms.bulk import BulkFieldForm
from ledenbrug.manager.pages import page
from ledenbrug.manager.selection import Selection
from ledenbrug.manager.sentences import of_record
from ledenbrug.manager.views.bulk import ids, of_selection, say_it_differs, seen_by
from ledenbrug.members import custom, operations, tasks
from ledenbrug.members.models import Member
from ledenbrug.members.refusals import Fault, Reason, Refused


@screen(May.CHANGE_MEMBERS)
@of_selection
def field(request: Request, selected: Selection) -> HttpResponse:
    association, now = request.here.association, timezone.now()
    own = selected.own
    form = BulkFieldForm(request.GET, own=own, private=request.here.may(May.SEE_PRIVATE))
    foreseen = None
    if form.asked and form.is_valid():
        name, value = form.chosen, form.cleaned_data["value"]
        found = selected.chosen(request)
        try:
            if request.method == "POST":
                return _done(request, found, name, value)
            foreseen = operations.foresee_field(association, found, field=name, value=value, now=now)
        except operations.Differs:
            say_it_differs(request)
            foreseen = operations.foresee_field(association, found, field=name, value=value, now=now)
        except Refused as refused:
            form.add_error("value", of_record(refused.faults[0]))
    told = _told(foreseen, form.chosen, own) if foreseen else {}
    label = chronicle.label(form.chosen, own) if form.chosen else ""
    return page(request, "bulk_field", selected=selected, form=form, foreseen=foreseen, chosen_label=label, **told)


def _done(request: Request, found: QuerySet[Member], name: str, value: Any) -> HttpResponse:
    seen, kept = seen_by(request), value.isoformat() if isinstance(value, date) else value
    what = tasks.WriteField(members=ids(found), seen=seen, field=name, value=kept)
    return many.done(request, what, large=tasks.is_large(seen))


def _told(foreseen: operations.FieldForeseen, name: str, own: custom.Own) -> dict[str, Any]:
    return {
        "after": chronicle.plain(name, foreseen.value, own),
        "lines": [(each, chronicle.plain(name, before, own)) for each, before in foreseen.first],
        "why": of_record(Fault(Reason(foreseen.reason))) if foreseen.reason else "",
    }
