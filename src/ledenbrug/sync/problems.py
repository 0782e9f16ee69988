"""Opens and closes what a person must decide or mend: one row per cause, set-based, never one notice per member."""

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection as database
from django.db.models import QuerySet

from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Group, PayerKey
from ledenbrug.sync.models import Connection, Link, Problem

Cause = tuple[str, str]
"""Group (empty: the contact as a whole) and reason."""
ASKED = frozenset({Reason.MEMBERS_FELL, Reason.CONTACTS_FELL, Reason.RESTORED})
"""Questions about the connection as a whole: they do not pass by themselves."""
BRAKES = frozenset(
    {Reason.MANY_ARCHIVED, Reason.MANY_IBANS, Reason.MANY_CLEARED, Reason.MANY_OVERWRITTEN, Reason.MANY_CREATED}
)
ABOUT_ACCOUNTS = frozenset({Reason.IBAN_WAITS, Reason.MANY_IBANS})
WAITS = BRAKES | {
    Reason.LEFT, Reason.DECEASED, Reason.GONE, Reason.ARCHIVED, Reason.LOOKS_LIKE, Reason.AMBIGUOUS,
    Reason.HELD, Reason.IBAN_WAITS,
}  # fmt: skip
"""To-dos and questions; every other reason is a refusal, which may be tried again."""
TAKEN = frozenset({Reason.NUMBER_TAKEN, Reason.MANDATE_TAKEN})
A_NIGHT = 5


@dataclass(frozen=True, slots=True)
class Found:
    """`stamp` says which values it is about: while they stay the same, nothing is tried again."""

    payer: PayerKey | None
    reason: str
    group: Group | None = None
    stamp: bytes | None = None
    contact: ContactId | None = None
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def cause(self) -> Cause:
        return self.group or "", self.reason


def open_all(connection: Connection, found: Iterable[Found], *, now: datetime) -> int:
    """Those that are open already only learn what they are about now. Returns how many are new."""
    rows = list({(each.payer, each.group, each.reason): each for each in found}.values())
    if not rows:
        return 0
    with database.cursor() as cursor:
        cursor.execute(
            """INSERT INTO sync_problem AS p (association_id, connection_id, payer, "group", reason, params, contact,
                                              source, dismissed, opened_at)
               SELECT %s, %s, payer, grp, reason, params::jsonb, contact, source, false, %s
               FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[])
                    AS new (payer, grp, reason, params, contact, source)
               ON CONFLICT (connection_id, payer, "group", reason) WHERE closed_at IS NULL
               DO UPDATE SET source = excluded.source, contact = excluded.contact,
                             params = CASE WHEN excluded.params = '{}' AND p.source IS NOT DISTINCT FROM excluded.source
                                           THEN p.params ELSE excluded.params END,
                             dismissed = p.dismissed AND p.source IS NOT DISTINCT FROM excluded.source
               RETURNING (xmax = 0)""",
            [
                connection.association_id, connection.id, now,
                [each.payer or "" for each in rows], [each.group or "" for each in rows],
                [each.reason for each in rows], [json.dumps(dict(each.params)) for each in rows],
                [each.contact or "" for each in rows], [each.stamp for each in rows],
            ],
        )  # fmt: skip
        return sum(bool(row[0]) for row in cursor.fetchall())


def close(
    connection: Connection, payers: Iterable[PayerKey], *, but: Container[tuple[PayerKey, Cause]], now: datetime
) -> None:
    """What was wrong with these payers is over, except for the causes in `but`."""
    still = Problem.objects.filter(connection=connection, payer__in=list(payers), closed_at=None)
    over = [
        key
        for key, payer, group, reason in still.values_list("id", "payer", "group", "reason")
        if (PayerKey(payer), (group, reason)) not in but
    ]
    if over:
        Problem.objects.filter(id__in=over).update(closed_at=now)


def count(connection: Connection, reason: str) -> int:
    return Problem.objects.filter(connection=connection, reason=reason, closed_at=None).count()


def of_connection(
    connection: Connection,
    reason: str,
    *,
    now: datetime,
    stamp: bytes | None = None,
    params: Mapping[str, str] | None = None,
) -> None:
    open_all(connection, [Found(None, reason, stamp=stamp, params=params or {})], now=now)


def over(connection: Connection, *, now: datetime) -> None:
    """Whatever stopped the connection as a whole is over."""
    Problem.objects.filter(connection=connection, payer="", closed_at=None).exclude(reason__in=ASKED).update(
        closed_at=now
    )


def settled(connection: Connection, reason: str, *, now: datetime) -> None:
    """A question about the connection as a whole has answered itself."""
    Problem.objects.filter(connection=connection, payer="", reason=reason, closed_at=None).update(closed_at=now)


def try_again(connection: Connection) -> None:
    """A person changed the settings or asked for it: what was refused may be taken now."""
    _try(connection, _open(connection).exclude(reason__in=WAITS))


def try_taken(connection: Connection, *, now: datetime) -> None:
    """What another contact held may be free by now. A few a night in turn: packages count what they refuse."""
    ids = list(_open(connection).filter(reason__in=TAKEN).order_by("id").values_list("id", flat=True))
    first = now.toordinal() * A_NIGHT % len(ids) if len(ids) > A_NIGHT else 0
    _try(connection, _open(connection).filter(id__in=(ids + ids)[first : first + A_NIGHT]))


def _open(connection: Connection) -> "QuerySet[Problem]":
    return Problem.objects.filter(connection=connection, closed_at=None).exclude(payer="")


def _try(connection: Connection, refused: "QuerySet[Problem]") -> None:
    payers = list(refused.values_list("payer", flat=True))
    if payers:
        refused.update(source=None)
        Link.objects.filter(
            association_id=connection.association_id,
            package=connection.package,
            administration=connection.administration,
            payer__in=payers,
        ).update(source=None, troubles=0)
