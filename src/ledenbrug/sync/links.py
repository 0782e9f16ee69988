"""What we know of the contacts of some payers, and what waits for a person. Three statements, however many payers."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ledenbrug.core.records import (
    FIELDS,
    NOTHING_KNOWN,
    ContactId,
    Field,
    Fingerprint,
    Fingerprinter,
    Group,
    Known,
    PayerKey,
    Values,
    Whereabouts,
)
from ledenbrug.sync.models import Approval, Connection, Link, Problem
from ledenbrug.sync.reading import Read


@dataclass(frozen=True, slots=True)
class Linked:
    """One payer's link, and what a person still has to say about it."""

    known: Known = NOTHING_KNOWN
    number: str = ""
    several_emails: bool = False
    adopted: bool = False
    troubles: int = 0
    waits: bool = False
    """Nothing at all goes over for these very records until a person says so."""
    approved: frozenset[bytes] = frozenset()
    """Stamps that a person said yes to."""


NOT_LINKED = Linked()


def stamp(values: Values, *, fingerprint: Fingerprinter, group: Group | None = None) -> bytes:
    """What a refusal or a yes is about: these values of this group (or all), and no others."""
    concerned = [each for each in values if group is None or each in FIELDS[group]]
    text = ",".join(f"{each}:{fingerprint(each, values[each])}" for each in sorted(concerned))
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def of(connection: Connection, reads: Mapping[PayerKey, Read], *, fingerprint: Fingerprinter) -> dict[PayerKey, Linked]:
    """For every payer in `reads` that has a link, a problem or an approval."""
    links = {PayerKey(link.payer): link for link in rows(connection, reads.keys())}
    problems = Problem.objects.filter(connection=connection, payer__in=list(reads), closed_at=None)
    waits: set[PayerKey] = set()
    withheld: dict[PayerKey, set[Field]] = {}
    for payer_text, group_text, source in problems.values_list("payer", "group", "source"):
        payer, group = PayerKey(payer_text), Group(group_text) if group_text else None
        if source is None or bytes(source) != stamp(reads[payer].desired.values, fingerprint=fingerprint, group=group):
            continue
        if group is None:
            waits.add(payer)
        else:
            withheld.setdefault(payer, set()).update(FIELDS[group])
    approved: dict[PayerKey, set[bytes]] = {}
    for payer_text, source in Approval.objects.filter(connection=connection, payer__in=list(reads)).values_list(
        "payer", "source"
    ):
        approved.setdefault(PayerKey(payer_text), set()).add(bytes(source))
    concerned = links.keys() | waits | withheld.keys() | approved.keys()
    return {
        payer: _linked(
            links.get(payer),
            withheld=frozenset(withheld.get(payer, ())),
            waits=payer in waits,
            approved=frozenset(approved.get(payer, ())),
        )
        for payer in concerned
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


def _linked(link: Link | None, *, withheld: frozenset[Field], waits: bool, approved: frozenset[bytes]) -> Linked:
    if link is None:
        return Linked(Known(withheld=withheld), waits=waits, approved=approved)
    return Linked(
        known=known_of(link, withheld=withheld),
        number=link.number,
        several_emails=link.several_emails,
        adopted=link.adopted,
        troubles=link.troubles,
        waits=waits,
        approved=approved,
    )
