"""Many schedules at once: a process per core, each with a database of its own that is a copy of one that was made.

It must be imported before Django is set up: the settings come with the lane.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.queues import Queue
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from ledenbrug.site.postgres.address import Address
    from tests.simulation.coverage import Coverage

LOT = 25
"""Schedules that a lane is given at once."""


@dataclass(frozen=True)
class Failure:
    seed: int
    shortest: str
    complaints: list[str]


@dataclass(frozen=True)
class Lot:
    """What came of some seeds."""

    played: int
    coverage: "Coverage"
    failed: int | None = None


def play(seeds: range, *, package: str, server: "Address", lanes: int) -> Iterator[Lot | Failure]:
    """Lot after lot in the order of their seeds, up to the first failure, which comes at its shortest."""
    with _lanes(server, lanes) as pool:
        lots = [seeds[start : start + LOT] for start in range(0, len(seeds), LOT)]
        waiting = [pool.submit(_lot, each, package) for each in lots]
        for each in waiting:
            lot = each.result()
            yield lot
            if lot.failed is not None:
                pool.shutdown(cancel_futures=True)  # the one who shortens it has a database of that name
                break
        else:
            return
    with _lanes(server, 1) as pool:
        yield pool.submit(_shortest, lot.failed, package).result()


@contextmanager
def _lanes(server: "Address", count: int) -> Iterator[ProcessPoolExecutor]:
    apart = get_context("spawn")
    names: Queue[str] = apart.Queue()
    for lane in range(count):
        names.put(_copied(server, f"lane_{lane}"))
    with ProcessPoolExecutor(count, mp_context=apart, initializer=_enter, initargs=(names,)) as pool:
        yield pool


def _copied(server: "Address", name: str) -> str:
    with psycopg.connect(replace(server, name="postgres").url(), autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        session.execute(f"CREATE DATABASE {name} TEMPLATE {server.name}")
    return replace(server, name=name).url()


def _enter(names: "Queue[str]") -> None:
    os.environ["LEDENBRUG_DATABASE_URL"] = names.get()
    import django

    django.setup()
    import gc
    import logging

    import tests.simulation.simulate  # noqa: F401  what a lot needs

    logging.disable(logging.CRITICAL)
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)  # a life leaves little behind, and Django's models are not looked through for it


def _lot(seeds: range, package: str) -> Lot:
    from tests.simulation.coverage import Coverage
    from tests.simulation.simulate import played, schedules

    coverage = Coverage()
    for done, plan in enumerate(schedules(seeds, package), start=1):
        verdict = played(plan)
        coverage.update(verdict.coverage)
        if verdict.complaints:
            return Lot(done, coverage, plan.seed)
    return Lot(len(seeds), coverage)


def _shortest(seed: int, package: str) -> Failure:
    from tests.simulation.schedule import schedule
    from tests.simulation.simulate import played, shortest

    small = shortest(schedule(seed, package))
    return Failure(seed, str(small), played(small).complaints)
