"""From *Add connection* to *Save*: away to the package for permission, back, and the choices.

Nothing is half saved: until *Save* there is only a permission, which lapses by itself.
"""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from ledenbrug.core.port import Package
from ledenbrug.manager.access import May, Request, here, own, screen
from ledenbrug.manager.forms.connection import ConnectForm, ConnectionForm, Fetched, TokenForm, initial
from ledenbrug.manager.pages import address, go, page
from ledenbrug.manager.sentences import sentence
from ledenbrug.manager.views.integrations import package_or_404
from ledenbrug.members.models import Assignment, FinancialAdministration, User
from ledenbrug.sync import connecting, operations, packages
from ledenbrug.sync.models import Connection, Grant
from ledenbrug.sync.refusals import Refused


def said(refusal: Refused, package: Package) -> str:
    return sentence(refusal.reason, **{"package": package.label, "package_name": package.name, **refusal.params})


def way_back(package: Package) -> str:
    """The address a package sends people back to; it is registered there, so it is the same for everyone."""
    return settings.LEDENBRUG_URL + reverse("manager:authorize", kwargs={"package": package.name})


@screen(May.CONNECT)
def connect(request: Request, package: str, connection: int | None = None) -> HttpResponse:
    """Explains what comes, then goes for permission; with `connection`, for one that is there already."""
    found = package_or_404(package)
    again = _reconnected(request, found, connection)
    if not packages.module_on(request.here.association, package):
        return go(request, "package", package=package)
    sent = request.POST.get("way", "") if request.method == "POST" else ""
    key = ConnectForm(request.POST if sent == "connect" else None, package=found)
    token = TokenForm(request.POST if sent == "paste" else None)
    refusal = ""
    try:
        if sent == "paste" and found.personal_token and token.is_valid():
            return _after(request, _paste(request, found, token, again))
        if sent == "connect" and found.oauth and key.is_valid():
            return _leave(request, found, key, again)
    except Refused as refused:
        refusal = said(refused, found)
    return page(
        request,
        "connect",
        status=422 if sent else 200,
        package=found,
        again=again,
        key=key,
        token=token,
        refusal=refusal,
        way_back=way_back(found),
        has_client=bool(found.oauth and (found.oauth.own_key or packages.setting(found.name, "CLIENT_ID"))),
        **({} if again else _earlier(request, found)),
    )


def _earlier(request: Request, package: Package) -> dict[str, Any]:
    """A permission that is there and may reach further: where it is a user's, saying yes again adds nothing to it."""
    mine = Connection.objects.filter(association=request.here.association, package=package.name, removed_at=None)
    served = list(mine.filter(grant__state="given").select_related("grant").order_by("-grant_id", "id"))
    if not package.who or not served:
        return {}
    grant = served[0].grant
    names = ", ".join(each.administration_name for each in served if each.grant == grant)
    return {"earlier": grant, "earlier_for": names}


def _reconnected(request: Request, package: Package, connection: int | None) -> Connection | None:
    if connection is None:
        return None
    mine = Connection.objects.filter(package=package.name, removed_at=None)
    return own(mine, request.here.association, pk=connection)


def _paste(request: Request, package: Package, form: TokenForm, again: Connection | None) -> Grant:
    return connecting.paste(
        association=request.here.association,
        package=package.name,
        token=form.cleaned_data["token"].strip(),
        user=request.user,
        now=timezone.now(),
        reconnects=again,
    )


def _leave(request: Request, package: Package, form: ConnectForm, again: Connection | None) -> HttpResponse:
    """A form may not post its way to another site, so a page of our own goes on from here."""
    there = connecting.begin(
        association=request.here.association,
        package=package.name,
        user=request.user,
        redirect_uri=way_back(package),
        now=timezone.now(),
        client_id=form.given("client_id"),
        client_secret=form.given("client_secret"),
        webhook_secret=form.given("webhook_secret"),
        host=form.given("host"),
        reconnects=again,
    )
    return page(request, "leaving", package=package, there=there)


@never_cache
@require_GET
def authorize(request: HttpRequest, package: str) -> HttpResponse:
    """Where the package sends people back to. The association follows from the question we asked."""
    found, user, params = package_or_404(package), cast(User, request.user), request.GET.dict()
    again = connecting.begun(package=package, params=params, user=user)
    try:
        grant = connecting.come_back(package=package, params=params, user=user, now=timezone.now())
    except Refused as refused:
        return _came_to_nothing(request, found, said(refused, found), again)
    request.here = here(user, grant.association.slug)  # type: ignore[attr-defined]
    return _after(cast(Request, request), grant)


def _after(request: Request, grant: Grant) -> HttpResponse:
    if grant.reconnects_id:
        return go(
            request,
            "connection",
            said=_("Connected again. Everything goes on where it was."),
            package=grant.package,
            connection=grant.reconnects_id,
        )
    return go(request, "grant", package=grant.package, grant=grant.pk)


def _came_to_nothing(request: HttpRequest, package: Package, sentence: str, again: Connection | None) -> HttpResponse:
    """Back to where one can begin again, or a choice of those places."""
    if again is not None:
        messages.error(request, sentence)
        return redirect("manager:reconnect", slug=again.association.slug, package=package.name, connection=again.pk)
    mine = list(Assignment.objects.filter(user=cast(User, request.user)).select_related("association"))
    if len(mine) == 1:
        messages.error(request, sentence)
        return redirect("manager:package", slug=mine[0].association.slug, package=package.name)
    context = {"package": package, "assignments": mine, "sentence": sentence}
    return render(request, "manager/came_to_nothing.html", context, status=422)


@screen(May.CONNECT)
def grant(request: Request, package: str, grant: int) -> HttpResponse:
    """The choices of a new connection."""
    found = package_or_404(package)
    mine = Grant.objects.filter(package=package, state="given")
    permission = own(mine, request.here.association, pk=grant)
    if request.method == "POST" and "forget" in request.POST:
        serves = permission.connections.filter(removed_at=None).exists()
        connecting.forget(permission, now=timezone.now())
        thrown = _("Nothing was connected. The permission is thrown away.")
        return go(request, "package", package=package, said=_("Nothing was connected.") if serves else thrown)
    try:
        offers = connecting.administrations(permission, now=timezone.now())
    except Refused as refused:
        return page(request, "choose", status=503, package=found, grant=permission, refusal=said(refused, found))
    usable = [each for each in offers if each.usable and not each.taken]
    chosen = request.POST.get("administration") or request.GET.get("administration") or ""
    if not chosen and len(usable) == 1:
        chosen = usable[0].id
    context: dict[str, Any] = {"package": found, "grant": permission, "offers": offers, "usable": usable}
    known = any(each.id == chosen for each in usable)
    form = _form(request, found, offers, chosen, fetch(found, permission, chosen) if known else {})
    if request.htmx:
        return page(request, "parts/choices", form=form, package=found)
    if request.method == "POST" and form.is_valid():
        try:
            return _saved(request, permission, form)
        except Refused as refused:
            form.add_error(_place(refused.reason), said(refused, found))
    books = FinancialAdministration.objects.filter(association=request.here.association).exists()
    status = 422 if request.method == "POST" else 200
    return page(request, "choose", status=status, form=form, chosen=chosen, books=books, **context)


def _form(request: Request, package: Package, offers: Any, chosen: str, fetched: Fetched) -> ConnectionForm:
    return ConnectionForm(
        request.POST if request.method == "POST" else None,
        association=request.here.association,
        package=package,
        administrations=[(each.id, each.name) for each in offers],
        fetched=fetched,
        initial={**initial(package, None), "administration": chosen},
    )


def fetch(package: Package, grant: Grant, administration: str) -> Fetched:
    """The possible values of the package's own settings; one that cannot be read now can be chosen later."""
    found: dict[str, list[tuple[str, str]]] = {}
    for each in package.settings:
        if each.fetch:
            try:
                found[each.key] = connecting.choices(grant, administration, each.key, now=timezone.now())
            except Refused:
                found[each.key] = []
    return found


def _saved(request: Request, grant: Grant, form: ConnectionForm) -> HttpResponse:
    connection = operations.save(
        association=request.here.association,
        grant=grant,
        draft=form.draft(),
        user=request.user,
        now=timezone.now(),
    )
    messages.success(
        request, _("Saved, and still off: nothing was written yet. Look at what would happen, then enable it.")
    )
    return redirect(address(request, "connection", package=grant.package, connection=connection.pk))


def _place(reason: str) -> str | None:
    """The field that a refusal of `save` is about."""
    return {
        "taken_own": "administration",
        "taken_other": "administration",
        "not_usable": "administration",
        "no_status": "statuses",
    }.get(reason)
