"""Proposes to the member secretary what somebody changed at the package, and hears what became of it.

While that is open the field counts as settled: no drift, and nothing of ours goes over it. It writes no record itself.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from ledenbrug.core.compare import same
from ledenbrug.core.records import FIELDS, Field, Group, PayerKey, Values
from ledenbrug.members import operations
from ledenbrug.members.models import Member, PayerDetails, ProposedChange, User
from ledenbrug.members.sources.spreadsheet.cells import split_infix
from ledenbrug.sync import before, packages, queue, reading, refusals, wake
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.models import Drift, Link
from ledenbrug.sync.refusals import Refused

Subject = Member | PayerDetails


def propose(drift: Drift, *, ours: Values, by: User, now: datetime) -> ProposedChange:
    """Raises `Refused` where theirs has no place in a membership record, the record's own refusal where it is no
    proper value."""
    subject = _subject(drift)
    if subject is None:
        raise Refused(refusals.NOT_NOW)
    connection = drift.connection
    values = proposable(subject, Group(drift.group), ours=ours, theirs=before.opened(drift.theirs))
    if not values:
        raise Refused(refusals.NOT_PROPOSABLE, group=drift.group)
    origin = f"{packages.get(connection.package).label} · {connection.administration_name}"
    return operations.propose_change(subject, values=values, origin=origin, by=by, now=now)


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


def decided(proposal: ProposedChange) -> None:
    """Within the transaction that decides. A no makes it drift again; after a yes both say the same."""
    found = Drift.objects.of(proposal.association_id).filter(proposal=proposal, verdict="theirs")
    for drift in found.select_related("link", "connection__association"):
        if proposal.outcome == ProposedChange.Outcome.ACCEPTED:
            _stands_there(drift, now=proposal.decided_at or drift.found_at)
        elif not Drift.objects.filter(link=drift.link_id, group=drift.group, verdict__in=("", "ignore")).exists():
            Drift.objects.filter(id=drift.id).update(verdict="", settled_at=None, settled_by=None)
        queue.put(drift.connection, [PayerKey(drift.link.payer)], urgent=True)
        wake.connection(drift.connection_id)


def _stands_there(drift: Drift, *, now: datetime) -> None:
    """What the record says now is there already, as far as the two agree: nothing has to be sent, or approved."""
    payer, theirs = PayerKey(drift.link.payer), before.opened(drift.theirs)
    ours, fingerprint = reading.asked(drift.connection, [payer], now=now)[payer].desired.values, fingerprinter()
    link = Link.objects.select_for_update().get(id=drift.link_id)
    for each in FIELDS[Group(drift.group)]:
        if each in ours and each in theirs and same(each, ours[each], theirs[each]):
            link.sent[each.value] = fingerprint(each, ours[each])
    link.save(update_fields=["sent"])
    Drift.objects.filter(id=drift.id).update(theirs="")


def _subject(drift: Drift) -> Subject | None:
    payer, association = drift.link.payer, drift.association_id
    if payer.startswith("d"):
        return PayerDetails.objects.of(association).filter(id=payer[1:]).select_related("association").first()
    return Member.objects.of(association).filter(id=payer[1:], deleted_at=None).select_related("association").first()


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
        if theirs.endswith(f"-{second}"):
            return _split(theirs.removesuffix(f"-{second}"))
        return {**_split(theirs), "second_infix": "", "second_last_name": ""}
    return _split(theirs)


def _split(name: str) -> dict[str, str]:
    infix, last_name = split_infix(name)
    return {"infix": infix, "last_name": last_name}


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


_FITS: Mapping[Group, Callable[[Subject, Values], dict[str, str]]] = {
    Group.NAME: _name,
    Group.ADDRESS: _address,
    Group.EMAIL: _email,
    Group.PHONE: _as_it_is,
    Group.SEPA: _account,
}
"""What is ours to give, such as the member number and the status, is no field to take from there."""
PROPOSABLE = frozenset(_FITS)
