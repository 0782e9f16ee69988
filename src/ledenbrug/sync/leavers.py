"""Asks what still hangs on the contacts of those who left or died, in quiet moments and a few at a time.

The to-do then says it. It writes nothing at the package; what becomes of an unused contact is said by `core.plan`.
"""

import json
from dataclasses import dataclass
from datetime import timedelta

from ledenbrug.core.errors import Rejected
from ledenbrug.core.port import Papers
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, PayerKey
from ledenbrug.sync import notes, packages, prepared, queue
from ledenbrug.sync.links import UNUSED_UNTIL
from ledenbrug.sync.turn import Turn

FEW = 3
"""Asked about in one turn: a package takes up to three requests for each."""
AGAIN = timedelta(days=7)
LISTED = 10
"""Papers that a to-do names."""
PAPERS = "papers"
"""Parameter of a to-do: kind, number and page of each."""
UNKNOWN = "papers_unknown"
"""Of a to-do: that the package does not let us count."""
A_DAY = timedelta(days=1)
"""So long the answer counts for a contact that would be archived."""

_DUE = """
SELECT id, payer, contact, ripe FROM (
    SELECT p.id, p.payer, p.contact, p.dismissed, (p.params ->> 'asked')::timestamptz AS asked,
           p.reason = %(left)s AND NOT l.adopted AND p.opened_at <= %(ripe)s AS ripe
    FROM sync_problem p
    JOIN sync_link l ON l.association_id = p.association_id AND l.package = %(package)s
                    AND l.administration = %(administration)s AND l.payer = p.payer AND l.contact = p.contact
    WHERE p.connection_id = %(connection)s AND p.closed_at IS NULL AND p.reason = ANY(%(reasons)s)
      AND l.whereabouts = 'here'
) todo
WHERE (ripe OR NOT dismissed)
  AND (asked IS NULL OR asked <= CASE WHEN ripe THEN %(a_day)s ELSE %(again)s::timestamptz END)
ORDER BY asked NULLS FIRST, id LIMIT %(few)s + 1
"""


@dataclass(frozen=True, slots=True)
class _Todo:
    id: int
    payer: PayerKey
    contact: ContactId
    ripe: bool
    """Left so long ago that the contact may go, if nothing is open on it."""


def ask(turn: Turn) -> bool:
    """True when there are more to ask about."""
    due = _due(turn)
    for todo in due[:FEW]:
        try:
            papers = turn.books.papers(todo.contact)
        except Rejected:
            papers = Papers(known=False)
        _keep(turn, todo, papers)
    return len(due) > FEW


def _due(turn: Turn) -> list[_Todo]:
    connection, now = turn.connection, turn.clock()
    days = connection.archive_after_days if packages.get(connection.package).can_archive else None
    with prepared.cursor() as cursor:
        cursor.execute(
            _DUE,
            {
                "connection": connection.id, "package": connection.package, "few": FEW,
                "administration": connection.administration, "left": Reason.LEFT,
                "reasons": [Reason.LEFT, Reason.DECEASED], "a_day": now - A_DAY, "again": now - AGAIN,
                "ripe": None if days is None else now - timedelta(days=days),
            },
        )  # fmt: skip
        return [_Todo(key, PayerKey(payer), ContactId(contact), bool(ripe)) for key, payer, contact, ripe in cursor]


def _keep(turn: Turn, todo: _Todo, papers: Papers) -> None:
    now = turn.clock()
    told = {"asked": now.isoformat()}
    if papers.known:
        told |= {"open": str(papers.open), "recurring": str(papers.recurring)}
    else:
        told[UNKNOWN] = "yes"
    listed = [[each.kind, each.number, each.page] for each in papers.listed[:LISTED]]
    unused = todo.ripe and papers == Papers()
    if unused:
        told[UNUSED_UNTIL] = (now + A_DAY).isoformat()
    with notes.mine(turn.connection) as cursor:
        cursor.execute(
            "UPDATE sync_problem SET params = %s::jsonb WHERE id = %s", [json.dumps({**told, PAPERS: listed}), todo.id]
        )
        if unused:
            queue.put(turn.connection, [todo.payer])
