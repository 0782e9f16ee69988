"""What happens in one simulated life of a connection, as data made from a seed: nothing here touches a database.

An event is a name with numbers and words; it means something in every order, so that a schedule can be shortened.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

Event = tuple[Any, ...]

MEMBERS = 4
FIELDS = ("email", "city", "last_name", "given_name", "phone")
THERE = ("email", "city", "last_name", "phone", "address_extra")
TOKENS = {"token_ends": 8, "take_back": 1, "log_in": 3}
REFRESH = ("before refresh", "after refresh", "refresh")
"""Beside those, where tokens rotate."""
CALLS = ("create", "update", "find", "read", "heads", "*", "*", "*")
POINTS = (
    "before create", "after create", "before update", "after update", "before find", "after find", "after read",
    "after heads",
)  # fmt: skip
FAULTS = (
    "not_sent", "lost", "lost_undone", "error", "error_undone", "limited", "login", "defect", "slow", "slow_lost",
    "garbled",
)  # fmt: skip
WEIGHTS = {
    "turn": 34, "edit": 22, "pass": 12, "fault": 16, "add": 3, "leave": 4, "return": 4, "die": 1, "payer": 3, "self": 2,
    "import": 3, "delete": 2, "restore": 2, "there_edit": 7, "there_archive": 3, "there_back": 3, "there_delete": 2,
    "there_add": 3, "refuse": 3, "settings": 4, "disable": 1, "enable": 2, "sync_now": 2, "hold": 1, "night": 4,
    "decide": 4, "iban": 3, "mandate_end": 1, "prune": 1,
}  # fmt: skip
NESTED = ("turn", "edit", "edit", "leave", "return", "there_edit", "there_delete", "pass", "turn", "turn", "settings")


@dataclass(frozen=True)
class Schedule:
    seed: int
    package: str
    sepa: bool
    limited: bool
    """Whether the package counts our requests."""
    rotates: bool
    """Whether the permission is a pair of tokens that ends and is renewed; otherwise one that somebody pasted."""
    few: int
    """From how many rows on a load is planned as a whole."""
    long: bool
    """Whether any load outlasts a window of the limit: what is kept beside contacts comes when they are all there."""
    events: tuple[Event, ...]

    def __str__(self) -> str:
        told = ("seed", "sepa", "limited", "rotates", "few", "long")
        how = " ".join(f"{each}={getattr(self, each)}" for each in told)
        return "\n".join([f"{self.package}: {how}", *map(repr, self.events)])


def schedule(seed: int, package: str = "memory") -> Schedule:
    random = Random(seed)
    rotates = package != "memory" and random.random() < 0.6
    weighted = {**WEIGHTS, **(TOKENS if rotates else {})}
    names, weights = list(weighted), list(weighted.values())
    count = random.randint(6, 22)
    events = [_event(random, "turn", rotates=rotates)] if random.random() < 0.5 else []
    for name in random.choices(names, weights, k=count):
        events.append(_event(random, name, rotates=rotates))
        if name in ("fault", "token_ends") and random.random() < 0.5:  # something to befall
            events += [_event(random, each, rotates=rotates) for each in ("edit", "turn")]
    sepa, few, limited = random.random() < 0.3, random.choice((2, 25)), random.random() < 0.5
    return Schedule(seed, package, sepa, limited, rotates, few, random.random() < 0.5, tuple(events))


def _event(random: Random, name: str, *, rotates: bool, nested: bool = False) -> Event:
    member, other, value = random.randrange(8), random.randrange(8), random.randrange(4)
    match name:
        case "turn":
            return ("turn", None if nested or random.random() < 0.45 else _trap(random, rotates=rotates))
        case "edit":
            return ("edit", member, random.choice(FIELDS), value)
        case "pass":
            return ("pass", random.choice((1, 5, 40, 400, 4000)))
        case "fault":
            calls = (*CALLS, *REFRESH[-1:] * 3) if rotates else CALLS
            return ("fault", random.choice(calls), random.choice(FAULTS), random.choice((0, 0, 0, 1, 2, 3)))
        case "there_edit":
            return ("there_edit", member, random.choice(THERE), value)
        case "refuse":
            return ("refuse", random.choice(("email", "city", "last_name")), value)
        case "settings":
            return ("settings", random.choice(("phone", "statuses", "prefix", "put_back")))
        case "payer":
            return ("payer", member, other)
        case _:
            return (name, member, value)


def _trap(random: Random, *, rotates: bool) -> Event:
    """At which point of the turn what happens: the so-manyth statement or side of a request, or the first so named."""
    points = (*POINTS, *REFRESH[:2] * 2) if rotates else POINTS
    point = random.choice((random.randrange(12), random.randrange(12, 40), random.choice(points)))
    what = random.choice(("die", "die", "freeze", "freeze", "cut"))
    names = (*NESTED, *TOKENS) if rotates else NESTED
    nested = random.choices(names, k=random.randint(1, 3)) if what == "freeze" else ()
    return (point, what, tuple(_event(random, name, rotates=rotates, nested=True) for name in nested))


def shorter(whole: Schedule) -> Iterable[Schedule]:
    """The same with less in it: halves first, then single events, then single traps."""
    events = whole.events
    size = len(events) // 2
    while size >= 1:
        for start in range(0, len(events), size):
            yield _with(whole, events[:start] + events[start + size :])
        size //= 2
    for place, event in enumerate(events):
        if event[0] == "turn" and event[1]:
            point, what, nested = event[1]
            smaller = [None] + [(point, what, nested[:i] + nested[i + 1 :]) for i in range(len(nested))]
            for trap in smaller:
                yield _with(whole, (*events[:place], ("turn", trap), *events[place + 1 :]))


def _with(whole: Schedule, events: tuple[Event, ...]) -> Schedule:
    return replace(whole, events=events)
