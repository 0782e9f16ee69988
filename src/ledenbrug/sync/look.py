"""What screens show of connections: how a member stands, journal, problems, drift. It only reads."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from ledenbrug.core.plan import Kind
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import GROUP_OF, ContactId, PayerKey, Whereabouts
from ledenbrug.members.models import Association, Member
from ledenbrug.sync import before, lines, links, packages, people, proposing, reading, settle, verdicts
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.links import NOT_LINKED
from ledenbrug.sync.models import Connection, Drift, Journal, Link, Problem, Touched
from ledenbrug.sync.people import UNKNOWN
from ledenbrug.wire import sealing

State = Literal["in_step", "waiting", "problem", "not_selected"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one member stands to one connection."""

    connection: Connection
    state: State
    sent_at: datetime | None
    page: str
    """The contact's page at the package, where there is a contact."""
    reason: str = ""
    params: Mapping[str, str] | None = None
    payer: str = ""
    """Somebody else's name, when the contact stands for another payer."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of the journal in words of the records. Values are gone after the retention time."""

    step: Journal
    title: str
    member_id: int | None
    lines: Sequence[tuple[str, str, str]]


Stood = tuple[str, str | None, str]
"""Field, what stands there (None: not known), ours."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How many questions of one cause are open, and which (`settle.shown`)."""

    number: int
    seen: str


@dataclass(frozen=True, slots=True)
class Trouble:
    problem: Problem
    title: str
    member_id: int | None
    page: str
    lines: Sequence[tuple[str, str, str]] = ()
    """What is asked about, of steps that wait for a yes: field, before as far as it is known, after."""
    stands: Sequence[Stood] = ()
    """Of a group that was refused: what stands there now."""


@dataclass(frozen=True, slots=True)
class Difference:
    drift: Drift
    title: str
    member_id: int | None
    page: str
    lines: Sequence[tuple[str, str, str]]
    """Field, ours, theirs."""


def of_member(member: Member, *, now: datetime) -> list[Standing]:
    """One per connection that is there."""
    payer = payer_of(member)
    found = Connection.objects.of(member.association_id).filter(removed_at=None)
    return [_standing(each, payer, member, now=now) for each in found.select_related("association", "grant")]


def payer_of(member: Member) -> PayerKey:
    if member.payer_details_id:
        return PayerKey(f"d{member.payer_details_id}")
    return PayerKey(f"m{member.payer_member_id or member.id}")


def journal(connection: Connection, *, before_id: int | None = None, count: int = 50) -> list[Entry]:
    """The newest first; `before_id` turns the page."""
    rows = Journal.objects.filter(connection=connection).select_related("run").order_by("-id")
    found = list(rows.filter(id__lt=before_id)[:count] if before_id else rows[:count])
    named = people.of(connection.association_id, {PayerKey(each.payer) for each in found})
    entries = []
    for each in found:
        person = named.get(PayerKey(each.payer), UNKNOWN)
        entries.append(Entry(each, person.title, person.member, _changes(each)))
    return entries


def causes(connection: Connection) -> Mapping[tuple[str, str], Asked]:
    """What waits for a person, per reason and field group; the newest cause first."""
    found = _waiting(connection).values_list("reason", "group")
    told = found.annotate(number=Count("id"), seen=settle.SHOWN, newest=Max("id")).order_by("-newest")
    return {(reason, group): Asked(number, seen) for reason, group, number, seen, _ in told}


def problems(connection: Connection, *, most: int = 25) -> list[Trouble]:
    """What waits for a person, of each cause the newest so many."""
    order = [F("opened_at").desc(), F("id").desc()]
    place = Window(RowNumber(), partition_by=[F("reason"), F("group")], order_by=order)
    rows = _waiting(connection).annotate(place=place).filter(place__lte=most)
    return troubles(connection, rows.order_by("-opened_at", "-id"))


def troubles(connection: Connection, found: Iterable[Problem]) -> list[Trouble]:
    rows = list(found)
    for each in rows:
        each.connection = connection
    named = people.of(connection.association_id, {PayerKey(each.payer) for each in rows if each.payer})
    asked = _asked(connection, [each for each in rows if each.reason in settle.HELD or each.group])
    told = []
    for each in rows:
        person = named.get(PayerKey(each.payer), UNKNOWN)
        there = page(each.connection, each.contact)
        stands = asked.get(each.id, ())
        if each.reason in settle.HELD:
            lines = [(field, before or "", after) for field, before, after in stands]
            told.append(Trouble(each, person.title, person.member, there, lines))
        else:
            told.append(Trouble(each, person.title, person.member, there, stands=stands))
    return told


def _waiting(connection: Connection) -> "QuerySet[Problem]":
    return Problem.objects.filter(connection=connection, closed_at=None, dismissed=False)


def _asked(connection: Connection, about: Sequence[Problem]) -> Mapping[int, Sequence[Stood]]:
    """What would be written: of the field group that waits, or of all that differs from what was sent."""
    payers = {PayerKey(each.payer) for each in about}
    if not payers:
        return {}
    now, fingerprint = timezone.now(), fingerprinter()
    reads = reading.asked(connection, payers, now=now)
    linked = links.of(connection, reads, fingerprint=fingerprint, now=now)
    stood = before.known(connection, {payer: set(read.desired.values) for payer, read in reads.items()})
    told = {}
    for each in about:
        payer = PayerKey(each.payer)
        link = linked.get(payer, NOT_LINKED)
        sent = link.known.sent
        told[each.id] = [
            (field.value, stood[payer].get(field, None if link.adopted or field in sent else ""), value)
            for field, value in reads[payer].desired.values.items()
            if (GROUP_OF[field] == each.group if each.group else True) and sent.get(field) != fingerprint(field, value)
        ]
    return told


def drifts(connection: Connection, *, now: datetime, most: int = 10) -> list[Difference]:
    """Open ones, ours beside theirs, the newest first."""
    return differences(connection, verdicts.open_drifts(connection).order_by("-found_at", "-id")[:most], now=now)


def drift_counts(connection: Connection) -> Mapping[str, int]:
    """Open ones per field group."""
    found = verdicts.open_drifts(connection).values_list("group").annotate(number=Count("id"))
    return dict(found.order_by("group"))


def differences(connection: Connection, found: Iterable[Drift], *, now: datetime) -> list[Difference]:
    rows = list(found)
    payers = {PayerKey(each.link.payer) for each in rows}
    named = people.of(connection.association_id, payers)
    reads = reading.asked(connection, payers, now=now) if payers else {}
    told_of = []
    for each in rows:
        payer = PayerKey(each.link.payer)
        ours = {field.value: value for field, value in reads[payer].desired.values.items()}
        theirs = _opened(each.theirs)
        person = named.get(payer, UNKNOWN)
        told = [(field, ours.get(field, ""), value) for field, value in theirs.items() if ours.get(field, "") != value]
        told_of.append(Difference(each, person.title, person.member, page(connection, each.link.contact), told))
    return told_of


def counts(association: Association) -> Mapping[int, int]:
    """Open problems per connection."""
    open_ones = Problem.objects.filter(association=association, closed_at=None, dismissed=False)
    return dict(open_ones.values_list("connection_id").annotate(number=Count("id")))


def drifted(connection: Connection) -> bool:
    """Whether somebody has to say which side holds."""
    return Drift.objects.filter(connection=connection, verdict="").exists()


def linked(connection: Connection) -> int:
    """How many contacts the connection keeps."""
    return Link.objects.filter(
        ~Q(contact=None),
        association_id=connection.association_id,
        package=connection.package,
        administration=connection.administration,
        whereabouts=Whereabouts.HERE,
    ).count()


def page(connection: Connection, contact: str | None) -> str:
    """The contact's page for people, empty without a contact. No request."""
    if not contact or connection.grant is None:
        return ""
    slate = lines.Slate(connection.grant, administration="", urgent=lambda: False, clock=lambda: connection.created_at)
    package = packages.get(connection.package)
    books = package.books(slate.line, connection.administration, connection.choices, frozenset())
    return books.page(ContactId(contact))


def _standing(connection: Connection, payer: PayerKey, member: Member, *, now: datetime) -> Standing:
    link = next(iter(links.rows(connection, [payer])), None)
    address = page(connection, link.contact if link else None)
    sent_at = link.sent_at if link else None
    person = people.of(member.association_id, [payer]).get(payer, UNKNOWN)
    other = person.title if person.member != member.id else ""
    problem = (
        Problem.objects.filter(connection=connection, payer=payer, closed_at=None, dismissed=False)
        .order_by("-opened_at")
        .first()
    )

    def stands(state: State, reason: str = "", params: Mapping[str, str] | None = None) -> Standing:
        return Standing(connection, state, sent_at, address, reason, params, other)

    if problem is not None:
        return stands("problem", problem.reason, problem.params)
    read = reading.asked(connection, [payer], now=now)[payer]
    if read.desired.standing != "selected":
        return stands("not_selected")
    touched = Touched.objects.filter(connection=connection, payer=payer).exists()
    settled = link is not None and not link.unsure and bytes(link.source or b"") == read.digest
    if not connection.enabled or touched or not settled or connection.looked_revision != connection.revision:
        return stands("waiting", connection.waiting or ("off" if not connection.enabled else ""))
    if proposing.waiting(connection).filter(link=link).exists():
        return stands("waiting", Reason.PROPOSED)
    return stands("in_step")


def _changes(step: Journal) -> list[tuple[str, str, str]]:
    before, after = _opened(step.before), _opened(step.after)
    if step.kind == Kind.ADOPT:
        return []  # found as it stands there
    names: Iterable[str] = after.keys() or step.fields
    return [(each, before.get(each, ""), after.get(each, "")) for each in names if after.get(each) or before.get(each)]


def _opened(sealed: str) -> dict[str, str]:
    if not sealed:
        return {}
    try:
        return dict(json.loads(sealing.unseal(sealed)))
    except sealing.KeyLost:
        return {}
