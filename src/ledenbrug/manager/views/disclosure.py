"""One member's data as a file, for who asks what is held of them. That it was made is noted like any other list."""

from django.http import HttpResponse
from django.utils import timezone

from ledenbrug.manager import disclosure
from ledenbrug.manager.access import May, Request, screen
from ledenbrug.manager.pages import page
from ledenbrug.manager.views.bulk import WORKBOOK
from ledenbrug.manager.views.members import find
from ledenbrug.members import calendar
from ledenbrug.members.sources import spreadsheet


@screen(May.CHANGE_MEMBERS)
def data(request: Request, member: int) -> HttpResponse:
    it, now = find(request, member), timezone.now()
    if request.method != "POST":
        return page(request, "member_data", it=it)
    content = spreadsheet.as_xlsx(disclosure.of_member(it))
    spreadsheet.log(
        it.association, members=[it.pk], fields=["everything"], chosen={}, by=request.user, now=now
    )  # fmt: skip
    answer = HttpResponse(content, content_type=WORKBOOK)
    day = calendar.today(it.association, now)
    answer["Content-Disposition"] = f'attachment; filename="{request.here.slug}-{it.pk}-{day:%Y-%m-%d}.xlsx"'
    return answer
