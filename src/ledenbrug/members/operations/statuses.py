"""The member statuses of an association. A new one is selected nowhere; one in use is not removed."""

from collections.abc import Mapping

from django.db.models import Max

from ledenbrug.members import custom
from ledenbrug.members.models import Association, Member, MemberStatus, Period, User
from ledenbrug.members.operations.members import EDITABLE
from ledenbrug.members.operations.writing import held_association, writing
from ledenbrug.members.refusals import Fault, Reason, Refused
from ledenbrug.members.rules import HIDDEN, REQUIRED
from ledenbrug.members.validation import NEEDED, Unfit, line


def add_status(
    *,
    association: Association,
    name: str,
    archived: bool = False,
    hidden: bool = False,
    deceased: bool = False,
    fields: Mapping[str, str] | None = None,
    by: User | None,
) -> MemberStatus:
    """At the end of the list. Deceased ones are always archived."""
    with writing(association.pk, by=by):
        held_association(association.pk)
        last = MemberStatus.objects.of(association).aggregate(last=Max("order"))["last"]
        return MemberStatus.objects.create(
            association=association,
            name=_name(name),
            order=0 if last is None else last + 1,
            archived=archived or deceased,
            hidden=hidden,
            deceased=deceased,
            fields=_fields(association.pk, fields or {}),
        )


def change_status(
    status: MemberStatus,
    *,
    name: str | None = None,
    order: int | None = None,
    archived: bool | None = None,
    hidden: bool | None = None,
    deceased: bool | None = None,
    fields: Mapping[str, str] | None = None,
    by: User | None,
) -> MemberStatus:
    """What is not given stays as it is."""
    with writing(status.association_id, by=by):
        found = MemberStatus.objects.of(status.association_id).select_for_update().get(pk=status.pk)
        found.name = found.name if name is None else _name(name)
        found.order = found.order if order is None else order
        found.hidden = found.hidden if hidden is None else hidden
        found.deceased = found.deceased if deceased is None else deceased
        found.archived = (found.archived if archived is None else archived) or found.deceased
        found.fields = found.fields if fields is None else _fields(status.association_id, fields)
        found.save()
    return found


def remove_status(status: MemberStatus, *, by: User | None) -> None:
    with writing(status.association_id, by=by):
        count = Member.objects.of(status.association_id).filter(periods__status=status).distinct().count()
        if count or Period.objects.filter(status=status).exists():
            raise Refused.because(Reason.IN_USE, count=count)
        status.delete()


def _name(written: str) -> str:
    try:
        name = line(written)
    except Unfit as unfit:
        raise Refused(Fault(unfit.reason, "name")) from None
    if not name:
        raise Refused.because(Reason.REQUIRED, "name")
    if len(name) > 100:
        raise Refused.because(Reason.TOO_LONG, "name", most=100)
    return name


def _fields(association_id: int, rules: Mapping[str, str]) -> dict[str, str]:
    own = custom.fields_of(association_id) if any(map(custom.is_key, rules)) else {}
    for field, rule in rules.items():
        if field not in EDITABLE and field not in own:
            raise Refused.because(Reason.UNKNOWN_FIELD, field)
        if rule not in (HIDDEN, REQUIRED) or (rule == HIDDEN and field in NEEDED):
            raise Refused.because(Reason.NOT_A_CHOICE, field)
    return dict(rules)
