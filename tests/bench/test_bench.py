"""Every measure works and tells figures of one shape. How high they are is not for a test to say."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ledenbrug.bench.names import NAMES

ROOT = Path(__file__).parents[2]
WITH_WORKERS = {"exact", "latency", "pushes", "limit", "recovery", "simulation", "many"}


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ledenbrug", "bench", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)


def figures(*names: str) -> list[dict[str, object]]:
    done = bench(*names, "--scale", "0.005", "--json")
    assert done.stdout, done.stderr
    return list(json.loads(done.stdout))


def complaints(found: list[dict[str, object]]) -> list[object]:
    return [
        each
        for each in found
        if set(each) != {"name", "value", "unit", "target", "met"}
        or not isinstance(each["value"], int | float)
        or (each["met"] is None) != (each["target"] == "")
    ]


def test_the_list_says_what_can_be_measured() -> None:
    done = bench("--list")
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(NAMES)


def test_a_name_that_is_none_is_said_at_once() -> None:
    done = bench("speed")
    assert done.returncode == 2
    assert "speed" in done.stderr


def test_what_needs_no_worker_is_measured() -> None:
    found = figures(*(name for name in NAMES if name not in WITH_WORKERS))
    assert complaints(found) == []
    assert len(found) > 20


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(WITH_WORKERS))
def test_what_needs_workers_is_measured(name: str) -> None:
    found = figures(name)
    assert complaints(found) == []
    assert found
