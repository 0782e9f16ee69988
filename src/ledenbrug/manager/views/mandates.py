"""Mandates of a member, and the account number that hangs on them. The rules stand in `members.operations`."""

from collections.abc import Sequence

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
from ledenbrug.members.models import Mandate, Member
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
    live, seen = live_mandates(it, today), sent.number(request.POST.get("seen", ""))
    form = IbanForm(
        request.POST or None,
        needs_how=bool(live) or "how" in request.POST,
        initial={"account_holder": it.account_holder, "signed": today},
    )
    version = it.version if seen is None else seen
    if request.method == "POST" and form.is_valid():
        try:
            _change_account(request, it, form, live, seen_version=version)
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
    return page(request, "iban", status=asked(request), it=it, form=form, seen=version)


def _change_account(
    request: Request, it: Member, form: IbanForm, live: Sequence[Mandate], *, seen_version: int
) -> None:
    given, by, now = form.cleaned_data, request.user, timezone.now()
    values = {"iban": given["iban"], "account_holder": given["account_holder"]}
    if "how" not in given:
        operations.change_member(it, seen_version=seen_version, values=values, by=by, now=now)
        return
    mandates = form.mandates(each.financial_administration for each in live)
    how = operations.IbanChange(given["how"])
    operations.change_iban(it, seen_version=seen_version, how=how, mandates=mandates, by=by, now=now, **values)
