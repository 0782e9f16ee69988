"""Tells a citizen service number (BSN), which an association may not keep, by its name and by its eleven-test.

Pure functions, which must not repeat what they are given. One number in eleven passes the test by chance, so a number
alone says nothing; one with its name beside it does, and so do several of which nearly all pass.
"""

import re
import unicodedata
from collections.abc import Iterable

from stdnum.nl import bsn

ENOUGH_TO_TELL = 3
"""So many different numbers that all pass come together once in 1331 times by chance."""
NEARLY_ALL = 0.9
BESIDE = 40
"""So far from its name a number may stand."""
_ANYWHERE = ("burgerservice", "sofinum", "sofinr", "citizenservice", "socialsecurity")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SINGLE_LETTERS = re.compile(r"(?<=\b[a-z])[^a-z0-9]+(?=[a-z]\b)")
_NUMBER = re.compile(r"(?<!\d)\d(?:[ .-]?\d){7,8}(?!\d)", re.ASCII)


def is_citizen_number(written: str) -> bool:
    """Nine digits (eight in old lists, and where Excel dropped a zero in front) that pass the eleven-test."""
    digits = _digits(written)
    return bool(digits) and bool(bsn.is_valid(digits))


def names_citizen_number(name: str) -> bool:
    """Whether a field of this name is meant for one, however that is spelled: B.S.N., lidBSN, sofi-nummer."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace("_", " ")
    words = re.split(r"[^a-z0-9]+", _SINGLE_LETTERS.sub("", _HUMP.sub(" ", plain).casefold()))
    together = "".join(words)
    return any(each in together for each in _ANYWHERE) or any(
        word == "sofi" or word.startswith(("bsn", "ssn")) or word.endswith("bsn") for word in words
    )


def tells_citizen_number(text: str) -> bool:
    """Whether one stands in a text beside its name."""
    if len(text) < len("bsn") + 8:
        return False
    readable = unicodedata.normalize("NFKC", text)
    return any(
        is_citizen_number(found[0])
        and names_citizen_number(f"{readable[max(0, found.start() - BESIDE):found.start()]} "
                                 f"{readable[found.end():found.end() + BESIDE]}")
        for found in _NUMBER.finditer(readable)
    )  # fmt: skip


def are_citizen_numbers(values: Iterable[str]) -> bool:
    """Whether the numbers of nine digits among these values are no chance."""
    numbers = {digits for each in values if (digits := _digits(each))}
    passing = sum(map(bsn.is_valid, numbers))
    return len(numbers) >= ENOUGH_TO_TELL and passing >= NEARLY_ALL * len(numbers)


def _digits(written: str) -> str:
    """Of a value that is one number of that length; else nothing."""
    digits = written.strip().replace(".", "").replace(" ", "").replace("-", "")
    return digits if len(digits) in (8, 9) and digits.isascii() and digits.isdecimal() else ""
