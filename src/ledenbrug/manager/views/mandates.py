"""Mandates of a member, and the account number that hangs on them. The rules stand in `members.operations`."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from ledenbrug.manager import chronicle, sent
from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.forms.member import EndMandateForm, IbanForm, MandateForm
from ledenbrug.manager.pages import go, page, warn
from ledenbrug.manager.views.member_changes import asked
from ledenbrug.manager.views.members import find
from ledenbrug.members import calendar, operations
from ledenbrug.members.models import Mandate
from ledenbrug.members.operations.members import live_mandates
from ledenbrug.members.refusals import ChangedMeanwhile, Refused


@screen(May.CHANGE_MANDATES)
def add(request: Request, member: int) -> HttpResponse:
    it, association, now = find(request, member), request.here.association, timezone.now()
    today = calendar.today(association, now)
    form = MandateForm(request.POST or None, association=association, initial={"signed": today})
    if request.method == "POST" and form.is_valid():
        try:
            operations.add_mandate(it, mandate=form.mandate(), by=request.user, now=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            return go(request, "member", said=_("The mandate is added."), member=it.pk)
    return page(request, "mandate_add", status=asked(request), it=it, form=form)


@screen(May.CHANGE_MANDATES)
def end(request: Request, member: int, mandate: int) -> HttpResponse:
    it, association = find(request, member), request.here.association
    row = own(Mandate.objects.filter(member=it), association, pk=mandate)
    form = EndMandateForm(request.POST or None, initial={"ended": calendar.today(association, timezone.now())})
    if request.method == "POST" and form.is_valid():
        try:
            operations.end_mandate(row, ended=form.cleaned_data["ended"], by=request.user)
        except Refused as refused:
            form.refuse(refused)
        else:
            return go(request, "member", said=_("The mandate ends."), member=it.pk)
    return page(request, "mandate_end", status=asked(request), it=it, mandate=row, form=form)


@screen(May.CHANGE_MANDATES)
def iban(request: Request, member: int) -> HttpResponse:
    it, now = find(request, member), timezone.now()
    today = calendar.today(request.here.association, now)
    live = live_mandates(it, today)
    form = IbanForm(request.POST or None, initial={"account_holder": it.account_holder, "signed": today})
    seen = sent.number(request.POST.get("seen", ""))
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_iban(
                it,
                seen_version=it.version if seen is None else seen,
                iban=form.cleaned_data["iban"],
                account_holder=form.cleaned_data["account_holder"],
                how=operations.IbanChange(form.cleaned_data["how"]),
                mandates=form.mandates(each.financial_administration for each in live),
                by=request.user,
                now=now,
            )
        except Refused as refused:
            form.refuse(refused)
        except ChangedMeanwhile as meanwhile:
            fields = ", ".join(chronicle.labels(request.here.association, meanwhile.fields))
            warn(
                request, _("Somebody else changed this member just now (%(fields)s). Look again.") % {"fields": fields}
            )
            return go(request, "member", member=it.pk)
        else:
            return go(request, "member", said=_("The account is changed."), member=it.pk)
    return page(request, "iban", status=asked(request), it=it, live=live, form=form)
