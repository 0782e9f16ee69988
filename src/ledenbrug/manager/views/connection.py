"""One connection: how it stands, what would happen, what must be decided, what was done, and its Actions menu."""

from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ledenbrug.core.port import Package
from ledenbrug.manager import blocks, standing, words
from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.forms.connection import ConnectionForm, HoldForm, initial, prefix_words
from ledenbrug.manager.pages import go, page, warn
from ledenbrug.manager.sentences import sentence
from ledenbrug.manager.views import wizard
from ledenbrug.manager.views.integrations import package_or_404
from ledenbrug.members import overview
from ledenbrug.sync import look, operations, packages, preview, progress, proposing, runs, settle, undo
from ledenbrug.sync.models import Connection
from ledenbrug.sync.refusals import Refused


def find(request: Request, package: str, connection: int) -> tuple[Package, Connection]:
    found = package_or_404(package)
    mine = Connection.objects.filter(package=package, removed_at=None).select_related(
        "association", "financial_administration", "grant"
    )
    return found, own(mine, request.here.association, pk=connection)


@screen(May.SEE_CONNECTIONS)
def connection(request: Request, package: str, connection: int) -> HttpResponse:
    found, it = find(request, package, connection)
    here = request.here
    made = None if it.enabled else _stored(it)
    drifts = blocks.differing(look.drifts(it, now=timezone.now()))
    return page(
        request,
        "connection",
        package=found,
        it=it,
        on=packages.module_on(here.association, package),
        stopped=_stopped(found, it),
        login_needed=it.grant_id is None or bool(it.waiting and not it.waiting_until),
        **going(it),
        preview=made,
        **beside(found, it, made),
        problems=blocks.of_connection(found, it, user=request.user),
        left_out=settle.left_out(it).count(),
        drifts=drifts,
        changed=not drifts or any(not each["it"].drift.adopted for each in drifts),
        differences=sum(look.drift_counts(it).values()),
        journal=look.journal(it, count=8) if here.may(May.SEE_JOURNAL) else [],
        runs=_runs(it) if here.may(May.SEE_JOURNAL) else [],
        undoing=None if it.enabled else runs.undoing(it),
        groups=[words.group(each) for each in words.GROUPS if each in it.groups],
        statuses=list(it.statuses.all()),
        choices=_choices(found, it),
        prefix_label=prefix_words(found)[0],
    )


def going(it: Connection) -> dict[str, Any]:
    """How far it is."""
    now = timezone.now()
    badge, far = standing.of_connection(it, now=now), progress.of(it, now=now)
    busy = badge.code == "busy" or (badge.code == "on" and far.to_do > 0)
    return {
        "badge": standing.BUSY if busy else badge,
        "progress": far,
        "follows": ", ".join(
            words.group(each) for each in words.GROUPS if each in it.groups and each in packages.get(it.package).beside
        ),
        "busy": busy,
        "proposed": proposing.waiting(it).count(),
        "asked": it.pk in look.counts(it.association) or look.drifted(it),
    }


def _stopped(package: Package, it: Connection) -> str:
    if not it.enabled or not it.waiting:
        return ""
    return sentence(it.waiting, package=package.label, package_name=package.name)


def _stored(it: Connection) -> preview.Preview | None:
    try:
        return preview.stored(it, now=timezone.now())
    except Refused:
        return None


def beside(package: Package, it: Connection, made: preview.Preview | None) -> dict[str, Any]:
    """What is said beside the counts: for whom somebody else pays, and what a brake would hold."""
    if made is None:
        return {}
    held = [sentence(reason, package=package.label, **told) for reason, told in made.brakes]
    return {"paid_for": overview.paid_for(it.association, it.statuses.all()), "brakes": held}


def _choices(package: Package, it: Connection) -> list[tuple[str, str]]:
    """What was chosen of the package's own settings, in words."""
    chosen = [(each, it.choices.get(each.key, "")) for each in package.settings]
    return [(_(each.label), _(dict(each.options).get(value, value))) for each, value in chosen if value]


def _runs(it: Connection) -> list[dict[str, Any]]:
    now = timezone.now()
    return [
        {
            "it": each.run,
            "counts": [(words.KINDS[kind], number) for kind, number in each.counts.items() if kind in words.KINDS],
            "may_undo": undo.may(each.run, now=now),
        }
        for each in runs.listed(it)
    ]


DONE = {
    "enable": gettext_lazy("Enabled. Members go over now; every later change follows by itself."),
    "disable": gettext_lazy("Disabled. Nothing goes over until you enable it again; contacts stay as they are."),
    "sync_now": gettext_lazy("Everyone is looked at again, starting now."),
}


@require_POST
@screen(May.CONNECT)
def act(request: Request, package: str, connection: int, action: str) -> HttpResponse:
    """A button of the Actions menu that needs no further question."""
    found, it = find(request, package, connection)
    if action not in DONE:
        raise Http404
    try:
        getattr(operations, action)(it, user=request.user, now=timezone.now())
    except Refused as refused:
        warn(request, wizard.said(refused, found))
        return go(request, "connection", package=package, connection=it.pk)
    return go(request, "connection", said=str(DONE[action]), package=package, connection=it.pk)


@screen(May.CONNECT)
def hold(request: Request, package: str, connection: int) -> HttpResponse:
    found, it = find(request, package, connection)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.hold(it, until=form.cleaned_data["until"], user=request.user, now=timezone.now())
        except Refused as refused:
            form.add_error(None, wizard.said(refused, found))
        else:
            said = _("On hold. Nothing is lost: everything that changes meanwhile goes over afterwards.")
            return go(request, "connection", said=said, package=package, connection=it.pk)
    return page(request, "hold", status=422 if request.method == "POST" else 200, package=found, it=it, form=form)


@screen(May.CONNECT)
def edit(request: Request, package: str, connection: int) -> HttpResponse:
    found, it = find(request, package, connection)
    form = ConnectionForm(
        _posted(request, it),
        association=request.here.association,
        package=found,
        administrations=[(it.administration, it.administration_name)],
        fetched=wizard.fetch(found, it.grant, it.administration) if it.grant else {},
        initial=initial(found, it),
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.change(it, draft=form.draft(), user=request.user, now=timezone.now())
        except Refused as refused:
            form.add_error(None, wizard.said(refused, found))
        else:
            return go(request, "connection", said=_("Saved."), package=package, connection=it.pk)
    return page(
        request, "connection_edit", status=422 if request.method == "POST" else 200, package=found, it=it, form=form
    )


def _posted(request: Request, it: Connection) -> QueryDict | None:
    """The administration of a connection never changes, so it is not asked for."""
    if request.method != "POST":
        return None
    given = request.POST.copy()
    given["administration"] = it.administration
    return given


@screen(May.CONNECT)
def remove(request: Request, package: str, connection: int) -> HttpResponse:
    found, it = find(request, package, connection)
    if request.method != "POST":
        return page(request, "connection_remove", package=found, it=it)
    ending = operations.remove(it, user=request.user, now=timezone.now(), forget_links="forget" in request.POST)
    said = _("Removed. Contacts at %(package)s were not touched.") % {"package": found.label}
    return go(request, "package", said=f"{said} {sentence(ending, package=found.label)}", package=package)
