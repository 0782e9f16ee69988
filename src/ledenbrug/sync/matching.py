"""Compares the contacts that are there already with the records, once, before anything is created.

It writes nothing at the package and keeps nothing of contacts it did not link, but their ids in questions to a person.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from ledenbrug.core.compare import Verdict, judge
from ledenbrug.core.match import Pair, match
from ledenbrug.core.plan import Kind
from ledenbrug.core.port import Books, Remote
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import (
    FIELDS,
    NOTHING_KNOWN,
    ContactId,
    Field,
    Fingerprint,
    Fingerprinter,
    Group,
    PayerKey,
    Standing,
    Values,
    Whereabouts,
)
from ledenbrug.sync import comparing, doubles, links, packages, problems, reading
from ledenbrug.sync.links import stamp
from ledenbrug.sync.models import Connection, Drift, Journal, Link, Outcome, Reading, Run
from ledenbrug.sync.notes import sealed as seal
from ledenbrug.sync.problems import Found
from ledenbrug.sync.reading import Read
from ledenbrug.wire import sealing

PAGE = 100
NUMBER_LENGTH = 60
YOUNG = timedelta(minutes=10)
"""A reading whose last page is younger than this is used again, or read on."""
COMPLETE = -1
"""Number of the page that says that every other one is there."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """A contact that is certainly this payer's."""

    read: Read
    remote: Remote
    sent: Mapping[Field, Fingerprint]
    """What counts as sent: all but what is empty there. A difference is shown to a person, not overwritten."""
    differs: Mapping[Group, Values]
    """Theirs, of the groups where both have something and it is not the same."""

    @property
    def mapped(self) -> Sequence[Field]:
        return [each for each in self.read.desired.values if each is not Field.CUSTOMER_NUMBER]


@dataclass(frozen=True, slots=True)
class Comparison:
    adoptions: Sequence[Adoption]
    found: Sequence[Found]
    """Payers who look like a contact: nothing is created for them before a person said so."""
    doubles: Sequence[Sequence[ContactId]] = ()
    """Contacts that look like one and the same."""


def if_due(connection: Connection, books: Books, *, fingerprint: Fingerprinter, now: datetime) -> None:
    """Raises `Temporary` when the budget ends half-way; what was read so far is kept for the next turn."""
    if connection.matched_at is not None:
        return
    remotes = contacts(connection, books, now=now)
    reads = {each.desired.payer: each for each in reading.differing(connection, now=now)}
    compared = compare(connection, reads, remotes, fingerprint=fingerprint)
    keep(connection, compared, now=now)
    doubles.keep(connection, compared.doubles)
    connection.matched_at = now
    Connection.objects.filter(id=connection.id).update(matched_at=now)


def compare(
    connection: Connection, reads: Mapping[PayerKey, Read], remotes: Sequence[Remote], *, fingerprint: Fingerprinter
) -> Comparison:
    """Only payers without a link take part, and only contacts without one."""
    ours = links.of_place(connection)
    linked = {PayerKey(payer) for payer, contact in ours.values_list("payer", "contact") if contact}
    taken = {ContactId(contact) for contact in ours.values_list("contact", flat=True) if contact}
    wanted = {
        payer: read.desired.values
        for payer, read in reads.items()
        if read.desired.standing is Standing.SELECTED and payer not in linked
    }
    by_id = {each.contact_id: each for each in remotes}
    matches = match(wanted, remotes, taken=taken)
    adoptions = [
        adoption(reads[payer], by_id[contact], fingerprint=fingerprint) for payer, contact in matches.certain.items()
    ]
    questions: list[tuple[PayerKey, Reason, ContactId | None, dict[str, str]]] = [
        *((each.payer, Reason.LOOKS_LIKE, each.contact_id, _likeness(each)) for each in matches.likely),
        *((payer, Reason.AMBIGUOUS, None, {"contacts": " ".join(ids)}) for payer, ids in matches.ambiguous.items()),
        *((payer, Reason.NUMBER_TAKEN, contact, {}) for payer, contact in matches.number_taken.items()),
    ]
    found = [
        Found(payer, reason, None, stamp(reads[payer].desired, fingerprint=fingerprint), contact, params)
        for payer, reason, contact, params in questions
    ]
    return Comparison(adoptions, found, matches.duplicates)


def keep(connection: Connection, comparison: Comparison, *, run: Run | None = None, now: datetime) -> None:
    """Without a `run` the round that comes right after takes what was found as its own."""
    translation = packages.get(connection.package).translation
    payers = [each.read.desired.payer for each in comparison.adoptions]
    with transaction.atomic():
        links.of_place(connection).filter(payer__in=payers, contact=None).delete()  # of contacts that are no more
        made = Link.objects.bulk_create(
            Link(
                association_id=connection.association_id,
                package=connection.package,
                administration=connection.administration,
                payer=each.read.desired.payer,
                contact=each.remote.contact_id,
                number=_number(each),
                sent=dict(each.sent),
                translation=translation,
                adopted=True,
                several_emails=each.remote.several_emails,
                version=comparing.seen(each.remote),
                whereabouts=(Whereabouts.ARCHIVED if each.remote.archived else Whereabouts.HERE).value,
            )
            for each in comparison.adoptions
        )
        Drift.objects.bulk_create(
            Drift(
                association_id=connection.association_id,
                connection=connection,
                link=link,
                group=group.value,
                theirs=seal(theirs),
                adopted=True,
                found_at=now,
            )
            for link, each in zip(made, comparison.adoptions, strict=True)
            for group, theirs in each.differs.items()
        )
        _tell(connection, comparison.adoptions, run=run, now=now)
        problems.open_all(connection, comparison.found, now=now)
        Reading.objects.filter(connection=connection).delete()


def _tell(connection: Connection, adoptions: Sequence[Adoption], *, run: Run | None, now: datetime) -> None:
    """That they were found, and what stood there of the fields that go over."""
    found = [(each, seal({field: each.remote.values.get(field, "") for field in each.mapped})) for each in adoptions]
    Journal.objects.bulk_create(
        Journal(
            association_id=connection.association_id,
            connection=connection,
            run=run,
            epoch=connection.epoch,
            payer=each.read.desired.payer,
            kind=Kind.ADOPT.value,
            fields=[field.value for field in each.mapped],
            number=_number(each),
            contact=each.remote.contact_id,
            before=sealed,
            after=sealed,
            outcome=Outcome.UNCHANGED,
            noted_at=now,
            closed_at=now,
        )
        for each, sealed in found
    )


def _number(found: Adoption) -> str:
    """Of a contact that was there it may be of any length; nothing of ours is found back by it."""
    return found.remote.values.get(Field.CUSTOMER_NUMBER, "")[:NUMBER_LENGTH]


def contacts(connection: Connection, books: Books, *, now: datetime) -> list[Remote]:
    """Every contact there, archived ones too: ceil(M/100) + 1 requests, or none when it was just read."""
    rows = Reading.objects.filter(connection=connection, page__gte=COMPLETE)
    if not rows.filter(at__gte=now - YOUNG).exists():
        rows.delete()
    pages = {row.page: row for row in rows.order_by("page")}
    read = {each.contact_id: each for row in pages.values() for each in _opened(row)}
    if COMPLETE in pages:
        return list(read.values())
    everyone = set(books.everyone())
    missing = sorted(everyone - read.keys())
    for number, start in enumerate(range(0, len(missing), PAGE), start=max(pages, default=-1) + 1):
        found = list(books.read(missing[start : start + PAGE]))
        _keep_page(connection, number, found, now=now)
        read |= {each.contact_id: each for each in found}
    _keep_page(connection, COMPLETE, [], now=now)
    return [each for contact, each in read.items() if contact in everyone]


def _likeness(pair: Pair) -> dict[str, str]:
    """What speaks for it; `safe` ones may be confirmed all at once."""
    return {"why": " ".join(pair.why), "score": str(pair.score), "safe": "yes" if pair.safe else ""}


def adoption(read: Read, remote: Remote, *, fingerprint: Fingerprinter) -> Adoption:
    sent: dict[Field, Fingerprint] = {}
    differs: dict[Group, Values] = {}
    ours = read.desired.values
    for group, fields in FIELDS.items():
        mine = [each for each in fields if each in ours]
        verdict = judge(group, ours=ours, theirs=remote.values, known=NOTHING_KNOWN, fingerprint=fingerprint)
        if not mine or (verdict is Verdict.EMPTY and group is not Group.CUSTOMER_NUMBER):
            continue
        sent.update({each: fingerprint(each, ours[each]) for each in mine})
        if verdict is Verdict.NEVER and group is not Group.CUSTOMER_NUMBER:
            differs[group] = {each: remote.values.get(each, "") for each in mine}
    return Adoption(read, remote, sent, differs)


def _keep_page(connection: Connection, number: int, found: Iterable[Remote], *, now: datetime) -> None:
    """Unless a screen and a worker read at the same moment: then what one of them kept is enough."""
    rows = [
        {
            "id": each.contact_id,
            "version": each.version,
            "young": each.young,
            "values": {field.value: value for field, value in each.values.items() if value},
            "archived": each.archived,
            "several": each.several_emails,
            "emails": {place: list(addresses) for place, addresses in each.emails.items()},
        }
        for each in found
    ]
    page = Reading(
        association_id=connection.association_id,
        connection=connection,
        page=number,
        sealed=sealing.seal(json.dumps(rows, ensure_ascii=False)),
        at=now,
    )
    Reading.objects.bulk_create([page], ignore_conflicts=True)


def _opened(row: Reading) -> list[Remote]:
    return [
        Remote(
            ContactId(each["id"]),
            each["version"],
            {Field(field): value for field, value in each["values"].items()},
            archived=each["archived"],
            several_emails=each["several"],
            emails={place: tuple(addresses) for place, addresses in each["emails"].items()},
            young=each.get("young", False),
        )
        for each in json.loads(sealing.unseal(row.sealed))
    ]
