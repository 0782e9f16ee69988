"""Narrows a list of members down by how they stand to the connections. It only reads."""

import re
from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from ledenbrug.members.models import Association, Member
from ledenbrug.sync.models import Connection, Link

NOBODY = Q(pk__in=[])

STATES = ("in_step", "waiting", "problem", "not_selected")


def standing(association: Association, found: QuerySet[Member], state: str) -> QuerySet[Member]:
    """Those who stand so to one of the connections, as the page of a member says it."""
    connections = Connection.objects.of(association).filter(removed_at=None)
    of_any = (Q(pk__in=_standing(each, state)) for each in connections if state != "in_step" or not _still(each))
    return found.filter(reduce(or_, of_any, NOBODY))


def _standing(connection: Connection, state: str) -> RawSQL:
    given = {
        "association": connection.association_id,
        "connection": connection.pk,
        "package": connection.package,
        "administration": connection.administration,
        "still": _still(connection),
        "state": state,
    }
    statement = _TROUBLED if state == "problem" else _STANDING  # mostly few, and nothing else matters then
    values = [given[name] for name in _NAMED.findall(statement)]
    return RawSQL(_NAMED.sub("%s", statement), values)  # noqa: S611 - whatever is given goes as a parameter


def _still(connection: Connection) -> bool:
    """Whoever goes over waits still: for it to be enabled, or for the round after its settings changed."""
    return not connection.enabled or connection.looked_revision != connection.revision


def with_contact(association: Association, members: Iterable[Member]) -> set[int]:
    """Which of these are linked as payers of their own."""
    keys = {f"m{each.pk}": each.pk for each in members}
    linked = Link.objects.filter(association=association, payer__in=keys).exclude(contact=None)
    return {keys[payer] for payer in linked.values_list("payer", flat=True)}


_NAMED = re.compile(r"%\((\w+)\)s")
_PAYER = "COALESCE(-m.payer_details_id, m.payer_member_id, m.id)"
"""A number is compared sooner than text: a member's own, and below nothing that of other details."""
_NUMBER = "CASE WHEN payer LIKE 'd%%' THEN -1 ELSE 1 END * substr(payer, 2)::bigint AS payer"
_TROUBLE = f"""
SELECT {_NUMBER} FROM sync_problem
WHERE connection_id = %(connection)s AND closed_at IS NULL AND NOT dismissed AND payer <> ''
"""  # noqa: S608 - all of it stands in this file
_TROUBLED = f"""
SELECT m.id FROM members_member m
WHERE m.association_id = %(association)s AND m.deleted_at IS NULL AND {_PAYER} IN ({_TROUBLE})
"""  # noqa: S608 - all of it stands in this file
# Everything is joined with everything: looked up one by one, thousands of payers take minutes where the planner errs.
_STANDING = f"""
WITH goes AS (
    SELECT t.id FROM members_memberstatus t JOIN sync_connectionstatus c ON c.status_id = t.id
    WHERE c.connection_id = %(connection)s AND NOT t.deceased
), carrying AS (
    SELECT DISTINCT {_PAYER} AS payer FROM members_member m
    WHERE (m.payer_member_id IS NOT NULL OR m.payer_details_id IS NOT NULL)
      AND m.association_id = %(association)s AND m.deleted_at IS NULL AND m.status_id IN (SELECT id FROM goes)
), paying AS (
    SELECT m.id AS payer, t.deceased, m.deleted_at IS NULL AND m.payer_member_id IS NULL AND m.payer_details_id IS NULL
           AND m.status_id IN (SELECT id FROM goes) AS goes
    FROM members_member m JOIN members_memberstatus t ON t.id = m.status_id
    WHERE m.id IN (SELECT payer_member_id FROM members_member
                   WHERE payer_member_id IS NOT NULL AND association_id = %(association)s)
), trouble AS (
    SELECT DISTINCT payer FROM ({_TROUBLE}) each
), touched AS (
    SELECT DISTINCT {_NUMBER} FROM sync_touched WHERE connection_id = %(connection)s
), settled AS (
    SELECT {_NUMBER} FROM sync_link
    WHERE association_id = %(association)s AND package = %(package)s AND administration = %(administration)s
      AND NOT unsure AND source IS NOT NULL AND NOT %(still)s
)
SELECT member.id
FROM (SELECT m.id, {_PAYER} AS payer, t.deceased AND {_PAYER} = m.id AS died,
             m.status_id IN (SELECT id FROM goes) AND {_PAYER} = m.id AS goes
      FROM members_member m LEFT JOIN members_memberstatus t ON t.id = m.status_id
      WHERE m.association_id = %(association)s AND m.deleted_at IS NULL) member
LEFT JOIN carrying USING (payer) LEFT JOIN paying USING (payer) LEFT JOIN trouble USING (payer)
LEFT JOIN touched USING (payer) LEFT JOIN settled USING (payer)
WHERE trouble.payer IS NULL AND %(state)s = CASE
    WHEN member.died OR paying.deceased
         OR (member.goes OR paying.goes OR carrying.payer IS NOT NULL) IS NOT TRUE THEN 'not_selected'
    WHEN settled.payer IS NULL OR touched.payer IS NOT NULL THEN 'waiting'
    ELSE 'in_step' END
"""  # noqa: S608 - all of it stands in this file
