"""Who pays for a member: the member, another member, or somebody with details of its own.

A payer pays for itself: there is never a second step, and so no circle.
"""

from collections.abc import Mapping
from datetime import datetime

from ledenbrug.members import validation
from ledenbrug.members.models import Member, PayerDetails, User
from ledenbrug.members.operations.writing import cleaned, held, same_association, writing
from ledenbrug.members.refusals import Reason, Refused

DETAILS = tuple(field.name for field in PayerDetails._meta.concrete_fields if field.name not in ("id", "association"))


def set_payer_self(member: Member, *, by: User | None) -> None:
    with writing(member.association_id, by=by):
        found = held(member)
        Member.objects.filter(pk=found.pk).update(payer_member=None, payer_details=None)


def set_payer_member(member: Member, *, payer: Member, by: User | None) -> None:
    same_association(member.association_id, payer)
    if member.pk == payer.pk:
        raise Refused.because(Reason.PAYS_FOR_ITSELF, "payer")
    with writing(member.association_id, by=by):
        for each in sorted((member, payer), key=lambda row: row.pk):  # always in this order: no two wait for each other
            if held(each, deleted=True).deleted_at is not None:
                raise Refused.because(Reason.PAYER_DELETED if each is payer else Reason.DELETED)
        payer.refresh_from_db()
        if payer.payer_member_id or payer.payer_details_id:
            raise Refused.because(Reason.PAYER_HAS_PAYER, "payer")
        _pays_for_nobody(member)
        Member.objects.filter(pk=member.pk).update(payer_member=payer, payer_details=None)


def set_payer_details(
    member: Member, *, details: PayerDetails | Mapping[str, object], by: User | None, now: datetime
) -> PayerDetails:
    """An existing row when somebody already pays for a sister or a colleague, else values for a new one."""
    if isinstance(details, PayerDetails):
        same_association(member.association_id, details)
    with writing(member.association_id, by=by):
        found = held(member)
        _pays_for_nobody(found)
        payer = (
            details
            if isinstance(details, PayerDetails)
            else PayerDetails.objects.create(association=member.association, **_good(member, details, now))
        )
        Member.objects.filter(pk=found.pk).update(payer_member=None, payer_details=payer)
    return payer


def change_payer_details(
    details: PayerDetails, *, values: Mapping[str, object], by: User | None, now: datetime
) -> PayerDetails:
    with writing(details.association_id, by=by):
        found = PayerDetails.objects.of(details.association_id).select_for_update().get(pk=details.pk)
        for name, value in changed_details(found, values, now=now).items():
            setattr(found, name, value)
        found.save()
    return found


def changed_details(details: PayerDetails, values: Mapping[str, object], *, now: datetime) -> dict[str, object]:
    """All of it as it will be stored. `Refused` when the details do not take `values`."""
    return _good(details, {name: getattr(details, name) for name in DETAILS} | dict(values), now)


def _good(owner: Member | PayerDetails, values: Mapping[str, object], now: datetime) -> dict[str, object]:
    stray = [name for name in values if name not in DETAILS]
    if stray:
        raise Refused.because(Reason.UNKNOWN_FIELD, stray[0])
    if not (values.get("organisation") or values.get("last_name")):
        raise Refused.because(Reason.REQUIRED, "last_name")
    association = owner.association
    wanted = {"country": association.country, **values}
    name = wanted.pop("last_name", "")
    good = cleaned(wanted, association=association, country=association.country, now=now)
    good |= cleaned({"last_name": name}, association=association, country="", now=now) if name else {"last_name": ""}
    if good.get("iban") and not good.get("bic"):
        good["bic"] = validation.bic_of(str(good["iban"]))
    return good


def _pays_for_nobody(member: Member) -> None:
    others = member.pays_for.count()
    if others:
        raise Refused.because(Reason.PAYS_FOR_OTHERS, "payer", count=others)
