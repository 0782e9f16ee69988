"""The last step of privacy: a deleted member is erased for good, after saying what goes and what stays."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from ledenbrug.manager.access import May, Request, screen
from ledenbrug.manager.forms.erasing import EraseForm
from ledenbrug.manager.pages import go, page
from ledenbrug.manager.views.member_changes import asked
from ledenbrug.manager.views.members import find
from ledenbrug.members import operations
from ledenbrug.members.operations.erasing import payers_of, selections_named_after
from ledenbrug.members.refusals import Refused
from ledenbrug.sync import erasing


@screen(May.CHANGE_MEMBERS)
def erase(request: Request, member: int) -> HttpResponse:
    it = find(request, member, deleted=True)
    form = EraseForm(request.POST or None, number=it.number)
    if request.method == "POST" and form.is_valid():
        try:
            operations.erase_member(it, by=request.user, now=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            return go(request, "deleted", said=_("Erased. Nothing of this person is left here but the number."))
    every = list(selections_named_after(it))
    named = [each for each in every if each.shared or each.by_id == request.user.pk]
    return page(
        request,
        "member_erase",
        status=asked(request),
        it=it,
        form=form,
        stays=erasing.stays(request.here.association, payers_of(it)),
        named=named,
        named_elsewhere=len(every) - len(named),
    )
