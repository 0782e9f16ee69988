"""One page of the list of members: rows in their order, the columns a person chose; the selections to choose from."""

from typing import Any

from django.db.models import Q, QuerySet

from ledenbrug.manager import columns, sent
from ledenbrug.manager.access import Request
from ledenbrug.manager.selection import Selection
from ledenbrug.members import ordering, paging, search
from ledenbrug.members.models import Member, SavedSelection

ROWS = 50


def of(request: Request, selected: Selection) -> dict[str, Any]:
    association, own = request.here.association, selected.own
    possible = columns.possible(request, own)
    names = columns.chosen(request, possible)
    heads = columns.heads(names, possible, order=selected.order, descending=selected.descending)
    along = _along(request, selected)
    rows = paging.page(
        selected.found(request) if along else _found(request, selected),
        association=association,
        shown=Member.objects.select_related("status"),
        place=ordering.place(selected.order, own=own),
        along=along,
        descending=selected.descending,
        after=_mark(request, "after"),
        before=_mark(request, "before"),
        size=ROWS,
        counted=not (request.htmx and selected.wanted.text),  # somebody is typing on
    )
    return {
        "rows": rows,
        "shown": [(each, columns.cells(each, heads, own)) for each in rows.members],
        "heads": heads,
        "column_choices": [(name, label, name in names) for name, label in possible.items() if name != columns.ALWAYS],
        "lasting": selected.lasting(names),
    }


def _found(request: Request, selected: Selection) -> QuerySet[Any]:
    """Who is found by what was typed alone stands with the texts, and in the order of names there."""
    text = selected.wanted.text
    alone = selected.wanted == search.Wanted(text=text) and not selected.connected
    if text and alone and selected.order == ordering.NAME:
        return search.texts(request.here.association, text)
    return selected.found(request)


def _along(request: Request, selected: Selection) -> bool:
    """Whether the first are had sooner than everybody: who is in a status is counted along an index."""
    wanted = selected.wanted
    if selected.connected or wanted != search.Wanted(text=wanted.text, statuses=wanted.statuses):
        return False
    if selected.order in ordering.WITH_INDEX:
        return search.common(request.here.association, wanted.text)
    return not wanted.text and _mark(request, "after") is None and _mark(request, "before") is None


def saved(request: Request) -> list[SavedSelection]:
    """The person's own, and those for everybody."""
    rows = SavedSelection.objects.of(request.here.association).filter(Q(by=request.user) | Q(shared=True))
    return list(rows.select_related("by"))


def _mark(request: Request, name: str) -> int | None:
    return sent.number(request.GET.get(name, ""))
