"""What an undo would do now, payer by payer: brings journal, links, records and contacts together for `core.undo`.

It writes nothing, here or there; screen and worker both look through it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledenbrug.core.errors import Trouble
from ledenbrug.core.plan import Kind
from ledenbrug.core.port import Books, Remote
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import ContactId, Desired, Field, Fingerprinter, Group, PayerKey
from ledenbrug.core.undo import Back, Deed, Done, Standings, decide, together
from ledenbrug.sync import before, lines, links, people, planner, reading
from ledenbrug.sync.comparing import AGAIN
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.links import NOT_LINKED, Linked
from ledenbrug.sync.models import Connection, Journal, Link, Outcome, Run
from ledenbrug.sync.preview import Line
from ledenbrug.sync.refusals import Refused

AT_ONCE = 500
COUNTS = (Outcome.DONE, Outcome.UNCHANGED, Outcome.LOST)
"""Steps of which something may stand there."""


@dataclass(frozen=True, slots=True)
class Seen:
    back: Back
    done: Done
    link: Link | None
    linked: Linked
    desired: Desired
    now: Remote | None


@dataclass(frozen=True, slots=True)
class Row:
    payer: PayerKey
    title: str
    member_id: int | None
    kind: str
    """A `core.plan.Kind`, or empty where nothing goes back."""
    lines: Sequence[Line]
    """Field, as it stands there now, as it stood there before."""
    kept: Sequence[tuple[Group | None, Reason]]


@dataclass(frozen=True, slots=True)
class Preview:
    rows: Sequence[Row]
    update: int
    delete: int
    unlink: int
    kept: int
    """Of so many something stays as it is."""
    ready_at: datetime | None


def payers(run: Run) -> list[PayerKey]:
    """Whom the run did something to, the last first."""
    found = Journal.objects.filter(run=run, outcome__in=COUNTS).order_by("-id").values_list("payer", flat=True)
    return [PayerKey(each) for each in dict.fromkeys(found)]


def make(run: Run, *, now: datetime) -> Preview:
    """Raises `Refused` when the package cannot be read now."""
    connection, fingerprint = run.connection, fingerprinter()
    everyone, seen = payers(run), {}
    try:
        with lines.books(connection, urgent=lambda: True, clock=lambda: now) as books:
            for start in range(0, len(everyone), AT_ONCE):
                part = everyone[start : start + AT_ONCE]
                seen.update(look(connection, run, part, books, fingerprint=fingerprint, now=now))
    except Trouble as trouble:
        raise Refused(trouble.reason, **trouble.params) from None
    named = people.of(connection.association_id, everyone)
    rows = [_row(it, named.get(payer, people.UNKNOWN)) for payer, it in seen.items()]
    rows = sorted((each for each in rows if each.kind or each.kept), key=lambda each: each.title.casefold())
    update, delete, unlink = (
        sum(each.kind == kind for each in rows) for kind in (Kind.UPDATE, Kind.DELETE, Kind.UNLINK)
    )
    takes = planner.requests(connection, [it.back.step for it in seen.values() if it.back.step])
    ready_at = planner.ready_at(connection, takes, now=now)
    return Preview(rows, update, delete, unlink, sum(bool(each.kept) for each in rows), ready_at)


def look(
    connection: Connection,
    run: Run,
    wanted: Sequence[PayerKey],
    books: Books,
    *,
    fingerprint: Fingerprinter,
    now: datetime,
) -> dict[PayerKey, Seen]:
    """One request per hundred contacts."""
    deeds, since = _deeds(run, wanted), _since(connection, run, wanted)
    reads = reading.asked(connection, wanted, now=now)
    linked = links.of(connection, reads, fingerprint=fingerprint, now=now)
    rows = {PayerKey(each.payer): each for each in links.rows(connection, wanted)}
    ids = [ContactId(each.contact) for each in rows.values() if each.contact]
    there = {each.contact_id: each for each in books.read(ids)} if ids else {}
    seen = {}
    for payer in wanted:
        link, done = rows.get(payer), together(deeds.get(payer, []))
        contact = ContactId(link.contact) if link and link.contact else None
        standings = Standings(
            contact_id=contact,
            now=there.get(contact) if contact else None,
            version=link.version.removeprefix(AGAIN) if link else "",
            made=bool(link and not link.adopted),
            unsure=bool(link and link.unsure),
            since=since.get(payer, frozenset()),
            desired=reads[payer].desired,
        )
        back = decide(payer, done, standings)
        seen[payer] = Seen(back, done, link, linked.get(payer, NOT_LINKED), standings.desired, standings.now)
    return seen


def _deeds(run: Run, wanted: Sequence[PayerKey]) -> dict[PayerKey, list[Deed]]:
    found: dict[PayerKey, list[Deed]] = {}
    for each in Journal.objects.filter(run=run, payer__in=wanted, outcome__in=COUNTS).order_by("id"):
        deed = Deed(
            Kind(each.kind),
            ContactId(each.contact) if each.contact else None,
            frozenset(map(Field, each.fields)),
            before.opened(each.before),
            before.opened(each.after),
        )
        found.setdefault(PayerKey(each.payer), []).append(deed)
    return found


def _since(connection: Connection, run: Run, wanted: Sequence[PayerKey]) -> dict[PayerKey, frozenset[Field]]:
    """What other runs wrote after this one; not those that took it back."""
    steps = Journal.objects.of(connection.association_id).filter(payer__in=wanted).order_by("id")
    last: dict[tuple[str, str], int] = {}
    for key, payer, fields in steps.filter(run=run, outcome__in=COUNTS).values_list("id", "payer", "fields"):
        last.update({(payer, each): key for each in fields})
    places = Connection.objects.filter(
        association_id=connection.association_id,
        package=connection.package,
        administration=connection.administration,
    )
    own = [run.id, *Run.objects.filter(undoes=run).values_list("id", flat=True)]
    later = steps.filter(connection__in=places, id__gt=min(last.values(), default=0)).exclude(run__in=own)
    found: dict[PayerKey, set[Field]] = {}
    for key, payer, fields in later.filter(outcome__in=(Outcome.DONE, Outcome.LOST)).values_list(
        "id", "payer", "fields"
    ):
        mine = {Field(each) for each in fields if key > last.get((payer, each), key)}
        found.setdefault(PayerKey(payer), set()).update(mine)
    return {payer: frozenset(fields) for payer, fields in found.items()}


def _row(it: Seen, person: people.Person) -> Row:
    step, there = it.back.step, it.now.values if it.now else {}
    kind = step.kind.value if step else (Kind.UNLINK.value if it.back.unlink else "")
    told = [(each.value, there.get(each, ""), value) for each, value in step.values.items()] if step else []
    shown = [line for line in told if line[1] != line[2]]
    return Row(it.back.payer, person.title, person.member, kind, shown, list(it.back.kept.items()))
