"""Figures of the whole installation for an operator's monitor, in the text that Prometheus reads.

It must not tell them to anybody without the token, and never one association's apart.
"""

import hmac
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

import ledenbrug
from ledenbrug.sync.gauges import gauges


class Installation(Collector):
    """Everything is asked of the database when somebody looks: any web process tells the same."""

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("ledenbrug_build", "The release that answers.", {"version": ledenbrug.__version__})
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            (size,) = cursor.fetchone()
        yield GaugeMetricFamily("ledenbrug_database_bytes", "What the database takes on disk.", value=size)
        yield from gauges(now=timezone.now())


@login_not_required
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if not settings.LEDENBRUG_METRICS_TOKEN:
        raise Http404
    if not _may(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Installation())
    encode, kind = choose_encoder(request.headers.get("Accept", ""))
    try:
        return HttpResponse(encode(registry), content_type=kind)
    except DatabaseError:
        return HttpResponse("database\n", status=503, content_type="text/plain")


def _may(request: HttpRequest) -> bool:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    right = settings.LEDENBRUG_METRICS_TOKEN.encode()
    return hmac.compare_digest(given.strip().encode(), right) and kind.casefold() == "bearer"
