"""Settings of the association: itself, its member statuses, its financial administrations."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.forms.settings import AdministrationForm, AssociationForm, StatusForm
from ledenbrug.manager.pages import go, page, warn
from ledenbrug.manager.sentences import of_record
from ledenbrug.manager.views.member_changes import asked
from ledenbrug.members import custom, operations, overview
from ledenbrug.members.models import FinancialAdministration, MemberStatus
from ledenbrug.members.refusals import Refused


@screen(May.ADMINISTER)
def association(request: Request) -> HttpResponse:
    it = request.here.association
    form = AssociationForm(
        request.POST or None, initial={name: getattr(it, name) for name in AssociationForm.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_association(it, by=request.user, now=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            return go(request, "settings", said=_("Saved."))
    return page(request, "settings", status=asked(request), form=form)


@screen(May.ADMINISTER)
def statuses(request: Request) -> HttpResponse:
    return page(request, "statuses", rows=list(overview.statuses(request.here.association)))


@screen(May.ADMINISTER)
def status_add(request: Request) -> HttpResponse:
    form = StatusForm(request.POST or None, own=custom.fields_of(request.here.association))
    form.fields.pop("order")
    if request.method == "POST" and form.is_valid():
        try:
            operations.add_status(
                association=request.here.association,
                **form.given(),
                by=request.user,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            said = _("Added. It is selected in no connection yet; a treasurer can tick it there.")
            return go(request, "statuses", said=said)
    return page(request, "status_edit", status=asked(request), form=form, it=None)


@screen(May.ADMINISTER)
def status_edit(request: Request, status: int) -> HttpResponse:
    it = own(MemberStatus.objects.all(), request.here.association, pk=status)
    if "remove" in request.POST:
        return _removed(request, lambda: operations.remove_status(it, by=request.user), "statuses")
    now = {name: getattr(it, name) for name in StatusForm.base_fields}
    own_fields = custom.fields_of(request.here.association)
    form = StatusForm(request.POST or None, own=own_fields, rules=it.fields, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_status(it, **form.given(), by=request.user)
        except Refused as refused:
            form.refuse(refused)
        else:
            return go(request, "statuses", said=_("Saved."))
    return page(request, "status_edit", status=asked(request), form=form, it=it)


@screen(May.ADMINISTER)
def administrations(request: Request) -> HttpResponse:
    rows = FinancialAdministration.objects.of(request.here.association).order_by("name")
    return page(request, "administrations", rows=list(rows))


@screen(May.ADMINISTER)
def administration_add(request: Request) -> HttpResponse:
    form = AdministrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.add_financial_administration(
                association=request.here.association, by=request.user, **form.cleaned_data
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            return go(request, "administrations", said=_("Added."))
    return page(request, "administration_edit", status=asked(request), form=form, it=None)


@screen(May.ADMINISTER)
def administration_edit(request: Request, administration: int) -> HttpResponse:
    it = own(FinancialAdministration.objects.all(), request.here.association, pk=administration)
    if "remove" in request.POST:
        return _removed(
            request, lambda: operations.remove_financial_administration(it, by=request.user), "administrations"
        )
    now = {name: getattr(it, name) for name in AdministrationForm.base_fields}
    form = AdministrationForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_financial_administration(it, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            return go(request, "administrations", said=_("Saved."))
    return page(request, "administration_edit", status=asked(request), form=form, it=it)


def _removed(request: Request, remove: Any, back: str) -> HttpResponse:
    try:
        remove()
    except Refused as refused:
        warn(request, of_record(refused.faults[0]))
        return go(request, back)
    return go(request, back, said=_("Removed."))
