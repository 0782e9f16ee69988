"""Narrows a list of members down by how they stand to the connections. It only reads."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from ledenbrug.members.models import Association, Member
from ledenbrug.sync.models import Connection, Link
from ledenbrug.sync.reading import PAYER

NOBODY = Q(pk__in=[])

STATES = ("in_step", "waiting", "problem", "not_selected")


def standing(association: Association, found: QuerySet[Member], state: str) -> QuerySet[Member]:
    """Those who stand so to one of the connections, as the page of a member says it."""
    connections = Connection.objects.of(association).filter(removed_at=None)
    of_any = (Q(pk__in=_standing(each, state)) for each in connections)
    return found.filter(reduce(or_, of_any, NOBODY))


def _standing(connection: Connection, state: str) -> RawSQL:
    one, association = connection.pk, connection.association_id
    if state == "problem":  # mostly few, and nothing else matters then
        return RawSQL(_TROUBLED, (association, one))  # noqa: S611 - whatever is given goes as a parameter
    still = not connection.enabled or connection.looked_revision != connection.revision
    link = (association, connection.package, connection.administration, still)
    given = (association, one, association, one, one, *link, association, state)
    return RawSQL(_STANDING, given)  # noqa: S611 - whatever is given goes as a parameter


def with_contact(association: Association, members: Iterable[Member]) -> set[int]:
    """Which of these are linked as payers of their own."""
    keys = {f"m{each.pk}": each.pk for each in members}
    linked = Link.objects.filter(association=association, payer__in=keys).exclude(contact=None)
    return {keys[payer] for payer in linked.values_list("payer", flat=True)}


_TROUBLE = "SELECT payer FROM sync_problem WHERE connection_id = %s AND closed_at IS NULL AND NOT dismissed"
_TROUBLED = f"""
SELECT id FROM members_member m WHERE association_id = %s AND deleted_at IS NULL
AND {PAYER.format(m="m")} IN ({_TROUBLE})
"""  # noqa: S608 - all of it stands in this file
# Everything is joined with everything: looked up one by one, thousands of payers take minutes where the planner errs.
_STANDING = f"""
WITH carried AS (
    SELECT {PAYER.format(m="m")} AS payer FROM members_member m JOIN members_memberstatus t ON t.id = m.status_id
    WHERE m.association_id = %s AND m.deleted_at IS NULL AND NOT t.deceased
      AND m.status_id IN (SELECT status_id FROM sync_connectionstatus WHERE connection_id = %s)
    GROUP BY 1
), died AS (
    SELECT 'm' || m.id AS payer FROM members_member m JOIN members_memberstatus t ON t.id = m.status_id
    WHERE m.association_id = %s AND t.deceased
), trouble AS (
    SELECT DISTINCT payer FROM ({_TROUBLE}) each
), touched AS (
    SELECT DISTINCT payer FROM sync_touched WHERE connection_id = %s
), settled AS (
    SELECT payer FROM sync_link
    WHERE association_id = %s AND package = %s AND administration = %s
      AND NOT unsure AND source IS NOT NULL AND NOT %s
)
SELECT member.id
FROM (SELECT id, {PAYER.format(m="m")} AS payer FROM members_member m
      WHERE association_id = %s AND deleted_at IS NULL) member
LEFT JOIN carried USING (payer) LEFT JOIN died USING (payer) LEFT JOIN trouble USING (payer)
LEFT JOIN touched USING (payer) LEFT JOIN settled USING (payer)
WHERE trouble.payer IS NULL AND %s = CASE
    WHEN carried.payer IS NULL OR died.payer IS NOT NULL THEN 'not_selected'
    WHEN settled.payer IS NULL OR touched.payer IS NOT NULL THEN 'waiting'
    ELSE 'in_step' END
"""  # noqa: S608 - all of it stands in this file
