"""Starts the stand-in server of a bookkeeping package.

It must not start Django or a database: a sandbox is what a newcomer tries first.
"""

import sys
from importlib import import_module

from ledenbrug.site import packages


def main(arguments: list[str]) -> int:
    there = packages.sandboxes()
    if not arguments or arguments[0] not in there:
        sys.stderr.write(f"Which sandbox? There is: {', '.join(there) or 'none'}. ledenbrug sandbox NAME --port P\n")
        return 2
    code: int | None = import_module(f"ledenbrug.bookkeeping.{arguments[0]}.sandbox").main(arguments[1:])
    return code or 0
