"""Every button that changes a member. What it does and what it refuses stands in `members.operations`."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ledenbrug.manager import chronicle, sent
from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.forms.custom import form_fields, taken_over
from ledenbrug.manager.forms.custom import initial as own_initial
from ledenbrug.manager.forms.member import AddForm, MemberForm, PayerForm, StatusForm, initial
from ledenbrug.manager.pages import go, page, warn
from ledenbrug.manager.sentences import of_record
from ledenbrug.manager.views.members import find
from ledenbrug.members import calendar, custom, operations, rules, search
from ledenbrug.members.models import Member, MemberStatus
from ledenbrug.members.operations.members import live_mandates
from ledenbrug.members.operations.payers import DETAILS
from ledenbrug.members.refusals import ChangedMeanwhile, FieldChange, Refused

MOST_NAMED = 5


def asked(request: Request) -> int:
    """Status of a page with a form: shown, or shown again because something is wrong with it."""
    return 422 if request.method == "POST" else 200


@screen(May.CHANGE_MEMBERS)
def add(request: Request) -> HttpResponse:
    association, now = request.here.association, timezone.now()
    fields = custom.fields_of(association)
    form = AddForm(
        request.POST or None,
        association=association,
        fields=fields,
        own=form_fields(fields),
        initial={"country": association.country, "start": calendar.today(association, now)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            it = operations.add_member(
                association=association,
                values=form.values(),
                status=form.cleaned_data["status"],
                start=form.cleaned_data["start"],
                by=request.user,
                now=now,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            return go(request, "member", said=_("%(name)s was added.") % {"name": it}, member=it.pk)
    return page(request, "member_add", status=asked(request), form=form)


@screen(May.CHANGE_MEMBERS)
def edit(request: Request, member: int) -> HttpResponse:
    it = find(request, member)
    fields = custom.fields_of(request.here.association)
    asked_of = rules.of_status(it.status.fields if it.status else {}, fields)
    now = initial(it) | own_initial(fields, it.custom)
    form = MemberForm(request.POST or None, own=form_fields(fields), rules=asked_of, initial=now)
    seen = sent.number(request.POST.get("seen", ""))
    version = it.version if seen is None else seen
    changes: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_member(
                it, seen_version=version, values=form.values(), by=request.user, now=timezone.now()
            )
        except Refused as refused:
            form.refuse(refused)
        except ChangedMeanwhile as meanwhile:
            it = find(request, member)
            form, version = _merged(request, form, meanwhile.changes, asked_of, fields), it.version
            changes = chronicle.lines(request.here.association, meanwhile.changes)
        else:
            return go(request, "member", said=_("Saved."), member=it.pk)
    return page(request, "member_edit", status=asked(request), it=it, form=form, seen=version, meanwhile=changes)


def _merged(
    request: Request, form: MemberForm, changes: tuple[FieldChange, ...], asked_of: dict[str, str], fields: custom.Own
) -> MemberForm:
    """What this person left alone becomes what the other made of it; what both changed stays as typed here."""
    shown = [each for each in changes if each.field in form.fields]
    given = taken_over(request.POST, shown, fields)
    for each in shown:
        alone = (form.cleaned_data.get(each.field) or None) == (each.before or None)
        if alone and each.field not in fields:
            given[each.field] = form[each.field].field.prepare_value(each.after) or ""
    return MemberForm(given, own=form_fields(fields), rules=asked_of)


@screen(May.CHANGE_MEMBERS)
def status(request: Request, member: int) -> HttpResponse:
    it, association, now = find(request, member), request.here.association, timezone.now()
    today = calendar.today(association, now)
    form = StatusForm(request.POST or None, association=association, initial={"status": it.status_id, "start": today})
    if request.method == "POST" and form.is_valid():
        to, start = form.cleaned_data["status"], form.cleaned_data["start"]
        try:
            operations.set_status(it, status=to, start=start, by=request.user, now=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            return go(request, "member", said=_status_said(to, start, today), member=it.pk)
    return page(request, "member_status", status=asked(request), it=it, form=form)


def _status_said(to: MemberStatus, start: date, today: date) -> str:
    if start <= today:
        return _("The status is changed.")
    day = date_format(start, "SHORT_DATE_FORMAT")
    return _("From %(day)s on: %(status)s. Until then nothing changes.") % {"day": day, "status": to.name}


@require_POST
@screen(May.CHANGE_MEMBERS)
def remove_period(request: Request, member: int, period: int) -> HttpResponse:
    it = find(request, member)
    row = own(it.periods.all(), request.here.association, pk=period)
    try:
        operations.remove_period(row, by=request.user, now=timezone.now())
    except Refused as refused:
        warn(request, of_record(refused.faults[0]))
        return go(request, "member", member=it.pk)
    return go(request, "member", said=_("The period is removed; the one before it lasts on."), member=it.pk)


@screen(May.CHANGE_MEMBERS)
def delete(request: Request, member: int) -> HttpResponse:
    it = find(request, member)
    if request.method != "POST":
        today = calendar.today(request.here.association, timezone.now())
        return page(request, "member_delete", it=it, mandates=len(live_mandates(it, today)))
    try:
        operations.delete_member(it, by=request.user, now=timezone.now())
    except Refused as refused:
        warn(request, of_record(refused.faults[0]))
        return go(request, "member", member=it.pk)
    return go(request, "members", said=_("%(name)s stands under Deleted members now.") % {"name": it})


@require_POST
@screen(May.CHANGE_MEMBERS)
def restore(request: Request, member: int) -> HttpResponse:
    it = find(request, member, deleted=True)
    try:
        operations.restore_member(it, by=request.user, now=timezone.now())
    except Refused as refused:
        warn(request, of_record(refused.faults[0]))
        return go(request, "deleted")
    return go(request, "member", said=_("%(name)s is back.") % {"name": it}, member=it.pk)


@screen(May.CHANGE_MEMBERS)
def payer(request: Request, member: int) -> HttpResponse:
    it = find(request, member)
    form = PayerForm(request.POST or None, initial=_payer_now(it))
    if request.method == "POST" and form.is_valid():
        try:
            _set_payer(request, it, form)
        except Refused as refused:
            form.refuse(refused)
        else:
            return go(request, "member", said=_("Saved."), member=it.pk)
    shared = it.payer_details.pays_for.exclude(pk=it.pk).count() if it.payer_details else 0
    return page(request, "member_payer", status=asked(request), it=it, form=form, shared=shared)


def _payer_now(it: Member) -> dict[str, Any]:
    if it.payer_member:
        return {"who": "member", "payer": it.payer_member.number}
    if it.payer_details:
        return {"who": "details", **{name: getattr(it.payer_details, name) for name in DETAILS}}
    return {"who": "self", "country": it.country}


def _set_payer(request: Request, it: Member, form: PayerForm) -> None:
    who, by, now = form.cleaned_data["who"], request.user, timezone.now()
    if who == "self":
        operations.set_payer_self(it, by=by)
    elif who == "member":
        operations.set_payer_member(it, payer=_meant(request, it, form), by=by)
    elif it.payer_details:
        operations.change_payer_details(it.payer_details, values=form.details(), by=by, now=now)
    else:
        operations.set_payer_details(it, details=form.details(), by=by, now=now)


def _meant(request: Request, it: Member, form: PayerForm) -> Member:
    """By number, or by as much of a name as fits one member; among several nobody is guessed."""
    association, typed = request.here.association, form.cleaned_data["payer"].strip()
    if by_number := Member.objects.of(association).filter(number=typed, merged_into=None).first():
        return by_number
    today = calendar.today(association, timezone.now())
    found = search.find(association, search.Wanted(text=typed), today=today).exclude(pk=it.pk)
    several = list(found.order_by("sort_key", "id")[: MOST_NAMED + 1]) if typed else []
    if len(several) == 1:
        return several[0]
    if several:
        names = ", ".join(f"{each.number} {each}" for each in several[:MOST_NAMED])
        names += ", …" if len(several) > MOST_NAMED else ""
        form.add_error("payer", _("Several members fit: %(names)s. Give the number of one.") % {"names": names})
    else:
        form.add_error("payer", _("There is no member with this number or name."))
    raise Refused
