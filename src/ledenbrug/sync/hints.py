"""What packages tell of changes: listened to when it is theirs, young and new, and then only as a hint.

It answers at once and asks nothing; the engine reads, compares and shows what differs as it does every night.
"""

import hashlib
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection as database

from ledenbrug.core.hooks import Heard, Refusal
from ledenbrug.core.port import Books
from ledenbrug.core.records import ContactId, Fingerprinter
from ledenbrug.sync import comparing, drift, lines, packages, wake
from ledenbrug.sync.models import Connection, Hint, Hook
from ledenbrug.wire import sealing

FEW, LATELY = 10, timedelta(minutes=1)
"""So many contacts are read one by one; of more, a look at everyone a minute later costs less and misses none."""
log = logging.getLogger(__name__)

_KEEP = """
WITH told AS (
    SELECT c.association_id, c.id, l.contact,
           (SELECT count(*) FROM (SELECT 1 FROM sync_hint h WHERE h.connection_id = c.id AND h.at > %(lately)s
                                  LIMIT %(few)s) few) >= %(few)s AS many
    FROM sync_connection c
    JOIN sync_link l ON l.association_id = c.association_id AND l.package = c.package
         AND l.administration = c.administration AND l.contact = %(contact)s
    WHERE c.id = %(connection)s AND c.enabled AND c.removed_at IS NULL
      AND (%(version)s = '' OR ltrim(l.version, %(again)s) <> %(version)s)
      AND NOT EXISTS (SELECT 1 FROM sync_hint h WHERE h.connection_id = c.id AND h.digest = %(digest)s)
      AND NOT (%(echo)s AND EXISTS (SELECT 1 FROM sync_journal j
               WHERE j.association_id = c.association_id AND j.payer = l.payer AND j.connection_id = c.id
                 AND j.noted_at > %(lately)s))
), later AS (
    UPDATE sync_connection c SET check_due_at = %(later)s FROM told
    WHERE told.many AND c.id = told.id AND c.check_due_at IS NULL
)
INSERT INTO sync_hint (association_id, connection_id, contact, version, digest, at, waits)
SELECT association_id, id, contact, %(version)s, %(digest)s, %(now)s, true FROM told WHERE NOT many
ON CONFLICT DO NOTHING
"""
"""Contacts that are nobody's, what we wrote ourselves and what was heard before leave no trace."""


def hear(*, package: str, key: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Heard | Refusal | None:
    """None: there is no such address."""
    hook = Hook.objects.filter(key=key, connection__package=package, connection__removed_at=None).first()
    ability = packages.hooks(package) if hook else None
    if hook is None or ability is None:
        return None
    if not hook.secret:
        return Heard(None)  # visited while we register it
    try:
        told = ability.heard(headers, body, sealing.unseal(hook.secret), now)
    except sealing.KeyLost:
        return None
    if isinstance(told, Refusal):
        log.info("a webhook was refused: %s", told, extra={"connection": hook.connection_id, "reason": told})
    elif told.contact_id is not None and _keep(hook, told, body, now=now):
        wake.connection(hook.connection_id, priority=wake.BULK)
    return told


def read_told(connection: Connection, books: Books, *, fingerprint: Fingerprinter, clock: lines.Clock) -> bool:
    """Whether there was anything to read."""
    hints = list(Hint.objects.filter(connection=connection, waits=True).order_by("id")[: drift.PAGE])
    told: dict[ContactId, set[str]] = {}
    for each in hints:
        told.setdefault(ContactId(each.contact), set()).add(each.version)
    if told:
        drift.of(connection, books, told, fingerprint=fingerprint, now=clock())
        Hint.objects.filter(id__in=[each.id for each in hints]).update(waits=False)
    return bool(told)


def _keep(hook: Hook, told: Heard, body: bytes, *, now: datetime) -> bool:
    with database.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "connection": hook.connection_id, "contact": told.contact_id, "version": told.version,
                "echo": told.echo,
                "digest": hashlib.sha256(body).digest(), "again": comparing.AGAIN, "few": FEW,
                "now": now, "lately": now - LATELY, "later": now + LATELY,
            },
        )  # fmt: skip
        return bool(cursor.rowcount)
