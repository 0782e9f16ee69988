"""Narrows a list of members down by how they stand to the connections. It only reads."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce, Concat

from ledenbrug.members.models import Association, Member
from ledenbrug.sync.models import Connection, Link, Problem, Touched

NOBODY = Q(pk__in=[])

STATES = ("in_step", "waiting", "problem", "not_selected")


def standing(association: Association, found: QuerySet[Member], state: str) -> QuerySet[Member]:
    """Those who stand so to one of the connections, as the page of a member says it."""
    connections = Connection.objects.of(association).filter(removed_at=None).prefetch_related("statuses")
    quickest_first = sorted(connections, key=_still, reverse=True)
    return found.alias(payer=_PAYER, key=_KEY).filter(
        reduce(or_, (_standing(each, state) for each in quickest_first), NOBODY)
    )


def with_contact(association: Association, members: Iterable[Member]) -> set[int]:
    """Which of these are linked as payers of their own."""
    keys = {f"m{each.pk}": each.pk for each in members}
    linked = Link.objects.filter(association=association, payer__in=keys).exclude(contact=None)
    return {keys[payer] for payer in linked.values_list("payer", flat=True)}


def _standing(connection: Connection, state: str) -> Q:
    """Every list in it is short or looked through once: nothing is looked up member by member."""
    trouble = Q(key__in=_troubled(connection))
    if state == "problem":
        return trouble
    goes = _goes(connection)
    if state == "not_selected":
        return ~goes & ~trouble
    if _still(connection):
        return goes & ~trouble if state == "waiting" else NOBODY
    settled = Q(key__in=_settled(connection))
    return goes & settled if state == "in_step" else goes & ~trouble & ~settled


def _still(connection: Connection) -> bool:
    """Whoever goes over waits still: for it to be enabled, or for the round after its settings changed."""
    return not connection.enabled or connection.looked_revision != connection.revision


def _goes(connection: Connection) -> Q:
    """Who is carried over: in a selected status and paying for oneself, or with a payer who is carried over."""
    rows = Member.objects.of(connection.association_id)
    selected = Q(status__in=[each.pk for each in connection.statuses.all() if not each.deceased])
    carrying = rows.filter(selected, ~_OWN, deleted_at=None).annotate(payer=_PAYER)
    paying = rows.filter(pk__in=rows.exclude(payer_member=None).values("payer_member"))
    living = paying.filter(selected, _OWN, deleted_at=None)
    died = paying.filter(status__deceased=True)
    by_another = Q(payer__in=carrying.values("payer")) | Q(payer__in=living.values("pk"))
    return (selected & _OWN | by_another) & ~Q(payer__in=died.values("pk"))


def _troubled(connection: Connection) -> Any:
    rows = Problem.objects.filter(connection=connection, closed_at=None, dismissed=False)
    return rows.exclude(payer="").values("payer")


def _settled(connection: Connection) -> Any:
    """Of whom all was sent and answered, and nothing is to be looked at or decided since."""
    rows = Link.objects.of(connection.association_id).filter(
        package=connection.package, administration=connection.administration
    )
    touched = Touched.objects.filter(connection=connection).values("payer")
    rows = rows.filter(unsure=False).exclude(source=None)
    return rows.exclude(payer__in=touched).exclude(payer__in=_troubled(connection)).values("payer")


_OWN = Q(payer_member=None, payer_details=None)
_PAYER = Coalesce(-F("payer_details_id"), F("payer_member_id"), F("id"), output_field=BigIntegerField())
"""Below nothing that of other details."""
_KEY = Case(
    When(payer_details=None, then=Concat(Value("m"), Coalesce("payer_member_id", "id"), output_field=TextField())),
    default=Concat(Value("d"), "payer_details_id", output_field=TextField()),
)
"""The payer as the link calls it."""
