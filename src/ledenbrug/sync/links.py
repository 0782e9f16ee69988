"""What we know of the contacts of some payers, and what waits for a person. Two statements, however many payers."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import (
    FIELDS,
    NOTHING_KNOWN,
    ContactId,
    Desired,
    Field,
    Fingerprint,
    Fingerprinter,
    Group,
    Known,
    PayerKey,
    Whereabouts,
)
from ledenbrug.sync import prepared
from ledenbrug.sync.models import Connection, Link
from ledenbrug.sync.problems import Cause
from ledenbrug.sync.reading import Read

UNTIL_SAID = frozenset({Reason.LOOKS_LIKE, Reason.AMBIGUOUS})
"""Stand whatever happens to the records: nothing is created before a person says who this is."""
OF_PLACE: Mapping[str, Whereabouts] = {
    Reason.GONE: Whereabouts.GONE,
    Reason.ARCHIVED: Whereabouts.ARCHIVED,
    Reason.LEFT: Whereabouts.HERE,
    Reason.DECEASED: Whereabouts.HERE,
}
"""Stand for as long as the contact is there, and no longer."""
NEVER, FOREVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
UNUSED_UNTIL = "unused_until"
"""Parameter of a to-do: so long the contact of a leaver counts as one on which nothing is open."""


@dataclass(frozen=True, slots=True)
class Linked:
    """One payer's link, and what a person still has to say about it."""

    known: Known = NOTHING_KNOWN
    number: str = ""
    several_emails: bool = False
    adopted: bool = False
    troubles: int = 0
    standing: frozenset[Cause] = frozenset()
    """Open problems that are about these very records: what they concern does not go over."""
    troubled: bool = False
    """There are open problems, about these records or about earlier ones."""
    approved: frozenset[bytes] = frozenset()
    """Stamps that a person said yes to."""
    promised: bytes | None = None
    """Stamp of the bank account that a load has yet to bring: the yes to the load was a yes to it."""
    drifted: frozenset[str] = frozenset()
    """Groups that somebody changed there and nobody decided on; what changes here goes over all the same."""
    moot: frozenset[str] = frozenset()
    """Groups of which theirs is proposed to the member secretary, and that changed here since."""

    @property
    def waits(self) -> bool:
        """Nothing at all goes over until a person says so."""
        return any(not group and not (reason == Reason.LEFT and self.known.unused) for group, reason in self.standing)


NOT_LINKED = Linked()


class _Row(NamedTuple):
    """A link as it is stored; its fields are the columns."""

    payer: PayerKey
    contact: str | None
    sent: str
    unsure: bool
    doubt: Sequence[str]
    whereabouts: str
    number: str
    several_emails: bool
    adopted: bool
    troubles: int
    promised: bytes | None


_SENT = msgspec.json.Decoder(dict[Field, Fingerprint])
_SAID = """
SELECT 'problem', payer, "group", reason, source, params::text FROM sync_problem
WHERE connection_id = %(connection)s AND payer = ANY(%(payers)s) AND closed_at IS NULL
UNION ALL
SELECT 'approval', payer, '', '', source, '' FROM sync_approval
WHERE connection_id = %(connection)s AND payer = ANY(%(payers)s)
UNION ALL
SELECT 'drift', l.payer, d."group", d.verdict, d.source, '' FROM sync_drift d JOIN sync_link l ON l.id = d.link_id
LEFT JOIN members_proposedchange p ON p.id = d.proposal_id AND p.outcome = ''
WHERE d.connection_id = %(connection)s AND l.payer = ANY(%(payers)s)
  AND (d.verdict IN ('', 'ignore') OR (d.verdict = 'theirs' AND p.id IS NOT NULL))
"""
_LINKED = f"""
SELECT {", ".join(_Row._fields)} FROM sync_link
WHERE payer = ANY(%s) AND association_id = %s AND package = %s AND administration = %s
"""


def stamp(desired: Desired, *, fingerprint: Fingerprinter, group: Group | None = None) -> bytes:
    """What a refusal or a yes is about: these values of this group (or this payer as a whole), and no others."""
    values = desired.values
    concerned = sorted(each for each in values if group is None or each in FIELDS[group])
    parts = [f"{each}:{fingerprint(each, values[each])}" for each in concerned]
    whole = [] if group else [desired.standing, str(desired.mandate_ended)]
    return hashlib.blake2b(",".join([*whole, *parts]).encode(), digest_size=16).digest()


@dataclass(slots=True)
class _Said:
    """What is open about one payer."""

    causes: list[tuple[Cause, bool]] = field(default_factory=list)
    """With whether it is about these records."""
    approved: set[bytes] = field(default_factory=set)
    drifted: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)
    """And those that wait for the member secretary."""
    moot: set[str] = field(default_factory=set)
    unused: bool = False


def of(
    connection: Connection, reads: Mapping[PayerKey, Read], *, fingerprint: Fingerprinter, now: datetime
) -> dict[PayerKey, Linked]:
    """For every payer in `reads` that has a link, a problem or an approval."""
    said = _said(connection, reads, fingerprint=fingerprint, now=now)
    place = (connection.association_id, connection.package, connection.administration)
    with prepared.cursor() as cursor:
        cursor.execute(_LINKED, (list(reads), *place))
        found = {row.payer: _linked(row) for row in map(_Row._make, cursor.fetchall())}
    return found | {payer: _told(found.get(payer, NOT_LINKED), each) for payer, each in said.items()}


def break_promises(connection: Connection, payers: Collection[PayerKey]) -> None:
    """What a load had yet to bring is from now on a change like any other."""
    of_place(connection).filter(payer__in=list(payers)).update(promised=None)


def rows(connection: Connection, payers: Collection[PayerKey]) -> "list[Link]":
    return list(of_place(connection).filter(payer__in=list(payers)))


def of_place(connection: Connection) -> Any:
    return Link.objects.filter(
        association_id=connection.association_id,
        package=connection.package,
        administration=connection.administration,
    )


def _said(
    connection: Connection, reads: Mapping[PayerKey, Read], *, fingerprint: Fingerprinter, now: datetime
) -> dict[PayerKey, _Said]:
    said: dict[PayerKey, _Said] = {}

    def about(payer: str) -> _Said:
        return said.setdefault(PayerKey(payer), _Said())

    with prepared.cursor() as cursor:
        cursor.execute(_SAID, {"connection": connection.id, "payers": list(reads)})
        for kind, payer, group, text, source, params in cursor.fetchall():
            match kind:
                case "approval":
                    about(payer).approved.add(bytes(source))
                case "drift":
                    desired = reads[PayerKey(payer)].desired
                    if text and source is not None and _moot(desired, Group(group), bytes(source), fingerprint):
                        about(payer).moot.add(group)
                    else:
                        (about(payer).ignored if text else about(payer).drifted).add(group)
                case "problem":
                    desired = reads[PayerKey(payer)].desired
                    whom = Group(group) if group else None
                    same = source is not None and bytes(source) == stamp(desired, fingerprint=fingerprint, group=whom)
                    told = json.loads(params)
                    over = _at(told, "again") <= now
                    if text == Reason.LEFT and same and connection.archive_after_days is not None:
                        about(payer).unused = now < _at(told, UNUSED_UNTIL, NEVER)
                    about(payer).causes.append(((group, text), text in UNTIL_SAID or (same and not over)))
    return said


def _moot(desired: Desired, group: Group, source: bytes, fingerprint: Fingerprinter) -> bool:
    """Whether ours changed since theirs was proposed. Who is not selected has no values that could have."""
    if desired.values.keys().isdisjoint(FIELDS[group]):
        return False
    return source != stamp(desired, fingerprint=fingerprint, group=group)


def _at(params: Mapping[str, str], name: str, otherwise: datetime = FOREVER) -> datetime:
    return datetime.fromisoformat(params[name]) if params.get(name) else otherwise


def _linked(link: _Row) -> Linked:
    known = Known(
        contact_id=ContactId(link.contact) if link.contact else None,
        sent=_SENT.decode(link.sent),
        unsure=link.unsure,
        in_doubt=frozenset(map(Field, link.doubt)) or None,  # none noted: nobody knows what was on its way
        unfinished=link.promised is not None,
        whereabouts=Whereabouts(link.whereabouts),
    )
    return Linked(
        known,
        number=link.number,
        several_emails=link.several_emails,
        adopted=link.adopted,
        troubles=link.troubles,
        promised=None if link.promised is None else bytes(link.promised),
    )


def _told(link: Linked, said: _Said) -> Linked:
    """With what is open about the payer."""
    known = link.known
    standing = frozenset(
        cause
        for cause, stands in said.causes
        if stands
        and OF_PLACE.get(cause[1], known.whereabouts) == known.whereabouts
        and not (cause[1] in UNTIL_SAID and known.contact_id)
    )
    groups = {group for group, _ in standing if group} | said.ignored
    withheld = frozenset(each for group in groups for each in FIELDS[Group(group)])
    return replace(
        link,
        known=replace(known, withheld=withheld, unused=said.unused and not link.adopted),
        standing=standing,
        troubled=bool(said.causes),
        approved=frozenset(said.approved),
        drifted=frozenset(said.drifted),
        moot=frozenset(said.moot),
    )
