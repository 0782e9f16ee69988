"""Which contacts that are at the package already belong to which payer, before a first run.

It links nothing by itself and keeps nothing of a contact but its id: the certain ones are adopted, a person decides on
the likely ones, and where two will do nobody guesses.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from ledenbrug.core.likeness import First, Sign, Traits, agree, compare, first_names, traits
from ledenbrug.core.port import Remote
from ledenbrug.core.records import ContactId, PayerKey, Values

LEAST = 30
"""Score from which two are worth a person's look."""
SAME = 60
"""Score from which two contacts are listed as one and the same."""
COMMON = 12
"""What more contacts or more payers than this have (the club's own address) tells nothing."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One proposal, side by side for a person."""

    payer: PayerKey
    contact_id: ContactId
    score: int
    why: tuple[str, ...]
    safe: bool
    """Unique both ways and the names agree, first names too: may be confirmed together with others."""


@dataclass(frozen=True, slots=True)
class Matches:
    certain: Mapping[PayerKey, ContactId]
    likely: tuple[Pair, ...]
    ambiguous: Mapping[PayerKey, tuple[ContactId, ...]]
    """More than one will do, or the one that will do suits another payer too. The likeliest first."""
    number_taken: Mapping[PayerKey, ContactId]
    """Our customer number stands on a contact that is somebody else's."""
    duplicates: tuple[tuple[ContactId, ...], ...]
    """Contacts at the package that look like one and the same, archived ones left out."""
    archived: frozenset[ContactId]
    """Of the contacts named above: those that are archived there."""


@dataclass(frozen=True, slots=True)
class _Edge:
    payer: PayerKey
    contact: ContactId
    score: int
    why: tuple[Sign, ...]
    tier: int
    """0: nothing against it; 1: archived there; 2: another first name, perhaps of the family. A later tier is looked at
    only where an earlier one offers nothing."""
    safe: bool


def match(
    desired: Mapping[PayerKey, Values], contacts: Iterable[Remote], *, taken: Collection[ContactId] = ()
) -> Matches:
    """`taken` are contacts that are linked already, to other payers than those in `desired`."""
    listed = sorted(contacts, key=lambda contact: contact.contact_id)
    archived = {each.contact_id for each in listed if each.archived}
    theirs = {each.contact_id: _traits(each) for each in listed}
    ours = {payer: traits(desired[payer]) for payer in sorted(desired)}
    blocks = _Blocks(ours, theirs)
    certain, unclear = _certain(ours, theirs, blocks, linked=set(taken))
    linked = {*taken, *certain.values(), *(each for some in unclear.values() for each in some)}
    free = {payer: each for payer, each in ours.items() if payer not in certain and payer not in unclear}
    likely, ambiguous = _settle(list(_edges(free, theirs, blocks, linked=linked, archived=archived)))
    ambiguous |= unclear
    found = ambiguous | {payer: (contact,) for payer, contact in certain.items()}
    found |= {pair.payer: (pair.contact_id,) for pair in likely}
    number_taken = _number_taken(ours, blocks, found)
    named = {each for some in found.values() for each in some} | set(number_taken.values())
    duplicates = _duplicates(theirs, blocks, archived=archived)
    return Matches(certain, likely, ambiguous, number_taken, duplicates, frozenset(named & archived))


def _traits(contact: Remote) -> Traits:
    return traits(contact.values, emails=[each for some in contact.emails.values() for each in some])


class _Blocks:
    """Who shares an e-mail address, an account, or a postcode and a name: only those are compared with each other."""

    def __init__(self, ours: Mapping[PayerKey, Traits], theirs: Mapping[ContactId, Traits]) -> None:
        self.numbers: dict[str, list[ContactId]] = defaultdict(list)
        self.contacts: dict[str, list[ContactId]] = defaultdict(list)
        for contact, each in theirs.items():
            if each.number:
                self.numbers[each.number].append(contact)
            for key in _keys(each):
                self.contacts[key].append(contact)
        payers = Counter(key for each in ours.values() for key in _keys(each))
        self.common = frozenset(
            key
            for key in payers.keys() | self.contacts.keys()
            if payers[key] > COMMON or len(self.contacts.get(key, ())) > COMMON
        )

    def near(self, each: Traits) -> list[ContactId]:
        keys = (key for key in _keys(each) if key not in self.common)
        found = {contact for key in keys for contact in self.contacts.get(key, ())}
        return sorted(found.union(self.numbers.get(each.number, ())))


def _keys(each: Traits) -> set[str]:
    keys = {*each.emails}
    if each.iban:
        keys.add(each.iban)
    if each.postcode:
        keys.update(f"{each.postcode} {name}" for name in (*each.last, *each.company))
    return keys


def _certain(
    ours: Mapping[PayerKey, Traits],
    theirs: Mapping[ContactId, Traits],
    blocks: _Blocks,
    *,
    linked: Collection[ContactId],
) -> tuple[dict[PayerKey, ContactId], dict[PayerKey, tuple[ContactId, ...]]]:
    """The number agrees and so does a name, an address or an account; beside it, where that leaves more than one."""
    certain: dict[PayerKey, ContactId] = {}
    unclear: dict[PayerKey, tuple[ContactId, ...]] = {}
    payers = Counter(each.number for each in ours.values())
    for payer, mine in ours.items():
        standing = blocks.numbers.get(mine.number, []) if mine.number else []
        found = tuple(each for each in standing if each not in linked and _agrees(mine, theirs[each], blocks.common))
        if len(found) == 1 and payers[mine.number] == 1:
            certain[payer] = found[0]
        elif found:
            unclear[payer] = found
    return certain, unclear


def _agrees(mine: Traits, other: Traits, common: frozenset[str]) -> bool:
    iban = mine.iban != "" and mine.iban == other.iban and mine.iban not in common
    return agree(mine, other) or iban or bool((mine.emails & other.emails) - common)


def _edges(
    ours: Mapping[PayerKey, Traits],
    theirs: Mapping[ContactId, Traits],
    blocks: _Blocks,
    *,
    linked: Collection[ContactId],
    archived: Collection[ContactId],
) -> Iterator[_Edge]:
    for payer, mine in ours.items():
        for contact in blocks.near(mine):
            if contact in linked:
                continue
            like = compare(mine, theirs[contact], common=blocks.common)
            if like.score >= LEAST:
                tier = 2 if like.first is First.OTHER else 1 if contact in archived else 0
                safe = tier == 0 and like.first is First.AGREES and Sign.OTHER_NAME not in like.why
                yield _Edge(payer, contact, like.score, like.why, tier, safe)


def _settle(edges: Collection[_Edge]) -> tuple[tuple[Pair, ...], dict[PayerKey, tuple[ContactId, ...]]]:
    """Tier by tier: who has exactly one, and is that one's only one, becomes a pair."""
    likely: list[Pair] = []
    ambiguous: dict[PayerKey, tuple[ContactId, ...]] = {}
    settled: set[PayerKey | ContactId] = set()
    for tier in (0, 1, 2):
        left = [
            each for each in edges if each.tier == tier and each.payer not in settled and each.contact not in settled
        ]
        of_payer: dict[PayerKey, list[_Edge]] = defaultdict(list)
        of_contact = Counter(each.contact for each in left)
        for edge in left:
            of_payer[edge.payer].append(edge)
        for payer, mine in of_payer.items():
            one = mine[0]
            if len(mine) == 1 and of_contact[one.contact] == 1:
                likely.append(Pair(payer, one.contact, one.score, tuple(sign.value for sign in one.why), one.safe))
            elif tier < 2:  # several of a family are no reason to wait
                ambiguous[payer] = tuple(
                    each.contact for each in sorted(mine, key=lambda edge: (-edge.score, edge.contact))
                )
        settled.update(each.payer for each in left)
        settled.update(each.contact for each in left)
    return tuple(sorted(likely, key=lambda pair: (-pair.score, pair.payer))), ambiguous


def _number_taken(
    ours: Mapping[PayerKey, Traits], blocks: _Blocks, found: Mapping[PayerKey, Collection[ContactId]]
) -> dict[PayerKey, ContactId]:
    taken: dict[PayerKey, ContactId] = {}
    for payer, mine in ours.items():
        standing = blocks.numbers.get(mine.number, [])
        if standing and not set(standing) & set(found.get(payer, ())):
            taken[payer] = standing[0]
    return taken


def _duplicates(
    theirs: Mapping[ContactId, Traits], blocks: _Blocks, *, archived: Collection[ContactId]
) -> tuple[tuple[ContactId, ...], ...]:
    """Whole first names first; an initial then joins the first group in which it contradicts nobody."""
    group = {contact: [contact] for contact in theirs}
    for _, one, other in sorted(_same(theirs, blocks, archived=archived)):
        mine, more = group[one], group[other]
        if mine is not more and all(first_names(theirs[a], theirs[b]) is not First.OTHER for a in mine for b in more):
            mine.extend(more)
            group.update(dict.fromkeys(more, mine))
    return tuple(sorted({tuple(sorted(each)) for each in group.values() if len(each) > 1}))


def _same(
    theirs: Mapping[ContactId, Traits], blocks: _Blocks, *, archived: Collection[ContactId]
) -> Iterator[tuple[int, ContactId, ContactId]]:
    near = {
        pair
        for key, block in blocks.contacts.items()
        if key not in blocks.common
        for pair in combinations([each for each in block if each not in archived], 2)
    }
    for one, other in near:
        like = compare(theirs[one], theirs[other], common=blocks.common)
        if Sign.NAME in like.why and like.first is not First.OTHER and like.score >= SAME:
            yield -like.first, one, other
