"""Who ends a task, who erases a person and who clears away what is old take their rows in one order: none is cut."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from ledenbrug.members import operations, tasks
from ledenbrug.members.models import Association, Member, Task, TaskPart
from ledenbrug.members.tasks.keeping import close
from tests.members.factories import a_member, a_status, a_user
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)


def a_file(here: Association) -> Task:
    asked = tasks.ReadFile(file_name="leden.csv", match_by="number", status=a_status(here).pk, clear_empty=False)
    return tasks.ask(here, asked, content=b"Lidnummer;Achternaam\n1;Wachtbeurt\n", by=a_user(here), now=NOW)


def erase(here: Association) -> None:
    operations.erase_member(Member.objects.of(here).exclude(deleted_at=None).get(), by=None, now=NOW)


def clear_away(here: Association) -> None:
    tasks.drop_expired(now=NOW + timedelta(days=2))


def waits() -> bool:
    """Somebody, for a row of a task."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # of this transaction
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock' AND query LIKE '%members_task%'"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize("other", [erase, clear_away], ids=lambda each: each.__name__)
def test_a_task_ends_while_another_waits_for_it(here: Association, other: Callable[[Association], None]) -> None:
    a_member(here, deleted_at=NOW)
    first, second = a_file(here), a_file(here)

    def meanwhile() -> None:
        try:
            other(here)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as there:
        with transaction.atomic():
            list(Task.objects.filter(pk=first.pk).select_for_update())
            waiting = there.submit(meanwhile)
            until(waits)
            assert close(Task.objects.filter(pk__in=[first.pk, second.pk]), reason="stopped") == 2
        waiting.result()
    assert not TaskPart.objects.exists()
