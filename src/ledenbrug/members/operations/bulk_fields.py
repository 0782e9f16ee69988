"""Writes one field of many members at once. Who died is out of it; what a status says of the field holds.

It must not write what is each member's own: an e-mail address or account belongs to one person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import Func, JSONField, Q, QuerySet, Value

from ledenbrug.members import custom, rules
from ledenbrug.members.models import Association, BulkChange, BulkKind, Member, MemberStatus, User
from ledenbrug.members.operations.bulk import deceased, held_ids, kept, portions, reached
from ledenbrug.members.operations.writing import cleaned, held_association, writing
from ledenbrug.members.progress import Progress, unheard
from ledenbrug.members.refusals import Fault, Reason, Refused

FIELDS = ("city", "country", "receives_mail", "gender", "invoice_email", "account_holder")
"""Besides the association's own. What many may have alike."""
_WHY = {rules.REQUIRED: Reason.REQUIRED, rules.HIDDEN: Reason.HIDDEN_HERE}


@dataclass(frozen=True, slots=True)
class FieldForeseen:
    changes: int
    value: Any
    deceased: int = 0
    already: int = 0
    refused: int = 0
    reason: str = ""
    first: Sequence[tuple[Member, Any]] = ()
    """With what each has now."""
    first_refused: Sequence[Member] = ()


def foresee_field(
    association: Association, found: QuerySet[Member], *, field: str, value: object, now: datetime, most: int = 10
) -> FieldForeseen:
    """`Refused` when nobody may have this value."""
    wanted = checked(association, field, value, now=now)
    members = reached(association, found)
    may_not = _may_not(association, field, wanted)
    refused = members.filter(may_not)
    changing = members.exclude(may_not).exclude(_has(field, wanted))
    everyone, count, refused_count = members.count(), changing.count(), refused.count()
    return FieldForeseen(
        count,
        wanted,
        deceased(found, everyone),
        everyone - count - refused_count,
        refused_count,
        _WHY[_rule(wanted)] if refused_count else "",
        [(each, custom.value_of(each, field)) for each in changing[:most]],
        list(refused[:most]),
    )


def set_field_of(
    association: Association,
    found: QuerySet[Member],
    *,
    field: str,
    value: object,
    seen: int,
    by: User | None,
    now: datetime,
    progress: Progress = unheard,
) -> BulkChange:
    """`seen` is the count that the person said yes to."""
    key = uuid4().hex
    with writing(association.pk, by=by, run=key):
        locked = held_association(association.pk)
        wanted = checked(locked, field, value, now=now)
        members = reached(locked, found).exclude(_may_not(locked, field, wanted)).exclude(_has(field, wanted))
        ids = held_ids(members, seen)
        for some in portions(ids, progress):
            Member.objects.of(locked).filter(pk__in=some).update(**_written(field, wanted))
        return kept(locked, BulkKind.FIELD, key, len(ids), by=by, now=now, field=field)


def checked(association: Association, field: str, value: object, *, now: datetime) -> Any:
    """The value as it will be stored."""
    if custom.is_key(field):
        own = custom.fields_of(association)
        good, faults = custom.clean({field: value}, own)
        if faults:
            raise Refused(*faults)
        if good[field] is None and own[field].required:
            raise Refused.because(Reason.REQUIRED, field)
        return good[field]
    if field not in FIELDS:
        raise Refused(Fault(Reason.UNKNOWN_FIELD, field))
    return cleaned({field: value}, association=association, country=association.country, now=now)[field]


def _may_not(association: Association, field: str, value: Any) -> Q:
    """Whose status requires the field, when it is emptied; whose status hides it, when something is written in it."""
    rule = _rule(value)
    statuses = [each.pk for each in MemberStatus.objects.of(association) if each.fields.get(field) == rule]
    return Q(status__in=statuses)


def _rule(value: Any) -> str:
    """What a status must not say of the field for this value."""
    return rules.REQUIRED if value in (None, "") else rules.HIDDEN


def _has(field: str, value: Any) -> Q:
    if not custom.is_key(field):
        return Q(**{field: value})
    return ~Q(custom__has_key=field) if value is None else Q(custom__contains={field: value})


def _written(field: str, value: Any) -> dict[str, Any]:
    if not custom.is_key(field):
        return {field: value}
    if value is None:
        return {"custom": Func("custom", Value(field), arg_joiner=" - ", template="(%(expressions)s)",
                               output_field=JSONField())}  # fmt: skip
    return {"custom": Func("custom", Value({field: value}, JSONField()), arg_joiner=" || ",
                           template="(%(expressions)s)", output_field=JSONField())}  # fmt: skip
