"""Settings, Integrations: the packages on offer, and the connections of one package."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone

from ledenbrug.core.port import Package
from ledenbrug.manager import standing
from ledenbrug.manager.access import May, Request, screen
from ledenbrug.manager.pages import page
from ledenbrug.sync import packages
from ledenbrug.sync.models import Connection


def package_or_404(name: str) -> Package:
    try:
        return packages.get(name)
    except KeyError:
        raise Http404 from None


def connections(request: Request, **by: Any) -> list[dict[str, Any]]:
    rows = (
        Connection.objects.filter(association=request.here.association, removed_at=None, **by)
        .select_related("association", "financial_administration")
        .order_by("administration_name", "id")
    )
    now = timezone.now()
    return [{"it": each, "badge": standing.of_connection(each, now=now)} for each in rows]


@screen(May.SEE_CONNECTIONS)
def integrations(request: Request) -> HttpResponse:
    mine = connections(request)
    cards = [
        {
            "package": each,
            "on": packages.module_on(request.here.association, each.name),
            "connections": [row for row in mine if row["it"].package == each.name],
        }
        for each in packages.offered()
    ]
    return page(request, "integrations", cards=cards)


@screen(May.SEE_CONNECTIONS)
def package(request: Request, package: str) -> HttpResponse:
    found = package_or_404(package)
    return page(
        request,
        "package",
        package=found,
        on=packages.module_on(request.here.association, package),
        connections=connections(request, package=package),
        support=settings.LEDENBRUG_SUPPORT,
    )
