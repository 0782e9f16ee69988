"""Compares what stands at the package with what we sent: moved, changed or gone there is shown, not silently undone.

Everything in bulk and after all other work; it writes nothing at the package.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from ledenbrug.core.port import Books, Head
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Fingerprinter, PayerKey, Standing, Whereabouts
from ledenbrug.sync import guards, halfway, lines, notes, packages, prepared, queue, reading
from ledenbrug.sync.comparing import There, compare, plain
from ledenbrug.sync.models import Connection, Link, Problem
from ledenbrug.sync.reading import Read

PAGE = 100
SECONDS = 20.0
"""Then others get their turn; what was compared need not be compared again."""
AN_HOUR = timedelta(hours=1)


def is_due(connection: Connection, *, now: datetime) -> bool:
    return connection.check_due_at is not None and connection.check_due_at <= now


def if_due(connection: Connection, books: Books, *, fingerprint: Fingerprinter, clock: lines.Clock) -> bool:
    """True when there is more to compare and others should go first."""
    if not is_due(connection, now=clock()):
        return False
    began = clock()
    ours = list(_links(connection))
    sought = _sought(connection, ours)
    heads = books.heads(known=sought) if ours else {}
    here = [each for each in ours if each.place is Whereabouts.HERE]
    there = sum(each.contact in heads for each in here)
    if not guards.fell(connection, Reason.CONTACTS_FELL, before=len(here), after=there, now=began):
        _moved(connection, [each for each in ours if each.contact in heads or each.contact in sought], heads)
        translation = packages.get(connection.package).translation
        stale = [each for each in ours if _is_stale(each, heads.get(each.contact), translation)]
        for start in range(0, len(stale), PAGE):
            if start and ((clock() - began).total_seconds() > SECONDS or queue.edits_wait(connection, now=clock())):
                return True
            wanted = _wanted(connection, stale[start : start + PAGE], now=clock())
            if wanted:
                remotes = list(books.read([each.contact for each in wanted]))
                compare(connection, wanted, remotes, fingerprint=fingerprint, now=clock())
    halfway.forget(connection)
    Connection.objects.filter(id=connection.id, check_due_at=connection.check_due_at).update(
        check_due_at=None, checked_at=began
    )
    return False


def of(
    connection: Connection,
    books: Books,
    told: Mapping[ContactId, Collection[str]],
    *,
    fingerprint: Fingerprinter,
    now: datetime,
) -> None:
    """Only these contacts: those of which the package told a version that we do not know. One request, if any.

    One that is not found may be gone: a look at everyone tells, with its brake.
    """
    ours = [each for each in _links(connection, of=told) if set(told[each.contact]) - {plain(each.version)}]
    found = {each.contact_id: each for each in books.read([each.contact for each in ours])} if ours else {}
    here = [each for each in ours if each.contact in found]
    if len(here) < len(ours):
        Connection.objects.filter(id=connection.id, check_due_at=None).update(check_due_at=now)
    heads = {contact: Head(each.version, archived=each.archived) for contact, each in found.items()}
    _moved(connection, here, heads)
    translation = packages.get(connection.package).translation
    stale = [each for each in here if _is_stale(each, heads[each.contact], translation)]
    wanted = _wanted(connection, stale, now=now)
    compare(connection, wanted, [found[each.contact] for each in wanted], fingerprint=fingerprint, now=now)


def expect_back(connection: Connection, *, now: datetime) -> None:
    """Somebody was told to take a contact out of the archive there: looked at again until that is done."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """UPDATE sync_connection SET check_due_at = %(at)s WHERE id = %(id)s AND check_due_at IS NULL
               AND EXISTS (SELECT 1 FROM sync_problem WHERE connection_id = %(id)s AND reason = %(archived)s
                           AND closed_at IS NULL AND NOT dismissed)""",
            {"id": connection.id, "at": now + AN_HOUR, "archived": Reason.ARCHIVED.value},
        )


def _links(connection: Connection, *, of: Collection[ContactId] | None = None) -> Iterator[There]:
    """What an unanswered step left open is looked at by the next step."""
    found = Link.objects.filter(
        association_id=connection.association_id,
        package=connection.package,
        administration=connection.administration,
        unsure=False,
        contact__isnull=False,
    )
    if of is not None:
        found = found.filter(contact__in=of)
    columns = ("id", "payer", "contact", "version", "translation", "whereabouts")
    for key, payer, contact, version, translation, place in found.values_list(*columns):
        yield There(key, PayerKey(payer), ContactId(contact), version, translation, Whereabouts(place))


def _sought(connection: Connection, ours: Sequence[There]) -> set[ContactId]:
    """Those that are there, and archived ones that somebody was told to take out of the archive. Of the other archived
    ones it makes no difference whether they are there still: they may cost a request where they are told apart."""
    sought = {each.contact for each in ours if each.place is Whereabouts.HERE}
    if any(each.place is Whereabouts.ARCHIVED for each in ours):
        asked = Problem.objects.filter(connection=connection, reason=Reason.ARCHIVED, closed_at=None, dismissed=False)
        payers = set(asked.values_list("payer", flat=True))
        sought.update(each.contact for each in ours if each.place is Whereabouts.ARCHIVED and each.payer in payers)
    return sought


def _place(head: Head | None) -> Whereabouts:
    if head is None:
        return Whereabouts.GONE
    return Whereabouts.ARCHIVED if head.archived else Whereabouts.HERE


def _is_stale(link: There, head: Head | None, translation: int) -> bool:
    if head is None or head.archived:
        return False
    return link.version != head.version or link.translation != translation


def _wanted(connection: Connection, stale: Sequence[There], *, now: datetime) -> dict[There, Read]:
    """Those of payers who go over. The others keep the version of before: what was changed meanwhile is told when they
    are back."""
    reads = reading.asked(connection, [each.payer for each in stale], now=now) if stale else {}
    return {each: reads[each.payer] for each in stale if reads[each.payer].desired.standing is Standing.SELECTED}


def _moved(connection: Connection, ours: Sequence[There], heads: Mapping[ContactId, Head]) -> None:
    """Archived, gone or back again: the payer is looked at, which opens or closes what a person must know."""
    moved = [(each, place) for each in ours if (place := _place(heads.get(each.contact))) is not each.place]
    if not moved:
        return
    with notes.mine(connection) as cursor:
        cursor.execute(
            """UPDATE sync_link l SET whereabouts = m.place, source = NULL
               FROM unnest(%s::bigint[], %s::text[]) AS m (id, place) WHERE l.id = m.id AND NOT l.unsure""",
            [[each.id for each, _ in moved], [place.value for _, place in moved]],
        )
        queue.put(connection, [each.payer for each, _ in moved])
