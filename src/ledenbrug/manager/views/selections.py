"""Selections kept under a name, and the columns a person chose for the list of members."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ledenbrug.manager import columns, listing, selection
from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.pages import address, go, page, warn
from ledenbrug.members.models import ColumnChoice, SavedSelection

LONGEST_NAME, LONGEST_QUERY, MOST = 100, 2000, 100


@require_POST
@screen(May.SEE_MEMBERS)
def choose_columns(request: Request) -> HttpResponse:
    """Kept for the next time; the address no longer says which."""
    association = request.here.association
    possible = columns.possible(request, selection.own_fields(request))
    wanted = [name for name in possible if name in request.POST.getlist("column") or name == columns.ALWAYS]
    ColumnChoice.objects.update_or_create(association=association, user=request.user, defaults={"columns": wanted})
    given = _given(request)
    given.pop("columns", None)
    return redirect(f"{address(request, 'members')}?{given.urlencode()}")


@require_GET
@screen(May.SEE_MEMBERS)
def selections(request: Request) -> HttpResponse:
    rows = [(each, _may_change(request, each)) for each in listing.saved(request)]
    return page(request, "selections", rows=rows)


@require_POST
@screen(May.SEE_MEMBERS)
def save(request: Request) -> HttpResponse:
    """Under a name one has used before it takes that one's place."""
    association, name = request.here.association, _name(request)
    query = selection.lasting(_given(request), selection.own_fields(request))
    mine = SavedSelection.objects.of(association).filter(by=request.user)
    if not name:
        warn(request, _("Give the selection a name of at most 100 letters. Nothing was kept."))
    elif len(query) > LONGEST_QUERY:
        warn(request, _("The filters are too long to be kept. Nothing was kept."))
    elif mine.count() >= MOST and not mine.filter(name=name).exists():
        warn(request, _("You keep a hundred selections already. Remove one first. Nothing was kept."))
    else:
        SavedSelection.objects.update_or_create(
            association=association, by=request.user, name=name, defaults={"query": query, "shared": _shared(request)}
        )
    return redirect(f"{address(request, 'members')}?{query}")


@require_POST
@screen(May.SEE_MEMBERS)
def change(request: Request, saved: int) -> HttpResponse:
    it, name = _own(request, saved), _name(request)
    taken = SavedSelection.objects.of(request.here.association).filter(by=it.by_id, name=name).exclude(pk=it.pk)
    if not name or taken.exists():
        warn(request, _("There is a selection of that name already, or the name is empty."))
        return go(request, "selections")
    it.name, it.shared = name, _shared(request) if request.here.may(May.CHANGE_MEMBERS) else it.shared
    it.save(update_fields=["name", "shared"])
    return go(request, "selections", said=_("Saved."))


@require_POST
@screen(May.SEE_MEMBERS)
def remove(request: Request, saved: int) -> HttpResponse:
    _own(request, saved).delete()
    return go(request, "selections", said=_("The selection is gone. The members in it stay."))


def _own(request: Request, pk: int) -> SavedSelection:
    """One's own; what is for everybody may be changed by whoever may change members."""
    seen = SavedSelection.objects.filter(Q(by=request.user) | Q(shared=True))
    found = own(seen, request.here.association, pk=pk)
    if not _may_change(request, found):
        raise PermissionDenied
    return found


def _may_change(request: Request, it: SavedSelection) -> bool:
    return it.by_id == request.user.pk or request.here.may(May.CHANGE_MEMBERS)


def _shared(request: Request) -> bool:
    return request.POST.get("shared") == "on" and request.here.may(May.CHANGE_MEMBERS)


def _name(request: Request) -> str:
    name = " ".join(request.POST.get("name", "").replace("\x00", "").split())
    return name if len(name) <= LONGEST_NAME else ""


def _given(request: Request) -> QueryDict:
    return QueryDict(request.POST.get("query", "").replace("\x00", ""), mutable=True)
