"""What a monitor reads of the whole installation."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

import ledenbrug
from ledenbrug.bookkeeping import visible
from ledenbrug.core.line import Scope
from ledenbrug.core.reasons import Reason
from ledenbrug.members.models import FillRequest, FillRound
from ledenbrug.sync import budget, packages, wake
from ledenbrug.sync.gauges import gauges
from ledenbrug.sync.models import Connection, Notified, Spent, Touched
from ledenbrug.sync.queue import Urgency
from tests.members.factories import a_member
from tests.sync.stage import a_stage

pytestmark = pytest.mark.django_db
TOKEN = "a token for the monitor"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def guarded(settings: Any) -> None:
    settings.LEDENBRUG_METRICS_TOKEN = TOKEN


def page(client: Client, **headers: str) -> Any:
    return client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}", **headers})


def told(family: str) -> dict[tuple[str, ...], float]:
    """The samples of one gauge by their labels."""
    found = {each.name: each for each in gauges(now=NOW)}[f"ledenbrug_{family}"]
    return {tuple(sample.labels.values()): sample.value for sample in found.samples}


def test_without_a_token_in_the_settings_there_is_no_such_page(client: Client, settings: Any) -> None:
    settings.LEDENBRUG_METRICS_TOKEN = ""
    for given in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}"}):
        assert client.get("/metrics", headers=given).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer ë"])
def test_who_does_not_know_the_token_reads_nothing(client: Client, given: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": given})
    assert (answer.status_code, answer.content, answer["WWW-Authenticate"]) == (401, b"", "Bearer")


def test_a_monitor_reads_it_in_either_of_the_two_spellings(client: Client) -> None:
    plain, newer = page(client), page(client, Accept="application/openmetrics-text; version=1.0.0")
    assert plain["Content-Type"].startswith("text/plain; version=")
    assert newer["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    assert newer.content.endswith(b"# EOF\n")
    families = {each.name: each for each in text_string_to_metric_families(plain.content.decode())}
    assert families["ledenbrug_build_info"].samples[0].labels == {"version": ledenbrug.__version__}
    assert families["ledenbrug_database_bytes"].samples[0].value > 1_000_000
    assert all(each.documentation for each in families.values())


def test_connections_are_counted_by_how_they_stand_and_why() -> None:
    def stand(**fields: Any) -> None:
        Connection.objects.filter(id=a_stage().connection.id).update(**fields)

    stand(looked_at=NOW - HOUR)
    stand(looked_at=NOW - DAY, round_due_at=NOW - HOUR)
    stand(looked_at=NOW - 2 * HOUR, waiting=Reason.BUDGET, waiting_until=NOW + HOUR, round_due_at=NOW)
    stand(looked_at=NOW, waiting=Reason.BUDGET, waiting_until=NOW - HOUR, round_due_at=NOW + HOUR)
    long_ago = {"looked_at": NOW - 30 * DAY, "round_due_at": NOW - 29 * DAY}
    stand(**long_ago, waiting=Reason.WITHDRAWN)
    stand(**long_ago, hold_until=NOW + DAY)
    stand(**long_ago, enabled=False)
    stand(**long_ago, removed_at=NOW)
    switched_off = a_stage()
    switched_off.association.modules_off = ["memory"]
    switched_off.association.save()
    assert told("connections") == {
        ("memory", "held", ""): 1,
        ("memory", "module_off", ""): 1,
        ("memory", "off", ""): 1,
        ("memory", "runs", ""): 3,
        ("memory", "stopped", "withdrawn"): 1,
        ("memory", "waits", "budget"): 1,
    }
    assert (told("rounds_due"), told("round_oldest_seconds")) == ({(): 2}, {(): 86_400})


def test_a_package_that_the_operator_switched_off_does_not_count_as_late(settings: Any) -> None:
    Connection.objects.filter(id=a_stage().connection.id).update(looked_at=NOW - DAY)
    settings.LEDENBRUG_MODULES = ("moneybird",)
    assert told("connections") == {("memory", "module_off", ""): 1}
    assert told("round_oldest_seconds") == {(): 0}


def test_the_queue_says_how_much_waits_and_how_long() -> None:
    assert (told("jobs"), told("job_oldest_due_seconds")) == ({("waiting",): 0, ("running",): 0}, {(): 0})
    for each in (1, 2, 3, 4):
        wake.connection(each)
    with database.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = %s", [NOW - HOUR])
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = %s WHERE lock = 'connection-2'", [NOW + HOUR])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE lock = 'connection-3'")
        cursor.execute(
            """UPDATE procrastinate_events SET at = %s WHERE job_id IN
                          (SELECT id FROM procrastinate_jobs WHERE lock <> 'connection-1')""",
            [NOW - DAY],
        )
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = %s WHERE lock = 'connection-4'", [NOW - HOUR / 2])
    assert told("jobs") == {("waiting",): 3, ("running",): 1}
    assert told("job_oldest_due_seconds") == {(): 3600}


def test_what_no_worker_came_to_yet_is_counted_by_its_urgency() -> None:
    some = {"connection": a_stage().connection, "payer": "m1"}
    Touched.objects.bulk_create(Touched(**some, urgency=each) for each in (Urgency.EDIT, Urgency.BULK, Urgency.BULK))
    assert told("touched") == {**{(each.name.lower(),): 0 for each in Urgency}, ("bulk",): 2, ("edit",): 1}


def test_workers_count_while_their_hearts_beat() -> None:
    assert told("workers") == {(): 0}
    with database.cursor() as cursor:
        for ago in (1, 2, 60):
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [NOW - timedelta(seconds=ago)]
            )
    assert (told("workers"), told("worker_heartbeat_age_seconds")) == ({(): 2}, {(): 1})


def test_mail_that_nobody_could_send_shows() -> None:
    own = a_stage().connection
    notice = {"association": own.association, "connection": own, "cause": "stopped:withdrawn"}
    Notified.objects.create(**notice, began_at=NOW - DAY, sent_at=NOW - DAY, over_at=NOW - HOUR, over_sent_at=NOW)
    assert told("mail_unsent") == told("mail_oldest_seconds") == {("notice",): 0, ("request",): 0}
    Notified.objects.create(**notice, began_at=NOW - HOUR)
    for day in (NOW, NOW - DAY):
        asks = FillRound.objects.create(association=own.association, at=NOW - 2 * HOUR, until=day.date(), asked=1)
        FillRequest.objects.create(member=a_member(own.association), association=own.association, round=asks)
    assert told("mail_unsent") == {("notice",): 1, ("request",): 1}
    assert told("mail_oldest_seconds") == {("notice",): 3600, ("request",): 7200}


def test_budgets_are_told_per_address_and_never_per_administration() -> None:
    allowed, used = {}, {}
    for package in visible():
        for limit in packages.limits(package.name):
            start, before = budget.window_start(limit, NOW), NOW - timedelta(seconds=2 * limit.seconds)
            scopes = {budget.scope_of(limit, package.name, package.url, each): each for each in ("123", "45")}
            for scope, administration in scopes.items():
                Spent.objects.create(scope=scope, starts_at=start, slots=len(administration))
                Spent.objects.create(scope=scope, starts_at=before, slots=44)
            labels = (package.name, str(limit.seconds), "default" if limit.scope is Scope.EGRESS else "")
            allowed[labels], used[labels] = limit.requests, max(len(each) for each in scopes.values())
    Spent.objects.create(scope="grant 5 refused accounts", starts_at=NOW, slots=3)
    assert used
    assert (told("budget_limit"), told("budget_used")) == (allowed, used)


def test_no_association_and_no_person_is_named(client: Client) -> None:
    stage = a_stage()
    Connection.objects.filter(id=stage.connection.id).update(looked_at=timezone.now())
    said = page(client).content.decode()
    names = (stage.association.name, stage.association.slug, stage.connection.administration, "@")
    assert [name for name in names if name in said] == []


@pytest.mark.parametrize("many", [1, 30])
def test_more_tenants_take_no_more_statements(client: Client, many: int, django_assert_num_queries: Any) -> None:
    for _ in range(many):
        a_stage()
    with django_assert_num_queries(7 + sum(len(packages.limits(each.name)) for each in visible())):
        assert page(client).status_code == 200
