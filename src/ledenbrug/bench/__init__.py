"""Measures what the design promises, against a sandbox and a database of its own: `ledenbrug bench [NAME…] [--json]`.

It touches no installation; what it prints is what it saw, on this machine, at this moment.
"""

import json
import os
import sys
import tempfile
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path

from ledenbrug.bench.figure import Figure, table


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="ledenbrug bench", description="Measures, and prints a table.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="requests, latency, pushes, round, recovery; all of them"
    )
    parser.add_argument("--json", action="store_true", help="a list of {name, value, unit, target, met}")
    parser.add_argument("--limit", default="none", metavar="N/SECONDS", help="the sandbox's limit")
    parser.add_argument("--delay", type=float, default=0, metavar="MS", help="the sandbox's delay")
    parser.add_argument("--members", type=int, default=100_000, help="of the full round")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="ledenbrug-bench-") as folder:
        asked = {"limit": options.limit, "delay": options.delay, "members": options.members}
        found = _measured(Path(folder), options.names, **asked)
    text = json.dumps([asdict(each) for each in found], indent=1) if options.json else table(found)
    sys.stdout.write(text + "\n")
    return 0 if all(each.met is not False for each in found) else 1


def _measured(home: Path, names: list[str], *, limit: str, delay: float, members: int) -> list[Figure]:
    """A database that is as durable as a real one; only its place is temporary."""
    home.chmod(0o711)
    os.environ["LEDENBRUG_HOME"] = str(home)
    os.environ["LEDENBRUG_MONEYBIRD_LIMIT"] = limit
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledenbrug.site.settings")
    from ledenbrug.site import keys
    from ledenbrug.site.postgres.supervisor import running

    keys.ensure(keys.folder())
    with running(home) as server:
        os.environ["LEDENBRUG_DATABASE_URL"] = server.url()
        from ledenbrug.site import start

        start.django()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        from ledenbrug.bench.measures import MEASURES, Ground

        found: list[Figure] = []
        for name in names or MEASURES:
            found.extend(MEASURES[name](Ground(limit=limit, delay=delay, members=members)))
        connection.close()
        return found
