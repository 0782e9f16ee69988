"""What was read of a long list is given to the next turn: never to another connection, nor after a step of ours."""

from datetime import timedelta

import pytest

from ledenbrug.sync import halfway
from ledenbrug.sync.halfway import Halfway
from ledenbrug.sync.models import Journal, Outcome, Reading
from tests.sync.stage import Stage, a_stage

pytestmark = pytest.mark.django_db
PARTS = [b'{"page": "een"}', b'{"page": "tw\xc3\xa9e"}']


@pytest.fixture
def stage() -> Stage:
    return a_stage()


@pytest.fixture
def kept(stage: Stage) -> Halfway:
    found = Halfway(stage.connection, clock=stage.clock)
    assert found.parts() == ()
    for part in PARTS:
        found.add(part)
    return found


def a_step(stage: Stage, outcome: str) -> None:
    own = {"association": stage.association, "connection": stage.connection, "noted_at": stage.now}
    Journal.objects.create(**own, epoch=1, payer="m1", kind="update", outcome=outcome)


def test_it_comes_back_in_order_sealed_and_to_its_own_connection(stage: Stage, kept: Halfway) -> None:
    assert kept.parts() == PARTS
    assert Halfway(a_stage().connection, clock=stage.clock).parts() == ()
    assert not any("page" in each.sealed for each in Reading.objects.all())


@pytest.mark.parametrize("outcome", [Outcome.NOTED, Outcome.DONE, Outcome.LOST])
def test_a_step_of_ours_makes_it_tell_nothing_any_more(stage: Stage, kept: Halfway, outcome: str) -> None:
    a_step(stage, outcome)
    kept.add(PARTS[0])  # read in part before that step
    assert kept.parts() == ()
    kept.add(PARTS[0])
    assert kept.parts() == PARTS[:1]


def test_a_step_that_was_put_off_changed_nothing(stage: Stage, kept: Halfway) -> None:
    a_step(stage, Outcome.PUT_OFF)
    assert kept.parts() == PARTS


def test_what_lay_for_ten_minutes_is_read_anew(stage: Stage, kept: Halfway) -> None:
    stage.later(minutes=9)
    kept.add(PARTS[0])
    stage.later(minutes=9)
    assert kept.parts() == [*PARTS, PARTS[0]]
    stage.now += halfway.YOUNG - timedelta(minutes=8)
    assert kept.parts() == ()


def test_at_the_end_of_the_lists_nothing_stays(stage: Stage, kept: Halfway) -> None:
    halfway.forget(stage.connection)
    assert not Reading.objects.exists()
