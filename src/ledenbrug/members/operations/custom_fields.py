"""The fields an association adds to its members. None is for a citizen service number, by its name or by what it holds.

A field goes in two steps: archived it is out of sight with all it holds; removed it takes that along, for everybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Max

from ledenbrug.members import cause, custom
from ledenbrug.members.citizen_number import are_citizen_numbers, is_citizen_number, names_citizen_number
from ledenbrug.members.models import (
    Association,
    CustomField,
    CustomFieldEvent,
    ImportProposal,
    Kind,
    Member,
    MemberStatus,
    User,
)
from ledenbrug.members.operations.writing import held_association, writing
from ledenbrug.members.refusals import Fault, Reason, Refused
from ledenbrug.members.titles import TITLES
from ledenbrug.members.validation import Unfit, line

LONGEST_NAME = 100
MOST_CHOICES = 200
MOST_LOOKED_AT = 1000


def add_custom_field(
    *,
    association: Association,
    name: str,
    kind: str,
    choices: Iterable[str] = (),
    required: bool = False,
    private: bool = True,
    by_members: bool = False,
    by: User | None,
) -> CustomField:
    """At the end of the list."""
    with writing(association.pk, by=by):
        held_association(association.pk)
        if kind not in Kind.values:
            raise Refused.because(Reason.NOT_A_CHOICE, "kind")
        fields = CustomField.objects.of(association)
        last = fields.aggregate(last=Max("order"))["last"]
        return CustomField.objects.create(
            association=association,
            name=_name(name, others=fields),
            kind=kind,
            choices=_choices(kind, choices),
            order=0 if last is None else last + 1,
            required=required,
            private=private,
            by_members=by_members,
        )


def change_custom_field(
    field: CustomField,
    *,
    name: str | None = None,
    choices: Iterable[str] | None = None,
    order: int | None = None,
    required: bool | None = None,
    private: bool | None = None,
    by_members: bool | None = None,
    archived: bool | None = None,
    by: User | None,
) -> CustomField:
    """What is not given stays as it is; so does the kind."""
    with writing(field.association_id, by=by):
        held_association(field.association_id)
        fields = CustomField.objects.of(field.association_id)
        found = fields.select_for_update().get(pk=field.pk)
        found.name = found.name if name is None else _name(name, others=fields.exclude(pk=found.pk))
        if choices is not None:
            wanted = _choices(found.kind, choices)
            if gone := set(found.choices) - set(wanted):
                _nobody_has(found, gone)
                _forget_proposals(found)
            found.choices = wanted
        found.order = found.order if order is None else order
        found.required = found.required if required is None else required
        found.private = found.private if private is None else private
        found.by_members = found.by_members if by_members is None else by_members
        found.archived = found.archived if archived is None else archived
        found.save()
    return found


def remove_custom_field(field: CustomField, *, by: User | None) -> int:
    """With what every member holds in it, also in history; says how many members that were. No way back."""
    association, key = field.association_id, field.key
    with writing(association, by=by, why=cause.Cause.ERASE):
        held_association(association)
        found = CustomField.objects.of(association).select_for_update().get(pk=field.pk)
        if not found.archived:
            raise Refused.because(Reason.NOT_ARCHIVED)
        _forget_proposals(found)
        emptied = _without(Member._meta.db_table, found)
        _without("members_memberevent", found)
        for status in MemberStatus.objects.of(association).filter(fields__has_key=key):
            status.fields.pop(key)
            status.save(update_fields=["fields"])
        found.delete()
        CustomFieldEvent.objects.filter(pgh_obj_id=field.pk).delete()
    return emptied


def holders(field: CustomField) -> int:
    """How many members have something in it, deleted ones too."""
    return Member.objects.of(field.association_id).filter(custom__has_key=field.key).count()


def refuse_citizen_numbers(association: Association, values: Mapping[str, object]) -> None:
    """One number that passes says nothing; with what members have in that field already it may say enough."""
    suspect = {
        name: value for name, value in values.items() if isinstance(value, str) and is_citizen_number(value)
    }  # fmt: skip
    faults = [
        Fault(Reason.CITIZEN_NUMBERS, name)
        for name, value in suspect.items()
        if custom.is_key(name) and are_citizen_numbers([value, *_held_in(association, name)])
    ]
    if faults:
        raise Refused(*faults)


def _held_in(association: Association, key: str) -> Sequence[str]:
    members: Any = Member.objects.of(association).filter(custom__has_key=key)
    return [str(each) for each in members.order_by("-id").values_list(f"custom__{key}", flat=True)[:MOST_LOOKED_AT]]


def _without(table: str, field: CustomField) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET custom = custom - %(key)s "  # noqa: S608 - tables of ours
            "WHERE association_id = %(association)s AND custom ? %(key)s",
            {"key": field.key, "association": field.association_id},
        )
        return int(cursor.rowcount)


def _forget_proposals(field: CustomField) -> None:
    """Files that wait for a yes and would write this field: what they hold is sealed."""
    waiting = ImportProposal.objects.of(field.association_id).filter(applied_at=None)
    waiting.filter(fields__contains=[field.key]).delete()


def _nobody_has(field: CustomField, choices: Iterable[str]) -> None:
    for choice in sorted(choices):
        members = Member.objects.of(field.association_id).filter(custom__contains={field.key: choice})
        if count := members.count():
            raise Refused.because(Reason.CHOICE_IN_USE, "choices", choice=choice, count=count)


def _name(written: str, *, others: Any) -> str:
    name = _line(written, "name", most=LONGEST_NAME)
    if not name:
        raise Refused.because(Reason.REQUIRED, "name")
    if names_citizen_number(name):
        raise Refused.because(Reason.CITIZEN_NUMBER, "name")
    if custom.told_apart(name) in {custom.told_apart(title) for titles in TITLES.values() for title in titles}:
        raise Refused.because(Reason.NAME_OF_EVERY_MEMBER, "name")
    if custom.told_apart(name) in map(custom.told_apart, others.values_list("name", flat=True)):
        raise Refused.because(Reason.NAME_TAKEN, "name")
    return name


def _choices(kind: str, written: Iterable[str]) -> list[str]:
    if kind != Kind.CHOICE:
        return []
    choices = [choice for each in written if (choice := _line(each, "choices", most=LONGEST_NAME))]
    if not choices:
        raise Refused.because(Reason.REQUIRED, "choices")
    if len({each.casefold() for each in choices}) < len(choices):
        raise Refused.because(Reason.NAME_TAKEN, "choices")
    if len(choices) > MOST_CHOICES:
        raise Refused.because(Reason.TOO_MANY, "choices", most=MOST_CHOICES)
    if any(map(names_citizen_number, choices)) or are_citizen_numbers(choices):
        raise Refused.because(Reason.CITIZEN_NUMBER, "choices")
    return choices


def _line(written: str, field: str, *, most: int) -> str:
    try:
        text = line(written)
    except Unfit as unfit:
        raise Refused(Fault(unfit.reason, field)) from None
    if len(text) > most:
        raise Refused.because(Reason.TOO_LONG, field, most=most)
    return text
