"""Notes every step before its call and closes it after: the two writes on which "nothing twice, nothing lost" rests.

Plain SQL in batches, one durable commit per answer. Every write checks the connection's epoch: a worker that lost the
connection without knowing it can only mark the link unsure.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection as database
from django.db import transaction
from django.db.backends.utils import CursorWrapper

from ledenbrug.core.plan import Step
from ledenbrug.core.plan import sent as sent_values
from ledenbrug.core.records import ContactId, Fingerprinter, Values, Whereabouts
from ledenbrug.sync.links import Linked
from ledenbrug.sync.models import Connection, Outcome
from ledenbrug.sync.reading import Read
from ledenbrug.wire import sealing


class LostConnection(Exception):
    """Another worker has the connection in hand, or it was switched off: stop, nothing more may be noted."""


@dataclass(frozen=True, slots=True)
class Work:
    """One step on its way, with what it was decided from."""

    step: Step
    read: Read
    linked: Linked
    number: str
    """The customer number that the contact has or gets: how a lost create is found back."""
    run: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    work: Work
    journal: int


def begin(connection: Connection, *, now: datetime) -> int:
    """Takes the connection in hand: a new epoch. Steps that an earlier one left open are looked at again."""
    with transaction.atomic(), database.cursor() as cursor:
        cursor.execute("UPDATE sync_connection SET epoch = epoch + 1 WHERE id = %s RETURNING epoch", [connection.id])
        connection.epoch = cursor.fetchone()[0]
        cursor.execute(
            """WITH lost AS (
                   UPDATE sync_journal SET outcome = %s, closed_at = %s
                   WHERE connection_id = %s AND outcome = %s RETURNING payer, run_id
               )
               INSERT INTO sync_touched (connection_id, payer, urgent, run)
               SELECT %s, payer, false, run_id FROM lost""",
            [Outcome.LOST, now, connection.id, Outcome.NOTED, connection.id],
        )
    return connection.epoch


def note(connection: Connection, works: Sequence[Work], *, touched: Sequence[int], now: datetime) -> list[Note]:
    """Writes down what is about to be done, and forgets that it had to be looked at. Raises `LostConnection`."""
    with transaction.atomic(), database.cursor() as cursor:
        _still_mine(cursor, connection)
        cursor.execute("DELETE FROM sync_touched WHERE id = ANY(%s)", [list(touched)])
        if not works:
            return []
        cursor.execute(
            """INSERT INTO sync_link AS l (association_id, package, administration, payer, number, sent, translation,
                                           unsure, adopted, several_emails, whereabouts, version, troubles)
               SELECT %s, %s, %s, payer, number, '{}', 0, true, false, false, 'here', '', 0
               FROM unnest(%s::text[], %s::text[]) AS new (payer, number)
               ON CONFLICT (association_id, package, administration, payer) DO UPDATE
               SET unsure = true, number = CASE WHEN l.contact IS NULL AND NOT l.unsure THEN excluded.number
                                                ELSE l.number END""",
            [
                connection.association_id, connection.package, connection.administration,
                [work.step.payer for work in works], [work.number for work in works],
            ],
        )  # fmt: skip
        cursor.execute(
            """INSERT INTO sync_journal (association_id, connection_id, run_id, epoch, payer, kind, fields, number,
                                         contact, before, after, outcome, reason, noted_at)
               SELECT %s, %s, run, %s, payer, kind, string_to_array(fields, ','), number, contact, '', after, %s, '', %s
               FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[])
                    WITH ORDINALITY AS new (payer, kind, fields, number, contact, after, run, place)
               ORDER BY place RETURNING id""",
            [
                connection.association_id, connection.id, connection.epoch, Outcome.NOTED, now,
                [work.step.payer for work in works],
                [work.step.kind.value for work in works],
                [",".join(work.step.values) for work in works],
                [work.number for work in works],
                [work.step.contact_id or "" for work in works],
                [_sealed(work.step.values) for work in works], [work.run for work in works],
            ],
        )  # fmt: skip
        return [Note(work, row[0]) for work, row in zip(works, cursor.fetchall(), strict=True)]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be remembered of one answer."""

    outcome: Outcome
    contact: ContactId | None
    version: str = ""
    written: Values | None = None
    several_emails: bool = False
    whereabouts: Whereabouts = Whereabouts.HERE
    settled: bool = True
    """The records behind it need no look before they change."""
    before: Values | None = None
    reason: str = ""


def close(
    connection: Connection, note: Note, answer: Answer, *, translation: int, fingerprint: Fingerprinter, now: datetime
) -> None:
    """Keeps the contact's id and what was sent, and closes the note: one statement, one commit.

    Raises `LostConnection` when the epoch moved on; the contact's id is kept all the same and the link stays unsure.
    """
    sent = sent_values(answer.written or {}, fingerprint=fingerprint)
    with database.cursor() as cursor:
        cursor.execute(
            """WITH mine AS (SELECT epoch = %(epoch)s AS mine FROM sync_connection WHERE id = %(connection)s),
               journal AS (
                   UPDATE sync_journal SET outcome = CASE WHEN mine THEN %(outcome)s ELSE 'lost' END,
                          closed_at = %(now)s, reason = %(reason)s, before = %(before)s,
                          contact = COALESCE(%(contact)s, contact)
                   FROM mine WHERE id = %(journal)s)
               UPDATE sync_link SET
                   contact = CASE WHEN mine THEN %(contact)s ELSE COALESCE(contact, %(contact)s) END,
                   sent = CASE WHEN mine THEN sent || %(sent)s::jsonb ELSE sent END,
                   unsure = NOT mine,
                   source = CASE WHEN mine AND %(settled)s THEN %(digest)s ELSE NULL END,
                   translation = %(translation)s, version = %(version)s, several_emails = %(several)s,
                   whereabouts = %(whereabouts)s, sent_at = %(now)s, troubles = 0
               FROM mine
               WHERE association_id = %(association)s AND package = %(package)s
                 AND administration = %(administration)s AND payer = %(payer)s
               RETURNING mine""",
            {
                **_place(connection, note), "now": now, "outcome": answer.outcome, "reason": answer.reason,
                "contact": answer.contact, "sent": json.dumps(sent), "settled": answer.settled,
                "digest": note.work.read.digest, "translation": translation, "version": answer.version,
                "several": answer.several_emails, "whereabouts": answer.whereabouts.value,
                "before": _sealed(answer.before) if answer.before else "",
            },
        )  # fmt: skip
        row = cursor.fetchone()
    if row is None or not row[0]:
        raise LostConnection


def put_off(
    connection: Connection,
    notes: Sequence[Note],
    *,
    reason: str,
    reached: bool,
    again: datetime | None,
    now: datetime,
) -> None:
    """Closes notes of steps that were not done, or of which nobody knows (`reached`); they are looked at again."""
    outcome = Outcome.LOST if reached else Outcome.PUT_OFF
    with transaction.atomic(), database.cursor() as cursor:
        _still_mine(cursor, connection)
        cursor.execute(
            "UPDATE sync_journal SET outcome = %s, reason = %s, closed_at = %s WHERE id = ANY(%s)",
            [outcome, reason, now, [each.journal for each in notes]],
        )
        cursor.execute(
            """UPDATE sync_link SET troubles = troubles + %s, unsure = %s OR payer = ANY(%s)
               WHERE association_id = %s AND package = %s AND administration = %s AND payer = ANY(%s)""",
            [
                int(reached), reached, [each.work.step.payer for each in notes if each.work.step.look_first],
                connection.association_id, connection.package, connection.administration,
                [each.work.step.payer for each in notes],
            ],
        )  # fmt: skip
        cursor.execute(
            """INSERT INTO sync_touched (connection_id, payer, urgent, not_before)
               SELECT %s, payer, false, %s FROM unnest(%s::text[]) AS again (payer)""",
            [connection.id, again, [each.work.step.payer for each in notes]],
        )


def refuse(connection: Connection, note: Note, *, reason: str, whereabouts: Whereabouts, now: datetime) -> None:
    """The package said no for good: nothing was written, nothing is tried until records or a person change it."""
    with transaction.atomic(), database.cursor() as cursor:
        _still_mine(cursor, connection)
        cursor.execute(
            "UPDATE sync_journal SET outcome = %s, reason = %s, closed_at = %s WHERE id = %s",
            [Outcome.REFUSED, reason, now, note.journal],
        )
        cursor.execute(
            """UPDATE sync_link SET unsure = false, source = %(digest)s, whereabouts = %(whereabouts)s, troubles = 0
               WHERE association_id = %(association)s AND package = %(package)s
                 AND administration = %(administration)s AND payer = %(payer)s""",
            {**_place(connection, note), "digest": note.work.read.digest, "whereabouts": whereabouts.value},
        )


def settle(connection: Connection, reads: Sequence[Read]) -> None:
    """Nothing has to be done for these records: the next full round need not look at them."""
    with database.cursor() as cursor:
        cursor.execute(
            """UPDATE sync_link l SET source = r.digest FROM unnest(%s::text[], %s::bytea[]) AS r (payer, digest)
               WHERE association_id = %s AND package = %s AND administration = %s AND l.payer = r.payer
                 AND NOT l.unsure""",
            [
                [each.desired.payer for each in reads], [each.digest for each in reads],
                connection.association_id, connection.package, connection.administration,
            ],
        )  # fmt: skip


def _still_mine(cursor: CursorWrapper, connection: Connection) -> None:
    cursor.execute(
        "SELECT 1 FROM sync_connection WHERE id = %s AND epoch = %s AND enabled AND removed_at IS NULL FOR SHARE",
        [connection.id, connection.epoch],
    )
    if cursor.fetchone() is None:
        raise LostConnection


def _place(connection: Connection, note: Note) -> dict[str, object]:
    return {
        "association": connection.association_id,
        "package": connection.package,
        "administration": connection.administration,
        "connection": connection.id,
        "epoch": connection.epoch,
        "payer": note.work.step.payer,
        "journal": note.journal,
    }


def _sealed(values: Values) -> str:
    return sealing.seal(json.dumps(dict(values), ensure_ascii=False)) if values else ""
