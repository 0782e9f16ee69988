"""How a view answers: a page, a fragment of it, or on to the next page. No view renders in another way."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ledenbrug.manager.access import Request
from ledenbrug.members.sources import spreadsheet


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"manager/{template}.html", {"here": request.here, **context}, status=status)


WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(rows: Iterable[Sequence[str]], *, kind: str, name: str, sheet: str) -> HttpResponse:
    """A table to take along, as CSV or else as a workbook."""
    if kind == "csv":
        answer = HttpResponse(b"".join(spreadsheet.as_csv(rows)), content_type="text/csv; charset=utf-8")
    else:
        kind, answer = "xlsx", HttpResponse(spreadsheet.as_xlsx(rows, sheet=sheet), content_type=WORKBOOK)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def address(request: Request, name: str, **parts: Any) -> str:
    return reverse(f"manager:{name}", kwargs={"slug": request.here.slug, **parts})


def go(request: Request, name: str, *, said: str = "", **parts: Any) -> HttpResponse:
    """On to another page of the association, with a sentence about what was done."""
    if said:
        messages.success(request, said)
    return redirect(address(request, name, **parts))


def warn(request: Request, sentence: str) -> None:
    messages.error(request, sentence)
