"""A record beside the contacts that may be the same person's: read at the package when somebody looks, kept nowhere.

It decides nothing; what may be answered stands in `settle`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ledenbrug.core.compare import same, same_name
from ledenbrug.core.errors import Trouble
from ledenbrug.core.port import Remote
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import GROUP_OF, ContactId, Field, Group, PayerKey, Values
from ledenbrug.sync import lines, links, look, people, reading, settle
from ledenbrug.sync.models import Connection, Problem
from ledenbrug.sync.refusals import Refused

ASKED = frozenset({Reason.LOOKS_LIKE, Reason.AMBIGUOUS, Reason.NUMBER_TAKEN})
"""Questions about who a contact is."""
Sign = Literal["same", "differs", "filled", "ours", "theirs", "stays"]


@dataclass(frozen=True, slots=True)
class Line:
    field: str
    ours: str
    theirs: str
    sign: Sign


@dataclass(frozen=True, slots=True)
class Candidate:
    contact: str
    page: str
    archived: bool
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Pair:
    problem: Problem
    title: str
    member_id: int | None
    why: Sequence[str]
    """`core.likeness.Sign`: what speaks for it and against it."""
    score: int
    candidates: Sequence[Candidate]
    """Those that are still there, and nobody's."""


def of(connection: Connection, problems: Sequence[Problem], *, now: datetime) -> list[Pair]:
    """One bulk read, however many are shown. Raises `Refused` when the package cannot be read now."""
    named_there = {contact for each in problems for contact in settle.candidates(each)}
    taken = links.of_place(connection).filter(contact__in=named_there).values_list("contact", flat=True)
    ids = [ContactId(each) for each in sorted(named_there.difference(taken))]
    try:
        with lines.books(connection, urgent=lambda: True, clock=lambda: now) as books:
            there = {each.contact_id: each for each in books.read(ids)} if ids else {}
    except Trouble as trouble:
        raise Refused(trouble.reason, **trouble.params) from None
    payers = [PayerKey(each.payer) for each in problems]
    reads = reading.asked(connection, payers, now=now) if payers else {}
    named = people.of(connection.association_id, payers)
    return [
        _pair(connection, each, reads[payer].desired.values, named.get(payer, people.UNKNOWN), there)
        for payer, each in zip(payers, problems, strict=True)
    ]


def beside(ours: Values, theirs: Values) -> Iterator[Line]:
    """Field by field, of what goes over. Groups go whole: an empty field is filled if nothing beside it differs."""
    shown = [each for each in Field if each in ours and (ours[each] or theirs.get(each))]
    differ = {each for each in shown if not same(each, ours[each], theirs.get(each, ""))}
    if same_name(ours, theirs):
        differ -= {each for each in differ if GROUP_OF[each] is Group.NAME}
    stopped = {GROUP_OF[each] for each in differ if theirs.get(each)}
    for each in shown:
        mine, other = ours[each], theirs.get(each, "")
        yield Line(each.value, mine, other, _sign(each, mine, other, differs=each in differ, stopped=stopped))


def _sign(field: Field, ours: str, theirs: str, *, differs: bool, stopped: set[Group]) -> Sign:
    if not differs:
        return "same"
    if field is Field.CUSTOMER_NUMBER:
        return "stays"
    if ours and theirs:
        return "differs"
    if theirs:
        return "theirs"
    return "ours" if GROUP_OF[field] in stopped else "filled"


def _pair(
    connection: Connection, problem: Problem, ours: Values, person: people.Person, there: Mapping[ContactId, Remote]
) -> Pair:
    found = [there[ContactId(each)] for each in settle.candidates(problem) if ContactId(each) in there]
    return Pair(
        problem,
        person.title,
        person.member,
        problem.params.get("why", "").split(),
        int(problem.params.get("score", "0")),
        [
            Candidate(
                each.contact_id,
                look.page(connection, each.contact_id),
                each.archived,
                list(beside(ours, each.values)),
            )
            for each in found
        ],
    )
