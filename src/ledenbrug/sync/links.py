"""What we know of the contacts of some payers, and what waits for a person. Three statements, however many payers."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

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
from ledenbrug.sync.models import Approval, Connection, Link, Problem
from ledenbrug.sync.problems import Cause
from ledenbrug.sync.reading import Read


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

    @property
    def waits(self) -> bool:
        """Nothing at all goes over until a person says so."""
        return any(not group for group, _ in self.standing)


NOT_LINKED = Linked()


def stamp(desired: Desired, *, fingerprint: Fingerprinter, group: Group | None = None) -> bytes:
    """What a refusal or a yes is about: these values of this group (or this payer as a whole), and no others."""
    values = desired.values
    concerned = sorted(each for each in values if group is None or each in FIELDS[group])
    parts = [f"{each}:{fingerprint(each, values[each])}" for each in concerned]
    whole = [] if group else [desired.standing, str(desired.mandate_ended)]
    return hashlib.blake2b(",".join([*whole, *parts]).encode(), digest_size=16).digest()


def of(connection: Connection, reads: Mapping[PayerKey, Read], *, fingerprint: Fingerprinter) -> dict[PayerKey, Linked]:
    """For every payer in `reads` that has a link, a problem or an approval."""
    links = {PayerKey(link.payer): link for link in rows(connection, reads.keys())}
    standing: dict[PayerKey, set[Cause]] = {}
    troubled: set[PayerKey] = set()
    problems = Problem.objects.filter(connection=connection, payer__in=list(reads), closed_at=None)
    for payer_text, group, reason, source in problems.values_list("payer", "group", "reason", "source"):
        payer = PayerKey(payer_text)
        troubled.add(payer)
        about = Group(group) if group else None
        if source and bytes(source) == stamp(reads[payer].desired, fingerprint=fingerprint, group=about):
            standing.setdefault(payer, set()).add((group, reason))
    approved: dict[PayerKey, set[bytes]] = {}
    approvals = Approval.objects.filter(connection=connection, payer__in=list(reads))
    for payer_text, source in approvals.values_list("payer", "source"):
        approved.setdefault(PayerKey(payer_text), set()).add(bytes(source))
    return {
        payer: _linked(
            links.get(payer),
            standing=frozenset(standing.get(payer, ())),
            troubled=payer in troubled,
            approved=frozenset(approved.get(payer, ())),
        )
        for payer in links.keys() | troubled | approved.keys()
    }


def rows(connection: Connection, payers: Collection[PayerKey]) -> "list[Link]":
    return list(
        Link.objects.filter(
            association_id=connection.association_id,
            package=connection.package,
            administration=connection.administration,
            payer__in=list(payers),
        )
    )


def known_of(link: Link, *, withheld: frozenset[Field] = frozenset()) -> Known:
    return Known(
        contact_id=ContactId(link.contact) if link.contact else None,
        sent={Field(each): Fingerprint(value) for each, value in link.sent.items()},
        unsure=link.unsure,
        whereabouts=Whereabouts(link.whereabouts),
        withheld=withheld,
    )


def _linked(link: Link | None, *, standing: frozenset[Cause], troubled: bool, approved: frozenset[bytes]) -> Linked:
    withheld = frozenset(each for group, _ in standing if group for each in FIELDS[Group(group)])
    said = {"standing": standing, "troubled": troubled, "approved": approved}
    if link is None:
        return Linked(Known(withheld=withheld), **said)
    return Linked(
        known_of(link, withheld=withheld),
        number=link.number,
        several_emails=link.several_emails,
        adopted=link.adopted,
        troubles=link.troubles,
        **said,
    )
