"""Which function measures what. None may change what it measures: engine, worker and sandbox are the real ones."""

from collections.abc import Callable, Mapping

from ledenbrug.bench import (
    counts,
    exact,
    files,
    full_limit,
    latency,
    many,
    people,
    pushes,
    recovery,
    rounds,
    schedules,
    screens,
)
from ledenbrug.bench.far_side import Ground
from ledenbrug.bench.figure import Figure

MEASURES: Mapping[str, Callable[[Ground], list[Figure]]] = {
    "requests": counts.measure,
    "latency": latency.measure,
    "pushes": pushes.measure,
    "round": rounds.measure,
    "limit": full_limit.measure,
    "preview": people.preview,
    "matching": people.matching,
    "import": files.measure,
    "screens": screens.measure,
    "recovery": recovery.measure,
    "simulation": schedules.measure,
    "many": many.measure,
    "exact": exact.measure,
}
