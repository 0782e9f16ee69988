"""Two hundred lives of a connection in every test run, and proof that the simulation can see what it looks for."""

import pytest

from tests.simulation.bugs import BUGS
from tests.simulation.schedule import schedule
from tests.simulation.simulate import first_failure, shortest, verdict

pytestmark = pytest.mark.django_db(transaction=True)
SEEDS = range(200)


def test_nothing_is_lost_nothing_done_twice_whatever_goes_wrong() -> None:
    failed = first_failure(SEEDS)
    assert failed is None, f"{verdict(failed)}\n{shortest(failed)}"


def test_a_seed_always_plays_the_same() -> None:
    assert schedule(7) == schedule(7)
    assert schedule(7) != schedule(8)


@pytest.mark.parametrize("bug", BUGS)
def test_a_known_mistake_is_caught_within_a_thousand_schedules(bug: str) -> None:
    with BUGS[bug]():
        assert first_failure(range(1000)) is not None
