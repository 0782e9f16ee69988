"""A change that somebody without the right to make it proposes: kept until the member secretary says yes or no.

A yes goes through the same operations as an edit, under the name of whoever said it.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Count, Q, QuerySet

from ledenbrug.members import calendar, custom, proposing
from ledenbrug.members.models import Association, Member, PayerDetails, ProposedChange, User
from ledenbrug.members.operations.mandates import ACCOUNT, IbanChange, NewMandate, change_iban
from ledenbrug.members.operations.members import change_member, changes, live_mandates, written
from ledenbrug.members.operations.payers import change_payer_details, changed_details
from ledenbrug.members.operations.writing import cleaned, save_all, writing
from ledenbrug.members.refusals import Fault, FieldChange, Reason, Refused
from ledenbrug.members.validation import Unfit, line
from ledenbrug.wire import sealing

S = TypeVar("S", Member, PayerDetails)
PARTS: Mapping[str, frozenset[str]] = {
    "name": frozenset(
        {"organisation", "initials", "given_name", "first_name", "infix", "last_name", "second_infix",
         "second_last_name"}
    ),
    "address": frozenset({"address", "address_extra", "postcode", "city", "country"}),
    "email": frozenset({"email", "invoice_email"}),
    "phone": frozenset({"phone"}),
    "account": ACCOUNT,
}  # fmt: skip
"""What can be answered together: a proposal is about one of these."""
LONGEST_WHY = 200


@dataclass(frozen=True, slots=True)
class Answered:
    done: int
    stayed: int = 0
    """The record itself refuses them: they wait still."""


def draft_change(
    subject: Member | PayerDetails, *, values: Mapping[str, str], origin: str, by: User | None, now: datetime
) -> ProposedChange:
    """Not proposed yet. What could never be accepted is refused now."""
    association = subject.association
    good = cleaned(values, association=association, country=subject.country, now=now)
    before = {name: getattr(subject, name) for name in good}
    return ProposedChange(
        association=association,
        member=subject if isinstance(subject, Member) else None,
        payer_details=subject if isinstance(subject, PayerDetails) else None,
        fields=sorted(good),
        sealed=sealing.seal(json.dumps({"before": before, "after": good}, ensure_ascii=False)),
        origin=origin,
        by=by,
        at=now,
    )


def propose_changes(drafts: Sequence[ProposedChange]) -> None:
    """Nothing is written to the records."""
    ProposedChange.objects.bulk_create(drafts, batch_size=500)


def open_proposals(association: Association, *, part: str = "") -> "QuerySet[ProposedChange]":
    """Those that can be decided, the oldest first."""
    found = ProposedChange.objects.of(association).filter(outcome="")
    if part:
        found = found.filter(fields__overlap=list(PARTS[part]))
    living = Q(member__isnull=True) | Q(member__deleted_at=None)
    return found.filter(living).select_related("association", "member", "payer_details", "by").order_by("id")


def acceptable(association: Association, *, part: str = "") -> "QuerySet[ProposedChange]":
    """Those that one yes may settle together. Money is collected from an account: that is looked at one by one."""
    return open_proposals(association, part=part).exclude(fields__contains=["iban"])


def parts(association: Association) -> Mapping[str, int]:
    """How many of the open ones concern each part of a record."""
    found = open_proposals(association).aggregate(
        **{part: Count("id", filter=Q(fields__overlap=list(fields))) for part, fields in PARTS.items()}
    )
    return {part: number for part, number in found.items() if number}


def shown(proposals: Iterable[ProposedChange]) -> str:
    """Which changes a screen shows: a yes or no to all of them is one to these and no others."""
    told = (f"{each.pk}:{[(it.field, it.before, it.after) for it in proposed(each)]}" for each in proposals)
    return hashlib.blake2b(" ".join(told).encode(), digest_size=12).hexdigest()


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
        if it is not None and how is not None and needs_how(found, now=now):
            account = {name: values.get(name, getattr(it, name)) for name in ACCOUNT - {"bic"}}
            seen = it.version if seen_version is None else seen_version
            change_iban(
                it, seen_version=seen, bic=values.get("bic", ""), how=how, mandates=mandates, by=by, now=now, **account
            )
        else:
            _write(found, seen_version=seen_version, by=by, now=now)
        _decide([found], ProposedChange.Outcome.ACCEPTED, by=by, now=now)


def decline_change(proposal: ProposedChange, *, why: str = "", by: User | None, now: datetime) -> None:
    with writing(proposal.association_id, by=by):
        _decide([_held(proposal)], ProposedChange.Outcome.DECLINED, by=by, now=now, why=why)


def accept_changes(
    association: Association, *, part: str = "", seen: str | None = None, by: User | None, now: datetime
) -> Answered:
    """Everything `acceptable` in one go; what the record itself refuses stays where it is."""
    with writing(association.pk, by=by):
        found = _as_shown(acceptable(association, part=part), seen)
        done = [*_taken_by_members(association, found, now=now), *_taken_by_payers(association, found, now=now)]
        _decide(done, ProposedChange.Outcome.ACCEPTED, by=by, now=now)
    return Answered(len(done), len(found) - len(done))


def _taken_by_members(
    association: Association, found: Sequence[ProposedChange], *, now: datetime
) -> list[ProposedChange]:
    """Several may be about one member: each is held against what those before it leave."""
    ids = {each.member_id for each in found if each.member_id}
    held = Member.objects.of(association).filter(pk__in=ids, deleted_at=None).order_by("pk").select_related("status")
    rows, own = {each.pk: each for each in held.select_for_update(of=("self",))}, custom.fields_of(association)

    def change(it: Member, values: Mapping[str, str]) -> dict[str, object]:
        return written(changes(it, values, association=association, own=own, now=now), kept=it.custom)

    return _taken([(each, rows[each.member_id]) for each in found if each.member_id in rows], change)


def _taken_by_payers(
    association: Association, found: Sequence[ProposedChange], *, now: datetime
) -> list[ProposedChange]:
    ids = {each.payer_details_id for each in found if each.payer_details_id}
    held = PayerDetails.objects.of(association).filter(pk__in=ids).order_by("pk").select_related("association")
    rows = {each.pk: each for each in held.select_for_update(of=("self",))}
    of = [(each, rows[each.payer_details_id]) for each in found if each.payer_details_id in rows]
    return _taken(of, lambda it, values: changed_details(it, values, now=now))


def _taken(
    found: Sequence[tuple[ProposedChange, S]], change: Callable[[S, Mapping[str, str]], Mapping[str, object]]
) -> list[ProposedChange]:
    """Written in one statement, whatever their number; what a record refuses is left out."""
    done: list[ProposedChange] = []
    rows: dict[int, S] = {}
    names: set[str] = set()
    for each, subject in found:
        with suppress(Refused):
            changed = change(subject, dict(_opened(each, "after")))
            for name, value in changed.items():
                setattr(subject, name, value)
            rows.update({subject.pk: subject} if changed else {})
            names.update(changed)
            done.append(each)
    save_all(list(rows.values()), sorted(names))
    return done


def decline_changes(
    association: Association,
    *,
    part: str = "",
    why: str = "",
    seen: str | None = None,
    by: User | None,
    now: datetime,
) -> Answered:
    with writing(association.pk, by=by):
        found = _as_shown(open_proposals(association, part=part), seen)
        _decide(found, ProposedChange.Outcome.DECLINED, by=by, now=now, why=why)
    return Answered(len(found))


def _write(found: ProposedChange, *, seen_version: int | None, by: User | None, now: datetime) -> None:
    values = dict(_opened(found, "after"))
    if found.member is None:
        assert found.payer_details is not None  # the database sees to it
        change_payer_details(found.payer_details, values=values, by=by, now=now)
        return
    seen = found.member.version if seen_version is None else seen_version
    change_member(found.member, seen_version=seen, values=values, by=by, now=now)


def supersede_changes(association: Association | int, ids: Collection[int], *, now: datetime) -> None:
    """The records were changed since, and lead. What was decided in the meantime stays so. Within a transaction."""
    found = ProposedChange.objects.of(association).filter(pk__in=ids, outcome="").order_by("id")
    _decide(list(found.select_for_update()), ProposedChange.Outcome.SUPERSEDED, by=None, now=now)


def _decide(
    found: Sequence[ProposedChange], outcome: ProposedChange.Outcome, *, by: User | None, now: datetime, why: str = ""
) -> None:
    """They are held."""
    of = ProposedChange.objects.filter(pk__in=[each.pk for each in found])
    of.update(outcome=outcome, decided_by=by, decided_at=now, why=_why(why), sealed="")
    if found:
        proposing.tell(found[0].association_id, [each.pk for each in found], at=now)


def _why(written: str) -> str:
    try:
        return line(written)[:LONGEST_WHY]
    except Unfit as unfit:
        raise Refused(Fault(unfit.reason, "why")) from None


def _held(proposal: ProposedChange) -> ProposedChange:
    rows = open_proposals(proposal.association).select_for_update(of=("self",))
    found = rows.filter(pk=proposal.pk).first()
    if found is None:
        raise Refused.because(Reason.DECIDED)
    return found


def _as_shown(proposals: "QuerySet[ProposedChange]", seen: str | None) -> list[ProposedChange]:
    found = list(proposals.select_for_update(of=("self",)))
    if seen is not None and seen != shown(found):
        raise Refused.because(Reason.SHOWN_OTHERWISE)
    return found


def _opened(proposal: ProposedChange, side: str) -> list[tuple[str, str]]:
    if not proposal.sealed:
        return []
    try:
        return list(json.loads(sealing.unseal(proposal.sealed))[side].items())
    except sealing.KeyLost:
        return []
