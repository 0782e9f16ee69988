"""Members are asked to fill in fields: shown first who gets a mail, done on a press, withdrawn on another."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.forms.bulk import AskForm, language
from ledenbrug.manager.pages import go, page
from ledenbrug.manager.selection import Selection
from ledenbrug.manager.views.bulk import of_selection, say_it_differs, seen_by
from ledenbrug.manager.views.member_changes import asked
from ledenbrug.manager.views.members import find
from ledenbrug.members import operations
from ledenbrug.members.models import FillRequest
from ledenbrug.members.refusals import Refused
from ledenbrug.sync import wake


@screen(May.CHANGE_MEMBERS)
@of_selection
def ask(request: Request, selected: Selection) -> HttpResponse:
    association, now = request.here.association, timezone.now()
    form = AskForm(request.POST or None, initial={"language": language()})
    alone = selected.ticked[0] if len(selected.ticked) == 1 and not selected.everyone else None
    if request.method == "POST" and form.is_valid():
        try:
            count = operations.ask_to_fill_in(
                association,
                selected.chosen(request),
                **form.cleaned_data,
                seen=seen_by(request),
                by=request.user,
                now=now,
            )
        except operations.Differs:
            say_it_differs(request)
        except Refused as refused:
            form.refuse(refused)
        else:
            wake.for_letters()
            said = ngettext("The mail is on its way.", "%(number)s mails are on their way.", count) % {"number": count}
            return go(request, "member", said=said, member=alone) if alone else go(request, "members", said=said)
    foreseen = operations.foresee_asking(association, selected.chosen(request), now=now)
    return page(
        request, "bulk_ask", status=asked(request), selected=selected, form=form, foreseen=foreseen, alone=alone
    )


@require_POST
@screen(May.CHANGE_MEMBERS)
def withdraw(request: Request, member: int) -> HttpResponse:
    it = find(request, member)
    row = own(FillRequest.objects.all(), request.here.association, pk=it.pk)
    operations.withdraw_request(row, by=request.user, now=timezone.now())
    return go(request, "member", said=_("Withdrawn. The link opens no more."), member=it.pk)
