"""A sandbox's doubts as switches: one dataclass field is one option of the command line, with the likeliest default.

It knows no package; which doubts there are is each package's own table.
"""

from argparse import ArgumentParser, Namespace
from dataclasses import field, fields
from typing import Any, TypeVar

S = TypeVar("S")


def choice(*values: str, why: str) -> Any:
    return field(default=values[0], metadata={"values": values, "why": why})


def amount(default: float | None, *, why: str) -> Any:
    return field(default=default, metadata={"values": (), "why": why})


def add_options(parser: ArgumentParser, switches: type[Any]) -> None:
    group = parser.add_argument_group("switches: what nobody knows for sure about the real service")
    for one in fields(switches):
        option, values, why = "--" + one.name.replace("_", "-"), one.metadata["values"], one.metadata["why"]
        if values:
            group.add_argument(option, choices=values, default=one.default, help=f"{why} (default {one.default})")
        else:
            group.add_argument(option, type=float, default=one.default, metavar="N", help=why)


def from_options(options: Namespace, switches: type[S]) -> S:
    return switches(**{one.name: getattr(options, one.name) for one in fields(switches)})  # type: ignore[arg-type]
