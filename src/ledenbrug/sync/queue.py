"""Who must be looked at, the most urgent first: the touched rows of one connection. It knows no record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from ledenbrug.core.records import PayerKey
from ledenbrug.sync import prepared
from ledenbrug.sync.models import Connection


class Urgency(IntEnum):
    """What goes first. A drift check comes after all of these."""

    BESIDE = -1  # what a load brings when every contact is there
    BULK = 0
    RETRY = 1
    NOW = 2  # somebody pressed *sync now*
    EDIT = 3  # a person saved a record, or decided something


FEW = 25
"""More than these at once is a bulk load, whoever asked for it: it is planned as a whole, outside the reserve."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One payer who must be looked at."""

    payer: PayerKey
    rows: Sequence[int]
    """Its rows that are due: those and no others are deleted when it has been looked at."""
    urgency: Urgency
    run: int | None

    @property
    def unplanned(self) -> bool:
        return self.run is None and self.urgency is Urgency.BULK


def take(connection: Connection, *, most: int, now: datetime) -> list[Asked]:
    """Up to `most` payers; the rows stay until the step is noted. Retries come in the order of their time."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """WITH first AS (
                   SELECT payer, urgency, not_before, id FROM sync_touched
                   WHERE connection_id = %(connection)s AND (not_before IS NULL OR not_before <= %(now)s)
                   ORDER BY urgency DESC, id LIMIT %(look)s
               ), chosen AS (
                   SELECT payer, max(urgency) AS urgency, min(not_before) AS since, min(id) AS id
                   FROM first GROUP BY payer
                   ORDER BY max(urgency) DESC, min(not_before) NULLS FIRST, min(id) LIMIT %(most)s
               )
               SELECT c.payer, array_agg(t.id), c.urgency, max(t.run)
               FROM chosen c JOIN sync_touched t ON t.connection_id = %(connection)s AND t.payer = c.payer
                    AND (t.not_before IS NULL OR t.not_before <= %(now)s)
               GROUP BY c.payer, c.urgency, c.since, c.id ORDER BY c.urgency DESC, c.since NULLS FIRST, c.id""",
            {"connection": connection.id, "now": now, "most": most, "look": most * 3},
        )
        return [Asked(PayerKey(payer), rows, Urgency(urgency), run) for payer, rows, urgency, run in cursor.fetchall()]


def put(
    connection: Connection,
    payers: Collection[PayerKey],
    *,
    urgent: bool = False,
    urgency: Urgency = Urgency.BULK,
    run: int | None = None,
    not_before: datetime | None = None,
) -> None:
    if not payers:
        return
    with prepared.cursor() as cursor:
        cursor.execute(
            """INSERT INTO sync_touched (connection_id, payer, urgency, run, not_before)
               SELECT %s, payer, %s, %s, %s FROM unnest(%s::text[]) AS touched (payer)""",
            [connection.id, Urgency.EDIT if urgent else urgency, run, not_before, list(payers)],
        )


def unplanned(connection: Connection) -> dict[PayerKey, list[int]]:
    """Bulk rows that belong to no run yet, when there are more than a few: an import, a change of a status."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT payer, array_agg(id) FROM sync_touched
               WHERE connection_id = %(id)s AND urgency = 0 AND run IS NULL AND not_before IS NULL
                 AND (SELECT count(*) FROM (
                          SELECT 1 FROM sync_touched
                          WHERE connection_id = %(id)s AND urgency = 0 AND run IS NULL AND not_before IS NULL
                          LIMIT %(few)s + 1) few) > %(few)s
               GROUP BY payer""",
            {"id": connection.id, "few": FEW},
        )
        return {PayerKey(payer): rows for payer, rows in cursor.fetchall()}


def forget(rows: Collection[int]) -> None:
    with prepared.cursor() as cursor:
        cursor.execute("DELETE FROM sync_touched WHERE id = ANY(%s)", [list(rows)])


def next_due(connection: Connection, *, now: datetime) -> datetime | None:
    """When there is something to look at again: `now` when there is already, None when nothing is known of."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT 1 FROM sync_touched WHERE connection_id = %(connection)s
                              AND (not_before IS NULL OR not_before <= %(now)s)),
                      (SELECT min(not_before) FROM sync_touched WHERE connection_id = %(connection)s)""",
            {"connection": connection.id, "now": now},
        )
        at_once, later = cursor.fetchone()
    return now if at_once else later


def edits_wait(connection: Connection, *, now: datetime) -> bool:
    """Whether a person's edit is among what must be looked at now."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT 1 FROM sync_touched WHERE connection_id = %s AND urgency = %s
                              AND (not_before IS NULL OR not_before <= %s))""",
            [connection.id, Urgency.EDIT, now],
        )
        return bool(cursor.fetchone()[0])


def length(connection: Connection) -> int:
    return sum(lengths(connection))


def lengths(connection: Connection) -> tuple[int, int]:
    """How many must be looked at: those of whom nothing is done yet, and those whose contact a load has made."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FILTER (WHERE most > %(beside)s), count(*) FILTER (WHERE most = %(beside)s)
               FROM (SELECT max(urgency) AS most FROM sync_touched WHERE connection_id = %(connection)s
                     GROUP BY payer) each""",
            {"connection": connection.id, "beside": Urgency.BESIDE},
        )
        first, beside = cursor.fetchone()
        return int(first), int(beside)


def clear(connection: Connection) -> None:
    with prepared.cursor() as cursor:
        cursor.execute("DELETE FROM sync_touched WHERE connection_id = %s", [connection.id])
