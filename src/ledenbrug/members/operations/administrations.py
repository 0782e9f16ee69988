"""The association's own sets of books. One that has mandates or a connection is not removed."""

from django.db.models import ProtectedError

from ledenbrug.members.models import Association, FinancialAdministration, User
from ledenbrug.members.operations.writing import writing
from ledenbrug.members.refusals import Reason, Refused
from ledenbrug.members.validation import Unfit, each, line

MOST = {"name": 200, "address": 200, "vat_number": 30, "chamber_of_commerce": 20, "currency": 3}


def add_financial_administration(
    *, association: Association, by: User | None, **values: str
) -> FinancialAdministration:
    good = _good(values | {"name": values.get("name", "")})
    with writing(association.pk, by=by):
        return FinancialAdministration.objects.create(association=association, **good)


def change_financial_administration(
    administration: FinancialAdministration, *, by: User | None, **values: str
) -> FinancialAdministration:
    good = _good(values)
    with writing(administration.association_id, by=by):
        FinancialAdministration.objects.filter(pk=administration.pk).update(**good)
    administration.refresh_from_db()
    return administration


def remove_financial_administration(administration: FinancialAdministration, *, by: User | None) -> None:
    with writing(administration.association_id, by=by):
        try:
            administration.delete()
        except ProtectedError as error:
            raise Refused.because(Reason.IN_USE, count=len(error.protected_objects)) from None


def _good(values: dict[str, str]) -> dict[str, str]:
    good, faults = each(values, _clean)
    if faults:
        raise Refused(*faults)
    return good


def _clean(name: str, written: str) -> str:
    if name not in MOST:
        raise Unfit(Reason.UNKNOWN_FIELD)
    text = line(written)
    if name in ("name", "currency") and not text:
        raise Unfit(Reason.REQUIRED)
    if len(text) > MOST[name]:
        raise Unfit(Reason.TOO_LONG, most=MOST[name])
    return text.upper() if name == "currency" else text
