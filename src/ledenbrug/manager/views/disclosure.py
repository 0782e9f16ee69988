"""One member's data as a file, for who asks what is held of them. That it was made is noted like any other list."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ledenbrug.manager import disclosure
from ledenbrug.manager.access import May, Request, screen
from ledenbrug.manager.pages import as_file, page
from ledenbrug.manager.views.members import find
from ledenbrug.members import calendar
from ledenbrug.members.sources import spreadsheet


@screen(May.CHANGE_MEMBERS)
def data(request: Request, member: int) -> HttpResponse:
    it, now = find(request, member), timezone.now()
    if request.method != "POST":
        return page(request, "member_data", it=it)
    day = calendar.today(it.association, now)
    name = slugify(f"{request.here.slug} {_('member')} {it.number} {day:%Y-%m-%d}")
    answer = as_file(disclosure.of_member(it), kind="xlsx", name=name, sheet=_("All data of this member"))
    spreadsheet.log(it.association, members=[it.pk], fields=["everything"], chosen={}, by=request.user, now=now)
    return answer
