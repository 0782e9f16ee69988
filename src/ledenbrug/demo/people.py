"""The invented members, the same ones every time: who they are, where they live, who pays.

Pure: no table, no clock. Every value shows that it is invented: `.example` mail, account numbers of the test range.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

SEED = 1932
GIVEN = {
    "f": "Anna Bente Carice Doortje Elif Fenna Geertje Hanneke Imke Jolijn Katja Lotte Merel Noëlle Oda Petra Quirine "
    "Roos Saskia Truus Ulla Vera Wietske Yasmin Zoë",
    "m": "Arjen Bram Coen Daan Emre Floris Gijs Hessel Ivo Joost Kees Luuk Matthijs Niek Olav Pieter Quinten Rachid "
    "Sjoerd Thijs Umut Valentijn Wouter Yannick Zeger",
}
NAMES = (
    "Bedenksel",
    "van den Brug",
    "Bruggeman",
    "van 't Denkbeeld",
    "Droomer",
    "Fabel",
    "Fictief",
    "van der Fantasie",
    "Gedachtegoed",
    "de Grap",
    "Kladblok",
    "Loze",
    "Luchtfietser",
    "Modelman",
    "van Nergens",
    "van Niemandsland",
    "Oefening",
    "Proef",
    "de Proefballon",
    "Schijnbaar",
    "Sprookje",
    "Testman",
    "ter Verbeelding",
    "Verdichtsel",
    "de Verzinner",
    "Verzonnen",
    "Voorbeeld",
    "Zogenaamd",
    "Zomaar",
    "van der Zoals",
)
INFIXES = ("van den ", "van der ", "van 't ", "van ", "de ", "ter ")
STREETS = (
    "Voorbeeldlaan",
    "Brugweg",
    "Bedenkpad",
    "Proefstraat",
    "Overkant",
    "Leuningstraat",
    "Pijlerplein",
    "Oeverhof",
)
CITIES = (("Bruggerveen", 1234), ("Oeverstad", 2345), ("Overbrugge", 3456))
LETTERS = "ABCDEGHJKLMNPRTVWXZ"
BANKS = ("ABNA", "RABO", "INGB")


class Stage(StrEnum):
    """Where somebody stands in the life of a membership."""

    ASPIRANT = "aspirant"
    MEMBER = "member"
    YOUTH = "youth"
    FORMER = "former"
    DECEASED = "deceased"


@dataclass(frozen=True, kw_only=True)
class Home:
    address: str
    postcode: str
    city: str


@dataclass(frozen=True, kw_only=True)
class Person:
    number: int
    given_name: str
    gender: str
    infix: str
    last_name: str
    stage: Stage
    home: Home
    age: int
    joined: int
    """Years ago."""
    email: str = ""
    phone: str = ""
    iban: str = ""
    mandate: bool = False
    paid_by: int | None = None
    """Number of the member who pays."""

    def record(self) -> dict[str, object]:
        """The fields of a member."""
        return {
            "given_name": self.given_name,
            "initials": f"{self.given_name[0]}.",
            "gender": self.gender,
            "infix": self.infix,
            "last_name": self.last_name,
            "email": self.email,
            "phone": self.phone,
            "address": self.home.address,
            "postcode": self.home.postcode,
            "city": self.home.city,
            "iban": self.iban,
        }


@dataclass
class _Dice:
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 - a story, not a secret

    def home(self) -> Home:
        city, area = self.dice.choice(CITIES)
        letters = "".join(self.dice.choices(LETTERS, k=2))
        number = self.dice.randint(1, 180)
        return Home(address=f"{self.dice.choice(STREETS)} {number}", postcode=f"{area} {letters}", city=city)

    def name(self) -> tuple[str, str]:
        whole = self.dice.choice(NAMES)
        infix = next((each for each in INFIXES if whole.startswith(each)), "")
        return infix.strip(), whole.removeprefix(infix)

    def given(self) -> tuple[str, str]:
        gender = self.dice.choice("fm")
        return gender, self.dice.choice(GIVEN[gender].split())

    def chance(self, part: float) -> bool:
        return self.dice.random() < part


ROLL = ((Stage.ASPIRANT, 18), (Stage.MEMBER, 164), (Stage.FORMER, 22), (Stage.DECEASED, 1))
CHILDREN = 45


def people(*, first: int) -> list[Person]:
    """Adults first, then the children of some of them; numbers go up from `first`."""
    dice = _Dice()
    adults = [
        _adult(dice, number, stage)
        for number, stage in enumerate((stage for stage, count in ROLL for _ in range(count)), first)
    ]
    return [*adults, *islice(_children(dice, adults, first + len(adults)), CHILDREN)]


def _adult(dice: _Dice, number: int, stage: Stage) -> Person:
    gender, given = dice.given()
    infix, last = dice.name()
    return Person(
        number=number,
        given_name=given,
        gender=gender,
        infix=infix,
        last_name=last,
        stage=stage,
        home=dice.home(),
        age=dice.dice.randint(19, 84),
        joined=0 if stage is Stage.ASPIRANT else dice.dice.randint(1, 15),
        email=_mail(given, number) if dice.chance(0.95) else "",
        phone=f"06 1234 {number:04}" if dice.chance(0.7) else "",
        iban=iban(dice.dice.choice(BANKS), number) if dice.chance(0.8) else "",
        mandate=stage is Stage.MEMBER and dice.chance(0.7),
    )


def _children(dice: _Dice, adults: list[Person], number: int) -> Iterator[Person]:
    parents = [each for each in adults if each.stage is Stage.MEMBER and each.age < 60]
    for parent in dice.dice.sample(parents, len(parents)):
        for _ in range(dice.dice.randint(1, 2)):
            gender, given = dice.given()
            yield Person(
                number=number,
                given_name=given,
                gender=gender,
                infix=parent.infix,
                last_name=parent.last_name,
                stage=Stage.YOUTH,
                home=parent.home,
                age=dice.dice.randint(6, 17),
                joined=dice.dice.randint(0, 4),
                email=_mail(given, number) if dice.chance(0.3) else "",
                paid_by=parent.number if dice.chance(0.85) else None,
            )
            number += 1


def _mail(given: str, number: int) -> str:
    plain = given.lower().replace("ë", "e")
    return f"{plain}.{number}@leden.example"


def iban(bank: str, number: int) -> str:
    """An account that looks as invented as it is, with the check digits that make it pass."""
    account = f"01234{number:05}"
    digits = "".join(str(int(sign, 36)) for sign in f"{bank}{account}NL00")
    return f"NL{98 - int(digits) % 97:02}{bank}{account}"
