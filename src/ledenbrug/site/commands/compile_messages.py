"""Compiles the translations that changed.

It must not need Django: `make setup` calls it before anything else.
"""

import sys

from ledenbrug.site import translations


def main(arguments: list[str]) -> int:
    made = translations.compile_newer()
    if made:
        sys.stdout.write(f"{len(made)} translations compiled.\n")
    return 0
