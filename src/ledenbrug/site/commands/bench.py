"""Measures: hands over to `ledenbrug.bench`.

It must not measure anything itself.
"""

from importlib import import_module

from ledenbrug.site import start


def main(arguments: list[str]) -> int:
    start.use_settings()
    code: int | None = import_module("ledenbrug.bench").main(arguments)
    return code or 0
