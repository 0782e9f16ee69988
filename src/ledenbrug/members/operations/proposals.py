"""A change that somebody without the right to make it proposes: kept until the member secretary says yes or no.

A yes goes through the same operations as an edit, under the name of whoever said it.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from ledenbrug.members import calendar, proposing
from ledenbrug.members.models import Association, Member, PayerDetails, ProposedChange, User
from ledenbrug.members.operations.mandates import IbanChange, NewMandate, change_iban
from ledenbrug.members.operations.members import change_member, live_mandates
from ledenbrug.members.operations.payers import change_payer_details
from ledenbrug.members.operations.writing import cleaned, writing
from ledenbrug.members.refusals import FieldChange, Reason, Refused
from ledenbrug.members.validation import line
from ledenbrug.wire import sealing

ACCOUNT = frozenset({"iban", "bic", "account_holder"})
LONGEST_WHY = 200


def propose_change(
    subject: Member | PayerDetails, *, values: Mapping[str, str], origin: str, by: User | None, now: datetime
) -> ProposedChange:
    """Nothing is written to the record. What could never be accepted is refused now."""
    association = subject.association
    good = cleaned(values, association=association, country=subject.country, now=now)
    before = {name: getattr(subject, name) for name in good}
    return ProposedChange.objects.create(
        association=association,
        member=subject if isinstance(subject, Member) else None,
        payer_details=subject if isinstance(subject, PayerDetails) else None,
        fields=sorted(good),
        sealed=sealing.seal(json.dumps({"before": before, "after": good}, ensure_ascii=False)),
        origin=origin,
        by=by,
        at=now,
    )


def open_proposals(association: Association) -> "QuerySet[ProposedChange]":
    """Those that can be decided, the oldest first."""
    found = ProposedChange.objects.of(association).filter(outcome="")
    living = Q(member__isnull=True) | Q(member__deleted_at=None)
    return found.filter(living).select_related("association", "member", "payer_details", "by").order_by("id")


def proposed(proposal: ProposedChange) -> list[FieldChange]:
    """As the record is now and as it would be. Empty when it was decided or the key was lost."""
    return [FieldChange(name, getattr(proposal.subject, name), value) for name, value in _opened(proposal, "after")]


def changed_since(proposal: ProposedChange) -> bool:
    """Whether the record says something else than when this was proposed."""
    return any(getattr(proposal.subject, name) != value for name, value in _opened(proposal, "before"))


def needs_how(proposal: ProposedChange, *, now: datetime) -> bool:
    """Whether it is about an account that a mandate hangs on: then it must be said what the change means."""
    it = proposal.member
    if it is None or "iban" not in proposal.fields:
        return False
    return bool(it.iban and live_mandates(it, calendar.today(proposal.association, now)))


def accept_change(
    proposal: ProposedChange,
    *,
    seen_version: int | None = None,
    how: IbanChange | None = None,
    mandates: Sequence[NewMandate] = (),
    by: User | None,
    now: datetime,
) -> None:
    """`seen_version` is of the member as shown; without one the record is taken as it is now."""
    with writing(proposal.association_id, by=by):
        found = _held(proposal)
        values = dict(_opened(found, "after"))
        it = found.member
        if it is None:
            assert found.payer_details is not None  # the database sees to it
            change_payer_details(found.payer_details, values=values, by=by, now=now)
        elif how is not None and needs_how(found, now=now):
            account = {name: values.get(name, getattr(it, name)) for name in ACCOUNT - {"bic"}}
            seen = it.version if seen_version is None else seen_version
            change_iban(
                it, seen_version=seen, bic=values.get("bic", ""), how=how, mandates=mandates, by=by, now=now, **account
            )
        else:
            change_member(
                it, seen_version=it.version if seen_version is None else seen_version, values=values, by=by, now=now
            )
        _decide(found, ProposedChange.Outcome.ACCEPTED, by=by, now=now)


def decline_change(proposal: ProposedChange, *, why: str = "", by: User | None, now: datetime) -> None:
    with writing(proposal.association_id, by=by):
        found = _held(proposal)
        found.why = line(why)[:LONGEST_WHY]
        _decide(found, ProposedChange.Outcome.DECLINED, by=by, now=now)


def _decide(found: ProposedChange, outcome: ProposedChange.Outcome, *, by: User | None, now: datetime) -> None:
    found.outcome, found.decided_by, found.decided_at, found.sealed = outcome, by, now, ""
    found.save()
    proposing.tell(found)


def _held(proposal: ProposedChange) -> ProposedChange:
    rows = open_proposals(proposal.association).select_for_update(of=("self",))
    found = rows.filter(pk=proposal.pk).first()
    if found is None:
        raise Refused.because(Reason.DECIDED)
    return found


def _opened(proposal: ProposedChange, side: str) -> list[tuple[str, str]]:
    if not proposal.sealed:
        return []
    try:
        return list(json.loads(sealing.unseal(proposal.sealed))[side].items())
    except sealing.KeyLost:
        return []
