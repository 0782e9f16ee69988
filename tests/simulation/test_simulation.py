"""Hundreds of lives of a connection in every test run, and proof that the simulation can see what it looks for."""

from collections.abc import Iterable

import pytest

from ledenbrug import bookkeeping
from ledenbrug.core.plan import Kind
from ledenbrug.sync.models import Outcome
from tests.simulation.bugs import BUGS, OF_TOKENS
from tests.simulation.coverage import Coverage
from tests.simulation.schedule import FAULTS, Event, Schedule, schedule
from tests.simulation.simulate import first_failure, played, schedules, shortest

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]
OVER_HTTP = [each for each in bookkeeping.names() if each != "memory"]


def a_life(package: str, *events: Event) -> Schedule:
    return Schedule(
        seed=0, package=package, sepa=False, limited=False, rotates=False, few=25, long=False, events=events
    )


def went_through(plans: Iterable[Schedule]) -> dict[str, set[str]]:
    """Subject → what happened of it."""
    found = Coverage()
    for plan in plans:
        verdict = played(plan)
        assert all_well(plan if verdict.complaints else None)
        found.update(verdict.coverage)
    return {subject: {name for of, name in found if of == subject} for subject, _ in found}


def all_well(failed: Schedule | None) -> bool:
    assert failed is None, f"{played(failed).complaints}\n{shortest(failed)}"
    return True


def test_nothing_is_lost_nothing_done_twice_whatever_goes_wrong() -> None:
    happened = went_through(schedules(range(200)))
    assert {name.split()[0] for name in happened["fault"]} == set(FAULTS)
    assert {name.split()[-1] for name in happened["fault"]} >= {"create", "update", "read", "heads"}
    assert happened["sprung"] >= {"die before create", "die after create", "freeze before update", "cut after create"}
    assert happened["step"] >= {
        f"{kind} {outcome}"
        for kind in (Kind.CREATE, Kind.UPDATE)
        for outcome in (Outcome.DONE, Outcome.LOST, Outcome.REFUSED, Outcome.PUT_OFF, Outcome.UNCHANGED)
    }


@pytest.mark.parametrize("package", OVER_HTTP)
def test_nor_with_the_real_client_of_a_package(package: str) -> None:
    assert "renewed" in went_through(schedules(range(20), package))["tokens"]


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("package", "many"), [("memory", 2000), *((each, 200) for each in OVER_HTTP)])
def test_nor_in_ever_so_many_lives(package: str, many: int) -> None:
    happened = went_through(schedules(range(1000, 1000 + many), package))
    assert package == "memory" or happened["tokens"] >= {"renewed", "connected again"}


@pytest.mark.parametrize("package", bookkeeping.names())
def test_an_edit_there_within_the_second_of_our_own_write_is_seen_at_the_next_look(package: str) -> None:
    assert all_well(first_failure([a_life(package, ("turn", None), ("there_edit", 3, "city", 1))]))


@pytest.mark.parametrize("package", bookkeeping.names())
def test_a_seed_always_plays_the_same(package: str) -> None:
    assert schedule(7, package) == schedule(7, package)
    assert schedule(7, package) != schedule(8, package)
    plans = list(schedules(range(5, 11), package))
    journals, after_others = ({each.seed: played(each).journal for each in order} for order in (plans, plans[::-1]))
    assert journals == after_others
    assert all(journals.values())


def damage(failed: Schedule | None) -> list[str]:
    """What is complained of at the end: a mistake that only makes the engine stumble proves nothing."""
    verdict = played(failed) if failed else None
    return verdict.complaints if verdict and verdict.journal else []


@pytest.mark.parametrize("bug", BUGS)
def test_a_known_mistake_is_caught_within_a_thousand_schedules(bug: str) -> None:
    with BUGS[bug]():
        assert damage(first_failure(schedules(range(1000))))


@pytest.mark.parametrize("bug", OF_TOKENS)
def test_a_known_mistake_with_tokens_is_caught_too(bug: str) -> None:
    with OF_TOKENS[bug]():
        assert damage(first_failure(schedules(range(1000), "moneybird")))
