"""Reads settings from the process environment, also from the file a `…_FILE` variable names.

It must not know what the settings are for; a wrong value is remembered in `mistakes` so that a check can explain it.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "LEDENBRUG_"
YES = frozenset({"1", "true", "yes", "on", "ja"})
NO = frozenset({"0", "false", "no", "off", "nee", ""})


@dataclass(frozen=True)
class Mistake:
    """A variable that cannot be used, said without its value: it may be a secret."""

    variable: str
    why: str
    hint: str


mistakes: dict[str, Mistake] = {}


def note(variable: str, why: str, *, hint: str) -> None:
    mistakes[variable] = Mistake(variable, why, hint)


def text(name: str, default: str = "") -> str:
    return optional(name) or default


def optional(name: str) -> str | None:
    variable = PREFIX + name
    from_file = os.environ.get(variable + "_FILE")
    value = os.environ.get(variable)
    if not from_file:
        return value or None
    if value:
        note(variable, f"{variable} and {variable}_FILE are both set.", hint="Keep one of the two.")
    try:
        return Path(from_file).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        note(variable, f"The file in {variable}_FILE cannot be read: {reason}.", hint="Mend the path or its rights.")
        return None


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    found = optional(name)
    if found is None:
        return default
    if found.isascii() and found.isdigit() and least <= int(found) <= most:
        return int(found)
    note(
        PREFIX + name,
        f"{PREFIX}{name} is not a whole number from {least} to {most}.",
        hint=f"Leave it out to use {default}.",
    )
    return default


def switch(name: str, default: bool) -> bool:
    found = optional(name)
    if found is None:
        return default
    if found.casefold() in YES | NO:
        return found.casefold() in YES
    note(PREFIX + name, f"{PREFIX}{name} is neither yes nor no.", hint="Write 1 or 0.")
    return default


def fitting(name: str, default: str, fits: Callable[[str], bool], *, what: str) -> str:
    """Text that has to be something known; `what` ends the sentence about one that is not."""
    found = text(name, default)
    if fits(found):
        return found
    note(PREFIX + name, f"{PREFIX}{name} is {what}.", hint=f"Leave it out to use {default}.")
    return default


def words(name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text(name).split(",") if word.strip())


def is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).expanduser().absolute()


def package_setting(package: str, key: str) -> str | None:
    """What the operator set for one bookkeeping package: `LEDENBRUG_<PACKAGE>_<KEY>`."""
    return optional(f"{package}_{key}".upper())


def url_part(quoted: str | None) -> str:
    """A user name or password out of an address, where signs such as @ are written as %40."""
    return unquote(quoted or "")
