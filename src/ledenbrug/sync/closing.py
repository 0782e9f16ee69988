"""Closes the note of a step: done, refused, put off or lost; one durable commit per answer.

A worker that lost the connection without knowing it can only save the contact's id and mark the link unsure.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ledenbrug.core.plan import sent as sent_values
from ledenbrug.core.records import GROUP_OF, ContactId, Field, Fingerprinter, Values, Whereabouts
from ledenbrug.sync import prepared, problems
from ledenbrug.sync.links import OF_PLACE
from ledenbrug.sync.models import Connection, Outcome
from ledenbrug.sync.notes import LostConnection, Note, mine, sealed
from ledenbrug.sync.problems import Found
from ledenbrug.sync.queue import Urgency

_CLOSE = """
WITH mine AS (
    SELECT epoch = %(epoch)s AS mine FROM sync_connection WHERE id = %(connection)s
), journal AS (
    UPDATE sync_journal SET outcome = CASE WHEN mine THEN %(outcome)s ELSE 'lost' END,
           closed_at = %(now)s, reason = %(reason)s, contact = COALESCE(%(contact)s, contact),
           before = COALESCE(NULLIF(%(before)s, ''), before),
           after = COALESCE(%(after)s::text, after), fields = COALESCE(%(told)s::varchar[], fields)
    FROM mine WHERE id = %(journal)s
), again AS (
    INSERT INTO sync_touched (connection_id, payer, urgency, run)
    SELECT %(connection)s, %(payer)s, CASE WHEN mine THEN %(again)s ELSE %(retry)s END, %(run)s
    FROM mine WHERE NOT mine OR NOT %(settled)s
)
UPDATE sync_link SET
    contact = CASE WHEN mine THEN %(contact)s ELSE COALESCE(contact, %(contact)s) END,
    sent = CASE WHEN NOT mine THEN sent WHEN %(forget)s THEN '{}' ELSE sent || %(sent)s::jsonb END,
    unsure = NOT mine,
    doubt = CASE WHEN mine THEN '{}'::varchar[] ELSE doubt || %(fields)s::varchar[] END,
    promised = CASE WHEN mine THEN %(promised)s ELSE COALESCE(promised, %(promised)s) END,
    source = CASE WHEN mine AND %(settled)s THEN %(digest)s ELSE NULL END,
    translation = %(translation)s,
    adopted = adopted OR (mine AND %(adopted)s),
    version = CASE WHEN mine THEN %(version)s ELSE '' END,
    several_emails = CASE WHEN mine THEN %(several)s ELSE several_emails END,
    whereabouts = CASE WHEN mine THEN %(whereabouts)s ELSE whereabouts END,
    sent_at = %(now)s, troubles = 0
FROM mine WHERE id = %(link)s
RETURNING mine
"""


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
    promised: bytes | None = None
    """Stamp of the bank account that another pass of the load brings."""
    before: Values | None = None
    reason: str = ""
    found: Sequence[Found] = ()
    ask: bool = True
    """Whether a person has to know what was found."""
    adopted: bool = False
    """The contact was there before us."""
    forget: bool = False
    """The contact is no more, by our own doing: as if there never was one."""


def close(
    connection: Connection, note: Note, answer: Answer, *, translation: int, fingerprint: Fingerprinter, now: datetime
) -> None:
    """Keeps the contact's id and what was sent, and closes the note: one statement, one commit.

    Raises `LostConnection` when the epoch moved on; the contact's id is kept all the same, the link stays unsure and
    is looked at again.
    """
    link, mended = note.work.linked, False
    if answer.found or link.troubled or link.drifted:
        with transaction.atomic():
            mended = _close(connection, note, answer, translation=translation, fingerprint=fingerprint, now=now)
            if mended:
                _tell(connection, note, answer, now=now)
    else:
        mended = _close(connection, note, answer, translation=translation, fingerprint=fingerprint, now=now)
    if not mended:
        raise LostConnection


def late(connection: Connection, note: Note) -> None:
    """Somebody else has the connection, and this step may have been carried out after they looked: they look again."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """WITH again AS (INSERT INTO sync_touched (connection_id, payer, urgency, run)
                              VALUES (%(connection)s, %(payer)s, %(retry)s, %(run)s))
               UPDATE sync_link SET unsure = true, source = NULL,
                      doubt = CASE WHEN unsure AND doubt = '{}' THEN doubt ELSE doubt || %(fields)s::varchar[] END
               WHERE id = %(link)s""",
            {
                "connection": connection.id, "payer": note.work.step.payer, "retry": Urgency.RETRY,
                "run": note.work.run, "link": note.link, "fields": list(note.work.step.values) or list(Field),
            },
        )  # fmt: skip


def _close(
    connection: Connection, note: Note, answer: Answer, *, translation: int, fingerprint: Fingerprinter, now: datetime
) -> bool:
    sent = sent_values(answer.written or {}, fingerprint=fingerprint)
    went = _went(note, answer)
    with prepared.cursor() as cursor:
        cursor.execute(
            _CLOSE,
            {
                "connection": connection.id, "epoch": connection.epoch, "payer": note.work.step.payer,
                "journal": note.journal, "link": note.link, "now": now, "outcome": answer.outcome,
                "reason": answer.reason, "contact": answer.contact, "sent": json.dumps(sent), "settled": answer.settled,
                "digest": note.work.read.digest, "translation": translation, "version": answer.version,
                "several": answer.several_emails, "whereabouts": answer.whereabouts.value,
                "before": sealed(_of(note, answer.before)) if answer.before else "", "forget": answer.forget,
                "after": None if went is None else sealed(went), "told": None if went is None else list(went),
                "adopted": answer.adopted,
                "fields": list(note.work.step.values) or list(Field), "run": note.work.run,
                "retry": Urgency.RETRY, "again": Urgency.RETRY if answer.promised is None else Urgency.BESIDE,
                "promised": answer.promised,
            },
        )  # fmt: skip
        row = cursor.fetchone()
    return bool(row and row[0])


def _went(note: Note, answer: Answer) -> Values | None:
    """What was written, where that is not simply what the step held."""
    if answer.adopted:
        return _of(note, answer.before or {})
    if not answer.found:
        return None
    refused = {each.group for each in answer.found}
    return {each: value for each, value in _of(note, answer.written or {}).items() if GROUP_OF[each] not in refused}


def _of(note: Note, values: Values) -> Values:
    """The journal keeps nothing of fields that the step did not concern."""
    return {each: values.get(each, "") for each in note.work.step.values if each in values}


def _tell(connection: Connection, note: Note, answer: Answer, *, now: datetime) -> None:
    """Opens what was refused, closes what is mended by this answer, and settles the drift that it wrote over."""
    payer, link = note.work.step.payer, note.work.linked
    if answer.ask:
        problems.open_all(connection, answer.found, now=now)
    if link.troubled:
        still = [each for each in link.standing if OF_PLACE.get(each[1], answer.whereabouts) is answer.whereabouts]
        but = {(payer, cause) for cause in [*still, *(each.cause for each in answer.found)]}
        problems.close(connection, [payer], but=but, now=now)
    if written := link.drifted & {group.value for group in note.work.step.groups}:
        with prepared.cursor() as cursor:
            cursor.execute(
                """UPDATE sync_drift SET verdict = 'ours', settled_at = %s, theirs = '' FROM sync_link l
                   WHERE sync_drift.link_id = l.id AND l.payer = %s AND connection_id = %s AND verdict = ''
                     AND "group" = ANY(%s)""",
                [now, payer, connection.id, list(written)],
            )


def put_off(
    connection: Connection,
    notes: Sequence[Note],
    *,
    reason: str,
    reached: bool,
    again: datetime | None,
    now: datetime,
    found: Sequence[Found] = (),
) -> None:
    """Closes notes of steps that were not done, or of which nobody knows (`reached`); they are looked at again."""
    outcome = Outcome.LOST if reached else Outcome.PUT_OFF
    with mine(connection) as cursor:
        problems.open_all(connection, found, now=now)
        cursor.execute(
            "UPDATE sync_journal SET outcome = %s, reason = %s, closed_at = %s WHERE id = ANY(%s)",
            [outcome, reason, now, [each.journal for each in notes]],
        )
        before = [note.work.step.payer for note in notes if note.work.linked.known.unsure]
        cursor.execute(
            """UPDATE sync_link SET troubles = troubles + %(trouble)s, unsure = %(reached)s OR payer = ANY(%(before)s),
                      doubt = CASE WHEN %(reached)s OR payer = ANY(%(before)s) THEN doubt ELSE '{}' END
               WHERE id = ANY(%(links)s)""",
            {
                "trouble": int(reached), "reached": reached, "before": before,
                "links": [each.link for each in notes],
            },
        )  # fmt: skip
        cursor.execute(
            """INSERT INTO sync_touched (connection_id, payer, urgency, run, not_before)
               SELECT %s, payer, urgency, run, %s
               FROM unnest(%s::text[], %s::int[], %s::bigint[]) AS again (payer, urgency, run)""",
            [
                connection.id, again, [each.work.step.payer for each in notes],
                [max(each.work.urgency, Urgency.RETRY) if reached else each.work.urgency for each in notes],
                [each.work.run for each in notes],
            ],
        )  # fmt: skip


def refuse(
    connection: Connection,
    note: Note,
    *,
    reason: str,
    whereabouts: Whereabouts,
    found: Sequence[Found],
    now: datetime,
) -> None:
    """The package said no for good: nothing was written, nothing is tried until records or a person change it.

    What was in doubt before stays so, unless the contact turned out not to be there.
    """
    link = note.work.linked
    unsure = link.known.unsure and whereabouts is Whereabouts.HERE
    with mine(connection) as cursor:
        problems.open_all(connection, found, now=now)
        if link.troubled:
            payer = note.work.step.payer
            but = {(payer, cause) for cause in [*link.standing, *(each.cause for each in found)]}
            problems.close(connection, [payer], but=but, now=now)
        cursor.execute(
            "UPDATE sync_journal SET outcome = %s, reason = %s, closed_at = %s WHERE id = %s",
            [Outcome.REFUSED, reason, now, note.journal],
        )
        cursor.execute(
            """UPDATE sync_link SET unsure = %(unsure)s, doubt = CASE WHEN %(unsure)s THEN doubt ELSE '{}' END,
                      source = %(digest)s, whereabouts = %(whereabouts)s, troubles = 0
               WHERE id = %(link)s""",
            {
                "link": note.link, "digest": note.work.read.digest, "whereabouts": whereabouts.value,
                "unsure": unsure,
            },
        )  # fmt: skip
