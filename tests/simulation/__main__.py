"""`python -m tests.simulation [N] [FIRST] [--package NAME] [--lanes L]`: N schedules, a process per core.

A line per thousand and what they went through; a failure is shown by its seed and at its shortest, and the exit is 1.
"""

import os
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.simulation import lanes

if TYPE_CHECKING:
    from ledenbrug.site.postgres.address import Address

EVERY = 1000


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("many", type=int, nargs="?", default=EVERY)
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("--package", default="memory")
    parser.add_argument("--lanes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="ledenbrug-simulation-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        os.environ["LEDENBRUG_HOME"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "ledenbrug.site.settings"
        from ledenbrug.site import keys
        from ledenbrug.site.postgres.supervisor import running

        keys.ensure(keys.folder())
        with running(home, durable=False) as server:
            _migrate(server.url())
            return _simulate(asked, server)


def _migrate(url: str) -> None:
    """What every lane's database is a copy of."""
    os.environ["LEDENBRUG_DATABASE_URL"] = url
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    connection.close()
    connection.close_pool()


def _simulate(asked: Namespace, server: "Address") -> int:
    began, done, coverage = time.monotonic(), 0, Counter[tuple[str, str]]()
    seeds = range(asked.first, asked.first + asked.many)
    for each in lanes.play(seeds, package=asked.package, server=server, lanes=asked.lanes):
        if isinstance(each, lanes.Failure):
            told = "\n".join(each.complaints)
            _say(f"Seed {each.seed} of {asked.package} fails. The shortest that shows it:\n{each.shortest}\n{told}")
            return 1
        before, done = done, done + each.played
        coverage.update(each.coverage)
        if done // EVERY > before // EVERY:
            _say(f"{done // EVERY * EVERY} schedules, all well, {time.monotonic() - began:.0f} s")
    from tests.simulation.coverage import told as went_through

    _say(f"{done} schedules, all well: {done / (time.monotonic() - began):.1f} a second")
    _say(went_through(coverage))
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
