"""The reference package: an administration that is a dict, for the tests of everything that speaks to a package.

No screen offers it; nothing outside tests may use it.
"""

from collections.abc import Mapping, Sequence

from ledenbrug.core.line import Line
from ledenbrug.core.port import Administration, Books, Package
from ledenbrug.core.records import Field, Group


def _administrations(line: Line) -> Sequence[Administration]:
    from ledenbrug.bookkeeping.memory import world

    return [Administration(name, name.title()) for name in sorted(world.worlds)]


def _books(line: Line, administration: str, choices: Mapping[str, str], groups: frozenset[Group]) -> Books:
    from ledenbrug.bookkeeping.memory import client, world

    return client.MemoryBooks(world.of(administration))


PACKAGE = Package(
    name="memory",
    label="Memory",
    url="memory:",
    oauth=None,
    personal_token=True,
    limits=(),
    groups=frozenset(Group),
    translation=1,
    administrations=_administrations,
    books=_books,
    too_long=dict.fromkeys(Field, 255),
    hidden=True,
)
