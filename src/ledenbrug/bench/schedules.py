"""How many simulated schedules of faults pass in a second: the simulation of the tests, in a process of its own.

Only where the tests are: an installed package has none.
"""

import os
import subprocess
import sys
from pathlib import Path

import ledenbrug
from ledenbrug.bench.far_side import Ground
from ledenbrug.bench.figure import Figure, at_least

SOURCE = Path(ledenbrug.__file__).parents[2]


def measure(ground: Ground) -> list[Figure]:
    many = ground.some(500, least=5)
    if not (SOURCE / "tests" / "simulation").is_dir():
        return []
    own = {name: value for name, value in os.environ.items() if name != "LEDENBRUG_DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation", str(many)], cwd=SOURCE, env=own, stdout=subprocess.PIPE, text=True
    )
    words = done.stdout.split()
    rate = float(words[words.index("a") - 1]) if done.returncode == 0 else 0.0
    return [at_least(f"simulated schedules of faults, {many}, all well", rate, "a second", 15)]
