"""Narrows a list of members down by how they stand to the connections. It only reads."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from ledenbrug.members.models import Association, Member
from ledenbrug.sync.models import Connection, ConnectionStatus, Link, Problem, Touched

NOBODY = Q(pk__in=[])

STATES = ("in_step", "waiting", "problem", "not_selected")


def standing(association: Association, found: QuerySet[Member], state: str) -> QuerySet[Member]:
    """Those who stand so to one of the connections, as the page of a member says it."""
    connections = Connection.objects.of(association).filter(removed_at=None)
    of_any = (Q(pk__in=_standing(each, state).values("pk")) for each in connections)
    return found.filter(reduce(or_, of_any, NOBODY))


def _standing(connection: Connection, state: str) -> QuerySet[Member]:
    members = Member.objects.filter(association=connection.association_id, deleted_at=None).alias(payer_key=_PAYER)
    trouble = Q(_one_of(Problem.objects.filter(connection=connection, closed_at=None, dismissed=False)))
    if state == "problem":
        return members.filter(trouble)
    calm = members.filter(~trouble)
    if state == "not_selected":
        return calm.filter(~_carried(connection))
    still = not connection.enabled or connection.round_due_at is not None
    settled = NOBODY if still else _settled(connection)
    return calm.filter(_carried(connection), settled if state == "in_step" else ~settled)


def _carried(connection: Connection) -> Q:
    """Somebody it pays for has a status that goes over."""
    statuses = ConnectionStatus.objects.filter(connection=connection)
    carried = Member.objects.filter(
        association=connection.association_id, deleted_at=None, status__deceased=False,
        status__in=statuses.values("status"),
    ).annotate(payer=_PAYER)  # fmt: skip
    died = Member.objects.filter(association=connection.association_id, status__deceased=True)
    return Q(_one_of(carried)) & ~Q(_one_of(died.annotate(payer=_key("m", "id"))))


def _settled(connection: Connection) -> Q:
    links = Link.objects.filter(
        association=connection.association_id, package=connection.package, administration=connection.administration,
        unsure=False, source__isnull=False,
    )  # fmt: skip
    return Q(_one_of(links)) & ~Q(_one_of(Touched.objects.filter(connection=connection)))


def _one_of(rows: QuerySet[Any]) -> Exists:
    return Exists(rows.filter(payer=OuterRef("payer_key")))


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
