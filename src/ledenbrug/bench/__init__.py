"""Measures what the design promises, against a sandbox and a database of its own: `ledenbrug bench [NAME…] [--json]`.

It touches no installation; what it prints is what it saw, on this machine, at this moment.
"""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict

from ledenbrug.bench.figure import Figure, table
from ledenbrug.bench.names import NAMES


def main(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    if options.list:
        sys.stdout.write("".join(f"  {name:<12}{says}\n" for name, says in NAMES.items()))
        return 0
    from ledenbrug.bench.house import house
    from ledenbrug.bench.machine import machine

    found: list[Figure] = []
    if not options.json:
        _say(machine())
    with house(limit=options.limit):
        from ledenbrug.bench.far_side import Ground
        from ledenbrug.bench.measures import MEASURES

        ground = Ground(limit=options.limit, delay=options.delay, scale=options.scale, only=options.only)
        for name in options.names or NAMES:
            sys.stderr.write(f"measuring {name} …\n")
            figures = MEASURES[name](ground)
            found.extend(figures)
            if not options.json:
                _say(table(figures))
    if options.json:
        _say(json.dumps([asdict(each) for each in found], indent=1, ensure_ascii=False))
    return 0 if all(each.met is not False for each in found) else 1


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _options(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(prog="ledenbrug bench", description="Measures, and prints a table.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these; `--list` says which there are")
    parser.add_argument("--list", action="store_true", help="what can be measured")
    parser.add_argument("--json", action="store_true", help="a list of {name, value, unit, target, met}")
    parser.add_argument("--limit", default="none", metavar="N/SECONDS|none", help="the sandbox's limit (none)")
    parser.add_argument("--delay", type=float, default=0, metavar="MS", help="every answer takes this much longer (0)")
    parser.add_argument("--scale", type=float, default=1, metavar="PART", help="of the usual amounts: 0.1 is a tenth")
    parser.add_argument("--only", default="", metavar="PATTERN", help="the screens with a name like this (all)")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        parser.error(f"nothing is measured under the name {', '.join(unknown)}; there is: {', '.join(NAMES)}")
    return options
