"""Notes about a member: who keeps the records adds one, its writer changes it, an administrator may remove it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.forms.note import NoteForm
from ledenbrug.manager.pages import go, page
from ledenbrug.manager.views.member_changes import asked
from ledenbrug.manager.views.members import find
from ledenbrug.members import operations
from ledenbrug.members.refusals import Refused


@screen(May.CHANGE_MEMBERS)
def add(request: Request, member: int) -> HttpResponse:
    it = find(request, member)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.add_note(it, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            return go(request, "member", said=_("The note is added."), member=it.pk)
    return page(request, "note", status=asked(request), it=it, form=form)


@screen(May.CHANGE_MEMBERS)
def edit(request: Request, member: int, note: int) -> HttpResponse:
    it = find(request, member)
    row = own(it.notes.all(), request.here.association, pk=note)
    mine = row.by_id == request.user.pk
    if not request.here.may_remove(row.by_id):
        raise PermissionDenied
    if "remove" in request.POST:
        operations.remove_note(row, by=request.user)
        return go(request, "member", said=_("The note is removed."), member=it.pk)
    if request.method == "POST" and not mine:
        raise PermissionDenied
    form = NoteForm(request.POST or None, initial={"text": row.text})
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_note(row, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            return go(request, "member", said=_("Saved."), member=it.pk)
    return page(request, "note", status=asked(request), it=it, form=form, note=row, mine=mine)
