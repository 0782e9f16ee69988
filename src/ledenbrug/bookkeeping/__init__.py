"""The bookkeeping packages: one folder each, found by name.

It lists nothing and imports a package only when that one is asked for.
"""

import importlib
from functools import cache
from pathlib import Path

from ledenbrug.core.port import Package

_FOLDER = Path(__file__).parent


class UnknownPackage(LookupError):
    pass


def names() -> tuple[str, ...]:
    """Every package there is, hidden ones too."""
    return tuple(sorted(path.parent.name for path in _FOLDER.glob("*/__init__.py")))


@cache
def load(name: str) -> Package:
    if name not in names():
        raise UnknownPackage(name)
    package: Package = importlib.import_module(f"{__name__}.{name}").PACKAGE
    return package


def visible() -> tuple[Package, ...]:
    """Those that a person may choose, by label."""
    packages = (load(name) for name in names())
    return tuple(sorted((each for each in packages if not each.hidden), key=lambda each: each.label.casefold()))


def choices() -> list[tuple[str, str]]:
    """For a form: name and label."""
    return [(each.name, each.label) for each in visible()]
