"""What stands at the contacts that a load made, read for many of them together before its second pass writes there.

It is kept, sealed, for the turns that follow: a window of the limit ends before all of them have had theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import transaction

from ledenbrug.core.port import Remote
from ledenbrug.core.records import ContactId, PayerKey
from ledenbrug.sync import prepared
from ledenbrug.sync.matching import YOUNG
from ledenbrug.sync.models import Connection, Journal, Link, Outcome, Reading
from ledenbrug.sync.planner import AHEAD
from ledenbrug.sync.queue import Urgency
from ledenbrug.sync.turn import Turn
from ledenbrug.wire import sealing

PAGE = -2
"""Number of their page, beside those of a first comparison."""


@dataclass(frozen=True, slots=True)
class _Seen:
    contact: ContactId
    at: datetime
    step: int
    """The last that was noted before."""
    remote: Remote | None
    """None where nothing was there any more."""


_SEEN = msgspec.json.Decoder(list[_Seen])


def seen(turn: Turn, wanted: Mapping[ContactId, PayerKey], *, alone: bool) -> dict[ContactId, Remote]:
    """Those of `wanted` that are there. `alone`: nobody else is read, for a person waits."""
    connection, now = turn.connection, turn.clock()
    known = _known(connection, wanted, now=now)
    missing = [each for each in wanted if each not in known]
    if missing:
        more = [] if alone else [each for each in _waiting(connection, now=now) if each not in known]
        asked = [*dict.fromkeys([*missing, *more])][: max(AHEAD, len(missing))]
        step = Journal.objects.filter(connection=connection).order_by("-id").values_list("id", flat=True).first() or 0
        found = {each.contact_id: each for each in turn.books.read(asked)}
        read = {each: _Seen(each, now, step, found.get(each)) for each in asked}
        _keep(connection, {**_kept(connection, now=now), **read}, now=now)
        known |= {each: read[each] for each in missing}
    return {each: remote for each in wanted if (remote := known[each].remote)}


def _known(connection: Connection, wanted: Mapping[ContactId, PayerKey], *, now: datetime) -> dict[ContactId, _Seen]:
    """Those of `wanted` that were read, where nothing was tried since."""
    known = {each: kept for each, kept in _kept(connection, now=now).items() if each in wanted}
    tried = Journal.objects.filter(
        association_id=connection.association_id,
        connection=connection,
        payer__in=[wanted[each] for each in known],
        id__gt=min((each.step for each in known.values()), default=0),
    ).exclude(outcome=Outcome.PUT_OFF)
    last = dict(tried.order_by("id").values_list("payer", "id")) if known else {}
    return {each: kept for each, kept in known.items() if last.get(wanted[each], 0) <= kept.step}


def _kept(connection: Connection, *, now: datetime) -> dict[ContactId, _Seen]:
    found = Reading.objects.filter(connection=connection, page=PAGE, at__gt=now - YOUNG)
    try:
        kept = [each for page in found for each in _SEEN.decode(sealing.unseal(page.sealed))]
    except (msgspec.DecodeError, sealing.KeyLost):
        return {}
    return {each.contact: each for each in kept if each.at > now - YOUNG}


def _keep(connection: Connection, seen: Mapping[ContactId, _Seen], *, now: datetime) -> None:
    """Nothing of who was erased while it was read: that takes the link first, and what is kept after it."""
    links = Link.objects.of(connection.association_id).filter(
        package=connection.package, administration=connection.administration, contact__in=seen
    )
    with transaction.atomic():
        linked = links.order_by("id").select_for_update(no_key=True).values_list("contact", flat=True)
        rows = [seen[ContactId(each)] for each in linked if each]
        Reading.objects.update_or_create(
            connection=connection,
            page=PAGE,
            defaults={
                "association_id": connection.association_id,
                "sealed": sealing.seal(msgspec.json.encode(rows).decode()),
                "at": now,
            },
        )


def _waiting(connection: Connection, *, now: datetime) -> list[ContactId]:
    """Whose turn it is next in the second pass."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT l.contact FROM sync_touched t JOIN sync_link l ON l.payer = t.payer
                    AND l.association_id = %s AND l.package = %s AND l.administration = %s
               WHERE t.connection_id = %s AND t.urgency = %s AND (t.not_before IS NULL OR t.not_before <= %s)
                 AND l.contact IS NOT NULL AND l.promised IS NOT NULL AND NOT l.unsure
               ORDER BY t.id LIMIT %s""",
            [
                connection.association_id, connection.package, connection.administration,
                connection.id, Urgency.BESIDE, now, 2 * AHEAD,
            ],
        )  # fmt: skip
        return [ContactId(contact) for (contact,) in cursor.fetchall()]
