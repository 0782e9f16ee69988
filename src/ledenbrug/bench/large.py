"""A large association to look at: names, places, families, doubles, own fields and a past that differ as in a real one.

Everybody in it is invented. It must not know what screens show of it.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from ledenbrug.bench.far_side import counted
from ledenbrug.members.models import (
    Association,
    CustomField,
    FinancialAdministration,
    Kind,
    Mandate,
    Member,
    MemberStatus,
    PayerDetails,
    Period,
)

AT_ONCE = 2000
STATUSES = ("Jeugdlid", "Donateur", "Oud-lid", "Overleden")
"""Beside the one that is there."""
NAMES = ("Bakker", "Jansen", "Visser", "Smit", "Mulder", "Bos", "Vos", "Peters", "Hendriks", "Dekker")
INFIXES = ("", "", "", "van", "de", "van der")
FIELDS = (
    ("Team", Kind.TEXT),
    ("Bijzonderheden", Kind.LONG),
    ("Rugnummer", Kind.NUMBER),
    ("Korting", Kind.MONEY),
    ("Diploma", Kind.DATE),
    ("Vrijwilliger", Kind.YES_NO),
    ("Maat", Kind.CHOICE),
)
SIZES = ("S", "M", "L")
CHANGING = 97
"""One of so many changes status on the first of January."""


def fill(association: Association, *, members: int, now: datetime) -> None:
    """`members` is how many are not deleted; one more for every twenty-five is."""
    statuses = _statuses(association)
    own = [_field(association, name, kind, order) for order, (name, kind) in enumerate(FIELDS)]
    parent = PayerDetails.objects.create(association=association, organisation="Invented Ltd", email="pay@firm.example")
    books = FinancialAdministration.objects.filter(association=association).first()
    everyone = (_member(association, n, statuses, own) for n in range(1, members + 1))
    for made in _made(everyone):
        Period.objects.bulk_create(period for each in made for period in _periods(each, statuses, now=now))
        Mandate.objects.bulk_create(
            Mandate(association=association, member=each, financial_administration=books, reference=f"M-{each.number}",
                    signed=date(2019, 9, 1))
            for each in made if int(each.number) % 5 < 3
        )  # fmt: skip
    gone = (_member(association, n, statuses, own) for n in range(members + 1, members + members // 25 + 1))
    for made in _made(gone):
        Period.objects.bulk_create(period for each in made for period in _periods(each, statuses, now=now))
        Member.objects.filter(pk__in=[each.pk for each in made]).update(deleted_at=now - timedelta(days=9))
    some = Member.objects.of(association).filter(deleted_at=None)
    some.filter(number__endswith="77").update(payer_details=parent)
    payer = some.order_by("id")[0]
    some.filter(number__endswith="88").update(payer_member=payer)
    counted()


def _made(members: Iterable[Member]) -> Iterator[list[Member]]:
    rows = iter(members)
    while chunk := list(islice(rows, AT_ONCE)):
        yield Member.objects.bulk_create(chunk)


def _statuses(association: Association) -> list[MemberStatus]:
    """The selected ones first, who left and who died last."""
    first = MemberStatus.objects.of(association).get()
    flags: dict[str, Any] = {"Oud-lid": {"archived": True}, "Overleden": {"deceased": True}}
    more = (
        MemberStatus(association=association, name=name, order=order, **flags.get(name, {}))
        for order, name in enumerate(STATUSES, start=1)
    )
    return [first, *MemberStatus.objects.bulk_create(more)]


def _field(association: Association, name: str, kind: Kind, order: int) -> CustomField:
    choices = list(SIZES) if kind is Kind.CHOICE else []
    return CustomField.objects.create(
        association=association, name=name, kind=kind, choices=choices, order=order, by_members=bool(choices)
    )


def _status(n: int, statuses: list[MemberStatus]) -> MemberStatus:
    return statuses[(0, 0, 0, 0, 0, 0, 1, 2, 3, 4 if n % 50 == 9 else 3)[n % 10]]


def _since(n: int) -> date:
    return date(1990, 9, 1) + timedelta(days=n * 31 % 12_000)


def _member(association: Association, n: int, statuses: list[MemberStatus], own: list[CustomField]) -> Member:
    """Every tenth lives with the one before, and one of a hundred is registered twice."""
    double, family = n % 100 == 99, n % 10 == 4
    like = n - 1 if double or family else n
    return Member(
        association=association, number=str(n), given_name=f"Given{(like if double else n) % 97}", initials="G.",
        infix=INFIXES[like % 6], last_name=f"{NAMES[like % 10]}{like % 9001}", gender=("", "f", "m")[n % 3],
        birth_date=date(1940, 1, 1) + timedelta(days=(like if double else n) * 7919 % 27_000),
        email="" if n % 33 == 0 else f"m{like}@members.example", phone="" if n % 4 == 0 else f"+316{10_000_000 + n}",
        address=f"Brugweg {like % 900}", postcode=f"{1000 + like % 9000} AB", city=f"Plaats {like * 31 % 400}",
        iban="" if n % 11 == 0 else f"NL00TEST{like:010}", account_holder=f"G. {NAMES[like % 10]}{like % 9001}",
        receives_mail=n % 5 > 0, status=_status(n, statuses), since=_since(n), custom=_custom(n, own),
    )  # fmt: skip


def _custom(n: int, own: list[CustomField]) -> dict[str, str | bool]:
    values: tuple[str | bool, ...] = (
        f"Team {n % 60}", f"Invented remark {n}", str(n % 999), f"{n % 50}.50", f"{2000 + n % 24}-05-{n % 28 + 1:02}",
        n % 2 == 0, SIZES[n % 3],
    )  # fmt: skip
    return {field.key: value for at, (field, value) in enumerate(zip(own, values, strict=True)) if (n + at) % 3}


def _periods(member: Member, statuses: list[MemberStatus], *, now: datetime) -> Iterator[Period]:
    n = int(member.number)
    since = _since(n)
    yield Period(association=member.association, member=member, status=member.status, start=since)
    if n % 3 == 0:
        before = since - timedelta(days=700)
        yield Period(association=member.association, member=member, status=statuses[1], start=before)
    if n % CHANGING == 0:
        yield Period(association=member.association, member=member, status=statuses[3], start=date(now.year + 1, 1, 1))
