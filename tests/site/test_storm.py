"""Everything is shot at while several hundred members go over and somebody edits: worker, web and database."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from ledenbrug.site.postgres.address import described
from tests.site.programs import environment, running_command
from tests.site.servers import ROOT, ask
from tests.site.storm import Secretary, Targets, frozen, shoot
from tests.sync.processes import a_sandbox, everyone_there

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
MEMBERS = 400
KILLED = ("worker", "database", "serving", "session", "web")
FROZEN = ("worker", "web", "database")
ROUNDS = 2
FROZEN_SECONDS = 4
PATIENCE_SECONDS = 60
LEFT = """SELECT (SELECT count(*) FROM sync_touched) + (SELECT count(*) FROM sync_journal WHERE outcome = 'noted')
                 - (SELECT count(*) FROM sync_link WHERE contact IS NOT NULL AND NOT unsure)"""


def test_after_a_storm_of_kills_everything_is_there_once_and_every_saved_edit_went_over(used_home: Path) -> None:
    with (
        a_sandbox("--limit", "none", "--delay", "20") as sandbox,
        running_command("run", "--port", "0", home=used_home, LEDENBRUG_MONEYBIRD_LIMIT="none") as site,
    ):
        url = site.url
        fill = [sys.executable, "-m", "tests.site.storm", sandbox, str(MEMBERS)]
        subprocess.run(fill, cwd=ROOT, env=environment(used_home), check=True, timeout=120)
        secretary = Secretary(lambda: url, members=MEMBERS)
        secretary.start()
        hits = _storm(Targets(site.process.pid, used_home))
        _goes_on_until(lambda: len(secretary.saved) >= len(hits))
        secretary.stopped.set()
        secretary.join(60)
        _until_calm(used_home, seconds=300)
        there = everyone_there(sandbox)
        assert site.process.poll() is None
    assert sorted(each["customer_id"] for each in there) == sorted(f"LID-{n}" for n in range(1, MEMBERS + 1))
    cities = {int(each["customer_id"].removeprefix("LID-")): each["city"] for each in there}
    assert {number: cities[number] for number in secretary.saved} == secretary.saved
    assert set(hits) == {*KILLED, *(f"frozen {each}" for each in FROZEN)}
    assert len(secretary.saved) >= len(hits)


def _storm(targets: Targets) -> list[str]:
    """What was hit. Everything has a moment to come back, not long enough to be at ease."""
    hits = []
    for _ in range(ROUNDS):
        for name in KILLED:
            hits += [name] * shoot(_there(getattr(targets, name)))
            time.sleep(2)
        for name in FROZEN:
            with frozen(_there(getattr(targets, name))) as hit:
                hits += [f"frozen {name}"] * hit
                time.sleep(FROZEN_SECONDS)
            time.sleep(1)
    return hits


def _there(target: Callable[[], int | None]) -> int | None:
    """On a busy machine what was shot before may still be on its way back."""
    _goes_on_until(lambda: target() is not None)
    return target()


def _goes_on_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not true() and time.monotonic() < end:
        time.sleep(0.05)


def _until_calm(home: Path, *, seconds: float) -> None:
    """Nothing is left to be looked at, and no step is under way."""
    end = time.monotonic() + seconds
    while True:
        left = _left(home)
        if left == 0:
            return
        assert time.monotonic() < end, f"{left} left"
        time.sleep(0.5)


def _left(home: Path) -> int:
    address = described(home)
    assert address is not None
    try:
        return MEMBERS + int(ask(address.url(), LEFT))
    except psycopg.OperationalError:
        return MEMBERS
