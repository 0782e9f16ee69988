"""All mandates of a member in one cell: administration, reference, day signed and day ended, one mandate a line. Pure
functions from text to mandates and back."""

import re
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from ledenbrug.members.refusals import Reason
from ledenbrug.members.spellings import day
from ledenbrug.members.validation import Unfit, mandate_reference


class Told(NamedTuple):
    """A mandate as a row tells of it."""

    reference: str
    signed: date | None
    ended: date | None = None
    administration: str = ""
    """Empty for the only one there is."""
    apart: bool = False
    """In columns of its own."""


_NEXT = re.compile(r"\r\n|\r|\n")
_A_DAY = re.compile(r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\s*")


def read(written: str, *, administrations: Collection[str]) -> list[Told]:
    """`Vereniging; M-0012; 01-09-2021; 01-04-2026`: the day it ended is left out while it lives, and the administration
    where there is one. `administrations` are names in small letters."""
    found = [_line(each, administrations) for each in _NEXT.split(written) if each.strip()]
    if len({each.reference for each in found}) < len(found):
        raise Unfit(Reason.REFERENCE_TAKEN)
    return found


def written(administration: str, reference: str, signed: date, ended: date | None) -> str:
    """A semicolon at the end says that the last day is that of signing, where the others could be read otherwise."""
    said = [administration, reference, _day(signed), *([_day(ended)] if ended else [])]
    return "; ".join(said) + (";" if not ended and ";" in administration + reference else "")


def _line(text: str, administrations: Collection[str]) -> Told:
    parts = text.split(";")
    lives = len(parts) > 2 and not parts[-1].strip()
    if lives:
        parts.pop()
    named = len(parts) == 3 and parts[0].strip().casefold() in administrations
    ended = day(parts.pop()) if not lives and not named and len(parts) > 2 and _is_day(parts[-2]) else None
    signed = day(parts.pop()) if len(parts) > 1 else None
    if signed is None:
        raise Unfit(Reason.NOT_A_MANDATE)
    administration, reference = _apart(";".join(parts).strip(), administrations)
    return Told(mandate_reference(reference), signed, ended, administration)


def _is_day(text: str) -> bool:
    try:
        return _A_DAY.fullmatch(text) is not None or day(text) is not None
    except Unfit:
        return False


def _apart(text: str, administrations: Collection[str]) -> tuple[str, str]:
    """By a name that is known, for both may hold semicolons; else the first of them is where the reference begins."""
    for place in reversed([found.start() for found in re.finditer(";", text)]):
        if text[:place].strip().casefold() in administrations:
            return text[:place].strip(), text[place + 1 :]
    administration, semicolon, reference = text.partition(";")
    return (administration.strip(), reference) if semicolon else ("", text)


def _day(it: date) -> str:
    return f"{it.day:02}-{it.month:02}-{it.year:04}"
