"""Adds, changes, deletes and restores members. Whose bill it is, periods and mandates stand beside this file."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from ledenbrug.members import calendar, cause, custom, history, rules, validation
from ledenbrug.members.models import Association, Mandate, Member, MemberStatus, Period, User
from ledenbrug.members.operations.custom_fields import refuse_citizen_numbers
from ledenbrug.members.operations.numbers import take_number
from ledenbrug.members.operations.writing import cleaned, held, held_association, same_association, writing
from ledenbrug.members.refusals import ChangedMeanwhile, Fault, Reason, Refused

EDITABLE = tuple(
    name for name in (*validation.MOST, "birth_date", "receives_mail") if name not in ("organisation", "first_name")
)


def add_member(
    *,
    association: Association,
    values: Mapping[str, object],
    status: MemberStatus,
    start: date,
    by: User | None,
    now: datetime,
) -> Member:
    """Without a number in `values` the next free one is given."""
    same_association(association.pk, status)
    with writing(association.pk, by=by):
        locked = held_association(association.pk)
        wanted = {"country": locked.country, **values}
        if not wanted.get("number"):
            wanted["number"] = take_number(locked)
        if not wanted.get("last_name"):
            wanted["last_name"] = ""
        good = _known(cleaned(wanted, association=locked, country=locked.country, now=now))
        if good.get("iban") and not good.get("bic"):
            good["bic"] = validation.bic_of(str(good["iban"]))
        _allowed(rules.of_new(_rules(locked, status), good))
        refuse_citizen_numbers(locked, good)
        member = Member(association=locked, created_at=now, changed_at=now, **written(good, kept={}))
        if start <= calendar.today(locked, now):
            member.status, member.since = status, start
        member.save(force_insert=True)
        Period.objects.create(association=locked, member=member, status=status, start=start)
    return member


def change_member(
    member: Member,
    *,
    seen_version: int,
    values: Mapping[str, object],
    by: User | None,
    now: datetime,
    why: cause.Cause = cause.Cause.EDIT,
) -> Member:
    """Writes `values` if the record is still the one that was seen; `ChangedMeanwhile` says what is not."""
    with writing(member.association_id, by=by, why=why):
        now_there = held(member)
        if now_there.version != seen_version:
            raise ChangedMeanwhile(history.since(now_there, version=seen_version))
        association = member.association
        changed = changes(now_there, values, association=association, own=custom.fields_of(association), now=now)
        if changed:
            Member.objects.filter(pk=now_there.pk).update(**written(changed, kept=now_there.custom))
            now_there.refresh_from_db()
    return now_there


def changes(
    member: Member, values: Mapping[str, object], *, association: Association, own: custom.Own, now: datetime
) -> dict[str, object]:
    """What of `values` is new in the record, as it will be stored. `Refused` when the record does not take them."""
    good = _known(cleaned(values, association=association, country=member.country, own=own, now=now))
    changed = {name: value for name, value in good.items() if custom.value_of(member, name) != value}
    _allowed(rules.of_changed(rules.of_status(member.status.fields if member.status else {}, own), changed))
    if "iban" in changed and member.iban and live_mandates(member, calendar.today(association, now)):
        raise Refused.because(Reason.LIVE_MANDATE, "iban")
    if changed.get("iban") and "bic" not in changed:
        changed["bic"] = validation.bic_of(str(changed["iban"]))
    refuse_citizen_numbers(association, changed)
    return changed


def delete_member(member: Member, *, by: User | None, now: datetime) -> None:
    """To *Deleted members*, where it can be restored from. A payer of others is not deleted under them."""
    with writing(member.association_id, by=by):
        found = held(member)
        others = found.pays_for.filter(deleted_at=None).count()
        if others:
            raise Refused.because(Reason.PAYS_FOR_OTHERS, count=others)
        Member.objects.filter(pk=found.pk).update(deleted_at=now)


def restore_member(member: Member, *, by: User | None, now: datetime) -> None:
    """Back with the status that the calendar gives today."""
    with writing(member.association_id, by=by):
        found = held(member, deleted=True)
        if found.deleted_at is None:
            raise Refused.because(Reason.NOT_DELETED)
        if found.payer_member is not None and found.payer_member.deleted_at is not None:
            raise Refused.because(Reason.PAYER_DELETED)
        Member.objects.filter(pk=found.pk).update(deleted_at=None)
        calendar.settle([found], day=calendar.today(member.association, now))


def live(mandates: "QuerySet[Mandate]", day: date) -> "QuerySet[Mandate]":
    return mandates.filter(Q(ended=None) | Q(ended__gt=day))


def live_mandates(member: Member, day: date) -> list[Mandate]:
    return list(live(member.mandates.select_related("financial_administration"), day).order_by("id"))


def written(values: Mapping[str, Any], *, kept: Mapping[str, Any]) -> dict[str, Any]:
    """As columns: the association's own fields together in theirs, over those that the member has."""
    own = {name: value for name, value in values.items() if custom.is_key(name)}
    rest = {name: value for name, value in values.items() if name not in own}
    return rest | {"custom": custom.put(kept, own)} if own else rest


def _rules(association: Association, status: MemberStatus | None) -> dict[str, str]:
    return rules.of_status(status.fields if status else {}, custom.fields_of(association))


def _allowed(faults: list[Fault]) -> None:
    if faults:
        raise Refused(*faults)


def _known(values: dict[str, object]) -> dict[str, object]:
    stray = [name for name in values if name not in EDITABLE and not custom.is_key(name)]
    if stray:
        raise Refused.because(Reason.UNKNOWN_FIELD, stray[0])
    return values
