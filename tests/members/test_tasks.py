"""What a worker does to many members: all or nothing, seen by everybody while it goes on, taken over when it dies."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from ledenbrug.members import operations, tasks
from ledenbrug.members.models import (
    Assignment,
    Association,
    BulkChange,
    ImportProposal,
    Member,
    MemberStatus,
    Role,
    Task,
    TaskPart,
    User,
)
from ledenbrug.members.operations.writing import held_association
from ledenbrug.wire import sealing
from tests.members.factories import a_member, a_user
from tests.sync.everywhere import cells
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)
ROWS = b"Lidnummer;Achternaam\n" + b"".join(f"{n};Uitbestand{n}\n".encode() for n in range(1, 1201))


@pytest.fixture
def secretary(here: Association) -> User:
    return a_user(here, Role.SECRETARY)


def read(here: Association, by: User, lid: MemberStatus) -> Task:
    asked = tasks.ReadFile(file_name="leden.csv", match_by="number", status=lid.pk, clear_empty=False)
    return tasks.ask(here, asked, name="leden.csv", content=ROWS, by=by, now=NOW)


def rename(here: Association, by: User, *, seen: int = 3) -> Task:
    """Three members move to Sneek."""
    members = [a_member(here, last_name=f"Verhuist{n}", city="Adorp").pk for n in range(3)]
    asked = tasks.WriteField(members=members, seen=seen, field="city", value="Sneek")
    return tasks.ask(here, asked, by=by, now=NOW)


def cities(here: Association) -> set[str]:
    return set(Member.objects.of(here).values_list("city", flat=True))


@contextmanager
def half_way(task: Task) -> Iterator[None]:
    """A worker has it in hand and can write nothing before this block ends; at the end it has stopped."""

    def worker() -> None:
        tasks.work(task.pk, now=NOW)
        connection.close()

    working = threading.Thread(target=worker)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE members_member, members_importpart IN SHARE MODE")
        working.start()
        until(lambda: Task.objects.filter(pk=task.pk).exclude(seen_at=None).exists())
        yield
    working.join()


def elsewhere(do: Callable[[], object]) -> None:
    """In a request of its own, which must not wait for long."""

    def asked() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '10s'")
                do()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as there:
        there.submit(asked).result()


def told(task: Task) -> tuple[str, object]:
    task.refresh_from_db()
    assert task.over_at is not None
    assert not task.sealed
    assert not TaskPart.objects.filter(task=task).exists()
    return task.reason, task.outcome


def test_a_file_is_read_row_by_row_and_nothing_of_it_stays_but_the_preview(
    here: Association, secretary: User, lid: MemberStatus
) -> None:
    task = read(here, secretary, lid)
    assert not {text for _, text in plain_cells() if "Uitbestand" in text}
    tasks.work(task.pk, now=NOW)
    proposal = ImportProposal.objects.get()
    assert told(task) == ("", {"type": "read", "proposal": proposal.pk})
    assert (proposal.counts["new"], proposal.file_name, proposal.by) == (1200, "leden.csv", secretary)


def plain_cells() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM members_task UNION ALL SELECT sealed FROM members_taskpart")
        return [("sealed", text) for (text,) in cursor.fetchall()]


def test_what_is_asked_twice_while_it_waits_is_one_task(here: Association, secretary: User, lid: MemberStatus) -> None:
    first = read(here, secretary, lid)
    assert read(here, secretary, lid) == first
    assert TaskPart.objects.count() == 1
    tasks.work(first.pk, now=NOW)
    assert read(here, secretary, lid) != first


def test_that_a_worker_lives_is_seen_before_anything_is_written(here: Association, secretary: User) -> None:
    task = rename(here, secretary)
    with half_way(task):
        before = Task.objects.get(pk=task.pk).seen_at
        until(lambda: Task.objects.get(pk=task.pk).seen_at != before)
        assert cities(here) == {"Adorp"}
        tasks.work(task.pk, now=NOW)  # by another: it is in good hands
        assert Task.objects.get(pk=task.pk).attempt == 1
    assert told(task) == ("", {"type": "change", "change": BulkChange.objects.get().pk})
    assert cities(here) == {"Sneek"}


def test_while_many_are_written_a_colleague_asks_for_more_and_works_on_with_another_member(
    here: Association, secretary: User, lid: MemberStatus
) -> None:
    other = a_member(here)
    with transaction.atomic():
        held_association(here.pk)
        elsewhere(lambda: read(here, secretary, lid))
        elsewhere(lambda: operations.set_status(other, status=lid, start=NOW.date(), by=secretary, now=NOW))
        elsewhere(lambda: operations.add_note(other, text="Belde.", by=secretary, now=NOW))
    other.refresh_from_db()
    assert (tasks.waiting().count(), other.status, other.notes.count()) == (1, lid, 1)


def test_stopped_half_way_nothing_is_written(here: Association, secretary: User) -> None:
    task = rename(here, secretary)
    with half_way(task):
        assert tasks.stop(task)
    assert told(task) == ("stopped", None)
    assert cities(here) == {"Adorp"}
    assert not tasks.stop(task)


def test_who_loses_the_right_half_way_changes_nothing(here: Association, secretary: User) -> None:
    task = rename(here, secretary)
    with half_way(task):
        Assignment.objects.filter(user=secretary).update(role=Role.AUDITOR)
    assert told(task) == ("not_allowed", None)
    assert cities(here) == {"Adorp"}


@pytest.mark.parametrize("gone", ["blocked", "deleted"])
def test_who_is_not_there_any_more_changes_nothing(here: Association, secretary: User, gone: str) -> None:
    task = rename(here, secretary)
    if gone == "deleted":
        secretary.delete()
    else:
        User.objects.update(is_active=False)
    tasks.work(task.pk, now=NOW)
    assert told(task) == ("not_allowed", None)
    assert cities(here) == {"Adorp"}


def test_a_file_in_which_an_erased_person_may_stand_comes_to_nothing(
    here: Association, secretary: User, lid: MemberStatus
) -> None:
    person = a_member(here, last_name="Uitbestand7", deleted_at=NOW)
    task, waits = read(here, secretary, lid), rename(here, secretary)
    with half_way(task):
        operations.erase_member(person, by=None, now=NOW)
    assert told(task) == told(waits) == ("erased", None)
    assert not {text for _, text in cells() if "Uitbestand7" in text or "leden.csv" in text}


def test_what_a_dead_worker_began_is_begun_anew_and_the_third_time_given_up(here: Association, secretary: User) -> None:
    task = rename(here, secretary)
    long_ago = datetime.now(UTC) - tasks.working.DEAD_AFTER - timedelta(seconds=1)
    Task.objects.update(attempt=1, seen_at=long_ago, done=2, total=3)
    assert list(tasks.waiting()) == [task]
    tasks.work(task.pk, now=NOW)
    assert told(task)[0] == ""
    assert cities(here) == {"Sneek"}
    other = rename(here, secretary)
    Task.objects.filter(pk=other.pk).update(attempt=3, seen_at=long_ago)
    tasks.work(other.pk, now=NOW)
    assert told(other) == ("given_up", None)
    assert not tasks.waiting().exists()


def test_a_worker_that_must_end_leaves_it_to_the_next(here: Association, secretary: User) -> None:
    task = rename(here, secretary)
    tasks.CLOSING.set()
    try:
        tasks.work(task.pk, now=NOW)
    finally:
        tasks.CLOSING.clear()
    assert list(tasks.waiting()) == [task]
    assert cities(here) == {"Adorp"}
    tasks.work(task.pk, now=NOW)
    assert cities(here) == {"Sneek"}


def test_what_stands_in_the_way_is_told_and_nothing_is_written(here: Association, secretary: User) -> None:
    differs = rename(here, secretary, seen=2)
    tasks.work(differs.pk, now=NOW)
    assert told(differs) == ("differs", None)
    nowhere = tasks.ask(here, tasks.WriteImport(proposal=0), by=secretary, now=NOW)
    tasks.work(nowhere.pk, now=NOW)
    assert told(nowhere) == ("applied", None)
    no_status = tasks.ask(here, tasks.GiveStatus(members=[], seen=0, status=0, start=NOW.date()), by=secretary, now=NOW)
    tasks.work(no_status.pk, now=NOW)
    assert told(no_status) == ("not_a_choice", None)
    assert not BulkChange.objects.exists()


def test_what_was_asked_under_a_key_that_is_lost_is_told_to_be_unreadable(here: Association, secretary: User) -> None:
    task = rename(here, secretary)
    Task.objects.update(sealed="of another key")
    tasks.work(task.pk, now=NOW)
    assert told(task) == ("unreadable", None)
    assert cities(here) == {"Adorp"}


def test_what_nobody_foresaw_is_over_too(here: Association, secretary: User, lid: MemberStatus) -> None:
    task = read(here, secretary, lid)
    TaskPart.objects.update(sealed=sealing.seal("bm90aGluZw=="))  # not what it should be
    tasks.work(task.pk, now=NOW)
    assert told(task) == ("broken", None)
    assert not ImportProposal.objects.exists()


def test_after_a_day_a_task_is_gone(here: Association, secretary: User, lid: MemberStatus) -> None:
    read(here, secretary, lid)
    assert tasks.drop_expired(now=NOW + timedelta(hours=23)) == 0
    tasks.drop_expired(now=NOW + timedelta(hours=24))
    assert not Task.objects.exists()
    assert not TaskPart.objects.exists()
