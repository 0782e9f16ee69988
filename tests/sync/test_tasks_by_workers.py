"""What is asked for many members, done by real workers: one that is killed half-way has written nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

from ledenbrug.members import tasks
from ledenbrug.members.models import Association, BulkChange, Member, MemberEvent, Role, Task
from ledenbrug.members.operations.writing import held_association
from ledenbrug.sync import worker
from tests.members.factories import a_member, a_user
from tests.sync.processes import Worker, asks, cut_every_session
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def task(here: Association) -> Task:
    members = [a_member(here, city="Adorp").pk for _ in range(5)]
    asked = tasks.WriteField(members=members, seen=5, field="city", value="Sneek")
    return tasks.ask(here, asked, by=a_user(here, Role.SECRETARY), now=datetime.now(UTC))


def began(task: Task, attempt: int) -> bool:
    return Task.objects.filter(pk=task.pk, attempt=attempt).exclude(seen_at=None).exists()


def test_what_a_killed_worker_began_another_does_whole_and_once(
    here: Association, task: Task, process_environment: dict[str, str], tmp_path: Path
) -> None:
    with transaction.atomic():
        held_association(here.pk)
        with Worker(process_environment, tmp_path / "first"):
            until(lambda: began(task, 1))
        with Worker(process_environment, tmp_path / "second"):
            until(lambda: began(task, 2))
    with Worker(process_environment, tmp_path / "third"):
        until(lambda: Task.objects.filter(pk=task.pk).exclude(over_at=None).exists())
    assert set(Member.objects.values_list("city", flat=True)) == {"Sneek"}
    assert MemberEvent.objects.filter(pgh_context__run=BulkChange.objects.get().key).count() == 5


def test_a_worker_that_is_asked_to_end_leaves_it_to_the_next_at_once(
    here: Association, task: Task, process_environment: dict[str, str], tmp_path: Path
) -> None:
    with Worker(process_environment, tmp_path / "first") as ending:
        with transaction.atomic():
            held_association(here.pk)
            until(lambda: began(task, 1) and asks("LISTEN"))
            ending.process.terminate()
            until(lambda: not asks("LISTEN"))  # it hears of nothing more, so it heard that
        ending.process.wait(120)
    assert list(tasks.waiting()) == [task]
    assert Task.objects.get(pk=task.pk).attempt == 0
    assert set(Member.objects.values_list("city", flat=True)) == {"Adorp"}


def test_a_task_outlives_a_database_that_cuts_every_session(
    here: Association, task: Task, process_environment: dict[str, str], tmp_path: Path
) -> None:
    with Worker(process_environment, tmp_path / "log"):
        with transaction.atomic():
            held_association(here.pk)
            until(lambda: began(task, 1))
            cut_every_session()
            until(lambda: began(task, 2))
        until(lambda: Task.objects.filter(pk=task.pk).exclude(over_at=None).exists())
    assert set(Member.objects.values_list("city", flat=True)) == {"Sneek"}


def test_a_task_that_nobody_was_told_of_is_found(task: Task) -> None:
    assert worker.sweep_tasks() == 1
    assert worker.sweep_tasks() == 0  # it is in the queue
