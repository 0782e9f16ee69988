"""What an entity looks like: its properties in the service's order, which of them may be written, what they are unset.

A small notation for tables of facts (`crm_shapes`, `other_shapes`); it knows no rule about any value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]  # what is set; the rest is as the shape says

TEXT, GUID, DATE, NUMBER, TICK, LONG, FRACTION, LINK = "s", "g", "d", "i", "b", "l", "f", "x"


@dataclass(frozen=True, slots=True)
class Property:
    name: str
    kind: str
    on_create: bool = False
    on_update: bool = False
    unset: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    name: str  # in `__metadata`
    path: str  # below the division
    properties: Mapping[str, Property]
    key: str = "ID"
    bare_reply: Mapping[str, Any] = field(default_factory=dict)  # what a POST tells beside the id
    limits: Mapping[str, int] = field(default_factory=dict)  # characters
    needed: tuple[str, ...] = ()
    filterable: frozenset[str] | None = None  # of which one must be in the filter of a list
    entity_type: int = 0  # among the deleted ones
    topic: str = ""  # of webhooks
    verbs: tuple[str, ...] = ("GET", "POST", "PUT", "DELETE")

    def unset(self, name: str) -> Any:
        return self.properties[name].unset


def properties(table: str) -> dict[str, Property]:
    """`Name:kind`, with `w` behind it when it may be written, `p` when only on creation, `=` and what it is unset."""
    found = {}
    for word in table.split():
        head, _, unset = word.partition("=")
        name, _, kind = head.partition(":")
        written = kind[1:]
        value = _value(kind[0], unset) if "=" in word else None
        found[name] = Property(name, kind[0], "w" in written or "p" in written, "w" in written, value)
    return found


def _value(kind: str, text: str) -> Any:
    if kind == TICK:
        return text == "true"
    if kind in (NUMBER, FRACTION):
        return int(text)
    return text
