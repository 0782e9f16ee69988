"""Compares contacts as they stand at the package with what we sent, a page at a time, and keeps what came of it.

It reads nothing there and decides nothing that stands in `core`.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.backends.utils import CursorWrapper

from ledenbrug.core.compare import Verdict, judge, same
from ledenbrug.core.port import Remote
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import FIELDS, ContactId, Field, Fingerprinter, Group, PayerKey, Values, Whereabouts
from ledenbrug.sync import links, notes, packages, problems, queue
from ledenbrug.sync.links import NOT_LINKED, Linked, stamp
from ledenbrug.sync.models import Connection, Drift
from ledenbrug.sync.problems import Found
from ledenbrug.sync.reading import Read

AGAIN = "~"
"""Before a version: the contact is read once more. Our own call told it, and somebody may have changed another field
before us; or it was so young that it may stand for a later change too."""
FLIPS, LATELY = 3, timedelta(days=30)


@dataclass(frozen=True, slots=True)
class There:
    id: int
    payer: PayerKey
    contact: ContactId
    version: str
    translation: int
    place: Whereabouts


def seen(contact: Remote) -> str:
    """The version to be remembered of a contact that was compared."""
    return f"{AGAIN}{contact.version}" if contact.young else contact.version


def plain(version: str) -> str:
    return version.removeprefix(AGAIN)


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

    def ours_goes(self, link: There, theirs: Values) -> None:
        self.now_there.setdefault(link.id, {}).update(theirs)
        self.again.append(link.payer)


def compare(
    connection: Connection,
    page: Mapping[There, Read],
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
        translated = link.translation != translation and plain(link.version) == remote.version
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


def _flips(page: Collection[There], *, now: datetime) -> dict[tuple[int, Group], int]:
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
    page: Collection[There],
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
            found = {**own, "theirs": notes.sealed(theirs)}
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
