"""Compares what stands at the package with what we sent: moved, changed or gone there is shown, not silently undone.

Everything in bulk and after all other work; it writes nothing at the package.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.backends.utils import CursorWrapper

from ledenbrug.core.compare import Verdict, judge, same
from ledenbrug.core.port import Books, Head, Remote
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import (
    FIELDS,
    ContactId,
    Field,
    Fingerprinter,
    Group,
    PayerKey,
    Standing,
    Values,
    Whereabouts,
)
from ledenbrug.sync import guards, lines, links, notes, packages, prepared, problems, queue, reading
from ledenbrug.sync.links import NOT_LINKED, Linked, stamp
from ledenbrug.sync.models import Connection, Drift, Link
from ledenbrug.sync.problems import Found
from ledenbrug.sync.reading import Read
from ledenbrug.wire import sealing

PAGE = 100
SECONDS = 20.0
"""Then others get their turn; what was compared need not be compared again."""
AGAIN = "~"
"""Before a version: the contact is read once more. Our own call told it, and somebody may have changed another field
before us; or it was so young that it may stand for a later change too."""
FLIPS, LATELY = 3, timedelta(days=30)
AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Link:
    id: int
    payer: PayerKey
    contact: ContactId
    version: str
    translation: int
    place: Whereabouts


def is_due(connection: Connection, *, now: datetime) -> bool:
    return connection.check_due_at is not None and connection.check_due_at <= now


def if_due(connection: Connection, books: Books, *, fingerprint: Fingerprinter, clock: lines.Clock) -> bool:
    """True when there is more to compare and others should go first."""
    if not is_due(connection, now=clock()):
        return False
    began = clock()
    ours = list(_links(connection))
    there_once = [each.contact for each in ours if each.place is not Whereabouts.GONE]
    heads = books.heads(known=there_once) if ours else {}
    here = [each for each in ours if each.place is Whereabouts.HERE]
    there = sum(each.contact in heads for each in here)
    if not guards.fell(connection, Reason.CONTACTS_FELL, before=len(here), after=there, now=began):
        _moved(connection, ours, heads)
        translation = packages.get(connection.package).translation
        stale = [each for each in ours if _is_stale(each, heads.get(each.contact), translation)]
        for start in range(0, len(stale), PAGE):
            if start and ((clock() - began).total_seconds() > SECONDS or queue.edits_wait(connection, now=clock())):
                return True
            wanted = _wanted(connection, stale[start : start + PAGE], now=clock())
            if wanted:
                remotes = list(books.read([each.contact for each in wanted]))
                _compare(connection, wanted, remotes, fingerprint=fingerprint, now=clock())
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
    ours = [each for each in _links(connection, of=told) if set(told[each.contact]) - {_plain(each.version)}]
    found = {each.contact_id: each for each in books.read([each.contact for each in ours])} if ours else {}
    here = [each for each in ours if each.contact in found]
    if len(here) < len(ours):
        Connection.objects.filter(id=connection.id, check_due_at=None).update(check_due_at=now)
    heads = {contact: Head(each.version, archived=each.archived) for contact, each in found.items()}
    _moved(connection, here, heads)
    translation = packages.get(connection.package).translation
    stale = [each for each in here if _is_stale(each, heads[each.contact], translation)]
    wanted = _wanted(connection, stale, now=now)
    _compare(connection, wanted, [found[each.contact] for each in wanted], fingerprint=fingerprint, now=now)


def expect_back(connection: Connection, *, now: datetime) -> None:
    """Somebody was told to take a contact out of the archive there: looked at again until that is done."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """UPDATE sync_connection SET check_due_at = %(at)s WHERE id = %(id)s AND check_due_at IS NULL
               AND EXISTS (SELECT 1 FROM sync_problem WHERE connection_id = %(id)s AND reason = %(archived)s
                           AND closed_at IS NULL AND NOT dismissed)""",
            {"id": connection.id, "at": now + AN_HOUR, "archived": Reason.ARCHIVED.value},
        )


def seen(contact: Remote) -> str:
    """The version to be remembered of a contact that was compared."""
    return f"{AGAIN}{contact.version}" if contact.young else contact.version


def _plain(version: str) -> str:
    return version.removeprefix(AGAIN)


def _links(connection: Connection, *, of: Collection[ContactId] | None = None) -> Iterator[_Link]:
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
        yield _Link(key, PayerKey(payer), ContactId(contact), version, translation, Whereabouts(place))


def _place(head: Head | None) -> Whereabouts:
    if head is None:
        return Whereabouts.GONE
    return Whereabouts.ARCHIVED if head.archived else Whereabouts.HERE


def _is_stale(link: _Link, head: Head | None, translation: int) -> bool:
    if head is None or head.archived:
        return False
    return link.version != head.version or link.translation != translation


def _wanted(connection: Connection, stale: Sequence[_Link], *, now: datetime) -> dict[_Link, Read]:
    """Those of payers who go over. The others keep the version of before: what was changed meanwhile is told when they
    are back."""
    reads = reading.asked(connection, [each.payer for each in stale], now=now) if stale else {}
    return {each: reads[each.payer] for each in stale if reads[each.payer].desired.standing is Standing.SELECTED}


def _moved(connection: Connection, ours: Sequence[_Link], heads: Mapping[ContactId, Head]) -> None:
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


@dataclass(slots=True)
class _Page:
    """What is to be kept after comparing one page."""

    now_there: dict[int, dict[Field, str]]
    """Link → fields whose value there counts as what was sent: ours goes over."""
    drifted: list[tuple[int, Group, Values]]
    put_back: list[tuple[int, Group, Values]]
    same: list[tuple[int, Group]]
    found: list[Found]
    again: list[PayerKey]

    def ours_goes(self, link: _Link, theirs: Values) -> None:
        self.now_there.setdefault(link.id, {}).update(theirs)
        self.again.append(link.payer)


def _compare(
    connection: Connection,
    page: Mapping[_Link, Read],
    remotes: Sequence[Remote],
    *,
    fingerprint: Fingerprinter,
    now: datetime,
) -> None:
    by_contact = {each.contact: each for each in page}
    reads = {each.payer: read for each, read in page.items()}
    linked = links.of(connection, reads, fingerprint=fingerprint, now=now)
    translation = packages.get(connection.package).translation
    flips = _flips(page, now=now) if connection.put_back else {}
    result = _Page({}, [], [], [], [], [])
    for remote in remotes:
        link = by_contact[remote.contact_id]
        read, known = page[link], linked.get(link.payer, NOT_LINKED)
        if known.known.unsure:
            continue
        translated = link.translation != translation and _plain(link.version) == remote.version
        for group, verdict, theirs in _verdicts(read, known, remote, fingerprint):
            if verdict is Verdict.SAME:
                result.same.append((link.id, group))
            elif verdict is Verdict.THEIRS and translated:
                result.ours_goes(link, theirs)
            elif verdict is Verdict.THEIRS and connection.put_back and flips.get((link.id, group), 0) < FLIPS:
                result.ours_goes(link, theirs)
                result.put_back.append((link.id, group, theirs))
            elif verdict is Verdict.THEIRS:
                result.drifted.append((link.id, group, theirs))
                if connection.put_back:
                    about = stamp(read.desired, fingerprint=fingerprint, group=group)
                    result.found.append(Found(link.payer, Reason.TWO_MASTERS, group, about, link.contact))
    _keep(connection, page, remotes, result, fingerprint=fingerprint, now=now)


def _verdicts(
    read: Read, linked: Linked, remote: Remote, fingerprint: Fingerprinter
) -> Iterator[tuple[Group, Verdict, Values]]:
    ours, theirs = read.desired.values, dict(remote.values)
    mail, invoices = ours.get(Field.EMAIL, ""), next(iter(remote.emails.values()), ())
    if remote.several_emails and any(same(Field.EMAIL, mail, each) for each in invoices):
        theirs[Field.EMAIL] = mail
    for group, fields in FIELDS.items():
        mine = [each for each in fields if each in ours]
        if mine and group is not Group.CUSTOMER_NUMBER and linked.known.withheld.isdisjoint(mine):
            verdict = judge(group, ours=ours, theirs=theirs, known=linked.known, fingerprint=fingerprint)
            yield group, verdict, {each: theirs.get(each, "") for each in mine}


def _flips(page: Collection[_Link], *, now: datetime) -> dict[tuple[int, Group], int]:
    """How often each was put back by itself lately."""
    rows = Drift.objects.filter(
        link__in=[each.id for each in page], verdict="ours", settled_by=None, found_at__gt=now - LATELY
    )
    counts: dict[tuple[int, Group], int] = {}
    for link, group in rows.values_list("link_id", "group"):
        counts[link, Group(group)] = counts.get((link, Group(group)), 0) + 1
    return counts


def _keep(
    connection: Connection,
    page: Collection[_Link],
    remotes: Sequence[Remote],
    result: _Page,
    *,
    fingerprint: Fingerprinter,
    now: datetime,
) -> None:
    ids = {each.contact: each.id for each in page}
    own = {"association_id": connection.association_id, "connection": connection, "found_at": now}
    sent = {
        link: {each: fingerprint(each, value) for each, value in values.items()}
        for link, values in result.now_there.items()
    }
    with notes.mine(connection) as cursor:
        cursor.execute(
            """UPDATE sync_link l SET version = r.version, several_emails = r.several, translation = %s,
                      sent = l.sent || r.sent::jsonb, source = CASE WHEN r.sent = '{}' THEN l.source END
               FROM unnest(%s::bigint[], %s::text[], %s::bool[], %s::text[]) AS r (id, version, several, sent)
               WHERE l.id = r.id AND NOT l.unsure""",
            [
                packages.get(connection.package).translation,
                [ids[each.contact_id] for each in remotes],
                [seen(each) for each in remotes],
                [each.several_emails for each in remotes],
                [json.dumps(sent.get(ids[each.contact_id], {})) for each in remotes],
            ],
        )
        for link, group, theirs in result.drifted:
            found = {**own, "theirs": sealing.seal(json.dumps(dict(theirs), ensure_ascii=False))}
            Drift.objects.update_or_create(link_id=link, group=group.value, verdict="", defaults=found)
        Drift.objects.bulk_create(
            Drift(**own, link_id=link, group=group.value, theirs=notes.sealed(theirs), verdict="ours", settled_at=now)
            for link, group, theirs in result.put_back
        )
        _over(cursor, result.same, now=now)
        problems.open_all(connection, result.found, now=now)
        queue.put(connection, sorted(set(result.again)))


def _over(cursor: CursorWrapper, same: Sequence[tuple[int, Group]], *, now: datetime) -> None:
    """Somebody made it equal again, there or here."""
    if same:
        cursor.execute(
            """UPDATE sync_drift d SET verdict = 'ours', settled_at = %s, theirs = ''
               FROM unnest(%s::bigint[], %s::text[]) AS s (link, grp)
               WHERE d.link_id = s.link AND d."group" = s.grp AND d.verdict = ''""",
            [now, [link for link, _ in same], [group.value for _, group in same]],
        )
