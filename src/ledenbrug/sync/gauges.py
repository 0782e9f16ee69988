"""What an operator watches of the link: figures over all associations together, as gauges for Prometheus.

No name, of an association or a person, may be among them; nor a statement for each of them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection as database
from django.db.models import Count, Min
from prometheus_client.core import GaugeMetricFamily

from ledenbrug import bookkeeping
from ledenbrug.members import letters
from ledenbrug.sync import budget, notices, packages
from ledenbrug.sync.attendance import STALLED_SECONDS
from ledenbrug.sync.models import Touched
from ledenbrug.sync.queue import Urgency

_JOBS = """
SELECT count(*) FILTER (WHERE j.status = 'todo'), count(*) FILTER (WHERE j.status = 'doing'),
       max(extract(epoch FROM %(now)s - greatest(j.scheduled_at, e.at)))
           FILTER (WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= %(now)s))
FROM procrastinate_jobs j LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
WHERE j.status IN ('todo', 'doing')
"""

_WORKERS = """
SELECT count(*) FILTER (WHERE last_heartbeat > %(alive)s), extract(epoch FROM %(now)s - max(last_heartbeat))
FROM procrastinate_workers
"""

_CONNECTIONS = """
SELECT c.package, s.state, CASE WHEN s.state IN ('waits', 'stopped') THEN c.waiting ELSE '' END, count(*),
       count(*) FILTER (WHERE s.state IN ('runs', 'waits') AND c.round_due_at <= %(now)s),
       max(extract(epoch FROM %(now)s - c.looked_at)) FILTER (WHERE s.state IN ('runs', 'waits'))
FROM sync_connection c JOIN members_association a ON a.id = c.association_id
CROSS JOIN LATERAL (SELECT CASE
    WHEN NOT c.enabled THEN 'off'
    WHEN c.package = ANY(a.modules_off) OR c.package <> ALL(%(modules)s) THEN 'module_off'
    WHEN c.hold_until > %(now)s THEN 'held'
    WHEN c.waiting <> '' AND c.waiting_until IS NULL THEN 'stopped'
    WHEN c.waiting_until > %(now)s THEN 'waits'
    ELSE 'runs' END) s (state)
WHERE c.removed_at IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def gauges(*, now: datetime) -> Iterator[GaugeMetricFamily]:
    yield from _jobs(now=now)
    yield from _workers(now=now)
    yield from _connections(now=now)
    yield _touched()
    yield from _mail(now=now)
    yield from _budgets(now=now)


def _jobs(*, now: datetime) -> Iterator[GaugeMetricFamily]:
    ((waiting, running, oldest),) = _rows(_JOBS, now=now)
    jobs = GaugeMetricFamily("ledenbrug_jobs", "Jobs of the workers.", labels=["state"])
    jobs.add_metric(["waiting"], waiting)
    jobs.add_metric(["running"], running)
    yield jobs
    yield _one("job_oldest_due_seconds", "How long the job waits that has been due longest.", oldest)


def _workers(*, now: datetime) -> Iterator[GaugeMetricFamily]:
    ((alive, silent),) = _rows(_WORKERS, now=now, alive=now - timedelta(seconds=STALLED_SECONDS))
    yield _one("workers", "Workers that told lately that they are alive.", alive)
    if silent is not None:
        yield _one("worker_heartbeat_age_seconds", "How long ago the last of any worker told so.", silent)


def _connections(*, now: datetime) -> Iterator[GaugeMetricFamily]:
    labels = ["package", "state", "cause"]
    number = GaugeMetricFamily("ledenbrug_connections", "Connections, by how they stand and why.", labels=labels)
    due = oldest = 0
    modules = list(settings.LEDENBRUG_MODULES or bookkeeping.names())
    for package, state, cause, count, rounds, age in _rows(_CONNECTIONS, now=now, modules=modules):
        number.add_metric([package, state, cause], count)
        due, oldest = due + rounds, max(oldest, age or 0)
    yield number
    yield _one("rounds_due", "Running connections of which all members are to be looked at.", due)
    yield _one("round_oldest_seconds", "How long ago that was, where it was longest ago.", oldest)


def _touched() -> GaugeMetricFamily:
    """What no worker came to yet: it grows where a limit or the machine is too small for what is asked."""
    found = dict(Touched.objects.order_by().values_list("urgency").annotate(number=Count("id")))
    touched = GaugeMetricFamily("ledenbrug_touched", "Looks at a payer that are to be done.", labels=["urgency"])
    for urgency in Urgency:
        touched.add_metric([urgency.name.lower()], found.get(urgency, 0))
    return touched


def _mail(*, now: datetime) -> Iterator[GaugeMetricFamily]:
    number = GaugeMetricFamily("ledenbrug_mail_unsent", "Letters that are still to be sent.", labels=["kind"])
    oldest = GaugeMetricFamily("ledenbrug_mail_oldest_seconds", "How long one of them waits at most.", labels=["kind"])
    for kind, since, rows in (
        ("notice", "began_at", notices.unsent()),
        ("request", "round__at", letters.unsent(now=now)),
    ):
        waiting = rows.aggregate(number=Count("pk"), since=Min(since))
        number.add_metric([kind], waiting["number"])
        oldest.add_metric([kind], (now - waiting["since"]).total_seconds() if waiting["since"] else 0)
    yield number
    yield oldest


def _budgets(*, now: datetime) -> Iterator[GaugeMetricFamily]:
    """Where a package counts per administration, of the one with the least left: their names stay here."""
    labels = ["package", "seconds", "egress"]
    most = GaugeMetricFamily("ledenbrug_budget_limit", "Requests that a package allows in a window.", labels=labels)
    used = GaugeMetricFamily("ledenbrug_budget_used", "Requests spent in the present window.", labels=labels)
    for package in bookkeeping.visible():
        for limit in packages.limits(package.name):
            for egress, spent in budget.most_spent(limit, package.name, now=now).items():
                most.add_metric([package.name, str(limit.seconds), egress], limit.requests)
                used.add_metric([package.name, str(limit.seconds), egress], spent)
    yield most
    yield used


def _one(name: str, says: str, value: Any) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"ledenbrug_{name}", says, value=max(float(value or 0), 0.0))


def _rows(statement: str, **values: datetime | list[str]) -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
