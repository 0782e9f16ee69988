"""What a worker is doing to many members: how far it is, why it came to nothing, and on to what came of it."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ledenbrug.manager import many
from ledenbrug.manager.access import May, Request, own, screen
from ledenbrug.manager.pages import go, page, warn
from ledenbrug.manager.sentences import of_task
from ledenbrug.members import tasks
from ledenbrug.members.models import Task
from ledenbrug.sync import attendance


@require_GET
@screen(May.CHANGE_MEMBERS)
def task(request: Request, task: int) -> HttpResponse:
    """Whole, or for htmx the part that changes by itself."""
    it = _own(request, task)
    if request.htmx and it.over_at is not None:
        return HttpResponse(headers={"HX-Refresh": "true"})  # on to what came of it
    outcome = tasks.outcome_of(it)
    if outcome is not None:
        return many.ended(request, outcome)
    alone = it.over_at is None and not attendance.somebody()
    why = of_task(it.reason, it.params) if it.reason else ""
    return page(request, "parts/task" if request.htmx else "task", it=it, alone=alone, why=why)


@require_POST
@screen(May.CHANGE_MEMBERS)
def stop(request: Request, task: int) -> HttpResponse:
    it = _own(request, task)
    if not tasks.stop(it):
        warn(request, _("It was done before it could be stopped."))
        return go(request, "task", task=it.pk)
    return go(request, "bulk_changes", said=_("Stopped. Nothing was written."))


def _own(request: Request, task: int) -> Task:
    return own(Task.objects.select_related("by"), request.here.association, pk=task)
