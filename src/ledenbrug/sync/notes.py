"""Notes every step before its call, in batches: with `closing` what "nothing twice, nothing lost" rests on.

Every write checks the connection's epoch: a worker that lost the connection without knowing it can note nothing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.backends.utils import CursorWrapper

from ledenbrug.core.compare import outlived
from ledenbrug.core.guard import Effect
from ledenbrug.core.plan import Kind, Step
from ledenbrug.core.records import UNKNOWN, PayerKey, Values
from ledenbrug.sync import before, prepared, problems, proposing
from ledenbrug.sync.deciding import Decided
from ledenbrug.sync.links import Linked
from ledenbrug.sync.models import Connection, Outcome
from ledenbrug.sync.queue import Urgency
from ledenbrug.sync.reading import Read
from ledenbrug.wire import sealing


class LostConnection(Exception):
    """Another worker has the connection in hand, or it was switched off: stop, nothing more may be noted."""


@dataclass(frozen=True, slots=True)
class Begun:
    """How the connection was found."""

    trouble: bool
    """A problem of the connection as a whole is open."""
    runs: bool
    """A run is not over."""
    told: bool
    """The package told of a contact that is to be read."""


@dataclass(frozen=True, slots=True)
class Work:
    """One step on its way, with what it was decided from."""

    step: Step
    read: Read
    linked: Linked
    number: str
    """The customer number that the contact has or gets: how a lost create is found back."""
    run: int
    urgency: Urgency = Urgency.BULK
    effects: frozenset[Effect] = frozenset()
    unfinished: bool = False
    """Another pass of the load brings the rest of it."""
    undoes: bool = False
    """It takes something back: what is refused is told by the journal, and asks nothing of a person."""


@dataclass(frozen=True, slots=True)
class Note:
    work: Work
    journal: int
    link: int
    at: datetime


def begin(connection: Connection) -> Begun:
    """Takes the connection in hand: a new epoch. Steps that an earlier one left open are looked at again.

    Raises `LostConnection` when somebody else did since it was read: what is known of it may be out of date.
    """
    with prepared.cursor() as cursor:
        cursor.execute(
            """WITH mine AS (UPDATE sync_connection SET epoch = epoch + 1
                             WHERE id = %(id)s AND epoch = %(epoch)s RETURNING epoch),
               lost AS (UPDATE sync_journal SET outcome = %(lost)s FROM mine
                        WHERE connection_id = %(id)s AND outcome = 'noted' RETURNING payer, run_id),
               again AS (INSERT INTO sync_touched (connection_id, payer, urgency, run)
                         SELECT %(id)s, payer, %(retry)s, run_id FROM lost)
               SELECT epoch,
                      EXISTS (SELECT 1 FROM sync_problem
                              WHERE connection_id = %(id)s AND payer = '' AND closed_at IS NULL),
                      EXISTS (SELECT 1 FROM sync_run
                              WHERE connection_id = %(id)s AND ended_at IS NULL AND cause <> 'edit'),
                      EXISTS (SELECT 1 FROM sync_hint WHERE connection_id = %(id)s AND waits)
               FROM mine""",
            {"id": connection.id, "epoch": connection.epoch, "lost": Outcome.LOST, "retry": Urgency.RETRY},
        )
        taken = cursor.fetchone()
    if taken is None:
        raise LostConnection
    connection.epoch, trouble, runs, told = taken
    return Begun(trouble=trouble, runs=runs, told=told)


@contextmanager
def mine(connection: Connection) -> Iterator[CursorWrapper]:
    """A transaction that only goes through while the connection is in our hands. Raises `LostConnection`."""
    with transaction.atomic(), prepared.cursor() as cursor:
        cursor.execute(
            """SELECT 1 FROM sync_connection c WHERE id = %s AND epoch = %s AND removed_at IS NULL
                  AND (enabled OR EXISTS (SELECT 1 FROM sync_run r WHERE r.connection_id = c.id
                                          AND r.undoes_id IS NOT NULL AND r.ended_at IS NULL)) FOR SHARE""",
            [connection.id, connection.epoch],
        )
        if cursor.fetchone() is None:
            raise LostConnection
        yield cursor


def keep(connection: Connection, decided: Decided, *, now: datetime) -> None:
    """What was found: problems opened and closed, who is known to be in step and who no longer is."""
    if moot := {payer: link.moot for payer, link in decided.linked.items() if link.moot}:
        proposing.supersede(connection, moot, now=now)
    problems.open_all(connection, decided.found, now=now)
    if mended := decided.mended():
        problems.close(connection, mended, but=decided.standing(), now=now)
    if past := [each for each in decided.idle if outlived(each.desired, decided.link(each.desired.payer).known)]:
        _forget_doubt(connection, past)
    if found := [each for each in decided.idle if not each.settled]:
        _settle(connection, found)
    if wrong := [each.payer for each in decided.steps if decided.reads[each.payer].settled]:
        _unsettle(connection, wrong)


def note(
    connection: Connection, decided: Decided, works: Sequence[Work], *, touched: Sequence[int], now: datetime
) -> list[Note]:
    """Writes down what is about to be done, and forgets that it had to be looked at. Raises `LostConnection`."""
    with mine(connection) as cursor:
        keep(connection, decided, now=now)
        cursor.execute("DELETE FROM sync_touched WHERE id = ANY(%s)", [list(touched)])
        if not works:
            return []
        stood = _stood(connection, works)
        links = _doubt(cursor, connection, works)
        cursor.execute(
            """INSERT INTO sync_journal (association_id, connection_id, run_id, epoch, payer, kind, fields, number,
                                         contact, before, after, effects, outcome, reason, noted_at)
               SELECT %s, %s, run, %s, payer, kind, string_to_array(fields, ','), number, contact, before, after,
                      string_to_array(effects, ','), %s, '', %s
               FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                           %s::text[], %s::bigint[])
                    WITH ORDINALITY AS new (payer, kind, fields, number, contact, before, after, effects, run, place)
               ORDER BY place RETURNING id""",
            [
                connection.association_id, connection.id, connection.epoch, Outcome.NOTED, now,
                [work.step.payer for work in works],
                [work.step.kind.value for work in works],
                [",".join(work.step.values) for work in works],
                [work.number for work in works],
                [work.step.contact_id or "" for work in works],
                [sealed(stood.get(work.step.payer, {})) for work in works],
                [sealed(work.step.values) for work in works],
                [",".join(sorted(work.effects)) for work in works],
                [work.run for work in works],
            ],
        )  # fmt: skip
        rows = zip(works, cursor.fetchall(), strict=True)
        return [Note(work, journal, links[work.step.payer], now) for work, (journal,) in rows]


def _stood(connection: Connection, works: Sequence[Work]) -> Mapping[PayerKey, Values]:
    """What these steps are about to write over, as far as it is known."""
    wanted = {work.step.payer: work.step.values.keys() for work in works if work.step.kind is Kind.UPDATE}
    return before.known(connection, wanted) if wanted else {}


def _doubt(cursor: CursorWrapper, connection: Connection, works: Sequence[Work]) -> dict[str, int]:
    """From now on nobody knows what stands there, as far as these steps write it. The link of each payer."""
    cursor.execute(
        """INSERT INTO sync_link AS l (association_id, package, administration, payer, number, sent, translation,
                                       unsure, doubt, adopted, several_emails, whereabouts, version, troubles)
           SELECT %s, %s, %s, payer, number, '{}', 0, true, string_to_array(fields, ','), false, false, 'here', '', 0
           FROM unnest(%s::text[], %s::text[], %s::text[]) AS new (payer, number, fields)
           ON CONFLICT (association_id, package, administration, payer) DO UPDATE
           SET unsure = true, doubt = CASE WHEN l.unsure AND l.doubt = '{}' THEN l.doubt
                                           ELSE array(SELECT DISTINCT unnest(l.doubt || excluded.doubt)) END,
               number = CASE WHEN l.contact IS NULL THEN excluded.number ELSE l.number END
           RETURNING l.payer, l.id""",
        [
            connection.association_id, connection.package, connection.administration,
            [work.step.payer for work in works], [work.number for work in works],
            [",".join(work.step.values) for work in works],
        ],
    )  # fmt: skip
    return dict(cursor.fetchall())


def _forget_doubt(connection: Connection, reads: Sequence[Read]) -> None:
    """What was in doubt no longer goes over. If it ever does again, what stands there counts as something else."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """UPDATE sync_link l SET unsure = false, doubt = '{}', troubles = 0,
                      sent = l.sent || (SELECT jsonb_object_agg(field, %s::text) FROM unnest(l.doubt) AS field)
               WHERE payer = ANY(%s) AND association_id = %s AND package = %s AND administration = %s
                 AND unsure AND doubt <> '{}'""",
            [
                UNKNOWN, [each.desired.payer for each in reads],
                connection.association_id, connection.package, connection.administration,
            ],
        )  # fmt: skip


def _settle(connection: Connection, reads: Sequence[Read]) -> None:
    """Nothing has to be done for these records: the next full round need not look at them."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """UPDATE sync_link l SET source = r.digest, promised = NULL
               FROM unnest(%s::text[], %s::bytea[]) AS r (payer, digest)
               WHERE association_id = %s AND package = %s AND administration = %s AND l.payer = r.payer
                 AND NOT l.unsure AND l.source IS DISTINCT FROM r.digest""",
            [
                [each.desired.payer for each in reads], [each.digest for each in reads],
                connection.association_id, connection.package, connection.administration,
            ],
        )  # fmt: skip


def _unsettle(connection: Connection, payers: Sequence[PayerKey]) -> None:
    """By the settings of now they are not in step after all, whatever becomes of the queue they are put into."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """UPDATE sync_link SET source = NULL
               WHERE payer = ANY(%s) AND association_id = %s AND package = %s AND administration = %s""",
            [list(payers), connection.association_id, connection.package, connection.administration],
        )


def sealed(values: Values) -> str:
    return sealing.seal(json.dumps(dict(values), ensure_ascii=False)) if values else ""
