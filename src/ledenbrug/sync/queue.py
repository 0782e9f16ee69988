"""Who must be looked at, the most urgent first: the touched rows of one connection. It knows no record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection as database

from ledenbrug.core.records import PayerKey
from ledenbrug.sync.models import Connection


@dataclass(frozen=True, slots=True)
class Taken:
    payers: Sequence[PayerKey]
    rows: dict[PayerKey, list[int]]
    """Every row of these payers, by id: those and no others are deleted when they have been looked at."""
    runs: dict[PayerKey, int | None]
    urgent: bool


def take(connection: Connection, *, most: int, now: datetime) -> Taken:
    """Up to `most` payers; the rows stay until the step is noted."""
    with database.cursor() as cursor:
        cursor.execute(
            """WITH first AS (
                   SELECT payer, urgent, id FROM sync_touched
                   WHERE connection_id = %(connection)s AND (not_before IS NULL OR not_before <= %(now)s)
                   ORDER BY urgent DESC, id LIMIT %(look)s
               ), chosen AS (
                   SELECT payer, bool_or(urgent) AS urgent, min(id) AS id FROM first GROUP BY payer
                   ORDER BY bool_or(urgent) DESC, min(id) LIMIT %(most)s
               )
               SELECT c.payer, array_agg(t.id), max(t.run), c.urgent
               FROM chosen c JOIN sync_touched t ON t.connection_id = %(connection)s AND t.payer = c.payer
               GROUP BY c.payer, c.urgent, c.id ORDER BY c.urgent DESC, c.id""",
            {"connection": connection.id, "now": now, "most": most, "look": most * 3},
        )
        found = cursor.fetchall()
    return Taken(
        payers=[PayerKey(payer) for payer, *_ in found],
        rows={PayerKey(payer): rows for payer, rows, *_ in found},
        runs={PayerKey(payer): run for payer, _, run, _ in found},
        urgent=any(urgent for *_, urgent in found),
    )


def put(connection: Connection, payers: Collection[PayerKey], *, urgent: bool = False, run: int | None = None) -> None:
    with database.cursor() as cursor:
        cursor.execute(
            """INSERT INTO sync_touched (connection_id, payer, urgent, run)
               SELECT %s, payer, %s, %s FROM unnest(%s::text[]) AS touched (payer)""",
            [connection.id, urgent, run, list(payers)],
        )


def next_due(connection: Connection, *, now: datetime) -> datetime | None:
    """When there is something to do again: `now` when there is already, None when nothing is known of."""
    with database.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT 1 FROM sync_touched WHERE connection_id = %(connection)s
                              AND (not_before IS NULL OR not_before <= %(now)s)),
                      (SELECT min(not_before) FROM sync_touched WHERE connection_id = %(connection)s)""",
            {"connection": connection.id, "now": now},
        )
        at_once, later = cursor.fetchone()
    return now if at_once else later


def length(connection: Connection) -> int:
    with database.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT payer) FROM sync_touched WHERE connection_id = %s", [connection.id])
        return int(cursor.fetchone()[0])


def clear(connection: Connection) -> None:
    with database.cursor() as cursor:
        cursor.execute("DELETE FROM sync_touched WHERE connection_id = %s", [connection.id])
