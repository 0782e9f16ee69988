"""One schedule from seed to verdict, and the shortest schedule that shows the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.simulation import coverage, permission, truth
from tests.simulation import stage as stages
from tests.simulation.coverage import Coverage
from tests.simulation.play import Play, our_doorbell
from tests.simulation.schedule import Schedule, schedule, shorter

THOROUGHLY = 250
_played = [0]


@dataclass(frozen=True)
class Verdict:
    complaints: list[str]
    coverage: Coverage = field(default_factory=Coverage)
    journal: list[tuple[str, ...]] = field(default_factory=list)


def played(plan: Schedule) -> Verdict:
    """An error of ours is a complaint like any other."""
    try:
        return _played_through(plan)
    except Exception as error:
        from django.db import connection

        connection.close()
        return Verdict([f"{type(error).__name__}: {error}"[:300]])


def _played_through(plan: Schedule) -> Verdict:
    stages.clear(thoroughly=_played[0] % THOROUGHLY == 0)
    _played[0] += 1
    with our_doorbell(plan), stages.staged(plan) as stage, permission.overheard(stage.far):
        play = Play(plan, stage)
        play.play()
        try:
            truth.good_weather(play)
        except truth.NeverEnds as never:
            return Verdict([str(never)])
        return Verdict(list(truth.complaints(play)), coverage.of(play), truth.journal(play))


def first_failure(plans: Iterable[Schedule]) -> Schedule | None:
    return next((plan for plan in plans if played(plan).complaints), None)


def schedules(seeds: range, package: str = "memory") -> Iterable[Schedule]:
    return (schedule(seed, package) for seed in seeds)


def shortest(plan: Schedule, *, most: int = 400) -> Schedule:
    """Takes away events for as long as something is still complained of."""
    tried, found, kind = 0, True, _kind(plan)
    while found and tried < most:
        found = False
        for smaller in shorter(plan):
            tried += 1
            if tried > most:
                break
            if _kind(smaller) == kind:
                plan, found = smaller, True
                break
    return plan


def _kind(plan: Schedule) -> str:
    """What is complained of, whoever it is about."""
    complaints = played(plan).complaints
    return " ".join(word for word in (complaints[0] if complaints else "").split() if word.isalpha())
