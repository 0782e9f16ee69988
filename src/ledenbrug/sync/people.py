"""The names that screens show for payers: one statement, however many are asked for."""

from collections.abc import Collection
from dataclasses import dataclass

from ledenbrug.core.records import PayerKey
from ledenbrug.members.models import Member, PayerDetails


@dataclass(frozen=True, slots=True)
class Person:
    title: str
    member: int | None
    """The member to link to, where the payer is one."""
    number: str = ""


UNKNOWN = Person("", None)


def of(association_id: int, payers: Collection[PayerKey]) -> dict[PayerKey, Person]:
    """Payers whose record is no more are left out."""
    members = [int(each[1:]) for each in payers if each.startswith("m")]
    details = [int(each[1:]) for each in payers if each.startswith("d")]
    found: dict[PayerKey, Person] = {}
    if members:
        for each in Member.objects.of(association_id).filter(id__in=members).only("number", *Member.NAMED_BY):
            found[PayerKey(f"m{each.pk}")] = Person(str(each), each.pk, each.number)
    if details:
        others = PayerDetails.objects.of(association_id).filter(id__in=details)
        for key, organisation, first, infix, last in others.values_list(
            "id", "organisation", "first_name", "infix", "last_name"
        ):
            name = organisation or " ".join(each for each in (first, infix, last) if each)
            found[PayerKey(f"d{key}")] = Person(name, None)
    return found
