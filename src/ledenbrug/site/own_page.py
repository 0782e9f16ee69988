"""A member's own page: reached by the link in a mail, without an account, with the fields that the association opened.

It must not tell a stranger whether a link was ever right. The address with the secret only leads on to one without: it
shows nothing, and opening it changes nothing, for programs that check mail open every link.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from ledenbrug.manager import chronicle, sent
from ledenbrug.manager.forms.custom import OwnPageForm, initial, taken_over
from ledenbrug.members import filling, operations, rules
from ledenbrug.members.models import FillRequest
from ledenbrug.members.refusals import ChangedMeanwhile, FieldChange, Refused

COOKIE, SALT = "fill-in", "fill-in"
LASTS = timedelta(hours=4)
"""From opening the link until it must be opened again."""
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    @login_not_required
    @never_cache
    @sensitive_post_parameters()
    @wraps(view)
    def answer(request: HttpRequest, **parts: Any) -> HttpResponse:
        response = view(request, **parts)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


@public
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    response = _let_in(token)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _let_in(token: str) -> HttpResponse:
    asked = filling.opened(filling.digest_of(token), now=timezone.now())
    if asked is None:
        return redirect("own_page_closed")
    answer = redirect("own_page", member=asked.pk)
    answer.set_cookie(
        COOKIE,
        signing.dumps(asked.digest, salt=SALT),
        max_age=LASTS,
        path=reverse("own_page", args=[asked.pk]),  # two members at one screen do not get in each other's way
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


@public
@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    return _closed(request)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def own_page(request: HttpRequest, member: int) -> HttpResponse:
    asked = _opened(request, member)
    if asked is None:
        return _closed(request)
    return _saved(request, asked) if request.method == "POST" else _filling(request, asked, _form(asked))


@public
@require_safe
def thanks(request: HttpRequest, member: int) -> HttpResponse:
    asked = _opened(request, member)
    return _closed(request) if asked is None else _page(request, "own_page_thanks", asked)


def _closed(request: HttpRequest) -> HttpResponse:
    """The same for a wrong link, one that ended, and one that was withdrawn."""
    return render(request, "site/own_page_closed.html", status=404)


def _saved(request: HttpRequest, asked: FillRequest) -> HttpResponse:
    form, seen = _form(asked, request.POST), _seen(request)
    meanwhile: tuple[FieldChange, ...] = ()
    if form.is_valid():
        try:
            operations.fill_in(asked, seen_version=seen, values=form.cleaned_data, now=timezone.now())
        except operations.Ended:
            return _closed(request)
        except Refused as refused:
            form.refuse(refused)
        except ChangedMeanwhile as changed:
            asked.member.refresh_from_db(fields=["version", "custom"])
            meanwhile, seen = changed.changes, asked.member.version
            form = _form(asked, taken_over(request.POST, meanwhile, filling.fields_of(asked.member)))
        else:
            return redirect("own_page_thanks", member=asked.pk)
    return _filling(request, asked, form, seen=seen, meanwhile=meanwhile, status=422)


def _form(asked: FillRequest, given: QueryDict | None = None) -> OwnPageForm:
    it = asked.member
    fields = filling.fields_of(it)
    said = rules.of_status(it.status.fields if it.status else {}, fields)
    return OwnPageForm(given, own=fields, rules=said, initial=initial(fields, it.custom))


def _filling(
    request: HttpRequest,
    asked: FillRequest,
    form: OwnPageForm,
    *,
    seen: int | None = None,
    meanwhile: tuple[FieldChange, ...] = (),
    status: int = 200,
) -> HttpResponse:
    seen = asked.member.version if seen is None else seen
    told = chronicle.lines(asked.association, meanwhile)
    return _page(request, "own_page", asked, status=status, form=form, seen=seen, meanwhile=told)


def _page(request: HttpRequest, template: str, asked: FillRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, f"site/{template}.html", {"asked": asked, "it": asked.member, **more}, status=status)


def _opened(request: HttpRequest, member: int) -> FillRequest | None:
    try:
        digest = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    asked = filling.opened(digest, now=timezone.now())
    return asked if asked is not None and asked.pk == member else None


def _seen(request: HttpRequest) -> int:
    """The version that was shown; none that ever was, for whoever made something up."""
    return sent.number(request.POST.get("seen", "")) or 0
