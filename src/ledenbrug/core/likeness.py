"""How alike two contacts are, however their names and addresses were typed: Dutch habits included.

It tells of two; who belongs to whom among thousands is `match`'s business.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from ledenbrug.core.compare import normal
from ledenbrug.core.records import Field, Values

_PARTICLES = frozenset({
    "van", "von", "vd", "v", "d", "vdr", "vh", "de", "der", "den", "des", "het", "t", "te", "ten", "ter", "in", "op",
    "aan", "bij", "la", "le", "du", "da", "dos", "el", "al",
})  # fmt: skip
_TITLES = frozenset({
    "dhr", "heer", "mevr", "mevrouw", "mw", "mej", "fam", "familie", "erven", "ir", "ing", "dr", "drs", "prof",
})  # fmt: skip
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "'": "", "\u2019": "", "`": ""})
_WORD = re.compile(r"[^\W_]+")
_HOUSE = re.compile(r"\d+")


class Sign(StrEnum):
    """What speaks for two being the same, or against it."""

    EMAIL = "email"
    IBAN = "iban"
    NAME = "name"  # the last name, or the organisation's
    FIRST_NAME = "first_name"
    POSTCODE = "postcode"
    HOUSE_NUMBER = "house_number"
    PHONE = "phone"
    NUMBER = "number"  # the customer number
    OTHER_NAME = "other_name"
    OTHER_FIRST_NAME = "other_first_name"


_WEIGHT: Mapping[Sign, int] = {
    Sign.EMAIL: 40,
    Sign.IBAN: 40,
    Sign.NAME: 25,
    Sign.FIRST_NAME: 20,
    Sign.POSTCODE: 15,
    Sign.PHONE: 15,
    Sign.NUMBER: 10,
    Sign.HOUSE_NUMBER: 5,
    Sign.OTHER_NAME: -10,
    Sign.OTHER_FIRST_NAME: -20,
}


@dataclass(frozen=True, slots=True)
class Traits:
    """What one contact can be recognised by, normalised. Never kept: made for one comparison."""

    number: str
    emails: frozenset[str]
    iban: str
    phone: str
    postcode: str
    house: str
    first: tuple[str, ...]
    last: tuple[str, ...]
    company: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return self.last or self.company


def traits(values: Values, *, emails: Iterable[str] = ()) -> Traits:
    """`emails` are further addresses of the same contact."""
    every = {normal(Field.EMAIL, each) for each in (values.get(Field.EMAIL, ""), *emails)}
    house = _HOUSE.search(values.get(Field.ADDRESS, ""))
    number, iban, phone, postcode = (
        normal(each, values.get(each, "")) for each in (Field.CUSTOMER_NUMBER, Field.IBAN, Field.PHONE, Field.POSTCODE)
    )
    first, last, company = (words(values.get(each, "")) for each in (Field.FIRST_NAME, Field.LAST_NAME, Field.COMPANY))
    return Traits(
        number,
        frozenset(every - {""}),
        iban,
        phone,
        postcode,
        house[0] if house else "",
        first,
        last,
        company,
    )


def words(name: str) -> tuple[str, ...]:
    """`Vries, de`, `DE VRIES` and `Vriës` have the same; particles and titles count only alone."""
    text = name.casefold()
    if not text.isascii():
        text = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    every = tuple(_WORD.findall(text.translate(_LETTERS)))
    return tuple(each for each in every if each not in _PARTICLES and each not in _TITLES) or every


class First(IntEnum):
    """How two first names stand to each other."""

    OTHER = 0
    FITS = 1  # initials, or one of them is not known
    AGREES = 2


def compare(ours: Traits, theirs: Traits, *, common: frozenset[str] = frozenset()) -> "Likeness":
    """`common` holds e-mail addresses and account numbers that too many have for them to tell anything."""
    named, first = agree(ours, theirs), first_names(ours, theirs)
    found = {
        Sign.EMAIL: bool((ours.emails & theirs.emails) - common),
        Sign.IBAN: ours.iban != "" and ours.iban == theirs.iban and ours.iban not in common,
        Sign.NAME: named,
        Sign.FIRST_NAME: first is First.AGREES,
        Sign.POSTCODE: ours.postcode != "" and ours.postcode == theirs.postcode,
        Sign.HOUSE_NUMBER: ours.house != "" and ours.house == theirs.house and ours.postcode == theirs.postcode,
        Sign.PHONE: ours.phone != "" and ours.phone == theirs.phone,
        Sign.NUMBER: ours.number != "" and ours.number == theirs.number,
        Sign.OTHER_NAME: not named and bool(ours.names and theirs.names),
        Sign.OTHER_FIRST_NAME: first is First.OTHER,
    }
    return Likeness(tuple(each for each in Sign if found[each]), first)


@dataclass(frozen=True, slots=True)
class Likeness:
    why: tuple[Sign, ...]
    first: First

    @property
    def score(self) -> int:
        """0 to 100."""
        return max(0, min(100, sum(_WEIGHT[each] for each in self.why)))


def agree(ours: Traits, theirs: Traits) -> bool:
    """The last names, or the organisations. Either half of a double name will do; one field may hold a whole name."""
    if ours.company and ours.company == theirs.company:
        return True
    if not ours.names or not theirs.names:
        return False
    mine, other = set(ours.names), set(theirs.names)
    match bool(ours.first), bool(theirs.first):
        case True, True:
            return mine <= other or other <= mine
        case True, False:
            return mine <= other
        case False, True:
            return other <= mine
        case _:
            return mine == other


def first_names(ours: Traits, theirs: Traits) -> First:
    if ours.company and ours.company == theirs.company and not (ours.first and theirs.first):
        return First.AGREES
    mine = ours.first or _left_over(ours, theirs)
    other = theirs.first or _left_over(theirs, ours)
    if not mine or not other:
        return First.FITS
    if len(mine[0]) == 1 or len(other[0]) == 1:
        return First.FITS if mine[0][0] == other[0][0] else First.OTHER
    return First.AGREES if mine[0] == other[0] or "".join(mine) == "".join(other) else First.OTHER


def _left_over(whole: Traits, other: Traits) -> tuple[str, ...]:
    """The first names in a name that stands in one field, when the other one's last name is in it."""
    rest = tuple(each for each in whole.names if each not in other.names)
    return rest if len(rest) < len(whole.names) else ()
