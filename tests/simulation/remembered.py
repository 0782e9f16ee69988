"""What really happened in a simulated life, at the package and with the tokens.

The engine's own words are held against it afterwards.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from ledenbrug.core.records import ContactId, Field, Group


@dataclass
class Remembered:
    """What was really carried out."""

    made: dict[ContactId, str] = field(default_factory=dict)
    """Contact → the customer number it was made with."""
    writes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Number or contact → how many writes of ours were carried out."""
    accepted: dict[tuple[ContactId, Field], str] = field(default_factory=dict)
    by_hand: set[tuple[ContactId, Group]] = field(default_factory=set)
    """Groups that a person there changed after us."""
    doubtful: set[ContactId | str] = field(default_factory=set)
    """Of whom some answer never came: contact or number."""
    refused: set[tuple[Field, str]] = field(default_factory=set)
    undone: list[str] = field(default_factory=list)
    """Writes over what only they had changed: there must be none."""
    foreseeable: int = 0
    """How often the package refused for its limit's sake: it must not come to that."""


@dataclass
class Renewals:
    """How it went with the pair of tokens."""

    under_way: bool = False
    at_once: int = 0
    """How often somebody renewed while somebody else did."""
    held: bool = False
    """Whether somebody holds the grant: the others wait."""
    lost: bool = False
    """The pair that we hold may be dead, and not by our doing."""
    taken_back: int = 0
    """How often the permission was, and how often that was when the newest pair was given."""
    given_after: int = 0
    unasked: int = 0
    """How often a person was asked to log in without that."""
    went: Counter[str] = field(default_factory=Counter)
    """How often what came of it."""
