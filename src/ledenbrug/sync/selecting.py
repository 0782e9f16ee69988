"""Narrows a list of members down by how they stand to the connections. It only reads, and adds no query."""

from collections.abc import Iterable

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from ledenbrug.members.models import Association, Member
from ledenbrug.sync.models import Link, Problem

STATES = ("problem", "linked", "unlinked")


def standing(association: Association, found: QuerySet[Member], state: str) -> QuerySet[Member]:
    """`problem`: something waits for a person; `linked` and `unlinked`: whether there is a contact of their payer."""
    narrowed = found.alias(payer_key=_PAYER)
    if state == "problem":
        open_ones = Problem.objects.filter(
            association=association, closed_at=None, dismissed=False, connection__removed_at=None
        )
        return narrowed.filter(payer_key__in=open_ones.values("payer"))
    linked = Q(payer_key__in=Link.objects.filter(association=association).exclude(contact=None).values("payer"))
    return narrowed.filter(linked if state == "linked" else ~linked)


def _key(letter: str, column: str) -> Case:
    """NULL where the column is: a plain concatenation would make it the bare letter."""
    return Case(
        When(**{f"{column}__isnull": False}, then=Concat(Value(letter), Cast(F(column), CharField()))),
        output_field=CharField(),
    )


_PAYER = Coalesce(_key("d", "payer_details_id"), _key("m", "payer_member_id"), _key("m", "id"))


def with_contact(association: Association, members: Iterable[Member]) -> set[int]:
    """Which of these are linked as payers of their own."""
    keys = {f"m{each.pk}": each.pk for each in members}
    linked = Link.objects.filter(association=association, payer__in=keys).exclude(contact=None)
    return {keys[payer] for payer in linked.values_list("payer", flat=True)}
