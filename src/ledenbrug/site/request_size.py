"""Refuses what is larger than any file we take, before a byte of it is read.

Django keeps what is sent in a file on disk before it looks who sends it.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ledenbrug.members.sources.spreadsheet.reading import LARGEST

MOST_BYTES = LARGEST + 10_000_000
"""A file that is only a little too large gets an answer on its own page."""


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and int(announced) > MOST_BYTES:
            told = _("This is too large: at most %(megabytes)d MB at once.") % {"megabytes": LARGEST // 1_000_000}
            return render(request, "413.html", {"told": told}, status=413)
        return get_response(request)

    return answer
