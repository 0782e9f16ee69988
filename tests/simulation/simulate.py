"""One schedule from seed to verdict, and the shortest schedule that shows the same."""

from collections.abc import Callable

from tests.simulation import stage as stages
from tests.simulation import truth
from tests.simulation.play import Play, our_doorbell
from tests.simulation.schedule import Schedule, schedule, shorter

THOROUGHLY = 100
_played = [0]


def complaints(plan: Schedule) -> list[str]:
    stages.clear(thoroughly=_played[0] % THOROUGHLY == 0)
    _played[0] += 1
    with our_doorbell(plan.few):
        play = Play(plan)
        play.play()
        try:
            truth.good_weather(play)
        except truth.NeverEnds as never:
            return [str(never)]
        return list(truth.complaints(play))


def verdict(plan: Schedule) -> list[str]:
    """An error of ours is a complaint like any other."""
    try:
        return complaints(plan)
    except Exception as error:
        from django.db import connection

        connection.close()
        return [f"{type(error).__name__}: {error}"[:300]]


def first_failure(seeds: range, *, every: int = 0, say: Callable[[str], None] | None = None) -> Schedule | None:
    for done, seed in enumerate(seeds, start=1):
        plan = schedule(seed)
        if verdict(plan):
            return plan
        if say and every and done % every == 0:
            say(f"{done} schedules, all well")
    return None


def shortest(plan: Schedule, *, most: int = 400) -> Schedule:
    """Takes away events for as long as something is still complained of."""
    tried, found, kind = 0, True, _kind(verdict(plan))
    while found and tried < most:
        found = False
        for smaller in shorter(plan):
            tried += 1
            if tried > most:
                break
            if _kind(verdict(smaller)) == kind:
                plan, found = smaller, True
                break
    return plan


def _kind(complaints: list[str]) -> str:
    """What is complained of, whoever it is about."""
    return " ".join(word for word in (complaints[0] if complaints else "").split() if word.isalpha())
