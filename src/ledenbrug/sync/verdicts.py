"""What a person decides where a contact says something else than the record: ours, theirs, or ask no more.

`ours` sends our values again, `theirs` proposes theirs to the member secretary. It makes no call.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import F, Func, JSONField, QuerySet, TextField, Value

from ledenbrug.core.records import FIELDS, Field, Group, PayerKey
from ledenbrug.members import operations
from ledenbrug.members.models import ProposedChange, User
from ledenbrug.members.refusals import Refused as Unfit
from ledenbrug.sync import proposing, queue, reading, refusals, second_eyes, wake
from ledenbrug.sync.fingerprints import fingerprinter
from ledenbrug.sync.links import stamp
from ledenbrug.sync.models import Approval, Connection, Drift, Link
from ledenbrug.sync.refusals import Refused

OURS, THEIRS, IGNORE = "ours", "theirs", "ignore"
LOT = 500


@dataclass(frozen=True, slots=True)
class Settled:
    done: int
    stayed: int = 0
    """Theirs that have no place in a record: they wait still."""


def open_drifts(connection: Connection, *, group: str = "") -> "QuerySet[Drift]":
    found = connection.drifts.filter(verdict="")
    found = found.filter(group=group) if group else found
    return found.select_related("link", "proposal__decided_by")


def shown(drifts: Iterable[Drift]) -> str:
    """Which differences a screen shows: an answer is one to these and no others."""
    told = sorted(f"{each.id}:{each.theirs}" for each in drifts)
    return hashlib.blake2b(" ".join(told).encode(), digest_size=12).hexdigest()


def settle_drift(drift: Drift, *, verdict: str, user: User, now: datetime, seen: str | None = None) -> None:
    """Raises the record's own refusal where theirs is no proper value."""
    with transaction.atomic():
        still = _held(drift.connection, [drift.id])
        if not still or (seen is not None and seen != shown(still)):
            raise Refused(refusals.NOT_NOW)
        _settle(drift.connection, still, verdict=verdict, user=user, now=now)


def settle_drifts(
    connection: Connection, *, group: str, verdict: str, user: User, now: datetime, seen: str | None = None
) -> Settled:
    """One answer for a whole column; what cannot be proposed stays where it is."""
    with transaction.atomic():
        still = _held(connection, list(open_drifts(connection, group=group).values_list("id", flat=True)))
        if seen is not None and seen != shown(still):
            raise Refused(refusals.NOT_NOW)
        if verdict != THEIRS:
            _settle(connection, still, verdict=verdict, user=user, now=now)
            return Settled(len(still))
        done, _ = _propose(connection, still, user, now)
        _close(done, verdict=verdict, user=user, now=now)
    return Settled(len(done), len(still) - len(done))


def _held(connection: Connection, ids: Sequence[int]) -> list[Drift]:
    found = open_drifts(connection).filter(id__in=ids).order_by("id")
    return list(found.select_for_update(of=("self",)))


def _settle(connection: Connection, drifts: Sequence[Drift], *, verdict: str, user: User, now: datetime) -> None:
    if verdict not in _DO:
        raise Refused(refusals.NOT_NOW)
    _DO[verdict](connection, drifts, user, now)
    _close(drifts, verdict=verdict, user=user, now=now)


def _close(drifts: Sequence[Drift], *, verdict: str, user: User, now: datetime) -> None:
    settled = Drift.objects.filter(id__in=[each.id for each in drifts])
    settled.update(verdict=verdict, settled_at=now, settled_by=user)


def _ours(connection: Connection, drifts: Sequence[Drift], user: User, now: datetime) -> None:
    """What we sent of these fields is forgotten, so that it goes again."""
    for group in {each.group for each in drifts}:
        links = Link.objects.filter(id__in=[each.link_id for each in drifts if each.group == group])
        links.update(sent=_without(FIELDS[Group(group)]), source=None)
    _approve(connection, {PayerKey(each.link.payer) for each in drifts if each.group == Group.SEPA}, user, now)
    payers = {PayerKey(each.link.payer) for each in drifts}
    queue.put(connection, payers, urgent=len(payers) <= queue.FEW)
    wake.connection(connection.id)


def _without(fields: Sequence[Field]) -> Func:
    gone = Value([each.value for each in fields], output_field=ArrayField(TextField()))
    return Func(F("sent"), gone, template="%(expressions)s", arg_joiner=" - ", output_field=JSONField())


def _approve(connection: Connection, payers: set[PayerKey], user: User, now: datetime) -> None:
    """Who says that our account holds said yes to it, unless that is somebody else's to say: then that one is asked."""
    if not payers:
        return
    mine = payers - second_eyes.others(connection, payers, user).keys()
    fingerprint = fingerprinter()
    Approval.objects.bulk_create(
        (
            Approval(
                association_id=connection.association_id,
                connection=connection,
                payer=payer,
                source=stamp(read.desired, fingerprint=fingerprint, group=Group.SEPA),
                by=user,
                at=now,
            )
            for payer, read in reading.asked(connection, mine, now=now).items()
        ),
        ignore_conflicts=True,
    )


def _theirs(connection: Connection, drifts: Sequence[Drift], user: User, now: datetime) -> None:
    _, unfit = _propose(connection, drifts, user, now)
    for why in unfit:
        raise why


def _propose(
    connection: Connection, drifts: Sequence[Drift], user: User, now: datetime
) -> tuple[list[Drift], list[Refused | Unfit]]:
    """Those of which theirs is proposed, and why the others are not."""
    payers = {PayerKey(each.link.payer) for each in drifts}
    reads = reading.asked(connection, payers, now=now)
    subjects, fingerprint = proposing.subjects(connection.association_id, payers), fingerprinter()
    done: list[tuple[Drift, ProposedChange]] = []
    unfit: list[Refused | Unfit] = []
    for each in drifts:
        payer = PayerKey(each.link.payer)
        desired = reads[payer].desired
        try:
            drafted = proposing.draft(each, subjects.get(payer), ours=desired.values, by=user, now=now)
        except (Refused, Unfit) as why:
            unfit.append(why)
        else:
            each.source = stamp(desired, fingerprint=fingerprint, group=Group(each.group))
            done.append((each, drafted))
    operations.propose_changes([drafted for _, drafted in done])
    for each, drafted in done:
        each.proposal = drafted
    Drift.objects.bulk_update([each for each, _ in done], ["proposal", "source"], batch_size=LOT)
    return [each for each, _ in done], unfit


def _ignore(connection: Connection, drifts: Sequence[Drift], user: User, now: datetime) -> None:
    """Noted with the drift itself: the field is withheld while it stands."""


_DO: Mapping[str, Callable[[Connection, Sequence[Drift], User, datetime], None]] = {
    OURS: _ours,
    THEIRS: _theirs,
    IGNORE: _ignore,
}
