"""How a view answers: a page, a fragment of it, or on to the next page. No view renders in another way."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ledenbrug.manager.access import Request


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"manager/{template}.html", {"here": request.here, **context}, status=status)


def address(request: Request, name: str, **parts: Any) -> str:
    return reverse(f"manager:{name}", kwargs={"slug": request.here.slug, **parts})


def go(request: Request, name: str, *, said: str = "", **parts: Any) -> HttpResponse:
    """On to another page of the association, with a sentence about what was done."""
    if said:
        messages.success(request, said)
    return redirect(address(request, name, **parts))


def warn(request: Request, sentence: str) -> None:
    messages.error(request, sentence)
