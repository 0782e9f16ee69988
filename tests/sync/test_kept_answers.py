"""An answer is kept while the package works on the next request: what becomes of both when that goes wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.models import F

from ledenbrug.core.records import Field
from ledenbrug.sync import engine, lines
from ledenbrug.sync.models import Connection, Link
from tests.members.factories import a_member
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    pass


@pytest.fixture
def stage() -> Stage:
    stage = a_stage()
    for number in ("1", "2", "3"):
        a_member(stage.association, status=stage.status, number=number, last_name=f"Invented{number}")
    Connection.objects.filter(id=stage.connection.id).update(round_due_at=stage.now, round_cause="enable")
    return stage


def nothing() -> None:
    pass


def turn(
    stage: Stage, *, before_the_second: Callable[[], None] = nothing, at_the_second: Callable[[], None] = nothing
) -> None:
    """One, in which something happens before the package makes the second contact, or while it does."""

    @contextmanager
    def opened(connection: Connection, **how: Any) -> Iterator[Any]:
        with lines.books(connection, **how) as books:
            create = books.create

            def watched(values: Any) -> Any:
                if len(stage.contacts()) == 1:
                    before_the_second()
                made = create(values)
                if len(stage.contacts()) == 2:
                    at_the_second()
                return made

            books.create = watched  # type: ignore[method-assign]
            yield books

    engine.run(stage.connection.id, clock=stage.clock, open_books=opened)


def kept(stage: Stage) -> int:
    return Link.objects.filter(association=stage.association).exclude(contact=None).count()


def test_the_answer_before_is_kept_by_the_time_the_next_one_comes(stage: Stage) -> None:
    seen = list[int]()
    turn(stage, at_the_second=lambda: seen.append(kept(stage)))
    assert (seen, kept(stage), len(stage.contacts())) == ([0], 3, 3)  # a package that is no server does not wait


def test_a_worker_killed_during_a_call_leaves_two_in_doubt_and_none_twice(stage: Stage) -> None:
    def die() -> None:
        raise Killed

    with pytest.raises(Killed):
        turn(stage, at_the_second=die)
    assert (kept(stage), len(stage.contacts())) == (0, 2)
    stage.turn()
    assert (kept(stage), len(stage.contacts())) == (3, 3)
    assert stage.world.requests["create"] == 3


def test_a_worker_that_lost_the_connection_makes_no_call_more_than_the_one_under_way(stage: Stage) -> None:
    def another() -> None:
        Connection.objects.filter(id=stage.connection.id).update(epoch=F("epoch") + 1)

    turn(stage, at_the_second=another)
    assert (kept(stage), len(stage.contacts())) == (1, 2)
    stage.turn()
    assert (kept(stage), len(stage.contacts()), stage.world.requests["create"]) == (3, 3, 3)


def test_what_a_sleeper_made_after_all_was_linked_by_nobody_when_it_could_not_keep_the_answer_before(
    stage: Stage,
) -> None:
    def overtaken() -> None:
        stage.turn()  # another worker makes all three
        (second,) = (
            contact for contact, each in stage.world.contacts.items() if each.values[Field.CUSTOMER_NUMBER] == "LID-2"
        )
        stage.world.delete(second)  # somebody deletes one, and then the sleeper's request arrives

    turn(stage, before_the_second=overtaken)
    stage.turn()
    assert sorted(each["customer_number"] for each in stage.contacts()) == ["LID-1", "LID-2", "LID-3"]
    assert {each.contact for each in Link.objects.all()} == set(stage.world.contacts)
    assert not Link.objects.filter(unsure=True).exists()
