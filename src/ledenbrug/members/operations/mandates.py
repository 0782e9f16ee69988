"""Direct debit mandates, and the account number that hangs on them: it is not changed silently while one is live."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ledenbrug.members import calendar, history, validation
from ledenbrug.members.models import FinancialAdministration, Mandate, Member, User
from ledenbrug.members.operations.members import live_mandates
from ledenbrug.members.operations.writing import cleaned, held, same_association, writing
from ledenbrug.members.refusals import ChangedMeanwhile, Fault, Reason, Refused
from ledenbrug.members.validation import Unfit

ACCOUNT = frozenset({"iban", "bic", "account_holder"})
"""What a mandate hangs on, as a whole."""


class IbanChange(StrEnum):
    TYPING_ERROR = "typing_error"  # the mandate was always for this account
    SAME_MANDATE = "same_mandate"  # the member told us of another account; the mandate goes on
    NEW_MANDATE = "new_mandate"  # the live ones end, the new ones begin


@dataclass(frozen=True, kw_only=True, slots=True)
class NewMandate:
    financial_administration: FinancialAdministration
    reference: str
    signed: date


def add_mandate(member: Member, *, mandate: NewMandate, by: User | None, now: datetime) -> Mandate:
    with writing(member.association_id, by=by):
        found = held(member)
        if not found.iban:
            raise Refused.because(Reason.NO_IBAN, "iban")
        return _add(found, mandate, calendar.today(member.association, now))


def end_mandate(mandate: Mandate, *, ended: date, by: User | None) -> Mandate:
    """`ended` is the first day on which nothing may be collected any more."""
    with writing(mandate.association_id, by=by):
        found = Mandate.objects.of(mandate.association_id).select_for_update().get(pk=mandate.pk)
        if found.ended is not None and found.ended <= ended:
            raise Refused.because(Reason.MANDATE_ENDED)
        if ended < found.signed:
            raise Refused.because(Reason.ENDS_BEFORE_SIGNED, "ended")
        found.ended = ended
        found.save(update_fields=["ended"])
    return found


def change_iban(
    member: Member,
    *,
    seen_version: int,
    iban: str,
    bic: str = "",
    account_holder: str | None = None,
    how: IbanChange,
    mandates: Sequence[NewMandate] = (),
    by: User | None,
    now: datetime,
) -> Member:
    """Changes the account of a member with a live mandate, in one of the three ways it can be meant."""
    with writing(member.association_id, by=by, iban=how.value):
        found = held(member)
        if found.version != seen_version:
            raise ChangedMeanwhile(history.since(found, version=seen_version))
        day = calendar.today(member.association, now)
        good = cleaned({"iban": iban, "bic": bic}, association=member.association, country=found.country, now=now)
        holder = found.account_holder if account_holder is None else account_holder
        good |= cleaned({"account_holder": holder}, association=member.association, country=found.country, now=now)
        if not good["iban"] and (how is not IbanChange.NEW_MANDATE or mandates):
            raise Refused.because(Reason.NO_IBAN, "iban")
        good["bic"] = good["bic"] or validation.bic_of(str(good["iban"]))
        Member.objects.filter(pk=found.pk).update(**good)
        found.refresh_from_db()
        if how is IbanChange.NEW_MANDATE:
            _replace(found, mandates, day)
    return found


def _replace(member: Member, mandates: Sequence[NewMandate], day: date) -> None:
    """A mandate signed today or later has not begun to be used: it ends the day it was signed."""
    for each in live_mandates(member, day):
        each.ended = max(day, each.signed)
        each.save(update_fields=["ended"])
    for mandate in mandates:
        _add(member, mandate, day)


def _add(member: Member, mandate: NewMandate, day: date) -> Mandate:
    same_association(member.association_id, mandate.financial_administration)
    try:
        reference = validation.mandate_reference(mandate.reference)
    except Unfit as unfit:
        raise Refused(Fault(unfit.reason, "reference", unfit.params)) from None
    if mandate.signed > day:
        raise Refused.because(Reason.IN_THE_FUTURE, "signed")
    return Mandate.objects.create(
        association_id=member.association_id,
        member=member,
        financial_administration=mandate.financial_administration,
        reference=reference,
        signed=mandate.signed,
    )
