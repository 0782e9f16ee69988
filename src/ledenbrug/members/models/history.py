"""What every record looked like after each change, written by database triggers: bulk and plain SQL count too.

These rows hold personal data. They go with the person at erasure, and after the association's retention time.
"""

from typing import Any

import pghistory
import pgtrigger
from django.db import models

from ledenbrug.members.models.association import Association, FinancialAdministration
from ledenbrug.members.models.custom import CustomField
from ledenbrug.members.models.member import NOT_TRACKED, Member, PayerDetails
from ledenbrug.members.models.membership import Mandate, MemberStatus, Period
from ledenbrug.members.tenancy import OfAssociation


def _events(model: type[models.Model], *, exclude: tuple[str, ...] = ()) -> Any:
    return pghistory.create_event_model(
        model,
        pghistory.InsertEvent(level=pgtrigger.Statement),
        pghistory.UpdateEvent(level=pgtrigger.Statement),
        pghistory.DeleteEvent(level=pgtrigger.Statement),
        exclude=list(exclude),
        obj_field=pghistory.ObjForeignKey(related_name="events"),
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,  # type: ignore[arg-type]
        model_name=f"{model.__name__}Event",
        attrs={
            "association": _pointer(Association),
            **{
                field.name: _pointer(field.remote_field.model, null=True)
                for field in model._meta.concrete_fields
                if isinstance(field, models.ForeignKey) and field.name not in {"association", "member"}
            },
            "objects": OfAssociation(),
        },
        meta={
            "indexes": [
                models.Index(fields=["association", "pgh_created_at"], name=f"{model.__name__.lower()[:20]}_changes")
            ]
        },
        abstract=False,
    )


def _pointer(target: Any, *, null: bool = False) -> models.ForeignKey[Any, Any]:
    """Without a constraint, since what it points to may go; without an index, since nobody asks along it."""
    return models.ForeignKey(
        target, on_delete=models.DO_NOTHING, null=null, related_name="+", db_constraint=False, db_index=False
    )


MemberEvent = _events(Member, exclude=NOT_TRACKED)
PeriodEvent = _events(Period)
MandateEvent = _events(Mandate)
PayerDetailsEvent = _events(PayerDetails)
MemberStatusEvent = _events(MemberStatus)
FinancialAdministrationEvent = _events(FinancialAdministration)
CustomFieldEvent = _events(CustomField)
EVENTS = (
    MemberEvent,
    PeriodEvent,
    MandateEvent,
    PayerDetailsEvent,
    MemberStatusEvent,
    FinancialAdministrationEvent,
    CustomFieldEvent,
)
