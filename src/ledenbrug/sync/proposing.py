"""Proposes to the member secretary what somebody changed at the package, and hears what became of it.

While that is open the field counts as settled: no drift, and nothing of ours goes over it until somebody edits the
record. It writes no record itself.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from django.db.models import Exists, OuterRef, QuerySet

from ledenbrug.core.compare import same
from ledenbrug.core.plan import Kind
from ledenbrug.core.reasons import Reason
from ledenbrug.core.records import FIELDS, Field, Group, PayerKey, Values
from ledenbrug.members import operations
from ledenbrug.members.models import Member, NameUse, PayerDetails, ProposedChange, User
from ledenbrug.members.sources.spreadsheet.cells import split_infix
from ledenbrug.sync import before, packages, queue, reading, refusals, wake
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.models import Connection, Drift, Journal, Link, Outcome
from ledenbrug.sync.refusals import Refused

LOT = 500
Subject = Member | PayerDetails


def draft(drift: Drift, subject: Subject | None, *, ours: Values, by: User, now: datetime) -> ProposedChange:
    """Raises `Refused` where theirs has no place in a membership record, the record's own refusal where it is no
    proper value."""
    if subject is None:
        raise Refused(refusals.NOT_NOW)
    connection = drift.connection
    values = proposable(subject, Group(drift.group), ours=ours, theirs=before.opened(drift.theirs))
    if not values:
        raise Refused(refusals.NOT_PROPOSABLE, group=drift.group)
    origin = f"{packages.get(connection.package).label} · {connection.administration_name}"
    return operations.draft_change(subject, values=values, origin=origin, by=by, now=now)


def subjects(association_id: int, payers: Collection[PayerKey]) -> Mapping[PayerKey, Subject]:
    """Whose record it is, as far as it is there."""
    members = Member.objects.of(association_id).filter(id__in=_ids(payers, "m"), deleted_at=None)
    details = PayerDetails.objects.of(association_id).filter(id__in=_ids(payers, "d"))
    return {
        **{PayerKey(f"m{each.id}"): each for each in members.select_related("association")},
        **{PayerKey(f"d{each.id}"): each for each in details.select_related("association")},
    }


def waiting(connection: Connection) -> "QuerySet[Drift]":
    """Those that wait for the member secretary."""
    return Drift.objects.filter(connection=connection, verdict="theirs", proposal__outcome="")


def proposable(subject: Subject, group: Group, *, ours: Values, theirs: Values) -> dict[str, str]:
    """The fields of the record that would have to change; empty where theirs cannot be kept there.

    Of direct debit only the account: a mandate is a paper, and not made or ended by an edit at the package.
    """
    differ = {
        each: theirs[each]
        for each in FIELDS[group]
        if each in theirs and not same(each, ours.get(each, ""), theirs[each])
    }
    return _FITS[group](subject, differ) if group in _FITS and differ else {}


def supersede(connection: Connection, moot: Mapping[PayerKey, Collection[str]], *, now: datetime) -> None:
    """The records were edited after theirs was proposed, so they lead."""
    found = waiting(connection).filter(link__payer__in=moot).values_list("proposal", "link__payer", "group")
    over = [proposal for proposal, payer, group in found if group in moot[PayerKey(payer)]]
    operations.supersede_changes(connection.association_id, over, now=now)


def decided(association_id: int, proposals: Collection[int], now: datetime) -> None:
    """Within the transaction that decides. A no makes it drift again; after a yes both say the same."""
    found = Drift.objects.of(association_id).filter(proposal__in=proposals, verdict="theirs").order_by("id")
    by_outcome: dict[str, list[Drift]] = {each: [] for each in _DO}
    for drift in found.select_related("proposal", "link", "connection__association", "connection__grant"):
        assert drift.proposal is not None  # it was found by it
        by_outcome[drift.proposal.outcome].append(drift)
    for outcome, drifts in by_outcome.items():
        if drifts:
            _DO[outcome](drifts, now)


def _accepted(drifts: Sequence[Drift], now: datetime) -> None:
    """What the records say now is there already, as far as the two agree: nothing has to be sent, or approved."""
    fingerprint = fingerprinter()
    for connection, rows in _by_connection(drifts):
        reads = reading.asked(connection, {PayerKey(each.link.payer) for each in rows}, now=now)
        held = Link.objects.select_for_update().filter(id__in=[each.link_id for each in rows]).order_by("id")
        links = held.in_bulk()
        for each in rows:
            ours, theirs = reads[PayerKey(each.link.payer)].desired.values, before.opened(each.theirs)
            links[each.link_id].sent |= {
                field.value: fingerprint(field, ours[field])
                for field in FIELDS[Group(each.group)]
                if field in ours and field in theirs and same(field, ours[field], theirs[field])
            }
        Link.objects.bulk_update(links.values(), ["sent"], batch_size=LOT)
    Drift.objects.filter(id__in=[each.id for each in drifts]).update(theirs="")
    _look_again(drifts)


def _declined(drifts: Sequence[Drift], now: datetime) -> None:
    another = Drift.objects.filter(link=OuterRef("link"), group=OuterRef("group"), verdict__in=("", "ignore"))
    again = Drift.objects.filter(~Exists(another), id__in=[each.id for each in drifts])
    again.update(verdict="", settled_at=None, settled_by=None)
    _look_again(drifts)


def _superseded(drifts: Sequence[Drift], now: datetime) -> None:
    """The journal tells that nothing came of it."""
    Drift.objects.filter(id__in=[each.id for each in drifts]).update(verdict="ours", settled_at=now)
    Journal.objects.bulk_create(
        Journal(
            association_id=each.association_id,
            connection_id=each.connection_id,
            epoch=each.connection.epoch,
            payer=each.link.payer,
            kind=Kind.UPDATE.value,
            fields=[field.value for field in FIELDS[Group(each.group)]],
            contact=each.link.contact or "",
            before=each.theirs,
            after=each.theirs,
            outcome=Outcome.UNCHANGED,
            reason=Reason.SUPERSEDED,
            noted_at=now,
            closed_at=now,
        )
        for each in drifts
    )


_DO: Mapping[str, Callable[[Sequence[Drift], datetime], None]] = {
    ProposedChange.Outcome.ACCEPTED: _accepted,
    ProposedChange.Outcome.DECLINED: _declined,
    ProposedChange.Outcome.SUPERSEDED: _superseded,
}


def _look_again(drifts: Sequence[Drift]) -> None:
    for connection, rows in _by_connection(drifts):
        payers = {PayerKey(each.link.payer) for each in rows}
        queue.put(connection, payers, urgent=len(payers) <= queue.FEW)
        wake.connection(connection.id)


def _by_connection(drifts: Sequence[Drift]) -> Iterator[tuple[Connection, list[Drift]]]:
    for connection, rows in groupby(sorted(drifts, key=lambda each: each.connection_id), lambda each: each.connection):
        yield connection, list(rows)


def _ids(payers: Iterable[PayerKey], kind: str) -> list[int]:
    return [int(each[1:]) for each in payers if each.startswith(kind)]


def _name(subject: Subject, differ: Values) -> dict[str, str]:
    person = isinstance(subject, Member)
    if (person and differ.get(Field.COMPANY)) or differ.get(Field.LAST_NAME) == "":
        return {}  # a member is a person, with a last name
    values = {}
    if Field.COMPANY in differ and not person:
        values["organisation"] = differ[Field.COMPANY]
    if Field.FIRST_NAME in differ:
        values[_first_name(subject)] = differ[Field.FIRST_NAME]
    if Field.LAST_NAME in differ:
        values |= _last_name(subject, differ[Field.LAST_NAME])
    return values


def _first_name(subject: Subject) -> str:
    if isinstance(subject, PayerDetails):
        return "first_name"
    return "initials" if not subject.given_name and subject.initials else "given_name"


def _last_name(subject: Subject, theirs: str) -> dict[str, str]:
    if isinstance(subject, Member) and subject.second_last_name:
        second = " ".join(filter(None, (subject.second_infix, subject.second_last_name)))
        if subject.name_use == NameUse.FIRST:
            return _split(theirs)
        if subject.name_use == NameUse.SECOND:
            return {f"second_{name}": value for name, value in _split(theirs).items()}
        if subject.name_use == NameUse.REVERSED and theirs.startswith(f"{second}-"):
            return _split(theirs.removeprefix(f"{second}-"))
        if not subject.name_use and theirs.endswith(f"-{second}"):
            return _split(theirs.removesuffix(f"-{second}"))
        return {**_split(theirs), "second_infix": "", "second_last_name": ""}
    return _split(theirs)


def _split(name: str) -> dict[str, str]:
    infix, last_name = split_infix(name)
    return {"infix": infix, "last_name": last_name}


def _person(subject: Subject, differ: Values) -> dict[str, str]:
    """As the name and the e-mail address of the payer would: the record has one of each."""
    told = {_PERSON[each]: value for each, value in differ.items()}
    if told.get(Field.LAST_NAME) == "":
        return {}  # nobody is there any more
    return _name(subject, told) | (_email(subject, told) if Field.EMAIL in told else {})


def _email(subject: Subject, differ: Values) -> dict[str, str]:
    """Where invoices go."""
    name = "invoice_email" if isinstance(subject, Member) and subject.invoice_email else "email"
    return {name: differ[Field.EMAIL]}


def _as_it_is(subject: Subject, differ: Values) -> dict[str, str]:
    return {each.value: value for each, value in differ.items()}


def _address(subject: Subject, differ: Values) -> dict[str, str]:
    """Every address has a country; that none stands there says nothing."""
    return {each.value: value for each, value in differ.items() if value or each is not Field.COUNTRY}


def _account(subject: Subject, differ: Values) -> dict[str, str]:
    if not differ.get(Field.IBAN, "none"):
        return {}
    return {each.value: differ[each] for each in (Field.IBAN, Field.BIC, Field.ACCOUNT_HOLDER) if differ.get(each)}


_PERSON: Mapping[Field, Field] = {
    Field.PERSON_FIRST_NAME: Field.FIRST_NAME,
    Field.PERSON_LAST_NAME: Field.LAST_NAME,
    Field.PERSON_EMAIL: Field.EMAIL,
}
_FITS: Mapping[Group, Callable[[Subject, Values], dict[str, str]]] = {
    Group.NAME: _name,
    Group.ADDRESS: _address,
    Group.EMAIL: _email,
    Group.PHONE: _as_it_is,
    Group.PERSON: _person,
    Group.SEPA: _account,
}
"""What is ours to give, such as the member number and the status, is no field to take from there."""
PROPOSABLE = frozenset(_FITS)
