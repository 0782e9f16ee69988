"""Makes two registrations of one person into one. What the survivor lacks comes from the other; nothing is lost.

The other row stays behind, deleted, for its history and its number. Its contact at a package, if any, is not touched:
the link sees that this payer left and asks a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ledenbrug.members import calendar, cause, custom, history
from ledenbrug.members.models import Mandate, Member, NotDouble, Note, Period, User
from ledenbrug.members.operations.members import live_mandates, written
from ledenbrug.members.operations.writing import held, same_association, writing
from ledenbrug.members.refusals import ChangedMeanwhile, Reason, Refused

PARTS: Mapping[str, tuple[str, ...]] = {
    "given_name": ("given_name",),
    "last_name": ("infix", "last_name"),
    "second_last_name": ("second_infix", "second_last_name", "name_use"),
    "initials": ("initials",),
    "first_names": ("first_names",),
    "nickname": ("nickname",),
    "gender": ("gender",),
    "birth_date": ("birth_date",),
    "email": ("email",),
    "invoice_email": ("invoice_email",),
    "phone": ("phone",),
    "phone_home": ("phone_home",),
    "address": ("address", "address_extra", "postcode", "city", "country"),
    "iban": ("iban", "bic", "account_holder"),
    "receives_mail": ("receives_mail",),
    "payer": ("payer_member_id", "payer_details_id"),
}
"""What is taken from one of the two as a whole, as each of the association's own fields is. Memos are joined."""
NEVER_EMPTY = frozenset({"receives_mail", "payer"})
NO_VALUE = frozenset({"country", "name_use"})
"""Says nothing by itself."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Both have something, and not the same: a person chooses."""

    part: str
    ours: tuple[Any, ...]
    theirs: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """How the periods and mandates of the two come out."""

    periods: tuple[Period, ...]
    dropped: tuple[Period, ...]
    """Of the other, from a day on which the survivor had a status of its own."""
    ends: tuple[Mandate, ...]
    """Live mandates for another account, or beside one of the survivor's for the same books."""
    stays: tuple[Mandate, ...]


def parts(survivor: Member, other: Member) -> tuple[str, ...]:
    return (*PARTS, *filter(custom.is_key, {**survivor.custom, **other.custom}))


def names_of(part: str) -> tuple[str, ...]:
    return PARTS.get(part, (part,))


def choices(survivor: Member, other: Member) -> list[Choice]:
    found = []
    for part in parts(survivor, other):
        ours, theirs = _values(survivor, part), _values(other, part)
        if (
            ours != theirs
            and _filled(part, survivor)
            and _filled(part, other)
            and not _each_other(survivor, other, part)
        ):
            found.append(Choice(part, ours, theirs))
    return found


def foresee(survivor: Member, other: Member, *, theirs: frozenset[str], day: date) -> Merged:
    ours, others = (list(each.periods.select_related("status").order_by("start")) for each in (survivor, other))
    first = ours[0].start if ours else None
    kept = [each for each in others if first is None or each.start < first]
    account = _outcome(survivor, other, theirs)["iban"]
    stays = [each for each in live_mandates(survivor, day) if survivor.iban == account]
    taken = {each.financial_administration_id for each in stays if each.ended is None}
    for each in live_mandates(other, day):
        if other.iban == account and not (each.ended is None and each.financial_administration_id in taken):
            stays.append(each)
    going = [each for each in (*live_mandates(survivor, day), *live_mandates(other, day)) if each not in stays]
    dropped = [each for each in others if each not in kept]
    return Merged((*kept, *ours), tuple(dropped), tuple(going), tuple(stays))


def merge_members(
    survivor: Member,
    other: Member,
    *,
    seen: tuple[int, int],
    theirs: frozenset[str] = frozenset(),
    by: User | None,
    now: datetime,
) -> Member:
    """`theirs` names the parts in which the other is right. The other is gone afterwards, its number stays issued."""
    same_association(survivor.association_id, other)
    if survivor.pk == other.pk or theirs - {*parts(survivor, other)}:
        raise Refused.because(Reason.NOT_A_CHOICE)
    said = {"into": str(survivor.pk), "other": str(other.pk)}
    with writing(survivor.association_id, by=by, why=cause.Cause.MERGE, **said):
        rows = {each.pk: held(each) for each in sorted((survivor, other), key=lambda row: row.pk)}
        ours, double = rows[survivor.pk], rows[other.pk]
        for row, version in ((ours, seen[0]), (double, seen[1])):
            if row.version != version:
                raise ChangedMeanwhile(history.since(row, version=version))
        day = calendar.today(survivor.association, now)
        values = _outcome(ours, double, theirs)
        foreseen = foresee(ours, double, theirs=theirs, day=day)
        _mandates(ours, double, foreseen, day)
        _periods(ours, double, foreseen)
        _payers(ours, double, values)
        Note.objects.of(ours.association_id).filter(member=double).update(member=ours)
        NotDouble.objects.of(ours.association_id).filter(first__in=rows, second__in=rows).delete()
        Member.objects.filter(merged_into=double).update(merged_into=ours)
        Member.objects.filter(pk=double.pk).update(
            deleted_at=now, merged_into=ours, payer_member=None, payer_details=None
        )
        Member.objects.filter(pk=ours.pk).update(**values)
        calendar.settle([ours, double], day=day)
    ours.refresh_from_db()
    return ours


def not_double(one: Member, another: Member, *, by: User | None) -> None:
    """They are two people; nobody is asked again."""
    same_association(one.association_id, another)
    first, second = sorted((one, another), key=lambda row: row.pk)
    with writing(one.association_id, by=by):
        NotDouble.objects.get_or_create(association_id=one.association_id, first=first, second=second)


def _outcome(ours: Member, double: Member, theirs: frozenset[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for part in parts(ours, double):
        winner = double if part in theirs or not _filled(part, ours) else ours
        if not _filled(part, double):
            winner = ours
        values |= dict(zip(names_of(part), _values(winner, part), strict=True))
    for name in PARTS["payer"][:1]:
        if values[name] in (ours.pk, double.pk):
            values[name] = None
    memos = [each for each in dict.fromkeys((ours.memo, double.memo)) if each]
    kept = double.custom | ours.custom
    return {"custom": kept, **written(values, kept=kept), "memo": "\n\n".join(memos)}


def _mandates(ours: Member, double: Member, foreseen: Merged, day: date) -> None:
    for each in foreseen.ends:
        each.ended = max(day, each.signed)
        each.save(update_fields=["ended"])
    Mandate.objects.of(ours.association_id).filter(member=double).update(member=ours)


def _periods(ours: Member, double: Member, foreseen: Merged) -> None:
    Period.objects.filter(pk__in=[each.pk for each in foreseen.dropped]).delete()
    Period.objects.of(ours.association_id).filter(member=double).update(member=ours)


def _payers(ours: Member, double: Member, values: Mapping[str, Any]) -> None:
    """Whoever the other paid for is paid for by the survivor, who then pays for itself."""
    both = (ours.pk, double.pk)
    paid_for = Member.objects.of(ours.association_id).filter(payer_member__in=both).exclude(pk__in=both)
    if paid_for.exists() and (values["payer_member_id"] or values["payer_details_id"]):
        raise Refused.because(Reason.PAYER_HAS_PAYER, "payer")
    Member.objects.filter(pk=ours.pk, payer_member=double).update(payer_member=None)
    paid_for.filter(payer_member=double).update(payer_member=ours)


def _values(member: Member, part: str) -> tuple[Any, ...]:
    return tuple(custom.value_of(member, name) for name in names_of(part))


def _filled(part: str, member: Member) -> bool:
    filled = (custom.value_of(member, name) not in (None, "") for name in names_of(part) if name not in NO_VALUE)
    return part in NEVER_EMPTY or any(filled)


def _each_other(survivor: Member, other: Member, part: str) -> bool:
    """One paying for the other becomes one paying for itself: nothing to choose."""
    if part != "payer":
        return False
    payers = {survivor.payer_member_id, other.payer_member_id} - {None, survivor.pk, other.pk}
    return not payers and survivor.payer_details_id == other.payer_details_id
