"""The fields an association adds to its members: made, changed, archived, and removed for good with all they hold."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.forms.custom import CustomFieldForm, RemoveForm, shown
from ledenbrug.manager.pages import go, page, warn
from ledenbrug.manager.sentences import of_record
from ledenbrug.manager.views.member_changes import asked
from ledenbrug.members import operations
from ledenbrug.members.models import CustomField
from ledenbrug.members.operations.custom_fields import holders
from ledenbrug.members.refusals import Refused


@screen(May.ADMINISTER)
def listed(request: Request) -> HttpResponse:
    rows = CustomField.objects.of(request.here.association)
    return page(request, "custom_fields", rows=list(rows))


@screen(May.ADMINISTER)
def add(request: Request) -> HttpResponse:
    form = CustomFieldForm(request.POST or None, initial={"kind": "text"})
    if request.method == "POST" and form.is_valid():
        try:
            operations.add_custom_field(association=request.here.association, **form.given(), by=request.user)
        except Refused as refused:
            form.refuse(refused)
        else:
            return go(request, "custom_fields", said=_("Added. It stands on the screens of every member now."))
    return page(request, "custom_field_edit", status=asked(request), form=form, it=None)


@screen(May.ADMINISTER)
def edit(request: Request, field: int) -> HttpResponse:
    it = own(CustomField.objects.all(), request.here.association, pk=field)
    form = CustomFieldForm(request.POST or None, it=it, initial=shown(it))
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_custom_field(it, **form.given(), by=request.user)
        except Refused as refused:
            form.refuse(refused)
        else:
            return go(request, "custom_fields", said=_("Saved."))
    return page(request, "custom_field_edit", status=asked(request), form=form, it=it, holders=holders(it))


@require_POST
@screen(May.ADMINISTER)
def archive(request: Request, field: int) -> HttpResponse:
    """Or back from there."""
    it = own(CustomField.objects.all(), request.here.association, pk=field)
    archived = "back" not in request.POST
    try:
        operations.change_custom_field(it, archived=archived, by=request.user)
    except Refused as refused:
        warn(request, of_record(refused.faults[0]))
        return go(request, "custom_fields")
    said = (
        _("Archived. What members have in it is kept.") if archived else _("It is back, with what members had in it.")
    )
    return go(request, "custom_fields", said=said)


@screen(May.ADMINISTER)
def remove(request: Request, field: int) -> HttpResponse:
    it = own(CustomField.objects.filter(archived=True), request.here.association, pk=field)
    form = RemoveForm(request.POST or None, it=it)
    if request.method == "POST" and form.is_valid():
        try:
            count = operations.remove_custom_field(it, by=request.user)
        except Refused as refused:
            form.refuse(refused)
        else:
            emptied = ngettext("Removed; %(number)s member had something in it.",
                               "Removed; %(number)s members had something in it.", count)  # fmt: skip
            return go(request, "custom_fields", said=emptied % {"number": count})
    return page(request, "custom_field_remove", status=asked(request), form=form, it=it, holders=holders(it))
