"""What stood in a contact before a step, as far as that is known without asking the package.

It reads the journal and the drift, and writes nothing; where the last word was lost it says nothing at all.
"""

import json
from collections.abc import Collection, Iterator, Mapping

from django.db import connection as database

from ledenbrug.core.records import Field, PayerKey, Values
from ledenbrug.sync.models import Connection, Outcome
from ledenbrug.wire import sealing

ROWS = 12
"""So many of a payer's newest steps are looked at: what is not among them is not worth the time."""

_TOLD = """
SELECT wanted.payer, told.fields, told.sealed, told.unknown
FROM unnest(%(payers)s::text[]) AS wanted (payer) CROSS JOIN LATERAL (
    (SELECT noted_at AS at, fields, after AS sealed, outcome = ANY(%(open)s) OR after = '' AS unknown
     FROM sync_journal
     WHERE association_id = %(association)s AND payer = wanted.payer AND outcome = ANY(%(counts)s)
       AND connection_id IN (SELECT id FROM sync_connection WHERE association_id = %(association)s
                             AND package = %(package)s AND administration = %(administration)s)
     ORDER BY id DESC LIMIT %(rows)s)
    UNION ALL
    SELECT d.found_at, NULL, d.theirs, false FROM sync_drift d JOIN sync_link l ON l.id = d.link_id
    WHERE l.association_id = %(association)s AND l.package = %(package)s AND l.administration = %(administration)s
      AND l.payer = wanted.payer AND d.theirs <> ''
) told ORDER BY wanted.payer, told.at DESC
"""


def known(connection: Connection, wanted: Mapping[PayerKey, Collection[Field]]) -> dict[PayerKey, dict[Field, str]]:
    """Per payer the fields of which it is known what stands there now: last written, last found equal, or drifted."""
    found: dict[PayerKey, dict[Field, str]] = {payer: {} for payer in wanted}
    settled: dict[PayerKey, set[str]] = {payer: set() for payer in wanted}
    for payer, fields, sealed, unknown in _told(connection, list(wanted)):
        told = {} if unknown else opened(sealed)
        about = set(told) if fields is None else set(fields)
        news = (about & set(wanted[payer])) - settled[payer]
        found[payer].update({Field(each): told[Field(each)] for each in news if each in told})
        settled[payer] |= news
    return found


def opened(sealed: str) -> Values:
    """Nothing when it was dropped, or sealed with a key that is lost."""
    try:
        return {Field(each): value for each, value in json.loads(sealing.unseal(sealed)).items()} if sealed else {}
    except sealing.KeyLost:
        return {}


def _told(connection: Connection, payers: list[PayerKey]) -> Iterator[tuple[PayerKey, list[str] | None, str, bool]]:
    if not payers:
        return
    open_ones = [Outcome.NOTED.value, Outcome.LOST.value]
    with database.cursor() as cursor:
        cursor.execute(
            _TOLD,
            {
                "payers": payers, "rows": ROWS, "open": open_ones,
                "counts": [*open_ones, Outcome.DONE.value, Outcome.UNCHANGED.value],
                "association": connection.association_id, "package": connection.package,
                "administration": connection.administration,
            },
        )  # fmt: skip
        yield from cursor.fetchall()
