"""Makes the association of the story, once and whole: statuses, books, members, payers, mandates, users.

It must write through the operations of the membership record like everybody else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from ledenbrug.demo.people import Person, Stage, people
from ledenbrug.members import calendar, operations
from ledenbrug.members.models import (
    Assignment,
    Association,
    FinancialAdministration,
    Kind,
    Member,
    MemberStatus,
    Role,
    User,
)
from ledenbrug.members.operations import NewMandate

SLUG = "de-brug"
NAME = "Voorbeeldvereniging De Brug"
FIRST_NUMBER = 1001
PASSWORD = "over-het-water"  # noqa: S105 - printed at every start, opens only invented data
USERS = (
    ("penningmeester@de-brug.example", "Paula Penning", Role.TREASURER),
    ("ledenadministratie@de-brug.example", "Leo Ledenlijst", Role.SECRETARY),
    ("beheer@de-brug.example", "Bea Beheer", Role.ADMIN),
    ("kascommissie@de-brug.example", "Kas Commissie", Role.AUDITOR),
)
GENERAL, ACTIVITIES, YOUTH = "Algemeen", "Activiteiten", "Jeugd"
STATUSES = {
    Stage.ASPIRANT: "Aspirant-lid",
    Stage.MEMBER: "Lid",
    Stage.YOUTH: "Jeugdlid",
    Stage.FORMER: "Oud-lid",
    Stage.DECEASED: "Overleden",
}
SIZES = ("S", "M", "L", "XL")
"""Of a shirt, which members fill in themselves."""
COMPANY = {
    "organisation": "Voorbeeldbedrijf De Kade B.V.",
    "email": "facturen@de-kade.example",
    "address": "Kadeweg 1",
    "postcode": "2345 AB",
    "city": "Oeverstad",
    "iban": "NL91ABNA0417164300",
}


@dataclass(frozen=True)
class Cast:
    """What the members are given."""

    association: Association
    statuses: Mapping[Stage, MemberStatus]
    books: Mapping[str, FinancialAdministration]
    people: Sequence[Person]
    secretary: User
    now: datetime

    @property
    def today(self) -> date:
        return calendar.today(self.association, self.now)


def make(*, now: datetime) -> bool:
    """False when it is there already: whatever somebody changed in it stays as it is."""
    with transaction.atomic():
        association, made = Association.objects.get_or_create(
            slug=SLUG, defaults={"name": NAME, "next_number": FIRST_NUMBER, "calendar_day": now.date()}
        )
        if not made:
            return False
        everybody = people(first=FIRST_NUMBER)
        operations.add_custom_field(
            association=association, name="Shirtmaat", kind=Kind.CHOICE, choices=SIZES, by_members=True, by=None
        )
        cast = Cast(association, _statuses(association), _books(association), everybody, _users(association), now)
        members = {each.number: _member(cast, each) for each in everybody}
        _payers(cast, members)
        _mandates(cast, members)
        _what_is_to_come(cast, members)
    return True


def _statuses(association: Association) -> dict[Stage, MemberStatus]:
    return {
        stage: operations.add_status(
            association=association,
            name=name,
            archived=stage is Stage.FORMER,
            deceased=stage is Stage.DECEASED,
            by=None,
        )
        for stage, name in STATUSES.items()
    }


def _books(association: Association) -> dict[str, FinancialAdministration]:
    return {
        name: operations.add_financial_administration(association=association, by=None, name=name)
        for name in (GENERAL, ACTIVITIES, YOUTH)
    }


def _users(association: Association) -> User:
    for email, name, role in USERS:
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, PASSWORD, name=name)
        Assignment.objects.create(association=association, user=user, role=role)
    return User.objects.get(email=USERS[1][0])


def _member(cast: Cast, person: Person) -> Member:
    born = cast.today - timedelta(days=365 * person.age + 17 * person.number % 365)
    gone = person.stage in (Stage.FORMER, Stage.DECEASED)
    member = operations.add_member(
        association=cast.association,
        values={**person.record(), "number": str(person.number), "birth_date": born},
        status=cast.statuses[Stage.MEMBER if gone else person.stage],
        start=date(cast.today.year - person.joined, 1, 1),
        by=cast.secretary,
        now=cast.now,
    )
    if gone:
        day = cast.today - timedelta(days=30 + person.number % 200)
        operations.set_status(member, status=cast.statuses[person.stage], start=day, by=cast.secretary, now=cast.now)
    return member


def _payers(cast: Cast, members: Mapping[int, Member]) -> None:
    """Children are paid for by a parent, and two colleagues by their company."""
    for person in cast.people:
        if person.paid_by is not None:
            operations.set_payer_member(members[person.number], payer=members[person.paid_by], by=cast.secretary)
    one, other = (members[number] for number in _unattached(cast)[-2:])
    company = operations.set_payer_details(one, details=COMPANY, by=cast.secretary, now=cast.now)
    operations.set_payer_details(other, details=company, by=cast.secretary, now=cast.now)


def _mandates(cast: Cast, members: Mapping[int, Member]) -> None:
    """For the association's own books, and a parent's for those of the youth."""
    parents = {each.paid_by for each in cast.people}
    for person in cast.people:
        if person.mandate and person.iban:
            _mandate(cast, members[person.number], GENERAL, f"BRUG-{person.number}")
            if person.number in parents:
                _mandate(cast, members[person.number], YOUTH, f"JEUGD-{person.number}")


def _mandate(cast: Cast, member: Member, books: str, reference: str) -> None:
    signed = cast.today - timedelta(days=40 + int(member.number) % 900)
    mandate = NewMandate(financial_administration=cast.books[books], reference=reference, signed=signed)
    operations.add_mandate(member, mandate=mandate, by=cast.secretary, now=cast.now)


def _what_is_to_come(cast: Cast, members: Mapping[int, Member]) -> None:
    """Two aspirants become members on the first of next month, and somebody leaves at the end of the year."""
    next_month = (cast.today.replace(day=1) + timedelta(days=32)).replace(day=1)
    leaver = _unattached(cast)[-3]
    for number, stage, day in (
        (FIRST_NUMBER, Stage.MEMBER, next_month),
        (FIRST_NUMBER + 1, Stage.MEMBER, next_month),
        (leaver, Stage.FORMER, date(cast.today.year + 1, 1, 1)),
    ):
        operations.set_status(members[number], status=cast.statuses[stage], start=day, by=cast.secretary, now=cast.now)


def _unattached(cast: Cast) -> list[int]:
    """Members who pay for nobody and have no mandate."""
    payers = {each.paid_by for each in cast.people}
    return [
        each.number
        for each in cast.people
        if each.stage is Stage.MEMBER and not each.mandate and each.number not in payers
    ]
