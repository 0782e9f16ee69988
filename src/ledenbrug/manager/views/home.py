"""Where a person comes in: which association, and what to do next there."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from ledenbrug.manager import standing
from ledenbrug.manager.access import May, Request, screen
from ledenbrug.manager.pages import page
from ledenbrug.members import operations, overview
from ledenbrug.members.models import Assignment, Member, User
from ledenbrug.sync import look, packages
from ledenbrug.sync.models import Connection


@never_cache
def associations(request: HttpRequest) -> HttpResponse:
    """Straight on for who has one, a choice for who has several, a friendly word for who has none."""
    mine = list(
        Assignment.objects.filter(user=cast(User, request.user)).select_related("association").order_by("association")
    )
    if len(mine) == 1:
        return redirect("manager:dashboard", slug=mine[0].association.slug)
    return render(request, "manager/associations.html", {"assignments": mine})


@screen()
def dashboard(request: Request) -> HttpResponse:
    here, now = request.here, timezone.now()
    connections = list(
        Connection.objects.filter(association=here.association, removed_at=None).select_related(
            "association", "financial_administration"
        )
    )
    members = Member.objects.filter(association=here.association, deleted_at=None).count()
    waiting = look.counts(here.association)
    rows = [
        {
            "it": each,
            "package": packages.get(each.package).label,
            "badge": standing.of_connection(each, now=now),
            "problems": waiting.get(each.id, 0),
        }
        for each in connections
    ]
    return page(
        request,
        "dashboard",
        members=members,
        statuses=overview.statuses(here.association) if here.may(May.SEE_MEMBERS) else [],
        connections=rows,
        asking=[each for each in rows if each["problems"]],
        former=operations.open_erasure(here.association) if here.may(May.CHANGE_MEMBERS) else None,
        proposed=operations.open_proposals(here.association).count() if here.may(May.CHANGE_MEMBERS) else 0,
        problems=sum(waiting.get(each.id, 0) for each in connections),
        steps=_steps(members, connections),
        offered=[each for each in packages.offered() if packages.module_on(here.association, each.name)],
    )


def _steps(members: int, connections: list[Connection]) -> dict[str, str]:
    """The four steps of a first time: done, now or later."""
    done = [
        members > 0,
        bool(connections),
        any(each.enabled or each.matched_at for each in connections),
        any(each.enabled for each in connections),
    ]
    names = ("members", "connect", "preview", "enable")
    if all(done):
        return {}
    first = done.index(False)
    return {
        name: "done" if is_done else "now" if at == first else "later"
        for at, (name, is_done) in enumerate(zip(names, done, strict=True))
    }
