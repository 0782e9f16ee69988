"""Who may see which screen: the roles as one table, and the one way a view gets its association.

It must not know a single screen. What belongs to another association does not exist here: 404, no hint.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from ledenbrug.members.models import Assignment, Association, Role, User
from ledenbrug.members.operations.writing import held_up
from ledenbrug.members.refusals import Refused


class May(StrEnum):
    """What a person may do."""

    SEE_MEMBERS = "see_members"
    SEE_PRIVATE = "see_private"  # date of birth, gender, memo
    CHANGE_MEMBERS = "change_members"  # import too
    CHANGE_MANDATES = "change_mandates"
    SEE_CONNECTIONS = "see_connections"
    SEE_JOURNAL = "see_journal"
    CONNECT = "connect"  # connections, problems, drift
    ADMINISTER = "administer"  # the association's settings and its users


ROLES: Mapping[str, frozenset[May]] = {
    Role.ADMIN: frozenset(May),
    Role.TREASURER: frozenset(
        {May.SEE_MEMBERS, May.CHANGE_MANDATES, May.SEE_CONNECTIONS, May.SEE_JOURNAL, May.CONNECT}
    ),
    Role.SECRETARY: frozenset(
        {May.SEE_MEMBERS, May.SEE_PRIVATE, May.CHANGE_MEMBERS, May.CHANGE_MANDATES, May.SEE_CONNECTIONS}
    ),
    Role.AUDITOR: frozenset({May.SEE_CONNECTIONS, May.SEE_JOURNAL}),
}


@dataclass(frozen=True)
class Here:
    """Where the person is and as whom."""

    association: Association
    user: User
    role: Role

    @property
    def can(self) -> Mapping[str, bool]:
        """For templates: `here.can.connect`."""
        return {each.value: each in ROLES[self.role] for each in May}

    @property
    def slug(self) -> str:
        return self.association.slug

    def may(self, ability: May) -> bool:
        return ability in ROLES[self.role]

    def may_remove(self, writer: int | None) -> bool:
        """What somebody wrote in their own name; an administrator too, for the writer may be gone."""
        return writer == self.user.pk or self.may(May.ADMINISTER)


def still_may_change_members(user: User, association: Association) -> bool:
    """Asked by a worker about whoever asked for what it does."""
    found = Assignment.objects.filter(user=user, association=association, user__is_active=True).first()
    return found is not None and May.CHANGE_MEMBERS in ROLES[found.role]


class Request(HttpRequest):
    """What a view behind `screen` receives."""

    here: Here
    user: User
    htmx: Any


View = Callable[..., HttpResponse]
M = TypeVar("M", bound=models.Model)


def here(user: Any, slug: str) -> Here:
    found = Assignment.objects.select_related("association").filter(user=user, association__slug=slug).first()
    if found is None:
        raise Http404
    return Here(found.association, user, Role(found.role))


def screen(may: May | None = None) -> Callable[[View], View]:
    """A page of one association, for those who may; the view gets `request.here` instead of the slug."""

    def around(view: View) -> View:
        @never_cache
        @wraps(view)
        def answer(request: Request, slug: str, **rest: Any) -> HttpResponse:
            request.here = here(request.user, slug)
            if may is not None and not request.here.may(may):
                raise PermissionDenied
            try:
                return view(request, **rest)
            except (Refused, OperationalError) as trouble:  # where no form says it
                if not held_up(trouble):
                    raise
                return render(request, "503.html", status=503)

        return answer

    return around


def own(rows: "models.QuerySet[M]", association: Association, **by: Any) -> M:
    """The row of this association, or 404."""
    found = rows.filter(association=association, **by).first()
    if found is None:
        raise Http404
    return found
