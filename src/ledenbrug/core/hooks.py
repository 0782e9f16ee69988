"""What a package that tells of changes by itself is asked: to begin, to stop, and what it says.

Whatever it says is a hint: it names a contact that is then read again, and nothing of it is believed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ledenbrug.core.line import Line
from ledenbrug.core.records import ContactId


class Refusal(StrEnum):
    """Why a delivery is not listened to."""

    UNSIGNED = "unsigned"
    SIGNATURE = "signature"
    AGE = "age"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Heard:
    contact_id: ContactId | None
    """None: about something else."""
    version: str = ""
    """Of the contact since then; empty where the delivery does not say."""
    echo: bool = False
    """May be what we wrote ourselves: nothing tells it from what others did."""


@dataclass(frozen=True, slots=True)
class Registered:
    id: str
    secret: str = field(repr=False)
    """Empty where it stands with the association's own key."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """The calls take a line, the administration's id and, the last of them, our address or the webhook's id; they raise
    what `Books` raises. The package visits our address, unsigned, before it answers the first."""

    scopes: tuple[str, ...]
    """What must be asked of the owner besides."""
    register: "Callable[[Line, str, str], Registered]"
    """An earlier one with our address is taken away first: its secret may never have reached us."""
    awake: "Callable[[Line, str, str], bool]"
    """Whether it is still there; switched on again where it was off. One request."""
    unregister: "Callable[[Line, str, str], None]"
    """Also fine when it is gone. One request."""
    heard: Callable[[Mapping[str, str], bytes, str, datetime], Heard | Refusal]
    """Headers (names in lower case), body, secret, now."""
    own_secret: bool = False
    """What it signs with stands with the association's own key there: who pastes the key may paste that too."""
